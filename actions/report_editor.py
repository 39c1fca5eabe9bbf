"""The one way to change reports: lock them, record what happens to them, and write everything at the end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from types import TracebackType
from typing import Any, Self

from actions import comment_rows, ledger, photos, supporters, tallies
from actions.comment_rows import CommentText
from actions.ledger import NewEntry
from actions.log import LogTransaction, NewEvent, position
from actions.scoring import Scorer
from models.ledger import PointEntry
from models.log import ReportEventKind, Topic, moment
from models.reports import REPORT_COLUMNS, Photo, PhotoRole, Report, ReportRow
from models.writing import Statement, update
from rules.access import Person, sees_report
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.scoring.counters import CounterDelta, report_deltas
from rules.scoring.points import Rule
from rules.sla import Deadline, Target, next_deadline

MISSED = {
    Target.RESPONSE: (ReportEventKind.RESPONSE_OVERDUE, Rule.RESPONSE_OVERDUE, "response_overdue"),
    Target.PROCESSING: (ReportEventKind.PROCESSING_OVERDUE, Rule.PROCESSING_OVERDUE, "processing_overdue"),
}
"""For each deadline, the event, the rule and the column that record that it was missed."""

DEADLINE_COLUMNS = (
    "external",
    "responded_at",
    "processed_at",
    "response_due_at",
    "handler_due_at",
    "response_overdue",
    "processing_overdue",
)
"""The columns that `rules.sla.next_deadline` depends on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportChange:
    """One event of a report, and the states before and after it.

    `at`: when it happened, if before the transaction. `accounts`: whose support begins (SUPPORTED) or ends (any other
    kind) with it. `facts` join the event's data; `note` and `comment` are stored apart from the log.
    """

    kind: ReportEventKind
    before: ReportRow | None
    after: ReportRow
    account_id: int | None
    actor: str
    at: datetime | None = None
    note: str | None = None
    comment: CommentText | None = None
    accounts: Sequence[int] | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def deltas(self, at: datetime) -> list[CounterDelta]:
        """Return what the change adds to the tallies; `at` is the moment of the transaction."""
        before = None if self.before is None else self.before.snapshot
        return report_deltas(self.at or at, before, self.after.snapshot, self.account_id, self.facts)

    def event(self, deltas: Sequence[CounterDelta]) -> NewEvent:
        """Return the event: the snapshot after it, the values before that differ, and what it adds to the tallies."""
        after = self.after.snapshot.as_data()
        before = None if self.before is None else self.before.snapshot.as_data()
        changed = None if before is None else {key: before[key] for key in before if before[key] != after[key]}
        accounts = {} if self.accounts is None else {"accounts": list(self.accounts)}
        return NewEvent(
            topic=Topic.REPORT,
            kind=self.kind,
            report_id=self.after.id,
            version=self.after.version,
            account_id=self.account_id,
            actor=self.actor,
            data={
                "before": changed,
                "after": after,
                **self.facts,
                **accounts,
                "counts": [delta.as_data() for delta in deltas],
            },
            at=self.at,
        )


BLAMED_DUPLICATES = """
    WITH RECURSIVE merged (id) AS (
        SELECT id FROM report WHERE duplicate_of_id = $1
        UNION SELECT report.id FROM report JOIN merged ON report.duplicate_of_id = merged.id
    )
    SELECT DISTINCT entry.report_id FROM merged CROSS JOIN point_entry entry
    WHERE entry.report_id = merged.id AND entry.rule IN ('RESPONSE_OVERDUE', 'PROCESSING_OVERDUE')
        AND NOT EXISTS (SELECT 1 FROM point_entry later WHERE later.reverses = entry.position)
    ORDER BY entry.report_id
"""
"""The reports that are merged into one, also through others, and are blamed for a missed deadline. SQLite begins with
the first table of a CROSS JOIN; otherwise it reads all entries there are."""

ENTRIES_AT_ONCE = 500
"""Entries of a statement: PostgreSQL allows 32,767 values. Entries of one report are never divided."""


class DuplicatesChanged(Exception):  # not an error: the change runs again
    """Others were merged into the report before it was locked."""


