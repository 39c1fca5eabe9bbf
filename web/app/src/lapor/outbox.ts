import { effect } from "@preact/signals";
import type { ResultOf } from "../api/graphql";
import { client } from "../api/client";
import { act } from "../api/hooks";
import { session } from "../api/session";
import { say } from "../ui/toasts";
import { SUBMIT, WHO } from "./documents";
import { isFresh, patience, type KeptPhoto, type KeptReport } from "./machine";
import { learnNetwork } from "./online";
import { locate } from "./place";
import { change, find, forgetPictures, load, picture, reports } from "./store";
import { t } from "./texts";
import { upload } from "../media/upload";

const LOCK = "tanggap.outbox";
/** Attempts at a photo before the report waits for its next turn. */
const UPLOAD_ATTEMPTS = 3;

/** Ids of reports that a page shows while they are sent: no message is needed when they are there. */
export const watched = new Set<string>();

/** Run in one tab at a time. Where browsers have no locks, the idempotency key alone makes one report of it. */
async function alone(run: () => Promise<void>): Promise<void> {
  if ("locks" in navigator) await navigator.locks.request(LOCK, run);
  else await run();
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Send what waits: now, and again as long as something waits. Only one tab sends. */
export async function flush(): Promise<void> {
  clearTimeout(timer);
  await alone(async () => {
    await load();
    for (const { id, phase } of reports.peek()) {
      // This tab holds the lock, so the tab that was sending it is gone.
      if (phase === "sending") await change(id, { type: "interrupted" });
    }
    const waiting = reports.peek().filter(({ phase }) => phase === "queued");
    for (const report of waiting.reverse()) await deliver(report);
  });
  const attempts = reports
    .peek()
    .filter(({ phase }) => phase === "queued")
    .map((report) => report.attempts);
  if (attempts.length > 0) timer = setTimeout(() => void flush(), patience(Math.min(...attempts)));
}

/** Send a report: it is queued first, so it is sent whatever happens to this page. */
export async function send(id: string): Promise<void> {
  await change(id, { type: "send" });
  void navigator.storage?.persist?.();
  await Promise.all([flush(), askWorker()]);
}

/** Let the browser wake the worker when the network is back, where it can. */
async function askWorker(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register("send-reports").catch(() => {});
}

/** Who is signed in: an id, null for nobody, undefined if that cannot be known now. */
async function who(): Promise<string | null | undefined> {
  if (!session.signedIn.peek()) return null;
  const result = await client.peek().query(WHO, {}, { requestPolicy: "network-only" }).toPromise();
  learnNetwork(result);
  return result.data && (result.data.viewer?.id ?? null);
}

async function deliver({ id }: KeptReport): Promise<void> {
  const account = await who();
  if (account === null) return void (await change(id, { type: "unauthenticated" }));
  if (account === undefined) return void (await change(id, { type: "lost" }));
  const begun = await change(id, { type: "begin", account });
  if (begun?.phase !== "sending") return;
  if (await uploadAll(begun, account)) await submit(id, account, true);
}

/** Upload the photos that are not there yet. Returns whether the report can go on. */
async function uploadAll(report: KeptReport, account: string): Promise<boolean> {
  for (const photo of report.content.photos) {
    if (isFresh(photo, account, Date.now())) continue;
    const result = await uploadOne(report.id, photo, account, UPLOAD_ATTEMPTS);
    if (result === "done") continue;
    if (result === "lost") await change(report.id, { type: "lost" });
    else if (result === "unauthenticated") await change(report.id, { type: "unauthenticated" });
    else await change(report.id, { type: "refused", faults: [{ message: result.message, field: "photoIds" }] });
    return false;
  }
  return true;
}

type Photographed = "done" | "lost" | "unauthenticated" | { message: string };

async function uploadOne(id: string, photo: KeptPhoto, account: string, attempts: number): Promise<Photographed> {
  for (let attempt = 1; ; attempt++) {
    const blob = await picture(photo.id);
    if (!blob) return "done"; // removed meanwhile
    const result = await upload(photo.id, blob);
    if (result.type === "done") {
      await change(id, { type: "uploaded", photo: photo.id, upload: { id: result.id, at: Date.now(), account } });
      return "done";
    }
    if (result.type === "unauthenticated") return result.type;
    if (result.type === "refused") {
      await change(id, { type: "photoRefused", photo: photo.id, message: result.message });
      return { message: result.message };
    }
    if (attempt >= attempts) return "lost";
    await networkOr(Math.max(patience(attempt), result.wait * 1000));
  }
}

/** Wait some milliseconds, at most until the network is back. */
function networkOr(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(waiting);
      removeEventListener("online", done);
      resolve();
    };
    const waiting = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}

