import { expect, test } from "vitest";
import { marksOf, type Clusters } from "./marks";

const at = (south: number) => ({ centre: { latitude: south, longitude: 106.8 } });
const many = (south: number, waiting: number, inProgress: number, processed: number) => ({
  ...at(south),
  ...{ count: waiting + inProgress + processed, waiting, inProgress, processed, report: null },
});
const one = (id: string, status: "WAITING" | "PROCESSED") => ({
  ...at(-6),
  ...{ count: 1, waiting: Number(status === "WAITING"), inProgress: 0, processed: Number(status === "PROCESSED") },
  report: { id, number: "JK1", version: 1, title: "Sampah", status },
});
const shown = (clusters: Clusters) => marksOf(clusters, 11, ({ count }) => `${count}`).marks;

test("a square is one mark with what is open and what is done", () => {
  const marks = shown({ open: [many(-6, 3, 2, 0), many(-5, 1, 2, 0)], done: [many(-6, 0, 0, 4)] });
  expect(marks.map(({ count, parts, status }) => [count, parts, status])).toEqual([
    [9, { waiting: 3, inProgress: 2, processed: 4 }, "PROCESSED"],
    [3, { waiting: 1, inProgress: 2, processed: 0 }, "IN_PROGRESS"],
  ]);
});

test("a report that was closed meanwhile is the same mark in another colour", () => {
  const [before] = shown({ open: [one("r", "WAITING")], done: [] });
  const [after] = shown({ open: [one("r", "WAITING")], done: [one("r", "PROCESSED")] });
  expect([after?.id, after?.status, after?.count]).toEqual([before?.id, "PROCESSED", 1]);
});

test("two reports in a square are a cluster between them", () => {
  const [mark] = shown({ open: [one("r", "WAITING")], done: [many(-6, 0, 0, 1)] });
  expect([mark?.count, mark?.at.latitude]).toEqual([2, -6]);
});
