import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import type { Client } from "@urql/core";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Viewer } from "../../account";
import { now } from "../../api/clock";
import { dayOf } from "../../texts/format";
import { minute } from "../../ui/parts";
import type { Progress, Refusal } from "./acts";
import { CATEGORIES, UNITS, WORK_COUNT, WORK_SEARCH, type Row } from "./documents";
import { LiveList } from "./lists";
import {
  filterOf,
  filterOfTab,
  isIn,
  lastClosed,
  soonestDue,
  SOURCES,
  sourceOf,
  TABS,
  type Source,
  type Tab,
} from "./tabs";

const LIMITS: Record<Source, number> = { open: 5_000, reopened: 1_000, lowRated: 1_000, doneToday: 1_000 };
const COUNT_AGAIN = 5_000;
const SEARCH_PATIENCE = 250;

/** A form over the list, for these reports. */
export type Form =
  | { kind: "finish"; ids: readonly string[]; outcome: Outcome }
  | { kind: "assign" | "transfer" | "recategorise"; ids: readonly string[] }
  | { kind: "move"; ids: readonly string[] };

export const OUTCOMES = ["FIXED", "DUPLICATE", "INVALID", "OUT_OF_REMIT"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the work list shows: lists that follow the service, and what the person has chosen to see of them. */
export class Work {
  readonly viewer: Viewer;
  readonly tab = signal<Tab>("waiting");
  readonly text = signal("");
  readonly category = signal("");
  readonly kelurahan = signal("");
  /** The report that keys act on, and that the right side shows. It stays chosen whatever comes and goes around it. */
  readonly cursor = signal<string | null>(null);
  readonly chosen = signal<ReadonlySet<string>>(new Set());
  /** On a phone: whether the report is open instead of the list. */
  readonly isOpen = signal(false);
  /** What own acts change, shown before the answer has come. */
  readonly ahead = signal<ReadonlyMap<string, Partial<Row>>>(new Map());
  /** Acts that were refused, by report. */
  readonly refusals = signal<ReadonlyMap<string, Refusal>>(new Map());
  /** What was typed and not sent, by report and form. */
  readonly drafts = new Map<string, string>();
  /** Reports on which this page has acted: their changes are no news. */
  readonly acted = new Set<string>();

  readonly form = signal<Form | undefined>(undefined);
  /** Which of the two texts is being written. */
  readonly writing = signal<"reply" | "note">("reply");
  /** An act on several reports, while it runs and until its result has been read. */
  readonly progress = signal<Progress | undefined>(undefined);
  /** What screen readers are told of an act. */
  readonly said = signal("");

  readonly #client: Client;
  readonly #day = dayOf(now());
  readonly #lists: Record<Source, LiveList>;
  readonly #totals = signal<ReadonlyMap<Tab, number>>(new Map());
  readonly #found = signal<ReadonlySet<string>>(new Set());
  readonly #stops: (() => void)[] = [];
  /** The report of the cursor as it was when it was last in the list: its place, after it has left. */
  #held: Row | undefined;
  #anchor: string | null = null;

  constructor(client: Client, viewer: Viewer) {
    this.#client = client;
    this.viewer = viewer;
    const list = (source: Source) =>
      new LiveList(client, {
        filter: filterOf(source, viewer.memberships, this.#day),
        orderBy: source === "open" || source === "reopened" ? "DUE_SOONEST" : "RECENTLY_CHANGED",
        compare: compareOf(source),
        limit: LIMITS[source],
      });
    this.#lists = {
      open: list("open"),
      reopened: list("reopened"),
      lowRated: list("lowRated"),
      doneToday: list("doneToday"),
    };
    const shown = (source: Source) => computed(() => this.#ahead(this.#lists[source].rows.value));
    this.#shown = {
      open: shown("open"),
      reopened: shown("reopened"),
      lowRated: shown("lowRated"),
      doneToday: shown("doneToday"),
    };
  }

  /** Load and follow everything; returns a function that stops. */
  start(): () => void {
    for (const source of SOURCES) this.#lists[source].start();
    void this.#count();
    // The choices of pickers are here before one is opened, and typed into.
    void this.#client.query(CATEGORIES, {}).toPromise();
    void this.#client.query(UNITS, {}).toPromise();
    const counting = setInterval(() => void this.#count(), COUNT_AGAIN);
    this.#stops.push(
      () => clearInterval(counting),
      effect(() => this.#chooseFirst(this.view.value)),
      effect(() => this.#search(this.text.value)),
    );
    return () => {
      for (const stop of this.#stops.splice(0)) stop();
      for (const source of SOURCES) this.#lists[source].stop();
    };
  }

  /** The list of the tab that is shown. */
  readonly list = computed<LiveList>(() => this.#lists[sourceOf(this.tab.value)]);

  again(): void {
    this.list.peek().start();
  }

  /** The rows of each list, with what own acts change of them. */
  readonly #shown: Record<Source, ReadonlySignal<readonly Row[]>>;

  readonly #matching = computed<readonly Row[]>(() => {
    const tab = this.tab.value;
    const words = wordsOf(this.text.value);
    const found = this.#found.value;
    const [category, kelurahan, at] = [this.category.value, this.kelurahan.value, minute.value];
    return this.#shown[sourceOf(tab)].value.filter(
      (row) =>
        isIn(tab, row, at) &&
        (category === "" || row.category.code === category) &&
        (kelurahan === "" || row.kelurahan.code === kelurahan) &&
        (words.length === 0 || hasWords(row, words) || found.has(row.id)),
    );
  });

  /** The rows on the screen: those that match, and the one of the cursor, which stays where it was until it is left. */
  readonly view = computed<readonly Row[]>(() => {
    const rows = this.#matching.value;
    const cursor = this.cursor.value;
    const inList = rows.find(({ id }) => id === cursor);
    if (inList) this.#held = inList;
    const held = this.#held;
    if (inList || cursor === null || held?.id !== cursor) return rows;
    const compare = compareOf(sourceOf(this.tab.value));
    const place = rows.findIndex((row) => compare(held, row) < 0);
    const at = place < 0 ? rows.length : place;
    return [...rows.slice(0, at), this.newest(cursor) ?? held, ...rows.slice(at)];
  });

  /** Whether a row is shown although it has left the tab. */
  readonly hasLeft = computed(() => {
    const cursor = this.cursor.value;
    return cursor !== null && !this.#matching.value.some(({ id }) => id === cursor);
  });

  /** Reports of each tab. */
  readonly counts = computed<ReadonlyMap<Tab, number | undefined>>(() => {
    const at = minute.value;
    return new Map(
      TABS.map((tab) => {
        const list = this.#lists[sourceOf(tab)];
        if (list.state.value !== "whole") return [tab, this.#totals.value.get(tab)];
        return [tab, this.#shown[sourceOf(tab)].value.filter((row) => isIn(tab, row, at)).length];
      }),
    );
  });

  /** The categories and kelurahan in the list, for the filters. */
  readonly choices = computed(() => {
    const categories = new Map<string, string>();
    const kelurahan = new Map<string, string>();
    for (const row of this.list.value.rows.value) {
      categories.set(row.category.code, row.category.name);
      kelurahan.set(row.kelurahan.code, row.kelurahan.name);
    }
    const byName = ([, a]: [string, string], [, b]: [string, string]) => a.localeCompare(b);
    return { categories: [...categories].sort(byName), kelurahan: [...kelurahan].sort(byName) };
  });

  /** A report in its newest state that is known here, with what own acts change of it. */
  newest(id: string): Row | undefined {
    let newest: Row | undefined;
    for (const source of SOURCES) {
      const row = this.#lists[source].get(id);
      if (row && (!newest || row.version > newest.version)) newest = row;
    }
    const change = this.ahead.value.get(id);
    return newest && change ? { ...newest, ...change } : newest;
  }

  /** Take in a report as an answer to an act has it. */
  learn(row: Row): void {
    const isActionable = row.status !== "PROCESSED" && (row.permissions.canChangeStatus || row.permissions.canAssign);
    this.#lists.open.learn(row, isActionable);
    for (const source of ["reopened", "lowRated", "doneToday"] as const) {
      if (this.#lists[source].has(row.id)) this.#lists[source].learn(row, source !== "reopened" || isActionable);
    }
  }

  showTab(tab: Tab): void {
    this.chosen.value = new Set();
    this.tab.value = tab;
    this.#begin();
  }

  narrow(change: () => void): void {
    change();
    this.#begin();
  }

  /** Go to a report. What was chosen stays chosen. */
  goTo(id: string): void {
    if (this.refusals.peek().size > 0) this.refusals.value = new Map();
    this.#anchor = null;
    this.cursor.value = id;
  }

  /** Go on by a number of rows, and choose them on the way if `extend`. */
  move(by: number, extend = false): void {
    const rows = this.view.peek();
    const cursor = this.cursor.peek();
    const from = rows.findIndex(({ id }) => id === cursor);
    const to = rows[Math.max(0, Math.min(rows.length - 1, from + by))];
    if (!to) return;
    const anchor = this.#anchor ?? cursor;
    this.goTo(to.id);
    if (extend) this.#extend(anchor, to.id);
  }

  toggle(id: string): void {
    const chosen = new Set(this.chosen.peek());
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen.value = chosen;
  }

  chooseTo(id: string): void {
    const anchor = this.#anchor ?? this.cursor.peek();
    this.goTo(id);
    this.#extend(anchor, id);
  }

  chooseAll(): void {
    this.chosen.value = new Set(this.view.peek().map(({ id }) => id));
  }

  #extend(anchor: string | null, id: string): void {
    const ids = this.view.peek().map((row) => row.id);
    const [from, to] = [ids.indexOf(anchor ?? id), ids.indexOf(id)];
    this.chosen.value = new Set([...this.chosen.peek(), ...ids.slice(Math.min(from, to), Math.max(from, to) + 1)]);
    this.#anchor = anchor;
  }

  #begin(): void {
    const cursor = this.cursor.peek();
    this.#held = undefined;
    if (!this.view.value.some(({ id }) => id === cursor)) this.cursor.value = null;
    this.#chooseFirst(this.view.value);
  }

  #chooseFirst(rows: readonly Row[]): void {
    if (this.cursor.peek() === null && rows[0]) this.cursor.value = rows[0].id;
  }

  #ahead(rows: readonly Row[]): readonly Row[] {
    const ahead = this.ahead.value;
    if (ahead.size === 0) return rows;
    return rows.map((row) => {
      const change = ahead.get(row.id);
      return change ? { ...row, ...change } : row;
    });
  }

  /** Ask for the counts of tabs whose list is not here as a whole. */
  async #count(): Promise<void> {
    const missing = TABS.filter((tab) => this.#lists[sourceOf(tab)].state.peek() !== "whole");
    for (const tab of missing) {
      const filter = filterOfTab(tab, this.viewer.memberships, this.#day);
      const { data } = await this.#client.query(WORK_COUNT, { filter }, { requestPolicy: "network-only" });
      const total = data?.reports.totalCount;
      if (total != null) this.#totals.value = new Map(this.#totals.peek()).set(tab, total);
    }
  }

  #search(text: string): () => void {
    this.#found.value = new Set();
    if (!/\p{L}{3}|\d{3}/u.test(text)) return () => {};
    const timer = setTimeout(() => {
      const filter = { ...filterOf(sourceOf(this.tab.peek()), this.viewer.memberships, this.#day), text };
      void this.#client
        .query(WORK_SEARCH, { filter }, { requestPolicy: "network-only" })
        .toPromise()
        .then(({ data }) => {
          if (data && this.text.peek() === text) {
            this.#found.value = new Set(data.reports.edges.map(({ node }) => node.id));
          }
        });
    }, SEARCH_PATIENCE);
    return () => clearTimeout(timer);
  }
}

const compareOf = (source: Source) => (source === "open" || source === "reopened" ? soonestDue : lastClosed);

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

const searched = new WeakMap<Row, string>();

/** The words of a report in which the list searches, made once: a letter is typed while thousands are shown. */
function textOf(row: Row): string {
  let text = searched.get(row);
  if (text === undefined) {
    text = ` ${row.title} ${row.kelurahan.name} ${row.category.name}`.toLowerCase();
    searched.set(row, text);
  }
  return text;
}

/** Whether each word begins one of the report's, or is in its number. */
function hasWords(row: Row, words: readonly string[]): boolean {
  const text = textOf(row);
  return words.every((word) => text.includes(` ${word}`) || row.number.toLowerCase().includes(word));
}

export const WorkContext = createContext<Work | undefined>(undefined);

/** The work list around a component. */
export function useWork(): Work {
  const work = useContext(WorkContext);
  if (!work) throw new Error("outside of the work list");
  return work;
}
