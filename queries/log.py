"""Read the event log in order.

Positions are gapless and in commit order: reading on after the last position seen misses no event.
"""

from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from tortoise.expressions import Q

from models import reading
from models.database import fetch
from models.log import EVENT_COLUMNS, EventRow, LogEvent, ReportEventKind, Topic, event_row
from models.reports import Report
from queries.visibility import unseen
from rules import access
from rules.access import Person
from rules.cursors import EVENTS_AT_MOST

BATCH = 500
"""Events read in one statement."""

COLUMNS = ", ".join(f"e.{name}" for name in EVENT_COLUMNS)


class Tail(NamedTuple):
    """The next events after a position, with the epoch and last position (head) of the log they belong to."""

    epoch: str
    head: int
    events: list[EventRow]


class CursorInvalid(Exception):  # named like the code that the client gets, CURSOR_INVALID
    """The cursor is malformed, from another epoch, or ahead of the log."""


class CursorExpired(Exception):  # named like the code that the client gets, CURSOR_EXPIRED
    """Too many events follow the cursor to replay them: the client has to reload."""


async def head() -> tuple[str, int]:
    """Return the epoch and the last position of the log."""
    ((epoch, position),) = await reading.read("SELECT epoch, position FROM log_head WHERE id = 1")
    return epoch, position


async def heads(keys: list[None]) -> list[tuple[str, int]]:
    """Return the head of the log for each key."""
    return [await head()] * len(keys)


async def tail(after: int) -> Tail:
    """Return the head and up to BATCH events with position > `after`, in order, read in one statement."""
    rows = await reading.read(
        f"SELECT {COLUMNS}, h.epoch, h.position FROM log_head h LEFT JOIN "
        f"(SELECT * FROM log_event WHERE position > $1 ORDER BY position LIMIT {BATCH}) e ON 1 = 1 "
        "WHERE h.id = 1 ORDER BY e.position",
        after,
        first=(LogEvent, EVENT_COLUMNS),
    )
    epoch, head = rows[0][-2:]
    return Tail(epoch, head, [event_row(row) for row in rows if row[0] is not None])


async def read(after: int, condition: Q | None = None) -> list[EventRow]:
    """Return up to BATCH events with position > `after`, in order, optionally restricted by `condition`."""
    events = LogEvent.filter(condition or Q(), position__gt=after).order_by("position").limit(BATCH)
    return [EventRow(**row) for row in await events.values(*EVENT_COLUMNS)]


class EventHistory:
    """The stored events of one channel: those that `condition` selects in SQL and `accepts` lets through.

    Of a report that is hidden from the viewer now, there are none but those that hid it.
    """

    def __init__(
        self, condition: Q, viewer: Person | None = None, accepts: Callable[[EventRow], bool] = lambda _: True
    ) -> None:
        self._condition = condition
        self._viewer = viewer
        self._accepts = accepts

    async def exceeds_replay_limit(self, after: int) -> bool:
        """Return whether more than EVENTS_AT_MOST events follow `after`: a client should reload instead."""
        beyond = LogEvent.filter(self._condition, position__gt=after).order_by("position").offset(EVENTS_AT_MOST)
        return bool(await beyond.limit(1).values_list("position", flat=True))

    async def replay(self, after: int, through: int) -> AsyncIterator[EventRow]:
        """Yield the events with after < position <= through, in order. They are read in batches."""
        while after < through:
            events = await read(after, self._condition & Q(position__lte=through))
            if not events:
                return
            after = events[-1].position
            accepted = [event for event in events if self._accepts(event)]
            gone = await unseen({event.report_id or 0 for event in accepted}, self._viewer) if accepted else set()
            for event in accepted:
                if event.report_id not in gone or event.kind == ReportEventKind.HIDDEN:
                    yield event


def is_seen(event: EventRow, viewer: Person | None) -> bool:
    """Return whether a person sees an event of the topics `report` and `note`, by the state that it stores.

    HIDDEN is the last event of a report that those see from whom it is hidden, so that they take it off their lists.
    """
    after = event.after
    if after.hidden and event.kind != ReportEventKind.HIDDEN and not access.sees_report(viewer, after):
        return False
    return event.topic is not Topic.NOTE or access.sees_notes(viewer, after.reporter_id)


def ends(event: EventRow, viewer: Person | None) -> bool:
    """Return whether a report exists no more for a person after an event."""
    return event.kind == ReportEventKind.HIDDEN and not access.sees_report(viewer, event.after)


def _topics(viewer: Person | None) -> Q:
    """Return the condition for the topics of which a person may see events."""
    return Q(topic__in=[Topic.REPORT, Topic.NOTE]) if access.is_staff(viewer) else Q(topic=Topic.REPORT)


def report_history(report_id: int, viewer: Person | None) -> EventHistory:
    """Return the history of one report, as a person sees it."""
    return EventHistory(_topics(viewer) & Q(report_id=report_id), viewer, lambda event: is_seen(event, viewer))


def feed_history(matches: Callable[[EventRow], bool], viewer: Person | None) -> EventHistory:
    """Return the history of all reports, as a person sees it, restricted to the events that `matches` accepts."""
    return EventHistory(_topics(viewer), viewer, lambda event: is_seen(event, viewer) and matches(event))


async def citizen_history(person: Person) -> EventHistory:
    """Return the history of a person's own reports and of the reports they supported at the time of each event."""
    account_id = person.account_id
    own: set[int | None] = {report.id for report in await Report.filter(reporter_id=account_id).only("id")}
    rows = await fetch("SELECT report_id, from_position, until_position FROM support WHERE account_id = $1", account_id)
    spans = [(row["report_id"], row["from_position"], row["until_position"]) for row in rows]

    def accepts(event: EventRow) -> bool:
        return is_seen(event, person) and (
            event.report_id in own
            or any(
                event.report_id == report_id and begin <= event.position and (end is None or event.position <= end)
                for report_id, begin, end in spans
            )
        )

    reports = own | {report_id for report_id, _, _ in spans}
    return EventHistory(_topics(person) & Q(report_id__in=list(reports)), person, accepts)


async def supported_reports_at(account_id: int, position: int) -> set[int]:
    """Return the ids of the reports that a citizen supports after all events up to `position`."""
    rows = await fetch(
        "SELECT report_id FROM support WHERE account_id = $1 AND from_position <= $2 "
        "AND (until_position IS NULL OR until_position > $2)",
        account_id,
        position,
    )
    return {row["report_id"] for row in rows}


async def at(position: int) -> tuple[str, EventRow] | None:
    """Return the event at a position and the epoch of its log. None if there is none."""
    found = await tail(position - 1)
    return (found.epoch, found.events[0]) if found.events and found.events[0].position == position else None
