import { graphql, type ResultOf } from "./graphql";

/** What a line about a report shows, anywhere. It costs little: lists have hundreds. */
export const REPORT_LINE = graphql(`
  fragment ReportLine on Report {
    id
    number
    version
    title
    status
    resolution
    submittedAt
    supportCount
    commentCount
    location {
      latitude
      longitude
    }
    category {
      id
      code
      name
      icon
      colour
      group
    }
    kelurahan {
      id
      code
      name
    }
  }
`);

export type ReportLine = ResultOf<typeof REPORT_LINE>;
