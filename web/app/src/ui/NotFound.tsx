import { words } from "../texts/words";
import { Icon } from "./Icon";
import { PageTitle } from "./PageTitle";

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <main id="content" class="page narrow">
      <div class="notice">
        <Icon name="search" />
        <PageTitle title={words().notFound} />
        <a class="button" href="/">
          {words().toStart}
        </a>
      </div>
    </main>
  );
}
