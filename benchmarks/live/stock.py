"""The same subscription in a stock strawberry application: one generator and one execution a socket."""

import asyncio
from collections.abc import AsyncGenerator

import orjson
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from queries.leaderboards import Board
from rules.boards import BoardKind, Metric
from rules.periods import Period, Span
from rules.scoring.ranking import RankedRow, Shift
from schema.boards import LeaderboardUpdate, RankShift, standings_of
from schema.places import reference_objects
from schema.scalars import SCALARS

BOARD = Board(BoardKind.KELURAHAN, Metric.POINTS, Period.MONTH, Span(None, None), "", 0, None, {}, (), {})
places = reference_objects(Gazetteer(bundled()))
queues: set[asyncio.Queue[LeaderboardUpdate]] = set()


@strawberry.type
class Query:
    """The query type that GraphQL requires."""

    one: int = 1


@strawberry.type
class Subscription:
    """The field of Tanggap, with its types."""

    @strawberry.subscription
    async def leaderboard_changed(
        self,
        kind: BoardKind,  # noqa: ARG002 # the signature of Tanggap
        period: Period,  # noqa: ARG002 # the signature of Tanggap
        first: int,  # noqa: ARG002 # the signature of Tanggap
    ) -> AsyncGenerator[LeaderboardUpdate, None]:
        """Yield an empty board, then each update sent to /fire."""
        queue: asyncio.Queue[LeaderboardUpdate] = asyncio.Queue()
        queues.add(queue)
        try:
            yield LeaderboardUpdate(cursor="", snapshot=True, starts_at=None, ends_at=None, standings=[], shifts=[])
            while True:
                yield await queue.get()
        finally:
            queues.discard(queue)


async def fire(request: Request) -> Response:
    """Send the update in a frame of Tanggap to all sockets."""
    sent = orjson.loads(await request.body())["payload"]["data"]["leaderboardChanged"]
    update = LeaderboardUpdate(
        cursor=sent["cursor"],
        snapshot=sent["snapshot"],
        starts_at=None,
        ends_at=None,
        standings=standings_of(
            places,
            BOARD,
            [RankedRow(row["subject"]["code"], row["rank"], row["points"]) for row in sent["standings"]],
        ),
        shifts=[
            RankShift.of(
                places.kelurahan[row["subject"]["code"]],
                Shift(row["subject"]["code"], row["fromRank"], row["toRank"], row["points"], row["pointsDelta"]),
            )
            for row in sent["shifts"]
        ],
    )
    for queue in queues:
        queue.put_nowait(update)
    return Response()


async def ready(_: Request) -> Response:
    """Answer the readiness probe."""
    return Response()


def create_app() -> Starlette:
    """Build the application."""
    schema = strawberry.Schema(Query, subscription=Subscription, config=StrawberryConfig(scalar_map=SCALARS))
    graphql: GraphQL[None, None] = GraphQL(schema)
    return Starlette(
        routes=[
            WebSocketRoute("/graphql", graphql),
            Route("/fire", fire, methods=["POST"]),
            Route("/readyz", ready),
        ]
    )
