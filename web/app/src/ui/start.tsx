import { Provider } from "@urql/preact";
import { LocationProvider } from "preact-iso";
import { render, type ComponentType } from "preact";
import { client, generation } from "../api/client";
import { language } from "../texts";
import { words } from "../texts/words";
import { Toasts } from "./toasts";
import "./base.css";

/** The paths of the page that is shown. Links to other paths are no routes: the browser loads them. */
const screen = /^\/(meja|ruang-kendali)(?=\/|$)/.exec(location.pathname)?.[0];
const scope = screen ? new RegExp(`^${screen}(?=[/?#]|$)`) : /^\/(?!(meja|ruang-kendali|api|auth)([/?#]|$))/;

/** Put a page into the document. It begins again, with empty caches, when another person signs in. */
export function start(Page: ComponentType): void {
  document.documentElement.lang = language.value;
  const Root = () => (
    <LocationProvider scope={scope}>
      <Provider key={generation.value} value={client.value}>
        <a class="skip" href="#content">
          {words().skip}
        </a>
        <Page />
        <Toasts />
      </Provider>
    </LocationProvider>
  );
  render(<Root />, document.getElementById("app") as HTMLElement);
}
