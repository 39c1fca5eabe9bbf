"""Moderation: citizens flag reports, and the control room hides them, shows them again, or finds nothing wrong.

Each action raises Refusal NOT_FOUND, FORBIDDEN, TRANSITION_REFUSED or INVALID, and has then changed nothing.
"""

from actions.transaction import Transaction
from models.flags import Flag
from models.log import ReportEventKind
from rules import access, texts
from rules.access import Person, Role
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal


async def flag(tx: Transaction, person: Person, report_id: int, reason: str) -> None:
    """Flag the report of another for the control room. The second flag of a person replaces the first."""
    text = texts.clean(reason, texts.REASON, "reason")
    async with tx.edit(report_id, person) as report:  # its lock puts two flags of a person one after the other
        access.require_flagger(person, report.row)
        await Flag.filter(report_id=report_id, account_id=person.account_id).using_db(tx.connection).delete()
        await Flag.create(
            report_id=report_id, account_id=person.account_id, reason=text, at=tx.at, using_db=tx.connection
        )


async def dismiss_flags(tx: Transaction, person: Person, report_id: int) -> None:
    """Delete the flags of a report in which nothing is wrong. A later flag is a new one."""
    async with tx.edit(report_id, person) as report:
        access.require_admin(person, report.row)
        await Flag.filter(report_id=report_id).using_db(tx.connection).delete()


async def hide(tx: Transaction, person: Person, report_id: int, reason: str) -> None:
    """Hide a report from the public, with a reason for its reporter. Its points and clocks stay as they are."""
    note = texts.clean(reason, texts.REASON, "reason")
    async with tx.edit(report_id, person) as report:
        access.require_admin(person, report.row)
        if report.row.hidden:
            raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.HIDDEN_ALREADY)
        report.record(ReportEventKind.HIDDEN, person, Role.ADMIN, note=note, hidden=True)


async def show(tx: Transaction, person: Person, report_id: int) -> None:
    """Show a hidden report again."""
    async with tx.edit(report_id, person) as report:
        access.require_admin(person, report.row)
        if not report.row.hidden:
            raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.NOT_HIDDEN)
        report.record(ReportEventKind.UNHIDDEN, person, Role.ADMIN, hidden=False)
