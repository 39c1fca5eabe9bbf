"""After a closing: the reporter's stars, and a reopening.

Refused, an act raises `rules.refusals.Refusal` and has changed nothing: NOT_FOUND, FORBIDDEN, TRANSITION_REFUSED,
INVALID.
"""

from dataclasses import replace

from actions import ledger
from actions.change import Change, Writer
from actions.holdings import clock_of, keep
from actions.overdue import settled
from actions.score import Score
from actions.steps import locked, record, step
from models.ledger import PointEntry
from models.log import LogEvent, ReportEventKind
from models.reports import ReportRow
from rules import access, texts
from rules.access import Person, Role
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.scoring.points import Rule, rating_rule
from rules.workflow import ReportStatus


async def rate(writer: Writer, person: Person, report_id: int, stars: int, comment: str | None) -> None:
    """Give stars, 1 to 5, to the closing of one's own report as FIXED: once for each."""
    rule = rating_rule(stars)
    note = texts.clean_optional(comment, texts.NOTE, "comment")

    async def work(change: Change) -> None:
        (report,) = await locked(change, report_id)
        access.require_rater(person, report)
        closed_by = await _closer(change, report)
        score = Score(change, report, closed_by)
        if rule is not None:
            await score.unit(rule)
        taken = step(ReportEventKind.RATED, report, person, Role.CITIZEN, rating=stars)
        taken.facts |= {"stars": stars, "closed_by": closed_by}
        taken.note = note
        await record(change, [taken], score.entries)

    await writer.change(work)


async def reopen(writer: Writer, person: Person, report_id: int, reason: str) -> None:
    """Open a closed report again, with a reason: its reporter within 14 days and twice at most, or a supervisor.

    A new processing promise begins, and every unit's clock with it.
    """
    note = texts.clean(reason, texts.NOTE, "reason")

    async def work(change: Change) -> None:
        (report,) = await locked(change, report_id)
        name = access.require_reopener(person, report, change.at)
        closed_by = await _closer(change, report)
        score = Score(change, report, closed_by)
        await score.reopened()
        await keep(change, report, clock_of(report).held(report.processed_at or change.at))
        promised = change.at + report.processing_target
        taken = step(
            ReportEventKind.REOPENED,
            report,
            person,
            name,
            status=ReportStatus.IN_PROGRESS,
            resolution=None,
            processed_at=None,
            duplicate_of_id=None,
            rating=None,
            opening=report.opening + 1,
            reopened_at=change.at,
            citizen_reopenings=report.citizen_reopenings + (name == Role.CITIZEN),
            processing_due_at=promised,
            handler_due_at=promised,
            held_from=None,
            held_before=0,
            processing_overdue=False,
        )
        taken.facts["closed_by"] = closed_by
        taken.note = note
        await record(change, [taken], score.entries)

    await writer.change(work)


async def waive(writer: Writer, person: Person, position: int, reason: str) -> int:
    """Take an entry of the ledger back, as an ADMIN, with a reason; return the report that it is about.

    The entry stays, and another reverses it; what has passed by then is recorded first. Raises Refusal CONFLICT when
    one has already.
    """
    note = texts.clean(reason, texts.NOTE, "reason")

    async def work(change: Change) -> int:
        known = await PointEntry.get_or_none(position=position, using_db=change.using)
        if known is None:
            raise Refusal(ErrorCode.NOT_FOUND, Message.ENTRY_NOT_FOUND, "id")
        (report,) = await locked(change, known.report_id)
        access.require_admin(person, report)
        if known.reverses is not None or await PointEntry.filter(reverses=position).using_db(change.using).exists():
            raise Refusal(ErrorCode.CONFLICT, Message.ENTRY_REVERSED, "id")
        _, passed, score = await settled(change, report)
        waiver = replace(ledger.reversal(known, Rule.WAIVED), note=note)
        await record(change, passed, [*score.entries, waiver])
        return report.id

    return await writer.change(work)


async def _closer(change: Change, report: ReportRow) -> int | None:
    """Return who closed a report last: it is their closing that is judged."""
    closing = LogEvent.filter(report_id=report.id, kind=ReportEventKind.STATUS_CHANGED).using_db(change.using)
    last = await closing.order_by("-position").first()
    return None if last is None else last.account_id
