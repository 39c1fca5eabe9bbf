import { expect, test } from "vitest";
import { language } from "../../texts";
import { dueWords, isOverdue, urgency } from "./due";

const NOW = Date.parse("2026-11-30T08:00:00+00:00");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

test("the time that is left is said in at most two units, and so is the time that has passed", () => {
  expect(dueWords(at(125), NOW)).toBe("sisa 2 jam 5 mnt");
  expect(dueWords(at(3 * 1440 + 4 * 60 + 7), NOW)).toBe("sisa 3 hari 4 jam");
  expect(dueWords(at(0.5), NOW)).toBe("batas waktunya sekarang");
  expect(dueWords(at(-180), NOW)).toBe("lewat 3 jam");
  language.value = "en";
  expect(dueWords(at(125), NOW)).toBe("2 h 5 min left");
  expect(dueWords(at(-180), NOW)).toBe("3 h late");
  language.value = "id";
});

test("a report becomes overdue when a promise passes unmet, and never once it is processed", () => {
  const report = {
    status: "WAITING",
    respondedAt: null,
    processedAt: null,
    responseDueAt: at(1),
    processingDueAt: at(60),
    handlerDueAt: at(60),
  } as const;
  expect(isOverdue(report, NOW)).toBe(false);
  expect(isOverdue(report, NOW + 2 * 60_000)).toBe(true);
  expect(isOverdue({ ...report, respondedAt: at(0) }, NOW + 2 * 60_000)).toBe(false);
  expect(isOverdue({ ...report, respondedAt: at(0) }, NOW + 61 * 60_000)).toBe(true);
  expect(isOverdue({ ...report, status: "PROCESSED" }, NOW + 61 * 60_000)).toBe(false);
});

test("what is late is late, and what is due within four hours is soon", () => {
  expect([-1, 1, 239, 241].map((minutes) => urgency(at(minutes), NOW))).toEqual(["late", "soon", "soon", "calm"]);
});
