"""From one state of a report to the next: lock the row, keep the new state, append the event."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any

from actions import ledger, tallies
from actions.change import Change, Draft
from actions.ledger import Entry
from models.log import ReportEventKind, Topic
from models.reports import REPORT_COLUMNS, Note, Report, ReportRow
from rules.access import Person
from rules.messages import Message
from rules.periods import jakarta_day
from rules.refusals import ErrorCode, Refusal
from rules.scoring.counters import CounterDelta, RatingEvent, deltas_of
from rules.sla import next_due

CLOCKS = (
    "external",
    "responded_at",
    "processed_at",
    "response_due_at",
    "handler_due_at",
    "response_overdue",
    "processing_overdue",
)
"""The columns that `rules.sla.next_due` looks at."""


@dataclass(slots=True, kw_only=True)
class Step:
    """One event of a report and the state it leads to.

    `at`: when it happened, if before the change. `facts` join the event's data, `note` is kept apart from it.
    """

    kind: ReportEventKind
    before: ReportRow | None
    after: ReportRow
    account_id: int | None
    actor: str
    at: datetime | None = None
    note: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def counts(self, at: datetime) -> list[CounterDelta]:
        """Say what it counts for, if it happened at `at`."""
        before = None if self.before is None else self.before.snapshot
        return deltas_of(self.at or at, before, self.after.snapshot, self.account_id, self.facts)

    def rated(self, at: datetime) -> RatingEvent:
        """Return the stars of a step of the kind RATED, for the tallies."""
        return RatingEvent(
            position=ledger.AHEAD,
            unit=self.after.handler,
            officer=self.facts["closed_by"],
            stars=self.facts["stars"],
            day=jakarta_day(self.at or at),
        )

    def draft(self, counts: Sequence[CounterDelta]) -> Draft:
        """Write the step as an event: the snapshot after it, what differed before it, and what it counts for."""
        after = self.after.snapshot.as_data()
        before = None if self.before is None else self.before.snapshot.as_data()
        changed = None if before is None else {key: before[key] for key in before if before[key] != after[key]}
        return Draft(
            topic=Topic.REPORT,
            kind=self.kind,
            report_id=self.after.id,
            version=self.after.version,
            account_id=self.account_id,
            actor=self.actor,
            data={"before": changed, "after": after, **self.facts, "counts": [delta.as_data() for delta in counts]},
            at=self.at,
        )


def step(kind: ReportEventKind, before: ReportRow, person: Person, actor: str, **changes: object) -> Step:
    """Make the step from `before` by `changes`, columns of the report."""
    after = replace(before, version=before.version + 1, **changes)  # type: ignore[arg-type] # columns by name
    return Step(kind=kind, before=before, after=after, account_id=person.account_id, actor=actor)


async def locked(change: Change, *report_ids: int) -> list[ReportRow]:
    """Lock reports, in the order of their ids, and return them in the order asked for.

    Raises Refusal NOT_FOUND for the first one that does not exist.
    """
    rows = (
        await Report.filter(id__in=report_ids)
        .using_db(change.using)
        .order_by("id")
        .select_for_update(no_key=True)  # a plain FOR UPDATE deadlocks with the share lock of a foreign key
    )
    found = {row.id: ReportRow.of(row) for row in rows}
    missing = [report_id for report_id in report_ids if report_id not in found]
    if missing:
        path = () if missing[0] == report_ids[0] else ("input", "duplicateOf")
        raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, *path)
    return [found[report_id] for report_id in report_ids]


def require_version(report: ReportRow, version: int | None, *path: str) -> None:
    """Raise Refusal CONFLICT when a version is named that the report no longer has."""
    if version is not None and version != report.version:
        raise Refusal(ErrorCode.CONFLICT, Message.CHANGED_MEANWHILE, *path, version=report.version)


async def record(change: Change, steps: Sequence[Step], entries: Sequence[Entry] = ()) -> int:
    """Write tallies, take the positions, then keep the new states, the events, the notes and the ledger entries.

    Returns the position of the first step; the others follow it, and the entries follow them.
    """
    of_steps, of_entries = await _count(change, steps, entries)
    await tallies.add(change, chain(*of_steps, *of_entries))
    first = await change.take_positions(len(steps) + len(entries))
    for position, taken in enumerate(steps, first):
        await _keep(change, taken, position)
    await change.append(first, [taken.draft(counts) for taken, counts in zip(steps, of_steps, strict=True)])
    await ledger.write(change, first + len(steps), entries, of_entries)
    return first


async def _count(
    change: Change, steps: Sequence[Step], entries: Sequence[Entry]
) -> tuple[list[list[CounterDelta]], list[list[CounterDelta]]]:
    """Say what each step and each entry counts for; all entries of a change are about one report."""
    of_steps = [taken.counts(change.at) for taken in steps]
    ratings = [taken for taken in steps if taken.kind is ReportEventKind.RATED]
    entered = {one.position: one for one in ledger.entered(entries, change.at)}
    if not ratings and not entered:
        return of_steps, [[] for _ in entries]
    report_id = ratings[0].after.id if ratings else entries[0].report_id
    load_history = await tallies.load_history(change, report_id, rated=bool(ratings))
    for number, taken in enumerate(steps):
        if taken.kind is ReportEventKind.RATED:
            of_steps[number] += load_history.add(taken.rated(change.at))
    places = range(ledger.AHEAD, ledger.AHEAD + len(entries))
    return of_steps, [load_history.add(entered[place]) if place in entered else [] for place in places]


async def _keep(change: Change, taken: Step, position: int) -> None:
    before, after = taken.before, replace(taken.after, position=position)
    if _clocks(after) != _clocks(before):
        due = next_due(after, change.at)
        after = replace(after, next_due_at=None if due is None else due.at)
    changed = {name: getattr(after, name) for name in REPORT_COLUMNS if getattr(after, name) != getattr(before, name)}
    await Report.filter(id=after.id).using_db(change.using).update(**changed)
    if taken.note is not None:
        await Note.create(position=position, body=taken.note, using_db=change.using)


def _clocks(row: ReportRow | None) -> tuple[object, ...]:
    """Return what decides which target passes next."""
    return () if row is None else tuple(getattr(row, name) for name in CLOCKS)
