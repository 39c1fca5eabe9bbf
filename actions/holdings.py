"""For how long the units have had a report: the clock of the one in charge, and what each held of every opening."""

from datetime import timedelta

from actions.change import Change
from models.reports import Holding, ReportRow
from rules.sla import HandlerClock

SECOND = timedelta(seconds=1)


def clock_of(report: ReportRow) -> HandlerClock:
    """Return the clock of the unit in charge."""
    return HandlerClock(
        report.opened_at,
        report.processing_target,
        report.held_from or report.opened_at,
        timedelta(seconds=report.held_before),
    )


async def keep(change: Change, report: ReportRow, held: timedelta) -> None:
    """Keep what the unit in charge has held of this opening: the report goes to another, or is opened again."""
    left = {"seconds": held // SECOND, "overdue": report.processing_overdue}
    this = {"report_id": report.id, "opening": report.opening, "unit": report.handler}
    if not await Holding.filter(**this).using_db(change.using).update(**left):
        await Holding.create(**this, **left, using_db=change.using)


async def kept(change: Change, report: ReportRow, unit: str) -> tuple[timedelta, bool]:
    """Return what a unit has held of this opening before, and whether it is recorded that its clock ran out."""
    mine = Holding.filter(report_id=report.id, opening=report.opening, unit=unit)
    earlier = await mine.using_db(change.using).first()
    return (timedelta(), False) if earlier is None else (earlier.seconds * SECOND, earlier.overdue)


async def held_in_all(change: Change, report: ReportRow) -> timedelta:
    """Return for how long the unit in charge has had a report, in all its openings."""
    held = clock_of(report).held(change.at)
    if report.opening == 0:
        return held
    earlier = Holding.filter(report_id=report.id, unit=report.handler, opening__lt=report.opening)
    return held + sum(row.seconds for row in await earlier.using_db(change.using)) * SECOND
