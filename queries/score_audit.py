"""The score held against the log: the ledger, the tallies that are its sums, and the boards that are theirs.

The log is what is believed. Each link is held against the one before it, so that a fault is told where it lies and not
again in everything that follows from it: ledger against log, tallies against log, boards against tallies.

What the log cannot emit is not judged: what a report weighed before its category was changed, and whether an entry that
is nowhere should be reversed or be a citizen's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tortoise.transactions import in_transaction

from models.database import fetch, log_head
from models.ledger import CITIZEN
from models.log import EVENT_COLUMNS, REBUILT, EventRow, LogEvent, LogHead, ReportEventKind, Topic, moment
from models.reports import Report
from models.tallies import as_day
from queries.leaderboards import Board, read_board
from queries.score_histories import counted_events, describe_key, event_of, read_tallies
from rules.periods import Period, jakarta_day, midnight, span
from rules.scoring.counters import BEGINNING, ZERO, Counters, TallyKey, TallyTotals, add_deltas
from rules.scoring.points import CITIZEN_POINTS, RULE_VERSION, Rule, citizen_points, may_score
from rules.scoring.ranking import BoardKind, subject_of
from rules.scoring.reconciliation import (
    REVERSING,
    ExpectedEntry,
    LedgerLine,
    citizen_rules,
    diff_counters,
    diff_lines,
    diff_tallies,
    expected_entries,
    format_difference,
    is_for_unit,
    new_moments,
    possible_points,
    rules_for_fix,
)

BATCH = 1_000
DAY = timedelta(days=1)
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)

EVENTS = f"SELECT {', '.join(EVENT_COLUMNS)} FROM log_event WHERE position BETWEEN $1 AND $2 ORDER BY position"
ENTRIES = (
    "SELECT position, unit, account_id, report_id, rule, rule_version, points, at, day, reverses FROM point_entry "
    "WHERE position BETWEEN $1 AND $2 ORDER BY position"
)


async def verify(emit: Callable[[str], object]) -> None:
    """Compare everything with the log as of one moment, while the service runs; `emit` gets a line a difference."""
    async with in_transaction() as using:
        if using.capabilities.dialect != "sqlite":  # SQLite's transactions see one moment anyhow
            await using.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        head = await log_head()
        audit = _Audit(emit)
        for first in range(1, head.position + 1, BATCH):
            await audit.read(first, min(first + BATCH - 1, head.position))
        await audit.settle()
        await _outside(head, emit)
        if audit.unreadable:  # that has been told, and nothing can be counted with it
            return
        tallies = await read_tallies()
        differences = diff_tallies(tallies, await _counted(head, emit))
        for key, difference in differences.items():
            emit(f"tally {describe_key(key)}: {format_difference(difference)}")
        if not differences:
            await _boards(head, tallies, emit)


async def _counted(head: LogHead, emit: Callable[[str], object]) -> dict[TallyKey, TallyTotals]:
    """Count everything once more, and hold what each event says that it counts for against that."""
    due: dict[TallyKey, TallyTotals] = {}
    async for one in counted_events(head.position):
        add_deltas(due, one.deltas)
        counts = [delta.as_data() for delta in one.deltas]
        if one.told is not None and one.told != counts:
            emit(f"log {one.event.position}: counts is {one.told}, should be {counts}")
    return due


class _Audit:
    """One walk through the log, in order.

    An event of a report and the entries that it brings are one change: its events first, then its entries. What is
    asked for and what is told since the last entries is kept until the next event that is none.
    """

    def __init__(self, emit: Callable[[str], object]) -> None:
        self._emit = emit
        self.unreadable = False
        self._open_from: datetime | None = None
        self._reopened: dict[int | None, datetime] = {}
        self._gained: defaultdict[tuple[int | None, date], int] = defaultdict(int)
        self._judged: list[ExpectedEntry] = []
        self._lines: list[tuple[int, LedgerLine]] = []

    async def read(self, first: int, last: int) -> None:
        """Check the events and the entries from `first` to `last`; one of each batch is in memory."""
        events = {row["position"]: row for row in await fetch(EVENTS, first, last)}
        entries = {row["position"]: row for row in await fetch(ENTRIES, first, last)}
        told: dict[int, LedgerLine] = {}
        for position in range(first, last + 1):
            row = events.get(position)
            if row is None:
                self._emit(f"log {position}: no event")
                continue
            try:
                line = await self._event(event_of(row))
            except UNREADABLE as error:
                self._emit(f"log {position}: cannot be read: {type(error).__name__} {error}")
                self.unreadable = True
                entries.pop(position, None)
                continue
            if line is not None:
                told[position] = line
        self._compare(entries, told)
        await self._weigh(told)
        if self._open_from is not None:  # what was gained on days that are closed decides nothing more
            today = jakarta_day(self._open_from)
            self._gained = defaultdict(int, {key: sum_ for key, sum_ in self._gained.items() if key[1] >= today})
        await self._reversals(entries, told)

    async def settle(self) -> None:
        """Hold what the events of the changes just read ask for against the entries that they bring."""
        lines = self._lines
        for wanted in self._judged:
            met = next((place for place, (_, line) in enumerate(lines) if wanted.is_met_by(line)), None)
            if met is not None:
                lines.pop(met)
            elif wanted.unit != CITIZEN and await _scores(wanted):
                rules = " or ".join(sorted(wanted.rules))
                self._emit(f"log {wanted.position}: no entry of {wanted.unit} by {rules} follows")
        for position, line in lines:
            self._emit(f"log {position}: nothing happened to report {line.report_id} for {line.rule} of {line.unit}")
        self._judged, self._lines = [], []

    async def _event(self, event: EventRow) -> LedgerLine | None:
        """Check an event by itself; return the entry that it tells of, if it does."""
        if self._open_from is not None and event.at < self._open_from:
            self._emit(f"log {event.position}: at is {event.at}, should be {self._open_from} or later: that is closed")
        if event.topic is Topic.LEDGER and event.kind != REBUILT:
            return self._entry(event)
        if self._lines:
            await self.settle()
        if event.topic is Topic.REPORT:
            self._act(event)
        if event.topic is Topic.PERIOD:
            self._closing(event)
        return None

    def _entry(self, event: EventRow) -> LedgerLine:
        line = _told(event)
        if line.day != jakarta_day(line.at):
            self._emit(f"log {event.position}: day is {line.day}, should be {jakarta_day(line.at)}")
        if line.rule not in REVERSING:
            self._lines.append((event.position, line))
        return line

    def _act(self, event: EventRow) -> None:
        before, after = event.before, event.after
        for at in sorted(new_moments(before, after) - {event.at}):
            self._emit(f"log {event.position}: at is {event.at}, should be {at}")
        if before is None:
            return
        stars = event.data["stars"] if event.kind == ReportEventKind.RATED else None
        opened_at = self._reopened.get(event.report_id, before.submitted_at)
        fixing = rules_for_fix(event.data.get("held"), before.processing_due_at - opened_at)
        if event.kind == ReportEventKind.REOPENED:
            self._reopened[event.report_id] = event.at
        elif after.processed_at is not None:
            self._reopened.pop(event.report_id, None)
        asked = [
            (before.handler, rules) for rules in expected_entries(event.kind, event.at, before, after, stars, fixing)
        ]
        asked += [(CITIZEN, frozenset({rule})) for rule in citizen_rules(before, after)]
        self._judged += [
            ExpectedEntry(position=event.position, report_id=event.report_id, unit=unit, rules=rules, at=event.at)
            for unit, rules in asked
        ]

    def _closing(self, event: EventRow) -> None:
        last = date.fromisoformat(event.data["last"])
        self._open_from = midnight(last + DAY)
        if event.at != self._open_from:
            self._emit(f"log {event.position}: at is {event.at}, should be {self._open_from}")

    def _compare(self, entries: Mapping[int, dict[str, Any]], told: Mapping[int, LedgerLine]) -> None:
        """Hold the rows of the ledger against the events that emit of them."""
        for position in sorted(entries.keys() | told.keys()):
            row, line = entries.get(position), told.get(position)
            if row is None:
                self._emit(f"ledger {position}: no entry, should be {line}")
                continue
            if line is None:
                self._emit(f"ledger {position}: an entry that the log does not emit of")
                continue
            try:
                faults = diff_lines(_line(row), line)
            except UNREADABLE as error:
                faults = [f"cannot be read: {error}"]
            if not 1 <= row["rule_version"] <= RULE_VERSION:
                faults.append(f"rule_version is {row['rule_version']}, should be {RULE_VERSION} at most")
            for fault in faults:
                self._emit(f"ledger {position}: {fault}")

    async def _weigh(self, told: Mapping[int, LedgerLine]) -> None:
        """Hold the points of entries against their rules: a unit's by the report's weight, a citizen's by the day."""
        weights = await _Weights.read({line.report_id for line in told.values() if is_for_unit(line.rule)})
        for position, line in told.items():
            if line.rule in CITIZEN_POINTS:
                key = (line.account_id, line.day)
                due: tuple[int, ...] = (citizen_points(line.rule, self._gained[key]),)
                self._gained[key] += max(line.points, 0)
            elif line.rule not in REVERSING:
                due = possible_points(line.rule, weights.of(line))
            else:
                continue
            if line.points not in due:
                wanted = " or ".join(map(str, due))
                self._emit(f"log {position}: points is {line.points}, should be {wanted} for {line.rule}")

    async def _reversals(self, entries: Mapping[int, dict[str, Any]], told: Mapping[int, LedgerLine]) -> None:
        """Hold each reversal against the event of what it takes back. That it is the only one, its index holds."""
        targets = {row["reverses"] for row in entries.values() if row["reverses"] is not None}
        originals = await _originals(targets)
        for position, line in told.items():
            target = entries[position]["reverses"] if position in entries else None
            if position not in entries or (target is None and line.rule not in REVERSING):
                continue
            if target in originals and originals[target] is None:
                continue  # it cannot be read, and that has been told
            original = originals.get(target) if target is not None and target < position else None
            if original is None or line.rule not in REVERSING or original.rule in REVERSING:
                self._emit(f"ledger {position}: reverses is {target}, which {line.rule} cannot take back")
            elif (line.unit, line.report_id, line.points) != (original.unit, original.report_id, -original.points):
                self._emit(
                    f"ledger {position}: takes {-line.points} of report {line.report_id} back from {line.unit}, should "
                    f"be {original.points} of report {original.report_id} from {original.unit}, which is entry {target}"
                )


