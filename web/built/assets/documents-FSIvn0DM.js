import{t as e}from"./fragments-D8HA_Ceq.js";import{a as t}from"./live-C0mGh1t2.js";var n=t(`
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
  `,[e]),r=t(`
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
  `,[e]),i=t(`
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
`),a=t(`
  subscription NewsChanged {
    newsChanged {
      unreadCount
      latest {
        id
        cursor
      }
    }
  }
`),o=t(`
  mutation MarkNewsRead($upTo: String!) {
    markNewsRead(upTo: $upTo) {
      errors {
        code
        message
        field
      }
    }
  }
`),s=t(`
  query Notifications {
    viewer {
      id
      notifications {
        push
        vapidPublicKey
      }
    }
  }
`),c=t(`
  mutation EnablePush($input: PushSubscriptionInput!) {
    enablePush(input: $input) {
      errors {
        code
        message
        field
      }
    }
  }
`),l=t(`
  mutation DisablePush($endpoint: URL!) {
    disablePush(endpoint: $endpoint) {
      errors {
        code
        message
        field
      }
    }
  }
`);export{n as a,s as c,i,c as n,r as o,o as r,a as s,l as t};