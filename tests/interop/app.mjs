// An app for the tests: it reads one command a line, and prints one JSON line for each event of its clients.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import relay from "relay-runtime";
import WebSocket from "ws";
import { apollo } from "./apollo.mjs";
import { artifact } from "./artifacts.mjs";
import { connect, follow, Session, update } from "./live.mjs";
import { relayEnvironment } from "./relay.mjs";
import { streams } from "./sse.mjs";
import { urql } from "./urql.mjs";

// As in browsers. In Node, ws would end the process on an error without a listener.
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.on("error", () => {});
  }
};

const print = (name, event) => console.log(JSON.stringify({ name, ...event }));
let session, live, clients;

/** Return what the tests do with Apollo Client. */
function withApollo(client) {
  return {
    watch(query, variables, next) {
      client.watchQuery({ query: gql(query), variables }).subscribe(({ data, dataState }) => {
        if (dataState === "complete") next(data);
      });
    },
    subscribe(query, variables, next, error) {
      client.subscribe({ query: gql(query), variables }).subscribe((result) => {
        if (result.error) error(result.error.errors ?? result.error.message);
        else next(result.data);
      });
    },
    ask: async (query, variables) =>
      (await client.query({ query: gql(query), variables, fetchPolicy: "network-only" })).data,
    mutate: async (query, variables) => (await client.mutate({ mutation: gql(query), variables })).data,
    cached: (query, variables) => client.readQuery({ query: gql(query), variables }),
  };
}

/** Return what the tests do with urql. */
function withUrql(client) {
  const ask = async (query, variables, requestPolicy) => {
    const { data, error } = await client.query(query, variables, { requestPolicy }).toPromise();
    if (error) throw error;
    return data;
  };
  return {
    watch(query, variables, next) {
      client.query(query, variables).subscribe(({ data }) => data && next(data));
    },
    subscribe(query, variables, next, error) {
      client.subscription(query, variables).subscribe((result) => {
        if (result.error) error(result.error.graphQLErrors);
        else next(result.data);
      });
    },
    ask: (query, variables) => ask(query, variables, "network-only"),
    mutate: async (query, variables) => (await client.mutation(query, variables).toPromise()).data,
    cached: (query, variables) => ask(query, variables, "cache-only"),
  };
}

/** Return what the tests do with Relay. */
function withRelay(environment) {
  const { commitMutation, createOperationDescriptor, fetchQuery, requestSubscription } = relay;
  const described = (query, variables) => createOperationDescriptor(artifact(query), variables);
  const cached = (query, variables) => environment.lookup(described(query, variables).fragment).data;
  const ask = async (query, variables) => {
    await fetchQuery(environment, artifact(query), variables).toPromise();
    return cached(query, variables);
  };
  return {
    async watch(query, variables, next) {
      const operation = described(query, variables);
      environment.retain(operation);
      next(await ask(query, variables));
      environment.subscribe(environment.lookup(operation.fragment), ({ data }) => next(data));
    },
    subscribe(query, variables, next, error) {
      const subscription = artifact(query);
      requestSubscription(environment, {
        subscription,
        variables,
        onNext: next,
        onError: ({ errors }) => error(errors),
      });
    },
    ask,
    mutate: (query, variables) =>
      new Promise((onCompleted, onError) => {
        commitMutation(environment, { mutation: artifact(query), variables, onCompleted, onError });
      }),
    cached,
  };
}

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
    const given = { api, session, live };
    clients = { apollo: withApollo(apollo(given)), urql: withUrql(urql(given)), relay: withRelay(relayEnvironment(given)) };
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

  watch({ name, by = "apollo", query, variables }) {
    clients[by].watch(query, variables, (data) => print(name, { next: data }));
  },

  subscribe({ name, by = "apollo", query, variables }) {
    const next = (data) => print(name, { next: Object.values(data)[0] });
    clients[by].subscribe(query, variables, next, (errors) => print(name, { error: errors }));
  },

  /** Print what `ask`, `mutate` or `cached` of a client returns. */
  async once({ name, by, way, query, variables }) {
    try {
      print(name, { next: await clients[by][way](query, variables) });
    } catch (error) {
      print(name, { error: String(error) });
    }
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
};

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...given } = JSON.parse(line);
  verbs[verb](given);
}
process.exit();
