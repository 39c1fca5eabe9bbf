"""Waivers: the control room takes entries of the ledger back, with a public reason.

Each action raises Refusal, and has then changed nothing.
"""

from collections import defaultdict
from collections.abc import Mapping

from actions import ledger
from actions.scoring import lock_fixes
from actions.transaction import Transaction
from models.ledger import PointEntry
from models.reports import ReportRow
from rules import access, texts
from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal
from rules.scoring.points import FIXES, Rule

REPORTS_AT_ONCE = 100
"""Reports whose entries one act waives: they stay locked until its end. As many as `nodes` takes ids."""


async def waive(tx: Transaction, person: Person, position: int, reason: str) -> int:
    """Waive an entry of the ledger, as an ADMIN outside its unit, with a reason; return the row id of its report.

    The entry stays, and a new one reverses it. Raises Refusal FORBIDDEN, NOT_FOUND, INVALID, and CONFLICT when another
    has reversed it already. Who is no ADMIN gets FORBIDDEN whatever the position: entries of citizens are not listed.
    """
    access.require_control_room(person)
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
        tx.keep(report.row.id)
        return report.row.id


async def waive_reports(tx: Transaction, person: Person, reports: Mapping[int, int | None], reason: str) -> int:
    """Waive every entry of reports that nothing has reversed, as an ADMIN outside its unit; return their number.

    `reports`: the row ids by their places in the list that was sent; None for an unknown one. A deadline that has
    passed unrecorded is recorded first, and waived too. Raises Refusal FORBIDDEN, NOT_FOUND, INVALID: all faults at
    once.
    """
    access.require_control_room(person)
    faults = Faults()
    note = faults.check(texts.clean, reason, texts.NOTE, "reason")
    if not 1 <= len(reports) <= REPORTS_AT_ONCE:
        with faults:
            raise Refusal(ErrorCode.INVALID, Message.IDS_COUNT, "ids", low=1, high=REPORTS_AT_ONCE, given=len(reports))
    async with tx.edit_all({key for key in reports.values() if key is not None}) as editor:
        entries = await editor.standing()
        units: defaultdict[int, set[str]] = defaultdict(set)
        for entry in entries:
            units[entry.report_id].add(entry.unit)
        with faults:
            for place, key in sorted(reports.items()):
                row = None if key is None else editor.rows.get(key)
                faults.check(_require_waivable, person, row, units, "ids", str(place))
        for unit in sorted({entry.unit for entry in entries if entry.rule in FIXES}):
            await lock_fixes(tx, unit)
        for entry in entries:
            editor.add_entry(ledger.reversal(entry, Rule.WAIVED, note))
        tx.keep(len(entries))
    return len(entries)


def _require_waivable(person: Person, report: ReportRow | None, units: Mapping[int, set[str]], *path: str) -> None:
    """Raise Refusal for the id at `path`: NOT_FOUND, or FORBIDDEN unless the person may waive all entries."""
    if report is None:
        raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, *path)
    try:
        access.require_waiver(person, report, *units.get(report.id, ()))
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, *path) from None
