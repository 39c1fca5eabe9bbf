// Follow a city with Relay. docs/recipes.md shows this file, and test_recipes.py runs it.
import relay from "relay-runtime";
import { authorized, resume } from "./live.mjs";
import { PATIENCE, Versions, withoutReport } from "./versions.mjs";

const { Environment, Network, Observable, RecordSource, Store } = relay;

/** Return a Relay environment: HTTP for queries and mutations, the socket of `connect` for subscriptions. */
export function relayEnvironment({ api, session, live }) {
  const send = authorized(session);
  const versions = new Versions();

  /** Keep late answers from the store: ask again, and leave out the report of a late mutation. */
  async function ask({ operationKind, text }, variables) {
    const body = JSON.stringify({ query: text, variables });
    for (let left = PATIENCE; ; left--) {
      const response = await send(api, { method: "POST", headers: { "content-type": "application/json" }, body });
      const answer = await response.json();
      if (!versions.isLate(answer.data)) return answer;
      if (operationKind === "mutation") return { ...answer, data: withoutReport(answer.data) };
      if (left === 0) return answer;
    }
  }

  const follow = ({ text }, variables) =>
    Observable.create((sink) =>
      resume(live, { query: text, variables }, {
        next(result) {
          versions.isLate(result.data); // remembers its versions
          sink.next(result);
        },
        error: (errors) => sink.error(Object.assign(new Error("The subscription has ended."), { errors })),
        complete: () => sink.complete(),
      }),
    );

  return new Environment({ network: Network.create(ask, follow), store: new Store(new RecordSource()) });
}
