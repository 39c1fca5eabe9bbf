"""Agencies outside: the ways to them, and the address at which they answer (docs/agencies.md)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import orjson
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.forwarding import AgencyAnswer, take_answer
from app.services import Services
from media.storage import photo_urls
from models.outbox import AGENCY, DestinationRow, Protocol
from outbox.channels import Channel
from outbox.open311 import Open311
from outbox.sending import Channels
from outbox.webhooks import AgencyWebhook, EventWebhook
from queries.outbox import destination_named
from queries.reports import by_number
from queries.visibility import CONTROL_ROOM
from rules import texts
from rules.forwarding import AgencyStatus
from rules.languages import preferred_locale
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal
from schema.errors import user_error

MOST_BYTES: Final = 64 * 1024
"""Bytes of a message of an agency."""

STATUSES: Final = {
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.NOT_FOUND: 404,
}
"""The HTTP statuses of refusals. Any other is 400."""


def channels(client: httpx.AsyncClient, base_url: str, people: Mapping[Protocol, Channel]) -> Channels:
    """Return what finds the way to a destination. `people`: the ways to people."""
    ways: dict[tuple[Protocol, bool], Channel] = {
        (Protocol.OPEN311, True): Open311(client, base_url, photo_urls),
        (Protocol.WEBHOOK, True): AgencyWebhook(client, base_url, photo_urls),
        (Protocol.WEBHOOK, False): EventWebhook(client),
        **{(protocol, False): channel for protocol, channel in people.items()},
    }
    return lambda destination: ways[destination.protocol, destination.agency is not None]


def agency_routes(services: Callable[[], Services]) -> list[Route]:
    """Return the route at which agencies answer."""

    async def updates(request: Request) -> Response:
        locale = preferred_locale(request.headers.get("accept-language", ""))
        try:
            destination = await _authenticated(request)
            number, answer = _answer(await _message(request, destination))
            code, report_id = destination.name.removeprefix(AGENCY), await _report_id(number)
            is_new = await services().transactions.run(take_answer, code, report_id, answer)
        except Refusal as refusal:
            errors = [user_error(each, locale) for each in (refusal, *refusal.also)]
            body = {"errors": [{"code": each.code, "message": each.message, "field": each.field} for each in errors]}
            return JSONResponse(body, STATUSES.get(refusal.code, 400))
        return JSONResponse({"number": number, "changed": is_new})

    return [Route("/agencies/{code}/updates", updates, methods=["POST"])]


async def _authenticated(request: Request) -> DestinationRow:
    """Return the agency of the address. Raises Refusal UNAUTHENTICATED, also for one that is not connected."""
    found = await destination_named(AGENCY + request.path_params["code"])
    if found is None or not found.options.get("updates_secret"):
        raise Refusal(ErrorCode.UNAUTHENTICATED, Message.SIGNATURE_WRONG)
    return found


async def _message(request: Request, destination: DestinationRow) -> dict[str, Any]:
    """Return the body of a message that the agency has signed. Raises Refusal UNAUTHENTICATED, INVALID."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Refusal(ErrorCode.INVALID, Message.MESSAGE_TOO_LONG, most=MOST_BYTES)
    try:
        Webhook(destination.options["updates_secret"]).verify(body, dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        raise Refusal(ErrorCode.UNAUTHENTICATED, Message.SIGNATURE_WRONG) from None
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        message = None
    if not isinstance(message, dict):
        raise Refusal(ErrorCode.INVALID, Message.MESSAGE_NO_OBJECT)
    return message


async def _report_id(number: str) -> int:
    """Return the row id of a report. Raises Refusal NOT_FOUND."""
    found = await by_number(number, CONTROL_ROOM)  # an agency goes on with what it has, also if it is hidden
    if found is None:
        raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, "number")
    return found[1]


def _answer(message: dict[str, Any]) -> tuple[str, AgencyAnswer]:
    """Return the number of a report and what a message says about it. Raises Refusal INVALID for all its faults."""
    faults = Faults()
    given = {name: faults.check(_text, message, name) for name in ("number", "status", "externalId", "note")}
    status = given["status"] if given["status"] in set(AgencyStatus) else None
    with faults:
        if status is None:
            faults.add(Refusal(ErrorCode.INVALID, Message.AGENCY_STATUS, "status", choices=", ".join(AgencyStatus)))
        if given["number"] is None:
            faults.add(Refusal(ErrorCode.INVALID, Message.NUMBER_MISSING, "number"))
        note = faults.check(texts.clean_optional, given["note"], texts.NOTE, "note")
        external_id = faults.check(texts.clean_optional, given["externalId"], EXTERNAL_ID, "externalId")
    return str(given["number"]), AgencyAnswer(status=AgencyStatus(str(status)), external_id=external_id, note=note)


EXTERNAL_ID: Final = (1, 120)
"""Characters of an agency's own number."""


def _text(message: dict[str, Any], name: str) -> str | None:
    value = message.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(ErrorCode.INVALID, Message.NOT_TEXT, name)
    return value
