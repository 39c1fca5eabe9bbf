"""The root type of subscriptions."""

from collections.abc import AsyncIterable, Callable
from typing import Annotated

import strawberry

from models.log import EventRow
from rules.access import Person
from rules.boards import BOARDS, BoardKind, Metric
from rules.cursors import encode
from rules.messages import Message
from rules.periods import Period
from schema.boards import LeaderboardUpdate, RankShift, check_board, standings_of, subject_of
from schema.context import BY_STAFF, BY_VIEWER
from schema.costs import cost
from schema.errors import RequestCode, RequestError
from schema.filters import criteria_of
from schema.news import News
from schema.nodes import row_id
from schema.paging import MOST_PLACES
from schema.reports import ReportEvent, ReportFilter, load_report
from schema.statistics import FirstDay, GroupBy, Reports, ReportStatistics, cost_of_statistics, count, question_of
from subscriptions.boards import BoardUpdate
from subscriptions.channels import Channel, CitizenChannel, FeedChannel, ReportChannel
from subscriptions.news import NewsState, NewsStream
from subscriptions.shared import LiveContext, SubscriptionSpec
from subscriptions.statistics import StatisticsState, StatisticsStream
from subscriptions.streams import BoardStream, EventStream

Info = strawberry.Info[LiveContext, None]
argument = strawberry.argument

AfterCursor = Annotated[
    str | None,
    argument(
        description="Log cursor: the `cursor` of a report, a list, the viewer or an event, not a page cursor. "
        "Events after it are replayed first, then live events follow. When null, only events from now on."
    ),
]


@strawberry.type(description="Live streams. Each event arrives exactly once and in order.")
class Subscription:
    @strawberry.subscription(
        description="Events of one report. Staff also get internal notes (`NOTED`), except on their own reports.",
        metadata=BY_STAFF,
    )
    async def report_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument(description="Id of the report.")],
        after: AfterCursor = None,
    ) -> AsyncIterable[ReportEvent]:
        report_id = row_id(id, "Report")
        if report_id is None or await load_report(info.context, report_id) is None:
            raise RequestError(RequestCode.NOT_FOUND, Message.REPORT_NOT_FOUND, "id")
        return _events(info.context, ReportChannel(report_id, info.context.person), after)

    @strawberry.subscription(
        description="Events of the viewer's own reports and of those that the viewer supports, comments among them.",
        metadata=BY_VIEWER,
    )
    async def my_reports_changed(self, info: Info, after: AfterCursor = None) -> AsyncIterable[ReportEvent]:
        return _events(info.context, CitizenChannel(_signed_in(info.context)), after)

    @strawberry.subscription(
        description="News of the viewer's own and supported reports: the state at once, then again after each news and "
        "after each `markNewsRead`, at most once a second.",
        metadata=BY_VIEWER,
    )
    async def news_changed(self, info: Info) -> AsyncIterable[News]:
        context = info.context
        person = _signed_in(context)
        return SubscriptionSpec(
            lambda shared: NewsStream(shared, context.tailer, person, context.limits.seconds), _news
        )

    @strawberry.subscription(
        description="Events of all reports that match the filter before or after the event. Staff also get internal "
        "notes (`NOTED`), except on their own reports.",
        metadata=BY_STAFF,
    )
    async def report_feed(
        self,
        info: Info,
        filter: Annotated[ReportFilter | None, argument(description="Conditions on the reports.")] = None,
        after: AfterCursor = None,
    ) -> AsyncIterable[ReportEvent]:
        context = info.context
        if filter is not None and filter.text is not None:
            raise RequestError(RequestCode.BAD_INPUT, Message.SEARCH_IN_FEED, "filter.text")
        channel = FeedChannel(criteria_of(filter, context), context.person)

        def make(context: LiveContext, event: EventRow) -> ReportEvent:
            return ReportEvent.of(context, channel.shown(event))

        return _events(context, channel, after, make)

    @strawberry.subscription(
        description="Statistics of reports: all rows at once, then all rows again whenever a number differs, at most "
        "once a second. The period has no end.",
        metadata=cost(reads=cost_of_statistics),
    )
    async def report_statistics_changed(
        self,
        info: Info,
        filter: Reports = None,
        group_by: GroupBy = [],  # noqa: B006 # as in `Query`
        first: FirstDay = None,
    ) -> AsyncIterable[ReportStatistics]:
        context = info.context
        question = question_of(filter, group_by, first, None, context)

        def make(context: LiveContext, state: StatisticsState) -> ReportStatistics:
            return ReportStatistics.of(context.places, question, state.rows, state.head)

        return SubscriptionSpec(
            lambda shared: StatisticsStream(
                shared, context.tailer, question, count, context.clock, context.limits.seconds
            ),
            make,
        )

    @strawberry.subscription(
        description="A leaderboard: first a snapshot, then its changes, at most four times a second.",
        metadata=cost(page=300),
    )
    async def leaderboard_changed(
        self,
        info: Info,
        kind: Annotated[BoardKind, argument(description="Kind of subject that is ranked.")] = BoardKind.KELURAHAN,
        metric: Annotated[Metric, argument(description="Metric of the board.")] = Metric.POINTS,
        period: Annotated[Period, argument(description="Kind of period. The current one is used.")] = Period.MONTH,
        first: Annotated[int | None, argument(description="Number of rows from the top of the board: 1 to 300.")] = 300,
    ) -> AsyncIterable[LeaderboardUpdate]:
        count = MOST_PLACES if first is None else first
        if not 1 <= count <= MOST_PLACES:
            raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_SIZE, "first", most=MOST_PLACES)
        if not BOARDS[kind].is_live:
            raise RequestError(RequestCode.BAD_INPUT, Message.BOARD_NOT_LIVE, "kind")
        check_board(info.context, kind, metric)
        board = info.context.boards.board(kind, period, metric)
        return SubscriptionSpec(lambda shared: BoardStream(shared, board, count), _leaderboard_update)


def _signed_in(context: LiveContext) -> Person:
    """Return the person who is signed in. Raises RequestError UNAUTHENTICATED."""
    if context.person is None:
        raise RequestError(RequestCode.UNAUTHENTICATED, Message.SIGN_IN)
    return context.person


def _news(context: LiveContext, state: NewsState) -> News:
    return News.of(context, state.unread, state.latest)


def _events(
    context: LiveContext,
    channel: Channel,
    after: str | None,
    make: Callable[[LiveContext, EventRow], ReportEvent] = ReportEvent.of,
) -> SubscriptionSpec[ReportEvent]:
    return SubscriptionSpec(lambda shared: EventStream(shared, context.tailer, channel), make, after)


def _leaderboard_update(context: LiveContext, update: BoardUpdate) -> LeaderboardUpdate:
    board = update.board
    return LeaderboardUpdate(
        cursor=encode(board.epoch, board.position),
        snapshot=update.snapshot,
        starts_at=board.span.starts_at,
        ends_at=board.span.ends_at,
        standings=standings_of(context.places, board, update.rows),
        shifts=[
            RankShift.of(subject_of(context.places, board.kind, shift.code, board.people), shift)
            for shift in update.shifts
        ],
    )
