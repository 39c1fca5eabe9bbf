// An app for the tests: told what to do line by line, it says line by line what its clients see.
import { createInterface } from "node:readline";
import { gql } from "@apollo/client";
import WebSocket from "ws";
import { apollo } from "./apollo.mjs";
import { connect, follow, Session, update } from "./live.mjs";

// As browsers have it. In Node, ws would end the process for an error that nobody listens to.
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.on("error", () => {});
  }
};

const say = (name, what) => console.log(JSON.stringify({ name, ...what }));
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
    live.on("connected", () => say("socket", { next: "connected" }));
    live.on("closed", ({ code }) => say("socket", { next: code }));
    client = apollo({ api, session, live });
  },

  signedIn({ tokens }) {
    session.tokens = tokens;
    live.terminate();
  },

  follow({ name, query, variables }) {
    follow(live, { query, variables }, {
      next: (event) => say(name, { next: event }),
      error: (errors) => say(name, { error: errors }),
    });
  },

  crowd({ name, url, count, query, variables }) {
    for (let number = 0; number < count; number++) {
      const one = connect({ url, session: new Session(undefined, null) });
      one.on("connected", () => say(name, { next: Date.now() }));
      follow(one, { query, variables }, { next() {}, error: (errors) => say(name, { error: errors }) });
    }
  },

  board({ name, query, variables }) {
    const board = new Map();
    const next = ({ data: { leaderboardChanged } }) => {
      update(board, leaderboardChanged);
      const points = Object.fromEntries([...board].map(([code, standing]) => [code, standing.points]));
      say(name, { next: { snapshot: leaderboardChanged.snapshot, points } });
    };
    live.subscribe({ query, variables }, { next, error: (errors) => say(name, { error: errors }), complete() {} });
  },

  watch({ name, query, variables }) {
    client.watchQuery({ query: gql(query), variables }).subscribe(({ data, dataState }) => {
      if (dataState === "complete") say(name, { next: data });
    });
  },

  subscribe({ name, query, variables }) {
    client.subscribe({ query: gql(query), variables }).subscribe(({ data, error }) => {
      say(name, error ? { error: error.errors ?? error.message } : { next: Object.values(data)[0] });
    });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...given } = JSON.parse(line);
  verbs[verb](given);
}
process.exit();
