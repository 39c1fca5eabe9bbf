import { describe, expect, test } from "vitest";
import type { BoardUpdate, FeedEvent } from "./documents";
import * as state from "./state";

type Report = NonNullable<FeedEvent["report"]>;

function event(id: string, version: number, given: Partial<FeedEvent> & { status?: Report["status"] } = {}): FeedEvent {
  const { status = "WAITING", ...others } = given;
  const location = { latitude: -6.2, longitude: 106.8 };
  const place = { id: "p", name: "Gambir" };
  return {
    id: `${id}-${version}`,
    cursor: `${id}-${version}`,
    kind: "SUBMITTED",
    at: "2026-11-30T07:05:00Z",
    reportId: id,
    toStatus: null,
    resolution: null,
    stars: null,
    toHandler: null,
    report: { id, version, status, location, category: { id: "c", name: "Sampah" }, kelurahan: place },
    ...others,
  };
}

describe("marks and an event", () => {
  test("a new report appears, turns yellow and green, and goes when it is hidden", () => {
    const marks: state.Marks = new Map();
    const kinds = [
      event("a", 1),
      event("a", 2, { kind: "STATUS_CHANGED", status: "IN_PROGRESS" }),
      event("a", 3, { kind: "STATUS_CHANGED", status: "PROCESSED" }),
      event("a", 4, { kind: "HIDDEN", report: null }),
    ].map((each) => {
      const change = state.applyEvent(marks, each);
      return [change?.kind, change?.mark.status, marks.get("a")?.status];
    });
    expect(kinds).toEqual([
      ["new", "WAITING", "WAITING"],
      ["status", "IN_PROGRESS", "IN_PROGRESS"],
      ["status", "PROCESSED", "PROCESSED"],
      ["gone", "PROCESSED", undefined],
    ]);
  });

  test("an older version changes nothing, and neither does the same event again", () => {
    const marks: state.Marks = new Map();
    state.applyEvent(marks, event("a", 3, { kind: "STATUS_CHANGED", status: "PROCESSED" }));
    expect(state.applyEvent(marks, event("a", 2, { status: "IN_PROGRESS" }))).toBeNull();
    expect(state.applyEvent(marks, event("a", 3, { status: "PROCESSED" }))).toBeNull();
    expect([...marks.values()].map(({ status, version }) => [status, version])).toEqual([["PROCESSED", 3]]);
  });

  test("loaded reports and events in any cut give the same marks", () => {
    const events = Array.from({ length: 40 }, (_, index) => event(`r${index % 7}`, 1 + Math.floor(index / 7)));
    const whole: state.Marks = new Map();
    for (const each of events) state.applyEvent(whole, each);
    for (let cut = 0; cut <= events.length; cut++) {
      const newest = new Map(events.slice(0, cut).map((each) => [each.reportId, each.report as Report]));
      const marks = state.marksOf([...newest.values()].reverse());
      for (const each of events.slice(cut)) state.applyEvent(marks, each);
      expect(Object.fromEntries(marks)).toEqual(Object.fromEntries(whole));
    }
  });

  test("marks are bounded, and those that changed first are left out", () => {
    const marks: state.Marks = new Map();
    for (let each = 0; each < state.MOST_MARKS + 10; each++) state.applyEvent(marks, event(`r${each}`, 1));
    expect(marks.size).toBe(state.MOST_MARKS);
    expect(marks.has("r9")).toBe(false);
    expect(marks.has("r10")).toBe(true);
  });
});

test("the latest events are few, the newest first, without those that tell little", () => {
  const come = Array.from({ length: 20 }, (_, index) => event(`r${index}`, 1));
  const lines = state.withLatest([], [...come, event("s", 1, { kind: "SUPPORTED" })]);
  expect(lines.map(({ reportId }) => reportId)).toEqual(["r19", "r18", "r17", "r16", "r15", "r14", "r13", "r12"]);
  expect(state.withLatest(lines, [])).toBe(lines);
});