class _Weights:
    """What reports weigh, and until when that may have been something else."""

    def __init__(self, weights: Mapping[int, int], changed: Mapping[int, datetime]) -> None:
        self._weights, self._changed = weights, changed

    @classmethod
    async def read(cls, report_ids: Iterable[int | None]) -> "_Weights":
        ids = list(report_ids)
        if not ids:
            return cls({}, {})
        weights = await Report.filter(id__in=ids).values_list("id", "weight")
        kinds = (ReportEventKind.EDITED, ReportEventKind.RECATEGORISED)
        changes = LogEvent.filter(topic=Topic.REPORT, report_id__in=ids, kind__in=kinds).order_by("position")
        return cls(dict(weights), dict(await changes.values_list("report_id", "at")))

    def of(self, line: LedgerLine) -> int | None:
        """Return the weight by which an entry was made; None: it may have changed in that change or later."""
        if line.report_id is None:
            return None
        changed = self._changed.get(line.report_id)
        return self._weights.get(line.report_id) if changed is None or changed < line.at else None


async def _scores(wanted: ExpectedEntry) -> bool:
    """Whether no three other reports of the same citizen and day scored for the unit at that point of the log."""
    report = await Report.get_or_none(id=wanted.report_id)
    if report is None:
        return True
    first = midnight(jakarta_day(report.submitted_at))
    rows = await fetch(
        "SELECT DISTINCT r.id FROM report r JOIN point_entry e ON e.report_id = r.id WHERE r.reporter_id = $1 "
        "AND r.submitted_at >= $2 AND r.submitted_at < $3 AND e.unit = $4 AND e.position < $5",
        report.reporter_id,
        first,
        first + DAY,
        wanted.unit,
        wanted.position,
    )
    return may_score(report.id, {row["id"] for row in rows})


