import { REPORT_LINE } from "../api/fragments";
import { graphql } from "../api/graphql";

export const NEWEST_REPORTS = graphql(
  `
    query NewestReports($filter: ReportFilter, $first: Int) {
      reports(filter: $filter, orderBy: RECENTLY_CHANGED, first: $first) {
        cursor
        edges {
          node {
            ...ReportLine
          }
        }
      }
    }
  `,
  [REPORT_LINE],
);

export const REPORT_FEED = graphql(
  `
    subscription ReportFeed($filter: ReportFilter, $after: String) {
      reportFeed(filter: $filter, after: $after) {
        id
        cursor
        kind
        matchesFilter
        report {
          ...ReportLine
        }
      }
    }
  `,
  [REPORT_LINE],
);
