"""People: the viewer with their session, and citizens and officers on boards."""

from datetime import datetime

import strawberry

from queries import news, people
from queries.ledger import points_of_citizen
from queries.people import MOST_SESSIONS
from rules.access import Role, RoleGrant
from schema.context import Context, Info
from schema.costs import STATEMENT, cost
from schema.errors import UserError
from schema.news import NotificationSettings, read_news, read_settings
from schema.paging import After, First
from schema.places import Unit
from schema.reports import ReportEventConnection
from schema.sessions import SessionInfo, read_sessions

field = strawberry.field


@strawberry.type(description="A role of an account in a unit.")
class Membership:
    role: Role = field(description="The role.")
    unit: Unit | None = field(description="Unit that the role extends to. Null for `CITIZEN` and `ADMIN`.")


def membership_of(context: Context, grant: RoleGrant) -> Membership:
    """Return a role as an object."""
    return Membership(role=grant.role, unit=None if grant.unit is None else context.places.unit(grant.unit))


@strawberry.type(description="The signed-in account. Visible to its owner only.")
class Viewer:
    account_id: strawberry.Private[int]
    session_id: strawberry.Private[str | None]
    id: strawberry.ID = field(description="Opaque id. It cannot be linked to anything public.")
    pseudonym: str = field(description="Name that others see.")
    on_citizen_board: bool = field(description="Whether the account takes part in the citizen board, by its pseudonym.")
    email: str | None = field(
        description="E-mail address. Null for staff who sign in at the identity provider of the city, if it has "
        "verified none."
    )
    email_confirmed: bool = field(
        description="Whether a link was opened that was sent to the address: `requestEmailConfirmation`. E-mails with "
        "news go to a confirmed address only."
    )
    memberships: list[Membership] = field(description="Roles of the account.", metadata=cost(size=5))
    cursor: str = field(
        description="Log cursor of the newest event: `myReportsChanged(after: cursor)` continues from here "
        "without a gap."
    )

    @field(
        description="Whether the account has a password. Staff who sign in at the identity provider of the city have "
        "none: there is none to change or to ask for.",
        metadata=cost(reads=STATEMENT),
    )
    async def has_password(self) -> bool:
        return await people.has_password(self.account_id)

    @field(description="Citizen points of all own reports, of all time. Can be negative.")
    async def points(self) -> int:
        return await points_of_citizen(self.account_id)

    @field(
        description="Number of news after the last `markNewsRead`, on whatever device. `newsChanged` keeps it current.",
        metadata=cost(reads=STATEMENT),
    )
    async def unread_count(self) -> int:
        return await news.unread(self.account_id)

    @field(
        description="News of own and supported reports, newest first, read and unread: what others did. The `cursor` "
        "of an event is for `markNewsRead(upTo:)`.",
        metadata=cost(page=20, reads=STATEMENT),
    )
    async def news(self, info: Info, first: First = None, after: After = None) -> ReportEventConnection:
        return await read_news(info, self.account_id, first, after)

    @field(
        description="Sessions that have neither ended nor expired, the one used last first: at most 100.",
        metadata=cost(size=MOST_SESSIONS, reads=STATEMENT),
    )
    async def sessions(self, info: Info) -> list[SessionInfo]:
        return await read_sessions(self.account_id, self.session_id, info.context.now)

    @field(description="The ways in which news come while the app is closed.", metadata=cost(reads=STATEMENT))
    async def notifications(self, info: Info) -> NotificationSettings:
        return await read_settings(info.context, self.account_id)


@strawberry.type(description="A citizen who takes part in the citizen board.")
class Citizen:
    code: strawberry.Private[str]
    id: strawberry.ID = field(description="Opaque id. The same on every board; it cannot be linked to the account.")
    pseudonym: str = field(description="Name that others see.")


@strawberry.type(description="An officer or supervisor on the officer board, which only staff can see.")
class Officer:
    code: strawberry.Private[str]
    id: strawberry.ID = field(description="Opaque id. The same on every board; it cannot be linked to the account.")
    name: str = field(description="Name among staff. It has nothing of the officer's pseudonym as a citizen.")
    unit: Unit = field(
        description="Unit of the officer. Without a current unit, the last by code of the units they acted for."
    )


@strawberry.type(description="A session of a signed-in device.")
class Session:
    access_token: str = field(
        description="Token that authenticates requests: send it as `Authorization: Bearer …`, or in the payload "
        "of `connection_init`."
    )
    refresh_token: str = field(
        description="Token for `refreshSession`. It gives the next one for a minute after its first use. Used later, "
        "it ends the session."
    )
    expires_at: datetime = field(description="Expiry of the access token, by the clock of the server.")
    expires_in: int = field(
        description="Seconds for which the access token is valid from now on. It needs no right clock in the client."
    )
    viewer: Viewer = field(description="The signed-in account.")


@strawberry.type(description="Result of a sign-in: the session, or the errors.")
class SessionPayload:
    session: Session | None = field(
        description="The session. Null when refused, and after a sign-up that has to be confirmed by e-mail."
    )
    errors: list[UserError] = field(description="The refusals. Empty on success.")


@strawberry.input(description="Changes of the viewer's profile. Omitted and null fields stay unchanged.")
class UpdateProfileInput:
    pseudonym: str | None = field(
        default=None, description="Name that others see, also on earlier reports: 3 to 40 characters."
    )
    on_citizen_board: bool | None = field(
        default=None, description="Whether to take part in the citizen board, by pseudonym."
    )


@strawberry.type(description="Result of a change of the profile: the viewer, or the errors.")
class ProfilePayload:
    viewer: Viewer | None = field(description="The viewer after the change. Null when refused.")
    errors: list[UserError] = field(description="The refusals. Empty on success.")


@strawberry.type(description="Result of a sign-out: no errors on success.")
class SignOutPayload:
    errors: list[UserError] = field(description="The refusals. Empty on success.")
