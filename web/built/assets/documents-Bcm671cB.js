import{a as e}from"./live-C0mGh1t2.js";var t=e(`
  fragment Numbers on Scorecard {
    received
    responded
    processed
    overdue
    reopened
    dismissed
    duplicates
    handedOn
    withdrawn
    waivedPoints
    respondedOnTime
    processedOnTime
    satisfaction
    decidedAnswers
    decidedFixes
    ratings
    responsiveness
    medianResponseMinutes
    medianProcessingMinutes
  }
`),n=e(`
    query UnitScore($id: ID!, $period: Period!, $on: Date!, $before: Date!) {
      node(id: $id) {
        __typename
        id
        ... on Kelurahan {
          code
          name
          kecamatan {
            id
            name
          }
          city {
            id
            name
          }
          now: scorecard(period: $period, on: $on) {
            ...Numbers
          }
          before: scorecard(period: $period, on: $before) {
            ...Numbers
          }
        }
        ... on Agency {
          code
          name
          kind
          now: scorecard(period: $period, on: $on) {
            ...Numbers
          }
          before: scorecard(period: $period, on: $before) {
            ...Numbers
          }
        }
      }
    }
  `,[t]),r=e(`
  fragment Places on Leaderboard {
    id
    standings(first: 300) {
      edges {
        node {
          id
          rank
          previousRank
          points
          band
          subject {
            __typename
            ... on Kelurahan {
              id
            }
            ... on Agency {
              id
            }
          }
        }
      }
    }
  }
`),i=e(`
    query PlacesOnBoards($kind: BoardKind!, $period: Period!, $on: Date!) {
      byPoints: leaderboard(kind: $kind, metric: POINTS, period: $period, on: $on) {
        ...Places
      }
      byResponsiveness: leaderboard(kind: $kind, metric: RESPONSIVENESS, period: $period, on: $on) {
        ...Places
      }
    }
  `,[r]),a=e(`
  fragment Week on Scorecard {
    received
    respondedOnTime
    processedOnTime
  }
`),o=e(`
    query UnitWeeks(
      $w0: Date!
      $w1: Date!
      $w2: Date!
      $w3: Date!
      $w4: Date!
      $w5: Date!
      $w6: Date!
      $w7: Date!
      $w8: Date!
      $w9: Date!
      $w10: Date!
      $w11: Date!
      $id: ID!
    ) {
      node(id: $id) {
        __typename
        id
        ... on Kelurahan {
          w0: scorecard(period: WEEK, on: $w0) {
            ...Week
          }
          w1: scorecard(period: WEEK, on: $w1) {
            ...Week
          }
          w2: scorecard(period: WEEK, on: $w2) {
            ...Week
          }
          w3: scorecard(period: WEEK, on: $w3) {
            ...Week
          }
          w4: scorecard(period: WEEK, on: $w4) {
            ...Week
          }
          w5: scorecard(period: WEEK, on: $w5) {
            ...Week
          }
          w6: scorecard(period: WEEK, on: $w6) {
            ...Week
          }
          w7: scorecard(period: WEEK, on: $w7) {
            ...Week
          }
          w8: scorecard(period: WEEK, on: $w8) {
            ...Week
          }
          w9: scorecard(period: WEEK, on: $w9) {
            ...Week
          }
          w10: scorecard(period: WEEK, on: $w10) {
            ...Week
          }
          w11: scorecard(period: WEEK, on: $w11) {
            ...Week
          }
        }
        ... on Agency {
          w0: scorecard(period: WEEK, on: $w0) {
            ...Week
          }
          w1: scorecard(period: WEEK, on: $w1) {
            ...Week
          }
          w2: scorecard(period: WEEK, on: $w2) {
            ...Week
          }
          w3: scorecard(period: WEEK, on: $w3) {
            ...Week
          }
          w4: scorecard(period: WEEK, on: $w4) {
            ...Week
          }
          w5: scorecard(period: WEEK, on: $w5) {
            ...Week
          }
          w6: scorecard(period: WEEK, on: $w6) {
            ...Week
          }
          w7: scorecard(period: WEEK, on: $w7) {
            ...Week
          }
          w8: scorecard(period: WEEK, on: $w8) {
            ...Week
          }
          w9: scorecard(period: WEEK, on: $w9) {
            ...Week
          }
          w10: scorecard(period: WEEK, on: $w10) {
            ...Week
          }
          w11: scorecard(period: WEEK, on: $w11) {
            ...Week
          }
        }
      }
    }
  `,[a]),s=e(`
  fragment LedgerEntry on PointEntry {
    id
    at
    points
    rule
    reason
    note
    waived
    report {
      id
      number
      version
      title
    }
    reverses {
      id
    }
    reversedBy {
      id
      at
      note
    }
  }
`),c=e(`
    query UnitLedger($id: ID!, $period: Period!, $on: Date!, $after: String) {
      node(id: $id) {
        __typename
        id
        ... on Kelurahan {
          points(first: 100, after: $after, period: $period, on: $on) {
            edges {
              node {
                ...LedgerEntry
              }
            }
            pageInfo {
              hasNextPage
              endCursor
            }
          }
        }
        ... on Agency {
          points(first: 100, after: $after, period: $period, on: $on) {
            edges {
              node {
                ...LedgerEntry
              }
            }
            pageInfo {
              hasNextPage
              endCursor
            }
          }
        }
      }
    }
  `,[s]),l=e(`
  fragment UnitRow on Standing {
    id
    band
    responsiveness
    subject {
      __typename
      ... on Kelurahan {
        id
        code
        name
        kecamatan {
          id
          name
        }
        city {
          id
        }
      }
      ... on Agency {
        id
        code
        name
      }
    }
    scorecard {
      overdue
      respondedOnTime
      decidedAnswers
      processedOnTime
      decidedFixes
    }
  }
`),u=e(`
    query AllUnits($kind: BoardKind!) {
      leaderboard(kind: $kind, metric: RESPONSIVENESS, period: MONTH) {
        id
        standings(first: 300) {
          edges {
            node {
              ...UnitRow
            }
          }
        }
      }
    }
  `,[l]),d=e(`
  subscription InHands($filter: ReportFilter) {
    reportStatisticsChanged(filter: $filter, groupBy: [HANDLER]) {
      cursor
      rows {
        open
        overdue
        handler {
          __typename
          ... on Kelurahan {
            id
          }
          ... on Agency {
            id
          }
        }
      }
    }
  }
`),f=e(`
  subscription InKelurahan($filter: ReportFilter) {
    reportStatisticsChanged(filter: $filter, groupBy: [KELURAHAN]) {
      cursor
      rows {
        open
        overdue
        kelurahan {
          id
          name
          kecamatan {
            id
            name
          }
        }
      }
    }
  }
`),p=e(`
  query UnitNames {
    kelurahans(first: 300) {
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
    agencies {
      id
      code
      name
      kind
    }
  }
`);export{c as a,o as c,i,d as n,p as o,f as r,n as s,u as t};