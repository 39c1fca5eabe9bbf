"""People: the viewer and their session."""

from datetime import datetime

import strawberry

from rules.access import Role
from schema.context import Info
from schema.errors import UserError
from schema.places import Unit

field = strawberry.field


@strawberry.type(description="A role, and the unit it extends to.")
class Membership:
    role: Role = field(description="What they may do.")
    unit: Unit | None = field(description="For whom; null for CITIZEN and ADMIN.")


@strawberry.type(description="Who is signed in; only they see this.")
class Viewer:
    account_id: strawberry.Private[int]
    id: strawberry.ID = field(description="Opaque; unrelated to anything public.")
    pseudonym: str = field(description="What others see.")
    on_citizen_board: bool = field(description="Whether they wish to be ranked among citizens, by their pseudonym.")
    email: str | None = field(description="The address they sign in with.")
    memberships: list[Membership] = field(description="Their roles.")
    cursor: str = field(description="The log's head: `myReportsChanged(after: cursor)` misses nothing from here.")

    @field(description="The points of their own reports, all of them, to this moment; can be negative.")
    async def points(self, info: Info) -> int:
        return await info.context.points_of_citizen(self.account_id)


@strawberry.type(description="A citizen who wishes to be ranked.")
class Citizen:
    code: strawberry.Private[str]
    id: strawberry.ID = field(description="Opaque; the same on every board, and unrelated to the account.")
    pseudonym: str = field(description="What others see of them.")


@strawberry.type(description="An officer, or a supervisor, as other officers see them on their board.")
class Officer:
    code: strawberry.Private[str]
    id: strawberry.ID = field(description="Opaque; the same on every board, and unrelated to the account.")
    name: str = field(description="What they are called.")
    unit: Unit = field(description="The unit they are of; of none, the last by code of those for which they acted.")


@strawberry.type(description="A device signed in.")
class Session:
    access_token: str = field(description="Send it as `Authorization: Bearer …`, or in `connection_init`.")
    refresh_token: str = field(description="Exchange it with `refreshSession`; it works once.")
    expires_at: datetime = field(description="Until when the access token works.")
    viewer: Viewer = field(description="Who is signed in.")


@strawberry.type(description="What came of signing in: the session, or why not.")
class SessionPayload:
    session: Session | None = field(description="The session; null when refused.")
    errors: list[UserError] = field(description="Why it was refused; empty when it was done.")


@strawberry.input(description="What to change of what one shows; what is left out, or null, stays.")
class UpdateProfileInput:
    pseudonym: str | None = field(default=None, description="What others see, 3 to 40 characters, also on old reports.")
    on_citizen_board: bool | None = field(
        default=None, description="Whether to be ranked among citizens, by one's pseudonym."
    )


@strawberry.type(description="What came of changing one's profile.")
class ProfilePayload:
    viewer: Viewer | None = field(description="The viewer as they are now; null when refused.")
    errors: list[UserError] = field(description="Why it was refused; empty when it was done.")


@strawberry.type(description="What came of signing out.")
class SignOutPayload:
    errors: list[UserError] = field(description="Why it was refused; empty when it was done.")
