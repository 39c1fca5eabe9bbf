import { expect, test } from "vitest";
import { Versions, withoutReport } from "./versions";

const list = (...versions: number[]) => ({ edges: versions.map((version, n) => ({ node: { id: `r${n}`, version } })) });

test("an answer with an older version of any report is late", () => {
  const versions = new Versions();
  expect(versions.isLate(list(3, 5))).toBe(false);
  expect(versions.isLate(list(3, 4))).toBe(true);
  expect(versions.isLate(list(3, 5))).toBe(false);
});

test("a late answer is not remembered", () => {
  const versions = new Versions();
  versions.isLate(list(3, 5));
  versions.isLate(list(9, 4));
  expect(versions.isLate(list(4, 5))).toBe(false);
});

test("a late mutation loses its report and nothing else", () => {
  expect(withoutReport({ rateReport: { report: { id: "r" }, errors: [] } })).toEqual({
    rateReport: { report: null, errors: [] },
  });
});
