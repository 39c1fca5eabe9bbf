import { REPORT_LINE } from "../api/fragments";
import { graphql, type ResultOf } from "../api/graphql";

/** What the form needs to be there without a network too, and which categories people need most. */
export const REPORTABLE = graphql(`
  query Reportable($from: Date) {
    categories {
      id
      code
      group
      icon
      colour
      name
      hint
      responseTargetMinutes
      hours
    }
    reportStatistics(groupBy: [CATEGORY], from: $from) {
      rows {
        category {
          id
          code
        }
        received
      }
    }
  }
`);

export type Reportable = ResultOf<typeof REPORTABLE>;
export type Category = Reportable["categories"][number];

export const LOCATE = graphql(`
  query Locate($at: GeoPointInput!) {
    locate(at: $at) {
      exact
      kelurahan {
        id
        code
        name
        kecamatan {
          id
          code
          name
        }
      }
      alternatives {
        id
        code
        name
        kecamatan {
          id
          code
          name
        }
      }
    }
  }
`);

export const SEARCH_KELURAHAN = graphql(`
  query SearchKelurahan($search: String!) {
    kelurahans(search: $search, first: 6) {
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
          centre {
            latitude
            longitude
          }
        }
      }
    }
  }
`);

export const NEARBY = graphql(
  `
    query NearbyToReport($at: GeoPointInput!) {
      nearbyReports(at: $at, radiusMetres: 150, first: 20) {
        distanceMetres
        report {
          ...ReportLine
          viewerHasSupported
          viewerIsReporter
          photos {
            id
            thumbnailUrl
          }
        }
      }
    }
  `,
  [REPORT_LINE],
);

export type Nearby = ResultOf<typeof NEARBY>["nearbyReports"][number];

export const SUPPORT = graphql(`
  mutation SupportInstead($id: ID!) {
    supportReport(id: $id) {
      report {
        id
        number
        version
        supportCount
        viewerHasSupported
      }
      errors {
        code
        message
        field
      }
    }
  }
`);

export const FIND_DETAILS = graphql(`
  query FindDetails($text: String!) {
    personalDetails(text: $text) {
      kind
      text
    }
  }
`);

export const WHO = graphql(`
  query WhoSends {
    viewer {
      id
    }
  }
`);

export const SUBMIT = graphql(
  `
    mutation SubmitReport($input: SubmitReportInput!) {
      submitReport(input: $input) {
        report {
          ...ReportLine
        }
        errors {
          code
          message
          field
          reportNumber
        }
      }
    }
  `,
  [REPORT_LINE],
);

const SENT = graphql(
  `
    fragment SentReport on Report {
      ...ReportLine
      cursor
      responseDueAt
      handler {
        __typename
        ... on Kelurahan {
          id
          name
        }
        ... on Agency {
          id
          name
        }
      }
    }
  `,
  [REPORT_LINE],
);

export const SENT_REPORT = graphql(
  `
    query SentReportState($number: String!) {
      report(number: $number) {
        ...SentReport
      }
    }
  `,
  [SENT],
);

export const SENT_CHANGED = graphql(
  `
    subscription SentReportChanged($id: ID!, $after: String) {
      reportChanged(id: $id, after: $after) {
        id
        cursor
        report {
          ...SentReport
        }
      }
    }
  `,
  [SENT],
);
