"""Closing periods: a day, and the week, month and year that end with it, by events of the log."""

from datetime import datetime, timedelta

from actions.change import Change, Draft, Writer
from actions.overdue import record_overdue
from models.log import PERIOD_CLOSED, Topic, moment
from models.reports import Report
from rules.periods import ending_on, jakarta_day, midnight

DAY = timedelta(days=1)


async def close_periods(writer: Writer) -> datetime:
    """Close every day that has passed by the writer's clock, in order; return when the day that is then open ends.

    Each day is closed once, however many processes try, and not before every target that passed in it is recorded.
    The first time ever nothing is closed: today is opened.
    """
    while True:
        await record_overdue(writer)
        closed, due = await writer.change(_close_day)
        if not closed:
            return due


async def _close_day(change: Change) -> tuple[bool, datetime]:
    """Close the open day if it has passed; return whether it has, and when the day that is then open ends.

    The counter is held from the first statement on: of all who try only one finds the day open.
    """
    (head,) = await change.fetch("UPDATE log_head SET position = position WHERE id = 1 RETURNING open_from")
    open_from = moment(head["open_from"])
    day = jakarta_day(open_from or change.at)
    end = midnight(day + DAY)
    if open_from is None:
        await _open(change, midnight(day))
        return False, end
    if change.at < end or await Report.filter(next_due_at__lt=end).using_db(change.using).exists():
        return False, end
    change.at = end  # dated by the calendar, however late the closing comes
    drafts = [
        Draft(
            topic=Topic.PERIOD,
            kind=PERIOD_CLOSED,
            data={"period": period, "first": str(ended.first), "last": str(ended.last)},
        )
        for period, ended in ending_on(day)
    ]
    await change.append(await change.take_positions(len(drafts)), drafts)
    await _open(change, end)
    return True, midnight(day + 2 * DAY)


async def _open(change: Change, first: datetime) -> None:
    await change.fetch("UPDATE log_head SET open_from = $1 WHERE id = 1", first)
