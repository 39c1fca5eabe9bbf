"""Missed deadlines: found when they pass, and recorded once, dated when they passed."""

import logging

from actions.transaction import Transaction, Transactions
from models.reports import Report
from rules.sla import next_deadline

logger = logging.getLogger("tanggap.overdue")

PROGRESS = 100
"""Reports after which the log says how many are left: more than a running clock ever finds at once."""


async def record_overdue(transactions: Transactions) -> int:
    """Record every deadline that has passed by the clock, in order; return the number of reports.

    Any number of processes may do it at once: each takes a report that no other has. Its cost grows with what is due.
    """
    recorded = 0
    while await Report.filter(next_due_at__lt=transactions.now()).exists() and await transactions.run(_record_next):
        recorded += 1
        if recorded % PROGRESS == 0:
            left = await Report.filter(next_due_at__lt=transactions.now()).count()
            logger.info("missed deadlines recorded reports=%d left=%d", recorded, left)
    return recorded


async def _record_next(tx: Transaction) -> bool:
    """Record the missed deadlines of the report that is due first; return False when no report is left to take."""
    first = Report.filter(next_due_at__lt=tx.at).using_db(tx.connection).order_by("next_due_at").limit(1).only("id")
    if tx.connection.capabilities.dialect != "sqlite":
        first = first.select_for_update(skip_locked=True, no_key=True)
    found = await first
    if not found:
        return False
    async with tx.edit(found[0].id) as report:
        if report.has_missed_deadlines:
            report.record_missed_deadlines()
        else:  # the row claims a deadline that does not exist: at the head of the queue it would hold up all others
            due = next_deadline(report.row, tx.at)
            row = Report.filter(id=report.row.id).using_db(tx.connection)
            await row.update(next_due_at=None if due is None else due.at)
    return True
