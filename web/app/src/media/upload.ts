import { signal } from "@preact/signals";
import { session } from "../api/session";
import { language } from "../texts";

/** How far each photo is: from 0 to 1, by its id on this device. Without an entry: not on its way. */
export const progress = signal<ReadonlyMap<string, number>>(new Map());

/** What came of an attempt. LOST: try again, after `wait` seconds if the service said so. */
export type Uploaded =
  | { type: "done"; id: string }
  | { type: "lost"; wait: number }
  | { type: "unauthenticated" }
  | { type: "refused"; message: string };

/** Milliseconds after which an attempt counts as lost. */
const TIMEOUT = 120_000;
const STATUS_AGAIN = new Set([0, 408, 429, 500, 502, 503, 504]);

const underway = new Map<string, Promise<Uploaded>>();

/** Send a photo once. While it is on its way, others who want it wait for the same attempt. */
export function upload(photo: string, picture: Blob): Promise<Uploaded> {
  let attempt = underway.get(photo);
  if (!attempt) {
    attempt = send(photo, picture).finally(() => {
      underway.delete(photo);
      show(photo, undefined);
    });
    underway.set(photo, attempt);
  }
  return attempt;
}

function show(photo: string, ratio: number | undefined): void {
  const shown = new Map(progress.peek());
  if (ratio === undefined) shown.delete(photo);
  else shown.set(photo, ratio);
  progress.value = shown;
}

async function send(photo: string, picture: Blob): Promise<Uploaded> {
  show(photo, 0);
  const first = await attempt(photo, picture);
  if (first.type !== "unauthenticated") return first;
  session.refused(); // the token may only be old: once more with a new one
  return attempt(photo, picture);
}

async function attempt(photo: string, picture: Blob): Promise<Uploaded> {
  const authorization = await session.authorization();
  if (!authorization) return { type: "unauthenticated" };
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not tell how far an upload is
    request.open("POST", "/media");
    request.timeout = TIMEOUT;
    request.setRequestHeader("authorization", authorization);
    request.setRequestHeader("accept-language", language.peek());
    request.upload.onprogress = ({ loaded, total }) => show(photo, total > 0 ? loaded / total : 0);
    request.onloadend = () => resolve(outcome(request));
    const form = new FormData();
    form.append("file", picture, "foto");
    request.send(form);
  });
}

function outcome(request: XMLHttpRequest): Uploaded {
  const { status } = request;
  if (status === 401) return { type: "unauthenticated" };
  if (STATUS_AGAIN.has(status)) return { type: "lost", wait: Number(request.getResponseHeader("retry-after") ?? 0) };
  try {
    const answer = JSON.parse(request.responseText) as { id?: string; errors?: { message: string }[] };
    if (status === 201 && answer.id) return { type: "done", id: answer.id };
    return { type: "refused", message: answer.errors?.[0]?.message ?? String(status) };
  } catch {
    return { type: "lost", wait: 0 }; // the answer of something between: a portal of a network, for example
  }
}
