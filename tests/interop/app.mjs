// An app for the tests: it reads one command a line, and prints one JSON line for each event of its clients.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import WebSocket from "ws";
import { apollo } from "./apollo.mjs";
import { connect, follow, Session, update } from "./live.mjs";
import { streams } from "./sse.mjs";

// As in browsers. In Node, ws would end the process on an error without a listener.
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.on("error", () => {});
  }
};

const print = (name, event) => console.log(JSON.stringify({ name, ...event }));
let session, live, client;

const verbs = {
  open({ urls, api, tokens, patience }) {
    let attempts = 0;
    session = new Session(api, tokens);
    live = connect({
      url: () => urls[attempts++ % urls.length],
      session,
      patience,
    });
    live.on("connected", () => print("socket", { next: "connected" }));
    live.on("closed", ({ code }) => print("socket", { next: code }));
    client = apollo({ api, session, live });
  },

  openStreams({ urls, api, tokens }) {
    let attempts = 0;
    session = new Session(api, tokens);
    const refused = session.refused.bind(session);
    session.refused = () => {
      print("session", { next: "refused" });
      refused();
    };
    live = streams({ url: () => urls[attempts++ % urls.length], session });
  },

  ask({ name, query, variables }) {
    live.subscribe({ query, variables }, {
      next: (result) => print(name, { next: result }),
      error: (error) => print(name, { error: String(error) }),
      complete: () => print(name, { next: "complete" }),
    });
  },

  signedIn({ tokens }) {
    session.tokens = tokens;
    live.terminate();
  },

  follow({ name, query, variables }) {
    follow(live, { query, variables }, {
      next: (event) => print(name, { next: event }),
      error: (errors) => print(name, { error: errors }),
    });
  },

  crowd({ name, url, count, query, variables }) {
    for (let number = 0; number < count; number++) {
      const one = connect({ url, session: new Session(undefined, null) });
      one.on("connected", () => print(name, { next: Date.now() }));
      follow(one, { query, variables }, { next() {}, error: (errors) => print(name, { error: errors }) });
    }
  },

  board({ name, query, variables }) {
    const board = new Map();
    const next = ({ data: { leaderboardChanged } }) => {
      update(board, leaderboardChanged);
      const points = Object.fromEntries([...board].map(([code, standing]) => [code, standing.points]));
      print(name, { next: { snapshot: leaderboardChanged.snapshot, points } });
    };
    live.subscribe({ query, variables }, { next, error: (errors) => print(name, { error: errors }), complete() {} });
  },

  watch({ name, query, variables }) {
    client.watchQuery({ query: gql(query), variables }).subscribe(({ data, dataState }) => {
      if (dataState === "complete") print(name, { next: data });
    });
  },

  hashes({ name, api, query }) {
    const documents = [];
    const counting = (...given) => {
      documents.push("query" in JSON.parse(given[1].body));
      return fetch(...given);
    };
    const persisted = new PersistedQueryLink({ sha256: (text) => createHash("sha256").update(text).digest("hex") });
    const link = ApolloLink.from([persisted, new HttpLink({ uri: api, fetch: counting })]);
    const hashing = new ApolloClient({ cache: new InMemoryCache(), link });
    const ask = () => hashing.query({ query: gql(query), fetchPolicy: "network-only" });
    ask().then(ask).then(
      ({ data }) => print(name, { next: { data, documents } }),
      (error) => print(name, { error: error.message }),
    );
  },

  subscribe({ name, query, variables }) {
    client.subscribe({ query: gql(query), variables }).subscribe(({ data, error }) => {
      print(name, error ? { error: error.errors ?? error.message } : { next: Object.values(data)[0] });
    });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...given } = JSON.parse(line);
  verbs[verb](given);
}
process.exit();
