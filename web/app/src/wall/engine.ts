import { batch, effect, signal } from "@preact/signals";
import type { AnyVariables, Client, TypedDocumentNode } from "@urql/core";
import { onEnd, pipe, subscribe } from "wonka";
import { connectUncached } from "../api/client";
import { now } from "../api/clock";
import type { EnumOf, ResultOf } from "../api/graphql";
import { connection, type Live } from "../api/live";
import { dayOf } from "../texts/format";
import {
  WALL_AGENCIES,
  WALL_BANDS,
  WALL_BOARD,
  WALL_CLUSTERS,
  WALL_COMPARED,
  WALL_FEED,
  WALL_HISTORY,
  WALL_REPORTS,
  WALL_TODAY,
  WALL_WATCHLIST,
  type Cluster,
  type FeedEvent,
  type HistoryRow,
  type WallAgency,
  type Watched,
} from "./documents";
import { Following } from "./following";
import { Frames } from "./frames";
import { CITY } from "./geography";
import { Polls } from "./polls";
import * as state from "./state";

export type Band = EnumOf<"Band"> | null;
type Metric = EnumOf<"Metric">;

/** Days of the small charts. */
export const DAYS = 30;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Pages of a hundred reports that are loaded at the start. */
const PAGES = 10;
/** Kelurahan with a rank by responsiveness, from which on that board is shown. In the first days of a month few have. */
const ENOUGH = 12;
/** Milliseconds between two changes of rows and lines: a crowd of events must not flicker. */
const CALM = 1_500;
/** Milliseconds by which an answer may be late before the wall no longer calls itself live. */
const LATE = 5 * MINUTE;
/** Milliseconds of a new connection in which a cursor would be refused. */
const SETTLING = 1_500;
/** The zoom at which open reports are counted together: some sixty places in the city, and twenty on a phone. */
const ZOOMS = { wide: 11, narrow: 10 };

/** Whether what is shown is as it is now. `since`: the moment from which on it is not; null at the start. */
export type Liveness = { isLive: true } | { isLive: false; since: number | null };

/** What draws the marks. */
export interface MapView {
  /** All marks are others. */
  drawAgain(): void;
  apply(changes: readonly state.MarkChange[]): void;
}

/**
 * What the wall shows, kept right for weeks.
 *
 * Events and updates come by one socket, which resumes by itself. What the API only answers is asked from time to time,
 * and after each interruption. A subscription that ends with an error begins again; if its cursor is no longer good,
 * from what is loaded anew. Nothing is kept but what is shown.
 */
export class Wall {
  readonly liveness = signal<Liveness>({ isLive: false, since: null });
  readonly day = signal(dayOf(now()));
  readonly time = signal(now());
  readonly numbers = signal<state.Numbers | null>(null);
  readonly before = signal<state.Before | null>(null);
  readonly history = signal<readonly HistoryRow[]>([]);
  readonly metric = signal<Metric>("RESPONSIVENESS");
  readonly board = signal<state.Board | null>(null);
  readonly bands = signal<ReadonlyMap<string, Band>>(new Map());
  readonly clusters = signal<readonly Cluster[]>([]);
  readonly watchlist = signal<readonly Watched[] | null>(null);
  readonly agencies = signal<readonly WallAgency[] | null>(null);
  /** The moment since which moves are counted. */
  readonly movesSince = signal(now());
  readonly lines = signal<readonly FeedEvent[]>([]);
  /** Events that have come since the page was opened. */
  readonly events = signal(0);

