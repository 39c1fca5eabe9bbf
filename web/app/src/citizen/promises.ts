import type { Status, EnumOf } from "../api/graphql";

interface Answered {
  status: Status;
  resolution: EnumOf<"Resolution"> | null;
  submittedAt: string;
  respondedAt: string | null;
  processedAt: string | null;
}

interface Promised extends Answered {
  responseDueAt: string;
  processingDueAt: string;
}

/** What was kept or not, or is still to come, of a promise of the city. Durations are in minutes. */
export type Kept =
  | { state: "due"; at: string; left: number }
  | { state: "overdue"; at: string; late: number }
  | { state: "kept"; took: number }
  | { state: "late"; took: number; late: number };

const minutes = (from: string | number, to: string | number): number =>
  (new Date(to).getTime() - new Date(from).getTime()) / 60_000;

function kept(submittedAt: string, doneAt: string | null, dueAt: string, now: number): Kept {
  if (doneAt === null) {
    const left = minutes(now, dueAt);
    return left > 0 ? { state: "due", at: dueAt, left } : { state: "overdue", at: dueAt, late: -left };
  }
  const took = minutes(submittedAt, doneAt);
  const late = minutes(dueAt, doneAt);
  return late > 0 ? { state: "late", took, late } : { state: "kept", took };
}

/** The promise of a first answer at `now`, in milliseconds. Null for a report that was withdrawn before it. */
export function responsePromise(report: Promised, now: number): Kept | null {
  if (report.respondedAt === null && report.status === "PROCESSED") return null;
  return kept(report.submittedAt, report.respondedAt, report.responseDueAt, now);
}

/** The promise of a fix at `now`. Null for a report that was closed without one. */
export function fixPromise(report: Promised, now: number): Kept | null {
  if (report.status === "PROCESSED" && report.resolution !== "FIXED") return null;
  return kept(report.submittedAt, report.processedAt, report.processingDueAt, now);
}

/** How long it took to the latest answer of the city, for a line of a list. Null when nobody has answered yet. */
export function answerTime(report: Answered): { kind: "fixed" | "answered"; took: number } | null {
  const { submittedAt, respondedAt, processedAt, resolution } = report;
  if (processedAt && resolution === "FIXED") return { kind: "fixed", took: minutes(submittedAt, processedAt) };
  if (respondedAt) return { kind: "answered", took: minutes(submittedAt, respondedAt) };
  return null;
}
