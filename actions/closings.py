"""Acts after a closing: the reporter rates it, or it is reopened.

Each action raises Refusal NOT_FOUND, FORBIDDEN, TRANSITION_REFUSED or INVALID, and has then changed nothing.
"""

from actions.holdings import clock_of, store_holding
from actions.transaction import Transaction
from models.log import LogEvent, ReportEventKind
from models.reports import ReportRow
from rules import access, texts
from rules.access import Person, Role
from rules.refusals import Faults
from rules.scoring.points import rating_rule
from rules.workflow import DISMISSALS, ReportStatus


async def rate(tx: Transaction, person: Person, report_id: int, stars: int, comment: str | None) -> None:
    """Rate the closing of one's own report as FIXED with 1 to 5 stars: once for each closing, within 30 days."""
    with Faults() as faults:
        rule = faults.check(rating_rule, stars)
        note = faults.check(texts.clean_optional, comment, texts.NOTE, "comment")
    async with tx.edit(report_id, person) as report:
        access.require_rater(person, report.row, tx.at)
        closed_by = await _last_closer(tx, report.row)
        await report.scorer(closed_by).judge_rating(rule)
        facts = {"stars": stars, "closed_by": closed_by}
        report.record(ReportEventKind.RATED, person, Role.CITIZEN, note=note, facts=facts, rating=stars)


async def reopen(tx: Transaction, person: Person, report_id: int, reason: str) -> None:
    """Reopen a closed report, with a reason: its reporter within 14 days, supervisors within 60, each at most twice.

    A new promise to the citizen begins, and with it the clock of every unit.
    """
    note = texts.clean(reason, texts.NOTE, "reason")
    async with tx.edit(report_id, person) as report:
        row = report.row
        actor = access.require_reopener(person, row, tx.at)
        closed_by = await _last_closer(tx, row)
        await report.scorer(closed_by).judge_reopening()
        await store_holding(tx, row, clock_of(tx, row).held(row.processed_at or tx.at))
        citizen_due_at = row.terms.processing_due_at(tx.calendar, tx.at)
        report.record(
            ReportEventKind.REOPENED,
            person,
            actor,
            note=note,
            facts={"closed_by": closed_by},
            status=ReportStatus.IN_PROGRESS,
            resolution=None,
            processed_at=None,
            duplicate_of_id=None,
            rating=None,
            opening_no=row.opening_no + 1,
            reopened_at=tx.at,
            citizen_reopenings=row.citizen_reopenings + (actor == Role.CITIZEN),
            supervisor_reopenings=row.supervisor_reopenings + (actor != Role.CITIZEN),
            dismissal_reopened=row.dismissal_reopened or row.resolution in DISMISSALS,
            processing_due_at=citizen_due_at,
            handler_due_at=citizen_due_at,
            held_from=None,
            previously_held_seconds=0,
            not_held_seconds=0,
            processing_overdue=False,
        )


async def _last_closer(tx: Transaction, report: ReportRow) -> int | None:
    """Return the account that closed a report last: its closing is what is judged."""
    closings = LogEvent.filter(report_id=report.id, kind=ReportEventKind.STATUS_CHANGED).using_db(tx.connection)
    last = await closings.order_by("-position").first()
    return None if last is None else last.account_id
