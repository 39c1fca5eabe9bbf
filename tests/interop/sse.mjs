// Follow a city with graphql-sse. docs/clients.md shows this file, and test_sse.py runs it.
import { createClient } from "graphql-sse";

/**
 * Create a client of event streams, one for each subscription. It can be given to `follow`.
 *
 * `url` is the address (https://…/graphql), or a function that returns it for each attempt and never throws.
 */
export function streams({ url, session, language = "id" }) {
  return createClient({
    url,
    headers: async () => {
      const authorization = await session.authorization();
      return { "accept-language": language, ...(authorization && { authorization }) };
    },
    fetchFn: async (...request) => {
      const answer = await fetch(...request);
      if (answer.status === 401) session.refused();
      return answer;
    },
    retryAttempts: Infinity,
    // Clients that lose a server together must not reconnect together.
    retry: (retries) => {
      const spread = Math.min(2_000 * 2 ** retries, 30_000);
      return new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * spread));
    },
  });
}
