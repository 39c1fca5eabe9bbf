"""Waivers: the control room takes entries of the ledger back, with a public reason.

Each action raises Refusal, and has then changed nothing.
"""

from actions import ledger
from actions.scoring import lock_fixes
from actions.transaction import Transaction
from models.ledger import PointEntry
from rules import access, texts
from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.scoring.points import FIXES, Rule


async def waive(tx: Transaction, person: Person, position: int, reason: str) -> int:
    """Waive an entry of the ledger, as an ADMIN outside its unit, with a reason; return the row id of its report.

    The entry stays, and a new one reverses it. Raises Refusal NOT_FOUND, FORBIDDEN, INVALID, and CONFLICT when another
    has reversed it already.
    """
    note = texts.clean(reason, texts.NOTE, "reason")
    entry = await PointEntry.get_or_none(position=position, using_db=tx.connection)
    if entry is None:
        raise Refusal(ErrorCode.NOT_FOUND, Message.ENTRY_NOT_FOUND, "id")
    async with tx.edit(entry.report_id) as report:
        access.require_waiver(person, report.row, entry.unit)
        is_reversed = await PointEntry.filter(reverses=position).using_db(tx.connection).exists()
        if is_reversed or entry.reverses is not None:
            raise Refusal(ErrorCode.CONFLICT, Message.ENTRY_REVERSED, "id")
        if entry.rule in FIXES:
            await lock_fixes(tx, entry.unit)
        report.add_entry(ledger.reversal(entry, Rule.WAIVED, note))
        return report.row.id
