/** What a waiver needs of an entry of the ledger. */
export interface Waivable {
  id: string;
  points: number;
  rule: string;
  reversedBy: unknown;
  unit: { id: string; name: string };
}

export interface WithEntries {
  points: readonly Waivable[];
}

/** The penalties for missed deadlines, as after a flood; every point of reports, as for spam; or single entries. */
export type Extent = "penalties" | "all" | "entries";

/** The most reports that one act may waive: `waiveReports` of the API. */
export const MOST_REPORTS = 100;

const REVERSING = ["REVERSAL", "WAIVED"];
const MISSED = ["RESPONSE_OVERDUE", "PROCESSING_OVERDUE"];

/** Return the entries of a report that a waiver takes back: those that still count. */
export const standing = ({ points }: WithEntries, extent: Extent): Waivable[] =>
  points.filter(
    ({ rule, reversedBy }) =>
      reversedBy === null && !REVERSING.includes(rule) && (extent !== "penalties" || MISSED.includes(rule)),
  );

export interface Effect {
  entries: number;
  /** Penalties given back, as a positive number. */
  givenBack: number;
  /** Gains taken, as a positive number. */
  taken: number;
  /** What the points of each unit change by, the largest change first. */
  units: { id: string; name: string; change: number }[];
}

/** Return what a waiver of some reports changes. The sum of the changes is `givenBack - taken`. */
export function effectOf(reports: readonly WithEntries[], extent: Extent): Effect {
  const entries = reports.flatMap((report) => standing(report, extent));
  const units = new Map<string, Effect["units"][number]>();
  for (const { points, unit } of entries) {
    const change = (units.get(unit.id)?.change ?? 0) - points;
    units.set(unit.id, { id: unit.id, name: unit.name, change });
  }
  return {
    entries: entries.length,
    givenBack: entries.reduce((sum, { points }) => sum + Math.max(-points, 0), 0),
    taken: entries.reduce((sum, { points }) => sum + Math.max(points, 0), 0),
    units: [...units.values()].sort((a, b) => Math.abs(b.change) - Math.abs(a.change)),
  };
}
