"""The outbox: destinations outside, and the deliveries that are due to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from tortoise import fields
from tortoise.models import Model

from models.log import moment
from rules.forwarding import ForwardingState

AGENCY, HOOK = "agency:", "webhook:"
"""The beginnings of the names of destinations; the code of the agency or the name of the webhook follows."""

_LETTER = "letter-"
"""The beginning of the keys of deliveries of letters; the id of the letter follows."""


class Protocol(StrEnum):
    """The way of speaking to a destination."""

    OPEN311 = "OPEN311"
    WEBHOOK = "WEBHOOK"
    PUSH = "PUSH"
    MAIL = "MAIL"


class DeliveryState(StrEnum):
    """The state of a delivery. Only agencies acknowledge and close; all others end with SENT."""

    WAITING = "WAITING"
    SENT = "SENT"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    CLOSED = "CLOSED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


FORWARDING_STATES: Final[Mapping[DeliveryState, ForwardingState]] = {
    DeliveryState.WAITING: ForwardingState.QUEUED,
    DeliveryState.SENT: ForwardingState.SENT,
    DeliveryState.ACKNOWLEDGED: ForwardingState.ACKNOWLEDGED,
    DeliveryState.CLOSED: ForwardingState.CLOSED,
    DeliveryState.FAILED: ForwardingState.FAILED,
}
"""The state that people see of a delivery to an agency. A cancelled one was never sent."""


class Destination(Model):
    """A system outside, or a channel to people. The log after `position` says which deliveries it gets next."""

    name = fields.CharField(64, primary_key=True)
    protocol = fields.CharEnumField(Protocol, max_length=8)
    address = fields.TextField(description="URL that is called, empty for a channel to people")
    secret = fields.TextField(description="key that signs or authorises the calls, empty for none")
    options: dict[str, Any] = fields.JSONField()
    position = fields.BigIntField(description="the last event of the log that was read for it")
    failures = fields.IntField(description="calls in a row that failed, whatever was delivered")
    next_try_at = fields.DatetimeField(null=True, description="the moment until which nothing is tried")
    polled_at = fields.DatetimeField(null=True, description="the last time that it was asked for answers")
    created_at = fields.DatetimeField()

    class Meta:
        table = "destination"


class Delivery(Model):
    """One thing to tell a destination, exactly once. It has no words: they are read when it is sent."""

    id = fields.BigIntField(primary_key=True)
    destination = fields.CharField(64)
    key = fields.CharField(64, description="the idempotency key that the receiver gets")
    position = fields.BigIntField(description="the event of the log that it tells")
    report_id = fields.BigIntField(null=True)
    account_id = fields.BigIntField(null=True, description="the account that it is for, in a channel to people")
    state = fields.CharEnumField(DeliveryState, max_length=12)
    external_id = fields.CharField(120, null=True, description="the receiver's own number for it")
    token = fields.CharField(120, null=True, description="the stand-in for a number that the receiver gave")
    attempts = fields.IntField(description="tries that ended")
    next_try_at = fields.DatetimeField(null=True, description="the next try, or the end of the lease of this one")
    in_doubt = fields.BooleanField(description="whether a try may have arrived although nobody knows")
    last_error = fields.CharField(200, null=True)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "delivery"
        unique_together = (("destination", "key"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationRow:
    """A destination as it is read."""

    name: str
    protocol: Protocol
    address: str
    secret: str
    options: dict[str, Any]
    position: int
    failures: int
    polled_at: datetime | None

    @property
    def agency(self) -> str | None:
        """The code of the agency that it is. None for any other destination."""
        return agency_of(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A delivery as it is read."""

    id: int
    destination: str
    key: str
    position: int
    report_id: int | None
    account_id: int | None
    state: DeliveryState
    external_id: str | None
    token: str | None
    attempts: int
    in_doubt: bool

    @property
    def agency(self) -> str | None:
        """The code of the agency that it goes to. None for any other destination."""
        return agency_of(self.destination)


def agency_of(name: str) -> str | None:
    """Return the code of the agency that is the destination of this name. None for any other destination."""
    return name.removeprefix(AGENCY) if name.startswith(AGENCY) else None


def letter_key(letter_id: int) -> str:
    """Return the key of the delivery of a letter."""
    return f"{_LETTER}{letter_id}"


def letter_of(delivery: DeliveryRow) -> int | None:
    """Return the id of the letter that a delivery is of. None for any other delivery."""
    return int(delivery.key.removeprefix(_LETTER)) if delivery.key.startswith(_LETTER) else None


def destination_row(row: Mapping[str, Any]) -> DestinationRow:
    """Return the destination with these columns, as the driver gives them."""
    options = row["options"]
    return DestinationRow(
        name=row["name"],
        protocol=Protocol(row["protocol"]),
        address=row["address"],
        secret=row["secret"],
        options=orjson.loads(options) if isinstance(options, str) else options,
        position=row["position"],
        failures=row["failures"],
        polled_at=moment(row["polled_at"]),
    )


def delivery_row(row: Mapping[str, Any]) -> DeliveryRow:
    """Return the delivery with these columns, as the driver gives them."""
    values = {name: row[name] for name in DeliveryRow.__dataclass_fields__}
    return DeliveryRow(**values | {"state": DeliveryState(row["state"]), "in_doubt": bool(row["in_doubt"])})
