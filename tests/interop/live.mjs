// Follow a city with graphql-ws. docs/clients.md shows this file, and test_interop.py runs it.
import { createClient } from "graphql-ws";

const RENEW = `mutation($refreshToken: String!) {
  refreshSession(refreshToken: $refreshToken) { session { accessToken refreshToken expiresIn } }
}`;
const SOON = 60_000;

/** The signed-in user of an app in one process. `session` is that of signUp or signIn, or null for a visitor. */
export class Session {
  #tokens;

  constructor(api, session) {
    this.api = api;
    this.tokens = session;
  }

  get tokens() {
    return this.#tokens;
  }

  set tokens(session) {
    // By the clock of this device, whatever it says: only the difference matters.
    this.#tokens = session && { ...session, until: Date.now() + session.expiresIn * 1000 };
  }

  /** The authorization to send, with a valid token; undefined for a visitor. Never throws. */
  async authorization() {
    if (this.tokens && this.tokens.until - Date.now() < SOON) {
      // Concurrent callers wait for the same exchange.
      await (this.renewing ??= this.#renew().finally(() => (this.renewing = null)));
    }
    return this.tokens ? `Bearer ${this.tokens.accessToken}` : undefined;
  }

  /** A socket was closed with 4403, or an answer said invalid_token: the token is not valid, whatever its time says. */
  refused() {
    if (this.tokens) this.tokens = { ...this.tokens, expiresIn: 0 };
  }

  async #renew() {
    const before = this.tokens;
    try {
      const body = JSON.stringify({ query: RENEW, variables: { refreshToken: before.refreshToken } });
      const headers = { "content-type": "application/json" };
      const { data } = await (await fetch(this.api, { method: "POST", headers, body })).json();
      // Null when the session is over. Unused when the user has signed in or out meanwhile.
      if (this.tokens === before) this.tokens = data.refreshSession.session;
    } catch {
      // No network, or the city is unavailable: the session may still be valid. The next caller tries again.
    }
  }
}

/** Return a `fetch` that sends the token of the signed-in user. */
export function authorized(session) {
  return async (url, options) => {
    const headers = new Headers(options.headers);
    const authorization = await session.authorization();
    if (authorization) headers.set("authorization", authorization);
    return fetch(url, { ...options, headers });
  };
}

const LONGEST_WAIT = 30_000;

/**
 * Create the one socket for all subscriptions of an app. It opens with the first subscription, and reconnects by itself.
 *
 * `url` is the address (wss://…/graphql), or a function that returns it for each attempt and never throws. The client
 * pings the server every `patience` milliseconds, and waits as long for the answer.
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
    // Without this, one refused connection ends all subscriptions.
    shouldRetry: () => true,
    // Clients that lose a server together must not reconnect together.
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

  /** Replace this socket: the server does not answer, or another user has signed in. */
  function hangUp() {
    // Late messages of the old socket come again on the new one.
    if (socket) socket.onmessage = null;
    client.terminate();
  }
  return { ...client, terminate: hangUp };
}

/** Subscribe, and resume at the newest cursor after each reconnect. Returns a function that stops. */
export function resume(client, { query, variables }, sink) {
  // graphql-ws sends this object again after each reconnect.
  const resuming = { ...variables };
  return client.subscribe(
    { query, variables: resuming },
    {
      ...sink,
      next(result) {
        if (result.data) resuming.after = Object.values(result.data)[0].cursor;
        sink.next(result);
      },
    },
  );
}

/**
 * Follow `reportChanged`, `myReportsChanged` or `reportFeed` from the cursor in `variables.after` on: each event comes
 * once and in order, however often the connection is lost. Returns a function that stops.
 */
export function follow(client, operation, { next, error }) {
  const stop = resume(client, operation, {
    next({ data, errors }) {
      if (data) return next(Object.values(data)[0]);
      stop();
      error(errors);
    },
    error, // this subscription has ended; the others on the socket continue
    complete() {},
  });
  return stop;
}

/** Apply an update of `leaderboardChanged` to a board: a Map from the code of a place or agency to its standing. */
export function update(board, { snapshot, standings }) {
  if (snapshot) board.clear(); // the first update after each reconnect is a snapshot
  for (const standing of standings) board.set(standing.subject.code, standing);
}
