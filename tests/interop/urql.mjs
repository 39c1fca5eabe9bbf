// Follow a city with urql. docs/recipes.md shows this file, and test_recipes.py runs it.
import { Client, fetchExchange, makeOperation, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { filter, makeSubject, map, merge, pipe } from "wonka";
import { authorized, resume } from "./live.mjs";
import { keyless } from "./schema.mjs";
import { PATIENCE, Versions, withoutReport } from "./versions.mjs";

/** Keep late answers from the cache: ask again, and leave out the report of a late mutation. */
const guarding = () => {
  const versions = new Versions();
  return ({ forward }) => (operations) => {
    const again = makeSubject();
    const receive = (result) => {
      const { kind, context } = result.operation;
      if (!versions.isLate(result.data) || kind === "subscription") return result;
      if (kind === "mutation") return { ...result, data: withoutReport(result.data) };
      const { left = PATIENCE } = context;
      if (left === 0) return result;
      again.next(makeOperation(kind, result.operation, { ...context, left: left - 1 }));
      return null;
    };
    return pipe(forward(merge([operations, again.source])), map(receive), filter(Boolean));
  };
};

/** Return an urql Client: HTTP for queries and mutations, the socket of `connect` for subscriptions. */
export function urql({ api, session, live }) {
  return new Client({
    url: api,
    fetch: authorized(session),
    preferGetMethod: false,
    exchanges: [
      cacheExchange({ keys: Object.fromEntries(keyless.map((name) => [name, () => null])) }),
      guarding(), // after the cache, which gets only what comes through
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: resume(live, { query, variables }, sink) }),
        }),
      }),
    ],
  });
}
