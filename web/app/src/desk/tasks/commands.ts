import { formatNumber } from "../../texts/format";
import { say } from "../../ui/toasts";
import {
  assign,
  changeAll,
  changeStatus,
  eachOf,
  perform,
  recategorise,
  setRefusal,
  transfer,
  type Refusal,
} from "./acts";
import type { Row, StatusInput } from "./documents";
import type { Form, Outcome, Work } from "./state";
import { t } from "./texts";

/** The reports that a key or a button acts on: those that are selected, else the one of the cursor. */
export function targets(work: Work): readonly string[] {
  const chosen = work.chosen.peek();
  const cursor = work.cursor.peek();
  if (chosen.size > 0) return work.view.peek().flatMap(({ id }) => (chosen.has(id) ? [id] : []));
  return cursor === null ? [] : [cursor];
}

/** The next step of a report: to take it on, or to finish it. */
export function goOn(work: Work): void {
  const ids = targets(work);
  if (work.chosen.peek().size > 0) return void takeOnAll(work, ids);
  const row = ids[0] === undefined ? undefined : work.newest(ids[0]);
  if (!row?.permissions.canChangeStatus) return;
  if (row.status === "WAITING") void takeOn(work, row);
  else if (row.status === "IN_PROGRESS") openForm(work, { kind: "finish", ids, outcome: "FIXED" });
}

async function takeOn(work: Work, row: Row): Promise<void> {
  const { id, number } = row;
  work.said.value = t().takenOn(number);
  const refusal = await perform(work, id, { status: "IN_PROGRESS" }, changeStatus(id, { status: "IN_PROGRESS" }));
  setRefusal(work, id, refusal);
}

async function takeOnAll(work: Work, ids: readonly string[]): Promise<void> {
  await changeMany(work, ids, { status: "IN_PROGRESS" });
}

/** Give several reports the same status; what was refused stays selected. */
export async function changeMany(work: Work, ids: readonly string[], input: StatusInput): Promise<void> {
  if (isRunning(work)) return;
  finishMany(work, await changeAll(work, ids, input, (progress) => (work.progress.value = progress)));
}

export const isRunning = (work: Work): boolean => {
  const progress = work.progress.peek();
  return progress !== undefined && progress.done < progress.count;
};

function finishMany(work: Work, { count, refused }: { count: number; refused: readonly { id: string }[] }): void {
  work.chosen.value = new Set(refused.map(({ id }) => id));
  if (refused.length > 0) return;
  work.progress.value = undefined;
  say(t().allDone(formatNumber(count)));
}

/** Open a form, if there is something to act on and the person may. */
export function openForm(work: Work, form: Form): void {
  if (form.ids.length === 0 || isRunning(work)) return;
  const rows = form.ids.flatMap((id) => work.newest(id) ?? []);
  const mayOpen = rows.some(({ status, permissions }) => {
    if (status === "PROCESSED") return false;
    return form.kind === "finish" || form.kind === "move" ? permissions.canChangeStatus : permissions.canAssign;
  });
  if (mayOpen) work.form.value = form;
}

export const openFinish = (work: Work, outcome: Outcome): void =>
  openForm(work, { kind: "finish", ids: targets(work), outcome });

/** What a person chose in a picker. */
export interface Target {
  id: string;
  code: string;
  name: string;
}

export type Handing = "assign" | "transfer" | "recategorise";

/** Hand reports on, or give them another category. Returns a refusal of the only one. */
export async function hand(
  work: Work,
  kind: Handing,
  ids: readonly string[],
  target: Target,
  note: string | null,
): Promise<Refusal | undefined> {
  const send = (id: string) => sendOf(kind, id, target, note);
  const [id] = ids;
  if (ids.length > 1) {
    work.form.value = undefined;
    finishMany(work, await eachOf(work, ids, send, (progress) => (work.progress.value = progress)));
    return undefined;
  }
  const before = id === undefined ? undefined : work.newest(id);
  if (id === undefined || !before) return undefined;
  const refusal = await perform(work, id, {}, send(id));
  if (refusal) return refusal;
  const words = { assign: t().assigned, transfer: t().transferred, recategorise: t().recategorised };
  // Who has handed a report away may not be allowed to fetch it back.
  const mayUndo = work.newest(id)?.permissions.canAssign;
  const undo = { label: t().undo, run: () => void undoHanding(work, kind, before) };
  say(words[kind](before.number, target.name), mayUndo ? undo : undefined);
  return undefined;
}

function sendOf(kind: Handing, id: string, target: Target, note: string | null) {
  switch (kind) {
    case "assign":
      return assign(id, target.id, note);
    case "transfer":
      return transfer(id, target.code, note);
    case "recategorise":
      return recategorise(id, target.code, note);
  }
}

async function undoHanding(work: Work, kind: Handing, before: Row): Promise<void> {
  const place = { assign: before.handler, transfer: before.kelurahan, recategorise: before.category }[kind];
  const target = { code: "", ...place };
  const refusal = await perform(work, before.id, {}, sendOf(kind, before.id, target, null));
  setRefusal(work, before.id, refusal);
  if (!refusal) say(t().undone);
}
