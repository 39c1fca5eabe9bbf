"""Targets that pass: found when their time has come, and recorded once, dated when they passed."""

from dataclasses import replace
from datetime import datetime

from actions.change import Change, Writer
from actions.score import Score
from actions.steps import Step, locked, record
from models.log import ReportEventKind, moment
from models.reports import Report, ReportRow
from rules.scoring.points import Rule
from rules.sla import Due, Target, next_due

KINDS = {
    Target.RESPONSE: (ReportEventKind.RESPONSE_OVERDUE, Rule.RESPONSE_OVERDUE, "response_overdue"),
    Target.PROCESSING: (ReportEventKind.PROCESSING_OVERDUE, Rule.PROCESSING_OVERDUE, "processing_overdue"),
}
"""For each target the event, the rule and the column that say that it has passed."""


async def record_overdue(writer: Writer) -> int:
    """Record every target that has passed by the writer's clock, in order; return of how many reports.

    Any number of processes may do it at once: each takes a report that no other has. It costs by what is due.
    """
    recorded = 0
    while await Report.filter(next_due_at__lt=writer.now()).exists() and await _record_next(writer):
        recorded += 1
    return recorded


async def _record_next(writer: Writer) -> bool:
    """Record what has passed of the report that is due first; False when others are at all that are."""

    async def work(change: Change) -> bool:
        first = (
            Report.filter(next_due_at__lt=change.at).using_db(change.using).order_by("next_due_at").limit(1).only("id")
        )
        if change.using.capabilities.dialect != "sqlite":
            first = first.select_for_update(skip_locked=True, no_key=True)
        found = await first
        if not found:
            return False
        (report,) = await locked(change, found[0].id)
        _, steps, score = await settled(change, report)
        if steps:
            await record(change, steps, score.entries)
        else:  # it says that something is due and nothing is: a report that stays in front would hold up all others
            due = next_due(report, change.at)
            await Report.filter(id=report.id).using_db(change.using).update(next_due_at=due.at if due else None)
        return True

    return await writer.change(work)


async def settled(change: Change, report: ReportRow) -> tuple[ReportRow, list[Step], Score]:
    """Say what of a locked report has passed unrecorded by the moment of the change.

    Returns the report with it recorded, and the steps and the entries that record it. An act begins with this: what
    passed before it has passed, even if nobody has recorded it yet.
    """
    steps: list[Step] = []
    score = Score(change, report, None)
    due = _due(report)
    open_from = await _open_from(change) if due is not None and due.at < change.at else None
    while due is not None and due.at < change.at:
        kind, rule, column = KINDS[due.target]
        at = due.at if open_from is None else max(due.at, open_from)
        after = replace(report, version=report.version + 1, **{column: True})  # type: ignore[arg-type] # a flag by name
        steps.append(Step(kind=kind, before=report, after=after, account_id=None, actor=report.handler, at=at))
        await score.unit(rule, at=at)
        report = after
        due = next_due(report, at)
    return report, steps, score


def _due(report: ReportRow) -> Due | None:
    """Return what passes next; its moment is the stored one, for a target may have been moved into the past."""
    due = None if report.next_due_at is None else next_due(report, report.submitted_at)
    return None if due is None or report.next_due_at is None else replace(due, at=max(due.at, report.next_due_at))


async def _open_from(change: Change) -> datetime | None:
    """Return the first moment that is in no closed period: nothing may be dated before it."""
    (head,) = await change.fetch("SELECT open_from FROM log_head WHERE id = 1")
    return moment(head["open_from"])
