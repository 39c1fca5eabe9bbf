"""The fields of the root types for moderation."""

from typing import Annotated

import strawberry

from actions.erasing import erase, remove_photo
from actions.moderation import dismiss_flags, flag, hide, show
from queries import flags
from resolvers.context import MutationInfo
from resolvers.limits import require_allowed
from resolvers.payloads import act_on_report, mutation
from resolvers.permissions import require_person, row_of_report
from rules.criteria import ReportCriteria
from rules.limits import Act
from schema.accounts import AccountPayload, require_admin
from schema.context import BY_VIEWER, DEPENDS, Info
from schema.costs import STATEMENT, cost
from schema.paging import MOST_INTEGER, After, Before, First, Last, page_request, row_key
from schema.reports import ReportConnection, ReportPayload

argument = strawberry.argument

FLAGGED = "FLAGGED"
"""The order of the list in its page cursors."""

ReportId = Annotated[strawberry.ID, argument(description="Id of the report.")]


@strawberry.type
class ModerationQuery:
    @strawberry.field(
        description="The reports that are flagged or hidden, the most lately flagged first, those without a flag "
        "last. For the control room only.",
        metadata=DEPENDS | BY_VIEWER | cost(page=20, reads=2 * STATEMENT),
    )
    async def flagged_reports(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> ReportConnection:
        context = info.context
        require_admin(context)
        context.depends.on_viewer()
        keyset = page_request(first, after, last, before).keyset(_flagged_key)
        head = await context.log_head() if info.selects("cursor") else None
        page = await flags.page(keyset, info.columns)
        return ReportConnection(
            order=FLAGGED, page=page, criteria=ReportCriteria(flagged=True), kelurahan=None, head=head
        )


@strawberry.type
class ModerationMutation:
    @mutation(
        ReportPayload,
        description="Hide a report of somebody else from the public, as the control room. Its reporter and staff who "
        "may act on it still see it, and nobody else finds a trace of it. Its clocks and points stay.",
    )
    async def hide_report(
        self,
        info: MutationInfo,
        id: ReportId,
        reason: Annotated[
            str, argument(description="Reason, which the reporter and staff who may act read: 3 to 500 characters.")
        ],
    ) -> ReportPayload:
        return await act_on_report(info.context, id, hide, reason)

    @mutation(ReportPayload, description="Show a hidden report again, as the control room.")
    async def show_report(self, info: MutationInfo, id: ReportId) -> ReportPayload:
        return await act_on_report(info.context, id, show)

    @mutation(
        ReportPayload,
        description="Delete the flags of a report in which nothing is wrong, as the control room: it leaves "
        "`flaggedReports`, unless it is hidden. A later flag brings it back. Without any nothing changes.",
    )
    async def dismiss_flags(self, info: MutationInfo, id: ReportId) -> ReportPayload:
        return await act_on_report(info.context, id, dismiss_flags)

    @mutation(
        ReportPayload,
        description="Erase the words, the address and the photos of one's own report, with one's own comments on it. "
        "The report stays, with a title that says so. This cannot be undone.",
    )
    async def erase_report(self, info: MutationInfo, id: ReportId) -> ReportPayload:
        return await act_on_report(info.context, id, erase)

    @mutation(
        ReportPayload,
        description="Remove a photo from a report: the reporter until the city has answered, and the control room at "
        "any time, also proof photos. This cannot be undone.",
    )
    async def remove_photo(
        self,
        info: MutationInfo,
        id: ReportId,
        photo_id: Annotated[strawberry.ID, argument(description="Id of the photo.")],
    ) -> ReportPayload:
        return await act_on_report(info.context, id, remove_photo, photo_id)

    @mutation(
        AccountPayload,
        description="Tell the control room what is wrong with a report of somebody else. A second flag of the same "
        "person replaces the first. The control room does not see who flagged.",
    )
    async def flag_report(
        self,
        info: MutationInfo,
        id: ReportId,
        reason: Annotated[str, argument(description="Reason: 3 to 500 characters.")],
    ) -> AccountPayload:
        context, person = info.context, require_person(info.context)
        await require_allowed(context, Act.FLAG, person.account_id)
        await context.transactions.run(flag, person, row_of_report(id), reason)
        return AccountPayload(errors=[])


def _flagged_key(keys: list[object]) -> tuple[int, int] | None:
    """Return the key that a page cursor carries. Return None for the cursor of another list."""
    match keys:
        case [str(name), int(newest), last] if name == FLAGGED and 0 <= newest <= MOST_INTEGER:
            report_id = row_key(last)
            return None if report_id is None else (newest, report_id)
    return None
