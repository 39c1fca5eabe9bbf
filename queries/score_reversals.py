"""Finding reversals that are missing from the ledger, in the histories of many reports at once."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping

from models.log import EVENT_COLUMNS, EventRow, LogEvent, ReportEventKind, Topic
from queries.score_histories import ReportEvent, event_of
from rules.scoring.points import Rule
from rules.scoring.reversals import (
    Act,
    EntryMade,
    MissingReversal,
    absolutions,
    is_blamed,
    missing_reversals,
    originals,
)

CHANGING_RESOLUTION = (ReportEventKind.STATUS_CHANGED, ReportEventKind.REOPENED)


async def find_missing_reversals(batch: Iterable[ReportEvent]) -> AsyncIterator[MissingReversal]:
    """Yield the reversals that are missing from the whole histories of some reports."""
    acts: defaultdict[int, list[Act]] = defaultdict(list)
    entries: defaultdict[int, list[EntryMade]] = defaultdict(list)
    for event, reverses in batch:
        if event.report_id is None:
            continue
        if event.topic is Topic.REPORT:
            acts[event.report_id].append(_act(event))
        elif event.topic is Topic.LEDGER:
            entries[event.report_id].append(_entry(event, reverses))
    merged = {key: own for key, own in acts.items() if is_blamed(entries[key]) and originals(own)}
    known = await _with_originals(merged)
    for key, own in acts.items():
        absolved = absolutions(key, known) if key in merged else ()
        for missing in missing_reversals(own, entries[key], absolved):
            yield missing


async def _with_originals(acts: Mapping[int, list[Act]]) -> dict[int, list[Act]]:
    """Return these acts with the closings and reopenings of the reports' originals, of theirs and so on."""
    known = dict(acts)
    wanted = _unknown(acts, known)
    while wanted:
        found: dict[int, list[Act]] = {key: [] for key in wanted}
        events = LogEvent.filter(topic=Topic.REPORT, report_id__in=list(wanted), kind__in=CHANGING_RESOLUTION)
        for row in await events.order_by("position").values(*EVENT_COLUMNS):
            found[row["report_id"]].append(_act(event_of(row)))
        known |= found
        wanted = _unknown(found, known)
    return known


def _unknown(acts: Mapping[int, list[Act]], known: Collection[int]) -> set[int]:
    return {original for own in acts.values() for original in originals(own)} - set(known)


def _act(event: EventRow) -> Act:
    return Act(position=event.position, at=event.at, kind=event.kind, before=event.before, after=event.after)


def _entry(event: EventRow, reverses: int | None) -> EntryMade:
    """Return an entry. Older events do not say which entry they reverse: only the ledger does."""
    return EntryMade(
        position=event.position,
        at=event.at,
        unit=event.data["unit"],
        rule=Rule(event.data["rule"]),
        points=int(event.data["points"]),
        reverses=event.data.get("reverses") or reverses,
    )
