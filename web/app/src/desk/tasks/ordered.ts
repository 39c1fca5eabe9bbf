/** What an ordered list has to know of a report. */
export interface Listed {
  id: string;
  version: number;
}

/** An event of a feed: what it says of a list. */
export interface Change<Row extends Listed> {
  reportId: string;
  version: number;
  matchesFilter: boolean | null;
  report: Row | null;
}

/**
 * The reports that match a filter, in an order. Pages and events may come in any mixture: of each report the newest
 * version counts, so that the list is always what would be loaded anew. Pages must be read after the cursor from which
 * the events begin.
 */
export class Ordered<Row extends Listed> {
  #rows: readonly Row[] = [];
  readonly #shown = new Map<string, Row>();
  /**
   * The version at which a report was last known to match or not. The report of an event may be newer than the event,
   * and then it is still open whether it matches.
   */
  readonly #judged = new Map<string, number>();
  readonly #compare: (a: Row, b: Row) => number;

  constructor(compare: (a: Row, b: Row) => number) {
    this.#compare = compare;
  }

  /** The reports in their order: another array after each change. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  get(id: string): Row | undefined {
    return this.#shown.get(id);
  }

  /** Take in a page, whatever has become of its reports since it was read. */
  add(page: readonly Row[]): void {
    const news = page.filter(({ id, version }) => version > (this.#judged.get(id) ?? -1));
    if (news.length === 0) return;
    for (const row of news) {
      this.#judged.set(row.id, row.version);
      this.#shown.set(row.id, this.#newest(row));
    }
    this.#rows = [...this.#shown.values()].sort(this.#compare);
  }

  /** Follow an event, or an answer that says whether a report matches now. */
  apply({ reportId, version, matchesFilter, report }: Change<Row>): void {
    if (version < (this.#judged.get(reportId) ?? -1)) return;
    this.#judged.set(reportId, version);
    if (matchesFilter && report) this.#put(this.#newest(report));
    else if (this.#shown.delete(reportId)) this.#rows = this.#rows.filter(({ id }) => id !== reportId);
  }

  #newest(row: Row): Row {
    const shown = this.#shown.get(row.id);
    return shown && shown.version > row.version ? shown : row;
  }

  #put(row: Row): void {
    const shown = this.#shown.get(row.id);
    if (shown === row) return;
    const rows = shown ? this.#rows.filter((each) => each !== shown) : this.#rows;
    const place = this.#placeOf(row, rows);
    this.#shown.set(row.id, row);
    this.#rows = [...rows.slice(0, place), row, ...rows.slice(place)];
  }

  #placeOf(row: Row, rows: readonly Row[]): number {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(rows[middle] as Row, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