  readonly client: Client;
  readonly marks: state.Marks = new Map();
  readonly #live: Live;
  readonly #frames = new Frames<FeedEvent>((events) => this.#take(events));
  readonly #stops: (() => void)[] = [];
  readonly #polls = new Polls([
    [MINUTE, () => this.#loadBefore()],
    [MINUTE, () => this.#loadClusters()],
    [MINUTE, async () => void (this.agencies.value = (await this.ask(WALL_AGENCIES, {})).agencies)],
    [5 * MINUTE, () => this.#loadBands()],
    [5 * MINUTE, async () => void (this.watchlist.value = (await this.ask(WALL_WATCHLIST, {})).watchlist)],
    [10 * MINUTE, () => this.#loadHistory()],
  ]);
  #map: MapView | undefined;
  #feed: Following | undefined;
  #today: Following | undefined;
  #ranking: Following | undefined;
  #cursor: string | undefined; // of the newest event
  #newBoard: state.Board = state.EMPTY_BOARD;
  #newLines: readonly FeedEvent[] = [];
  #wasOpen = false;
  #openedAt = 0;
  #isConfirmed = false; // numbers of now have come over this connection

  constructor() {
    const { client, live } = connectUncached();
    this.client = client;
    this.#live = live;
  }

  start(): void {
    const hangUp = () => this.#live.renew(); // the network says itself that it is gone
    addEventListener("offline", hangUp);
    const clock = setInterval(() => this.#tick(), SECOND);
    const calm = setInterval(() => this.#publish(), CALM);
    const connected = effect(() => this.#connectionIs(connection.value === "live"));
    this.#stops.push(
      () => removeEventListener("offline", hangUp),
      () => clearInterval(clock),
      () => clearInterval(calm),
      connected,
    );
    this.#feed = new Following((own) => this.#follow(own));
    this.#beginDay();
  }

  stop(): void {
    for (const each of [this.#feed, this.#today, this.#ranking]) each?.stop();
    this.#polls.stop();
    this.#frames.stop();
    for (const stop of this.#stops.splice(0)) stop();
    this.#live.dispose();
  }

  /** Draw the marks on a map from now on; null: on none. */
  showOn(map: MapView | null): void {
    this.#map = map ?? undefined;
    map?.drawAgain();
  }

  #tick(): void {
    this.time.value = now();
    const day = dayOf(this.time.value);
    if (day !== this.day.value) {
      this.day.value = day;
      this.#beginDay();
    }
    this.#judge();
  }

  /** Begin what is about a day: its numbers, its marks, the ranking of its month. The feed goes on. */
  #beginDay(): void {
    this.#today?.stop();
    this.#ranking?.stop();
    this.#newBoard = state.EMPTY_BOARD;
    batch(() => {
      this.movesSince.value = now();
      this.numbers.value = null;
      this.before.value = null;
      this.board.value = null;
      this.metric.value = "RESPONSIVENESS";
    });
    this.marks.clear();
    this.#map?.drawAgain();
    this.#today = new Following((own) => this.#followToday(own));
    this.#ranking = new Following((own) => this.#followBoard(own));
    this.#polls.runAll();
  }

  // Live or not

  #connectionIs(isOpen: boolean): void {
    this.#isConfirmed = false;
    if (isOpen) this.#openedAt = performance.now();
    if (isOpen && this.#wasOpen) this.#polls.runAll();
    this.#wasOpen ||= isOpen;
    this.#judge();
  }

  #judge(): void {
    const follows = [this.#feed, this.#today, this.#ranking].every((each) => each?.isWell ?? false);
    const isSettled = connection.peek() === "live" && performance.now() - this.#openedAt > SETTLING;
    const isLive = isSettled && this.#isConfirmed && follows && this.#polls.isFresh(LATE);
    const before = this.liveness.peek();
    if (isLive === before.isLive) return;
    this.liveness.value = isLive ? { isLive } : { isLive, since: now() };
  }

  // The feed of events

  async #follow(own: Following): Promise<() => void> {
    if (this.#cursor === undefined) await this.#loadMarks();
    const { unsubscribe } = this.#subscribe(own, WALL_FEED, { after: this.#cursor ?? null }, ({ reportFeed }) => {
      this.#cursor = reportFeed.cursor;
      this.#frames.add(reportFeed);
    });
    own.begun();
    return unsubscribe;
  }

  async #loadMarks(): Promise<void> {
    const from = state.midnightOf(this.day.peek());
    const found = [];
    let cursor: string | undefined;
    let after: string | null = null;
    for (let page = 0; page < PAGES; page++) {
      const { reports }: ResultOf<typeof WALL_REPORTS> = await this.ask(WALL_REPORTS, { from, after });
      cursor ??= reports.cursor; // of the first page: whatever changes after it comes by the feed
      found.push(...reports.edges.map(({ node }) => node));
      if (!reports.pageInfo.hasNextPage) break;
      after = reports.pageInfo.endCursor;
    }
    this.marks.clear();
    for (const [id, mark] of state.marksOf(found)) this.marks.set(id, mark);
    this.#map?.drawAgain();
    this.#cursor = cursor;
  }

  #take(events: readonly FeedEvent[]): void {
    this.events.value += events.length;
    // After a long interruption events of yesterday come again.
    const ofToday = events.filter(({ at }) => dayOf(at) >= this.day.peek());
    const changes = ofToday.map((event) => state.applyEvent(this.marks, event)).filter((change) => change !== null);
    if (changes.length > 0) this.#map?.apply(changes);
    this.#newLines = state.withLatest(this.#newLines, ofToday);
  }

  // Numbers and ranking

  async #followToday(own: Following): Promise<() => void> {
    const variables = { from: this.day.peek() };
    return this.#subscribe(own, WALL_TODAY, variables, ({ reportStatisticsChanged: { rows } }) => {
      this.#isConfirmed = true;
      this.numbers.value = rows[0] ?? null;
      this.#judge();
    }).unsubscribe;
  }

  async #followBoard(own: Following): Promise<() => void> {
    const variables = { metric: this.metric.peek(), first: state.BOARD_ROWS };
    return this.#subscribe(own, WALL_BOARD, variables, ({ leaderboardChanged: update }) => {
      this.#newBoard = state.withUpdate(this.#newBoard, update);
      const ranked = update.standings.filter(({ rank }) => rank !== null).length;
      if (update.snapshot && this.metric.peek() === "RESPONSIVENESS" && ranked < ENOUGH) this.#rankByPoints();
    }).unsubscribe;
  }

  #rankByPoints(): void {
    this.metric.value = "POINTS";
    this.#newBoard = state.EMPTY_BOARD;
    this.#ranking?.stop();
    this.#ranking = new Following((own) => this.#followBoard(own));
  }

  #publish(): void {
    batch(() => {
      if (this.#newBoard !== state.EMPTY_BOARD) this.board.value = this.#newBoard;
      this.lines.value = this.#newLines;
    });
  }

  // What is asked from time to time

  async #loadBefore(): Promise<void> {
    const until = state.weekBefore(now());
    const day = dayOf(until);
    const { whole, received, processed } = await this.ask(WALL_COMPARED, { day, until: new Date(until).toISOString() });
    this.before.value = {
      day,
      until,
      received: received.rows[0]?.received ?? 0,
      processed: processed.rows[0]?.processed ?? 0,
      respondedAllDay: whole.rows[0]?.responded ?? 0,
    };
  }

  async #loadClusters(): Promise<void> {
    const zoom = matchMedia("(min-width: 40rem)").matches ? ZOOMS.wide : ZOOMS.narrow;
    this.clusters.value = (await this.ask(WALL_CLUSTERS, { within: CITY, zoom })).reportClusters;
  }

  async #loadBands(): Promise<void> {
    const { leaderboard } = await this.ask(WALL_BANDS, {});
    const standings = leaderboard?.standings.edges.map(({ node }) => node) ?? [];
    this.bands.value = new Map(standings.map(({ subject, band }) => [(subject as { code: string }).code, band]));
  }

  async #loadHistory(): Promise<void> {
    const today = this.day.peek();
    const days = { from: state.daysBefore(today, DAYS), to: state.daysBefore(today, 1) };
    const { reportStatistics } = await this.ask(WALL_HISTORY, days);
    this.history.value = reportStatistics.rows;
  }

  /** Ask the service. Throws if there is no answer. */
  async ask<Data, Variables extends AnyVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const { data, error } = await this.client.query<Data, Variables>(document, variables).toPromise();
    if (!data) throw error ?? new Error("no answer");
    return data;
  }

  #subscribe<Data, Variables extends AnyVariables>(
    own: Following,
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    next: (data: Data) => void,
  ): { unsubscribe: () => void } {
    return pipe(
      this.client.subscription<Data, Variables>(document, variables),
      onEnd(() => own.failed()),
      subscribe(({ data, error }) => {
        if (data && !error) {
          own.received();
          next(data);
          return;
        }
        // The log has begun anew, or goes back not far enough: what is shown is loaded again.
        if (error?.graphQLErrors.some(({ extensions }) => String(extensions["code"]).startsWith("CURSOR_"))) {
          this.#cursor = undefined;
          this.#polls.runAll();
        }
        own.failed();
      }),
    );
  }
}
