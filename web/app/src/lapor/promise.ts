import type { EnumOf } from "../api/graphql";
import { t } from "./texts";

const DAY = 1440;

/** A duration in words: "2 jam", "1 hari". Targets are whole minutes, hours or days. */
export function durationWords(minutes: number): string {
  if (minutes % DAY === 0) return t().days(minutes / DAY);
  return minutes % 60 === 0 ? t().hours(minutes / 60) : t().minutes(minutes);
}

/** When the city answers, in words. Clocks of targets under a day stand still at night: `ServiceHours` of the API. */
export function promiseWords(minutes: number, hours: EnumOf<"ServiceHours">): string {
  const duration = durationWords(minutes);
  if (hours === "ALWAYS") return t().promise(t().always(duration));
  return t().promise(minutes < DAY ? t().inHours(duration) : t().byDay(duration));
}

/** The emergency numbers in a text, such as the hint of a category: "112" in "Telepon 112 lebih dulu". */
export const emergencyNumbers = (text: string): string[] => [...new Set(text.match(/\b11\d\b/g))];
