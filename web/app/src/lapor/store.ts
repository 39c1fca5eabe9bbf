import { signal } from "@preact/signals";
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { newKey } from "../api/hooks";
import { waitingCount } from "../mine/counts";
import { blank, hasContent, next, type Happening, type KeptReport } from "./machine";

interface Kept extends DBSchema {
  reports: { key: string; value: KeptReport };
  /** The pictures, apart from the reports: typing a letter does not write them again. */
  photos: { key: string; value: Blob };
}

/** Milliseconds for which a sent report is remembered here: it is in the list of the service too. */
const REMEMBERED = 3_600_000;

/** The reports on this device, newest first, the same in all tabs. */
export const reports = signal<readonly KeptReport[]>([]);

const channel = new BroadcastChannel("tanggap.reports");
channel.onmessage = () => void load();

let opening: Promise<IDBPDatabase<Kept>> | undefined;

function database(): Promise<IDBPDatabase<Kept>> {
  opening ??= openDB<Kept>("tanggap", 1, {
    upgrade(created) {
      created.createObjectStore("reports", { keyPath: "id" });
      created.createObjectStore("photos");
    },
    blocking: () => void opening?.then((open) => open.close()), // a newer page wants to change it
    terminated: () => (opening = undefined),
  });
  return opening;
}

/** The pictures of this page. */
const here = new Map<string, Blob>();

/** Changes of each report that this tab shows already, and that are not stored yet. */
const unstored = new Map<string, number>();

function show(all: readonly KeptReport[]): void {
  reports.value = [...all].sort((a, b) => b.savedAt - a.savedAt);
  waitingCount.value = all.filter(({ phase }) => !["draft", "sent"].includes(phase)).length;
}

function showOne(report: KeptReport): void {
  show([report, ...reports.peek().filter(({ id }) => id !== report.id)]);
}

/** Read what is stored, and forget what was sent long ago. */
export async function load(): Promise<void> {
  const open = await database().catch(() => undefined);
  if (!open) return; // the browser keeps nothing for us: what is on this page is all there is
  const all = await open.getAll("reports");
  const old = all.filter(({ sent }) => sent && Date.now() - sent.at > REMEMBERED);
  for (const { id } of old) await open.delete("reports", id);
  const newer = reports.peek().filter(({ id }) => unstored.has(id));
  show([...newer, ...all.filter((each) => !old.includes(each) && !unstored.has(each.id))]);
}

/** The report with that id, as it is shown. */
export const find = (id: string): KeptReport | undefined => reports.value.find((each) => each.id === id);

/** Begin a report. It is stored with its first change. */
export function begin(): KeptReport {
  const report = blank(newKey(), newKey(), Date.now());
  showOne(report);
  return report;
}

/**
 * Change a report: at once on this page, then in the store, and then in the other tabs. Returns it as it is stored:
 * another tab may have changed it before. Undefined: it was deleted.
 */
export async function change(id: string, happening: Happening): Promise<KeptReport | undefined> {
  const shown = reports.peek().find((each) => each.id === id);
  if (shown) showOne(next(shown, happening));
  unstored.set(id, (unstored.get(id) ?? 0) + 1);
  try {
    const open = await database().catch(() => undefined);
    if (!open) return find(id);
    const transaction = open.transaction("reports", "readwrite");
    const before = (await transaction.store.get(id)) ?? (shown && !hasContent(shown) ? shown : undefined);
    if (!before) return undefined;
    const after = next(before, happening);
    if (after !== before) await transaction.store.put(after);
    await transaction.done;
    if (unstored.get(id) === 1) showOne(after);
    channel.postMessage(id);
    return after;
  } finally {
    const left = (unstored.get(id) ?? 1) - 1;
    if (left === 0) unstored.delete(id);
    else unstored.set(id, left);
  }
}

/** Delete a report with its photos. */
export async function remove(id: string): Promise<void> {
  const report = reports.peek().find((each) => each.id === id);
  show(reports.peek().filter((each) => each.id !== id));
  await forgetPictures(report?.content.photos.map((photo) => photo.id) ?? []);
  await (await database()).delete("reports", id);
  channel.postMessage(id);
}

/** Keep the picture of a photo. */
export async function keepPicture(id: string, picture: Blob): Promise<void> {
  here.set(id, picture);
  await (await database()).put("photos", picture, id).catch(() => {}); // no room: this page still has it
}

/** The picture of a photo; undefined once it was deleted. */
export async function picture(id: string): Promise<Blob | undefined> {
  return here.get(id) ?? (await database()).get("photos", id);
}

/** Delete pictures. */
export async function forgetPictures(ids: readonly string[]): Promise<void> {
  const open = await database();
  for (const id of ids) {
    here.delete(id);
    await open.delete("photos", id);
  }
}
