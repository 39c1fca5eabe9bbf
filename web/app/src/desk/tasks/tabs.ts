import type { Viewer } from "../../account";
import type { Filter, Row } from "./documents";
import { isOverdue } from "./due";

export const TABS = ["waiting", "inProgress", "overdue", "reopened", "lowRated", "doneToday"] as const;
export type Tab = (typeof TABS)[number];

/** The lists that are loaded and followed. Three tabs are parts of one of them. */
export const SOURCES = ["open", "reopened", "lowRated", "doneToday"] as const;
export type Source = (typeof SOURCES)[number];

export const sourceOf = (tab: Tab): Source =>
  tab === "reopened" || tab === "lowRated" || tab === "doneToday" ? tab : "open";

/** Whether a report of the list of a tab is in the tab, now. */
export function isIn(tab: Tab, row: Row, now: number): boolean {
  switch (tab) {
    case "waiting":
      return row.status === "WAITING";
    case "inProgress":
      return row.status === "IN_PROGRESS";
    case "overdue":
      return isOverdue(row, now);
    default:
      return true;
  }
}

const CLOSED_BY_STAFF = ["FIXED", "DUPLICATE", "OUT_OF_REMIT", "INVALID"] as const;
const LOW = 2;
const DAY = 86_400_000;

/** The filter of a list, of the people of a unit. `day`: today in Jakarta, as "2026-11-30". */
export function filterOf(source: Source, memberships: Viewer["memberships"], day: string): NonNullable<Filter> {
  const midnight = Date.parse(`${day}T00:00:00+07:00`);
  switch (source) {
    case "open":
      return { actionable: true };
    case "reopened":
      return { actionable: true, reopened: true };
    case "doneToday":
      return {
        ...unitsOf(memberships),
        resolution: [...CLOSED_BY_STAFF],
        processedFrom: new Date(midnight).toISOString(),
      };
    case "lowRated":
      return {
        ...unitsOf(memberships),
        starsAtMost: LOW,
        processedFrom: new Date(midnight - 30 * DAY).toISOString(),
      };
  }
}

/** The filter of a tab, for its count while its list is not here as a whole. */
export function filterOfTab(tab: Tab, memberships: Viewer["memberships"], day: string): NonNullable<Filter> {
  const filter = filterOf(sourceOf(tab), memberships, day);
  switch (tab) {
    case "waiting":
      return { ...filter, status: ["WAITING"] };
    case "inProgress":
      return { ...filter, status: ["IN_PROGRESS"] };
    case "overdue":
      return { ...filter, overdue: true };
    default:
      return filter;
  }
}

/**
 * The reports that are, or were last, with the units of somebody: `actionable` has only open ones. The parts of a
 * filter narrow each other, so of somebody in units of several kinds it has those of the widest kind.
 */
function unitsOf(memberships: Viewer["memberships"]): NonNullable<Filter> {
  const staff = memberships.filter(({ role }) => role !== "CITIZEN");
  if (staff.some(({ role }) => role === "ADMIN")) return {};
  const units = staff.flatMap(({ unit }) => unit ?? []);
  const cities = units.filter((unit) => unit.__typename === "City").map(({ code }) => code);
  const kecamatan = units.filter((unit) => unit.__typename === "Kecamatan").map(({ code }) => code);
  if (cities.length > 0) return { city: cities };
  if (kecamatan.length > 0) return { kecamatan };
  return { handler: units.map(({ id }) => id) };
}

/** By deadline. Moments of the API are in one form, so that their texts are in the order of time. */
export const soonestDue = (a: Row, b: Row): number =>
  compareTexts(a.handlerDueAt, b.handlerDueAt) ||
  compareTexts(a.submittedAt, b.submittedAt) ||
  compareTexts(a.number, b.number);

/** The one that was closed last comes first. */
export const lastClosed = (a: Row, b: Row): number =>
  compareTexts(b.processedAt ?? "", a.processedAt ?? "") || compareTexts(b.number, a.number);

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
