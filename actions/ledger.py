"""Points as they are made: an entry in the ledger, its unit's tally of the day, and its event, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from actions.change import Change, Draft
from models.ledger import CITIZEN, PointEntry
from models.log import ENTRY_MADE, Topic
from models.reports import Note
from rules.periods import jakarta_day
from rules.points import RULE_VERSION, Rule


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


async def tally(change: Change, entries: Sequence[Entry]) -> None:
    """Add the entries to their units' tallies of the day; locks the tallies in the order of their units and days."""
    sums: dict[tuple[str, date], list[int]] = {}
    for entry in entries:
        if entry.unit != CITIZEN:
            sums.setdefault((entry.unit, jakarta_day(entry.at or change.at)), []).append(entry.points)
    for (unit, day), own in sorted(sums.items()):
        await change.fetch(
            "INSERT INTO tally (unit, day, points, entries) VALUES ($1, $2, $3, $4) ON CONFLICT (unit, day) DO UPDATE "
            "SET points = tally.points + excluded.points, entries = tally.entries + excluded.entries",
            unit,
            day,
            sum(own),
            len(own),
        )


async def write(change: Change, first: int, entries: Sequence[Entry]) -> None:
    """Write the entries and their events at the positions from `first` on, taken before."""
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
            data={"unit": row.unit, "day": row.day.isoformat(), "points": row.points, "rule": row.rule},
            at=row.at,
        )
        for row in rows
    ]
    await change.append(first, drafts)
