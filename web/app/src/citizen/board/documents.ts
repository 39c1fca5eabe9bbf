import { graphql } from "../../api/graphql";

const ROW = graphql(`
  fragment BoardRow on Standing {
    id
    rank
    points
    responsiveness
    band
    subject {
      __typename
      ... on Kelurahan {
        id
        code
        name
        kecamatan {
          id
          code
          name
        }
      }
      ... on Agency {
        id
        code
        name
      }
    }
  }
`);

/** A board by responsiveness with all of its rows. */
export const BOARD = graphql(
  `
    query Board($kind: BoardKind!, $period: Period!) {
      leaderboard(kind: $kind, metric: RESPONSIVENESS, period: $period) {
        id
        standings(first: 300) {
          edges {
            node {
              ...BoardRow
            }
          }
        }
      }
    }
  `,
  [ROW],
);

/**
 * The cache keeps standings by their ids: what comes changes the rows of the query. The first event has all rows, and
 * costs what they cost, so it has only what changes.
 */
export const BOARD_CHANGED = graphql(`
  subscription BoardChanged($kind: BoardKind!, $period: Period!) {
    leaderboardChanged(kind: $kind, metric: RESPONSIVENESS, period: $period) {
      cursor
      startsAt
      standings {
        id
        rank
        points
        responsiveness
        band
      }
    }
  }
`);
