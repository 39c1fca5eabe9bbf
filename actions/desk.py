"""The desk hands a report on: to another unit, another kelurahan or another category.

Each action raises Refusal NOT_FOUND, FORBIDDEN (the person belongs neither to the handler nor to the report's
kelurahan, or it is their own report), TRANSITION_REFUSED (it has been processed), CONFLICT or INVALID, and has then
changed nothing.
"""

from dataclasses import dataclass, replace
from typing import Any

from actions.holdings import SECOND, clock_of, load_holding, store_holding
from actions.report_editor import ReportEditor
from actions.transaction import Transaction
from models.log import ReportEventKind
from models.reference.gazetteer import Gazetteer
from models.reference.records import CategoryRecord, KelurahanRecord
from models.reports import ReportRow
from rules import access, texts
from rules.access import Person, Role
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal
from rules.routing import AgencyKind, first_handler
from rules.sla import MINUTE, hand_over, is_fetched, terms_after_recategorising, time_of_receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOptions:
    """The options of every act of the desk."""

    note: str | None = None
    if_version: int | None = None


async def assign(
    tx: Transaction, gazetteer: Gazetteer, person: Person, report_id: int, handler: str | None, options: DeskOptions
) -> None:
    """Assign a report to another unit: a kelurahan's desk or an agency, by its code.

    An external agency takes the reports of its categories only: else a unit could send off whatever it does not like.
    """
    faults = Faults()
    note = faults.check(_clean_note, options)
    async with tx.edit(report_id, person) as report:
        with faults:
            actor = _require_desk(report, person, options, faults)
            if handler is None or not _is_live(gazetteer, handler):
                raise Refusal(ErrorCode.INVALID, Message.HANDLER_UNKNOWN, "handler")
            if handler == report.row.handler:
                raise Refusal(ErrorCode.INVALID, Message.HANDLER_SAME, "handler")
            category = gazetteer.categories[report.row.category]
            if _is_external(gazetteer, handler) and handler != _first(category, report.row):
                raise Refusal(ErrorCode.INVALID, Message.HANDLER_EXTERNAL, "handler")
        columns = {"handler": handler, "external": _is_external(gazetteer, handler)}
        await hand_on(tx, report, ReportEventKind.ASSIGNED, person, actor, note, columns)


async def transfer(
    tx: Transaction, gazetteer: Gazetteer, person: Person, report_id: int, kelurahan: str, options: DeskOptions
) -> None:
    """Transfer a report to another kelurahan, by code or name; its handler follows if it was the old kelurahan."""
    faults = Faults()
    note = faults.check(_clean_note, options)
    async with tx.edit(report_id, person) as report:
        with faults:
            actor = _require_desk(report, person, options, faults)
            target = _named(gazetteer, kelurahan)
            if target.code == report.row.kelurahan:
                raise Refusal(ErrorCode.INVALID, Message.KELURAHAN_SAME, "kelurahan")
        handler = target.code if report.row.handler == report.row.kelurahan else report.row.handler
        columns = {"kelurahan": target.code, "handler": handler, "external": _is_external(gazetteer, handler)}
        await hand_on(tx, report, ReportEventKind.TRANSFERRED, person, actor, note, columns)


def _named(gazetteer: Gazetteer, name_or_code: str) -> KelurahanRecord:
    """Return the only kelurahan that a name or code may mean. Raises Refusal INVALID."""
    named = [record for record in gazetteer.candidates(name_or_code) if record.is_live]
    if not named:
        raise Refusal(ErrorCode.INVALID, Message.KELURAHAN_UNKNOWN, "kelurahan", code=name_or_code)
    if len(named) > 1:
        candidates = gazetteer.described(record.code for record in named)
        raise Refusal(
            ErrorCode.INVALID, Message.KELURAHAN_AMBIGUOUS, "kelurahan", code=name_or_code, candidates=candidates
        )
    return named[0]


