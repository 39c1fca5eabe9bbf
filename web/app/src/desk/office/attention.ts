import type { EnumOf } from "../../api/graphql";

/** What decides whether a unit needs attention. */
export interface Attention {
  band: EnumOf<"Band"> | null;
  /** Null until it is known. */
  open: number | null;
  overdue: number;
  respondedOnTime: number | null;
  processedOnTime: number | null;
  responsiveness: number | null;
  name: string;
}

export type Order =
  "attention" | "name" | "open" | "overdue" | "respondedOnTime" | "processedOnTime" | "responsiveness";

const ORDERS: Record<Order, (a: Attention, b: Attention) => number> = {
  // Below average first: that is no chance. Then whoever has citizens waiting longest.
  attention: (a, b) =>
    Number(b.band === "BELOW") - Number(a.band === "BELOW") ||
    b.overdue - a.overdue ||
    compareKnown(a.respondedOnTime, b.respondedOnTime) ||
    (b.open ?? 0) - (a.open ?? 0),
  name: () => 0,
  open: (a, b) => (b.open ?? 0) - (a.open ?? 0),
  overdue: (a, b) => b.overdue - a.overdue,
  respondedOnTime: (a, b) => compareKnown(a.respondedOnTime, b.respondedOnTime),
  processedOnTime: (a, b) => compareKnown(a.processedOnTime, b.processedOnTime),
  responsiveness: (a, b) => compareKnown(a.responsiveness, b.responsiveness),
};

/** The lowest first; what is not known last. */
function compareKnown(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a - b;
}

/** Return the units in an order, what needs attention first; equal ones by name. */
export function sorted<Unit extends Attention>(units: readonly Unit[], order: Order): Unit[] {
  return units.toSorted((a, b) => ORDERS[order](a, b) || a.name.localeCompare(b.name, "id"));
}
