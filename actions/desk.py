"""The desk: a report is given to another unit, to another kelurahan, or another category. Each is an answer.

Refused, an act raises `rules.refusals.Refusal` and has changed nothing: NOT_FOUND, FORBIDDEN (not the handler's people
nor those of the kelurahan it is in, or their own report), TRANSITION_REFUSED (it has ended), CONFLICT, INVALID.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from actions.change import Change, Writer
from actions.holdings import SECOND, clock_of, keep, kept
from actions.overdue import settled
from actions.score import Score
from actions.steps import Step, locked, record, require_version, step
from models.log import ReportEventKind
from models.reference.gazetteer import Gazetteer
from models.reports import ReportRow
from rules import access, texts
from rules.access import Person, Role
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.routing import AgencyKind, first_handler
from rules.sla import SlaTerms, hand_over, recategorised


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What goes along with every act of the desk."""

    note: str | None = None
    if_version: int | None = None


async def assign(
    writer: Writer, gazetteer: Gazetteer, person: Person, report_id: int, handler: str | None, wish: Wish
) -> None:
    """Give a report to another unit: a kelurahan's desk or an agency, by its code."""
    if handler is None or not (handler in gazetteer.kelurahan or handler in gazetteer.agencies):
        raise Refusal(ErrorCode.INVALID, Message.HANDLER_UNKNOWN, "handler")

    def decide(report: ReportRow) -> dict[str, Any]:
        if handler == report.handler:
            raise Refusal(ErrorCode.INVALID, Message.HANDLER_SAME, "handler")
        return {"handler": handler}

    await _act(writer, gazetteer, person, report_id, ReportEventKind.ASSIGNED, decide, wish)


async def transfer(
    writer: Writer, gazetteer: Gazetteer, person: Person, report_id: int, kelurahan: str, wish: Wish
) -> None:
    """Say that a report is in another kelurahan, by its code or name; it goes along if the old kelurahan handles it."""
    fact = gazetteer.find_kelurahan(kelurahan)
    if fact is None:
        raise Refusal(ErrorCode.INVALID, Message.KELURAHAN_UNKNOWN, "kelurahan", code=kelurahan)

    def decide(report: ReportRow) -> dict[str, Any]:
        if fact.code == report.kelurahan:
            raise Refusal(ErrorCode.INVALID, Message.KELURAHAN_SAME, "kelurahan")
        moves = report.handler == report.kelurahan
        return {"kelurahan": fact.code, "handler": fact.code if moves else report.handler}

    await _act(writer, gazetteer, person, report_id, ReportEventKind.TRANSFERRED, decide, wish)


async def recategorise(
    writer: Writer, gazetteer: Gazetteer, person: Person, report_id: int, category: str, wish: Wish
) -> None:
    """Give a report another category, and with it other targets and another weight.

    The handler stays, unless the report goes outside the province by it, is outside or comes back: then it is that of
    the category. Only the control room gives more time by it, or another weight: by its own recategorising a unit gains
    nothing, whoever has the report meanwhile.
    """
    fact = gazetteer.categories.get(category)
    if fact is None:
        raise Refusal(ErrorCode.INVALID, Message.CATEGORY_UNKNOWN, "category", code=category)

    def decide(report: ReportRow) -> dict[str, Any]:
        if fact.code == report.category:
            raise Refusal(ErrorCode.INVALID, Message.CATEGORY_SAME, "category")
        first = first_handler(fact.handler, fact.agency, report.kelurahan)
        outside = _is_external(gazetteer, first)
        old = SlaTerms(report.response_target, report.processing_target, report.weight)
        new = SlaTerms(
            timedelta(minutes=fact.response_target_minutes),
            timedelta(minutes=fact.processing_target_minutes),
            fact.weight,
        )
        # Whoever may recategorise it may take it, before or after: only the control room never has it itself.
        own = access.require_desk(person, report) != Role.ADMIN
        terms = recategorised(old, new, own=own)
        return {
            "category": fact.code,
            "weight": terms.weight,
            "response_due_at": report.submitted_at + terms.response_target,
            "processing_due_at": report.opened_at + terms.processing_target,
            "handler": first if outside or report.external else report.handler,
        }

    await _act(writer, gazetteer, person, report_id, ReportEventKind.RECATEGORISED, decide, wish)


async def _act(
    writer: Writer,
    gazetteer: Gazetteer,
    person: Person,
    report_id: int,
    kind: ReportEventKind,
    decide: Callable[[ReportRow], dict[str, Any]],
    wish: Wish,
) -> None:
    note = texts.clean_optional(wish.note, texts.NOTE, "note")

    async def work(change: Change) -> None:
        (report,) = await locked(change, report_id)
        name = access.require_desk(person, report)
        require_version(report, wish.if_version, "ifVersion")
        access.require_open(report)
        report, passed, score = await settled(change, report)
        changes = decide(report)
        changes["external"] = _is_external(gazetteer, changes["handler"])
        earned = Score(change, report, person.account_id)
        await earned.answered()
        if kind is ReportEventKind.RECATEGORISED and changes["external"] and not report.external:
            await earned.taken_back()
        taken = step(kind, report, person, name, responded_at=report.responded_at or change.at, **changes)
        taken.note = note
        await _move_clock(change, report, taken)
        await record(change, [*passed, taken], [*score.entries, *earned.entries])

    await writer.change(work)


async def _move_clock(change: Change, before: ReportRow, taken: Step) -> None:
    """Set the clock by the new target; stop that of a unit that gives the report away, and go on with the other's."""
    after = taken.after
    moved: dict[str, Any] = {}
    clock = replace(clock_of(before), processing_target=after.processing_target)
    if after.handler != before.handler:
        earlier, ran_out = await kept(change, before, after.handler)
        held, clock = hand_over(clock, change.at, earlier)
        await keep(change, before, held)
        moved = {
            "held_from": clock.held_from,
            "held_before": earlier // SECOND,
            "processing_overdue": ran_out,
        }
    taken.after = replace(after, handler_due_at=clock.due_at, **moved)


def _is_external(gazetteer: Gazetteer, handler: str) -> bool:
    agency = gazetteer.agencies.get(handler)
    return agency is not None and agency.kind is AgencyKind.EXTERNAL
