/** Register the service worker, and let it keep the files that this page has loaded already. */
async function registerWorker(): Promise<void> {
  if (!isSecureContext || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ keep: performance.getEntriesByType("resource").map(({ name }) => name) });
  } catch {
    // Without it the pages work as before, with a network.
  }
}

/**
 * Do what no page shows: send what waits, follow the news, and load the form, so that it opens at once and without a
 * network. Called once, after the first view.
 */
export async function startInBackground(): Promise<void> {
  const [{ startOutbox }, { followNews }, { loadCategories }] = await Promise.all([
    import("./outbox"),
    import("../mine/news"),
    import("./categories"),
    import("./Lapor"),
    import("../mine/MyReports"),
    import("../map/CityMap"),
  ]);
  startOutbox();
  followNews();
  await loadCategories();
  await registerWorker();
}