async def _outside(head: LogHead, emit: Callable[[str], object]) -> None:
    """Tell of what has a position that was never given."""
    for name, table in (("log", "log_event"), ("ledger", "point_entry")):
        rows = await fetch(
            f"SELECT position FROM {table} WHERE position < 1 OR position > $1 ORDER BY position",
            head.position,
        )
        for row in rows:
            emit(f"{name} {row['position']}: a position never given, should be 1 to {head.position}")


async def _boards(head: LogHead, tallies: Mapping[TallyKey, TallyTotals], emit: Callable[[str], object]) -> None:
    """Hold the boards of the open periods, and of each month that has a tally, against the tallies."""
    if head.open_from is None:  # nobody has served yet
        return
    today = jakarta_day(head.open_from)
    months = {(period, first_day) for period, first_day, _, _ in tallies if period is Period.MONTH}
    for period, day in sorted({(period, span(period, today).first or BEGINNING) for period in Period} | months):
        for kind in BoardKind:
            if kind != "CITIZEN":  # made from the ledger itself
                subjects = {code for _, _, _, unit in tallies if (code := subject_of(kind, unit))}
                board = await read_board(kind, period, day, subjects)
                for code, difference in diff_counters(board.counters, _sums(board, tallies)).items():
                    emit(f"board {kind} {period} {board.span.first}: {code}: {format_difference(difference)}")


