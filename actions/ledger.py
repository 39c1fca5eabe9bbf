"""The ledger of points: each entry is written with its event, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.log import LogTransaction, NewEvent, position
from models.ledger import CITIZEN, PointEntry
from models.log import ENTRY_MADE, Topic
from models.reports import Note, ReportRow
from models.writing import Statement, insert
from rules.periods import jakarta_day
from rules.scoring.counters import CounterDelta
from rules.scoring.outcomes import PointEvent, RatingEvent
from rules.scoring.points import RULE_VERSION, Rule


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewEntry:
    """An entry to write.

    `account_id`: the acting officer, or the citizen whose entry it is (unit CITIZEN). `reverses`: the position of the
    reversed entry, or that entry itself when it is made in the same transaction. `at`: when a deadline passed, if
    before the transaction. `note` is stored apart from the log, like that of an event.
    """

    unit: str
    account_id: int | None
    report_id: int
    rule: Rule
    points: int
    reverses: "int | NewEntry | None" = None
    at: datetime | None = None
    note: str | None = None


async def standing(tx: LogTransaction, *report_ids: int) -> list[PointEntry]:
    """Return the entries about reports that nothing has reversed yet, oldest first, and no reversals."""
    entries = await PointEntry.filter(report_id__in=report_ids).using_db(tx.connection).order_by("position")
    reversed_already = {entry.reverses for entry in entries}
    return [entry for entry in entries if entry.reverses is None and entry.position not in reversed_already]


def reversal(entry: PointEntry | NewEntry, rule: Rule = Rule.REVERSAL, note: str | None = None) -> NewEntry:
    """Return the entry that reverses another, which is in the ledger or made in the same transaction."""
    return NewEntry(
        unit=entry.unit,
        account_id=entry.account_id,
        report_id=entry.report_id,
        rule=rule,
        points=-entry.points,
        reverses=entry if isinstance(entry, NewEntry) else entry.position,
        note=note,
    )


def point_events(entries: Sequence[NewEntry], at: datetime) -> list[PointEvent | None]:
    """Return for each entry what it decides for its report; None for an entry of a citizen.

    New entries have no position yet, so each entry is its own key.
    """
    return [
        None
        if entry.unit == CITIZEN
        else PointEvent(
            key=entry,
            unit=entry.unit,
            officer=entry.account_id,
            rule=entry.rule,
            points=entry.points,
            day=jakarta_day(entry.at or at),
            reverses=entry.reverses,
        )
        for entry in entries
    ]


def rating_event(report: ReportRow, facts: Mapping[str, Any], at: datetime) -> RatingEvent:
    """Return what a rating made now decides for its report."""
    return RatingEvent(unit=report.handler, officer=facts["closed_by"], stars=facts["stars"], day=jakarta_day(at))


ENTRY_COLUMNS = (
    "position",
    "unit",
    "account_id",
    "report_id",
    "rule",
    "rule_version",
    "points",
    "at",
    "day",
    "reverses",
)


def write(
    at: datetime, first: int, entries: Sequence[NewEntry], deltas: Sequence[Sequence[CounterDelta]]
) -> tuple[list[Statement], list[NewEvent]]:
    """Return the statements and the events of entries made at the moment `at`.

    `first`: the number of the first of these events in the transaction. `deltas`: what each adds to the tallies.
    """
    numbers = {entry: number for number, entry in enumerate(entries, first)}
    rows = [
        (
            position(numbers[entry]),
            entry.unit,
            entry.account_id,
            entry.report_id,
            entry.rule,
            RULE_VERSION,
            entry.points,
            entry.at or at,
            jakarta_day(entry.at or at),
            position(numbers[entry.reverses]) if isinstance(entry.reverses, NewEntry) else entry.reverses,
        )
        for entry in entries
    ]
    statements = [insert("entries", PointEntry, ENTRY_COLUMNS, rows)] if rows else []
    statements += notes("entry_notes", {numbers[entry]: entry.note for entry in entries})
    return statements, [_event(entry, at, numbers, counted) for entry, counted in zip(entries, deltas, strict=True)]


def notes(name: str, bodies: Mapping[int, str | None]) -> list[Statement]:
    """Return the statement that stores the notes of events, by their numbers in the transaction; none without notes."""
    rows = [(position(number), body) for number, body in bodies.items() if body is not None]
    return [insert(name, Note, ("position", "body"), rows)] if rows else []


def _event(entry: NewEntry, at: datetime, numbers: Mapping[NewEntry, int], deltas: Sequence[CounterDelta]) -> NewEvent:
    made_now = entry.reverses if isinstance(entry.reverses, NewEntry) else None
    return NewEvent(
        topic=Topic.LEDGER,
        kind=ENTRY_MADE,
        report_id=entry.report_id,
        account_id=entry.account_id,
        data={
            "unit": entry.unit,
            "day": jakarta_day(entry.at or at).isoformat(),
            "points": entry.points,
            "rule": entry.rule,
            **({} if made_now or entry.reverses is None else {"reverses": entry.reverses}),
            "counts": [delta.as_data() for delta in deltas],
        },
        at=entry.at or at,
        reverses=None if made_now is None else numbers[made_now],
    )
