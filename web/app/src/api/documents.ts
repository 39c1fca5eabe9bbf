import { graphql } from "./graphql";

/** Sent without the client, which waits for its answer. */
export const RENEW_SESSION = graphql(`
  mutation RenewSession($refreshToken: String!) {
    refreshSession(refreshToken: $refreshToken) {
      session {
        accessToken
        refreshToken
        expiresIn
      }
    }
  }
`);
