import type { EnumOf, Status } from "../api/graphql";
import type { BoardUpdate, FeedEvent, HistoryRow } from "./documents";

/** What the wall shows, as plain data: an old state and what has come make the new one. All of it is bounded. */

/** Marks on the map at most: the reports of some busy days. Beyond that the ones that changed first are left out. */
export const MOST_MARKS = 4_000;
/** Lines of the latest events. */
export const MOST_LINES = 8;

/** Rows of the ranking that are followed. All 267 would cost more than a subscription may. */
export const BOARD_ROWS = 200;

/** A report on the map. */
export interface WallMark {
  id: string;
  version: number;
  status: Status;
  longitude: number;
  latitude: number;
}

export type Marks = Map<string, WallMark>;

/** What an event has changed on the map. */
export type MarkChange =
  | { kind: "new" | "status"; mark: WallMark }
  /** Its words or its place have changed, or it has an event today for the first time. */
  | { kind: "seen"; mark: WallMark; from: WallMark | undefined }
  | { kind: "gone"; mark: WallMark };

type ReportPart = Pick<NonNullable<FeedEvent["report"]>, "id" | "version" | "status" | "location">;

export const markOf = ({ id, version, status, location }: ReportPart): WallMark => ({
  id,
  version,
  status,
  longitude: location.longitude,
  latitude: location.latitude,
});

/** Change the marks by an event. Null: nothing on the map changes. */
export function applyEvent(marks: Marks, event: Pick<FeedEvent, "kind" | "reportId" | "report">): MarkChange | null {
  const from = marks.get(event.reportId);
  if (!event.report) {
    marks.delete(event.reportId);
    return from ? { kind: "gone", mark: from } : null;
  }
  // A report of an event is as it is now: later events of the past hour may already be in it.
  if (from && from.version > event.report.version) return null;
  const mark = markOf(event.report);
  keep(marks, mark);
  if (from && from.status !== mark.status) return { kind: "status", mark };
  if (!from && event.kind === "SUBMITTED") return { kind: "new", mark };
  if (!from && event.kind === "STATUS_CHANGED") return { kind: "status", mark };
  const moved = from && (from.latitude !== mark.latitude || from.longitude !== mark.longitude);
  return from && !moved ? null : { kind: "seen", mark, from };
}

function keep(marks: Marks, mark: WallMark): void {
  marks.delete(mark.id); // the one that changed last comes last
  marks.set(mark.id, mark);
  if (marks.size > MOST_MARKS) marks.delete(marks.keys().next().value as string);
}

/** Return the marks of reports, of which the first has changed last. */
export function marksOf(reports: readonly ReportPart[]): Marks {
  const marks: Marks = new Map();
  for (const report of reports.toReversed()) keep(marks, markOf(report));
  return marks;
}

/** Kinds of events that are worth a line: what happens to a report, and no small change to it. */
const TOLD = new Set<FeedEvent["kind"]>([
  "SUBMITTED",
  "STATUS_CHANGED",
  "REOPENED",
  "ASSIGNED",
  "TRANSFERRED",
  "RATED",
  "RESPONSE_OVERDUE",
  "PROCESSING_OVERDUE",
]);

/** Return the latest events, the newest first, with those that have come. */
export function withLatest(lines: readonly FeedEvent[], come: readonly FeedEvent[]): readonly FeedEvent[] {
  const told = come.filter((event) => event.report && TOLD.has(event.kind));
  return told.length === 0 ? lines : [...told.toReversed(), ...lines].slice(0, MOST_LINES);
}

type Subject = { code: string; name: string };
type Standing = BoardUpdate["standings"][number];
type Band = EnumOf<"Band"> | null;

/** A row of the ranking. */
export interface Row {
  code: string;
  name: string;
  rank: number;
  band: Band;
  points: number;
  responsiveness: number | null;
}

/** How a kelurahan has moved since midnight, or since the page was opened. */
export interface Move {
  code: string;
  name: string;
  from: number;
  to: number;
}

