"""The outbox: what is to be delivered follows from the log, and each delivery is claimed, tried and settled.

A destination has a cursor: the deliveries of an event and the new cursor are stored in one transaction, so each event
is taken once. A process that sends a delivery holds a lease on it. When it dies, the delivery is tried again after the
lease, under the same idempotency key and marked as in doubt.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from actions.log import LogTransaction
from actions.transaction import Transaction
from models.log import ReportEventKind
from models.outbox import (
    FORWARDING_STATES,
    DeliveryRow,
    DeliveryState,
    DestinationRow,
    agency_of,
    delivery_row,
    destination_row,
)
from rules import backoff

LEASE: Final = timedelta(seconds=60)
"""The time after which another process may try a delivery: longer than any try takes."""

AT_ONCE: Final = 4
"""Deliveries that a process claims for a destination together."""

LIVE: Final = "('WAITING', 'SENT', 'ACKNOWLEDGED', 'FAILED')"
"""The states in which an agency has a report, or will get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A delivery to store.

    `alone`: only if its destination, an agency, handles the report now, and neither has it nor will get it. `due`: the
    moment before which it is not sent.
    """

    key: str
    position: int
    report_id: int | None = None
    account_id: int | None = None
    alone: bool = False
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of a try.

    `state`: the new state; WAITING to try again. `error`: what went wrong, without words of the receiver. `in_doubt`:
    it may have arrived although it failed. `blames_destination`: nothing can be delivered there now.
    `asked_pause`: the pause that the receiver asked for.
    """

    state: DeliveryState
    external_id: str | None = None
    token: str | None = None
    error: str | None = None
    in_doubt: bool = False
    blames_destination: bool = False
    asked_pause: timedelta | None = None


Follow = Callable[[Transaction, DestinationRow], Awaitable[Sequence[NewDelivery]]]
"""Returns the deliveries of the events after the cursor of a destination that is locked."""


async def enqueue(tx: Transaction, name: str, through: int, follow: Follow) -> None:
    """Store the deliveries of all events up to a position, unless another process did so, and the new cursor."""
    lock = "" if tx.connection.capabilities.dialect == "sqlite" else "FOR UPDATE"
    for row in await tx.fetch(f"SELECT * FROM destination WHERE name = $1 AND position < $2 {lock}", name, through):
        for each in await follow(tx, destination_row(row)):
            await store(tx, name, each)
        await tx.fetch("UPDATE destination SET position = $1 WHERE name = $2", through, name)


async def log_epoch(tx: Transaction) -> str:
    """Read the epoch of the log, for the keys of deliveries."""
    (head,) = await tx.fetch("SELECT epoch FROM log_head WHERE id = 1")
    return str(head["epoch"])


def delivery_key(epoch: str, position: int) -> str:
    """Return the idempotency key of a delivery. In a restored log, other events have the same positions."""
    return f"{epoch}-{position}"


async def store(tx: LogTransaction, destination: str, new: NewDelivery) -> None:
    """Store a delivery, unless there is one with its key, or another live one that rules it out.

    The destination is locked, so nobody stores the same one meanwhile.
    """
    if new.alone and not await _lacks_report(tx, destination, new.report_id):
        return
    await tx.fetch(
        "INSERT INTO delivery (destination, key, position, report_id, account_id, state, attempts, in_doubt, "
        "updated_at, next_try_at) VALUES ($1, $2, $3, $4, $5, 'WAITING', 0, FALSE, $6, $7) ON CONFLICT DO NOTHING",
        destination,
        new.key,
        new.position,
        new.report_id,
        new.account_id,
        tx.at,
        new.due,
    )


async def _lacks_report(tx: LogTransaction, destination: str, report_id: int | None) -> bool:
    """Return whether an agency handles a report that is open and not hidden, and neither has it nor will get it.

    The event that is read may be old. An agency closes its delivery and the report together: so the delivery is read
    first, or a report could be sent again that was closed in between.
    """
    live = f"SELECT id FROM delivery WHERE destination = $1 AND report_id = $2 AND state IN {LIVE}"
    if await tx.fetch(live, destination, report_id):
        return False
    there = "SELECT id FROM report WHERE id = $1 AND handler = $2 AND external AND processed_at IS NULL AND NOT hidden"
    return bool(await tx.fetch(there, report_id, agency_of(destination)))


