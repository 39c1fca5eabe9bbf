import { computed, effect, signal, untracked } from "@preact/signals";
import {
  Client,
  fetchExchange,
  formatDocument,
  makeOperation,
  mapExchange,
  subscriptionExchange,
  type Exchange,
  type OperationResult,
} from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { filter, makeSubject, map, merge, pipe } from "wonka";
import { language } from "../texts";
import { inOneLanguage } from "../texts/placeholders";
import { API } from "./address";
import { learnTime } from "./clock";
import { keyless } from "./keyless";
import { connect, resume, type Live } from "./live";
import { session } from "./session";
import { PATIENCE, Versions, withoutReport } from "./versions";

/** Fetch with the token of the person and the language of the page; once more if the token was not valid. */
async function authorized(url: RequestInfo | URL, options: RequestInit = {}): Promise<Response> {
  const answer = await send(url, options);
  if (!answer.headers.get("www-authenticate")?.includes("invalid_token")) return answer;
  session.refused();
  return send(url, options);
}

async function send(url: RequestInfo | URL, options: RequestInit): Promise<Response> {
  const headers = new Headers(options.headers);
  const authorization = await session.authorization();
  if (authorization) headers.set("authorization", authorization);
  headers.set("accept-language", language.peek());
  const answer = await fetch(url, { ...options, headers });
  learnTime(answer);
  return answer;
}

/** Keep late answers from the cache: ask again, and leave out the report of a late mutation. */
function guarding(): Exchange {
  const versions = new Versions();
  return ({ forward }) =>
    (operations) => {
      const again = makeSubject<OperationResult["operation"]>();
      const receive = (result: OperationResult): OperationResult | null => {
        const { kind, context } = result.operation;
        if (!versions.isLate(result.data) || kind === "subscription") return result;
        if (kind === "mutation") return { ...result, data: withoutReport(result.data) };
        const left = (context["left"] as number | undefined) ?? PATIENCE;
        if (left === 0) return result;
        again.next(makeOperation(kind, result.operation, { ...context, left: left - 1 }));
        return null;
      };
      const results = pipe(forward(merge([operations, again.source])), map(receive));
      return pipe(
        results,
        filter((result): result is OperationResult => result !== null),
      );
    };
}

function makeClient(live: Live, keeping: Exchange[]): Client {
  return new Client({
    url: API,
    fetch: authorized,
    // Answers to a GET are kept by the browser, and confirmed by their ETag.
    preferGetMethod: "within-url-limit",
    exchanges: [
      ...keeping,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: resume(live, { query: query ?? "", variables: variables ?? {} }, sink as never),
          }),
        }),
      }),
    ],
  });
}

const caching = (): Exchange[] => [
  cacheExchange({
    keys: Object.fromEntries(keyless.map((name) => [name, () => null])),
    // Fragments are on concrete types only. Without this the cache would guess which of them match.
    possibleTypes: {},
    resolvers: {
      Report: { title: ({ title }) => inOneLanguage(String(title)) },
      Comment: { body: ({ body }) => inOneLanguage(String(body)) },
    },
  }),
  guarding(), // after the cache, which gets only what comes through
];

/**
 * Create a client without a cache, and its socket: for a page that runs for weeks. The cache of `client` keeps each
 * report and event for as long as the page is open.
 */
export function connectUncached(): { client: Client; live: Live } {
  const live = connect(language.value);
  // The same text as through the cache: a city may execute only the documents that it knows.
  const format = mapExchange({
    onOperation: (operation) => {
      const query = formatDocument(operation.query) as typeof operation.query;
      return makeOperation(operation.kind, { ...operation, query });
    },
  });
  return { client: makeClient(live, [format]), live };
}

const person = signal(0);
session.onPersonChange = () => {
  person.value += 1;
};

const current = computed(() => {
  void person.value; // another person sees other data
  const live = connect(language.value);
  return { live, client: makeClient(live, caching()) };
});

/** The client of the person and the language of now. Another one comes with another person or language. */
export const client = computed(() => current.value.client);

/** Count of changes of the person or language: a key that begins a page again. */
export const generation = computed(() => `${person.value} ${language.value}`);

let before: Live | undefined;
effect(() => {
  const { live } = current.value;
  untracked(() => before?.dispose());
  before = live;
});
