"""The root type of mutations. Each resolver parses its arguments, runs an action and returns the payload."""

from functools import partial
from typing import Annotated

import strawberry

from actions import accounts, sessions
from actions.act_keys import RequestKey
from actions.closings import rate, reopen
from actions.comments import NewComment, comment
from actions.desk import DeskOptions, assign, recategorise, transfer
from actions.forwarding import retry
from actions.news import mark_news_read
from actions.notifications import disable_push, enable_push, set_email_news
from actions.places import move
from actions.statuses import StatusChange, change_status
from actions.submissions import Edit, Submission, edit, require_valid, submit, withdraw
from actions.supports import support, withdraw_support
from actions.waivers import waive, waive_reports
from queries import reports
from resolvers.account_mutations import AccountMutation, requested_sign_up
from resolvers.accounts import session_of, viewer_of
from resolvers.bulk import change_statuses
from resolvers.context import MutationContext
from resolvers.context import MutationInfo as Info
from resolvers.limits import attempted, require_allowed
from resolvers.moderation import ModerationMutation
from resolvers.notifications import changed_settings, offered_email, offered_push
from resolvers.payloads import ONCE, act_on_report, changed_report, mutation
from resolvers.permissions import require_person, row_of_report
from resolvers.privacy import PrivacyMutation
from rules.access import Person
from rules.devices import device_of
from rules.limits import Act
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.report_numbers import parse_report_number
from schema.bulk import REPORTS_AT_ONCE, BulkPayload
from schema.comments import CommentPayload, load_comment
from schema.costs import CHANGE, cost
from schema.news import NotificationPayload, PushSubscriptionInput
from schema.nodes import parse_id, row_id
from schema.people import ProfilePayload, SessionPayload, SignOutPayload, UpdateProfileInput
from schema.points import WaivePayload
from schema.reports import ChangeReportStatusInput, GeoPointInput, ReportPayload, SubmitReportInput, UpdateReportInput
from schema.scalars import URL

argument = strawberry.argument

ReportId = Annotated[strawberry.ID, argument(description="Id of the report.")]
Note = Annotated[str | None, argument(description="Public note to the reporter: at most 2,000 characters.")]
IfVersion = Annotated[
    int | None,
    argument(
        description="Expected version of the report. The change is refused with `CONFLICT` if the report has "
        "another one."
    ),
]
IdempotencyKey = Annotated[
    str | None,
    argument(
        description="Key chosen by the client: 1 to 100 characters. The same act with the same key again is not done "
        "again, and returns the same payload, with the report as it is now. A key is remembered for 7 days."
    ),
]
Email = Annotated[str, argument(description="E-mail address for signing in.")]


