"""Changes of many reports in one request, each in a transaction of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import strawberry

from actions.act_keys import RequestKey
from actions.statuses import StatusChange, change_status
from resolvers.context import MutationContext
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal
from rules.workflow import Resolution
from schema.bulk import REPORTS_AT_ONCE, BulkPayload, BulkResult
from schema.errors import user_error
from schema.nodes import row_id
from schema.reports import load_report


def require_bulk(ids: Sequence[str], change: StatusChange, key: RequestKey) -> None:
    """Raise Refusal INVALID for each reason why no report may be changed so: all faults at once."""
    with Faults() as faults:
        if not 1 <= len(ids) <= REPORTS_AT_ONCE:
            faults.add(
                Refusal(ErrorCode.INVALID, Message.IDS_COUNT, "ids", low=1, high=REPORTS_AT_ONCE, given=len(ids))
            )
        if key.text is not None:
            faults.check(key.clean)
        if len(set(ids)) > 1:
            if change.resolution is Resolution.FIXED:
                faults.add(Refusal(ErrorCode.INVALID, Message.PROOF_OF_MANY, "input", "resolution"))
            if change.if_version is not None:
                faults.add(Refusal(ErrorCode.INVALID, Message.VERSION_OF_MANY, "input", "ifVersion"))


async def change_statuses(
    context: MutationContext, ids: Sequence[str], change: StatusChange, key: RequestKey
) -> BulkPayload:
    """Change the status of each report, one after the other, and return the result of each, in the order of the ids.

    An id that comes twice is changed once. Raises Refusal when no report may be changed so.
    """
    require_bulk(ids, change, key)
    outcomes = {text: await _change(context, place, text, change, key) for text, place in _first(ids).items()}
    context.renew()
    reports = await asyncio.gather(
        *(load_report(context, outcome) for outcome in outcomes.values() if not isinstance(outcome, Refusal))
    )
    changed = iter(reports)
    results = {
        text: BulkResult(
            id=strawberry.ID(text),
            report=None if isinstance(outcome, Refusal) else next(changed),
            errors=[user_error(each, context.locale) for each in (outcome, *outcome.also)]
            if isinstance(outcome, Refusal)
            else [],
        )
        for text, outcome in outcomes.items()
    }
    return BulkPayload(results=[results[text] for text in ids], errors=[])


async def _change(
    context: MutationContext, place: int, text: str, change: StatusChange, key: RequestKey
) -> int | Refusal:
    """Change one report. Return its row id, or the refusal. Its key is that of the request with its row id."""
    report_id = row_id(text, "Report")
    unknown = Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, "ids", str(place))
    if report_id is None:
        return unknown
    own = replace(key, report_id=report_id, part=f" {report_id}")
    try:
        await context.transactions.run_once(own, change_status, key.person, report_id, change)
    except Refusal as refusal:
        is_unknown = refusal.message is Message.REPORT_NOT_FOUND and not refusal.field
        return unknown if is_unknown else refusal
    return report_id


def _first(ids: Sequence[str]) -> dict[str, int]:
    """Return the place of each id where it comes first."""
    places: dict[str, int] = {}
    for place, text in enumerate(ids):
        places.setdefault(text, place)
    return places
