import { words } from "../texts/words";
import { Notice } from "./parts";

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <main id="content" class="page narrow">
      <Notice icon="search" title={words().notFound}>
        <a class="button" href="/">
          {words().toStart}
        </a>
      </Notice>
    </main>
  );
}
