// Follow a city with Apollo Client. docs/recipes.md shows this file, and test_recipes.py runs it.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { of, switchMap, tap } from "rxjs";
import { authorized } from "./live.mjs";
import { possibleTypes } from "./schema.mjs";
import { PATIENCE, Versions, withoutReport } from "./versions.mjs";

/** Keep the newest cursor of each subscription: graphql-ws sends these variables again after each reconnect. */
const resuming = new ApolloLink((operation, forward) => {
  const variables = { ...operation.variables };
  operation.variables = variables;
  return forward(operation).pipe(
    tap(({ data }) => {
      if (data) variables.after = Object.values(data)[0].cursor;
    }),
  );
});

/** Keep late answers from the cache: ask again, and leave out the report of a late mutation. */
const guarding = () => {
  const versions = new Versions();
  return new ApolloLink((operation, forward) => {
    const ask = (left) =>
      forward(operation).pipe(
        switchMap((result) => {
          if (!versions.isLate(result.data) || operation.operationType === "subscription") return of(result);
          if (operation.operationType === "mutation") return of({ ...result, data: withoutReport(result.data) });
          return left > 0 ? ask(left - 1) : of(result);
        }),
      );
    return ask(PATIENCE);
  });
};

/** Return an Apollo Client: HTTP for queries and mutations, the socket of `connect` for subscriptions. */
export function apollo({ api, session, live }) {
  return new ApolloClient({
    cache: new InMemoryCache({ possibleTypes }),
    link: guarding().split(
      ({ operationType }) => operationType === "subscription",
      ApolloLink.from([resuming, new GraphQLWsLink(live)]),
      new HttpLink({ uri: api, fetch: authorized(session) }),
    ),
  });
}
