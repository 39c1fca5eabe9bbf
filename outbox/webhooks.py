"""Signed webhooks (Standard Webhooks): agencies get reports, and the city's own systems get events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
from standardwebhooks import Webhook

from actions.outbox import NewDelivery, Outcome, delivery_key, log_epoch
from actions.transaction import Transaction
from models.log import EventRow, ReportEventKind, Topic
from models.outbox import DeliveryRow, DestinationRow
from outbox.agency_channel import AgencyChannel
from outbox.channels import CANCELLED, SENT, outcome_of, outcome_of_error
from outbox.client import call
from outbox.payloads import event_facts, report_facts, report_to_send
from queries import log
from queries.visibility import CONTROL_ROOM, EVERYBODY
from rules import access
from rules.cursors import encode


@dataclass(frozen=True, slots=True)
class AgencyWebhook(AgencyChannel):
    """Sends each report to an agency once."""

    async def send(self, destination: DestinationRow, delivery: DeliveryRow) -> Outcome:
        """Send a report, unless it is not the agency's any more."""
        row = await self.report_of(destination, delivery)
        if row is None:
            return CANCELLED
        facts = report_facts(row, self.base_url, self.photo_urls)
        return await _post(self.client, destination, delivery, "report.forwarded", facts)


@dataclass(frozen=True, slots=True)
class EventWebhook:
    """Tells a system of the city each event of the units and kinds that it wants, those of a report in order.

    Of a hidden report it gets none but HIDDEN, so that the system can hide it too.
    """

    client: httpx.AsyncClient

    def concerns(self, destination: DestinationRow, event: EventRow) -> bool:
        """Return whether an event is of the wanted kinds, and of a report of the wanted units."""
        if event.topic is not Topic.REPORT or (event.after.hidden and event.kind != ReportEventKind.HIDDEN):
            return False
        kinds, units = destination.options["kinds"], destination.options["units"]
        places = {event.after.handler, event.after.kelurahan, event.from_handler, event.from_kelurahan} - {None}
        wants_unit = not units or any(access.covers(unit, place) for unit in units for place in places)
        return wants_unit and (not kinds or event.kind in kinds)

    async def follow(self, tx: Transaction, _: DestinationRow, events: Sequence[EventRow]) -> list[NewDelivery]:
        """Return a delivery for each event."""
        epoch = await log_epoch(tx)
        return [
            NewDelivery(key=delivery_key(epoch, event.position), position=event.position, report_id=event.report_id)
            for event in events
        ]

    async def send(self, destination: DestinationRow, delivery: DeliveryRow) -> Outcome:
        """Send an event."""
        found = await log.at(delivery.position)
        if found is None:
            return CANCELLED
        epoch, event = found
        says_so = event.kind == ReportEventKind.HIDDEN
        row = await report_to_send(delivery.report_id or 0, CONTROL_ROOM if says_so else EVERYBODY)
        if row is None:
            return CANCELLED
        facts = event_facts(event, row.number, encode(epoch, event.position))
        return await _post(self.client, destination, delivery, f"report.{event.kind.lower()}", facts)


async def _post(
    client: httpx.AsyncClient, destination: DestinationRow, delivery: DeliveryRow, kind: str, facts: dict[str, Any]
) -> Outcome:
    now = datetime.now(UTC)
    body = orjson.dumps({"type": kind, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": facts})
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery.key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(destination.secret).sign(delivery.key, now, body.decode()),
    }
    try:
        response = await call(client, client.build_request("POST", destination.address, content=body, headers=headers))
    except httpx.HTTPError as error:
        return outcome_of_error(error)
    return outcome_of(response) or SENT