async def recategorise(
    tx: Transaction, gazetteer: Gazetteer, person: Person, report_id: int, category: str, options: DeskOptions
) -> None:
    """Give a report another category, and with it other targets and another weight.

    The handler stays, unless the report leaves the province by it, is outside it or comes back: then the category
    names the handler. Only the control room can lengthen a target or change the weight (docs/adr/0014): a unit gains
    nothing by its own recategorising, no matter which unit holds the report later.
    """
    faults = Faults()
    note = faults.check(_clean_note, options)
    async with tx.edit(report_id, person) as report:
        row = report.row
        with faults:
            actor = _require_desk(report, person, options, faults)
            target = gazetteer.categories.get(category)
            if target is None or not target.is_live:
                raise Refusal(ErrorCode.INVALID, Message.CATEGORY_UNKNOWN, "category", code=category)
            if target.code == row.category:
                raise Refusal(ErrorCode.INVALID, Message.CATEGORY_SAME, "category")
        first = _first(target, row)
        handler = first if row.external or _is_external(gazetteer, first) else row.handler
        terms = terms_after_recategorising(row.terms, target.terms, own=actor != Role.ADMIN)
        columns = {
            "category": target.code,
            "weight": terms.weight,
            "hours": terms.hours,
            "response_target_minutes": terms.response_target // MINUTE,
            "processing_target_minutes": terms.processing_target // MINUTE,
            "response_due_at": terms.response_due_at(tx.calendar, row.submitted_at),
            "processing_due_at": terms.processing_due_at(tx.calendar, row.opened_at),
            "handler": handler,
            "external": _is_external(gazetteer, handler),
        }
        await hand_on(tx, report, ReportEventKind.RECATEGORISED, person, actor, note, columns)


async def hand_on(
    tx: Transaction,
    report: ReportEditor,
    kind: ReportEventKind,
    person: Person,
    actor: str,
    note: str | None,
    columns: dict[str, Any],
) -> None:
    """Judge the act, move the handler's clock, and record the event.

    Handing on meets the promise to the citizen, but the leaving unit has not answered. A report that leaves the
    province keeps no gain.
    """
    row = report.row
    after = replace(row, **columns)
    scorer = report.scorer(person.account_id)
    await scorer.judge_response(handed_on=after.handler != row.handler)
    if after.external and not row.external:
        await scorer.reverse_gains()
    clock = await move_clock(tx, row, after, actor)
    facts = {"terms": row.terms.as_data()} if row.responded_at is None else {}
    report.record(
        kind, person, actor, note=note, facts=facts, responded_at=row.responded_at or tx.at, **columns, **clock
    )


async def move_clock(tx: Transaction, before: ReportRow, after: ReportRow, actor: str) -> dict[str, Any]:
    """Return the columns of the handler's clock after the act of `actor`.

    The clock follows the new target. When the handler changes, the time of the old one is stored, and the clock of the
    new one goes on from what it held earlier, or as if it had never let go of a report that it fetches back.
    """
    minutes = after.processing_target_minutes
    clock = clock_of(tx, replace(before, hours=after.hours, processing_target_minutes=minutes))
    if after.handler == before.handler:
        return {"handler_due_at": clock.handler_due_at}
    earlier, was_overdue = await load_holding(tx, before, after.handler)
    fetched = is_fetched(actor, before.handler, after.handler)
    previously_held, not_held = time_of_receiver(clock, tx.at, earlier, fetched=fetched)
    held, clock = hand_over(clock, tx.at, previously_held)
    await store_holding(tx, before, held)
    return {
        "handler_due_at": clock.handler_due_at,
        "held_from": clock.held_from,
        "previously_held_seconds": previously_held // SECOND,
        "not_held_seconds": not_held // SECOND,
        "processing_overdue": was_overdue,
    }


def _require_desk(report: ReportEditor, person: Person, options: DeskOptions, faults: Faults) -> str:
    """Return the unit, or ADMIN, that the person acts for. Adds CONFLICT to `faults`.

    Raises Refusal FORBIDDEN, TRANSITION_REFUSED: then nothing else matters.
    """
    actor = access.require_desk(person, report.row)
    faults.check(report.require_version, options.if_version, "ifVersion")
    access.require_open(report.row)
    return actor


def _first(category: CategoryRecord, row: ReportRow) -> str:
    """Return the unit that a category names for a report."""
    return first_handler(category.handler, category.agency, row.kelurahan)


def _is_live(gazetteer: Gazetteer, handler: str) -> bool:
    agency = gazetteer.agencies.get(handler)
    return handler in gazetteer.live or (agency is not None and agency.is_live)


def _is_external(gazetteer: Gazetteer, handler: str) -> bool:
    agency = gazetteer.agencies.get(handler)
    return agency is not None and agency.kind is AgencyKind.EXTERNAL


def _clean_note(options: DeskOptions) -> str | None:
    return texts.clean_optional(options.note, texts.NOTE, "note")
