"""What a subscriber follows: the past after its cursor, then what comes, without a gap and without a repetition."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol

from models.log import EventRow, ReportEventKind, Topic
from rules.cursors import CursorError, decode
from rules.selection import Selection
from subscriptions import log
from subscriptions.hub import Hub, Listener


class Past(Protocol):
    """What has happened of something: `subscriptions.log.History`."""

    async def is_too_long(self, after: int) -> bool:
        """Whether it is too much to replay."""

    def replay(self, after: int, through: int) -> AsyncIterator[EventRow]:
        """Yield the events with after < position <= through, in order."""


class CursorInvalid(Exception):  # noqa: N818 # named like the code that the client gets, CURSOR_INVALID
    """The cursor is malformed, of another epoch, or ahead of the log."""


class CursorExpired(Exception):  # noqa: N818 # likewise, CURSOR_EXPIRED
    """Too much has happened since the cursor: the client loads anew."""


async def read_cursor(hub: Hub, cursor: str | None) -> int | None:
    """Return the position in a cursor; None for None, which means from now on. Raises CursorInvalid."""
    if cursor is None:
        return None
    try:
        epoch, position = decode(cursor)
    except CursorError:
        raise CursorInvalid from None
    if epoch != hub.epoch:
        raise CursorInvalid
    # Another process may have handed out what this one's tail has not read yet: only the log itself knows its head.
    if position > hub.position and position > (await log.head())[1]:
        raise CursorInvalid
    return position


async def report_changes(hub: Hub, report_id: int, after: int | None) -> AsyncGenerator[EventRow, None]:
    """Follow one report."""
    with hub.listen(("report", report_id)) as listener:
        async for event in joined(listener, log.of_report(report_id), after):
            yield event


async def feed(hub: Hub, selection: Selection, after: int | None) -> AsyncGenerator[EventRow, None]:
    """Follow all reports that the selection matched before or after the event, by the event's stored values."""

    def matches(event: EventRow) -> bool:
        return selection.matches(event.after, event.at) or (
            event.before is not None and selection.matches(event.before, event.at)
        )

    with hub.listen(("topic", Topic.REPORT), accept=matches) as listener:
        async for event in joined(listener, log.of_reports(matches), after):
            yield event


async def citizen_changes(hub: Hub, account_id: int, after: int | None) -> AsyncGenerator[EventRow, None]:
    """Follow a citizen's own reports and, as long as they support them, those of others."""
    supported = await _supported_now(hub, account_id)
    listener: Listener

    def accept(event: EventRow) -> bool:
        report = event.report_id
        if report is not None and account_id in event.accounts:
            if event.kind == ReportEventKind.SUPPORTED:
                listener.follow(("report", report))
            else:
                listener.unfollow(("report", report))
        return True  # whatever comes under this listener's keys concerns it

    with hub.listen(("reporter", account_id), ("account", account_id), accept=accept) as listener:
        for report_id in supported:
            listener.follow(("report", report_id))
        history = await log.of_citizen(account_id)
        async for event in joined(listener, history, after):
            yield event


async def _supported_now(hub: Hub, account_id: int) -> set[int]:
    """Read what is supported at the very position at which the tail stands when this returns."""
    while True:
        position = hub.position
        supported = await log.supported_at(account_id, position)
        if hub.position == position:
            return supported


async def joined(listener: Listener, history: Past, after: int | None) -> AsyncGenerator[EventRow, None]:
    """Yield the past after `after` up to where the listener began, then what the listener hears.

    Raises CursorExpired when the past is too long to replay, SlowReader when the listener's queue overflows.
    """
    if after is not None:
        if await history.is_too_long(after):
            raise CursorExpired
        async for event in history.replay(after, listener.start):
            yield event
    async for event in listener:
        if after is None or event.position > after:
            yield event
