import { signal } from "@preact/signals";
import { client } from "../api/client";
import { act, newKey } from "../api/hooks";
import { session } from "../api/session";
import { settings } from "../api/settings";
import type { Point } from "../map";
import { words } from "../texts/words";
import { NEARBY, SUPPORT, type Nearby } from "./documents";
import { hasContent, type Content, type KeptPhoto, type KeptReport } from "./machine";
import { uploadAhead } from "./outbox";
import { findMe, gps, locate, metresBetween, type Kelurahan, type Located } from "./place";
import { shrink } from "../media/shrink";
import { begin, change, find, forgetPictures, keepPicture, remove, reports } from "./store";

/** The steps of a report, in their order. "sekitar" is there only when something was reported nearby. */
export const STEPS = ["foto", "tempat", "kategori", "sekitar", "kirim"] as const;
export type Step = (typeof STEPS)[number];

/** Photos that a report may have. */
export const MOST_PHOTOS = 5;

const current = signal<string | undefined>(undefined);
/** When the report that is shown was begun earlier, if this page goes on with it. */
export const resumedFrom = signal<number | undefined>(undefined);
/** Files that are being made small. */
export const preparing = signal(0);

/** The report that the form shows. */
export const shown = (): KeptReport | undefined => (current.value === undefined ? undefined : find(current.value));

/** Milliseconds after which somebody who comes back may have forgotten what they had begun. */
const A_MINUTE = 60_000;

/** Go on with a report: the one asked for, the newest draft, or a new one. */
export function open(id?: string | null): KeptReport {
  const asked = id ? find(id) : undefined;
  const draft = reports.peek().find((report) => report.phase === "draft" && hasContent(report));
  const chosen = asked ?? draft ?? reports.peek().find((report) => !hasContent(report)) ?? begin();
  current.value = chosen.id;
  const isOld = hasContent(chosen) && chosen.phase === "draft" && Date.now() - chosen.savedAt > A_MINUTE;
  resumedFrom.value = isOld ? chosen.savedAt : undefined;
  for (const photo of chosen.content.photos) if (!photo.uploaded) void uploadAhead(chosen.id, photo);
  return chosen;
}

/** Begin another report; the one before stays as it is. */
export function another(): void {
  leave();
  current.value = begin().id;
}

/** Forget which report is shown: the next visit of the form chooses again. */
export function leave(): void {
  current.value = undefined;
  located.value = undefined;
  focus.value = undefined;
  resumedFrom.value = undefined;
}

/** Change what is filled in. */
export function fill(content: Partial<Content>): void {
  const { id } = shown() ?? {};
  if (id) void change(id, { type: "edit", content, at: Date.now() });
}

/** What came of adding a photo: there are enough, it is there already, it is none, or it cannot be made small enough. */
export type Added = "added" | "full" | "twice" | "unreadable" | "large";

/** Bytes of a photo that the service takes: docs/requests.md. */
const LARGEST_PHOTO = 10 * 1024 * 1024;

/** Add a photo: made small, kept, and uploaded while the rest is filled in. */
export async function addPhoto(file: File): Promise<Added> {
  const report = shown();
  if (!report) return "full";
  const print = `${file.name} ${file.size} ${file.lastModified}`;
  if (report.content.photos.some((photo) => photo.print === print)) return "twice";
  if (report.content.photos.length >= MOST_PHOTOS) return "full";
  preparing.value += 1;
  try {
    const photo: KeptPhoto = { id: newKey(), print };
    const picture = await shrink(file);
    // The service can read photos that this browser cannot. Some phones do not know the type of theirs.
    if (picture === file && file.type !== "" && !file.type.startsWith("image/")) return "unreadable";
    if (picture.size > LARGEST_PHOTO) return "large";
    await keepPicture(photo.id, picture);
    const { photos } = find(report.id)?.content ?? report.content;
    if (photos.length >= MOST_PHOTOS) return "full";
    await change(report.id, { type: "edit", content: { photos: [...photos, photo] }, at: Date.now() });
    void uploadAhead(report.id, photo);
    return "added";
  } finally {
    preparing.value -= 1;
  }
}

