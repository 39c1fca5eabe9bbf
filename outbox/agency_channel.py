"""The part that all ways to an agency share: which reports it gets."""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from actions import forwarding
from actions.outbox import NewDelivery
from actions.transaction import Transaction
from models.log import EventRow
from models.outbox import DeliveryRow, DestinationRow
from models.reports import ShownReportRow
from outbox.payloads import PhotoUrls, report_to_send


@dataclass(frozen=True, slots=True)
class AgencyChannel:
    """Finds the reports of an agency. `base_url`: the address below which it finds their photos."""

    client: httpx.AsyncClient
    base_url: str
    photo_urls: PhotoUrls

    def concerns(self, destination: DestinationRow, event: EventRow) -> bool:
        """Return whether an event leaves an open report with the agency."""
        return forwarding.concerns(destination, event)

    async def follow(self, tx: Transaction, _: DestinationRow, events: Sequence[EventRow]) -> list[NewDelivery]:
        """Return a delivery for each report that the agency has not got."""
        return await forwarding.follow(tx, events)

    async def report_of(self, destination: DestinationRow, delivery: DeliveryRow) -> ShownReportRow | None:
        """Read the report of a delivery. None if it is not the agency's any more, or closed."""
        row = await report_to_send(delivery.report_id or 0)
        return None if row is None or row.handler != destination.agency or row.processed_at is not None else row
