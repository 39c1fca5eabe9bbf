import { graphql, type ResultOf } from "../../api/graphql";

const NUMBERS = graphql(`
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
`);
export type Numbers = ResultOf<typeof NUMBERS>;

/** A unit with its numbers of a period, and of the one before. */
export const UNIT_SCORE = graphql(
  `
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
  `,
  [NUMBERS],
);

const PLACES = graphql(`
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
`);

/** Both boards of a period, in which the page finds the unit: `standing` knows the present period only. */
export const PLACES_ON_BOARDS = graphql(
  `
    query PlacesOnBoards($kind: BoardKind!, $period: Period!, $on: Date!) {
      byPoints: leaderboard(kind: $kind, metric: POINTS, period: $period, on: $on) {
        ...Places
      }
      byResponsiveness: leaderboard(kind: $kind, metric: RESPONSIVENESS, period: $period, on: $on) {
        ...Places
      }
    }
  `,
  [PLACES],
);
export type PlacesOnBoard = ResultOf<typeof PLACES>;

const WEEK = graphql(`
  fragment Week on Scorecard {
    received
    respondedOnTime
    processedOnTime
  }
`);
export type Week = ResultOf<typeof WEEK>;

/** Twelve weeks of a unit, each by one of its days. */
export const UNIT_WEEKS = graphql(
  `
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
  `,
  [WEEK],
);

const ENTRY = graphql(`
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
`);
export type LedgerEntry = ResultOf<typeof ENTRY>;

/** The ledger of a unit in a period, newest first. */
export const UNIT_LEDGER = graphql(
  `
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
  `,
  [ENTRY],
);

const UNIT_ROW = graphql(`
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
`);
export type UnitRow = ResultOf<typeof UNIT_ROW>;

/** All units of a kind with their numbers of this month: one request, whoever looks. */
export const ALL_UNITS = graphql(
  `
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
  `,
  [UNIT_ROW],
);

/** The reports in the hands of each unit now. */
export const IN_HANDS = graphql(`
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
`);

/** The reports of an agency by kelurahan: it has no units under it, but places where it works. */
export const IN_KELURAHAN = graphql(`
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
`);

/** The names of all units, to choose one by its name. Kecamatan and cities are those of their kelurahan. */
export const UNIT_NAMES = graphql(`
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
`);
export type UnitNames = ResultOf<typeof UNIT_NAMES>;
