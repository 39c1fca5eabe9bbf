"""Points as they are made: an entry in the ledger and its event, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.change import Change, Draft
from models.ledger import CITIZEN, PointEntry
from models.log import ENTRY_MADE, Topic
from models.reports import Note
from rules.periods import jakarta_day
from rules.scoring.counters import CounterDelta, PointEvent
from rules.scoring.points import RULE_VERSION, Rule

AHEAD = 2**62
"""Beyond every position of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line about to be written.

    `account_id`: the acting officer, or the citizen whose entry it is (unit CITIZEN). `reverses`: the position of the
    entry taken back, or that entry, made just now. `at`: when a target passed, if before the change. `note` is kept
    apart, like that of an event.
    """

    unit: str
    account_id: int | None
    report_id: int
    rule: Rule
    points: int
    reverses: "int | Entry | None" = None
    at: datetime | None = None
    note: str | None = None


async def gains(change: Change, report_id: int) -> list[PointEntry]:
    """Read the gains that a report has given and that nothing has taken back yet."""
    entries = await PointEntry.filter(report_id=report_id).using_db(change.using).order_by("position")
    reversed_already = {entry.reverses for entry in entries}
    return [
        entry
        for entry in entries
        if entry.points > 0 and entry.reverses is None and entry.position not in reversed_already
    ]


def reversal(gain: PointEntry | Entry, rule: Rule = Rule.REVERSAL) -> Entry:
    """Take back an entry: one in the ledger, or one made in this very change."""
    return Entry(
        unit=gain.unit,
        account_id=gain.account_id,
        report_id=gain.report_id,
        rule=rule,
        points=-gain.points,
        reverses=gain if isinstance(gain, Entry) else gain.position,
    )


def entered(entries: Sequence[Entry], at: datetime) -> list[PointEvent]:
    """Return the entries of units as the tallies look at them, in places of their own: they have no positions yet."""
    places = {id(entry): AHEAD + number for number, entry in enumerate(entries)}
    return [
        PointEvent(
            position=places[id(entry)],
            unit=entry.unit,
            officer=entry.account_id,
            rule=entry.rule,
            points=entry.points,
            day=jakarta_day(entry.at or at),
            reverses=places[id(entry.reverses)] if isinstance(entry.reverses, Entry) else entry.reverses,
        )
        for entry in entries
        if entry.unit != CITIZEN
    ]


async def write(change: Change, first: int, entries: Sequence[Entry], counts: Sequence[Sequence[CounterDelta]]) -> None:
    """Write the entries, and their events with what each counts for, at the positions from `first` on, taken before."""
    places = {id(entry): first + offset for offset, entry in enumerate(entries)}
    rows = [
        PointEntry(
            position=places[id(entry)],
            unit=entry.unit,
            account_id=entry.account_id,
            report_id=entry.report_id,
            rule=entry.rule,
            rule_version=RULE_VERSION,
            points=entry.points,
            at=entry.at or change.at,
            day=jakarta_day(entry.at or change.at),
            reverses=places[id(entry.reverses)] if isinstance(entry.reverses, Entry) else entry.reverses,
        )
        for entry in entries
    ]
    await PointEntry.bulk_create(rows, using_db=change.using)
    for entry in entries:
        if entry.note is not None:
            await Note.create(position=places[id(entry)], body=entry.note, using_db=change.using)
    drafts = [
        Draft(
            topic=Topic.LEDGER,
            kind=ENTRY_MADE,
            report_id=row.report_id,
            account_id=row.account_id,
            data={
                "unit": row.unit,
                "day": row.day.isoformat(),
                "points": row.points,
                "rule": row.rule,
                **({} if row.reverses is None else {"reverses": row.reverses}),
                "counts": [delta.as_data() for delta in counted],
            },
            at=row.at,
        )
        for row, counted in zip(rows, counts, strict=True)
    ]
    await change.append(first, drafts)