@strawberry.type(
    description="Write operations. Refusals appear in `errors` of the payload, one for each fault. A refused change "
    "has changed nothing."
)
class Mutation(AccountMutation, ModerationMutation, PrivacyMutation):
    @mutation(
        SessionPayload,
        description="Create an account and sign in. Where the service sends e-mails, the session is null without an "
        "error: the account is created when the link in the e-mail is opened (`confirmEmail`); then sign in. The "
        "answer is the same if the address has an account, and the e-mail says so.",
        metadata=ONCE,
    )
    async def sign_up(
        self,
        info: Info,
        email: Email,
        password: Annotated[str, argument(description="Password: 10 to 128 characters, none that is easy to guess.")],
        pseudonym: Annotated[
            str | None, argument(description="Name that others see: 3 to 40 characters. Generated when null.")
        ] = None,
    ) -> SessionPayload:
        context, transactions = info.context, info.context.transactions
        await require_allowed(context, Act.SIGN_UP, email.casefold())
        new = await accounts.credentials(email, password, pseudonym)
        if context.offers.email:
            return await requested_sign_up(context, new)
        account_id = await transactions.run(accounts.sign_up, new, context.locale)
        tokens, device = context.tokens.refreshing, device_of(context.user_agent)
        started = await transactions.run(sessions.start, account_id, tokens, device)
        return SessionPayload(session=await session_of(context, started), errors=[])

    @mutation(
        SessionPayload,
        description="Sign in and start a session. Refused with `FORBIDDEN` when the control room has blocked the "
        "account, and with `RATE_LIMITED` for some seconds after several wrong passwords.",
        metadata=ONCE,
    )
    async def sign_in(
        self, info: Info, email: Email, password: Annotated[str, argument(description="The password of the account.")]
    ) -> SessionPayload:
        context, started = info.context, None
        while started is None:
            owner = await attempted(context, email, partial(sessions.authenticate, email, password))
            tokens, device = context.tokens.refreshing, device_of(context.user_agent)
            started = await context.transactions.run(sessions.sign_in, owner, tokens, device)
        return SessionPayload(session=await session_of(info.context, started), errors=[])

    @mutation(
        SessionPayload,
        description="Exchange a refresh token for new tokens. Repeated within a minute, it gives the same one.",
        metadata=ONCE,
    )
    async def refresh_session(
        self, info: Info, refresh_token: Annotated[str, argument(description="The refresh token of the session.")]
    ) -> SessionPayload:
        context = info.context
        refreshed = await context.transactions.run(sessions.refresh, refresh_token, context.tokens.refreshing)
        if refreshed is None:
            raise Refusal(ErrorCode.UNAUTHENTICATED, Message.TOKEN_INVALID, "refreshToken")
        return SessionPayload(session=await session_of(context, refreshed), errors=[])

    @mutation(SignOutPayload, description="Sign out: end the current session.")
    async def sign_out(self, info: Info) -> SignOutPayload:
        require_person(info.context)
        await info.context.transactions.run(sessions.sign_out, info.context.session_id or "")
        return SignOutPayload(errors=[])

    @mutation(ProfilePayload, description="Change the profile of the viewer.")
    async def update_profile(
        self,
        info: Info,
        input: Annotated[UpdateProfileInput, argument(description="The changes.")],
    ) -> ProfilePayload:
        context, person = info.context, require_person(info.context)
        await context.transactions.run(
            accounts.update_profile, person, pseudonym=input.pseudonym, on_citizen_board=input.on_citizen_board
        )
        context.renew()
        return ProfilePayload(viewer=await viewer_of(context, person, context.session_id), errors=[])

    @mutation(
        NotificationPayload,
        description="Mark the news up to an event as read, on all devices of the viewer. An earlier event than the "
        "last time changes nothing.",
    )
    async def mark_news_read(
        self,
        info: Info,
        up_to: Annotated[
            str, argument(description="Log cursor: the `cursor` of an event of `news`, or of the viewer for all news.")
        ],
    ) -> NotificationPayload:
        person = require_person(info.context)
        await info.context.transactions.run(mark_news_read, person, up_to)
        return await changed_settings(info.context, person)

    @mutation(
        NotificationPayload,
        description="Send the viewer's news to this browser or app while it is closed, in the language of the request. "
        "Call it at each start with the present subscription: the same one again is not a second one. An account has "
        "at most 10, and a new one replaces the oldest. A browser gets the news of the account that enabled it last.",
    )
    async def enable_push(
        self,
        info: Info,
        input: Annotated[PushSubscriptionInput, argument(description="The subscription of the browser.")],
    ) -> NotificationPayload:
        context, person = info.context, require_person(info.context)
        target = offered_push(context, input)
        await context.transactions.run(enable_push, person, target, context.locale)
        return await changed_settings(context, person)

    @mutation(
        NotificationPayload,
        description="Send no more news to a browser or app, for example before a sign-out. Succeeds also when there is "
        "no such subscription of the viewer.",
    )
    async def disable_push(
        self, info: Info, endpoint: Annotated[URL, argument(description="Address of the subscription.")]
    ) -> NotificationPayload:
        person = require_person(info.context)
        await info.context.transactions.run(disable_push, person, endpoint)
        return await changed_settings(info.context, person)

    @mutation(
        NotificationPayload,
        description="Send the viewer's news by e-mail, at most once an hour and in the language of the request, or no "
        "longer. Refused when the service cannot send e-mails, and with `FORBIDDEN` while the address is not "
        "confirmed (`requestEmailConfirmation`).",
    )
    async def set_email_notifications(
        self, info: Info, enabled: Annotated[bool, argument(description="Whether to send e-mails.")]
    ) -> NotificationPayload:
        context, person = info.context, require_person(info.context)
        if enabled:
            offered_email(context)
        await context.transactions.run(set_email_news, person, enabled=enabled, locale=context.locale)
        return await changed_settings(context, person)

    @mutation(ReportPayload, description="Submit a report of a problem.")
    async def submit_report(
        self,
        info: Info,
        input: Annotated[SubmitReportInput, argument(description="The report.")],
    ) -> ReportPayload:
        context, person = info.context, require_person(info.context)
        await require_allowed(context, Act.SUBMISSION, person.account_id)
        routed = await require_valid(context.places.gazetteer, person, _submission(input))
        report_id = await context.transactions.run(submit, person, routed)
        return await changed_report(context, report_id)

    @mutation(ReportPayload, description="Change one's own report. Allowed until the city has answered.")
    async def update_report(
        self,
        info: Info,
        id: ReportId,
        input: Annotated[UpdateReportInput, argument(description="The changes.")],
    ) -> ReportPayload:
        context, person, report_id = info.context, require_person(info.context), row_of_report(id)
        changes = Edit(
            title=input.title,
            description=input.description,
            address=input.address,
            photo_ids=tuple(input.add_photo_ids or ()),
            mask_personal_details=input.mask_personal_details,
        )
        await context.transactions.run(edit, person, report_id, changes)
        return await changed_report(context, report_id)

    @mutation(
        ReportPayload,
        description="Withdraw one's own report. Allowed until the city has answered or its answer is overdue, and "
        "while no other report is merged into it.",
    )
    async def withdraw_report(self, info: Info, id: ReportId, idempotency_key: IdempotencyKey = None) -> ReportPayload:
        context, person, report_id = info.context, require_person(info.context), row_of_report(id)
        key = RequestKey(person=person, text=idempotency_key, report_id=report_id)
        await context.transactions.run_once(key, withdraw, person, report_id)
        return await changed_report(context, report_id)

    @mutation(
        ReportPayload,
        description="Send a report to its external agency now, after attempts that failed: as staff of the agency or "
        "of the control room. The agency still gets it once.",
    )
    async def retry_forwarding(self, info: Info, id: ReportId) -> ReportPayload:
        return await act_on_report(info.context, id, retry)

    @mutation(ReportPayload, description="Change the status of a report, as the unit in charge.")
    async def change_report_status(
        self,
        info: Info,
        id: ReportId,
        input: Annotated[ChangeReportStatusInput, argument(description="The new status and its details.")],
    ) -> ReportPayload:
        context, person, report_id = info.context, require_person(info.context), row_of_report(id)
        change = await _status_change(input, context)
        key = _status_key(person, input, report_id)
        await context.transactions.run_once(key, change_status, person, report_id, change)
        return await changed_report(context, report_id)

    @mutation(
        BulkPayload,
        nothing=[],
        description="Change the status of up to 50 reports, as the unit in charge, each on its own: a refusal of one "
        "does not stop the others. `FIXED` and `ifVersion` are refused with more than one report.",
        metadata=cost(reads=lambda given: (CHANGE * min(len(given["ids"]), REPORTS_AT_ONCE), 1)),
    )
    async def change_report_statuses(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID],
            argument(description="Ids of 1 to 50 reports. The same id again is changed once, and has the same result."),
        ],
        input: Annotated[
            ChangeReportStatusInput,
            argument(
                description="The new status and its details, the same for all reports. With an `idempotencyKey` the "
                "request can be sent again: reports that were changed are not changed again, those that were refused "
                "are tried again."
            ),
        ],
    ) -> BulkPayload:
        context, person = info.context, require_person(info.context)
        return await change_statuses(context, ids, await _status_change(input, context), _status_key(person, input))

    @mutation(
        ReportPayload,
        description="Reopen a closed report: its reporter within 14 days, a supervisor within 60, each at most twice.",
    )
    async def reopen_report(
        self,
        info: Info,
        id: ReportId,
        reason: Annotated[str, argument(description="Public reason: 1 to 2,000 characters.")],
        idempotency_key: IdempotencyKey = None,
    ) -> ReportPayload:
        context, person, report_id = info.context, require_person(info.context), row_of_report(id)
        key = RequestKey(person=person, text=idempotency_key, report_id=report_id)
        await context.transactions.run_once(key, reopen, person, report_id, reason)
        return await changed_report(context, report_id)

    @mutation(ReportPayload, description="Rate how one's own report was fixed, once per closing, within 30 days.")
    async def rate_report(
        self,
        info: Info,
        id: ReportId,
        stars: Annotated[int, argument(description="Stars: 1 to 5.")],
        comment: Annotated[str | None, argument(description="Public comment: at most 2,000 characters.")] = None,
        idempotency_key: IdempotencyKey = None,
    ) -> ReportPayload:
        context, person, report_id = info.context, require_person(info.context), row_of_report(id)
        key = RequestKey(person=person, text=idempotency_key, report_id=report_id)
        await context.transactions.run_once(key, rate, person, report_id, stars, comment)
        return await changed_report(context, report_id)

    @mutation(
        ReportPayload,
        description="Assign a report to another unit. An external agency takes reports of its categories only.",
    )
    async def assign_report(
        self,
        info: Info,
        id: ReportId,
        handler: Annotated[strawberry.ID, argument(description="Id of a kelurahan or an agency.")],
        note: Note = None,
        if_version: IfVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> ReportPayload:
        context, person, report_id = info.context, require_person(info.context), row_of_report(id)
        key = RequestKey(person=person, text=idempotency_key, report_id=report_id)
        options = DeskOptions(note=note, if_version=if_version)
        gazetteer, code = context.places.gazetteer, _handler(handler)
        await context.transactions.run_once(key, assign, gazetteer, person, report_id, code, options)
        return await changed_report(context, report_id)

    @mutation(ReportPayload, description="Transfer a report to another kelurahan, when its location was wrong.")
    async def transfer_report(
        self,
        info: Info,
        id: ReportId,
        kelurahan: Annotated[str, argument(description="Code or name of a kelurahan.")],
        note: Note = None,
        if_version: IfVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> ReportPayload:
        context, person, report_id = info.context, require_person(info.context), row_of_report(id)
        key = RequestKey(person=person, text=idempotency_key, report_id=report_id)
        options = DeskOptions(note=note, if_version=if_version)
        gazetteer = context.places.gazetteer
        await context.transactions.run_once(key, transfer, gazetteer, person, report_id, kelurahan, options)
        return await changed_report(context, report_id)

    @mutation(
        ReportPayload,
        description="Correct the location of an open report, and with it the kelurahan: the reporter until the city "
        "has answered or its answer is overdue, or the unit in charge by at most 500 metres from where the reporter "
        "put it, however often. To a location of another unit the reporter moves it in the first half of the time for "
        "the answer.",
    )
    async def move_report(
        self,
        info: Info,
        id: ReportId,
        location: Annotated[GeoPointInput, argument(description="The right location.")],
        if_version: IfVersion = None,
    ) -> ReportPayload:
        context, person, report_id = info.context, require_person(info.context), row_of_report(id)
        gazetteer, place = context.places.gazetteer, (location.latitude, location.longitude)
        await context.transactions.run(move, gazetteer, person, report_id, *place, if_version)
        return await changed_report(context, report_id)

    @mutation(ReportPayload, description="Change the category of a report.")
    async def recategorise_report(
        self,
        info: Info,
        id: ReportId,
        category: Annotated[str, argument(description="Code of a category.")],
        note: Note = None,
        if_version: IfVersion = None,
        idempotency_key: IdempotencyKey = None,
    ) -> ReportPayload:
        context, person, report_id = info.context, require_person(info.context), row_of_report(id)
        key = RequestKey(person=person, text=idempotency_key, report_id=report_id)
        options = DeskOptions(note=note, if_version=if_version)
        gazetteer = context.places.gazetteer
        await context.transactions.run_once(key, recategorise, gazetteer, person, report_id, category, options)
        return await changed_report(context, report_id)

    @mutation(
        ReportPayload,
        description="Waive a point entry, as an `ADMIN` who does not belong to its unit. The entry stays, and a new "
        "one reverses it.",
    )
    async def waive_entry(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument(description="Id of the point entry.")],
        reason: Annotated[str, argument(description="Public reason: 1 to 2,000 characters.")],
        idempotency_key: IdempotencyKey = None,
    ) -> ReportPayload:
        context, person = info.context, require_person(info.context)
        position = row_id(id, "PointEntry")
        if position is None:
            raise Refusal(ErrorCode.NOT_FOUND, Message.ENTRY_NOT_FOUND, "id")
        key = RequestKey(person=person, text=idempotency_key)
        report_id = await context.transactions.run_once(key, waive, person, position, reason)
        return await changed_report(context, report_id)

    @mutation(
        WaivePayload,
        description="Waive every point entry of reports that still counts, of units and of citizens, as an `ADMIN` who "
        "belongs to none of these units: for spam. All of it or nothing. Repeated, it waives what was entered since.",
    )
    async def waive_reports(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID],
            argument(
                description="Ids of 1 to 100 reports. The same id again does not count. The `field` of an error has "
                "the place of its id, from 0 on: `ids`, `3`."
            ),
        ],
        reason: Annotated[str, argument(description="Public reason of each entry: 1 to 2,000 characters.")],
        idempotency_key: IdempotencyKey = None,
    ) -> WaivePayload:
        context, person = info.context, require_person(info.context)
        first = {text: place for place, text in reversed([*enumerate(ids)])}
        reports = {place: row_id(text, "Report") for text, place in first.items()}
        key = RequestKey(person=person, text=idempotency_key)
        waived = await context.transactions.run_once(key, waive_reports, person, reports, reason)
        return WaivePayload(waived=waived or 0, errors=[])  # nothing is kept of an act that found nothing

    @mutation(
        CommentPayload,
        description="Comment on a report, open or closed: its reporter, its supporters, and staff who may act on it, "
        "who speak for their unit. A comment does not change the status, and meets no deadline.",
    )
    async def comment_on_report(
        self,
        info: Info,
        id: ReportId,
        body: Annotated[str, argument(description="Text: 1 to 2,000 characters.")],
        internal: Annotated[
            bool, argument(description="Whether only staff see it: an internal note, for staff who may act on it.")
        ] = False,
        mask_personal_details: Annotated[
            bool,
            argument(
                description="Whether others read it with its personal details masked. Staff who may act on the report "
                "still read what was written."
            ),
        ] = False,
        idempotency_key: Annotated[
            str | None,
            argument(
                description="Idempotency key chosen by the client, at most 100 characters. Repeating a comment with "
                "the same key returns the same comment."
            ),
        ] = None,
    ) -> CommentPayload:
        context, person = info.context, require_person(info.context)
        await require_allowed(context, Act.COMMENT, person.account_id)
        new = NewComment(
            report_id=row_id(id, "Report"), body=body, internal=internal, mask_personal_details=mask_personal_details
        )
        key = RequestKey(person=person, text=idempotency_key, report_id=new.report_id)
        position = await context.transactions.run_once(key, comment, person, new)
        context.renew()
        return CommentPayload(comment=await load_comment(context, position), errors=[])

    @mutation(ReportPayload, description="Support an open report of another citizen. Repeating it changes nothing.")
    async def support_report(self, info: Info, id: ReportId) -> ReportPayload:
        return await act_on_report(info.context, id, support)

    @mutation(ReportPayload, description="Withdraw one's support of a report.")
    async def withdraw_support(self, info: Info, id: ReportId) -> ReportPayload:
        return await act_on_report(info.context, id, withdraw_support)


