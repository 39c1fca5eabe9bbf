// Find answers that are late. docs/recipes.md shows this file, and test_recipes.py runs it.

/** How many reports and events are remembered. An answer is late by seconds, in which fewer than these come. */
export const REMEMBERED = 10_000;

/** The newest versions of the reports that an app has received last. */
export class Versions {
  #newest = new Map(); // the one seen last comes last

  /** Whether data has an older version of a report than came before. Otherwise its versions are remembered. */
  isLate(data) {
    const found = [...versioned(data)];
    const isLate = found.some(({ id, version }) => version < this.#newest.get(id));
    if (!isLate) for (const { id, version } of found) this.#remember(id, version);
    return isLate;
  }

  #remember(id, version) {
    this.#newest.delete(id);
    this.#newest.set(id, version);
    if (this.#newest.size > REMEMBERED) this.#newest.delete(this.#newest.keys().next().value);
  }
}

/** Yield the objects with `id` and `version`: reports, and events, whose version never changes. */
function* versioned(value) {
  if (value === null || typeof value !== "object") return;
  if (value.id && value.version) yield value;
  for (const each of Object.values(value)) yield* versioned(each);
}

/** How often a query is asked again. Still late then, it is right: the city was restored from a backup. */
export const PATIENCE = 3;

/** Return the data of a late mutation without its report: a newer state of it has come already. */
export function withoutReport(data) {
  return Object.fromEntries(Object.entries(data).map(([name, payload]) => [name, { ...payload, report: null }]));
}
