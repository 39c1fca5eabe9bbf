/** What the sums of a ledger need of an entry. */
export interface Entry {
  rule: string;
  points: number;
}

export interface RuleSum {
  rule: string;
  times: number;
  points: number;
}

export type Direction = "all" | "losses" | "gains";

/** Return the sum of the points of each rule, the heaviest loss first. */
export function byRule(entries: readonly Entry[]): RuleSum[] {
  const sums = new Map<string, RuleSum>();
  for (const { rule, points } of entries) {
    const sum = sums.get(rule) ?? { rule, times: 0, points: 0 };
    sums.set(rule, { rule, times: sum.times + 1, points: sum.points + points });
  }
  return [...sums.values()].sort((a, b) => a.points - b.points);
}

/** Return the entries of a direction, and of a rule if one is given. */
export const chosen = <Each extends Entry>(
  entries: readonly Each[],
  direction: Direction,
  rule: string | undefined,
): Each[] =>
  entries.filter(
    ({ points, rule: of }) =>
      (rule === undefined || of === rule) &&
      (direction === "all" || (direction === "losses" ? points < 0 : points > 0)),
  );

/** Return what was gained and what was lost in all. They add up to the score. */
export const balance = (entries: readonly Entry[]): { gained: number; lost: number } => ({
  gained: entries.reduce((sum, { points }) => sum + Math.max(points, 0), 0),
  lost: entries.reduce((sum, { points }) => sum + Math.min(points, 0), 0),
});
