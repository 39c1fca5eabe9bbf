"""Open311 GeoReport v2: reports are posted to an agency, and their status is asked for (wiki.open311.org)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from actions.forwarding import AgencyAnswer
from actions.outbox import Outcome
from models.outbox import DeliveryRow, DeliveryState, DestinationRow
from models.reports import ShownReportRow
from outbox.agency_channel import AgencyChannel
from outbox.channels import CANCELLED, outcome_of, outcome_of_error
from outbox.client import call
from rules.forwarding import AgencyStatus
from rules.texts import plain

ASKED_AT_ONCE: Final = 50
"""Numbers in one question for the status of reports."""

LOOKED_BACK: Final = timedelta(days=1)
"""The time before now of which an agency is asked what has arrived: longer than any pause between two tries."""

LONGEST_NUMBER: Final = 120
LONGEST_NOTE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Open311(AgencyChannel):
    """Posts each report to an agency once, whether or not its server knows idempotency keys.

    The protocol has none. So when a try may have arrived, the agency is asked for it first: the description of each
    report ends with its number. Only if the agency answers, and does not have it, is it posted again.
    """

    async def send(self, destination: DestinationRow, delivery: DeliveryRow) -> Outcome:
        """Post a report, unless it is not the agency's any more or has arrived already."""
        row = await self.report_of(destination, delivery)
        if row is None:
            return CANCELLED
        try:
            if delivery.in_doubt:
                found, failure = await self._find(destination, row)
                known = found or failure
                if known is not None:
                    return known
            return await self._post(destination, delivery, row)
        except httpx.HTTPError as error:
            return outcome_of_error(error)

    async def answers(
        self, destination: DestinationRow, deliveries: Sequence[DeliveryRow]
    ) -> list[tuple[DeliveryRow, AgencyAnswer]]:
        """Ask for the status of reports. Raises httpx.HTTPError; an answer that makes no sense is none."""
        answers = []
        for delivery in deliveries:
            if delivery.external_id is None and delivery.token is not None:
                number = _number(await self._get(destination, f"tokens/{delivery.token}.json", {}))
                if number is not None:
                    answers.append((delivery, AgencyAnswer(status=AgencyStatus.ACKNOWLEDGED, external_id=number)))
        by_number = {delivery.external_id: delivery for delivery in deliveries if delivery.external_id is not None}
        numbers = list(by_number)
        for start in range(0, len(numbers), ASKED_AT_ONCE):
            asked = ",".join(str(number) for number in numbers[start : start + ASKED_AT_ONCE])
            for request in _requests(await self._get(destination, "requests.json", {"service_request_id": asked})):
                number = _number([request])
                if number in by_number:
                    answers.append((by_number[number], _answer(request)))
        return answers

    async def _post(self, destination: DestinationRow, delivery: DeliveryRow, row: ShownReportRow) -> Outcome:
        services: dict[str, str] = destination.options.get("services", {})
        form = {
            "service_code": services.get(row.category, row.category),
            "lat": str(row.latitude),
            "long": str(row.longitude),
            "description": f"{row.title}\n\n{row.description}\n\n{_reference(row)}",
            **_common(destination),
        }
        if row.citizen_photos and self.base_url:
            form["media_url"] = self.photo_urls(row.citizen_photos[0][0], self.base_url)[-1]
        if destination.secret:
            form["api_key"] = destination.secret
        url = f"{destination.address}/requests.json"
        request = self.client.build_request("POST", url, data=form, headers={"Idempotency-Key": delivery.key})
        response = await call(self.client, request)
        failed = outcome_of(response)
        if failed is not None:
            return failed
        answer = _json(response)
        return _accepted(_requests(answer)) or Outcome(
            state=DeliveryState.WAITING, error="an answer without a number", in_doubt=True, blames_destination=True
        )

    async def _find(self, destination: DestinationRow, row: ShownReportRow) -> tuple[Outcome | None, Outcome | None]:
        """Return what the agency has of a report, and why nobody knows. Neither: it does not have the report."""
        services: dict[str, str] = destination.options.get("services", {})
        since = (datetime.now(UTC) - LOOKED_BACK).isoformat(timespec="seconds").replace("+00:00", "Z")
        wanted = {"service_code": services.get(row.category, row.category), "start_date": since}
        url = f"{destination.address}/requests.json"
        request = self.client.build_request("GET", url, params=wanted | _common(destination))
        response = await call(self.client, request)
        failed = outcome_of(response)
        if failed is not None:
            return None, failed
        reference = _reference(row)
        found = [each for each in _requests(_json(response)) if reference in str(each.get("description"))]
        return _accepted(found), None

    async def _get(self, destination: DestinationRow, path: str, wanted: dict[str, str]) -> Any:
        url = f"{destination.address}/{path}"
        response = await call(self.client, self.client.build_request("GET", url, params=wanted | _common(destination)))
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        response.raise_for_status()
        return _json(response)


def _common(destination: DestinationRow) -> dict[str, str]:
    jurisdiction = destination.options.get("jurisdiction")
    return {} if jurisdiction is None else {"jurisdiction_id": jurisdiction}


def _reference(row: ShownReportRow) -> str:
    """Return the end of a description, by which a report is found at the agency."""
    return f"[Tanggap {row.number}]"


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _requests(answer: Any) -> Iterator[dict[str, Any]]:
    """Yield the requests of an answer: a list, which some servers put under a name."""
    listed = answer.get("service_requests", answer.get("requests", [answer])) if isinstance(answer, dict) else answer
    if isinstance(listed, list):
        yield from (each for each in listed if isinstance(each, dict))


def _text(request: dict[str, Any], name: str, longest: int) -> str | None:
    value = request.get(name)
    return (plain(str(value))[:longest] or None) if isinstance(value, str | int) else None


def _number(answer: Any) -> str | None:
    numbers = (_text(each, "service_request_id", LONGEST_NUMBER) for each in _requests(answer))
    return next((number for number in numbers if number is not None), None)


def _accepted(requests: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> Outcome | None:
    """Return that the agency has a report: under its number, or with a token until there is one."""
    for each in requests:
        number, token = _text(each, "service_request_id", LONGEST_NUMBER), _text(each, "token", LONGEST_NUMBER)
        if number is not None:
            return Outcome(state=DeliveryState.ACKNOWLEDGED, external_id=number)
        if token is not None:
            return Outcome(state=DeliveryState.SENT, token=token)
    return None


def _answer(request: dict[str, Any]) -> AgencyAnswer:
    """Return what a request says. Its number is known: the agency may have given another one meanwhile."""
    is_closed = str(request.get("status")).lower() == "closed"
    return AgencyAnswer(
        status=AgencyStatus.CLOSED if is_closed else AgencyStatus.ACKNOWLEDGED,
        external_id=None,
        note=_text(request, "status_notes", LONGEST_NOTE),
    )
