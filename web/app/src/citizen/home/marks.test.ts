import { expect, test } from "vitest";
import { marksOf, type Clusters } from "./marks";

const at = (south: number) => ({ centre: { latitude: south, longitude: 106.8 } });
const many = (south: number, waiting: number, inProgress: number, processed: number) => ({
  ...at(south),
  ...{ count: waiting + inProgress + processed, waiting, inProgress, report: null },
});
const one = (id: string, status: "WAITING" | "PROCESSED") => ({
  ...at(-6),
  ...{ count: 1, waiting: 0, inProgress: 0 },
  report: { id, number: "JK1", version: 1, title: "Sampah", status },
});
const shown = (clusters: Clusters) => marksOf(clusters, ({ count }) => `${count}`).marks;

test("a cluster has the colour of most of its reports", () => {
  const open = [many(-6, 3, 2, 0), many(-5, 1, 2, 0)];
  expect(shown({ open, done: [many(-6, 0, 0, 4)] }).map(({ status }) => status)).toEqual([
    "WAITING",
    "IN_PROGRESS",
    "PROCESSED",
  ]);
});

test("a cluster that is open and one that is done at the same place are two marks", () => {
  expect(new Set(shown({ open: [many(-6, 3, 2, 0)], done: [many(-6, 0, 0, 4)] }).map(({ id }) => id)).size).toBe(2);
});

test("a report that was closed meanwhile is the same mark in another colour", () => {
  const [before] = shown({ open: [one("r", "WAITING")], done: [] });
  const [after] = shown({ open: [one("r", "PROCESSED")], done: [one("r", "PROCESSED")] });
  expect([after?.id, after?.status]).toEqual([before?.id, "PROCESSED"]);
});