async def claim(tx: Transaction, destination: DestinationRow) -> list[DeliveryRow]:
    """Take the next deliveries that are due, the oldest first, for the time of a lease.

    Of one report the earlier one comes first: a later one waits until it is settled. A destination that failed gets
    one at a time.
    """
    most = 1 if destination.failures else AT_ONCE
    lock = "" if tx.connection.capabilities.dialect == "sqlite" else "FOR UPDATE OF this SKIP LOCKED"
    rows = await tx.fetch(
        "SELECT * FROM delivery this WHERE destination = $1 AND state = 'WAITING' "
        "AND (next_try_at IS NULL OR next_try_at <= $2) AND NOT EXISTS ("
        "SELECT 1 FROM delivery earlier WHERE earlier.destination = $1 AND earlier.state = 'WAITING' "
        "AND earlier.report_id = this.report_id AND earlier.id < this.id) "
        f"ORDER BY id LIMIT {most} {lock}",
        destination.name,
        tx.at,
    )
    for row in rows:
        sql = "UPDATE delivery SET next_try_at = $1, in_doubt = TRUE WHERE id = $2"
        await tx.fetch(sql, tx.at + LEASE, row["id"])
    return [delivery_row(row) for row in rows]


async def settle(tx: Transaction, delivery: DeliveryRow, outcome: Outcome) -> None:
    """Store the end of a try. How far a report has come at an agency changes with an event of the report."""
    await _mark_destination(tx, delivery.destination, outcome)
    if delivery.report_id is None or delivery.agency is None:
        await _store_outcome(tx, delivery, outcome)
        return
    async with tx.edit(delivery.report_id) as report:
        state = await _store_outcome(tx, delivery, outcome)
        if state is not None and state is not DeliveryState.CANCELLED:
            facts = {"forwarding": FORWARDING_STATES[state]}
            report.record(ReportEventKind.FORWARDING_CHANGED, None, delivery.agency, facts=facts)


async def _store_outcome(tx: Transaction, delivery: DeliveryRow, outcome: Outcome) -> DeliveryState | None:
    """Store the new state of a delivery and return it. None: it is settled already, by an answer or another process.

    Deliveries to others than agencies are deleted once they are sent: the cursor of the destination shows them.
    """
    state, until = outcome.state, None
    if state is DeliveryState.WAITING and not outcome.blames_destination:
        until = tx.at + backoff.pause(delivery.attempts + 1, random.random(), outcome.asked_pause)  # noqa: S311 # jitter
        if delivery.attempts + 1 >= backoff.ATTEMPTS:
            state, until = DeliveryState.FAILED, None
    if delivery.agency is None and state in {DeliveryState.SENT, DeliveryState.CANCELLED}:
        await tx.fetch("DELETE FROM delivery WHERE id = $1", delivery.id)
        return state
    changed = await tx.fetch(
        "UPDATE delivery SET state = $1, next_try_at = $2, attempts = attempts + 1, last_error = $3, in_doubt = $4, "
        "external_id = COALESCE($5, external_id), token = COALESCE($6, token), updated_at = $7 "
        "WHERE id = $8 AND state = 'WAITING' RETURNING id",
        state,
        until,
        outcome.error,
        outcome.in_doubt,
        outcome.external_id,
        outcome.token,
        tx.at,
        delivery.id,
    )
    return state if changed else None


async def _mark_destination(tx: Transaction, name: str, outcome: Outcome) -> None:
    """Let a destination rest that nothing can be delivered to, or end its rest. Failures at once count once."""
    if not outcome.blames_destination:
        await tx.fetch("UPDATE destination SET failures = 0, next_try_at = NULL WHERE name = $1 AND failures > 0", name)
        return
    for row in await tx.fetch(
        "SELECT failures FROM destination WHERE name = $1 AND (next_try_at IS NULL OR next_try_at <= $2)", name, tx.at
    ):
        until = tx.at + backoff.pause(row["failures"] + 1, random.random(), outcome.asked_pause)  # noqa: S311 # jitter
        sql = "UPDATE destination SET failures = failures + 1, next_try_at = $1 WHERE name = $2"
        await tx.fetch(sql, until, name)


async def begin_poll(tx: Transaction, name: str, every: timedelta) -> bool:
    """Return whether it is the turn of this process to ask a destination for answers, and take it."""
    is_due = "polled_at IS NULL OR polled_at <= $3"
    sql = f"UPDATE destination SET polled_at = $1 WHERE name = $2 AND ({is_due}) RETURNING name"
    return bool(await tx.fetch(sql, tx.at, name, tx.at - every))
