import { expect, test } from "vitest";
import { firstDay, lastDay, mondays, PERIODS, shift } from "./periods";

test("a period begins where the API begins it", () => {
  const firsts = PERIODS.map((period) => firstDay("2026-11-29", period));
  expect(firsts).toEqual(["2026-11-29", "2026-11-23", "2026-11-01", "2026-10-01", "2026-01-01"]);
});

test("the period before ends on the day before the period", () => {
  for (const period of PERIODS) {
    const first = firstDay("2026-03-01", period);
    const gap = Date.parse(first) - Date.parse(lastDay(shift("2026-03-01", period, -1), period));
    expect(gap, period).toBe(86_400_000);
  }
});

test("a shift there and back is the same period, over the end of a year too", () => {
  for (const period of PERIODS) {
    expect(shift(shift("2026-12-31", period, 1), period, -1)).toBe(firstDay("2026-12-31", period));
  }
});

test("twelve weeks end with that of the day", () => {
  const weeks = mondays("2026-11-29", 12);
  expect([weeks.length, weeks[0], weeks.at(-1)]).toEqual([12, "2026-09-07", "2026-11-23"]);
});
