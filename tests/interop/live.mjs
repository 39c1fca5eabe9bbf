// Following a city with graphql-ws. docs/clients.md shows this file, and test_interop.py runs it.
import { createClient } from "graphql-ws";

const RENEW = `mutation($refreshToken: String!) {
  refreshSession(refreshToken: $refreshToken) { session { accessToken refreshToken expiresAt } }
}`;
const SOON = 60_000;

/** Who is signed in: `tokens` is what signUp or signIn gave as `session`, or null for a visitor. */
export class Session {
  constructor(api, tokens) {
    this.api = api;
    this.tokens = tokens;
  }

  /** The authorization to send, of a token that still works; undefined for a visitor. Never throws. */
  async authorization() {
    if (this.tokens && Date.parse(this.tokens.expiresAt) - Date.now() < SOON) {
      // A refresh token works once: all who ask meanwhile wait for the same exchange.
      await (this.renewing ??= this.#renew().finally(() => (this.renewing = null)));
    }
    return this.tokens ? `Bearer ${this.tokens.accessToken}` : undefined;
  }

  /** A socket was closed with 4403: the access token no longer works, whatever it says itself. */
  refused() {
    if (this.tokens) this.tokens = { ...this.tokens, expiresAt: new Date(0).toISOString() };
  }

  async #renew() {
    const before = this.tokens;
    try {
      const body = JSON.stringify({ query: RENEW, variables: { refreshToken: before.refreshToken } });
      const headers = { "content-type": "application/json" };
      const { data } = await (await fetch(this.api, { method: "POST", headers, body })).json();
      // Null when the session is over. Nothing when somebody has signed in or out meanwhile.
      if (this.tokens === before) this.tokens = data.refreshSession.session;
    } catch {
      // No network, or the city is away: that says nothing about the session. Whoever asks next tries again.
    }
  }
}

const LONGEST_WAIT = 30_000;

/**
 * Make the one socket for all that an app follows. It opens when the first thing is followed, and comes back by itself.
 *
 * `url` is where (wss://…/graphql), or a function that says where for each attempt and never throws. Every `patience`
 * milliseconds the server is asked whether it is there, and has as many to answer.
 */
export function connect({ url, session, language = "id", patience = 15_000 }) {
  let socket, unanswered;
  const expectAnswer = () => {
    unanswered = setTimeout(hangUp, patience);
  };
  const client = createClient({
    url,
    connectionParams: async () => ({ authorization: await session.authorization(), acceptLanguage: language }),
    retryAttempts: Infinity,
    // Without this a connection that is refused once ends every subscription.
    shouldRetry: () => true,
    // All who lose a server at once must not come back at once.
    retryWait: (retries) => {
      const spread = Math.min(2_000 * 2 ** retries, LONGEST_WAIT);
      return new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * spread));
    },
    keepAlive: patience,
    on: {
      connecting: expectAnswer,
      opened: (opened) => {
        socket = opened;
      },
      connected: () => clearTimeout(unanswered),
      ping: (received) => {
        if (!received) expectAnswer();
      },
      pong: (received) => {
        if (received) clearTimeout(unanswered);
      },
      closed: (event) => {
        clearTimeout(unanswered);
        if (event.code === 4403) session.refused();
      },
    },
  });

  /** Leave this socket for a new one: nobody answers on it, or somebody else has signed in. */
  function hangUp() {
    // What it still brings, when the network is back after all, comes again on the new one.
    if (socket) socket.onmessage = null;
    client.terminate();
  }
  return { ...client, terminate: hangUp };
}

/**
 * Follow `reportChanged`, `myReportsChanged` or `reportFeed` from the cursor in `variables.after` on: each event comes
 * once and in order, however often the connection is lost. Returns how to stop.
 */
export function follow(client, { query, variables }, { next, error }) {
  // graphql-ws sends this very object again after each reconnect: with the newest cursor in it, it resumes there.
  const resuming = { ...variables };
  const stop = client.subscribe(
    { query, variables: resuming },
    {
      next({ data, errors }) {
        if (!data) {
          stop();
          return error(errors);
        }
        const [event] = Object.values(data);
        resuming.after = event.cursor;
        next(event);
      },
      error, // this one has ended; the others on the socket go on
      complete() {},
    },
  );
  return stop;
}

/** Put an update of `leaderboardChanged` into a board: a Map from the code of a place or an agency to its standing. */
export function update(board, { snapshot, standings }) {
  if (snapshot) board.clear(); // the first after each reconnect is one: what was missed is in it
  for (const standing of standings) board.set(standing.subject.code, standing);
}
