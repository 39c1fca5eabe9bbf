import { expect, test } from "vitest";
import { effectOf, standing, type Waivable } from "./waiving";

const gambir = { id: "g", name: "Gambir" };
const cideng = { id: "c", name: "Cideng" };
const entry = (rule: string, points: number, values: Partial<Waivable> = {}): Waivable => ({
  ...{ id: `${rule}${points}`, rule, points, reversedBy: null, unit: gambir },
  ...values,
});

const late = {
  points: [
    entry("RESPONSE_OVERDUE", -3),
    entry("RESPONDED_LATE", 1),
    entry("PROCESSING_OVERDUE", -8, { unit: cideng }),
  ],
};
const reversed = { points: [entry("PROCESSED", 8, { reversedBy: { id: "r" } }), entry("REVERSAL", -8)] };

test("what is reversed, and what reverses, is not waived again", () => {
  expect(standing(reversed, "all")).toEqual([]);
});

test("a waiver of penalties leaves every gain", () => {
  expect(effectOf([late, reversed], "penalties")).toMatchObject({ entries: 2, givenBack: 11, taken: 0 });
});

test("the changes of the units add up to what is given back, less what is taken", () => {
  const { units, givenBack, taken, entries } = effectOf([late, late], "all");
  expect([entries, givenBack, taken]).toEqual([6, 22, 2]);
  expect(units).toEqual([
    { id: "c", name: "Cideng", change: 16 },
    { id: "g", name: "Gambir", change: 4 },
  ]);
  expect(units.reduce((sum, { change }) => sum + change, 0)).toBe(givenBack - taken);
});
