import { graphql } from "../api/graphql";

/** The boundaries of all kelurahan: under 400 KB, loaded once, and confirmed by its ETag afterwards. */
export const BOUNDARIES = graphql(`
  query Boundaries {
    kelurahans(first: 300) {
      edges {
        node {
          id
          code
          name
          centre {
            latitude
            longitude
          }
          boundary
        }
      }
    }
  }
`);
