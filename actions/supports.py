"""Support: a citizen says "this concerns me too"."""

from actions.supporters import supporters
from actions.transaction import Transaction
from models.log import ReportEventKind
from rules import access
from rules.access import Person, Role
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import ReportStatus


async def support(tx: Transaction, person: Person, report_id: int) -> None:
    """Support the open report of another citizen; supporting it twice changes nothing.

    Raises Refusal NOT_FOUND, FORBIDDEN (one's own report), TRANSITION_REFUSED (processed already).
    """
    async with tx.edit(report_id, person) as report:
        access.require_supporter(person, report.row)
        if person.account_id in await supporters(tx, report_id):
            return
        if report.row.status is ReportStatus.PROCESSED:
            raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.SUPPORT_TOO_LATE)
        report.record(
            ReportEventKind.SUPPORTED,
            person,
            Role.CITIZEN,
            accounts=[person.account_id],
            support_count=report.row.support_count + 1,
        )


async def withdraw_support(tx: Transaction, person: Person, report_id: int) -> None:
    """Withdraw one's support; without support nothing changes. Raises Refusal NOT_FOUND."""
    async with tx.edit(report_id, person) as report:
        if person.account_id not in await supporters(tx, report_id):
            return
        report.record(
            ReportEventKind.SUPPORT_WITHDRAWN,
            person,
            Role.CITIZEN,
            accounts=[person.account_id],
            support_count=report.row.support_count - 1,
        )
