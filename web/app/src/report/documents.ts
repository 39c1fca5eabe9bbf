import { REPORT_LINE } from "../api/fragments";
import { graphql, type ResultOf } from "../api/graphql";

export const PHOTO = graphql(`
  fragment PhotoView on Photo {
    id
    url
    mediumUrl
    thumbnailUrl
    width
    height
    concern
  }
`);

export const TIMELINE_EVENT = graphql(`
  fragment TimelineEvent on ReportEvent {
    id
    cursor
    kind
    at
    version
    toStatus
    resolution
    actor
    actorRole
    stars
    note
    toHandler {
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
    toKelurahan {
      id
      name
    }
    toCategory {
      id
      name
    }
    comment {
      id
      body
      author
      official
      internal
      originalBody
    }
  }
`);

/** Everything that the page of a report shows, for anybody: null or false is what the viewer may not see or do. */
export const REPORT_DETAIL = graphql(
  `
    fragment ReportDetail on Report {
      ...ReportLine
      cursor
      description
      address
      importedFrom
      respondedAt
      processedAt
      responseDueAt
      processingDueAt
      handlerDueAt
      overdue
      hidden
      rating
      scores
      viewerHasSupported
      viewerIsReporter
      reporter {
        pseudonym
      }
      handler {
        __typename
        ... on Kelurahan {
          id
          code
          name
        }
        ... on Agency {
          id
          code
          name
          kind
        }
      }
      photos {
        ...PhotoView
      }
      proof {
        ...PhotoView
      }
      duplicateOf {
        id
        number
        version
        title
        status
      }
      forwarding {
        state
        externalId
        updatedAt
        agency {
          id
          name
        }
      }
      original {
        title
        description
        address
      }
      permissions {
        canEdit
        canWithdraw
        canChangeStatus
        canAssign
        canMove
        canRate
        canReopen
        canNote
        canModerate
        canErase
        canFlag
        canSupport
        canComment
      }
      timeline(last: 60) {
        edges {
          node {
            ...TimelineEvent
          }
        }
        pageInfo {
          hasPreviousPage
        }
      }
    }
  `,
  [REPORT_LINE, PHOTO, TIMELINE_EVENT],
);

export const REPORT_BY_NUMBER = graphql(
  `
    query ReportByNumber($number: String!) {
      report(number: $number) {
        ...ReportDetail
      }
    }
  `,
  [REPORT_DETAIL],
);

/** Each event brings the report as it is now, with its timeline: the page changes by itself. */
export const REPORT_CHANGED = graphql(
  `
    subscription ReportChanged($id: ID!, $after: String) {
      reportChanged(id: $id, after: $after) {
        id
        cursor
        kind
        report {
          ...ReportDetail
        }
      }
    }
  `,
  [REPORT_DETAIL],
);

export const COMMENT_ON_REPORT = graphql(`
  mutation CommentOnReport(
    $id: ID!
    $body: String!
    $internal: Boolean!
    $maskPersonalDetails: Boolean!
    $idempotencyKey: String!
  ) {
    commentOnReport(
      id: $id
      body: $body
      internal: $internal
      maskPersonalDetails: $maskPersonalDetails
      idempotencyKey: $idempotencyKey
    ) {
      comment {
        id
      }
      errors {
        code
        message
        field
      }
    }
  }
`);

export type ReportDetail = ResultOf<typeof REPORT_DETAIL>;
export type TimelineEvent = ResultOf<typeof TIMELINE_EVENT>;
export type PhotoView = ResultOf<typeof PHOTO>;
