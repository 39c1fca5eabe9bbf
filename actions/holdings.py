"""The service time for which units have held a report: the clock of the present one, and the time of each opening."""

from datetime import timedelta

from actions.log import LogTransaction
from models.reports import Holding, ReportRow
from rules.sla import EarlierHold, HandlerClock

SECOND = timedelta(seconds=1)


def clock_of(tx: LogTransaction, report: ReportRow) -> HandlerClock:
    """Return the clock of the unit in charge."""
    return HandlerClock(
        report.opened_at,
        report.terms.processing_target,
        report.held_from or report.opened_at,
        timedelta(seconds=report.previously_held_seconds),
        report.terms.processing_clock(tx.calendar),
    )


async def store_holding(tx: LogTransaction, report: ReportRow, held: timedelta) -> None:
    """Store how long the unit in charge held this opening: the report goes to another unit, or is reopened."""
    left = {
        "seconds": held // SECOND,
        "not_held_seconds": report.not_held_seconds,
        "left_at": tx.at,
        "overdue": report.processing_overdue,
    }
    holding = {"report_id": report.id, "opening_no": report.opening_no, "unit": report.handler}
    if not await Holding.filter(**holding).using_db(tx.connection).update(**left):
        await Holding.create(**holding, **left, using_db=tx.connection)


async def load_holding(tx: LogTransaction, report: ReportRow, unit: str) -> tuple[EarlierHold | None, bool]:
    """Return what a unit held of this opening earlier, and whether its missed deadline is recorded."""
    holding = Holding.filter(report_id=report.id, opening_no=report.opening_no, unit=unit)
    found = await holding.using_db(tx.connection).first()
    if found is None:
        return None, False
    return EarlierHold(found.seconds * SECOND, found.not_held_seconds * SECOND, found.left_at or tx.at), found.overdue


async def held_in_all(tx: LogTransaction, report: ReportRow) -> tuple[timedelta, timedelta]:
    """Return how long the unit in charge has held a report in all its openings, and the time that judges its fix.

    The second one includes the time before the unit fetched the report.
    """
    held, not_held = clock_of(tx, report).held(tx.at), report.not_held_seconds
    if report.opening_no > 0:
        holdings = Holding.filter(report_id=report.id, unit=report.handler, opening_no__lt=report.opening_no)
        earlier = await holdings.using_db(tx.connection)
        held += sum(row.seconds for row in earlier) * SECOND
        not_held += sum(row.not_held_seconds for row in earlier)
    return held, held + not_held * SECOND
