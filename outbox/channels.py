"""The ways to a destination, and what the end of a call means for a delivery."""

from collections.abc import Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

import httpx

from actions.outbox import NewDelivery, Outcome
from actions.transaction import Transaction
from models.log import EventRow
from models.outbox import DeliveryRow, DeliveryState, DestinationRow
from outbox.client import Refused

BUSY: Final = frozenset({408, 425, 429})
"""Statuses of a receiver that takes nothing now. So does one with a status from 500 on."""

UNAUTHORISED: Final = frozenset({401, 403, 404, 410})
"""Statuses that say more about the address and the key than about what was sent."""


class Channel(Protocol):
    """A way to a destination."""

    def concerns(self, destination: DestinationRow, event: EventRow) -> bool:
        """Return whether an event may need a delivery. It neither waits nor raises."""
        raise NotImplementedError

    async def follow(
        self, tx: Transaction, destination: DestinationRow, events: Sequence[EventRow]
    ) -> list[NewDelivery]:
        """Return the deliveries of events that concern the destination."""
        raise NotImplementedError

    async def send(self, destination: DestinationRow, delivery: DeliveryRow) -> Outcome:
        """Try a delivery. Whatever the receiver does, it ends well within the lease."""
        raise NotImplementedError


SENT: Final = Outcome(state=DeliveryState.SENT)
CANCELLED: Final = Outcome(state=DeliveryState.CANCELLED)


def outcome_of(response: httpx.Response) -> Outcome | None:
    """Return what the status of an answer means if it is not a success. None for a success."""
    status = response.status_code
    if response.is_success:
        return None
    return Outcome(
        state=DeliveryState.WAITING,
        error=f"HTTP {status}",
        in_doubt=status >= 500,
        blames_destination=status >= 500 or status in BUSY or status in UNAUTHORISED,
        asked_pause=_retry_after(response),
    )


def outcome_of_error(error: httpx.HTTPError) -> Outcome:
    """Return what a call without an answer means. Unless it did not begin, what was sent may have arrived."""
    has_begun = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | Refused)
    named = str(error) if isinstance(error, Refused) else type(error).__name__
    return Outcome(
        state=DeliveryState.WAITING, error=_ERRORS.get(named, named)[:200], in_doubt=has_begun, blames_destination=True
    )


_ERRORS: Final = {
    "ConnectError": "no connection",
    "ConnectTimeout": "no connection in time",
    "ReadTimeout": "no answer in time",
    "ReadError": "connection lost",
    "RemoteProtocolError": "connection lost",
    "WriteError": "connection lost",
    "WriteTimeout": "no answer in time",
}


def _retry_after(response: httpx.Response) -> timedelta | None:
    """Return the pause that an answer asks for: seconds, or a date."""
    value = response.headers.get("retry-after", "")
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value), 86_400))
    try:
        return parsedate_to_datetime(value) - parsedate_to_datetime(response.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
