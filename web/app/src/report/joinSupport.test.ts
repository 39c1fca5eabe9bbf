import { expect, test } from "vitest";
import { joinSupport } from "./joinSupport";

const event = (id: string, kind: "SUPPORTED" | "COMMENTED") => ({ id, kind, at: id });

test("support in a row is one entry with the time of the last", () => {
  const events = [event("1", "SUPPORTED"), event("2", "SUPPORTED"), event("3", "COMMENTED"), event("4", "SUPPORTED")];
  expect(joinSupport(events).map(({ event: { id, at }, times }) => [id, at, times])).toEqual([
    ["1", "2", 2],
    ["3", "3", 1],
    ["4", "4", 1],
  ]);
});

test("other events in a row stay apart", () => {
  expect(joinSupport([event("1", "COMMENTED"), event("2", "COMMENTED")])).toHaveLength(2);
});
