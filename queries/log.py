"""Reading the log in order. Positions are gapless and in commit order, so "after the last one I saw" misses nothing."""

from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from tortoise.expressions import Q

from models.database import fetch
from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic
from models.reports import Report
from rules.cursors import EVENTS_AT_MOST

BATCH = 500

COLUMNS = ", ".join(f"e.{name}" for name in EVENT_COLUMNS)


class Tail(NamedTuple):
    """What the log has after a position: its epoch, its last position, and the next events, all of that epoch."""

    epoch: str
    head: int
    events: list[EventRow]


class CursorInvalid(Exception):
    """The cursor is malformed, of another epoch, or ahead of the log."""


class CursorExpired(Exception):
    """Too much has happened since the cursor: the client loads anew."""


async def head() -> tuple[str, int]:
    """Return the log's epoch and the last position given."""
    rows = await fetch("SELECT epoch, position FROM log_head WHERE id = 1")
    return rows[0]["epoch"], rows[0]["position"]


async def tail(after: int) -> Tail:
    """Read the head and up to BATCH events after the position `after`, in order, in one statement."""
    rows = await fetch(
        f"SELECT h.epoch, h.position AS head, {COLUMNS} FROM log_head h LEFT JOIN "
        f"(SELECT * FROM log_event WHERE position > $1 ORDER BY position LIMIT {BATCH}) e ON 1 = 1 "
        "WHERE h.id = 1 ORDER BY e.position",
        after,
    )
    columns = {name: LogEvent._meta.fields_map[name] for name in EVENT_COLUMNS}  # noqa: SLF001 # Tortoise shows them nowhere else
    events = [
        EventRow(**{name: column.to_python_value(row[name]) for name, column in columns.items()})
        for row in rows
        if row["position"] is not None
    ]
    return Tail(rows[0]["epoch"], rows[0]["head"], events)


async def read(after: int, which: Q | None = None) -> list[EventRow]:
    """Read up to BATCH events after the position `after`, in order: all of them, or those that `which` means."""
    events = LogEvent.filter(which or Q(), position__gt=after).order_by("position").limit(BATCH)
    return [EventRow(**row) for row in await events.values(*EVENT_COLUMNS)]


class EventHistory:
    """The past of what a subscriber follows: the events that `which` finds and `concerns` lets through."""

    def __init__(self, which: Q, concerns: Callable[[EventRow], bool] = lambda _: True) -> None:
        self._which = which
        self._concerns = concerns

    async def exceeds_replay_limit(self, after: int) -> bool:
        """Whether more events follow `after` than are replayed: the client does better to load anew."""
        beyond = LogEvent.filter(self._which, position__gt=after).order_by("position").offset(EVENTS_AT_MOST)
        return bool(await beyond.limit(1).values_list("position", flat=True))

    async def replay(self, after: int, through: int) -> AsyncIterator[EventRow]:
        """Yield the events with after < position <= through, in order, reading them in batches."""
        while after < through:
            events = await read(after, self._which & Q(position__lte=through))
            if not events:
                return
            after = events[-1].position
            for event in events:
                if self._concerns(event):
                    yield event


def report_history(report_id: int) -> EventHistory:
    """Return the past of one report."""
    return EventHistory(Q(topic=Topic.REPORT, report_id=report_id))


def feed_history(matches: Callable[[EventRow], bool]) -> EventHistory:
    """Return the past of all reports, as far as `matches` lets it through."""
    return EventHistory(Q(topic=Topic.REPORT), matches)


async def citizen_history(account_id: int) -> EventHistory:
    """Return the past of a citizen's own reports, and of those they supported at the time of the event."""
    own: set[int | None] = {report.id for report in await Report.filter(reporter_id=account_id).only("id")}
    rows = await fetch("SELECT report_id, from_position, until_position FROM support WHERE account_id = $1", account_id)
    spans = [(row["report_id"], row["from_position"], row["until_position"]) for row in rows]

    def concerns(event: EventRow) -> bool:
        return event.report_id in own or any(
            event.report_id == report_id and begin <= event.position and (end is None or event.position <= end)
            for report_id, begin, end in spans
        )

    reports = own | {report_id for report_id, _, _ in spans}
    return EventHistory(Q(topic=Topic.REPORT, report_id__in=list(reports)), concerns)


async def supported_reports_at(account_id: int, position: int) -> set[int]:
    """Return the reports that a citizen supports once every event up to `position` has happened."""
    rows = await fetch(
        "SELECT report_id FROM support WHERE account_id = $1 AND from_position <= $2 "
        "AND (until_position IS NULL OR until_position > $2)",
        account_id,
        position,
    )
    return {row["report_id"] for row in rows}