class _Editor:
    """Locked reports and what an action records of them. Leaving writes all of it, deadlines that were missed first.

    Without a recorded change, or after an exception, it writes nothing: the clock records the deadlines then.
    """

    def __init__(self, tx: LogTransaction) -> None:
        self._tx = tx
        self._changes: list[ReportChange] = []
        self._entries: list[NewEntry] = []
        self._photos: list[tuple[int, Sequence[Photo], PhotoRole, int]] = []
        self._has_changed = False

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self._has_changed:
            await self._write()

    def add_entry(self, entry: NewEntry) -> None:
        """Add an entry that no rule of the scorer makes."""
        self._has_changed = True
        self._entries.append(entry)

    async def _lock(self, ids: Collection[int]) -> dict[int, ReportRow]:
        """Lock reports in the order of their ids, and return those that exist."""
        rows = (
            await Report.filter(id__in=ids)
            .using_db(self._tx.connection)
            .order_by("id")
            .select_for_update(no_key=True)  # a plain FOR UPDATE deadlocks with the share lock of a foreign key
        )
        return {row.id: ReportRow.of(row) for row in rows}

    async def _with_missed_deadlines(self, row: ReportRow) -> ReportRow:
        """Find what has passed by the moment of the transaction, and return the report after it.

        Each is dated when it passed, in an open period.
        """
        due = _next_stored_due(row)
        if due is None or due.at >= self._tx.at:
            return row
        open_from = await self._open_from()
        while due is not None and due.at < self._tx.at:
            kind, rule, column = MISSED[due.target]
            at = due.at if open_from is None else max(due.at, open_from)
            before = row
            row = replace(before, version=before.version + 1, changed_at=at, **{column: True})  # type: ignore[arg-type] # a flag
            self._changes.append(
                ReportChange(kind=kind, before=before, after=row, account_id=None, actor=before.handler, at=at)
            )
            Scorer(self._tx, before, None, self._entries).judge(rule, at=at)
            due = next_deadline(row, at)
        return row

    async def _open_from(self) -> datetime | None:
        """Return the first moment that is in no closed period: nothing may be dated before it."""
        (head,) = await self._tx.fetch("SELECT open_from FROM log_head WHERE id = 1")
        return moment(head["open_from"])

    async def _write(self) -> None:
        """Write tallies, take the positions, then write rows, texts, entries, support, photos and events, at once.

        The changes get the first positions and the entries those after them. Very many entries take several trips.
        """
        of_changes, of_entries = await self._deltas()
        counted = await tallies.add(self._tx, chain(*of_changes, *of_entries))
        events = [change.event(deltas) for change, deltas in zip(self._changes, of_changes, strict=True)]
        first, deltas = self._entries[:ENTRIES_AT_ONCE], of_entries[:ENTRIES_AT_ONCE]
        of_ledger, entered = ledger.write(self._tx.at, len(events) + 1, first, deltas)
        numbered = list(enumerate(self._changes, 1))
        written = [
            *self._updates(),
            *ledger.notes("notes", {number: change.note for number, change in numbered}),
            *(statement for number, change in numbered for statement in self._comment(number, change)),
            *of_ledger,
            *(_support(number, change) for number, change in numbered if change.accounts),
        ]
        for report_id, claimed, role, start in self._photos:
            written += photos.attach(report_id, claimed, role, start=start)
        await self._tx.write([*events, *entered], counted, written)
        for start in range(ENTRIES_AT_ONCE, len(self._entries), ENTRIES_AT_ONCE):
            more = slice(start, start + ENTRIES_AT_ONCE)
            of_ledger, entered = ledger.write(self._tx.at, 1, self._entries[more], of_entries[more])
            await self._tx.write(entered, (), of_ledger)

    async def _deltas(self) -> tuple[list[list[CounterDelta]], list[list[CounterDelta]]]:
        """Return what each change and each entry adds to the tallies."""
        of_changes = [change.deltas(self._tx.at) for change in self._changes]
        rated = {change.after.id for change in self._changes if change.kind is ReportEventKind.RATED}
        events = ledger.point_events(self._entries, self._tx.at)
        if not rated and not any(events):
            return of_changes, [[] for _ in self._entries]
        ids = {*rated, *(entry.report_id for entry in self._entries)}
        histories = await tallies.load_histories(self._tx, ids, rated=rated)
        for number, change in enumerate(self._changes):
            if change.kind is ReportEventKind.RATED:
                rating = ledger.rating_event(change.after, change.facts, self._tx.at)
                of_changes[number] += histories[change.after.id].add(rating)
        return of_changes, [
            [] if event is None else histories[entry.report_id].add(event)
            for entry, event in zip(self._entries, events, strict=True)
        ]

    def _comment(self, number: int, change: ReportChange) -> list[Statement]:
        """Return the statements that store the comment of a change; none without one. Its position is the result."""
        if change.comment is None or change.account_id is None:
            return []
        self._tx.keep(position(number))
        row = change.after.id, self._tx.at, change.account_id, change.actor
        return comment_rows.insertions(number, change.comment, *row)

    def _updates(self) -> list[Statement]:
        """Return one statement for each report: all its changes together, with the position of the last."""
        of_reports: dict[int, list[int]] = {}
        for number, change in enumerate(self._changes, 1):
            of_reports.setdefault(change.after.id, []).append(number)
        return [self._update(f"report{index}", numbers) for index, numbers in enumerate(of_reports.values())]

    def _update(self, name: str, numbers: Sequence[int]) -> Statement:
        changes = [self._changes[number - 1] for number in numbers]
        before, after = changes[0].before, changes[-1].after
        if any(_deadline_values(change.after) != _deadline_values(change.before) for change in changes):
            due = next_deadline(after, self._tx.at)
            after = replace(after, next_due_at=None if due is None else due.at)
        changed: dict[str, Any] = {
            column: value for column in REPORT_COLUMNS if (value := getattr(after, column)) != getattr(before, column)
        }
        return update(name, Report, {**changed, "position": position(numbers[-1])}, "id", after.id)


