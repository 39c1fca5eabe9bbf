import { expect, test } from "vitest";
import { answerTime, fixPromise, responsePromise } from "./promises";

const at = (minutes: number) => new Date(minutes * 60_000).toISOString();
const waiting = {
  status: "WAITING" as const,
  resolution: null,
  submittedAt: at(0),
  respondedAt: null,
  processedAt: null,
  responseDueAt: at(60),
  processingDueAt: at(600),
};
const inProgress = { ...waiting, status: "IN_PROGRESS" as const, respondedAt: at(25) };
const fixed = { ...inProgress, status: "PROCESSED" as const, resolution: "FIXED" as const, processedAt: at(700) };
const now = (minutes: number) => minutes * 60_000;

test("a promise is due until its moment, and overdue from then on", () => {
  expect(responsePromise(waiting, now(50))).toEqual({ state: "due", at: at(60), left: 10 });
  expect(responsePromise(waiting, now(75))).toEqual({ state: "overdue", at: at(60), late: 15 });
});

test("a promise that was kept says how long it took, and a late one how late it was", () => {
  expect(responsePromise(fixed, now(999))).toEqual({ state: "kept", took: 25 });
  expect(fixPromise(fixed, now(999))).toEqual({ state: "late", took: 700, late: 100 });
});

test("a report closed without a fix has no promise of one", () => {
  const withdrawn = { ...waiting, status: "PROCESSED" as const, resolution: "WITHDRAWN" as const, processedAt: at(5) };
  expect([responsePromise(withdrawn, now(9)), fixPromise(withdrawn, now(9))]).toEqual([null, null]);
});

test("a reopened report is promised a fix again", () => {
  expect(fixPromise(inProgress, now(700))).toEqual({ state: "overdue", at: at(600), late: 100 });
});

test("a line says how long the latest answer took", () => {
  expect([waiting, inProgress, fixed].map(answerTime)).toEqual([
    null,
    { kind: "answered", took: 25 },
    { kind: "fixed", took: 700 },
  ]);
});
