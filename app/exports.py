"""Exports over HTTP: files of any length, written while they are read (docs/exports.md)."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from actions.workers import RETRY_AFTER
from app.export_rows import (
    ENTRY_COLUMNS,
    REPORT_COLUMNS,
    STANDING_COLUMNS,
    Pieces,
    Row,
    csv_pieces,
    entry_row,
    geojson_pieces,
    ndjson_pieces,
    report_row,
    standing_row,
)
from app.services import Services
from execution.guard import ClientGone, Overrun, guarded
from models.reading import Values
from queries import exports
from queries.standings import scorecards
from rules.boards import BoardKind, Metric
from rules.languages import Locale
from rules.messages import Message
from rules.periods import Period, Span, jakarta_day
from rules.refusals import ErrorCode, Faults, Refusal
from schema.boards import board_of_day, check_board, standings_of
from schema.context import Context
from schema.errors import user_error
from schema.exports import CODES, DAY, REPORT_NAMES, Parameters, checked, choice, criteria_of_address, unit_named
from schema.periods import requested_day

logger = logging.getLogger("tanggap.exports")

AT_ONCE: Final = 2
"""Exports of a process at the same time. Each has a connection to the database of its own."""

LONGEST: Final = 1_800.0
"""Seconds of an export. Its transaction keeps PostgreSQL from removing what was replaced meanwhile."""

PATIENCE: Final = 30.0
"""Seconds after which a client that takes nothing is left."""

CSV: Final = "text/csv; charset=utf-8; header=present"
GEOJSON: Final = "application/geo+json"
NDJSON: Final = "application/x-ndjson"


class _Export(NamedTuple):
    """A file: its name without the day, its media type, and the function that makes its pieces.

    The function takes the parameters of the address and raises Refusal.
    """

    name: str
    media_type: str
    make: Callable[[Context, Iterable[tuple[str, str]]], Awaitable[Pieces]]

    @property
    def path(self) -> str:
        return f"/export/{self.name}"


class _Download(Response):
    """A file that is sent while it is read. The client learns that it is not whole by the way its connection ends."""

    def __init__(self, pieces: Pieces, slots: asyncio.Semaphore, refused: Response, headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers)
        _of_unknown_length(self)
        self._pieces, self._slots, self._refused = pieces, slots, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._slots.locked():
            await self._refused(scope, receive, send)
            return
        async with self._slots, aclosing(self._pieces):
            try:
                await guarded(self._send(send), LONGEST, receive)
            except ClientGone:
                logger.info("export left path=%s", scope["path"])
            except Overrun:
                logger.warning("export ended after seconds=%d path=%s", LONGEST, scope["path"])

    async def _send(self, send: Send) -> None:
        """Send all pieces. The first one is read before the start, so that a failure by then has a status."""
        piece = await anext(self._pieces, b"")
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        while piece:
            await _send_in_time(send, piece)
            piece = await anext(self._pieces, b"")
        await send({"type": "http.response.body", "body": b""})


def _of_unknown_length(response: Response) -> Response:
    del response.headers["content-length"]
    return response


async def _send_in_time(send: Send, piece: bytes) -> None:
    """Send a piece. Raises ClientGone if the client does not take what it was sent before."""
    try:
        async with asyncio.timeout(PATIENCE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except TimeoutError:
        raise ClientGone from None


class _ExportEndpoints:
    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def answer(self, export: _Export, request: Request) -> Response:
        """Answer `GET` and `HEAD` of an export."""
        services = self._services()
        authorization = request.headers.get("authorization")
        languages = request.headers.get("accept-language")
        context = await services.context(authorization, languages, services.base_url(request.scope))
        if context.token_refused:
            return _refuse(request, context.locale, Refusal(ErrorCode.UNAUTHENTICATED, Message.TOKEN_INVALID))
        try:
            pieces = await export.make(context, request.query_params.multi_items())
        except Refusal as refusal:
            return _refuse(request, context.locale, refusal, *refusal.also)
        headers = _headers(export, context)
        if request.method == "HEAD":
            return _of_unknown_length(Response(headers=headers))
        busy = Refusal(ErrorCode.RATE_LIMITED, Message.BUSY, seconds=RETRY_AFTER)
        return _Download(pieces, self._slots, _refuse(request, context.locale, busy), headers)


def _headers(export: _Export, context: Context) -> dict[str, str]:
    name, dot, suffix = export.name.partition(".")
    day = jakarta_day(context.now)
    return {
        "Cache-Control": "no-store" if context.person is None else "private, no-store",
        "Content-Disposition": f'attachment; filename="{name}-{day}{dot}{suffix}"',
        "Content-Language": context.locale.lower(),
        "Content-Type": export.media_type,
        "Vary": "Accept-Language, Authorization",
    }


_STATUS: Final = {
    ErrorCode.INVALID: 400,
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.RATE_LIMITED: 503,
}
"""The HTTP status of refusals: that of the first of these codes that one of them has."""


def _refuse(request: Request, locale: Locale, *refusals: Refusal) -> Response:
    """Answer with refusals in the form of the GraphQL type `UserError`."""
    codes = {refusal.code for refusal in refusals}
    status = next(status for code, status in _STATUS.items() if code in codes)
    challenge = 'Bearer error="invalid_token"' if "authorization" in request.headers else "Bearer"  # RFC 6750, 3
    headers = {401: {"WWW-Authenticate": challenge}, 503: {"Retry-After": str(RETRY_AFTER)}}.get(status, {})
    shown = [
        {"code": error.code, "message": error.message, "field": error.field}
        for error in (user_error(refusal, locale) for refusal in refusals)
    ]
    return JSONResponse({"errors": shown}, status, headers | {"Cache-Control": "no-store"})


async def _reports(
    write: Callable[[AsyncGenerator[Iterable[Row], None]], Pieces],
    context: Context,
    given: Iterable[tuple[str, str]],
) -> Pieces:
    """Return the pieces of a file of reports. Raises Refusal."""
    with Faults() as faults:
        parameters = Parameters(given, REPORT_NAMES, faults)
        context.locale = parameters.locale(context.locale)
        criteria = criteria_of_address(parameters, context, faults)
    return write(_rows(exports.reports(criteria, context.now), partial(report_row, context)))


async def _points(context: Context, given: Iterable[tuple[str, str]]) -> Pieces:
    """Return the pieces of a file of point entries of units. Raises Refusal."""
    places = context.places
    with Faults() as faults:
        parameters = Parameters(given, ("unit", "from", "to"), faults)
        context.locale = parameters.locale(context.locale)
        named = parameters.read("unit", CODES)
        units = None if named is None else [checked(faults, unit_named, text, places) for text in named]
        days = Span(parameters.read("from", DAY), parameters.read("to", DAY))
    return csv_pieces(ENTRY_COLUMNS, _rows(exports.entries(units, days), partial(entry_row, context)))


async def _standings(context: Context, given: Iterable[tuple[str, str]]) -> Pieces:
    """Return the pieces of a file of a board, which it has read first. Raises Refusal."""
    with Faults() as faults:
        parameters = Parameters(given, ("kind", "metric", "period", "on"), faults)
        context.locale = parameters.locale(context.locale)
        kind = parameters.read("kind", choice(BoardKind)) or BoardKind.KELURAHAN
        metric = parameters.read("metric", choice(Metric)) or Metric.POINTS
        period = parameters.read("period", choice(Period)) or Period.MONTH
        on = parameters.read("on", DAY)
        checked(faults, check_board, context, kind, metric)
        checked(faults, requested_day, context.now, on)
    return csv_pieces(STANDING_COLUMNS, _standing_rows(context, kind, metric, period, on))


async def _standing_rows(
    context: Context, kind: BoardKind, metric: Metric, period: Period, on: date | None
) -> AsyncGenerator[Iterable[Row], None]:
    board = await board_of_day(context, kind, metric, period, on)
    standings = standings_of(context.places, board, board.rows)
    keys = [(one.cards, one.subject.code) for one in standings if one.cards is not None]
    cards = await scorecards(keys) if keys else [None] * len(standings)
    yield map(standing_row, standings, cards)


async def _rows(
    batches: AsyncGenerator[list[Values], None], row: Callable[[Values], Row]
) -> AsyncGenerator[Iterable[Row], None]:
    """Yield the rows of batches of values."""
    async with aclosing(batches):
        async for values in batches:
            yield map(row, values)


_EXPORTS: Final = (
    _Export("reports.csv", CSV, partial(_reports, partial(csv_pieces, REPORT_COLUMNS))),
    _Export("reports.geojson", GEOJSON, partial(_reports, geojson_pieces)),
    _Export("reports.ndjson", NDJSON, partial(_reports, ndjson_pieces)),
    _Export("points.csv", CSV, _points),
    _Export("standings.csv", CSV, _standings),
)


def export_routes(services: Callable[[], Services]) -> list[Route]:
    """Return the routes of `/export`. Call once per process: each call has a bound of its own."""
    endpoints = _ExportEndpoints(services)
    return [Route(export.path, partial(endpoints.answer, export)) for export in _EXPORTS]