class ReportEditor(_Editor):
    """One locked report and everything that an action does to it. `row` is its present state, `original` a second one.

    Entering locks the rows by id and finds the deadlines that have passed but are not recorded; `row` has them already.
    """

    def __init__(
        self,
        tx: LogTransaction,
        report_id: int,
        person: Person | None = None,
        original_id: int | None = None,
        *,
        with_duplicates: bool = False,
    ) -> None:
        super().__init__(tx)
        self._report_id, self._person, self._original_id = report_id, person, original_id
        self._with_duplicates = with_duplicates
        self._stored_version = 0
        self.row: ReportRow
        self.original: ReportRow | None = None
        self.blamed_duplicates: list[int] = []

    async def __aenter__(self) -> Self:
        ids = {self._report_id} | ({self._original_id} if self._original_id is not None else set())
        self.blamed_duplicates = await self._blamed_duplicates()
        ids.update(self.blamed_duplicates)
        found = await self._lock(ids)
        if not self._is_seen(found.get(self._report_id)):
            raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND)
        if self._original_id is not None and not self._is_seen(found.get(self._original_id)):
            raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, "input", "duplicateOf")
        self.row = found[self._report_id]
        self.original = None if self._original_id is None else found[self._original_id]
        self._stored_version = self.row.version
        await self._check_duplicates()
        self.row = await self._with_missed_deadlines(self.row)
        return self

    @property
    def has_missed_deadlines(self) -> bool:
        """Whether deadlines have passed that are not recorded yet."""
        return any(change.at is not None for change in self._changes)

    def record_missed_deadlines(self) -> None:
        """Record the deadlines that have passed, even if nothing else happens."""
        self._has_changed = self._has_changed or self.has_missed_deadlines

    def require_version(self, version: int | None, *path: str) -> None:
        """Raise Refusal CONFLICT when the client names a version that the report no longer has (optimistic lock)."""
        if version is not None and version != self._stored_version:
            raise Refusal(ErrorCode.CONFLICT, Message.CHANGED_MEANWHILE, *path, version=self._stored_version)

    def record(
        self,
        kind: ReportEventKind,
        person: Person | None,
        actor: str,
        *,
        note: str | None = None,
        comment: CommentText | None = None,
        accounts: Sequence[int] | None = None,
        facts: dict[str, Any] | None = None,
        **columns: Any,
    ) -> None:
        """Record an event and the new values of the report's columns. `actor`: the role or the unit shown for it.

        `person`: None if an agency outside acts, or the operator.
        """
        before = self.row
        self.row = replace(before, version=before.version + 1, changed_at=self._tx.at, **columns)
        more = {"note": note, "comment": comment, "accounts": accounts, "facts": facts or {}}
        self._add(kind, before, self.row, person, actor, **more)

    def record_support_of_original(self, person: Person, actor: str, accounts: Sequence[int]) -> None:
        """Record that the supporters of this report now support the original. No accounts: nothing happens to it."""
        before = self.original
        if before is None or not accounts:
            return
        count = before.support_count + len(accounts)
        self.original = replace(before, version=before.version + 1, changed_at=self._tx.at, support_count=count)
        self._add(ReportEventKind.SUPPORTED, before, self.original, person, actor, accounts=accounts)

    def scorer(self, officer: int | None) -> Scorer:
        """Return what judges this report as it is now; `officer`: the account that acts for the unit."""
        return Scorer(self._tx, self.row, officer, self._entries)

    def attach(self, claimed: Sequence[Photo], role: PhotoRole, *, start: int) -> None:
        """Put claimed photos into the report, numbered from `start` among those of their role."""
        self._photos.append((self.row.id, claimed, role, start))

    def _add(
        self, kind: ReportEventKind, before: ReportRow, after: ReportRow, person: Person | None, actor: str, **more: Any
    ) -> None:
        self._has_changed = True
        account_id = None if person is None else person.account_id
        self._changes.append(
            ReportChange(kind=kind, before=before, after=after, account_id=account_id, actor=actor, **more)
        )

    def _is_seen(self, row: ReportRow | None) -> bool:
        """Return whether the one who acts sees a report."""
        return row is not None and (not row.hidden or self._person is None or sees_report(self._person, row))

    async def _blamed_duplicates(self) -> list[int]:
        rows = await self._tx.fetch(BLAMED_DUPLICATES, self._report_id) if self._with_duplicates else []
        return [row["report_id"] for row in rows]

    async def _check_duplicates(self) -> None:
        """Raise DuplicatesChanged when some are not locked. None can be added once the report is locked."""
        now = await self._blamed_duplicates()
        if not set(now) <= set(self.blamed_duplicates):
            raise DuplicatesChanged
        self.blamed_duplicates = now