/** Standings and moves by the code of the kelurahan. */
export interface Board {
  standings: ReadonlyMap<string, Standing>;
  moves: ReadonlyMap<string, Move>;
}

export const EMPTY_BOARD: Board = { standings: new Map(), moves: new Map() };

/** Apply an update of `leaderboardChanged`. What moved during an interruption is found by comparing the snapshot. */
export function withUpdate(board: Board, { snapshot, standings, shifts }: BoardUpdate): Board {
  const next = new Map(snapshot ? [] : board.standings);
  const moves = new Map(board.moves);
  for (const standing of standings) {
    const { code } = standing.subject as Subject;
    if (snapshot) shift(moves, standing.subject as Subject, board.standings.get(code)?.rank ?? null, standing.rank);
    if (standing.rank !== null && standing.rank <= BOARD_ROWS) next.set(code, standing);
    else next.delete(code); // it has left the first rows: nothing more comes of it
  }
  for (const { subject, fromRank, toRank } of shifts) shift(moves, subject as Subject, fromRank, toRank);
  return { standings: next, moves };
}

function shift(moves: Map<string, Move>, { code, name }: Subject, from: number | null, to: number | null): void {
  const first = moves.get(code)?.from ?? from;
  if (first === null || to === null || first === to) moves.delete(code);
  else moves.set(code, { code, name, from: first, to });
}

const BANDS: readonly Band[] = ["ABOVE", "AVERAGE", "BELOW", null];

/**
 * Return the first rows of a board. By responsiveness those above the average come first, whatever their ranks: most of
 * the difference between two ranks is chance, and that between two bands is not. By points the rank alone decides.
 */
export function rowsOf({ standings }: Board, by: EnumOf<"Metric">, count: number): readonly Row[] {
  const group = ({ band }: Row) => (by === "RESPONSIVENESS" ? BANDS.indexOf(band) : 0);
  const rows = Array.from(standings, ([code, { rank, subject, band, points, responsiveness }]) => {
    return { code, name: (subject as Subject).name, rank: rank ?? 0, band, points, responsiveness };
  });
  return rows
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => group(a) - group(b) || a.rank - b.rank || (a.code < b.code ? -1 : 1))
    .slice(0, count);
}

/** Return the biggest moves, those upwards first among equals. */
export function biggestMoves({ moves }: Board, count: number): readonly Move[] {
  const size = ({ from, to }: Move) => Math.abs(from - to);
  return [...moves.values()].sort((a, b) => size(b) - size(a) || a.to - b.to).slice(0, count);
}

/** The numbers of a day, and what is open and overdue now. */
export interface Numbers {
  received: number;
  responded: number;
  processed: number;
  open: number;
  overdue: number;
}

/** The same weekday a week before: until the same time of the day, and answers of the whole day. */
export interface Before {
  /** The day, such as "2026-11-23". */
  day: string;
  /** Milliseconds: the moment of that day until which was counted. */
  until: number;
  received: number;
  processed: number;
  respondedAllDay: number;
}

export const DAY = 86_400_000;
const MINUTE = 60_000;

/** Return the moment a week before, at the last whole minute. Jakarta has no summer time: a week is seven days. */
export const weekBefore = (now: number): number => Math.floor(now / MINUTE) * MINUTE - 7 * DAY;

/** Return one number of each of the days before `today`, oldest first; a day without a report has 0. */
export function seriesOf(rows: readonly HistoryRow[], name: keyof Numbers, today: string, days: number): number[] {
  const byDay = new Map(rows.map((row) => [row.day, row[name]]));
  return Array.from({ length: days }, (_, index) => byDay.get(daysBefore(today, days - index)) ?? 0);
}

/** Return the day some days before a day. */
export const daysBefore = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - count * DAY).toISOString().slice(0, 10);

/** Return the first moment of a day in Jakarta. */
export const midnightOf = (day: string): string => `${day}T00:00:00+07:00`;
