"""Support: a citizen says "this concerns me too"; it moves along when a report turns out to be a duplicate."""

from collections.abc import Iterable
from dataclasses import replace

from tortoise.queryset import QuerySet

from actions.change import Change, Writer
from actions.steps import Step, locked, record, step
from models.log import ReportEventKind
from models.reports import ReportRow, Support
from rules import access
from rules.access import Person, Role
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import ReportStatus


async def support(writer: Writer, person: Person, report_id: int) -> None:
    """Support somebody else's open report; supporting it twice changes nothing.

    Raises Refusal NOT_FOUND, FORBIDDEN (one's own), TRANSITION_REFUSED (processed already).
    """

    async def work(change: Change) -> None:
        (report,) = await locked(change, report_id)
        access.require_supporter(person, report)
        if person.account_id in await _supporters(change, report_id):
            return
        if report.status is ReportStatus.PROCESSED:
            raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.SUPPORT_TOO_LATE)
        taken = step(ReportEventKind.SUPPORTED, report, person, Role.CITIZEN, support_count=report.support_count + 1)
        taken.facts["accounts"] = [person.account_id]
        position = await record(change, [taken])
        await begin(change, report_id, [person.account_id], position)

    await writer.change(work)


async def withdraw_support(writer: Writer, person: Person, report_id: int) -> None:
    """Take one's support back; where there is none, nothing changes. Raises Refusal NOT_FOUND."""

    async def work(change: Change) -> None:
        (report,) = await locked(change, report_id)
        if person.account_id not in await _supporters(change, report_id):
            return
        taken = step(
            ReportEventKind.SUPPORT_WITHDRAWN,
            report,
            person,
            Role.CITIZEN,
            support_count=report.support_count - 1,
        )
        taken.facts["accounts"] = [person.account_id]
        position = await record(change, [taken])
        await _lasting(change, report_id).filter(account_id=person.account_id).update(until_position=position)

    await writer.change(work)


async def moved(change: Change, closing: Step, original: ReportRow, person: Person) -> Step | None:
    """Move the supporters of a report closed as a duplicate: `closing` lets them go, the step returned takes them on.

    Who reported the original, or supports it already, is not taken on twice; None when nobody is.
    """
    leaving = await _supporters(change, closing.after.id)
    closing.after = replace(closing.after, support_count=0)
    closing.facts["accounts"] = sorted(leaving)
    arriving = leaving - await _supporters(change, original.id) - {original.reporter_id}
    if not arriving:
        return None
    taken = step(
        ReportEventKind.SUPPORTED,
        original,
        person,
        closing.actor,
        support_count=original.support_count + len(arriving),
    )
    taken.facts["accounts"] = sorted(arriving)
    return taken


async def begin(change: Change, report_id: int, account_ids: Iterable[int], position: int) -> None:
    """Let support begin with the event at `position`."""
    await Support.bulk_create(
        [Support(report_id=report_id, account_id=account_id, from_position=position) for account_id in account_ids],
        using_db=change.using,
    )


async def end_all(change: Change, report_id: int, position: int) -> None:
    """Let all support of a report end with the event at `position`."""
    await _lasting(change, report_id).update(until_position=position)


def _lasting(change: Change, report_id: int) -> QuerySet[Support]:
    return Support.filter(report_id=report_id, until_position__isnull=True).using_db(change.using)


async def _supporters(change: Change, report_id: int) -> set[int]:
    return {row.account_id for row in await _lasting(change, report_id).only("id", "account_id")}
