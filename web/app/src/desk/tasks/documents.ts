import { REPORT_LINE } from "../../api/fragments";
import { graphql, type ResultOf, type VariablesOf } from "../../api/graphql";
import { PHOTO, REPORT_DETAIL } from "../../report/documents";

/** What a row of a work list shows, and what decides its place and its tabs. */
export const WORK_ROW = graphql(
  `
    fragment WorkRow on Report {
      ...ReportLine
      respondedAt
      processedAt
      responseDueAt
      processingDueAt
      handlerDueAt
      rating
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
      permissions {
        canChangeStatus
        canAssign
        canComment
        canNote
      }
    }
  `,
  [REPORT_LINE],
);

export const WORK_PAGE = graphql(
  `
    query WorkPage($filter: ReportFilter!, $orderBy: ReportOrder!, $first: Int!, $after: String) {
      reports(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
        cursor
        edges {
          node {
            ...WorkRow
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [WORK_ROW],
);

export const WORK_COUNT = graphql(`
  query WorkCount($filter: ReportFilter!) {
    reports(filter: $filter, first: 1) {
      totalCount
    }
  }
`);

export const WORK_FEED = graphql(
  `
    subscription WorkFeed($filter: ReportFilter!, $after: String) {
      reportFeed(filter: $filter, after: $after) {
        id
        cursor
        kind
        reportId
        version
        matchesFilter
        report {
          ...WorkRow
        }
      }
    }
  `,
  [WORK_ROW],
);

/** The reports whose words match a search, of which the list has only the titles. */
export const WORK_SEARCH = graphql(`
  query WorkSearch($filter: ReportFilter!) {
    reports(filter: $filter, orderBy: RELEVANCE, first: 100) {
      edges {
        node {
          id
          version
        }
      }
    }
  }
`);

export const WORK_REPORT = graphql(
  `
    query WorkReport($number: String!) {
      report(number: $number) {
        ...ReportDetail
        ...WorkRow
      }
    }
  `,
  [REPORT_DETAIL, WORK_ROW],
);

export const CHANGE_STATUS = graphql(
  `
    mutation ChangeReportStatus($id: ID!, $input: ChangeReportStatusInput!) {
      changeReportStatus(id: $id, input: $input) {
        report {
          ...WorkRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [WORK_ROW],
);

export const CHANGE_STATUSES = graphql(
  `
    mutation ChangeReportStatuses($ids: [ID!]!, $input: ChangeReportStatusInput!) {
      changeReportStatuses(ids: $ids, input: $input) {
        results {
          id
          report {
            ...WorkRow
          }
          errors {
            code
            message
          }
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [WORK_ROW],
);

export const ASSIGN = graphql(
  `
    mutation AssignReport($id: ID!, $handler: ID!, $note: String, $ifVersion: Int, $idempotencyKey: String!) {
      assignReport(id: $id, handler: $handler, note: $note, ifVersion: $ifVersion, idempotencyKey: $idempotencyKey) {
        report {
          ...WorkRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [WORK_ROW],
);

export const TRANSFER = graphql(
  `
    mutation TransferReport($id: ID!, $kelurahan: String!, $note: String, $ifVersion: Int, $idempotencyKey: String!) {
      transferReport(
        id: $id
        kelurahan: $kelurahan
        note: $note
        ifVersion: $ifVersion
        idempotencyKey: $idempotencyKey
      ) {
        report {
          ...WorkRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [WORK_ROW],
);

export const RECATEGORISE = graphql(
  `
    mutation RecategoriseReport(
      $id: ID!
      $category: String!
      $note: String
      $ifVersion: Int
      $idempotencyKey: String!
    ) {
      recategoriseReport(
        id: $id
        category: $category
        note: $note
        ifVersion: $ifVersion
        idempotencyKey: $idempotencyKey
      ) {
        report {
          ...WorkRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [WORK_ROW],
);

export const MOVE = graphql(
  `
    mutation MoveReport($id: ID!, $location: GeoPointInput!, $ifVersion: Int) {
      moveReport(id: $id, location: $location, ifVersion: $ifVersion) {
        report {
          ...WorkRow
        }
        errors {
          code
          message
          field
        }
      }
    }
  `,
  [WORK_ROW],
);

export const UNITS = graphql(`
  query WorkUnits {
    agencies {
      id
      code
      name
      kind
    }
    kelurahans(first: 300) {
      edges {
        node {
          id
          code
          name
          kecamatan {
            id
            name
          }
        }
      }
    }
  }
`);

export const CATEGORIES = graphql(`
  query WorkCategories {
    categories {
      id
      code
      name
      icon
      colour
      group
      agency {
        id
        name
      }
    }
  }
`);

/** The reports that a report may be the duplicate of. */
export const CANDIDATES = graphql(
  `
    query WorkCandidates($at: GeoPointInput!, $category: String!) {
      nearbyReports(at: $at, category: $category, radiusMetres: 200, open: false, first: 12) {
        distanceMetres
        report {
          ...ReportLine
          photos {
            ...PhotoView
          }
        }
      }
    }
  `,
  [REPORT_LINE, PHOTO],
);

export type Row = ResultOf<typeof WORK_ROW>;
export type WorkEvent = ResultOf<typeof WORK_FEED>["reportFeed"];
export type WorkReport = NonNullable<ResultOf<typeof WORK_REPORT>["report"]>;
export type Filter = VariablesOf<typeof WORK_FEED>["filter"];
export type StatusInput = VariablesOf<typeof CHANGE_STATUS>["input"];
export type Candidate = ResultOf<typeof CANDIDATES>["nearbyReports"][number];
