import { expect, test } from "vitest";
import { groupByBand, matches } from "./groups";

const row = (code: string, band: "ABOVE" | "AVERAGE" | "BELOW" | null, rank: number | null) => ({
  rank,
  band,
  subject: { __typename: "Kelurahan", code },
});
const codes = (rows: readonly { subject: { code: string } }[] | undefined) => rows?.map(({ subject }) => subject.code);

test("rows are in the group of their band, whatever their rank", () => {
  const groups = groupByBand([row("a", "AVERAGE", 1), row("b", "ABOVE", 9), row("c", null, null)]);
  expect([...groups].map(([band, rows]) => [band, codes(rows)])).toEqual([
    ["ABOVE", ["b"]],
    ["AVERAGE", ["a"]],
    ["BELOW", []],
    [null, ["c"]],
  ]);
});

test("within a group rank decides, then the code, and unranked rows come last", () => {
  const rows = [row("z", "BELOW", null), row("y", "BELOW", 4), row("x", "BELOW", 4), row("w", "BELOW", 2)];
  expect(codes(groupByBand(rows).get("BELOW"))).toEqual(["w", "x", "y", "z"]);
});

test("a name is found whatever its spaces and signs", () => {
  expect(["kebonjeruk", "Kebon  Jer", "jeruk"].every((search) => matches("Kebon Jeruk", search))).toBe(true);
  expect(matches("Kebon Jeruk", "gambir")).toBe(false);
});
