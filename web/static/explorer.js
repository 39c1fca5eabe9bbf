// GraphiQL over this server: queries and mutations by HTTP POST, subscriptions by a websocket (graphql-transport-ws).
// Beside it: samples, which load into its editor, and a sign-in, which writes the token into its headers.
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

const root = ReactDOM.createRoot(document.getElementById("explorer"));

/** Show GraphiQL. `defaultHeaders` are those of the tabs that are opened in it from now on. */
function render(defaultHeaders) {
  root.render(
    React.createElement(
      GraphiQL,
      {
        fetcher,
        query: new URLSearchParams(location.search).get("query") ?? undefined,
        defaultQuery: "{\n  cities {\n    name\n  }\n}\n",
        defaultHeaders,
        // GraphiQL writes the headers of each run, and so tokens, into its history: let that end with the tab.
        storage: sessionStorage,
        shouldPersistHeaders: false,
        showPersistHeadersSettings: false,
      },
      React.createElement(GraphiQL.Logo, null, home),
    ),
  );
}

render();

/** The editor of the operation, and that of the headers, which is there while it is not shown. */
const operationEditor = () => document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror;
const headersEditor = () => [...document.querySelectorAll(".graphiql-editor-tool .CodeMirror")].at(-1).CodeMirror;

// On a wide screen there is room for both lists beside the editor. On a narrow one they are above it, one at a time.
const wide = matchMedia("(min-width: 60.01rem)");
const lists = document.querySelectorAll("aside details");
function openLists() {
  for (const list of lists) list.open = wide.matches;
}
wide.addEventListener("change", openLists);
openLists();
for (const list of lists) {
  list.addEventListener("toggle", () => {
    if (!list.open || wide.matches) return;
    for (const other of lists) if (other !== list) other.open = false;
  });
}

for (const sample of document.querySelectorAll("#samples button")) {
  sample.addEventListener("click", () => {
    operationEditor().setValue(sample.dataset.query);
    if (!wide.matches) document.getElementById("samples").open = false;
    operationEditor().focus();
  });
}

const form = document.getElementById("sign-in");
const signedIn = document.getElementById("signed-in");
let token = null; // here and in the headers only: it is gone when the tab is closed or loaded again

async function ask(query, variables = {}) {
  const headers = { "content-type": "application/json", "accept-language": document.documentElement.lang };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** Write the token into the headers, or take it from them when it is null. Other headers stay as they are. */
function writeToken() {
  let headers = {};
  try {
    headers = JSON.parse(headersEditor().getValue() || "{}");
  } catch {
    // What is no JSON could not be sent either.
  }
  for (const name of Object.keys(headers)) if (name.toLowerCase() === "authorization") delete headers[name];
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  headersEditor().setValue(Object.keys(headers).length === 0 ? "" : JSON.stringify(headers, null, 2));
  render(token === null ? undefined : JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const refusal = form.querySelector("[role=alert]");
  refusal.textContent = "";
  button.disabled = true;
  try {
    const { signIn } = await ask(
      `mutation SignIn($email: String!, $password: String!) {
        signIn(email: $email, password: $password) {
          session { accessToken expiresAt viewer { pseudonym } }
          errors { message }
        }
      }`,
      { email: form.elements.email.value, password: form.elements.password.value },
    );
    if (signIn.session === null) throw new Error(signIn.errors[0].message);
    token = signIn.session.accessToken;
    writeToken();
    const time = signedIn.querySelector("time");
    time.dateTime = signIn.session.expiresAt;
    time.textContent = new Date(time.dateTime).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    signedIn.querySelector("strong").textContent = `${signIn.session.viewer.pseudonym} (${form.elements.email.value})`;
    form.reset();
    form.hidden = true;
    signedIn.hidden = false;
    signedIn.querySelector("button").focus();
  } catch (error) {
    refusal.textContent = error instanceof TypeError ? form.dataset.failed : error.message; // `fetch` without an answer
  } finally {
    button.disabled = false;
  }
});

signedIn.querySelector("button").addEventListener("click", async () => {
  const ending = ask("mutation SignOut { signOut { errors { message } } }");
  token = null;
  writeToken();
  signedIn.hidden = true;
  form.hidden = false;
  form.elements.email.focus();
  await ending.catch(() => undefined); // a session that cannot be ended now ends with its tokens, which nobody has
});
