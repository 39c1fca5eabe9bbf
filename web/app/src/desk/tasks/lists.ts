import { signal, type ReadonlySignal } from "@preact/signals";
import type { Client } from "@urql/core";
import { WORK_FEED, WORK_PAGE, type Filter, type Row, type WorkEvent } from "./documents";
import { Ordered } from "./ordered";

const PAGE = 100;
const PATIENCE = 3_000;

export interface Wanted {
  filter: NonNullable<Filter>;
  orderBy: "DUE_SOONEST" | "RECENTLY_CHANGED";
  compare: (a: Row, b: Row) => number;
  /** Reports at most. A control room has more open ones than anybody reads. */
  limit: number;
}

/** A list that is loaded page by page and then follows its events. It is never loaded again for an event. */
export class LiveList {
  readonly #client: Client;
  readonly #wanted: Wanted;
  readonly #rows = signal<readonly Row[]>([]);
  readonly #state = signal<"loading" | "filling" | "whole" | "cut" | "failed">("loading");
  #ordered: Ordered<Row>;
  #left = new Map<string, Row>();
  #stop: () => void = () => {};

  constructor(client: Client, wanted: Wanted) {
    this.#client = client;
    this.#wanted = wanted;
    this.#ordered = new Ordered(wanted.compare);
  }

  get rows(): ReadonlySignal<readonly Row[]> {
    return this.#rows;
  }

  /** How much of it is here. `cut`: as many as it may have. */
  get state(): ReadonlySignal<"loading" | "filling" | "whole" | "cut" | "failed"> {
    return this.#state;
  }

  /** A report of the list, or as it was when it left the list. */
  get(id: string): Row | undefined {
    return this.#ordered.get(id) ?? this.#left.get(id);
  }

  has(id: string): boolean {
    return this.#ordered.get(id) !== undefined;
  }

  /** Load and follow it until `stop`. Called again, it begins anew. */
  start(): void {
    this.#stop();
    const stopping = new AbortController();
    this.#stop = () => stopping.abort();
    this.#ordered = new Ordered(this.#wanted.compare);
    void this.#load(stopping.signal);
  }

  stop(): void {
    this.#stop();
  }

  /** Take in a report as an answer to an act has it. */
  learn(row: Row, matches: boolean): void {
    this.#apply({ reportId: row.id, version: row.version, matchesFilter: matches, report: row });
  }

  async #load(stopped: AbortSignal): Promise<void> {
    const { filter, orderBy, limit } = this.#wanted;
    let after: string | null = null;
    for (let loaded = 0; loaded < limit;) {
      const page = await this.#page({ filter, orderBy, first: PAGE, after });
      if (stopped.aborted) return;
      if (page === undefined) {
        if (loaded === 0) this.#state.value = "failed";
        await new Promise((resolve) => setTimeout(resolve, PATIENCE));
        if (stopped.aborted) return;
        continue;
      }
      if (loaded === 0) this.#follow(page.cursor, stopped);
      this.#ordered.add(page.edges.map(({ node }) => node));
      this.#show();
      loaded += page.edges.length;
      after = page.pageInfo.endCursor;
      this.#state.value = page.pageInfo.hasNextPage ? "filling" : "whole";
      if (!page.pageInfo.hasNextPage) return;
    }
    this.#state.value = "cut";
  }

  async #page(variables: { filter: Filter; orderBy: Wanted["orderBy"]; first: number; after: string | null }) {
    const options = { requestPolicy: "network-only" } as const;
    const { data } = await this.#client.query(WORK_PAGE, { ...variables, filter: variables.filter ?? {} }, options);
    return data?.reports;
  }

  #follow(after: string, stopped: AbortSignal): void {
    const { unsubscribe } = this.#client
      .subscription(WORK_FEED, { filter: this.#wanted.filter, after })
      .subscribe(({ data, error }) => {
        if (stopped.aborted) return;
        if (data) this.#apply(data.reportFeed);
        // The cursor is too old, for example: nothing else brings what has been missed.
        else if (error) setTimeout(() => !stopped.aborted && this.start(), PATIENCE);
      });
    stopped.addEventListener("abort", unsubscribe);
  }

  #apply(event: Pick<WorkEvent, "reportId" | "version" | "matchesFilter" | "report">): void {
    const { reportId, report } = event;
    const before = this.#ordered.get(reportId);
    this.#ordered.apply(event);
    if (before && !this.has(reportId)) this.#left.set(reportId, report ?? before);
    else if (report && this.#left.has(reportId)) this.#left.set(reportId, report);
    this.#show();
  }

  #show(): void {
    this.#rows.value = this.#ordered.rows;
  }
}
