import { REPORT_LINE } from "../api/fragments";
import { graphql, type ResultOf } from "../api/graphql";

export const MY_REPORTS = graphql(
  `
    query MyReports($after: String) {
      reports(filter: { mine: true }, first: 20, after: $after) {
        cursor
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            ...ReportLine
            overdue
            responseDueAt
            respondedAt
            photos {
              id
              thumbnailUrl
            }
          }
        }
      }
    }
  `,
  [REPORT_LINE],
);

export type MyReport = ResultOf<typeof MY_REPORTS>["reports"]["edges"][number]["node"];

export const MY_REPORTS_CHANGED = graphql(
  `
    subscription MyReportsChanged($after: String) {
      myReportsChanged(after: $after) {
        id
        cursor
        kind
        report {
          ...ReportLine
          overdue
          responseDueAt
          respondedAt
        }
      }
    }
  `,
  [REPORT_LINE],
);

export const MY_NEWS = graphql(`
  query MyNews($first: Int!) {
    viewer {
      id
      unreadCount
      news(first: $first) {
        pageInfo {
          hasNextPage
        }
        edges {
          node {
            id
            cursor
            kind
            at
            actor
            toStatus
            resolution
            note
            comment {
              id
              body
            }
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
            report {
              id
              number
              version
              title
            }
          }
        }
      }
    }
  }
`);

export type NewsItem = NonNullable<ResultOf<typeof MY_NEWS>["viewer"]>["news"]["edges"][number]["node"];

export const NEWS_CHANGED = graphql(`
  subscription NewsChanged {
    newsChanged {
      unreadCount
      latest {
        id
        cursor
      }
    }
  }
`);

export const MARK_NEWS_READ = graphql(`
  mutation MarkNewsRead($upTo: String!) {
    markNewsRead(upTo: $upTo) {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const NOTIFICATIONS = graphql(`
  query Notifications {
    viewer {
      id
      notifications {
        push
        vapidPublicKey
      }
    }
  }
`);

export const ENABLE_PUSH = graphql(`
  mutation EnablePush($input: PushSubscriptionInput!) {
    enablePush(input: $input) {
      errors {
        code
        message
        field
      }
    }
  }
`);

export const DISABLE_PUSH = graphql(`
  mutation DisablePush($endpoint: URL!) {
    disablePush(endpoint: $endpoint) {
      errors {
        code
        message
        field
      }
    }
  }
`);
