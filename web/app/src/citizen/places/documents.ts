import { graphql } from "../../api/graphql";

export const ALL_PLACES = graphql(`
  query AllPlaces {
    cities {
      id
      code
      name
      kecamatan {
        id
        code
        name
        kelurahan {
          id
          code
          name
        }
      }
    }
  }
`);

/** A kelurahan: its place with its band, and what that rests on. */
export const KELURAHAN = graphql(`
  query KelurahanPage($code: String!, $period: Period!) {
    kelurahan(code: $code) {
      id
      code
      name
      endedOn
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
      centre {
        latitude
        longitude
      }
      standing(metric: RESPONSIVENESS, period: $period) {
        id
        rank
        points
        responsiveness
        band
        scorecard {
          received
          responded
          processed
          overdue
          reopened
          respondedOnTime
          decidedAnswers
          processedOnTime
          decidedFixes
          satisfaction
          ratings
          medianResponseMinutes
        }
      }
    }
  }
`);

export const LEDGER = graphql(`
  query KelurahanLedger($code: String!, $period: Period!, $first: Int!) {
    kelurahan(code: $code) {
      id
      code
      points(first: $first, period: $period) {
        edges {
          node {
            id
            at
            points
            reason
            note
            waived
            report {
              id
              number
              version
              title
            }
          }
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`);
