/** The browser's own restoring comes too early: what a page shows has to be loaded first. */
const PATIENCE = 3_000;

const positions = new Map<string, number>();
let arriving = false;
let at = "";

/** Note the path of the page that is shown. After another one its heading gets the focus: `PageTitle`. */
export function arriveAt(path: string): void {
  arriving ||= at !== "" && at !== path;
  at = path;
}

/** Whether somebody has just come here from another page, and has done nothing yet. It is true once. */
export function takeArrival(): boolean {
  const taken = arriving;
  arriving = false;
  return taken;
}

/** Bring people who go back to where they were on the page, as soon as it is long enough. Call it once. */
export function rememberPositions(): void {
  history.scrollRestoration = "manual";
  const userActs = ["wheel", "touchstart", "keydown", "pointerdown"] as const;
  let stop = () => {};
  addEventListener("scroll", () => positions.set(location.href, scrollY), { passive: true });
  addEventListener("popstate", () => {
    stop();
    stop = goTo(positions.get(location.href) ?? 0);
  });
  for (const name of userActs) {
    addEventListener(name, () => {
      stop();
      arriving = false;
    });
  }
}

/** Scroll to a height once the page has it. Returns a function that gives up. */
function goTo(top: number): () => void {
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
  };
  const observer = new ResizeObserver(() => {
    if (document.documentElement.scrollHeight < top + innerHeight) return;
    stop();
    scrollTo(0, top);
  });
  const timer = setTimeout(stop, PATIENCE);
  observer.observe(document.body);
  return stop;
}
