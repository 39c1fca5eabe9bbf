/** Milliseconds after which the first view no longer needs the network and the processor for itself. */
const CALM = 2_000;

/** Begin what works in the background, once the first view is there. */
export function startAfterFirstView(): void {
  setTimeout(() => {
    import("./background").then(({ startInBackground }) => startInBackground()).catch(() => {});
  }, CALM);
}
