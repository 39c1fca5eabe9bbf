import { expect, test } from "vitest";
import { balance, byRule, chosen } from "./sums";

const entries = [
  { rule: "RESPONDED", points: 4 },
  { rule: "RESPONSE_OVERDUE", points: -3 },
  { rule: "RESPONSE_OVERDUE", points: -9 },
  { rule: "REVERSAL", points: -4 },
  { rule: "REVERSAL", points: 3 },
];

test("the sums of the rules add up to the score, the heaviest loss first", () => {
  expect(byRule(entries).map(({ rule, times, points }) => [rule, times, points])).toEqual([
    ["RESPONSE_OVERDUE", 2, -12],
    ["REVERSAL", 2, -1],
    ["RESPONDED", 1, 4],
  ]);
  expect(balance(entries)).toEqual({ gained: 7, lost: -16 });
});

test("losses and gains are told apart by points, not by rule", () => {
  expect(chosen(entries, "losses", undefined)).toHaveLength(3);
  expect(chosen(entries, "gains", "REVERSAL")).toEqual([{ rule: "REVERSAL", points: 3 }]);
  expect(chosen(entries, "all", undefined)).toEqual(entries);
});
