"""Closing periods by events of the log: a day, and the week, month, quarter and year that end with it."""

import logging
from datetime import datetime, timedelta

from actions.log import NewEvent
from actions.overdue import record_overdue
from actions.transaction import Transaction, Transactions
from models.database import log_head
from models.log import PERIOD_CLOSED, Topic, moment
from models.reports import Report, ReporterDay, SentWords
from rules.periods import ending_on, jakarta_day, midnight

logger = logging.getLogger("tanggap.periods")

DAY = timedelta(days=1)


async def open_first_day(transactions: Transactions) -> datetime:
    """Open today in a new database; return when the day that is open ends, which may have passed. Closes nothing."""
    open_from = (await log_head()).open_from
    if open_from is not None:
        return midnight(jakarta_day(open_from) + DAY)
    _, end = await transactions.run(_close_day)
    return end


async def close_periods(transactions: Transactions) -> datetime:
    """Close every day that has passed by the clock, in order; return when the day that is open then ends.

    Each day is closed once, however many processes try, and only after every deadline missed in it is recorded. A day
    stays open while another process still records one of its deadlines: the moment returned has then passed. In a new
    database nothing is closed: today is opened.
    """
    while True:
        await record_overdue(transactions)
        is_closed, end = await transactions.run(_close_day)
        if not is_closed:
            return end
        logger.info("day closed open_day=%s", jakarta_day(end) - DAY)


async def _close_day(tx: Transaction) -> tuple[bool, datetime]:
    """Close the open day if it has passed; return whether it has, and when the day that is open then ends.

    The log's counter is locked from the first statement on, so only one of several processes finds the day open.
    """
    (head,) = await tx.fetch("UPDATE log_head SET position = position WHERE id = 1 RETURNING open_from")
    open_from = moment(head["open_from"])
    day = jakarta_day(open_from or tx.at)
    end = midnight(day + DAY)
    if open_from is None:
        await _open(tx, midnight(day))
        return False, end
    if tx.at < end or await Report.filter(next_due_at__lt=end).using_db(tx.connection).exists():
        return False, end
    tx.at = end  # dated by the calendar, however late the closing comes
    events = [
        NewEvent(
            topic=Topic.PERIOD,
            kind=PERIOD_CLOSED,
            data={"period": period, "first": str(ended.first), "last": str(ended.last)},
        )
        for period, ended in ending_on(day)
    ]
    await tx.append(*events)
    await ReporterDay.filter(day__lt=day).using_db(tx.connection).delete()  # a late submission may still wait on `day`
    await SentWords.filter(sent_at__lt=midnight(day)).using_db(tx.connection).delete()
    await _open(tx, end)
    return True, midnight(day + 2 * DAY)


async def _open(tx: Transaction, first: datetime) -> None:
    await tx.fetch("UPDATE log_head SET open_from = $1 WHERE id = 1", first)
