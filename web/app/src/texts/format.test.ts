import { expect, test } from "vitest";
import { dayOf, formatMinutes, formatMoment, formatRelative } from "./format";

test("a duration has its two largest units", () => {
  expect([0, 59, 125, 1440, 4565].map(formatMinutes)).toEqual([
    "0 mnt",
    "59 mnt",
    "2 jam 5 mnt",
    "1 hari",
    "3 hari 4 jam",
  ]);
});

test("a moment is shown in Jakarta's time", () => {
  expect(dayOf("2026-11-29T17:00:00Z")).toBe("2026-11-30");
  expect(formatMoment("2026-11-29T17:05:00Z")).toContain("30 November 2026");
});

test("a relative time is in the largest unit that fits", () => {
  const now = Date.parse("2026-11-30T00:00:00Z");
  expect(formatRelative(now - 5 * 60_000, now)).toBe("5 menit yang lalu");
  expect(formatRelative(now + 3 * 3_600_000, now)).toBe("dalam 3 jam");
});