class ReportsEditor(_Editor):
    """Several locked reports to whose entries an action adds. `rows`: the present state of those that exist, by id."""

    def __init__(self, tx: LogTransaction, ids: Collection[int]) -> None:
        super().__init__(tx)
        self._ids = ids
        self.rows: dict[int, ReportRow] = {}

    async def __aenter__(self) -> Self:
        locked = await self._lock(self._ids)
        self.rows = {key: await self._with_missed_deadlines(row) for key, row in locked.items()}
        return self

    async def standing(self) -> list[PointEntry | NewEntry]:
        """Return the entries that nothing has reversed: first those of deadlines that were missed unrecorded."""
        return [*self._entries, *await ledger.standing(self._tx, *self.rows)]


def _support(number: int, change: ReportChange) -> Statement:
    write = supporters.begin if change.kind is ReportEventKind.SUPPORTED else supporters.end
    return write(change.after.id, change.accounts or (), number)


def _next_stored_due(report: ReportRow) -> Deadline | None:
    """Return the next deadline, at its stored moment: it may have been moved into the past by a change of targets."""
    due = None if report.next_due_at is None else next_deadline(report, report.submitted_at)
    return None if due is None or report.next_due_at is None else replace(due, at=max(due.at, report.next_due_at))


def _deadline_values(row: ReportRow | None) -> tuple[object, ...]:
    return () if row is None else tuple(getattr(row, name) for name in DEADLINE_COLUMNS)
