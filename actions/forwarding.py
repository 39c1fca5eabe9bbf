"""Reports at external agencies: connecting an agency, its answers, and trying again (domain.md, "Who handles it")."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from actions.log import NewEvent
from actions.outbox import NewDelivery, delivery_key, log_epoch, store
from actions.report_editor import ReportEditor
from actions.transaction import Transaction
from models.log import REFERENCE_LOADED, EventRow, ReportEventKind, Topic
from models.outbox import (
    AGENCY,
    FORWARDING_STATES,
    DeliveryRow,
    DeliveryState,
    DestinationRow,
    Protocol,
    delivery_row,
)
from models.reports import ReportRow
from rules import access
from rules.access import Person
from rules.forwarding import AgencyStatus, ForwardingState
from rules.languages import Locale
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import ReportStatus, Resolution

STATES: Final = {
    AgencyStatus.ACKNOWLEDGED: DeliveryState.ACKNOWLEDGED,
    AgencyStatus.IN_PROGRESS: DeliveryState.ACKNOWLEDGED,
    AgencyStatus.CLOSED: DeliveryState.CLOSED,
}
ORDER: Final = (
    DeliveryState.WAITING,
    DeliveryState.FAILED,
    DeliveryState.SENT,
    DeliveryState.ACKNOWLEDGED,
    DeliveryState.CLOSED,
)
"""An answer takes a delivery forward only: answers may arrive late, and more than once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The way to reach an agency: see `models.outbox.Destination`."""

    agency: str
    protocol: Protocol
    address: str
    secret: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyAnswer:
    """An answer of an agency about a report. `external_id`: its own number for it. `note`: its words to the citizen."""

    status: AgencyStatus
    external_id: str | None = None
    note: str | None = None


async def connect(tx: Transaction, new: Connection) -> int:
    """Connect an agency, or change how it is reached; return the number of reports that wait for it.

    What waited is stored as deliveries, the oldest first. What follows comes from the log.
    """
    name = AGENCY + new.agency
    (head,) = await tx.fetch("SELECT epoch, position FROM log_head WHERE id = 1")
    await tx.fetch(
        "INSERT INTO destination (name, protocol, address, secret, options, position, failures, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (name) DO UPDATE SET protocol = $2, address = $3, "
        "secret = $4, options = $5, failures = 0, next_try_at = NULL",
        name,
        new.protocol,
        new.address,
        new.secret,
        orjson.dumps(new.options).decode(),
        head["position"],
        tx.at,
    )
    waiting = await tx.fetch(
        "SELECT id, position FROM report WHERE handler = $1 AND external AND processed_at IS NULL ORDER BY id",
        new.agency,
    )
    for row in waiting:
        await store(tx, name, _delivery(head["epoch"], row["position"], row["id"]))
    await _announce(tx)
    (counted,) = await tx.fetch(
        "SELECT count(*) AS number FROM delivery WHERE destination = $1 AND state = 'WAITING'", name
    )
    return int(counted["number"])


async def disconnect(tx: Transaction, agency: str) -> bool:
    """Forget how an agency is reached; return whether it was connected. Its reports wait again.

    What it has got already stays so, and is not sent again when it is connected again.
    """
    name = AGENCY + agency
    if not await tx.fetch("DELETE FROM destination WHERE name = $1 RETURNING name", name):
        return False
    await tx.fetch("DELETE FROM delivery WHERE destination = $1 AND state = 'WAITING' AND NOT in_doubt", name)
    await _announce(tx)
    return True


async def follow(tx: Transaction, events: Sequence[EventRow]) -> list[NewDelivery]:
    """Return the deliveries of events that concern an agency: none for a report that it has, or will get, already."""
    epoch = await log_epoch(tx)
    return [_delivery(epoch, event.position, event.report_id) for event in events]


def concerns(destination: DestinationRow, event: EventRow) -> bool:
    """Return whether an event leaves an open report with the agency that is this destination."""
    if event.topic is not Topic.REPORT or event.kind == ReportEventKind.FORWARDING_CHANGED:
        return False
    after = event.after
    return after.external and after.handler == destination.agency and after.processed_at is None


async def take_answer(tx: Transaction, agency: str, report_id: int, answer: AgencyAnswer) -> bool:
    """Take what an agency says about a report that it got; return whether anything is new.

    Its first sign of work starts the report, and its end closes the report as out of remit, with the agency's words:
    nobody of the city has seen a proof (domain.md, "Status"). An answer that repeats or lags changes nothing. Raises
    Refusal NOT_FOUND for a report that the agency did not get.
    """
    async with tx.edit(report_id) as report:
        delivery = await _delivered(tx, agency, report_id)
        state = max(delivery.state, STATES[answer.status], key=ORDER.index)
        sql = "UPDATE delivery SET state = $1, external_id = COALESCE($2, external_id), in_doubt = FALSE, "
        sql += "next_try_at = NULL, last_error = NULL, updated_at = $3 WHERE id = $4"
        is_new = (state, answer.external_id or delivery.external_id) != (delivery.state, delivery.external_id)
        note = answer.note if answer.note and answer.note != await _last_words(tx, agency, report_id) else None
        changes = _status_change(agency, report.row, answer)
        if is_new or (note is not None and not changes):
            await tx.fetch(sql, state, answer.external_id, tx.at, delivery.id)
            facts = {"forwarding": FORWARDING_STATES[state]}
            words = None if changes else note
            report.record(ReportEventKind.FORWARDING_CHANGED, None, agency, note=words, facts=facts)
        if changes:
            await _change_status(tx, report, agency, note, changes)
    return is_new or note is not None or bool(changes)


def _status_change(agency: str, row: ReportRow, answer: AgencyAnswer) -> dict[str, Any]:
    """Return the status and the outcome that an answer gives a report; empty if it changes neither."""
    if row.handler != agency or row.status is ReportStatus.PROCESSED:
        return {}
    if answer.status is AgencyStatus.CLOSED:
        return {"status": ReportStatus.PROCESSED, "resolution": Resolution.OUT_OF_REMIT}
    if answer.status is AgencyStatus.IN_PROGRESS and row.status is ReportStatus.WAITING:
        return {"status": ReportStatus.IN_PROGRESS, "resolution": None}
    return {}


async def _change_status(
    tx: Transaction, report: ReportEditor, agency: str, note: str | None, changes: dict[str, Any]
) -> None:
    """Record a new status in the name of an agency. Scores are judged as if its people had acted here."""
    before, scorer = report.row, report.scorer(None)
    await scorer.judge_response()
    if changes["resolution"] is not None:
        await scorer.judge_dismissal(changes["resolution"])
        changes["processed_at"] = tx.at
        (named,) = await tx.fetch("SELECT name FROM agency WHERE code = $1", agency)
        note = note or Message.AGENCY_CLOSED.text(Locale.ID, agency=named["name"])
    facts = {"terms": before.terms.as_data()} if before.responded_at is None else {}
    changes["responded_at"] = before.responded_at or tx.at
    report.record(ReportEventKind.STATUS_CHANGED, None, agency, note=note, facts=facts, **changes)


async def retry(tx: Transaction, person: Person, report_id: int) -> None:
    """Try now to send a report to its agency that could not be sent, as staff of the agency or as an ADMIN.

    Raises Refusal NOT_FOUND, FORBIDDEN, TRANSITION_REFUSED: nothing is to be tried again.
    """
    async with tx.edit(report_id, person) as report:
        actor = access.require_handler(person, report.row)
        name = AGENCY + report.row.handler
        rows = await tx.fetch(
            "UPDATE delivery SET state = 'WAITING', attempts = 0, next_try_at = NULL, updated_at = $1 "
            "WHERE destination = $2 AND report_id = $3 AND (state = 'FAILED' OR (state = 'WAITING' AND attempts > 0)) "
            "RETURNING id",
            tx.at,
            name,
            report_id,
        )
        if not rows:
            raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.NOTHING_TO_RETRY)
        await tx.fetch("UPDATE destination SET next_try_at = NULL WHERE name = $1", name)
        facts = {"forwarding": ForwardingState.QUEUED}
        report.record(ReportEventKind.FORWARDING_CHANGED, person, actor, facts=facts)


def _delivery(epoch: str, position: int, report_id: int | None) -> NewDelivery:
    return NewDelivery(key=delivery_key(epoch, position), position=position, report_id=report_id, alone=True)


async def _delivered(tx: Transaction, agency: str, report_id: int) -> DeliveryRow:
    """Return the last delivery of a report that its agency got, or may have got. Raises Refusal NOT_FOUND."""
    rows = await tx.fetch(
        "SELECT * FROM delivery WHERE destination = $1 AND report_id = $2 AND state <> 'CANCELLED' "
        "ORDER BY id DESC LIMIT 1",
        AGENCY + agency,
        report_id,
    )
    for delivery in map(delivery_row, rows):
        has_it = delivery.state not in {DeliveryState.WAITING, DeliveryState.FAILED}
        if has_it or delivery.in_doubt:
            return delivery
    raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND)


async def _last_words(tx: Transaction, agency: str, report_id: int) -> str | None:
    """Return the last words of an agency about a report."""
    rows = await tx.fetch(
        "SELECT note.body FROM log_event event JOIN note ON note.position = event.position "
        "WHERE event.report_id = $1 AND event.actor = $2 ORDER BY event.position DESC LIMIT 1",
        report_id,
        agency,
    )
    return rows[0]["body"] if rows else None


async def _announce(tx: Transaction) -> None:
    """Let every process take up which agencies are connected."""
    await tx.append(NewEvent(topic=Topic.REFERENCE, kind=REFERENCE_LOADED, data={}))
