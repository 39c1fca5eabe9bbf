"""Verification of the score: ledger against log, tallies against log, boards against tallies.

The log is the source of truth. Each step is compared with the one before it, so that a fault is reported where it is
and not again in everything that follows from it.

Some faults cannot be found from the log: the weight of a report before its category was changed, and a missing entry
that would be a citizen's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tortoise.transactions import in_transaction

from models.database import allow_computing, fetch, log_head
from models.ledger import CITIZEN, PointEntry
from models.log import EVENT_COLUMNS, REBUILT, EventRow, LogEvent, LogHead, ReportEventKind, Topic, moment
from models.reports import Report
from models.tallies import as_day
from queries.clusters import wrong_cells
from queries.leaderboards import Board, read_board
from queries.reference import read_calendar
from queries.score_histories import counted, describe_key, event_of, read_histories, read_tallies
from queries.score_reversals import find_missing_reversals
from queries.statistics import COUNTED, wrong_counts
from rules.boards import BOARDS, Metric
from rules.periods import Period, jakarta_day, midnight, span
from rules.scoring.counters import BEGINNING, ZERO, Counters, TallyKey, TallyTotals, add_deltas
from rules.scoring.points import CITIZEN_POINTS, FIXES, REPORTS_A_DAY, RULE_VERSION, Rule, citizen_points, scores_for
from rules.scoring.reconciliation import (
    REVERSING,
    ExpectedEntry,
    LedgerLine,
    StandingFixes,
    citizen_rules,
    diff_counters,
    diff_lines,
    diff_tallies,
    expected_entries,
    format_difference,
    is_for_unit,
    new_moments,
    possible_points,
    rules_for_answer,
    rules_for_fix,
)
from rules.service_time import Calendar
from rules.sla import SlaTerms

BATCH = 1_000
DAY = timedelta(days=1)
IS_SWITCH = "topic = 'report' AND kind = 'EDITED' AND data->>'scored' IS NOT NULL"
"""The condition for the event by which a named report was made anonymous. It says whether the report scored."""

SWITCHES = f"SELECT {', '.join(EVENT_COLUMNS)} FROM log_event WHERE {IS_SWITCH} AND report_id IN ({{}})"
REPORT_COLUMNS = ("weight", "scores", "own_units")
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)

EVENTS = f"SELECT {', '.join(EVENT_COLUMNS)} FROM log_event WHERE position BETWEEN $1 AND $2 ORDER BY position"
ENTRIES = (
    "SELECT position, unit, account_id, report_id, rule, rule_version, points, at, day, reverses FROM point_entry "
    "WHERE position BETWEEN $1 AND $2 ORDER BY position"
)


async def verify(emit: Callable[[str], object]) -> None:
    """Compare everything with the log at one moment, while the service runs. `emit` gets a line for each difference."""
    async with in_transaction() as using:
        if using.capabilities.dialect != "sqlite":  # a transaction of SQLite is a snapshot already
            await using.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        await allow_computing(using)
        head = await log_head()
        audit = _Audit(emit, await read_calendar())
        for first in range(1, head.position + 1, BATCH):
            await audit.read(first, min(first + BATCH - 1, head.position))
        await audit.settle()
        await _outside(head, emit)
        await _placement(emit)
        for cell in await fetch(wrong_cells()):
            name = f"{cell['level']}/{cell['y']}/{cell['x']} {cell['status']}"
            emit(f"map cell {name}: {cell['reports']:+} reports")
        for one in await fetch(wrong_counts()):
            excess = ", ".join(f"{one[name]:+} {name}" for name in COUNTED if one[name])
            emit(f"count {one['kind']} {one['code']} {one['day']} {one['status']} {one['resolution'] or '-'}: {excess}")
        if audit.unreadable:  # reported already; deltas cannot be computed without those events
            return
        tallies = await read_tallies()
        differences = diff_tallies(tallies, await _counted(head, emit))
        for key, difference in differences.items():
            emit(f"tally {describe_key(key)}: {format_difference(difference)}")
        if not differences:
            await _boards(head, tallies, emit)


async def _counted(head: LogHead, emit: Callable[[str], object]) -> dict[TallyKey, TallyTotals]:
    """Compute all tallies again, compare the counts stored in each event, and look for reversals that are missing."""
    due: dict[TallyKey, TallyTotals] = {}
    async for batch in read_histories(head.position):
        for one in counted(batch):
            add_deltas(due, one.deltas)
            counts = [delta.as_data() for delta in one.deltas]
            if one.stored is not None and one.stored != counts:
                emit(f"log {one.event.position}: counts is {one.stored}, should be {counts}")
        async for by, entry in find_missing_reversals(batch):
            emit(f"log {by}: no reversal of entry {entry.position} follows, which is {entry.rule} of {entry.unit}")
    return due


class _Audit:
    """A pass over the log, in order.

    A report event and the entries that it brings are one transaction: first its events, then its entries. The expected
    and the logged entries are collected until the next event that is not an entry.
    """

    def __init__(self, emit: Callable[[str], object], calendar: Calendar) -> None:
        self._emit, self._calendar = emit, calendar
        self.unreadable = False
        self._open_from: datetime | None = None
        self._gained: defaultdict[tuple[int | None, date], int] = defaultdict(int)
        self._fixes = StandingFixes()
        self._ledger: dict[int, int | None] = {}
        self._expected: list[ExpectedEntry] = []
        self._lines: list[tuple[int, LedgerLine]] = []

    async def read(self, first: int, last: int) -> None:
        """Check the events and the entries from `first` to `last`, one batch of each."""
        events = {row["position"]: row for row in await fetch(EVENTS, first, last)}
        entries = {row["position"]: row for row in await fetch(ENTRIES, first, last)}
        self._ledger = {position: row["reverses"] for position, row in entries.items()}
        logged: dict[int, LedgerLine] = {}
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
                logged[position] = line
        self._compare(entries, logged)
        await self._weigh(logged)
        if self._open_from is not None:  # gains of closed days no longer matter
            today = jakarta_day(self._open_from)
            self._fixes.forget_before(today)
            self._gained = defaultdict(int, {key: gained for key, gained in self._gained.items() if key[1] >= today})
        await self._reversals(entries, logged)

    async def settle(self) -> None:
        """Compare the expected entries of the transactions just read with the entries that follow them."""
        lines = self._lines
        for wanted in self._expected:
            met = next((index for index, (_, line) in enumerate(lines) if wanted.is_met_by(line)), None)
            if met is not None:
                self._check_place(wanted, *lines.pop(met))
            elif wanted.unit != CITIZEN and not await self._is_withheld(wanted):
                rules = " or ".join(sorted(wanted.rules))
                self._emit(f"log {wanted.position}: no entry of {wanted.unit} by {rules} follows")
        for position, line in lines:
            self._emit(f"log {position}: nothing happened to report {line.report_id} for {line.rule} of {line.unit}")
        self._expected, self._lines = [], []

    def _check_place(self, wanted: ExpectedEntry, position: int, line: LedgerLine) -> None:
        """Check that the gain of a fix is the only one of its place and day."""
        if line.rule not in FIXES or wanted.after is None:
            return
        if self._fixes.is_taken(line.unit, line.at, wanted.after):
            self._emit(f"log {position}: a second gain of {line.unit} for one place and day")
        self._fixes.add(position, line.unit, line.at, wanted.after)

    async def _is_withheld(self, wanted: ExpectedEntry) -> bool:
        """Return whether a unit has no entry: the report does not score, or it is no gain.

        The second fix of a place and day gains nothing, nor do its stars.
        """
        if not (await _Reports.read([wanted.report_id])).scores(wanted):
            return True
        if wanted.rules & FIXES and wanted.after is not None:
            return self._fixes.is_taken(wanted.unit, wanted.at, wanted.after)
        if wanted.rules != {Rule.RATED_WELL}:
            return False
        earlier = PointEntry.filter(report_id=wanted.report_id, position__lt=wanted.position)
        entries = await earlier.values("position", "unit", "rule", "reverses")
        reversed_by_then = {entry["reverses"] for entry in entries}
        own = (entry for entry in entries if entry["unit"] == wanted.unit and entry["rule"] in FIXES)
        return all(entry["position"] in reversed_by_then for entry in own)

    async def _event(self, event: EventRow) -> LedgerLine | None:
        """Check one event. Return its entry if it is the event of an entry."""
        if self._open_from is not None and event.at < self._open_from:
            self._emit(f"log {event.position}: at is {event.at}, should be {self._open_from} or later: that is closed")
        if event.topic is Topic.LEDGER and event.kind != REBUILT:
            return await self._entry(event)
        if self._lines:
            await self.settle()
        if event.topic is Topic.REPORT:
            self._act(event)
        if event.topic is Topic.PERIOD:
            self._closing(event)
        return None

    async def _entry(self, event: EventRow) -> LedgerLine:
        line = _logged_line(event)
        if line.rule is Rule.WAIVED:  # no act has an entry after it; what it takes back stood until now
            await self.settle()
        if line.day != jakarta_day(line.at):
            self._emit(f"log {event.position}: day is {line.day}, should be {jakarta_day(line.at)}")
        if line.rule not in REVERSING:
            self._lines.append((event.position, line))
        else:  # older events do not say which entry they reverse: only the ledger does
            self._fixes.take_back(event.data.get("reverses") or self._ledger.get(event.position))
        return line

    def _act(self, event: EventRow) -> None:
        before, after = event.before, event.after
        for at in sorted(new_moments(before, after) - {event.at}):
            self._emit(f"log {event.position}: at is {event.at}, should be {at}")
        if before is None:
            return
        stars = event.data["stars"] if event.kind == ReportEventKind.RATED else None
        terms = SlaTerms.from_data(event.data["terms"]) if "terms" in event.data else None
        answering = rules_for_answer(before.submitted_at, event.at, terms, self._calendar)
        fixing = rules_for_fix(event.data.get("judged", event.data.get("held")), terms)
        expected = [
            (before.handler, rules) for rules in expected_entries(event.kind, before, after, stars, answering, fixing)
        ]
        expected += [(CITIZEN, frozenset({rule})) for rule in citizen_rules(before, after)]
        self._expected += [
            ExpectedEntry(
                position=event.position, report_id=event.report_id, unit=unit, rules=rules, at=event.at, after=after
            )
            for unit, rules in expected
        ]

    def _closing(self, event: EventRow) -> None:
        last = date.fromisoformat(event.data["last"])
        self._open_from = midnight(last + DAY)
        if event.at != self._open_from:
            self._emit(f"log {event.position}: at is {event.at}, should be {self._open_from}")

    def _compare(self, entries: Mapping[int, dict[str, Any]], logged: Mapping[int, LedgerLine]) -> None:
        """Compare the rows of the ledger with the events of the log."""
        for position in sorted(entries.keys() | logged.keys()):
            row, line = entries.get(position), logged.get(position)
            if row is None:
                self._emit(f"ledger {position}: no entry, should be {line}")
                continue
            if line is None:
                self._emit(f"ledger {position}: an entry without an event in the log")
                continue
            try:
                faults = diff_lines(_stored_line(_named(row, line)), line)
            except UNREADABLE as error:
                faults = [f"cannot be read: {error}"]
            if not 1 <= row["rule_version"] <= RULE_VERSION:
                faults.append(f"rule_version is {row['rule_version']}, should be {RULE_VERSION} at most")
            for fault in faults:
                self._emit(f"ledger {position}: {fault}")

    async def _weigh(self, logged: Mapping[int, LedgerLine]) -> None:
        """Check the points of entries: a unit's by rule and weight of the report, a citizen's by rule and day."""
        reports = await _Reports.read({line.report_id for line in logged.values() if is_for_unit(line.rule)})
        for position, line in logged.items():
            if line.rule in CITIZEN_POINTS:
                key = (line.account_id, line.day)
                due: tuple[int, ...] = (citizen_points(line.rule, self._gained[key]),)
                self._gained[key] += max(line.points, 0)
            elif line.rule not in REVERSING:
                due = possible_points(line.rule, reports.weight(line))
                if not reports.scores(line):
                    self._emit(f"log {position}: report {line.report_id} does not score for {line.unit}")
            else:
                continue
            if line.points not in due:
                wanted = " or ".join(map(str, due))
                self._emit(f"log {position}: points is {line.points}, should be {wanted} for {line.rule}")

    async def _reversals(self, entries: Mapping[int, dict[str, Any]], logged: Mapping[int, LedgerLine]) -> None:
        """Compare each reversal with the event of the entry it takes back. A unique index ensures there is only one."""
        targets = {row["reverses"] for row in entries.values() if row["reverses"] is not None}
        originals = await _originals(targets)
        for position, line in logged.items():
            target = entries[position]["reverses"] if position in entries else None
            if position not in entries or (target is None and line.rule not in REVERSING):
                continue
            if target in originals and originals[target] is None:
                continue  # unreadable, reported already
            original = originals.get(target) if target is not None and target < position else None
            if original is None or line.rule not in REVERSING or original.rule in REVERSING:
                self._emit(f"ledger {position}: reverses is {target}, which {line.rule} cannot take back")
            elif (line.unit, line.report_id, line.points) != (original.unit, original.report_id, -original.points):
                self._emit(
                    f"ledger {position}: takes {-line.points} of report {line.report_id} back from {line.unit}, should "
                    f"be {original.points} of report {original.report_id} from {original.unit}, which is entry {target}"
                )


class _Reports:
    """The weights of reports, the last time at which each may have changed, and the units for which each scores.

    `named`: for reports that were made anonymous, when that was and whether they scored until then.
    """

    def __init__(
        self,
        reports: Mapping[int, Mapping[str, Any]],
        changed: Mapping[int, datetime],
        named: Mapping[int, tuple[datetime, Mapping[str, Any]]],
    ) -> None:
        self._reports, self._changed, self._named = reports, changed, named

    @classmethod
    async def read(cls, report_ids: Iterable[int | None]) -> "_Reports":
        ids = [report_id for report_id in report_ids if report_id is not None]
        if not ids:
            return cls({}, {}, {})
        reports = {row["id"]: row for row in await Report.filter(id__in=ids).values("id", *REPORT_COLUMNS)}
        kinds = (ReportEventKind.EDITED, ReportEventKind.RECATEGORISED)
        changes = LogEvent.filter(topic=Topic.REPORT, report_id__in=ids, kind__in=kinds).order_by("position")
        named = {}
        for row in await fetch(SWITCHES.format(", ".join(f"${number}" for number in range(1, len(ids) + 1))), *ids):
            event = event_of(row)
            named[row["report_id"]] = event.at, {"scores": bool(event.data["scored"]), **event.data}
        return cls(reports, dict(await changes.values_list("report_id", "at")), named)

    def weight(self, line: LedgerLine) -> int | None:
        """Return the weight at the time of an entry; None when it may have changed then or later."""
        report = self._reports.get(line.report_id or 0)
        if report is None:
            return None
        changed = self._changed.get(report["id"])
        return report["weight"] if changed is None or changed < line.at else None

    def scores(self, line: LedgerLine | ExpectedEntry) -> bool:
        """Return whether the report scores for the unit of an entry."""
        report = self._reports.get(line.report_id or 0)
        until, earlier = self._named.get(line.report_id or 0, (None, {}))
        if until is not None and line.at < until:
            report = earlier
        return report is None or scores_for(line.unit, is_among_first=report["scores"], own_units=report["own_units"])


async def _placement(emit: Callable[[str], object]) -> None:
    """Compare which reports score with their order among those of a citizen and day. A number begins with its day.

    Reports that were made anonymous count as they were submitted: with the named ones.
    """
    switched = f"SELECT report_id, CAST(data->>'scored' AS INT) AS scored FROM log_event WHERE {IS_SWITCH}"
    placed = (
        "SELECT id, CASE WHEN scored IS NULL THEN scores ELSE scored = 1 END AS scores, ROW_NUMBER() OVER "
        "(PARTITION BY reporter_id, anonymous AND scored IS NULL, substr(number, 1, 8) "
        f"ORDER BY length(number), number) AS place FROM report LEFT JOIN ({switched}) switched "
        "ON switched.report_id = report.id WHERE imported_from IS NULL"
    )
    sql = f"SELECT id, scores FROM ({placed}) placed WHERE scores <> (place <= {REPORTS_A_DAY}) ORDER BY id"
    for row in await fetch(sql):
        emit(f"report {row['id']}: scores is {bool(row['scores'])}, should be {not row['scores']}")


async def _outside(head: LogHead, emit: Callable[[str], object]) -> None:
    """Report events and entries at positions that were never given."""
    for name, table in (("log", "log_event"), ("ledger", "point_entry")):
        rows = await fetch(
            f"SELECT position FROM {table} WHERE position < 1 OR position > $1 ORDER BY position",
            head.position,
        )
        for row in rows:
            emit(f"{name} {row['position']}: a position never given, should be 1 to {head.position}")


async def _boards(head: LogHead, tallies: Mapping[TallyKey, TallyTotals], emit: Callable[[str], object]) -> None:
    """Compare the boards of the open periods, and of each month with a tally, with the tallies."""
    if head.open_from is None:  # the service has never run
        return
    today = jakarta_day(head.open_from)
    months = {(key.period, key.first_day) for key in tallies if key.period is Period.MONTH}
    for period, day in sorted({(period, span(period, today).first or BEGINNING) for period in Period} | months):
        for kind, definition in BOARDS.items():
            if definition.has_tallies:
                subjects = {code for key in tallies if (code := definition.subject_of_unit(key.unit))}
                board = await read_board(kind, period, day, subjects, Metric.RESPONSIVENESS, with_previous=False)
                for code, difference in diff_counters(board.counters, _sums(board, tallies)).items():
                    emit(f"board {kind} {period} {board.span.first}: {code}: {format_difference(difference)}")


def _sums(board: Board, tallies: Mapping[TallyKey, TallyTotals]) -> dict[str, Counters]:
    """Return the counters of each subject: from the tallies of the period, the reports in hand from all days."""
    sums: dict[str, Counters] = {}
    last = board.span.last or date.max
    for key, own in tallies.items():
        code = board.subject_of(key.unit, key.officer)
        if code is None:
            continue
        if (key.period, key.first_day) == (board.period, board.span.first or BEGINNING):
            sums[code] = sums.get(code, ZERO) + own.counters.flow
        if key.period is Period.DAY and key.first_day <= last:
            sums[code] = sums.get(code, ZERO) + own.counters.state
    return sums


async def _originals(positions: Iterable[int]) -> dict[int | None, LedgerLine | None]:
    """Read the logged entries at these positions; None for one that cannot be read."""
    found: dict[int | None, LedgerLine | None] = {}
    for row in await LogEvent.filter(position__in=list(positions), topic=Topic.LEDGER).values(*EVENT_COLUMNS):
        try:
            found[row["position"]] = _logged_line(event_of(row))
        except UNREADABLE:
            found[row["position"]] = None
    return found


def _logged_line(event: EventRow) -> LedgerLine:
    """Return the entry of an event of the topic `ledger`. Raises one of UNREADABLE."""
    return LedgerLine(
        unit=event.data["unit"],
        report_id=event.report_id,
        account_id=event.account_id,
        rule=Rule(event.data["rule"]),
        points=int(event.data["points"]),
        at=event.at,
        day=date.fromisoformat(event.data["day"]),
    )


def _named(row: Mapping[str, Any], line: LedgerLine) -> Mapping[str, Any]:
    """Return a row of the ledger with the account of its event if it is a citizen's whose name was taken back."""
    has_left = row["unit"] == CITIZEN and row["account_id"] is None
    return {**row, "account_id": line.account_id} if has_left else row


def _stored_line(row: Mapping[str, Any]) -> LedgerLine:
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
