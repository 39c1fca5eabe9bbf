"""What can be changed: parse, authorise, call the action, return what came of it."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry

from actions import accounts, closings, desk, sessions, statuses, submissions, supports
from actions.sessions import Started
from resolvers.accounts import session_of, viewer_of
from resolvers.loaders import RequestContext
from resolvers.permissions import require_person
from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from schema.errors import user_error
from schema.nodes import parse_id, row_id
from schema.people import ProfilePayload, SessionPayload, SignOutPayload, UpdateProfileInput
from schema.reports import ChangeReportStatusInput, ReportPayload, SubmitReportInput, UpdateReportInput

Info = strawberry.Info[RequestContext, None]
argument = strawberry.argument

ReportId = Annotated[strawberry.ID, argument(description="The report's id.")]
Note = Annotated[str | None, argument(description="What to tell the reporter: at most 2,000 characters.")]
IfVersion = Annotated[
    int | None, argument(description="Refuse with CONFLICT unless the report still has this version.")
]
Email = Annotated[str, argument(description="The address to sign in with.")]


@strawberry.type(description="What can be changed. A refusal is in the payload's `errors`, and has changed nothing.")
class Mutation:
    @strawberry.mutation(description="Make an account and sign in.")
    async def sign_up(
        self,
        info: Info,
        email: Email,
        password: Annotated[str, argument(description="10 to 128 characters.")],
        pseudonym: Annotated[
            str | None, argument(description="What others see, 3 to 40 characters; drawn when left out.")
        ] = None,
    ) -> SessionPayload:
        async def start() -> Started:
            writer = info.context.writer
            account_id = await accounts.sign_up(writer, email, password, pseudonym)
            return await sessions.start(writer, account_id)

        return await _session(info.context, start)

    @strawberry.mutation(description="Start a session.")
    async def sign_in(
        self, info: Info, email: Email, password: Annotated[str, argument(description="The password.")]
    ) -> SessionPayload:
        return await _session(info.context, lambda: sessions.sign_in(info.context.writer, email, password))

    @strawberry.mutation(description="Exchange a refresh token, which works once, for new tokens.")
    async def refresh_session(
        self, info: Info, refresh_token: Annotated[str, argument(description="The refresh token.")]
    ) -> SessionPayload:
        return await _session(info.context, lambda: sessions.refresh(info.context.writer, refresh_token))

    @strawberry.mutation(description="End the session.")
    async def sign_out(self, info: Info) -> SignOutPayload:
        context = info.context
        try:
            require_person(context)
            await sessions.sign_out(context.writer, context.session_id or "")
        except Refusal as refusal:
            return SignOutPayload(errors=[user_error(refusal, context.locale)])
        return SignOutPayload(errors=[])

    @strawberry.mutation(description="Change what one shows of oneself.")
    async def update_profile(
        self,
        info: Info,
        input: Annotated[UpdateProfileInput, argument(description="What to change.")],  # noqa: A002 # the contract's name
    ) -> ProfilePayload:
        context = info.context
        try:
            person = require_person(context)
            await accounts.update_profile(
                context.writer, person, pseudonym=input.pseudonym, on_citizen_board=input.on_citizen_board
            )
        except Refusal as refusal:
            return ProfilePayload(viewer=None, errors=[user_error(refusal, context.locale)])
        context.renew()
        return ProfilePayload(viewer=await viewer_of(context, person), errors=[])

    @strawberry.mutation(description="Report a problem.")
    async def submit_report(
        self,
        info: Info,
        input: Annotated[SubmitReportInput, argument(description="The report.")],  # noqa: A002 # the contract's name
    ) -> ReportPayload:
        async def act(person: Person) -> int:
            submission = submissions.Submission(
                title=input.title,
                description=input.description,
                category=input.category,
                latitude=input.location.latitude,
                longitude=input.location.longitude,
                address=input.address,
                kelurahan=input.kelurahan,
                photo_ids=tuple(input.photo_ids or ()),
                anonymous=input.anonymous,
                request_key=input.idempotency_key,
            )
            return await submissions.submit(info.context.writer, info.context.places.gazetteer, person, submission)

        return await _payload(info.context, act)

    @strawberry.mutation(description="Change one's own report while it waits unanswered.")
    async def update_report(
        self,
        info: Info,
        id: ReportId,  # noqa: A002 # the contract's name
        input: Annotated[UpdateReportInput, argument(description="What to change.")],  # noqa: A002 # likewise
    ) -> ReportPayload:
        edit = submissions.Edit(
            title=input.title,
            description=input.description,
            address=input.address,
            photo_ids=tuple(input.add_photo_ids or ()),
        )
        return await _changed(
            info.context, id, lambda person, row: submissions.edit(info.context.writer, person, row, edit)
        )

    @strawberry.mutation(description="Take one's own report back while it waits unanswered.")
    async def withdraw_report(self, info: Info, id: ReportId) -> ReportPayload:  # noqa: A002 # likewise
        return await _changed(
            info.context, id, lambda person, row: submissions.withdraw(info.context.writer, person, row)
        )

    @strawberry.mutation(description="Move a report on, as the unit in charge.")
    async def change_report_status(
        self,
        info: Info,
        id: ReportId,  # noqa: A002 # likewise
        input: Annotated[ChangeReportStatusInput, argument(description="Where to.")],  # noqa: A002 # likewise
    ) -> ReportPayload:
        async def act(person: Person, row: int) -> None:
            wish = statuses.StatusChange(
                status=input.status,
                resolution=input.resolution,
                note=input.note,
                proof_photo_ids=tuple(input.proof_photo_ids or ()),
                duplicate_of=None if input.duplicate_of is None else _row(input.duplicate_of, "input", "duplicateOf"),
                if_version=input.if_version,
            )
            await statuses.change_status(info.context.writer, person, row, wish)

        return await _changed(info.context, id, act)

    @strawberry.mutation(description="Open a closed report again: its reporter, or a supervisor.")
    async def reopen_report(
        self,
        info: Info,
        id: ReportId,  # noqa: A002 # likewise
        reason: Annotated[str, argument(description="Why, for everybody to read.")],
    ) -> ReportPayload:
        return await _changed(
            info.context, id, lambda person, row: closings.reopen(info.context.writer, person, row, reason)
        )

    @strawberry.mutation(description="Rate how one's own report was fixed, once for each closing.")
    async def rate_report(
        self,
        info: Info,
        id: ReportId,  # noqa: A002 # likewise
        stars: Annotated[int, argument(description="1 to 5.")],
        comment: Annotated[str | None, argument(description="Why, for everybody to read.")] = None,
    ) -> ReportPayload:
        return await _changed(
            info.context, id, lambda person, row: closings.rate(info.context.writer, person, row, stars, comment)
        )

    @strawberry.mutation(description="Give a report to another unit.")
    async def assign_report(
        self,
        info: Info,
        id: ReportId,  # noqa: A002 # likewise
        handler: Annotated[strawberry.ID, argument(description="The id of a kelurahan or an agency.")],
        note: Note = None,
        if_version: IfVersion = None,
    ) -> ReportPayload:
        context, wish = info.context, desk.Wish(note=note, if_version=if_version)
        code = _handler(handler)
        return await _changed(
            context,
            id,
            lambda person, row: desk.assign(context.writer, context.places.gazetteer, person, row, code, wish),
        )

    @strawberry.mutation(description="Say that a report is in another kelurahan.")
    async def transfer_report(
        self,
        info: Info,
        id: ReportId,  # noqa: A002 # likewise
        kelurahan: Annotated[str, argument(description="The code or the name of a kelurahan.")],
        note: Note = None,
        if_version: IfVersion = None,
    ) -> ReportPayload:
        context, wish = info.context, desk.Wish(note=note, if_version=if_version)
        return await _changed(
            context,
            id,
            lambda person, row: desk.transfer(context.writer, context.places.gazetteer, person, row, kelurahan, wish),
        )

    @strawberry.mutation(description="Give a report another category.")
    async def recategorise_report(
        self,
        info: Info,
        id: ReportId,  # noqa: A002 # likewise
        category: Annotated[str, argument(description="A category's code.")],
        note: Note = None,
        if_version: IfVersion = None,
    ) -> ReportPayload:
        context, wish = info.context, desk.Wish(note=note, if_version=if_version)
        return await _changed(
            context,
            id,
            lambda person, row: desk.recategorise(
                context.writer, context.places.gazetteer, person, row, category, wish
            ),
        )

    @strawberry.mutation(
        description="Take an entry of points back, as an ADMIN; the entry stays, and another reverses it."
    )
    async def waive_entry(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument(description="The entry's id.")],  # noqa: A002 # likewise
        reason: Annotated[str, argument(description="Why.")],
    ) -> ReportPayload:
        async def act(person: Person) -> int:
            position = row_id(id, "PointEntry")
            if position is None:
                raise Refusal(ErrorCode.NOT_FOUND, Message.ENTRY_NOT_FOUND, "id")
            return await closings.waive(info.context.writer, person, position, reason)

        return await _payload(info.context, act)

    @strawberry.mutation(description="Support somebody else's open report; twice is once.")
    async def support_report(self, info: Info, id: ReportId) -> ReportPayload:  # noqa: A002 # likewise
        return await _changed(info.context, id, lambda person, row: supports.support(info.context.writer, person, row))

    @strawberry.mutation(description="Take one's support back.")
    async def withdraw_support(self, info: Info, id: ReportId) -> ReportPayload:  # noqa: A002 # likewise
        return await _changed(
            info.context, id, lambda person, row: supports.withdraw_support(info.context.writer, person, row)
        )


async def _changed(context: RequestContext, text: str, act: Callable[[Person, int], Awaitable[None]]) -> ReportPayload:
    async def change(person: Person) -> int:
        row = _row(text, "id")
        await act(person, row)
        return row

    return await _payload(context, change)


async def _payload(context: RequestContext, act: Callable[[Person], Awaitable[int]]) -> ReportPayload:
    """Do something to a report as the person signed in, and return it as it stands then, or the refusal."""
    try:
        report_id = await act(require_person(context))
    except Refusal as refusal:
        return ReportPayload(report=None, errors=[user_error(refusal, context.locale)])
    context.renew()
    return ReportPayload(report=await context.report(report_id), errors=[])


async def _session(context: RequestContext, start: Callable[[], Awaitable[Started]]) -> SessionPayload:
    try:
        started = await start()
    except Refusal as refusal:
        return SessionPayload(session=None, errors=[user_error(refusal, context.locale)])
    return SessionPayload(session=await session_of(context, started), errors=[])


def _handler(text: str) -> str | None:
    """Return the code of a kelurahan or an agency from its id; None when it is of neither."""
    match parse_id(text):
        case ("Kelurahan" | "Agency", code):
            return code
    return None


def _row(text: str, *field: str) -> int:
    report_id = row_id(text, "Report")
    if report_id is None:
        raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, *field)
    return report_id
