import { act, newKey, type Outcome, type Problem } from "../../api/hooks";
import { client } from "../../api/client";
import type { TimelineEvent } from "../../report/documents";
import {
  ASSIGN,
  CHANGE_STATUS,
  CHANGE_STATUSES,
  MOVE,
  RECATEGORISE,
  TRANSFER,
  WORK_REPORT,
  type Row,
  type StatusInput,
  type WorkReport,
} from "./documents";
import type { Work } from "./state";

/** An act that was refused: why, and what others have done meanwhile. */
export interface Refusal {
  problems: readonly Problem[];
  /** Events since the state that the person acted on. Empty if that is not why. */
  meanwhile: readonly TimelineEvent[];
  /** The report as it is now. */
  report: WorkReport | undefined;
}

export type Sent = Pick<Outcome<unknown>, "problems"> & { report: Row | null | undefined };
export type Send = (ifVersion: number, idempotencyKey: string) => Promise<Sent>;

const BY_OTHERS = new Set(["CONFLICT", "TRANSITION_REFUSED", "FORBIDDEN", "NOT_FOUND"]);
/** Events that change nothing about what an officer decides: they do not keep an act from being done. */
const HARMLESS = new Set<TimelineEvent["kind"]>([
  "SUPPORTED",
  "SUPPORT_WITHDRAWN",
  "NOTED",
  "RESPONSE_OVERDUE",
  "PROCESSING_OVERDUE",
]);

/**
 * Act on a report, and show `change` of it at once; it is taken back if the act is refused. Returns the refusal, or
 * undefined when it was done. An act that only meets new supporters or deadlines is sent again by itself. `seen`: the
 * version on which the person decided, if the report may have changed while they wrote.
 */
export async function perform(
  work: Work,
  id: string,
  change: Partial<Row>,
  send: Send,
  seen?: number,
): Promise<Refusal | undefined> {
  const row = work.newest(id);
  if (!row) return undefined;
  const since = seen ?? row.version;
  work.acted.add(id);
  show(work, id, change);
  let { report, problems } = await send(since, newKey());
  let refusal: Refusal | undefined;
  if (problems.length > 0) refusal = await explain(row.number, since, problems);
  if (refusal?.report && mayGoOn(refusal)) {
    ({ report, problems } = await send(refusal.report.version, newKey()));
    refusal = problems.length > 0 ? await explain(row.number, refusal.report.version, problems) : undefined;
  }
  const newest = report ?? refusal?.report;
  if (newest) work.learn(newest);
  show(work, id, undefined);
  return refusal;
}

function show(work: Work, id: string, change: Partial<Row> | undefined): void {
  const ahead = new Map(work.ahead.peek());
  if (change) ahead.set(id, change);
  else ahead.delete(id);
  work.ahead.value = ahead;
}

const mayGoOn = ({ problems, meanwhile }: Refusal): boolean =>
  problems[0]?.code === "CONFLICT" && meanwhile.length > 0 && meanwhile.every(({ kind }) => HARMLESS.has(kind));

/** Find out what others have done since a version. */
async function explain(number: string, since: number, problems: readonly Problem[]): Promise<Refusal> {
  if (!problems.some(({ code }) => BY_OTHERS.has(code))) return { problems, meanwhile: [], report: undefined };
  const { data } = await client.peek().query(WORK_REPORT, { number }, { requestPolicy: "network-only" });
  const report = data?.report ?? undefined;
  const events = report?.timeline.edges.map(({ node }) => node) ?? [];
  return { problems, report, meanwhile: events.filter(({ version }) => version > since) };
}

/** Put a refusal beside its report; undefined takes it away. */
export function setRefusal(work: Work, id: string, refusal: Refusal | undefined): void {
  const refusals = new Map(work.refusals.peek());
  if (refusal) refusals.set(id, refusal);
  else refusals.delete(id);
  work.refusals.value = refusals;
}

const of = (payload: { report: Row | null } | undefined, problems: readonly Problem[]): Sent => ({
  report: payload?.report,
  problems,
});

export const changeStatus =
  (id: string, input: StatusInput): Send =>
  async (ifVersion, idempotencyKey) => {
    const { data, problems } = await act(CHANGE_STATUS, { id, input: { ...input, ifVersion, idempotencyKey } });
    return of(data?.changeReportStatus, problems);
  };

export const assign =
  (id: string, handler: string, note: string | null): Send =>
  async (ifVersion, idempotencyKey) => {
    const { data, problems } = await act(ASSIGN, { id, handler, note, ifVersion, idempotencyKey });
    return of(data?.assignReport, problems);
  };

export const transfer =
  (id: string, kelurahan: string, note: string | null): Send =>
  async (ifVersion, idempotencyKey) => {
    const { data, problems } = await act(TRANSFER, { id, kelurahan, note, ifVersion, idempotencyKey });
    return of(data?.transferReport, problems);
  };

export const recategorise =
  (id: string, category: string, note: string | null): Send =>
  async (ifVersion, idempotencyKey) => {
    const { data, problems } = await act(RECATEGORISE, { id, category, note, ifVersion, idempotencyKey });
    return of(data?.recategoriseReport, problems);
  };

export const moveTo =
  (id: string, location: { latitude: number; longitude: number }): Send =>
  async (ifVersion) => {
    const { data, problems } = await act(MOVE, { id, location, ifVersion });
    return of(data?.moveReport, problems);
  };

/** How far an act on several reports has come. */
export interface Progress {
  done: number;
  count: number;
  refused: readonly { id: string; number: string; message: string }[];
}

/** Reports in one request. */
export const BATCH = 50;

/** Give several reports the same status: 50 in a request. Each is refused on its own. */
export async function changeAll(
  work: Work,
  ids: readonly string[],
  input: StatusInput,
  onProgress: (progress: Progress) => void,
): Promise<Progress> {
  let progress: Progress = { done: 0, count: ids.length, refused: [] };
  onProgress(progress);
  for (let from = 0; from < ids.length; from += BATCH) {
    const batch = ids.slice(from, from + BATCH);
    for (const id of batch) work.acted.add(id);
    const { data, problems } = await act(CHANGE_STATUSES, {
      ids: batch,
      input: { ...input, idempotencyKey: newKey() },
    });
    const results = data?.changeReportStatuses.results ?? [];
    const refused = batch.flatMap((id, index) => {
      const result = results[index];
      if (result?.report) work.learn(result.report);
      const message = result ? result.errors[0]?.message : (problems[0]?.message ?? "");
      return message === undefined ? [] : [{ id, number: work.newest(id)?.number ?? "", message }];
    });
    progress = { ...progress, done: progress.done + batch.length, refused: [...progress.refused, ...refused] };
    onProgress(progress);
  }
  return progress;
}

/** Do an act on several reports that the service does one by one. */
export async function eachOf(
  work: Work,
  ids: readonly string[],
  send: (id: string) => Send,
  onProgress: (progress: Progress) => void,
): Promise<Progress> {
  let progress: Progress = { done: 0, count: ids.length, refused: [] };
  onProgress(progress);
  for (const id of ids) {
    const refusal = await perform(work, id, {}, send(id));
    const refused = refusal && {
      id,
      number: work.newest(id)?.number ?? "",
      message: refusal.problems[0]?.message ?? "",
    };
    progress = { ...progress, done: progress.done + 1, refused: [...progress.refused, ...(refused ? [refused] : [])] };
    onProgress(progress);
  }
  return progress;
}
