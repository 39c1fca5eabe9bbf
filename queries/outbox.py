"""Reads of the outbox: destinations, and how far reports have come at external agencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.database import fetch
from models.log import moment
from models.outbox import (
    AGENCY,
    FORWARDING_STATES,
    DeliveryRow,
    DeliveryState,
    DestinationRow,
    Protocol,
    agency_of,
    delivery_row,
    destination_row,
)
from queries.conditions import Conditions
from rules.forwarding import ForwardingState


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardingRow:
    """The progress of a report at an external agency. `state` is QUEUED also if the agency is not connected."""

    agency: str
    state: ForwardingState
    external_id: str | None
    attempts: int
    last_error: str | None
    next_try_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The state of a destination. `waiting` and `failed`: numbers of deliveries."""

    name: str
    protocol: Protocol
    address: str
    failures: int
    next_try_at: datetime | None
    waiting: int
    failed: int
    last_error: str | None


FORWARDINGS = """
    SELECT report.id, report.handler, report.processed_at, report.submitted_at, delivery.destination, delivery.state,
        delivery.external_id, delivery.attempts, delivery.last_error, delivery.updated_at,
        CASE WHEN delivery.state = 'WAITING' AND delivery.attempts > 0
            THEN COALESCE(delivery.next_try_at, destination.next_try_at) END AS next_try_at
    FROM report LEFT JOIN delivery ON delivery.id = (
        SELECT MAX(latest.id) FROM delivery latest
        WHERE latest.report_id = report.id AND latest.destination = 'agency:' || report.handler
    ) LEFT JOIN destination ON destination.name = delivery.destination
"""


async def destinations() -> list[DestinationRow]:
    """Read all destinations, by name."""
    return [destination_row(row) for row in await fetch("SELECT * FROM destination ORDER BY name")]


async def destination_named(name: str) -> DestinationRow | None:
    """Read the destination of a name."""
    rows = await fetch("SELECT * FROM destination WHERE name = $1", name)
    return destination_row(rows[0]) if rows else None


async def summaries(prefix: str) -> list[Summary]:
    """Read how the destinations are doing whose names begin so, by name."""
    rows = await fetch(
        "SELECT name, protocol, address, failures, next_try_at, "
        "(SELECT count(*) FROM delivery WHERE destination = name AND state = 'WAITING') AS waiting, "
        "(SELECT count(*) FROM delivery WHERE destination = name AND state = 'FAILED') AS failed, "
        "(SELECT last_error FROM delivery WHERE destination = name AND state IN ('WAITING', 'FAILED') "
        "AND last_error IS NOT NULL ORDER BY updated_at DESC LIMIT 1) AS last_error "
        "FROM destination WHERE name LIKE $1 ORDER BY name",
        f"{prefix}%",
    )
    return [
        Summary(**row | {"protocol": Protocol(row["protocol"]), "next_try_at": moment(row["next_try_at"])})
        for row in rows
    ]


async def connected_agencies() -> frozenset[str]:
    """Read the codes of the agencies that reports are sent to."""
    rows = await fetch("SELECT name FROM destination WHERE name LIKE $1", f"{AGENCY}%")
    return frozenset(code for row in rows if (code := agency_of(row["name"])) is not None)


async def with_work(now: datetime) -> list[DestinationRow]:
    """Read the destinations to which something can be delivered now."""
    rows = await fetch(
        "SELECT * FROM destination WHERE (next_try_at IS NULL OR next_try_at <= $1) AND EXISTS ("
        "SELECT 1 FROM delivery WHERE delivery.destination = destination.name AND delivery.state = 'WAITING' "
        "AND (delivery.next_try_at IS NULL OR delivery.next_try_at <= $1))",
        now,
    )
    return [destination_row(row) for row in rows]


async def unanswered(destination: str, after: int, most: int) -> list[DeliveryRow]:
    """Read what an agency got and has not closed, by id after that of a delivery."""
    rows = await fetch(
        "SELECT * FROM delivery WHERE destination = $1 AND state IN ('SENT', 'ACKNOWLEDGED') AND id > $2 "
        f"ORDER BY id LIMIT {most}",
        destination,
        after,
    )
    return [delivery_row(row) for row in rows]


async def forwardings(report_ids: list[int]) -> list[ForwardingRow | None]:
    """Read how far reports have come at the agency that handles them. None for what no external agency handles.

    What was closed here before it was sent has none either.
    """
    wanted = Conditions("report.external")
    wanted.add_listed("report.id", set(report_ids))
    found = {}
    for row in await fetch(f"{FORWARDINGS} WHERE {wanted}", *wanted.values):
        state = DeliveryState.WAITING if row["state"] is None else DeliveryState(row["state"])
        is_unsent = state is DeliveryState.CANCELLED or (state is DeliveryState.WAITING and row["processed_at"])
        if not is_unsent:
            found[row["id"]] = ForwardingRow(
                agency=row["handler"],
                state=FORWARDING_STATES[state],
                external_id=row["external_id"],
                attempts=row["attempts"] or 0,
                last_error=row["last_error"],
                next_try_at=moment(row["next_try_at"]),
                updated_at=moment(row["updated_at"] or row["submitted_at"]),  # type: ignore[arg-type]
            )
    return [found.get(report_id) for report_id in report_ids]


async def backlogs(agencies: Sequence[str]) -> list[int]:
    """Count for each agency the open reports that it handles and has not got. A hidden one is not sent meanwhile."""
    wanted = Conditions("external", "processed_at IS NULL", "NOT hidden")
    wanted.add_listed("handler", set(agencies))
    rows = await fetch(
        f"SELECT handler, count(*) AS number FROM report WHERE {wanted} AND NOT EXISTS ("
        "SELECT 1 FROM delivery WHERE delivery.report_id = report.id "
        "AND delivery.destination = 'agency:' || report.handler "
        "AND delivery.state IN ('SENT', 'ACKNOWLEDGED', 'CLOSED')) GROUP BY handler",
        *wanted.values,
    )
    found = {row["handler"]: row["number"] for row in rows}
    return [found.get(code, 0) for code in agencies]
