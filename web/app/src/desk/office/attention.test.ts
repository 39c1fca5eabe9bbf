import { expect, test } from "vitest";
import { sorted, type Attention } from "./attention";

const unit = (name: string, values: Partial<Attention>): Attention => ({
  ...{ band: null, open: 0, overdue: 0, respondedOnTime: null, processedOnTime: null, responsiveness: null, name },
  ...values,
});
const names = (units: readonly Attention[]) => units.map(({ name }) => name).join("");

test("a unit below average comes before one with more overdue reports", () => {
  const units = [unit("a", { overdue: 9 }), unit("b", { band: "BELOW" }), unit("c", { overdue: 10, band: "ABOVE" })];
  expect(names(sorted(units, "attention"))).toBe("bca");
});

test("a ratio that is not known comes last, and equal units are in the order of their names", () => {
  const units = [unit("d", {}), unit("c", { respondedOnTime: 1 }), unit("b", { respondedOnTime: 0 }), unit("a", {})];
  expect(names(sorted(units, "respondedOnTime"))).toBe("bcad");
});