/** Take a photo out of the report. */
export function removePhoto(id: string): void {
  fill({ photos: shown()?.content.photos.filter((photo) => photo.id !== id) ?? [] });
  void forgetPictures([id]);
}

/** Open reports around the place that was chosen; undefined while they are not known. */
export const nearby = signal<{ at: Point; person: boolean; found: readonly Nearby[] } | undefined>(undefined);

/** Metres by which the place may move without asking for its surroundings again. */
const CLOSE = 20;

/** Look for what was reported around a place, before anybody waits for it. */
export async function lookAround(at: Point): Promise<void> {
  const known = nearby.peek();
  if (known && metresBetween(known.at, at) < CLOSE && known.person === session.signedIn.peek()) return;
  nearby.value = undefined;
  const { data } = await client.peek().query(NEARBY, { at }, { requestPolicy: "network-only" }).toPromise();
  if (data) nearby.value = { at, person: session.signedIn.peek(), found: data.nearbyReports };
}

/** What was reported nearby in a category, the nearest first. */
export const alike = (category: string | undefined): readonly Nearby[] =>
  (nearby.value?.found ?? []).filter(({ report }) => report.category.code === category).slice(0, 5);

/** What the service says of the place that is shown. */
export const located = signal<Located | undefined>(undefined);
export const isLocating = signal(false);
/** Where the map looks: another object moves it. */
export const focus = signal<{ at: Point; zoom: number } | undefined>(undefined);

/** With tiles the streets are seen; without them the kelurahan around the pin. */
const NEAR_ZOOM = settings.tiles ? 17 : 15;
let newest = 0;

/** Choose a place, and ask for its kelurahan. `look`: move the map there. */
export async function choosePlace(at: Point, look: boolean): Promise<void> {
  const turn = ++newest;
  if (look) focus.value = { at, zoom: NEAR_ZOOM };
  isLocating.value = true;
  fill({ place: { at, chosen: false } });
  const answer = await locate(at);
  if (turn !== newest) return;
  isLocating.value = false;
  located.value = answer;
  if (answer.type === "found") {
    const { code, name } = answer.kelurahan;
    fill({ place: { at, kelurahan: { code, name }, chosen: false } });
  }
}

/** Choose one of the kelurahan that the place may be in. */
export function chooseKelurahan({ code, name }: Kelurahan): void {
  const place = shown()?.content.place;
  if (place) fill({ place: { ...place, kelurahan: { code, name }, chosen: true } });
}

/** Choose the place where this device is. Outside Jakarta nothing is chosen: people report from elsewhere too. */
export async function chooseMyPlace(): Promise<void> {
  const at = await findMe();
  if (!at) return;
  const answer = await locate(at);
  if (answer.type === "outside") gps.value = "outside";
  else await choosePlace(at, true);
}

/** A report nearby that is to be supported once its reader has signed in. */
export const supporting = signal<Nearby["report"] | undefined>(undefined);
/** The report that was supported instead of reporting it again. */
export const followed = signal<{ number: string; title: string } | undefined>(undefined);

/** Support a report instead of sending another one. Returns why that was refused. */
export async function support(report: Nearby["report"]): Promise<string | undefined> {
  if (!session.signedIn.peek()) {
    supporting.value = report;
    return undefined;
  }
  const { problems } = await act(SUPPORT, { id: report.id });
  supporting.value = undefined;
  const [problem] = problems;
  if (problem) return problem.code === "UNREACHABLE" ? words().unreachable : problem.message;
  const draft = shown();
  followed.value = { number: report.number, title: report.title };
  nearby.value = undefined;
  leave();
  if (draft) await remove(draft.id);
  return undefined;
}
