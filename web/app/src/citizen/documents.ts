import { REPORT_LINE } from "../api/fragments";
import { graphql, type ResultOf } from "../api/graphql";

/** A line of the lists of citizens: a report, and how long its answer took. */
export const HAPPENING = graphql(
  `
    fragment Happening on Report {
      ...ReportLine
      respondedAt
      processedAt
      overdue
      photos {
        id
        thumbnailUrl
      }
    }
  `,
  [REPORT_LINE],
);

export type Happening = ResultOf<typeof HAPPENING>;

export const HAPPENINGS = graphql(
  `
    query Happenings($filter: ReportFilter, $orderBy: ReportOrder!, $first: Int!) {
      reports(filter: $filter, orderBy: $orderBy, first: $first) {
        cursor
        edges {
          node {
            ...Happening
          }
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  `,
  [HAPPENING],
);

export const HAPPENING_FEED = graphql(
  `
    subscription HappeningFeed($filter: ReportFilter, $after: String) {
      reportFeed(filter: $filter, after: $after) {
        id
        cursor
        kind
        reportId
        matchesFilter
        report {
          ...Happening
        }
      }
    }
  `,
  [HAPPENING],
);

export const FIND_KELURAHAN = graphql(`
  query FindKelurahan($search: String!, $first: Int!) {
    kelurahans(search: $search, first: $first) {
      edges {
        node {
          id
          code
          name
          kecamatan {
            id
            code
            name
          }
          city {
            id
            code
            name
          }
        }
      }
    }
  }
`);
