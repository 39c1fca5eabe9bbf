// Follow a city with Apollo Client. docs/clients.md shows this file, and test_interop.py runs it.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { tap } from "rxjs";

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

/** Return an Apollo Client: HTTP for queries and mutations, the socket of `connect` for subscriptions. */
export function apollo({ api, session, live }) {
  const authorizing = new SetContextLink(async ({ headers }) => {
    const authorization = await session.authorization();
    return { headers: authorization ? { ...headers, authorization } : headers };
  });
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === "subscription",
      ApolloLink.from([resuming, new GraphQLWsLink(live)]),
      ApolloLink.from([authorizing, new HttpLink({ uri: api })]),
    ),
  });
}
