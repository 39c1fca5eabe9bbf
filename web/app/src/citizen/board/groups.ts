import type { EnumOf } from "../../api/graphql";

type Band = EnumOf<"Band"> | null;

interface Row {
  rank: number | null;
  band: Band;
  subject: { __typename: string; code?: string };
}

/** The bands in the order in which they are shown; null: too few reports to say. */
export const BANDS: readonly Band[] = ["ABOVE", "AVERAGE", "BELOW", null];

/** The rows of each band, by rank and then by code. Rows without a rank come last. */
export function groupByBand<R extends Row>(rows: readonly R[]): Map<Band, R[]> {
  const groups = new Map<Band, R[]>(BANDS.map((band) => [band, []]));
  for (const row of rows) groups.get(row.band)?.push(row);
  for (const group of groups.values()) group.sort(byRank);
  return groups;
}

function byRank(a: Row, b: Row): number {
  if (a.rank !== b.rank) return (a.rank ?? Infinity) < (b.rank ?? Infinity) ? -1 : 1;
  return (a.subject.code ?? "") < (b.subject.code ?? "") ? -1 : 1;
}

/** Whether a name has a search in it, whatever the spaces and signs of both. */
export function matches(name: string, search: string): boolean {
  const plain = (text: string) =>
    text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "");
  return plain(name).includes(plain(search));
}
