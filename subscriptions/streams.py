"""What a subscriber follows: the past after its cursor, then what comes, without a gap and without a repetition."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Protocol

from models.log import EventRow, ReportEventKind, Topic
from rules.cursors import CursorError, decode
from rules.selection import Selection
from subscriptions import log
from subscriptions.hub import Hub, Listener

NEAR = 500
"""Events behind the tail from which on a subscriber listens while it replays: well under a listener's queue."""


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

    async def past() -> Past:
        return log.of_report(report_id)

    async def listen() -> Listener:
        return hub.listen(("report", report_id))

    async for event in joined(hub, past, listen, after):
        yield event


async def feed(hub: Hub, selection: Selection, after: int | None) -> AsyncGenerator[EventRow, None]:
    """Follow all reports that the selection matched before or after the event, by the event's stored values."""

    def matches(event: EventRow) -> bool:
        return selection.matches(event.after, event.at) or (
            event.before is not None and selection.matches(event.before, event.at)
        )

    async def past() -> Past:
        return log.of_reports(matches)

    async def listen() -> Listener:
        return hub.listen(("topic", Topic.REPORT), accept=matches)

    async for event in joined(hub, past, listen, after):
        yield event


async def citizen_changes(hub: Hub, account_id: int, after: int | None) -> AsyncGenerator[EventRow, None]:
    """Follow a citizen's own reports and, as long as they support them, those of others."""

    async def past() -> Past:
        return await log.of_citizen(account_id)

    async def listen() -> Listener:
        def note(event: EventRow) -> bool:
            if event.report_id is not None and account_id in event.accounts:
                change = listener.follow if event.kind == ReportEventKind.SUPPORTED else listener.unfollow
                change(("report", event.report_id))
            return True  # whatever comes under this listener's keys concerns the citizen

        supported = await _supported_now(hub, account_id)
        listener = hub.listen(("reporter", account_id), ("account", account_id), accept=note)
        for report_id in supported:
            listener.follow(("report", report_id))
        return listener

    async for event in joined(hub, past, listen, after):
        yield event


async def _supported_now(hub: Hub, account_id: int) -> set[int]:
    """Read what is supported at the very position at which the tail stands when this returns."""
    while True:
        position = hub.position
        supported = await log.supported_at(account_id, position)
        if hub.position == position:
            return supported


async def joined(
    hub: Hub,
    past: Callable[[], Awaitable[Past]],
    listen: Callable[[], Awaitable[Listener]],
    after: int | None,
) -> AsyncGenerator[EventRow, None]:
    """Yield what has happened after `after` (None: from now on), then what happens; each event once, in order.

    A listener hears just what comes after `Listener.start`, and the log has what came up to it. Far behind, the log is
    read before there is a listener; one whose queue overflows is replaced by another, and the log read in between.
    Raises CursorExpired when there is too much to replay.
    """
    while True:
        if after is not None and await (await past()).is_too_long(after):
            raise CursorExpired
        while after is not None and hub.position - after > NEAR:
            through = hub.position
            async for event in (await past()).replay(after, through):
                yield event
            after = through
        with await listen() as listener:
            after = listener.start if after is None else after
            async for event in (await past()).replay(after, listener.start):
                yield event
            after = max(after, listener.start)
            async for event in listener:
                if event.position > after:
                    yield event
                    after = event.position