async def _status_change(given: ChangeReportStatusInput, context: MutationContext) -> StatusChange:
    """Return the change that a client asks for. Raises Refusal NOT_FOUND for an unknown original."""
    original = given.duplicate_of
    return StatusChange(
        status=given.status,
        resolution=given.resolution,
        note=given.note,
        proof_photo_ids=tuple(given.proof_photo_ids or ()),
        duplicate_of=None if original is None else await _original_id(original, context),
        if_version=given.if_version,
    )


def _status_key(person: Person, given: ChangeReportStatusInput, report_id: int | None = None) -> RequestKey:
    """Return the key of a change of status."""
    return RequestKey(
        person=person,
        text=given.idempotency_key,
        path=("input", "idempotencyKey"),
        report_id=report_id,
        photo_ids=tuple(given.proof_photo_ids or ()),
    )


def _submission(given: SubmitReportInput) -> Submission:
    """Return the submission: the fields of the same names, and the rest in the form of the action."""
    values = {**vars(given)}
    location, key = values.pop("location"), values.pop("idempotency_key")
    values["photo_ids"] = tuple(given.photo_ids or ())
    return Submission(**values, latitude=location.latitude, longitude=location.longitude, request_key=key)


def _handler(global_id: str) -> str | None:
    """Return the code of a kelurahan or an agency from its id; None for any other id."""
    match parse_id(global_id):
        case ("Kelurahan" | "Agency", code):
            return code
    return None


async def _original_id(given: str, context: MutationContext) -> int:
    """Return the row id of the report with an id or a number. Raises Refusal NOT_FOUND."""
    number = parse_report_number(given)
    if number is None:
        return row_of_report(given, "input", "duplicateOf")
    found = await reports.by_number(number, context.viewpoint)
    if found is None:
        raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, "input", "duplicateOf")
    return found[1]
