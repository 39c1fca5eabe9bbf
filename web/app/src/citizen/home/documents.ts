import { graphql } from "../../api/graphql";

const NUMBERS = graphql(`
  fragment Numbers on ReportStatistics {
    cursor
    rows {
      received
      responded
      processed
      open
      overdue
    }
  }
`);

export const TODAY = graphql(
  `
    query Today($filter: ReportFilter, $day: Date!) {
      reportStatistics(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,
  [NUMBERS],
);

export const TODAY_CHANGED = graphql(
  `
    subscription TodayChanged($filter: ReportFilter, $day: Date!) {
      reportStatisticsChanged(filter: $filter, from: $day) {
        ...Numbers
      }
    }
  `,
  [NUMBERS],
);

const CLUSTER_MARK = graphql(`
  fragment ClusterMark on ReportCluster {
    centre {
      latitude
      longitude
    }
    count
    waiting
    inProgress
    processed
    report {
      id
      number
      version
      title
      status
    }
  }
`);

/** What is open in the area of the map that is visible. Together with the next one it would cost too much. */
export const OPEN_CLUSTERS = graphql(
  `
    query OpenClusters($within: BoundingBoxInput!, $zoom: Int!) {
      reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
        ...ClusterMark
      }
    }
  `,
  [CLUSTER_MARK],
);

/** What was closed since a moment in that area. */
export const DONE_CLUSTERS = graphql(
  `
    query DoneClusters($within: BoundingBoxInput!, $zoom: Int!, $since: DateTime!) {
      reportClusters(within: $within, zoom: $zoom, filter: { processedFrom: $since }) {
        ...ClusterMark
      }
    }
  `,
  [CLUSTER_MARK],
);

export const LOCATE = graphql(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      kelurahan {
        id
        code
        name
      }
    }
  }
`);

export const CENTRE = graphql(`
  query Centre($code: String!) {
    kelurahan(code: $code) {
      id
      code
      name
      centre {
        latitude
        longitude
      }
    }
  }
`);
