"""The same subscription as a stock strawberry application has it: one generator and one execution a socket."""

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
from rules.periods import Period
from rules.scoring.ranking import BoardKind, Metric, RankedRow, Shift
from schema.boards import BoardName, LeaderboardUpdate, RankShift, standing_of
from schema.places import places_of
from schema.scalars import SCALARS

BOARD = BoardName(BoardKind.KELURAHAN, Metric.POINTS, Period.MONTH, None)
places = places_of(Gazetteer(bundled()))
queues: set[asyncio.Queue[LeaderboardUpdate]] = set()


@strawberry.type
class Query:
    """GraphQL asks for one."""

    one: int = 1


@strawberry.type
class Subscription:
    """Tanggap's field, with its types."""

    @strawberry.subscription
    async def leaderboard_changed(
        self,
        kind: BoardKind,  # noqa: ARG002 # Tanggap's form
        period: Period,  # noqa: ARG002 # likewise
        first: int,  # noqa: ARG002 # likewise
    ) -> AsyncGenerator[LeaderboardUpdate, None]:
        """Yield an empty board, then what is fired."""
        queue: asyncio.Queue[LeaderboardUpdate] = asyncio.Queue()
        queues.add(queue)
        try:
            yield LeaderboardUpdate(cursor="", snapshot=True, starts_at=None, ends_at=None, standings=[], shifts=[])
            while True:
                yield await queue.get()
        finally:
            queues.discard(queue)


async def fire(request: Request) -> Response:
    """Give all sockets the update in a frame of Tanggap's."""
    told = orjson.loads(await request.body())["payload"]["data"]["leaderboardChanged"]
    update = LeaderboardUpdate(
        cursor=told["cursor"],
        snapshot=told["snapshot"],
        starts_at=None,
        ends_at=None,
        standings=[
            standing_of(places, BOARD, RankedRow(row["subject"]["code"], row["rank"], row["points"]), {})
            for row in told["standings"]
        ],
        shifts=[
            RankShift.of(
                places.kelurahan[row["subject"]["code"]],
                Shift(row["subject"]["code"], row["fromRank"], row["toRank"], row["points"], row["pointsDelta"]),
            )
            for row in told["shifts"]
        ],
    )
    for queue in queues:
        queue.put_nowait(update)
    return Response()


async def ready(_: Request) -> Response:
    """Say that it is."""
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