/** Upload a photo while its report is still being written. Nothing is lost if it fails: sending uploads the rest. */
export async function uploadAhead(id: string, photo: KeptPhoto): Promise<void> {
  const account = await who();
  if (account) await uploadOne(id, photo, account, Infinity);
}

type Refusals = ResultOf<typeof SUBMIT>["submitReport"]["errors"];

async function submit(id: string, account: string, mayUploadAgain: boolean): Promise<void> {
  const report = find(id);
  if (!report) return;
  const { data, problems } = await act(SUBMIT, { input: inputOf(report, await kelurahanOf(report)) });
  const [problem] = problems;
  const errors: Refusals = data?.submitReport?.errors ?? [];
  const number = data?.submitReport?.report?.number ?? errors.find((error) => error.reportNumber)?.reportNumber;
  if (number) return arrived(report, number);
  if (!problem) return void (await change(id, { type: "interrupted" })); // a newer state came first: ask again
  if (problem.code === "UNREACHABLE") return void (await change(id, { type: "lost" }));
  if (["REFUSED", "UNAVAILABLE", "RATE_LIMITED"].includes(problem.code))
    return void (await change(id, { type: "lost", message: problem.message }));
  if (problem.code === "UNAUTHENTICATED") return void (await change(id, { type: "unauthenticated" }));
  const isPhoto = errors.every(({ field }) => field?.includes("photoIds"));
  if (isPhoto && mayUploadAgain) return again(id, account);
  const faults = errors.map(({ message, field }) => ({ message, field: field?.[1] }));
  await change(id, { type: "refused", faults });
}

/** Upload the photos again: the service has removed them, or they are in another report. */
async function again(id: string, account: string): Promise<void> {
  const report = await change(id, { type: "uploadsExpired" });
  if (report && (await uploadAll(report, account))) await submit(id, account, false);
}

/** The name of the kelurahan; a report that was filled in without a network asks for it now. */
async function kelurahanOf({ content: { place } }: KeptReport): Promise<string | undefined> {
  if (!place || place.kelurahan) return place?.kelurahan?.name;
  const answer = await locate(place.at);
  return answer.type === "found" ? answer.kelurahan.name : undefined;
}

function inputOf({ key, content }: KeptReport, kelurahan: string | undefined) {
  const { place, category, title, description, address, anonymous, mask } = content;
  const name = category?.name ?? "";
  return {
    title: title.trim() || t().defaultTitle(name, kelurahan),
    description: description.trim() || t().defaultDescription(name),
    category: category?.code ?? "",
    location: place?.at ?? { latitude: 0, longitude: 0 },
    kelurahan: place?.chosen ? (place.kelurahan?.code ?? null) : null,
    address: address.trim() || null,
    photoIds: [...new Set(content.photos.flatMap(({ uploaded }) => uploaded?.id ?? []))],
    anonymous,
    maskPersonalDetails: mask,
    idempotencyKey: key,
  };
}

async function arrived(report: KeptReport, number: string): Promise<void> {
  await change(report.id, { type: "sent", number, at: Date.now() });
  await forgetPictures(report.content.photos.map((photo) => photo.id));
  if (!watched.has(report.id)) {
    const open = () => location.assign(`/laporan/${number}`);
    say(t().sentToast(number), { label: t().see, run: open });
  }
}

let isStarted = false;

/** Send what waits, now and whenever the network is back, somebody signs in, or the worker says so. Once in a page. */
export function startOutbox(): void {
  if (isStarted) return;
  isStarted = true;
  addEventListener("online", () => void flush());
  navigator.serviceWorker?.addEventListener("message", ({ data }: MessageEvent) => {
    if (data === "send-reports") void flush();
  });
  void load().then(() => {
    effect(() => {
      const isIn = session.signedIn.value;
      void goOn(isIn);
    });
  });
}

async function goOn(isIn: boolean): Promise<void> {
  if (isIn) {
    for (const { id, phase } of reports.peek()) if (phase === "signIn") await change(id, { type: "signedIn" });
  }
  if (reports.peek().some(({ phase }) => phase === "queued" || phase === "sending")) await flush();
}
