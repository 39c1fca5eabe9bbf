"""Open311 GeoReport v2 over HTTP: reports read and filed by the applications of others (docs/open311.md)."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from actions.submissions import submit
from actions.workers import RETRY_AFTER
from app.context import AppContext
from app.errors import internal_error
from app.hosts import network
from app.open311_filing import routed_request
from app.open311_formats import Format, Record
from app.open311_rows import (
    ROOT,
    definition_record,
    discovery_record,
    filed_record,
    request_record,
    service_record,
)
from app.services import Services
from execution.guard import ClientGone, Overrun, check_size, guarded
from queries import open311
from queries.api_keys import person_of_key
from queries.visibility import Viewpoint
from resolvers.limits import require_allowed
from rules.languages import Locale
from rules.limits import Act, headers
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal
from rules.report_numbers import parse_report_number
from schema.errors import RequestCode
from schema.exports import CODE, Parameters
from schema.open311 import asked_requests, category_unknown, check_jurisdiction, declared
from schema.places import Category

MAX_BODY: Final = 128 * 1024
"""Bytes of a form: the longest description, each character of it escaped, and what goes with it."""

MAX_FIELDS: Final = 200

MOST_ERRORS: Final = 20
"""Errors of an answer: a list may have thousands of values that are wrong."""

FORM: Final = "application/x-www-form-urlencoded"


class _Asked(NamedTuple):
    """A request: its context, its format, its parameters, and the last part of its path if that is a variable."""

    context: AppContext
    format: Format
    parameters: Parameters
    faults: Faults
    key: str


Answering: TypeAlias = Callable[[_Asked], Awaitable[bytes]]
"""A function that returns the body of an answer. Raises Refusal, Overrun."""


class _Open311Endpoints:
    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    async def answer(self, answering: Answering, request: Request) -> Response:
        """Answer `GET`, `HEAD` and `POST` of a resource, in the format of its path."""
        services = self._services()
        languages = request.headers.get("accept-language")
        context = await services.context(None, languages, services.base_url(request.scope), network(request.scope))
        shown = _format(request)
        if shown is None:
            unknown = Refusal(ErrorCode.NOT_FOUND, Message.FORMAT_UNKNOWN, formats=", ".join(Format))
            return _refused(Format.XML, context.locale, unknown)  # the format that the specification requires
        try:
            body = await self._body(answering, request, context, shown)
        except Refusal as refusal:
            context.refused(refusal)
            response = _refused(shown, context.locale, refusal, *refusal.also)
            response.headers.update(headers(context.quotas, context.retry_after))
            return response
        except Overrun as error:
            status = 503 if error.code is RequestCode.TIMEOUT else 400
            return _errors(status, shown, [{"code": status, "description": error.text(context.locale)}])
        except (ClientGone, ClientDisconnect):
            return Response(status_code=400)  # nobody is there to read it
        except Exception as error:  # noqa: BLE001 # a client of Open311 reads its own form of errors only
            description = internal_error(error, context.locale, request.url.path)
            return _errors(503, shown, [{"code": 503, "description": description}])
        return _response(200, shown, body, context.locale)

    @staticmethod
    async def _body(answering: Answering, request: Request, context: AppContext, shown: Format) -> bytes:
        faults = Faults()
        given = request.query_params.multi_items() if request.method != "POST" else await _form(request)
        parameters = declared(given, faults)
        check_jurisdiction(parameters, faults)
        asked = _Asked(context, shown, parameters, faults, request.path_params.get("key", ""))
        if request.method == "POST":  # what is written is not left half-way
            return await answering(asked)
        body = await guarded(answering(asked), context.limits.seconds, request.receive)
        check_size(len(body), context.limits)
        return body


async def _discovery(asked: _Asked) -> bytes:
    return asked.format.record("discovery", discovery_record(asked.context))


async def _services(asked: _Asked) -> bytes:
    with asked.faults:
        categories = asked.context.places.categories.values()
        records = [service_record(category, asked.context.locale) for category in categories]
    return asked.format.listed("services", records)


async def _service(asked: _Asked) -> bytes:
    category: Category | None = asked.context.places.categories.get(asked.key)
    with asked.faults:
        if category is None:
            raise category_unknown(asked.key)
    return asked.format.record("service_definition", definition_record(category))


async def _requests(asked: _Asked) -> bytes:
    """Return a list of requests, read and written in batches."""
    context = asked.context
    with asked.faults as faults:
        wanted = asked_requests(asked.parameters, context, faults)
    if wanted.numbers is None:
        found = await open311.matching(wanted.criteria, context.now, limit=wanted.limit, offset=wanted.offset)
    else:
        found = await open311.numbered(wanted.numbers, limit=wanted.limit, offset=wanted.offset)
    batches = [found[start : start + open311.BATCH] for start in range(0, len(found), open311.BATCH)]
    parts = [asked.format.items("service_requests", await _records(context, batch)) for batch in batches]
    return asked.format.document("service_requests", parts)


async def _request(asked: _Asked) -> bytes:
    with asked.faults:
        (found,) = await _found(asked.key)
    return asked.format.listed("service_requests", await _records(asked.context, [found]))


async def _token(asked: _Asked) -> bytes:
    """Return the request of a token. Each request has its number at once, which is its token too."""
    with asked.faults:
        await _found(asked.key)
    record = {"service_request_id": parse_report_number(asked.key), "token": asked.key}
    return asked.format.listed("service_requests", [record])


async def _found(key: str) -> list[int]:
    """Return the row id of the request with a number. Raises Refusal NOT_FOUND."""
    number = parse_report_number(key)
    found = [] if number is None else await open311.numbered([number], limit=1, offset=0)
    if not found:
        raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND)
    return found


async def _records(context: AppContext, ids: list[int]) -> list[Record]:
    notes = await open311.last_notes(ids)
    return [request_record(context, each, notes.get(each.id)) for each in await open311.requests(ids)]


async def _file(asked: _Asked) -> bytes:
    """File a request as the application of its key, and return its number."""
    context = asked.context
    key = asked.parameters.read("api_key", CODE)
    person = None if key is None else await person_of_key(key)
    if person is None:
        raise Refusal(ErrorCode.FORBIDDEN, Message.KEY_INVALID, "api_key")
    await require_allowed(context, Act.FILING, person.account_id)
    routed = await routed_request(context, person, asked.parameters, asked.faults)
    report_id = await context.transactions.run(submit, person, routed)
    own = Viewpoint(person, lambda: None)  # the same request, sent again, may be hidden by now
    (filed,) = await open311.requests([report_id], own)
    return asked.format.listed("service_requests", [filed_record(context, filed)])


async def _form(request: Request) -> list[tuple[str, str]]:
    """Return the fields of a form. Raises Refusal INVALID, ClientDisconnect."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Refusal(ErrorCode.INVALID, Message.BODY_TOO_LARGE, limit=MAX_BODY)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        content_type = ""
    if content_type != FORM:
        raise Refusal(ErrorCode.INVALID, Message.FORM_INVALID, form=FORM, encoding="UTF-8", most=MAX_FIELDS)
    return pairs


