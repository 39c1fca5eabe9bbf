import { language } from "./index";

/** The city's time. A deadline at midnight is Jakarta's midnight, wherever the reader is. */
const ZONE = "Asia/Jakarta";
const LOCALES = { id: "id-ID", en: "en-GB" } as const;

const formats = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>();

/** Return a formatter of the language, made once: making one takes longer than using it a hundred times. */
function kept<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: (locale: string) => T,
): T {
  const key = `${name} ${language.value}`;
  let format = formats.get(key) as T | undefined;
  if (!format) formats.set(key, (format = make(LOCALES[language.value])));
  return format;
}

const date = (name: string, options: Intl.DateTimeFormatOptions, at: string | number): string =>
  kept(name, (locale) => new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options })).format(new Date(at));

/** "30 November 2026, 14.05" */
export const formatMoment = (at: string | number): string =>
  date("moment", { dateStyle: "long", timeStyle: "short" }, at);
/** "30 Nov, 14.05" */
export const formatShortMoment = (at: string | number): string =>
  date("short", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }, at);
/** "30 November 2026" */
export const formatDay = (at: string | number): string => date("day", { dateStyle: "long" }, at);
/** "Senin, 30 November 2026" */
export const formatWeekday = (at: string | number): string => date("weekday", { dateStyle: "full" }, at);
/** "Senin 23 Nov" */
export const formatShortWeekday = (at: string | number): string =>
  date("short weekday", { weekday: "long", day: "numeric", month: "short" }, at).replace(",", "");
/** "30 Nov" */
export const formatShortDay = (at: string | number): string =>
  date("short day", { day: "numeric", month: "short" }, at);
/** "November 2026" */
export const formatMonth = (at: string | number): string => date("month", { month: "long", year: "numeric" }, at);
/** "14.05" */
export const formatTime = (at: string | number): string => date("time", { hour: "2-digit", minute: "2-digit" }, at);

/** The day in Jakarta as the API has it: "2026-11-30". */
export const dayOf = (at: string | number): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short" }).format(new Date(at));

/** "12.345" in Indonesian */
export const formatNumber = (value: number): string =>
  kept("number", (locale) => new Intl.NumberFormat(locale)).format(value);
/** "82,5" in Indonesian: a score from 0 to 100, always with its decimal */
export const formatScore = (value: number): string =>
  kept(
    "score",
    (locale) => new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  ).format(value);
/** "+12", "-3", "0" */
export const formatSigned = (value: number): string =>
  kept("signed", (locale) => new Intl.NumberFormat(locale, { signDisplay: "exceptZero" })).format(value);
/** "87 %" of a ratio from 0 to 1 */
export const formatRatio = (value: number): string =>
  kept("ratio", (locale) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 })).format(
    value,
  );

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** "5 menit yang lalu", "dalam 2 jam": from `now` to `at`, both in milliseconds, in the largest unit that fits. */
export function formatRelative(at: number, now: number): string {
  const format = kept("relative", (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "long" }));
  for (const [unit, length] of UNITS) {
    if (Math.abs(at - now) >= length) return format.format(Math.trunc((at - now) / length), unit);
  }
  return format.format(0, "second");
}

const WORDS = { id: { day: "hari", hour: "jam", minute: "mnt" }, en: { day: "d", hour: "h", minute: "min" } } as const;

/** "2 jam 5 mnt", "3 hari 4 jam" for a duration in minutes, in at most two units. */
export function formatMinutes(minutes: number): string {
  const whole = Math.max(0, Math.round(minutes));
  const words = WORDS[language.value];
  const parts = [
    [Math.floor(whole / 1440), words.day],
    [Math.floor((whole % 1440) / 60), words.hour],
    [whole % 60, words.minute],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return `0 ${words.minute}`;
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, word]) => `${count} ${word}`).join(" ");
}