type Standing = BoardUpdate["standings"][number];

const standing = (code: string, rank: number | null, band: Standing["band"] = "AVERAGE"): Standing => ({
  id: code,
  rank,
  points: 10,
  responsiveness: 50,
  band,
  subject: { id: code, code, name: code },
});

const update = (snapshot: boolean, standings: Standing[], shifts: [string, number | null, number | null][] = []) => ({
  cursor: "c",
  snapshot,
  standings,
  shifts: shifts.map(([code, fromRank, toRank]) => ({ subject: { id: code, code, name: code }, fromRank, toRank })),
});

describe("the board and an update", () => {
  const first = state.withUpdate(state.EMPTY_BOARD, update(true, [standing("a", 1), standing("b", 2)]));

  test("a row that changes is replaced, and its move is counted from the first place", () => {
    const once = state.withUpdate(
      first,
      update(
        false,
        [standing("b", 1), standing("a", 2)],
        [
          ["b", 2, 1],
          ["a", 1, 2],
        ],
      ),
    );
    const twice = state.withUpdate(once, update(false, [standing("a", 3)], [["a", 2, 3]]));
    expect(state.rowsOf(twice, "POINTS", 9).map(({ code, rank }) => [code, rank])).toEqual([
      ["b", 1],
      ["a", 3],
    ]);
    expect(state.biggestMoves(twice, 1)).toEqual([{ code: "a", name: "a", from: 1, to: 3 }]);
    const back = state.withUpdate(twice, update(false, [standing("a", 1)], [["a", 3, 1]]));
    expect([...back.moves.keys()]).toEqual(["b"]);
  });

  test("a snapshot after an interruption tells the moves too, and replaces all rows", () => {
    const next = state.withUpdate(first, update(true, [standing("b", 1)]));
    expect([...next.standings.keys()]).toEqual(["b"]);
    expect(state.biggestMoves(next, 9)).toEqual([{ code: "b", name: "b", from: 2, to: 1 }]);
  });

  test("a row that leaves the first ones is gone", () => {
    const next = state.withUpdate(first, update(false, [standing("a", state.BOARD_ROWS + 1), standing("b", null)]));
    expect(next.standings.size).toBe(0);
  });

  test("by responsiveness the band comes before the rank, by points it does not", () => {
    const board = state.withUpdate(
      state.EMPTY_BOARD,
      update(true, [
        standing("low", 1, "BELOW"),
        standing("mid", 2),
        standing("top", 3, "ABOVE"),
        standing("few", null),
      ]),
    );
    expect(state.rowsOf(board, "RESPONSIVENESS", 9).map(({ code }) => code)).toEqual(["top", "mid", "low"]);
    expect(state.rowsOf(board, "POINTS", 2).map(({ code }) => code)).toEqual(["low", "mid"]);
  });
});

describe("days", () => {
  test("the week before is the same minute of the same weekday in Jakarta", () => {
    const at = Date.parse("2026-12-01T00:05:42+07:00");
    expect(new Date(state.weekBefore(at)).toISOString()).toBe("2026-11-23T17:05:00.000Z");
  });

  test("a day begins at Jakarta's midnight, and days go back over months", () => {
    expect(new Date(state.midnightOf("2026-12-01")).toISOString()).toBe("2026-11-30T17:00:00.000Z");
    expect(state.daysBefore("2026-03-01", 1)).toBe("2026-02-28");
  });

  test("a series ends with yesterday, and a day without a row has 0", () => {
    const row = { responded: 0, processed: 0, open: 0, overdue: 0 };
    const rows = [
      { day: "2026-11-27", received: 3, ...row },
      { day: "2026-11-29", received: 5, ...row },
      { day: "2026-11-30", received: 1, ...row },
    ];
    expect(state.seriesOf(rows, "received", "2026-11-30", 3)).toEqual([3, 0, 5]);
  });
});
