"""The service as an ASGI application: its parts, its routes, its start and its end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from logging import WARNING
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from tenacity import AsyncRetrying, before_sleep_log, wait_random_exponential

from actions.periods import close_periods
from actions.photos import record_upload
from actions.transaction import Transactions
from app.schema import make_schema
from app.auth import Tokens
from app.clock import run_clock
from app.context import Services, locale_of
from app.errors import unavailable
from app.graphql import GraphQLEndpoint, WebSocketBypass
from media.upload import Locale, MediaFolder, media_routes
from media.processing import ProcessedPhoto
from app.settings import Settings, read_settings
from models.database import database, fetch, pending_migrations
from models.log import Topic
from models.places import read_reference_data
from models.reference.gazetteer import Gazetteer
from resolvers.loaders import subjects
from rules.scoring.ranking import BoardKind
from schema.places import places_of
from subscriptions.boards import Boards
from subscriptions.bus import Bus, BusState
from subscriptions.hub import EpochChanged, Hub
from subscriptions.sockets import Sockets
from web.pages import page_routes

logger = logging.getLogger("tanggap.app")

BODY_AT_MOST = 1024 * 1024
"""Bytes of a GraphQL request; photos go to /media."""


class Application:
    """One process of Tanggap. `parts` come to life with the application's lifespan."""

    parts: Services

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        key, is_new = settings.signing_key()
        if is_new:
            logger.warning("no SECRET_KEY set, made one file=%s", settings.secret_file)
        self._tokens = Tokens(key)
        self._endpoint = GraphQLEndpoint(make_schema(), lambda: self.parts, settings.origins)

    def build(self) -> Starlette:
        """Build the ASGI application."""
        cross_origin = Middleware(
            CORSMiddleware,
            allow_origins=self.settings.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )
        media = media_routes(
            MediaFolder(self.settings.media_dir),
            authenticate=self._uploader,
            record=self._record,
            locale_of=_locale,
            public_url=self.settings.public_url,
        )
        return Starlette(
            routes=[
                Route("/graphql", self._graphql, methods=["GET", "POST"], max_body_size=BODY_AT_MOST),
                Route("/healthz", _alive),
                Route("/readyz", self._ready),
                *media,
                *page_routes(),
            ],
            lifespan=self._lifespan,
            middleware=[Middleware(WebSocketBypass, self._endpoint), cross_origin],
            exception_handlers={Exception: unavailable},
        )

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[dict[str, Any]]:
        """Run the parts; `leave` of the state is for the server (`app.server`), which calls it before it stops."""
        settings = self.settings
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(database(settings.database_url, pool=settings.database_pool))
            bus = await stack.enter_async_context(Bus(settings.broadcast_url))
            transactions = Transactions(notify=bus.ring, now=lambda: datetime.now(UTC))
            stack.push_async_callback(transactions.drain)
            due = await close_periods(transactions)  # before the boards, which show the day that the log has open
            hub = await stack.enter_async_context(Hub(bus))
            clock = lambda: transactions.now()  # noqa: E731, PLW0108 # a test moves the transactions's time
            boards = await stack.enter_async_context(Boards(hub, self._subjects))
            sockets = Sockets(hub, clock)
            self.parts = Services(
                transactions=transactions,
                tokens=self._tokens,
                bus=bus,
                hub=hub,
                boards=boards,
                sockets=sockets,
                places=places_of(Gazetteer(await read_reference_data())),
                public_url=settings.public_url,
            )
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            lasting = [
                tasks.create_task(self._reload_places(hub), name="reload-places"),
                tasks.create_task(sockets.watch(), name="watch-sockets"),
                tasks.create_task(run_clock(transactions, hub, due), name="clock"),
            ]
            logger.info("serving database=%s position=%d", settings.database_url.partition(":")[0], hub.position)
            yield {"leave": sockets.leave}
            for task in lasting:
                task.cancel()

    async def _reload_places(self, hub: Hub) -> None:
        """Read the reference data anew whenever it was loaded, or the log is another, as often as it takes."""
        persistently = AsyncRetrying(wait=wait_random_exponential(max=10), before_sleep=before_sleep_log(logger, WARNING))

        async def reload() -> None:
            await persistently(self.parts.reload_places)
            logger.info("reference data reloaded kelurahan=%d", len(self.parts.places.kelurahan))

        known = True
        while True:
            with suppress(EpochChanged), hub.listen(("topic", Topic.REFERENCE)) as listener:
                if not known:
                    await reload()
                async for _ in listener:
                    await reload()
            known = False

    def _subjects(self, kind: BoardKind) -> tuple[str, ...]:
        return tuple(subjects(self.parts.places, kind))

    async def _graphql(self, request: Request) -> Response:
        return await self._endpoint.answer(request)

    async def _uploader(self, request: Request) -> int | None:
        person = (await self.parts.context(request)).person
        return None if person is None else person.account_id

    async def _record(self, account_id: int, name: str, picture: ProcessedPhoto) -> str:
        await self.parts.transactions.run(
            record_upload, account_id, name, picture.digest, picture.width, picture.height
        )
        return name

    async def _ready(self, _: Request) -> Response:
        """Say which parts are in order; 503 unless all are."""
        parts = {
            "database": await _answers(),
            "migrations": await _up_to_date(),
            "reference": bool(self.parts.places.kelurahan),
            "log": self.parts.hub.in_order,
            "broadcast": self.parts.bus.state is BusState.HEARING,
        }
        return JSONResponse(parts, 200 if all(parts.values()) else 503)


def create_app() -> Starlette:
    """Build the application with the settings of the environment: what uvicorn's workers call."""
    return Application(read_settings()).application()


async def _alive(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _answers() -> bool:
    try:
        async with asyncio.timeout(2):
            return bool(await fetch("SELECT 1 AS one"))
    except Exception:  # noqa: BLE001 # whatever the driver raises, it does not answer
        return False


async def _up_to_date() -> bool:
    try:
        async with asyncio.timeout(2):
            return not await pending_migrations()
    except Exception:  # noqa: BLE001 # likewise
        return False


def _locale(request: Request) -> Locale:
    return "EN" if locale_of(request.headers.get("accept-language", "")) == "EN" else "ID"
