/** Reports and events that are remembered. An answer is late by seconds, in which fewer than these come. */
const REMEMBERED = 10_000;

/** How often a late query is asked again. Still late then, it is right: the city was restored from a backup. */
export const PATIENCE = 3;

interface Versioned {
  id: string;
  version: number;
}

/** The newest versions of the reports that a page has received last: docs/recipes.md, "Late answers". */
export class Versions {
  readonly #newest = new Map<string, number>(); // the one seen last comes last

  /** Whether data has an older version of a report than came before. Otherwise its versions are remembered. */
  isLate(data: unknown): boolean {
    const found = [...versioned(data)];
    const isLate = found.some(({ id, version }) => version < (this.#newest.get(id) ?? 0));
    if (!isLate) for (const each of found) this.#remember(each);
    return isLate;
  }

  #remember({ id, version }: Versioned): void {
    this.#newest.delete(id);
    this.#newest.set(id, version);
    if (this.#newest.size > REMEMBERED) this.#newest.delete(this.#newest.keys().next().value as string);
  }
}

function* versioned(value: unknown): Generator<Versioned> {
  if (value === null || typeof value !== "object") return;
  const { id, version } = value as Partial<Versioned>;
  if (id && version) yield { id, version };
  for (const each of Object.values(value)) yield* versioned(each);
}

/** Return the data of a late mutation without its report: a newer state of it has come already. */
export function withoutReport(data: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(data).map(([name, payload]) => [name, { ...payload, report: null }]));
}
