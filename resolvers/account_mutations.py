"""The mutations of accounts: passwords, addresses, sessions, and people as the control room changes them."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

import strawberry

from actions import deletion, people, recovery, sessions
from actions.accounts import Credentials
from actions.my_data import make_data_link
from actions.passwords import hash_password
from actions.recovery import Post
from actions.sessions import Authenticated
from resolvers.accounts import session_of
from resolvers.context import MutationContext
from resolvers.context import MutationInfo as Info
from resolvers.limits import attempted, require_allowed
from resolvers.payloads import ONCE, mutation
from resolvers.permissions import require_person
from rules.access import Person, Role, require_control_room
from rules.devices import device_of
from rules.emails import normal_email
from rules.letters import CONFIRMING
from rules.limits import Act
from rules.messages import Message
from rules.passwords import require_strong
from rules.refusals import ErrorCode, Faults, Refusal
from schema.accounts import AccountPayload, ExportPayload, PersonPayload, load_person, unit_code
from schema.nodes import parse_id
from schema.people import SessionPayload
from schema.scalars import URL

logger = logging.getLogger("tanggap.accounts")

argument = strawberry.argument

NewPassword = Annotated[
    str, argument(description="The new password: 10 to 128 characters, none that is easy to guess.")
]
Token = Annotated[str, argument(description="The token of the link, as it is in the address.")]
PersonId = Annotated[strawberry.ID, argument(description="Id of the person.")]
UnitId = Annotated[
    strawberry.ID | None,
    argument(
        description="Id of the unit: a kelurahan or an agency for `OFFICER`; a kecamatan, a city or an agency for "
        "`SUPERVISOR`; null for others."
    ),
]


@strawberry.type
class AccountMutation:
    @mutation(
        SessionPayload,
        description="Choose a new password. It ends every session of the account within seconds, this one too: go on "
        "with the tokens of the session that it returns.",
        metadata=ONCE,
    )
    async def change_password(
        self,
        info: Info,
        current: Annotated[str, argument(description="The present password.")],
        new: NewPassword,
    ) -> SessionPayload:
        context, person, started = info.context, require_person(info.context), None
        while started is None:
            owner = await _checked(context, person, current, new)
            hashed = await hash_password(new)
            tokens, device = context.tokens.refreshing, device_of(context.user_agent)
            started = await context.transactions.run(recovery.change_password, owner, hashed, tokens, device)
        context.renew()
        return SessionPayload(session=await session_of(context, started), errors=[])

    @mutation(
        AccountPayload,
        description="Ask for a link by which the owner of an address chooses a new password. The answer is the same "
        "whether or not there is an account. The link works once, and for an hour.",
        metadata=ONCE,
    )
    async def request_password_reset(
        self, info: Info, email: Annotated[str, argument(description="E-mail address of the account.")]
    ) -> AccountPayload:
        address = normal_email(email, "email")
        await require_allowed(info.context, Act.LETTER, address)
        return await _posted(info.context, recovery.request_reset, address)

    @mutation(
        AccountPayload,
        description="Choose a password by the link of an e-mail: of `requestPasswordReset`, or of an invitation. It "
        "ends every session of the account within seconds; then sign in.",
        metadata=ONCE,
    )
    async def reset_password(self, info: Info, token: Token, new: NewPassword) -> AccountPayload:
        context = info.context
        letter_id, hashed = await recovery.checked_reset(context.tokens.letters, token, new, context.now)
        await context.transactions.run(recovery.reset_password, letter_id, hashed)
        return AccountPayload(errors=[])

    @mutation(
        AccountPayload,
        description="Send a link to the address of the viewer by which it is confirmed. A confirmed address stays so. "
        "Refused with `RATE_LIMITED` when several are on their way.",
    )
    async def request_email_confirmation(self, info: Info) -> AccountPayload:
        return await _posted(info.context, recovery.request_confirmation, require_person(info.context))

    @mutation(
        AccountPayload,
        description="Confirm an address by the link of an e-mail: of `signUp`, which creates the account, of "
        "`requestEmailConfirmation`, or of `changeEmail`. It needs no session, and starts none.",
    )
    async def confirm_email(self, info: Info, token: Token) -> AccountPayload:
        context = info.context
        letter = await recovery.link_letter(context.tokens.letters, token, CONFIRMING, context.now)
        await context.transactions.run(recovery.confirm_email, letter.id)
        return AccountPayload(errors=[])

    @mutation(
        AccountPayload,
        description="Use another address for signing in. It gets a link, and the present address a warning. The "
        "address changes when the link is opened (`confirmEmail`), within two days.",
        metadata=ONCE,
    )
    async def change_email(
        self,
        info: Info,
        password: Annotated[str, argument(description="The password of the account.")],
        email: Annotated[str, argument(description="The new address.")],
    ) -> AccountPayload:
        person = require_person(info.context)
        with Faults() as faults:
            address = faults.check(normal_email, email, "email")
            await faults.check_async(_password(info.context, person, password, "password"))
        return await _posted(info.context, recovery.change_email, person, address)

    @mutation(
        AccountPayload,
        description="End a session of the viewer, on whatever device. Its sockets close within seconds.",
    )
    async def revoke_session(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="Id of the session, from `sessions`.")]
    ) -> AccountPayload:
        person = require_person(info.context)
        type_name, session_id = parse_id(id) or ("", "")
        known = session_id if type_name == "SessionInfo" else ""
        await info.context.transactions.run(sessions.revoke, person.account_id, known)
        return AccountPayload(errors=[])

    @mutation(
        AccountPayload,
        description="End every session of the viewer, this one too. Their sockets close within seconds.",
    )
    async def sign_out_everywhere(self, info: Info) -> AccountPayload:
        person = require_person(info.context)
        await info.context.transactions.run(sessions.end_all, person.account_id)
        return AccountPayload(errors=[])

    @mutation(
        ExportPayload,
        description="Make a link to everything that the service has of the viewer, as a ZIP of JSON and photos. It "
        "works once, and for an hour, for everybody who has it. The link before it stops working.",
    )
    async def export_my_data(self, info: Info) -> ExportPayload:
        context = info.context
        token = await context.transactions.run(make_data_link, require_person(context))
        return ExportPayload(url=URL(f"{context.base_url}/account/data/{token}"), errors=[])

    @mutation(
        AccountPayload,
        description="Delete the account of the viewer, for good. Their words and photos go, and so do comments, flags, "
        "sessions and all that tells who they were. Their reports stay, with place, status and points, and so do the "
        "words of others. It cannot be undone. Refused with `CONFLICT` for staff, whose roles the control room takes "
        "first.",
        metadata=ONCE,
    )
    async def delete_my_account(
        self, info: Info, password: Annotated[str, argument(description="The password of the account.")]
    ) -> AccountPayload:
        context, person, is_done = info.context, require_person(info.context), False
        while not is_done:
            owner = await _password(context, person, password, "password")
            is_done = await context.transactions.run(deletion.delete_account, owner)
        await deletion.erase_reports(context.transactions, person.account_id, deletion.ERASED_AT_ONCE)
        return AccountPayload(errors=[])

    @mutation(
        PersonPayload,
        description="Give somebody a role, and an account if they have none, as an `ADMIN`. They get an e-mail with a "
        "link by which they choose a password, within seven days; who has an account keeps its password.",
    )
    async def invite_person(
        self,
        info: Info,
        email: Annotated[str, argument(description="E-mail address of the person.")],
        name: Annotated[
            str,
            argument(
                description="Name among staff: 1 to 80 characters. Officer boards show it, and never the pseudonym."
            ),
        ],
        role: Annotated[Role, argument(description="The role.")],
        unit: UnitId = None,
    ) -> PersonPayload:
        context, person = info.context, _admin(info.context)
        given = people.Invitation(email=email, name=name, role=role, unit=_unit(unit))
        checked = people.checked_invitation(context.places.gazetteer, given)
        invited = await context.transactions.run(people.invite, person, checked, _post(context))
        _tell_operator(context, invited.letter_id)
        return await _changed(context, invited.public_id)

    @mutation(PersonPayload, description="Give a person a role, as an `ADMIN`. Who has it keeps it.")
    async def grant_role(
        self,
        info: Info,
        person_id: PersonId,
        role: Annotated[Role, argument(description="The role.")],
        unit: UnitId = None,
    ) -> PersonPayload:
        context, person = info.context, _admin(info.context)
        gazetteer, wanted = context.places.gazetteer, _public_id(person_id)
        changed = await context.transactions.run(people.grant, gazetteer, person, wanted, role, _unit(unit))
        return await _changed(context, changed)

    @mutation(
        PersonPayload,
        description="Take a role from a person, as an `ADMIN`: at once, on open sockets too. Nobody takes their own "
        "role of `ADMIN`.",
    )
    async def take_role(
        self,
        info: Info,
        person_id: PersonId,
        role: Annotated[Role, argument(description="The role. Not `CITIZEN`: every account is one.")],
        unit: UnitId = None,
    ) -> PersonPayload:
        context, person = info.context, _admin(info.context)
        changed = await context.transactions.run(people.take, person, _public_id(person_id), role, _unit(unit))
        return await _changed(context, changed)

    @mutation(
        PersonPayload,
        description="Let a person neither sign in nor act any more, as an `ADMIN`. Their sessions end within seconds. "
        "Nobody blocks themselves. Repeated, it changes the reason.",
    )
    async def block_person(
        self,
        info: Info,
        person_id: PersonId,
        reason: Annotated[str, argument(description="Reason, for the control room only: 1 to 2,000 characters.")],
    ) -> PersonPayload:
        context, person = info.context, _admin(info.context)
        changed = await context.transactions.run(people.block, person, _public_id(person_id), reason)
        return await _changed(context, changed)

    @mutation(PersonPayload, description="Let a person sign in again, as an `ADMIN`. Their sessions stay ended.")
    async def unblock_person(self, info: Info, person_id: PersonId) -> PersonPayload:
        context, person = info.context, _admin(info.context)
        changed = await context.transactions.run(people.unblock, person, _public_id(person_id))
        return await _changed(context, changed)


async def requested_sign_up(context: MutationContext, new: Credentials) -> SessionPayload:
    """Write the letter that confirms a sign-up, and return the payload: the same for an address with an account."""
    await context.transactions.run(recovery.request_sign_up, new, _post(context))
    return SessionPayload(session=None, errors=[])


async def _checked(context: MutationContext, person: Person, current: str, new: str) -> Authenticated:
    """Return the owner of an account who knows its password. Raises Refusal INVALID for either password."""
    with Faults() as faults:
        owner = await faults.check_async(_password(context, person, current, "current"))
        faults.check(require_strong, new, "" if faults else owner.email, "new")
    return owner


async def _password(context: MutationContext, person: Person, password: str, field: str) -> Authenticated:
    """Return the owner of an account who knows its password. Raises Refusal INVALID, RATE_LIMITED for many guesses."""
    check = partial(recovery.require_password, person, password, field)
    return await attempted(context, str(person.account_id), check)


async def _posted(
    context: MutationContext, action: Callable[..., Awaitable[int | None]], *given: Any
) -> AccountPayload:
    """Run an action that writes a letter, and return its payload, which says nothing of it."""
    _tell_operator(context, await context.transactions.run(action, *given, _post(context)))
    return AccountPayload(errors=[])


def _tell_operator(context: MutationContext, letter_id: int | None) -> None:
    """Say in the log how the link of a letter is passed on, if no e-mail can be sent. It names nobody."""
    if letter_id is not None and not context.offers.email:
        logger.warning("no e-mail can be sent: pass on the link that `tanggap user link --number %d` prints", letter_id)


def _post(context: MutationContext) -> Post:
    return Post(is_mailed=context.offers.email, locale=context.locale)


async def _changed(context: MutationContext, public_id: str) -> PersonPayload:
    """Return the payload with a person as they are after the change."""
    context.renew()
    return PersonPayload(person=await load_person(context, public_id), errors=[])


def _admin(context: MutationContext) -> Person:
    """Return the person who is signed in. Raises Refusal UNAUTHENTICATED, FORBIDDEN unless they are an ADMIN."""
    person = require_person(context)
    require_control_room(person)
    return person


def _public_id(global_id: str) -> str | None:
    """Return the public id of a person; None for any other id."""
    match parse_id(global_id):
        case ("Person", public_id):
            return public_id
    return None


def _unit(global_id: str | None) -> str | None:
    """Return the code of a unit. Raises Refusal INVALID for any other id."""
    code = None if global_id is None else unit_code(global_id)
    if global_id is not None and code is None:
        raise Refusal(ErrorCode.INVALID, Message.UNIT_UNKNOWN, "unit", unit=global_id)
    return code
