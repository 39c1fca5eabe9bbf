import{t as e}from"./fragments-D8HA_Ceq.js";import{a as t}from"./live-C0mGh1t2.js";var n=t(`
  fragment PhotoView on Photo {
    id
    url
    mediumUrl
    thumbnailUrl
    width
    height
    concern
  }
`),r=t(`
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
`),i=t(`
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
  `,[e,n,r]),a=t(`
    query ReportByNumber($number: String!) {
      report(number: $number) {
        ...ReportDetail
      }
    }
  `,[i]),o=t(`
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
  `,[i]),s=t(`
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
`);export{i as a,o as i,n,a as r,s as t};