"""What can be followed: the root type of subscriptions."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Annotated, Protocol

import strawberry

from models.log import EventRow
from rules.cursors import encode
from rules.messages import Message
from rules.periods import Period
from rules.ranking import BoardKind, Metric
from schema.boards import LeaderboardUpdate, RankShift, standing_of
from schema.context import Context
from schema.errors import RequestCode, RequestError
from schema.nodes import row_id
from schema.paging import MOST_PLACES
from schema.reports import ReportEvent, ReportFilter
from subscriptions import streams
from subscriptions.boards import Boards, BoardUpdate
from subscriptions.hub import Hub
from subscriptions.streams import CursorExpired, CursorInvalid


class LiveContext(Context, Protocol):
    """A socket's view of the city, and the news of this process."""

    @property
    def hub(self) -> Hub:
        """The tail of the log."""

    @property
    def boards(self) -> Boards:
        """The live boards."""

    def renew(self) -> None:
        """Forget what was loaded: the next event needs it fresh."""


Info = strawberry.Info[LiveContext, None]
argument = strawberry.argument

AfterCursor = Annotated[
    str | None,
    argument(
        description="A log cursor: all that happened since comes first, then what happens. Left out: from now on."
    ),
]


@strawberry.type(description="What can be followed, each event exactly once and in order.")
class Subscription:
    @strawberry.subscription(description="One report, for anyone who may see it.")
    async def report_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument(description="The report's id.")],  # noqa: A002 # the contract's name
        after: AfterCursor = None,
    ) -> AsyncGenerator[ReportEvent, None]:
        context = info.context
        report_id = row_id(id, "Report")
        position = await _position(context.hub, after)
        if report_id is None or await context.report(report_id) is None:
            raise RequestError(RequestCode.NOT_FOUND, Message.REPORT_NOT_FOUND)
        async for event in _events(context, streams.report_changes(context.hub, report_id, position)):
            yield event

    @strawberry.subscription(description="The viewer's own reports and those they support.")
    async def my_reports_changed(self, info: Info, after: AfterCursor = None) -> AsyncGenerator[ReportEvent, None]:
        context = info.context
        if context.person is None:
            raise RequestError(RequestCode.UNAUTHENTICATED, Message.SIGN_IN)
        position = await _position(context.hub, after)
        changes = streams.citizen_changes(context.hub, context.person.account_id, position)
        async for event in _events(context, changes):
            yield event

    @strawberry.subscription(
        description="All reports that the filter matched before or after the event: for control rooms."
    )
    async def report_feed(
        self,
        info: Info,
        filter: Annotated[ReportFilter | None, argument(description="Only these.")] = None,  # noqa: A002 # likewise
        after: AfterCursor = None,
    ) -> AsyncGenerator[ReportEvent, None]:
        context = info.context
        selection = context.selection(filter)
        position = await _position(context.hub, after)
        async for event in _events(context, streams.feed(context.hub, selection, position)):
            yield event

    @strawberry.subscription(description="A board: first a snapshot, then what changed, at most four times a second.")
    async def leaderboard_changed(
        self,
        info: Info,
        kind: Annotated[BoardKind, argument(description="Who is ranked.")] = BoardKind.KELURAHAN,
        metric: Annotated[Metric, argument(description="By what.")] = Metric.POINTS,  # noqa: ARG002 # one so far
        period: Annotated[Period, argument(description="The current period of this kind.")] = Period.MONTH,
        first: Annotated[int | None, argument(description="Only the first so many places: 1 to 300.")] = 300,
    ) -> AsyncGenerator[LeaderboardUpdate, None]:
        count = MOST_PLACES if first is None else first
        if not 1 <= count <= MOST_PLACES:
            raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_SIZE, name="first", most=MOST_PLACES)
        context = info.context
        async with aclosing(context.boards.watch(kind, period, count)) as updates:
            async for update in updates:
                context.renew()
                yield _leaderboard_update(context, kind, period, update)


async def _events(context: LiveContext, rows: AsyncGenerator[EventRow, None]) -> AsyncGenerator[ReportEvent, None]:
    async with aclosing(rows):
        with told():
            async for row in rows:
                context.renew()
                yield ReportEvent.of(context, row)


async def _position(hub: Hub, cursor: str | None) -> int | None:
    with told():
        return await streams.read_cursor(hub, cursor)


@contextmanager
def told() -> Iterator[None]:
    """Translate what ends a stream into the request error that its client gets."""
    try:
        yield
    except CursorExpired:
        raise RequestError(RequestCode.CURSOR_EXPIRED, Message.LOG_CURSOR_EXPIRED) from None
    except CursorInvalid:
        raise RequestError(RequestCode.CURSOR_INVALID, Message.LOG_CURSOR_INVALID) from None


def _leaderboard_update(context: Context, kind: BoardKind, period: Period, update: BoardUpdate) -> LeaderboardUpdate:
    board = (kind, period, update.span)
    return LeaderboardUpdate(
        cursor=encode(context.epoch, update.position),
        snapshot=update.snapshot,
        starts_at=update.span.starts_at,
        ends_at=update.span.ends_at,
        standings=[standing_of(context.places, board, place, update.previous_ranks) for place in update.places],
        shifts=[RankShift.of(context.places, kind, shift) for shift in update.shifts],
    )
