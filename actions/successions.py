"""Successions: the open reports of a kelurahan that has ended, or given away a part, go to its successors.

No unit acts, so nobody is credited or blamed, and the promise to the citizen stays. The clock of the successor begins
with the hand-over, as that of every unit that gets a report.
"""

from dataclasses import replace
from typing import Any

from actions.desk import move_clock
from actions.transaction import Transaction, Transactions
from models.log import ReportEventKind
from models.reference.gazetteer import Gazetteer
from models.reference.records import KelurahanRecord
from models.reports import Report
from rules.access import Role
from rules.geography import metres_between
from rules.workflow import ReportStatus

NEXT = """
    SELECT id FROM report WHERE status IN ($1, $2) AND (kelurahan IN ({0}) OR handler IN ({0})) ORDER BY id LIMIT 1
"""
OPEN = (ReportStatus.WAITING, ReportStatus.IN_PROGRESS)


async def succeed(transactions: Transactions, gazetteer: Gazetteer) -> int:
    """Give the open reports of all kelurahan that have ended to their successors; return how many.

    Each is a transaction, and any number of processes may do it at once. Its cost grows with the open reports, and is
    nothing as long as no kelurahan has ended.
    """
    ended = tuple(record.code for record in gazetteer.kelurahan.values() if record.until is not None)
    moved = 0
    if not ended:
        return moved
    while await transactions.run(_succeed_next, gazetteer, ended):
        moved += 1
    return moved


async def part(transactions: Transactions, gazetteer: Gazetteer, code: str) -> int:
    """Give the open reports of a kelurahan that goes on with a part of its area to the others that have the rest.

    Returns how many there were.
    """
    found = Report.filter(kelurahan=code, status__in=OPEN)
    moved = 0
    for row in await found.only("id", "kelurahan", "latitude", "longitude"):
        if successor(gazetteer, code, row.latitude, row.longitude) != code:
            moved += await transactions.run(_hand_over, gazetteer, row.id, frozenset({code}))
    return moved


def successor(gazetteer: Gazetteer, code: str, latitude: float, longitude: float) -> str:
    """Return the live successor of a kelurahan for a place: the one that it is in, or may be in, or the nearest one."""
    heirs = _live_heirs(gazetteer, gazetteer.kelurahan[code])
    location = gazetteer.locate(latitude, longitude)
    likely = () if location is None else (location.kelurahan, *location.alternatives)
    inside = next((each for each in likely if each in heirs), None)
    if inside is not None or not heirs:
        return inside or code
    centres = {each: (gazetteer.kelurahan[each].latitude, gazetteer.kelurahan[each].longitude) for each in heirs}
    return min(sorted(centres), key=lambda each: metres_between(latitude, longitude, *centres[each]))


def _live_heirs(gazetteer: Gazetteer, record: KelurahanRecord) -> set[str]:
    """Return the successors that are live; those of a successor that has ended too stand for it."""
    heirs: set[str] = set()
    for code in record.heirs:
        heir = gazetteer.kelurahan[code]
        heirs |= {code} if heir.until is None else _live_heirs(gazetteer, heir)
    return heirs


async def _succeed_next(tx: Transaction, gazetteer: Gazetteer, ended: tuple[str, ...]) -> bool:
    """Hand over an open report of these kelurahan; return False when there is none that nobody else takes."""
    sql = NEXT.format(", ".join(f"${number}" for number in range(3, 3 + len(ended))))
    if tx.connection.capabilities.dialect != "sqlite":
        sql += " FOR NO KEY UPDATE SKIP LOCKED"
    found = await tx.fetch(sql, *OPEN, *ended)
    return bool(found) and await _hand_over(tx, gazetteer, found[0]["id"], frozenset(ended))


async def _hand_over(tx: Transaction, gazetteer: Gazetteer, report_id: int, ended: frozenset[str]) -> bool:
    async with tx.edit(report_id) as report:
        row = report.row
        columns: dict[str, Any] = {
            name: successor(gazetteer, code, row.latitude, row.longitude)
            for name, code in (("kelurahan", row.kelurahan), ("handler", row.handler))
            if code in ended
        }
        if row.status not in OPEN or all(getattr(row, name) == code for name, code in columns.items()):
            return False
        clock = await move_clock(tx, row, replace(row, **columns), Role.ADMIN)
        report.record(ReportEventKind.TRANSFERRED, None, Role.ADMIN, **columns, **clock)
    return True
