/// <reference lib="webworker" />
export type {};
declare const self: ServiceWorkerGlobalScope;

/** The citizens' page, for when there is no network. One address stands for all of its routes. */
const PAGE = "page-1";
const SHELL = "/";
/** Built files, whose names change with what is in them. */
const FILES = "files-1";
const BUILT = "/built/assets/";
/** Files that are kept: those of about three versions of the pages. */
const MOST_FILES = 200;
/** Answers vary by `Origin`, which a script of a page sends and this worker does not; it is always ours. */
const ANY = { ignoreVary: true };
/** Milliseconds for which the network may take to bring a page that is here too. */
const PATIENCE = 4_000;
/** The routes of the citizens' page. The desk and the wall are of no use without a network. */
const ROUTES = /^\/($|lapor$|laporan($|\/)|kelurahan($|\/)|peringkat$|masuk$|daftar$|sandi$|akun($|\/))/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
  void self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), forgetOthers()]));
});

async function keepShell(): Promise<void> {
  const answer = await fetch(SHELL, { credentials: "same-origin" });
  if (answer.ok) await (await caches.open(PAGE)).put(SHELL, answer);
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== PAGE && name !== FILES).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  // Everything else, the API and photos above all, goes its way as without a worker.
  if (pathname.startsWith(BUILT)) event.respondWith(fromFiles(request));
  else if (request.mode === "navigate" && ROUTES.test(pathname)) event.respondWith(page(request, pathname));
});

/** A built file never changes: what is here is right. */
async function fromFiles(request: Request): Promise<Response> {
  const files = await caches.open(FILES);
  const kept = await files.match(request, ANY);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await files.put(request, answer.clone());
  return answer;
}

/** The page from the network, or the one kept here if that takes too long or fails. */
async function page(request: Request, pathname: string): Promise<Response> {
  const pages = await caches.open(PAGE);
  const kept = await pages.match(SHELL, ANY);
  const fetched = fetch(request).then(async (answer) => {
    // The pages of reports have a title and a preview of their own.
    if (answer.ok && (pathname === "/" || pathname === "/lapor")) await pages.put(SHELL, answer.clone());
    return answer;
  });
  if (!kept) return fetched;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([fetched.catch(() => kept), late]);
}

self.addEventListener("message", (event) => {
  const { keep } = event.data as { keep?: readonly string[] };
  if (keep) event.waitUntil(keepFiles(keep));
});

/** Keep files that a page loaded before this worker was there, and forget the oldest of too many. */
async function keepFiles(addresses: readonly string[]): Promise<void> {
  const files = await caches.open(FILES);
  const ours = addresses.filter((address) => address.startsWith(location.origin + BUILT));
  await Promise.all([...new Set(ours)].map((address) => fromFiles(new Request(address)).catch(() => undefined)));
  const kept = await files.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST_FILES))) await files.delete(old);
}

/** What the service sends: docs/notifications.md. */
interface News {
  title: string;
  body: string;
  lang: string;
  report: string;
  url: string | null;
}

self.addEventListener("push", (event) => {
  const news = event.data?.json() as News;
  const { title, body, lang, report, url } = news;
  const options: NotificationOptions & { renotify: boolean } = {
    body,
    lang,
    tag: report,
    renotify: true,
    icon: "/built/icons/tanggap-192.png",
    badge: "/built/icons/tanggap-192.png",
    data: { url: url ?? `/laporan/${report}` },
  };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = event.notification.data as { url: string };
  event.waitUntil(show(url));
});

/** Show an address in a page of ours that is open, or in a new one. */
async function show(address: string): Promise<void> {
  const url = new URL(address, location.origin);
  const pages = await self.clients.matchAll({ type: "window" });
  const open = pages.find((each) => new URL(each.url).pathname === url.pathname);
  if (open && url.origin === location.origin) await open.focus();
  else await self.clients.openWindow(url.href);
}

/** Background Sync: the network is back. A page sends, for only pages have the session. */
self.addEventListener("sync" as keyof ServiceWorkerGlobalScopeEventMap, () => {
  void self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((pages) => {
    for (const each of pages) each.postMessage("send-reports");
  });
});