def _sums(board: Board, tallies: Mapping[TallyKey, TallyTotals]) -> dict[str, Counters]:
    """Add the tallies of a board's period up to its subjects, and day by day what they came to have in their hands."""
    sums: dict[str, Counters] = {}
    last = board.span.last or date.max
    for (period, first_day, officer, unit), own in tallies.items():
        code = board.subject_of(unit, officer)
        if code is None:
            continue
        if (period, first_day) == (board.period, board.span.first or BEGINNING):
            sums[code] = sums.get(code, ZERO) + own.counters.flow
        if period is Period.DAY and first_day <= last:
            sums[code] = sums.get(code, ZERO) + own.counters.state
    return sums


async def _originals(positions: Iterable[int]) -> dict[int | None, LedgerLine | None]:
    """Read what the log tells of the entries at these positions; None: it cannot be read."""
    found: dict[int | None, LedgerLine | None] = {}
    for row in await LogEvent.filter(position__in=list(positions), topic=Topic.LEDGER).values(*EVENT_COLUMNS):
        try:
            found[row["position"]] = _told(event_of(row))
        except UNREADABLE:
            found[row["position"]] = None
    return found


def _told(event: EventRow) -> LedgerLine:
    """Read what an event of the topic `ledger` tells of; raises one of UNREADABLE."""
    return LedgerLine(
        unit=event.data["unit"],
        report_id=event.report_id,
        account_id=event.account_id,
        rule=Rule(event.data["rule"]),
        points=int(event.data["points"]),
        at=event.at,
        day=date.fromisoformat(event.data["day"]),
    )


def _line(row: Mapping[str, Any]) -> LedgerLine:
    at = moment(row["at"])
    if at is None:
        raise ValueError("at is missing")
    return LedgerLine(
        unit=row["unit"],
        report_id=row["report_id"],
        account_id=row["account_id"],
        rule=Rule(row["rule"]),
        points=row["points"],
        at=at,
        day=as_day(row["day"]),
    )
