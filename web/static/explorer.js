// GraphiQL over this server: queries and mutations by HTTP POST, subscriptions by a websocket (graphql-transport-ws).
"use strict";

const endpoint = new URL("/graphql", location.href);
const socket = new URL(endpoint);
socket.protocol = location.protocol === "https:" ? "wss:" : "ws:";

/** A browser cannot set headers on a websocket: what the server reads from them travels in connection_init instead. */
function connectionParams(headers) {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const params = { acceptLanguage: byName.get("accept-language") ?? navigator.languages.join(", ") };
  if (byName.has("authorization")) params.authorization = byName.get("authorization");
  return params;
}

/** Made anew for each operation, so that a subscription opens its socket with the headers of that moment. */
function fetcher(operation, options = {}) {
  const send = GraphiQL.createFetcher({
    url: endpoint.href,
    subscriptionUrl: socket.href,
    wsConnectionParams: connectionParams(options.headers ?? {}),
    enableIncrementalDelivery: false,
  });
  return send(operation, options);
}

const home = React.createElement(
  "a",
  { className: "home", href: "/" },
  React.createElement("img", { src: "/static/tanggap.svg", alt: "", width: 34, height: 14 }),
  "Tanggap",
);

ReactDOM.createRoot(document.getElementById("explorer")).render(
  React.createElement(
    GraphiQL,
    {
      fetcher,
      query: new URLSearchParams(location.search).get("query") ?? undefined,
      defaultQuery: "{\n  cities {\n    name\n  }\n}\n",
      // GraphiQL writes the headers of each run, and so tokens, into its history: let that end with the tab.
      storage: sessionStorage,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    },
    React.createElement(GraphiQL.Logo, null, home),
  ),
);
