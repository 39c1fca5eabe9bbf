import type { Point } from "../map";

/** A photo of a report on this device. Its picture is in the store `photos`, under the same id. */
export interface KeptPhoto {
  id: string;
  /** What is the same for the same file: nobody wants one photo twice in a report. */
  print: string;
  /** The upload, if it has succeeded. A report can take it for a day. `account` is whose it is. */
  uploaded?: { id: string; at: number; account: string };
  /** Why the service does not take it. */
  refused?: string;
}

export interface Place {
  at: Point;
  /** The kelurahan that was chosen or found; none while that is not known, for example without a network. */
  kelurahan?: { code: string; name: string };
  /** Whether the person chose this kelurahan: then it is sent too. */
  chosen: boolean;
}

/** What a person fills in. */
export interface Content {
  photos: readonly KeptPhoto[];
  place?: Place;
  category?: { code: string; name: string };
  title: string;
  description: string;
  address: string;
  anonymous: boolean;
  mask: boolean;
}

export interface Fault {
  message: string;
  field: string | undefined;
}

/**
 * Where a report is on its way: being written; waiting for the network or for its turn; being sent; refused, to be
 * changed; waiting for its writer to sign in; and sent.
 */
export type Phase = "draft" | "queued" | "sending" | "refused" | "signIn" | "sent";

/** A report on this device, from its first photo until it is sent. */
export interface KeptReport {
  id: string;
  /** The idempotency key of every attempt: whatever happens, one report comes of it. */
  key: string;
  phase: Phase;
  content: Content;
  /** The step that was shown last. */
  step: string;
  savedAt: number;
  /** Attempts that got no answer since it was last queued. */
  attempts: number;
  faults: readonly Fault[];
  /** The account under which an attempt may have arrived. The key means something only there. */
  account?: string;
  /** Whether somebody else than `account` is signed in. */
  otherAccount?: true;
  sent?: { number: string; at: number };
}

export type Happening =
  | { type: "edit"; content?: Partial<Content>; step?: string; at: number }
  | { type: "send" }
  | { type: "begin"; account: string }
  | { type: "uploaded"; photo: string; upload: NonNullable<KeptPhoto["uploaded"]> }
  | { type: "photoRefused"; photo: string; message: string }
  | { type: "uploadsExpired" }
  | { type: "lost"; message?: string }
  | { type: "interrupted" }
  | { type: "refused"; faults: readonly Fault[] }
  | { type: "unauthenticated" }
  | { type: "signedIn" }
  | { type: "sent"; number: string; at: number };

const EDITABLE: readonly Phase[] = ["draft", "queued", "refused", "signIn"];

/** Return a new report without anything. */
export function blank(id: string, key: string, at: number): KeptReport {
  const content: Content = { photos: [], title: "", description: "", address: "", anonymous: false, mask: true };
  return { id, key, phase: "draft", content, step: "", savedAt: at, attempts: 0, faults: [] };
}

/** Return a report after something has happened; the same object when that changes nothing. A sent one stays so. */
export function next(report: KeptReport, happening: Happening): KeptReport {
  const { phase } = report;
  switch (happening.type) {
    case "edit":
      return EDITABLE.includes(phase) ? edited(report, happening) : report;
    case "send":
      return EDITABLE.includes(phase) ? { ...report, phase: "queued", attempts: 0, faults: [] } : report;
    case "begin":
      return phase === "queued" ? begun(report, happening.account) : report;
    case "uploaded":
      return withPhoto(report, happening.photo, (photo) => ({ ...photo, uploaded: happening.upload }));
    case "photoRefused":
      return withPhoto(report, happening.photo, (photo) => ({ ...photo, refused: happening.message }));
    case "uploadsExpired":
      return withPhoto(report, undefined, ({ uploaded: _, ...photo }) => photo);
    case "lost":
      if (phase !== "sending" && phase !== "queued") return report;
      return { ...report, phase: "queued", attempts: report.attempts + 1, faults: faultsOf(happening.message) };
    case "interrupted":
      return phase === "sending" ? { ...report, phase: "queued" } : report;
    case "refused":
      return phase === "sending" ? refused(report, happening.faults) : report;
    case "unauthenticated":
      return phase === "sending" || phase === "queued" ? { ...withoutOther(report), phase: "signIn" } : report;
    case "signedIn":
      return phase === "signIn" ? { ...withoutOther(report), phase: "queued", attempts: 0 } : report;
    case "sent":
      if (phase !== "sending") return report;
      return { ...report, phase: "sent", faults: [], sent: { number: happening.number, at: happening.at } };
  }
}

/** What is called otherwise by the service, which names the argument that it refuses. */
const ARGUMENTS: Record<string, string> = { photos: "photoIds", place: "location" };

function edited(report: KeptReport, { content, step, at }: Extract<Happening, { type: "edit" }>): KeptReport {
  const phase = content ? "draft" : report.phase; // looking at another step changes nothing of what is sent
  const changed = Object.keys(content ?? {}).map((name) => ARGUMENTS[name] ?? name);
  const faults = report.faults.filter(({ field }) => !field || !changed.includes(field));
  return {
    ...report,
    phase,
    faults,
    content: { ...report.content, ...content },
    step: step ?? report.step,
    savedAt: at,
  };
}

function begun(report: KeptReport, account: string): KeptReport {
  const isOther = report.account !== undefined && report.account !== account;
  if (isOther) return { ...report, phase: "signIn", otherAccount: true };
  return { ...withoutOther(report), phase: "sending", account };
}

/** A refusal says that nothing was done, so the report may be sent under another account too. */
function refused({ account: _, ...report }: KeptReport, faults: readonly Fault[]): KeptReport {
  return { ...report, phase: "refused", faults };
}

const withoutOther = ({ otherAccount: _, ...report }: KeptReport): KeptReport => report;

const faultsOf = (message: string | undefined): readonly Fault[] => (message ? [{ message, field: undefined }] : []);

function withPhoto(report: KeptReport, id: string | undefined, change: (photo: KeptPhoto) => KeptPhoto): KeptReport {
  if (report.phase === "sent") return report;
  const photos = report.content.photos.map((photo) => (id === undefined || photo.id === id ? change(photo) : photo));
  return { ...report, content: { ...report.content, photos } };
}

const LONGEST_WAIT = 300_000;

/** Milliseconds to wait after so many attempts without an answer. */
export const patience = (attempts: number): number => Math.min(1000 * 2 ** attempts, LONGEST_WAIT);

/** Hours for which an upload is used. The service keeps it for 24. */
const FRESH = 23 * 3_600_000;

/** Whether an upload can be given to a report of that account. */
export const isFresh = ({ uploaded }: KeptPhoto, account: string, now: number): boolean =>
  uploaded !== undefined && uploaded.account === account && now - uploaded.at < FRESH;

/** Whether anything was filled in: what is worth keeping. */
export const hasContent = ({ content }: KeptReport): boolean =>
  content.photos.length > 0 ||
  content.place !== undefined ||
  content.category !== undefined ||
  [content.title, content.description, content.address].some((text) => text.trim() !== "");