def _format(request: Request) -> Format | None:
    """Return the format of a path, or without an ending that of the header Accept. None for an unknown ending."""
    ending = request.path_params.get("format")
    if ending is None:
        return Format.JSON if "application/json" in request.headers.get("accept", "") else Format.XML
    return Format(ending) if ending in set(Format) else None


_STATUS: Final = {ErrorCode.FORBIDDEN: 403, ErrorCode.NOT_FOUND: 404, ErrorCode.RATE_LIMITED: 503}
"""The status of refusals. That of all others is 400, as the specification asks for."""


def _refused(shown: Format, locale: Locale, *refusals: Refusal) -> Response:
    """Answer with errors, each with the name of its parameter. A status of 404 is for nothing but what is not there."""
    errors: list[Record] = [
        {"code": _STATUS.get(each.code, 400), "description": ": ".join((*each.field[:1], each.text(locale)))}
        for each in refusals[:MOST_ERRORS]
    ]
    codes = {_STATUS.get(each.code, 400) for each in refusals}
    status = codes.pop() if len(codes) == 1 else 400
    return _errors(status, shown, errors)


def _errors(status: int, shown: Format, errors: list[Record]) -> Response:
    response = _response(status, shown, shown.listed("errors", errors))
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _response(status: int, shown: Format, body: bytes, locale: Locale | None = None) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Type": shown.media_type,
        "Vary": "Accept, Accept-Language",
    }
    if locale is not None:
        headers["Content-Language"] = locale.lower()
    return Response(body, status, headers)


_RESOURCES: Final[tuple[tuple[str, str, Answering], ...]] = (
    ("GET", "discovery", _discovery),
    ("GET", "services", _services),
    ("GET", "services/{key}", _service),
    ("GET", "requests", _requests),
    ("POST", "requests", _file),
    ("GET", "requests/{key}", _request),
    ("GET", "tokens/{key}", _token),
)


def open311_routes(services: Callable[[], Services]) -> list[Route]:
    """Return the routes of `/open311/v2`, each with the ending of a format and without."""
    endpoints = _Open311Endpoints(services)
    return [
        Route(f"{ROOT}/{path}{ending}", partial(endpoints.answer, answering), methods=[method])
        for method, path, answering in _RESOURCES
        for ending in (".{format}", "")
    ]
