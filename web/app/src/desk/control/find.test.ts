import { expect, test } from "vitest";
import { filterOf } from "./find";

test("what was left open is no condition", () => {
  expect(filterOf({ unit: undefined, category: "", from: "", to: "" })).toEqual({});
});

test("moments are those of Jakarta's clock, and a place is found by its code", () => {
  const unit = { id: "k", code: "31.71.01.1001", kind: "Kelurahan", label: "Gambir" } as const;
  expect(filterOf({ unit, category: "BANJIR", from: "2026-11-30T08:00", to: "" })).toEqual({
    kelurahan: ["31.71.01.1001"],
    category: ["BANJIR"],
    submittedFrom: "2026-11-30T08:00:00+07:00",
  });
  expect(filterOf({ unit: { ...unit, kind: "Agency" }, category: "", from: "", to: "" })).toEqual({ handler: ["k"] });
});
