import { graphql, type ResultOf } from "../api/graphql";

/** The reports that have changed today, the latest first, and the cursor from which the feed goes on. */
export const WALL_REPORTS = graphql(`
  query WallReports($from: DateTime!, $after: String) {
    reports(filter: { changedFrom: $from }, orderBy: RECENTLY_CHANGED, first: 100, after: $after) {
      cursor
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          version
          status
          location {
            latitude
            longitude
          }
        }
      }
    }
  }
`);

export const WALL_FEED = graphql(`
  subscription WallFeed($after: String) {
    reportFeed(after: $after) {
      id
      cursor
      kind
      at
      reportId
      toStatus
      resolution
      stars
      toHandler {
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
        version
        status
        location {
          latitude
          longitude
        }
        category {
          id
          name
        }
        kelurahan {
          id
          name
        }
      }
    }
  }
`);

export type FeedEvent = ResultOf<typeof WALL_FEED>["reportFeed"];

export const WALL_TODAY = graphql(`
  subscription WallToday($from: Date!) {
    reportStatisticsChanged(from: $from) {
      cursor
      rows {
        received
        responded
        processed
        open
        overdue
      }
    }
  }
`);

/** A day by its numbers, and those until a moment of it. The API cannot tell how many were answered until then. */
export const WALL_COMPARED = graphql(`
  query WallCompared($day: Date!, $until: DateTime!) {
    whole: reportStatistics(from: $day, to: $day) {
      rows {
        responded
      }
    }
    received: reportStatistics(filter: { submittedTo: $until }, from: $day, to: $day) {
      rows {
        received
      }
    }
    processed: reportStatistics(filter: { processedTo: $until }, from: $day, to: $day) {
      rows {
        processed
      }
    }
  }
`);

export const WALL_HISTORY = graphql(`
  query WallHistory($from: Date!, $to: Date!) {
    reportStatistics(groupBy: [DAY], from: $from, to: $to) {
      rows {
        day
        received
        responded
        processed
        open
        overdue
      }
    }
  }
`);

export type HistoryRow = ResultOf<typeof WALL_HISTORY>["reportStatistics"]["rows"][number];

export const WALL_BOARD = graphql(`
  subscription WallBoard($metric: Metric!, $first: Int!) {
    leaderboardChanged(kind: KELURAHAN, metric: $metric, period: MONTH, first: $first) {
      cursor
      snapshot
      standings {
        id
        rank
        points
        responsiveness
        band
        subject {
          ... on Kelurahan {
            id
            code
            name
          }
        }
      }
      shifts {
        fromRank
        toRank
        subject {
          ... on Kelurahan {
            id
            code
            name
          }
        }
      }
    }
  }
`);

export type BoardUpdate = ResultOf<typeof WALL_BOARD>["leaderboardChanged"];

/** The bands of all kelurahan: the board does not send a row again when only its band has changed. */
export const WALL_BANDS = graphql(`
  query WallBands {
    leaderboard(kind: KELURAHAN, metric: RESPONSIVENESS, period: MONTH) {
      id
      standings(first: 300) {
        edges {
          node {
            id
            band
            subject {
              ... on Kelurahan {
                id
                code
              }
            }
          }
        }
      }
    }
  }
`);

export const WALL_WATCHLIST = graphql(`
  query WallWatchlist {
    watchlist(kind: KELURAHAN, period: MONTH) {
      id
      band
      subject {
        ... on Kelurahan {
          id
          code
          name
        }
      }
      scorecard {
        respondedOnTime
        processedOnTime
        overdue
      }
    }
  }
`);

export type Watched = ResultOf<typeof WALL_WATCHLIST>["watchlist"][number];

export const WALL_AGENCIES = graphql(`
  query WallAgencies {
    agencies {
      id
      code
      name
      kind
      connected
      backlog
    }
  }
`);

export type WallAgency = ResultOf<typeof WALL_AGENCIES>["agencies"][number];

export const WALL_CLUSTERS = graphql(`
  query WallClusters($within: BoundingBoxInput!, $zoom: Int!) {
    reportClusters(within: $within, zoom: $zoom, filter: { status: [WAITING, IN_PROGRESS] }) {
      centre {
        latitude
        longitude
      }
      count
      waiting
    }
  }
`);

export type Cluster = ResultOf<typeof WALL_CLUSTERS>["reportClusters"][number];
