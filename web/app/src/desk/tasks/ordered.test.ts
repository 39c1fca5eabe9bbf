import { expect, test } from "vitest";
import { Ordered, type Change, type Listed } from "./ordered";

interface Row extends Listed {
  due: number;
}

/** A generator of numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const compare = (a: Row, b: Row) => a.due - b.due || a.id.localeCompare(b.id);

/** A city of reports, of which some match: what a service answers and sends. */
class City {
  readonly reports = new Map<string, Row & { matches: boolean }>();
  readonly log: { reportId: string; version: number; matchesFilter: boolean }[] = [];

  constructor(readonly random: () => number) {}

  act(): void {
    const id = `report ${Math.floor(this.random() * 40)}`;
    const before = this.reports.get(id);
    const version = (before?.version ?? 0) + 1;
    const matches = this.random() < 0.6;
    this.reports.set(id, { id, version, due: Math.floor(this.random() * 20), matches });
    // A feed has the events of reports that match before or after them.
    if (matches || before?.matches) this.log.push({ reportId: id, version, matchesFilter: matches });
  }

  /** The present report belongs to an event of the past, too. */
  event(index: number): Change<Row> {
    const { reportId, version, matchesFilter } = this.log[index] as City["log"][number];
    const { due, version: now } = this.reports.get(reportId) as Row;
    return { reportId, version, matchesFilter, report: { id: reportId, version: now, due } };
  }

  list(): Row[] {
    const matching = [...this.reports.values()].filter(({ matches }) => matches);
    return matching.map(({ id, version, due }) => ({ id, version, due })).sort(compare);
  }
}

test("pages and events in any mixture end as the list loaded anew", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const city = new City(numbers(seed));
    const { random } = city;
    for (let act = 0; act < 60; act++) city.act();
    const list = new Ordered<Row>(compare);
    let followed = city.log.length; // the cursor of the first page
    let after: Row | undefined;
    let isComplete = false;
    for (let step = 0; step < 120; step++) {
      if (random() < 0.6) city.act();
      if (random() < 0.5 && !isComplete) {
        const rest = city.list().filter((row) => !after || compare(row, after) > 0);
        list.add(rest.slice(0, 7));
        after = rest[6];
        isComplete = rest.length <= 7;
      }
      // An event may come twice: after a lost connection.
      if (random() < 0.1 && followed > 0) list.apply(city.event(followed - 1));
      while (random() < 0.6 && followed < city.log.length) list.apply(city.event(followed++));
    }
    while (!isComplete) {
      const rest = city.list().filter((row) => !after || compare(row, after) > 0);
      list.add(rest.slice(0, 7));
      after = rest[6];
      isComplete = rest.length <= 7;
    }
    while (followed < city.log.length) list.apply(city.event(followed++));
    expect(list.rows, `seed ${seed}`).toEqual(city.list());
  }
});

test("a list keeps its array while nothing changes", () => {
  const list = new Ordered<Row>(compare);
  list.add([{ id: "a", version: 2, due: 1 }]);
  const before = list.rows;
  list.add([{ id: "a", version: 2, due: 1 }]);
  list.apply({ reportId: "b", version: 1, matchesFilter: false, report: null });
  list.apply({ reportId: "a", version: 1, matchesFilter: false, report: null });
  expect(list.rows).toBe(before);
});
