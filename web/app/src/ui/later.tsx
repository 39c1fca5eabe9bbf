import type { ComponentType } from "preact";
import { lazy } from "preact-iso";
import { Failed } from "./parts";

/** A page that is loaded when it is first shown. Where it cannot be loaded, it says so, and tries again. */
export function later<Props>(load: () => Promise<ComponentType<Props> | { default: ComponentType<Props> }>) {
  return lazy<ComponentType<Props>>(() => load().catch(() => ({ default: NotLoaded })));
}

function NotLoaded() {
  return (
    <main id="content" class="page narrow">
      <Failed again={() => location.reload()} />
    </main>
  );
}
