import type { EnumOf } from "../../api/graphql";

export type Period = Exclude<EnumOf<"Period">, "ALL_TIME">;
export const PERIODS: readonly Period[] = ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"];

const DAY = 86_400_000;
const MONTHS = { MONTH: 1, QUARTER: 3, YEAR: 12 } as const;

const parse = (day: string): Date => new Date(`${day}T00:00:00Z`);
const print = (date: Date): string => date.toISOString().slice(0, 10);

/** The first day of the period that contains a day. Days are as the API has them: "2026-11-30". */
export function firstDay(day: string, period: Period): string {
  const date = parse(day);
  if (period === "DAY") return day;
  if (period === "WEEK") return print(new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY));
  const length = MONTHS[period];
  return print(new Date(Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / length) * length, 1)));
}

/** The first day of the period that is `count` periods after the one that contains a day; before it, if negative. */
export function shift(day: string, period: Period, count: number): string {
  const date = parse(firstDay(day, period));
  if (period === "DAY" || period === "WEEK") {
    return print(new Date(date.getTime() + count * (period === "DAY" ? 1 : 7) * DAY));
  }
  return print(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count * MONTHS[period], 1)));
}

/** The last day of the period that contains a day. */
export const lastDay = (day: string, period: Period): string =>
  print(new Date(parse(shift(day, period, 1)).getTime() - DAY));

/** The Mondays of the last `count` weeks, the one of `day` last. */
export const mondays = (day: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => shift(day, "WEEK", index + 1 - count));
