"""The ASGI application: services, routes, startup and shutdown."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from logging import WARNING
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from tenacity import AsyncRetrying, before_sleep_log, wait_random_exponential

from actions.periods import open_first_day
from actions.photos import UNUSED_FOR, RecordedPhoto, record_upload
from actions.transaction import Transactions
from app.admission import Admission
from app.agencies import agency_routes, channels
from app.auth import Tokens, identify
from app.clock import run_clock
from app.counters import counters
from app.cross_origin import CrossOrigin, sharing
from app.door import GraphQLDoor
from app.ended_sessions import EndedSessions
from app.errors import unavailable
from app.exports import export_routes
from app.graphql import GraphQLEndpoint
from app.hosts import network
from app.limiter import Limiter
from app.log_tiles import log_routes
from app.log_tree import run_log_tree
from app.media_store import media_store
from app.metrics import Metrics
from app.my_data import my_data_routes
from app.oidc import StaffSignIn, provider_client
from app.open311 import open311_routes
from app.people import people_channels
from app.safe_headers import SafeHeaders, complete
from app.schema import make_schema
from app.screens import city_screens
from app.services import Services, read_places
from app.settings import Settings, read_settings
from app.sign_ins import SignIns
from app.sweeper import run_sweeper
from app.telemetry import traces
from app.unsubscribe import unsubscribe_routes
from execution.answers import Answers
from media.processing import ProcessedPhoto
from media.upload import Audience, media_routes
from models.database import database, fetch, pending_migrations
from models.log import Topic
from models.reference.gazetteer import Gazetteer
from outbox.client import outside_client
from outbox.sending import Outbox
from queries import photos
from queries.visibility import Viewpoint, is_seen
from resolvers.limits import require_left
from rules.boards import BOARDS, BoardKind, Unit
from rules.limits import Act, headers
from rules.unsubscribing import UnsubscribeTokens
from subscriptions.boards import LiveBoards
from subscriptions.notifier import Notifier, NotifierState
from subscriptions.tailer import EpochChanged, LogTailer
from subscriptions.transport.connections import Connections
from web.pages import page_routes

logger = logging.getLogger("tanggap.app")

PROBE_TIMEOUT = 2
"""Seconds for each database query of `/readyz`."""


class Application:
    """One process of Tanggap. `services` exist while the application's lifespan runs."""

    services: Services

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        key, is_new = settings.signing_key()
        if is_new:
            logger.warning("no SECRET_KEY set, made one file=%s", settings.secret_file)
        self._key, self._tokens = key, Tokens(key)
        self._log_signer = settings.log_signer()
        self._offers = settings.offers()
        self._unsubscribing = UnsubscribeTokens(key)
        self._staff_sign_in = self._make_staff_sign_in()
        self.schema = make_schema(settings.manifest(), is_public=settings.introspection)
        self._photos = media_store(settings)
        self._endpoint = GraphQLEndpoint(self.schema, lambda: self.services, settings.origins)
        self._metrics = Metrics(settings.metrics_token, lambda: self.services, self._endpoint.shared_subscriptions)

    def _make_staff_sign_in(self) -> StaffSignIn | None:
        """Return the sign-in of staff at the identity provider. None if there is none."""
        provider = self.settings.provider
        if provider is None:
            return None
        client = provider_client(provider, self.settings.networks)
        return StaffSignIn(provider, client, self.settings.public_url, self._key, lambda: self.services)

    def build(self) -> Starlette:
        """Build the ASGI application."""
        origins = self.settings.origins
        media = media_routes(
            self._photos,
            authenticate=self._authenticate,
            record=self._record_photo,
            audience=self._audience,
            base_url=lambda request: self.services.base_url(request.scope),
            count=self._count_upload,
        )
        return Starlette(
            routes=[
                Route("/graphql", self._graphql, methods=["GET", "POST"]),
                Route("/healthz", _healthz),
                Route("/metrics", self._metrics.answer),
                Route("/readyz", self._readyz),
                *agency_routes(lambda: self.services),
                *export_routes(lambda: self.services),
                *log_routes(),
                *media,
                *my_data_routes(lambda: self.services, self._photos),
                *open311_routes(lambda: self.services),
                *([] if self._staff_sign_in is None else self._staff_sign_in.routes()),
                *city_screens(self.settings, lambda: self.services),
                *page_routes(has_explorer=self.settings.explorer, has_schema=self.settings.introspection),
                *unsubscribe_routes(lambda: self.services, self._unsubscribing),
            ],
            lifespan=self._lifespan,
            middleware=[
                *traces(),
                Middleware(SafeHeaders),
                Middleware(GraphQLDoor, self._endpoint, self.schema, lambda: self.services, origins),
                Middleware(CrossOrigin, origins),
            ],
            exception_handlers={Exception: self._unavailable},
        )

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[dict[str, Any]]:
        """Run the services. The server (`app.server`) calls `drain` of the yielded state before it stops."""
        settings = self.settings
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(database(settings.database_url, pool=settings.database_pool))
            notifier = await stack.enter_async_context(Notifier(settings.broadcast_url))
            transactions = Transactions(notify=notifier.notify, now=lambda: datetime.now(UTC))
            stack.push_async_callback(transactions.drain)
            due = await open_first_day(transactions)  # before the boards, which show the open day of the log
            tailer = await stack.enter_async_context(LogTailer(notifier))
            now = lambda: transactions.now()  # noqa: E731, PLW0108 # looked up per call: a test replaces transactions.now
            boards = await stack.enter_async_context(LiveBoards(tailer, self._board_subjects))
            counted = await stack.enter_async_context(counters(settings.broadcast_url, self._key))
            sign_ins = SignIns(counted, settings.sign_in_attempts, settings.sign_in_longest_wait)
            connections, ended = Connections(tailer, now), EndedSessions(tailer, now)
            self.services = Services(
                transactions=transactions,
                tokens=self._tokens,
                notifier=notifier,
                tailer=tailer,
                boards=boards,
                connections=connections,
                places=await read_places(),
                answers=Answers(settings.answers_bytes),
                ended_sessions=ended,
                public_url=settings.public_url,
                limits=settings.limits,
                offers=self._offers,
                limiter=Limiter(settings.rates, counted, sign_ins, settings.sockets_per_address),
                admission=Admission(settings.database_queue),
            )
            await stack.enter_async_context(self._metrics.shown_to_other_workers())
            client = await stack.enter_async_context(outside_client(settings.networks))
            people = await people_channels(settings, client, transactions, self._gazetteer, self._unsubscribing)
            outbox = Outbox(transactions, channels(client, settings.public_url, people), lambda: tailer.position)
            group = await stack.enter_async_context(asyncio.TaskGroup())
            tasks = [
                group.create_task(self._reload_places(tailer), name="reload-places"),
                group.create_task(connections.watch(), name="watch-connections"),
                group.create_task(ended.watch(), name="watch-sessions"),
                group.create_task(run_clock(transactions, tailer, due, self._gazetteer), name="clock"),
                group.create_task(run_sweeper(transactions, self._photos, settings.retention), name="sweeper"),
                group.create_task(outbox.run(), name="outbox"),
                group.create_task(run_log_tree(transactions, tailer, self._log_signer), name="log-tree"),
            ]
            if self._staff_sign_in is not None:
                stack.push_async_callback(self._staff_sign_in.close)
                tasks.append(group.create_task(self._staff_sign_in.report_trouble(), name="identity-provider"))
            logger.info("serving database=%s position=%d", settings.database_url.partition(":")[0], tailer.position)
            yield {"drain": connections.drain}
            for task in tasks:
                task.cancel()

    async def _reload_places(self, tailer: LogTailer) -> None:
        """Reload the reference data whenever it was loaded or the epoch changed. Retry with backoff until it works."""
        retrying = AsyncRetrying(wait=wait_random_exponential(max=10), before_sleep=before_sleep_log(logger, WARNING))

        async def reload() -> None:
            await retrying(self.services.reload_places)
            self.services.boards.read_again()
            logger.info("reference data reloaded kelurahan=%d", len(self.services.places.kelurahan))

        is_current = True
        while True:
            with suppress(EpochChanged), tailer.listen(("topic", Topic.REFERENCE)) as listener:
                if not is_current:
                    await reload()
                async for _ in listener:
                    await reload()
            is_current = False

    def _gazetteer(self) -> Gazetteer:
        return self.services.places.gazetteer

    def _board_subjects(self, kind: BoardKind) -> Mapping[str, Unit]:
        return BOARDS[kind].units_of(self.services.places)

    async def _graphql(self, request: Request) -> Response:
        return await self._endpoint.answer(request)

    async def _authenticate(self, request: Request) -> int | None:
        identity = await identify(self._tokens, request.headers.get("authorization"), self.services.transactions.now())
        person = identity.person
        return None if person is None else person.account_id

    async def _count_upload(self, request: Request, account_id: int) -> Mapping[str, str]:
        states = await self.services.limiter.count(Act.UPLOAD, str(account_id), network(request.scope))
        require_left(states)
        return headers(states)

    async def _record_photo(self, account_id: int, name: str, photo: ProcessedPhoto) -> RecordedPhoto:
        return await self.services.transactions.run(
            record_upload, account_id, name, photo.digest, photo.width, photo.height, photo.look
        )

    async def _audience(self, request: Request, photo_id: str) -> Audience:
        """Return for whom a photo is: that of a hidden report for those who see the report."""
        now = self.services.transactions.now()
        found = await photos.shown(photo_id, now, UNUSED_FOR)
        if found is None:
            return Audience.NOBODY
        if found == (None,):
            return Audience.EVERYBODY
        identity = await identify(self._tokens, request.headers.get("authorization"), now)
        is_for_viewer = is_seen(found[0], Viewpoint(identity.person, lambda: None))
        return Audience.VIEWER if is_for_viewer else Audience.NOBODY

    async def _unavailable(self, request: Request, error: Exception) -> Response:
        """Answer a request that failed as a whole. This happens outside all middleware."""
        response = unavailable(request, error)
        response.headers.update(sharing(self.settings.origins, request.headers.get("origin")))
        response.headers.add_vary_header("Origin")
        complete(response.raw_headers, request.scope, response.status_code)
        return response

    async def _readyz(self, _: Request) -> Response:
        """Answer with the state of each service, 503 unless all are ready, and the use of answers and of the queue."""
        states = {
            "database": await _is_database_available(),
            "migrations": await _is_migrated(),
            "reference": bool(self.services.places.kelurahan),
            "log": self.services.tailer.is_readable,
            "broadcast": self.services.notifier.state is NotifierState.CONNECTED,
        }
        answers = self.services.answers.use._asdict()
        queue = self.services.admission.use._asdict()
        return JSONResponse({**states, "answers": answers, "queue": queue}, 200 if all(states.values()) else 503)


def create_app() -> Starlette:
    """Build the application with the settings of the environment. The factory for uvicorn's workers."""
    return Application(read_settings()).build()


async def _healthz(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _is_database_available() -> bool:
    try:
        async with asyncio.timeout(PROBE_TIMEOUT):
            return bool(await fetch("SELECT 1 AS one"))
    except Exception:  # noqa: BLE001 # whatever the driver raises, the probe has failed
        return False


async def _is_migrated() -> bool:
    try:
        async with asyncio.timeout(PROBE_TIMEOUT):
            return not await pending_migrations()
    except Exception:  # noqa: BLE001 # whatever the driver raises, the probe has failed
        return False
