"""People as the control room sees them, and the results of acts on accounts."""

import strawberry

from queries.conditions import Conditions
from queries.people import PersonRow, count_people, people, people_filter, person_with_id
from rules import texts
from rules.access import Role, is_admin
from rules.messages import Message
from rules.refusals import Refusal
from schema.context import Context
from schema.costs import cost
from schema.errors import RequestCode, RequestError, UserError
from schema.nodes import ID_DESCRIPTION, Node, global_id, parse_id
from schema.paging import PageInfo, PageRequest, page_cursor, page_info
from schema.people import Membership, membership_of
from schema.reports import COUNT
from schema.scalars import URL

field = strawberry.field

SEARCH = (1, 100)
"""Characters of a search for people."""

UNITS = frozenset({"City", "Kecamatan", "Kelurahan", "Agency"})
"""The types of units."""


@strawberry.type(description="Result of an act on an account: no errors on success.")
class AccountPayload:
    errors: list[UserError] = field(description="The refusals. Empty on success.")


@strawberry.type(description="Result of `exportMyData`: the link, or the errors.")
class ExportPayload:
    url: URL | None = field(
        description="Address of a ZIP with the data. It works once, and for an hour. Null when refused."
    )
    errors: list[UserError] = field(description="The refusals. Empty on success.")


@strawberry.type(description="A person with an account. Visible to an `ADMIN` only.")
class Person(Node):
    id: strawberry.ID = field(description=ID_DESCRIPTION)
    name: str = field(description="Name among staff. The pseudonym of somebody who has none.")
    email: str | None = field(
        description="E-mail address. Null for somebody who is simulated, or who signs in at "
        "the identity provider of the city, which has verified none."
    )
    memberships: list[Membership] = field(description="Roles of the account.", metadata=cost(size=5))
    blocked: bool = field(description="Whether the person may not sign in.")

    @classmethod
    def of(cls, context: Context, row: PersonRow) -> "Person":
        """Make the object of a row."""
        return cls(
            id=global_id("Person", row.public_id),
            name=row.name,
            email=None if row.email.endswith(".invalid") else row.email,
            memberships=[membership_of(context, grant) for grant in row.grants],
            blocked=row.blocked,
        )


@strawberry.type(description="A row of a page of people.")
class PersonEdge:
    cursor: str = field(description="Page cursor of the row, for `after` and `before` of the same list.")
    node: Person = field(description="The person.")


@strawberry.type(description="A page of people.")
class PersonConnection:
    wanted: strawberry.Private[Conditions]
    edges: list[PersonEdge] = field(description="The rows of the page.")
    page_info: PageInfo = field(description="Page cursors of the page, and whether there are more pages.")

    @field(description="Number of people that match, on all pages.", metadata=cost(reads=COUNT))
    async def total_count(self) -> int:
        return await count_people(self.wanted)


@strawberry.type(description="Result of an act of the control room on a person: the person, or the errors.")
class PersonPayload:
    person: Person | None = field(description="The person after the act. Null when refused.")
    errors: list[UserError] = field(description="The refusals. Empty on success.")


def require_admin(context: Context) -> None:
    """Raise RequestError UNAUTHENTICATED, FORBIDDEN unless the viewer is an ADMIN."""
    if context.person is None:
        message = Message.TOKEN_INVALID if context.token_refused else Message.SIGN_IN
        raise RequestError(RequestCode.UNAUTHENTICATED, message)
    if not is_admin(context.person):
        raise RequestError(RequestCode.FORBIDDEN, Message.ADMIN_ONLY)


async def read_people(
    context: Context, search: str | None, role: Role | None, unit: str | None, request: PageRequest
) -> PersonConnection:
    """Read a page of people. Raises RequestError UNAUTHENTICATED, FORBIDDEN, BAD_INPUT."""
    require_admin(context)
    code = None if unit is None else unit_code(unit)
    if unit is not None and (code is None or not _is_unit(context, code)):
        raise RequestError(RequestCode.BAD_INPUT, Message.UNIT_UNKNOWN, "unit", unit=unit)
    wanted = people_filter(_words(search), role, code)
    page = await people(wanted, request.keyset(_key))
    return PersonConnection(
        wanted=wanted,
        edges=[PersonEdge(cursor=_cursor(row), node=Person.of(context, row)) for row in page.rows],
        page_info=page_info(page, _cursor),
    )


async def load_person(context: Context, public_id: str) -> Person | None:
    """Load a person by their public id. Return None for one who does not exist, and for anybody but an ADMIN."""
    context.depends.unknown = True  # the answer is for the viewer only
    if context.person is None or not is_admin(context.person):
        return None
    row = await person_with_id(public_id)
    return None if row is None else Person.of(context, row)


def unit_code(text: str) -> str | None:
    """Return the code of a unit from its global id. None for any other id."""
    type_name, code = parse_id(text) or ("", "")
    return code if type_name in UNITS else None


def _is_unit(context: Context, code: str) -> bool:
    try:
        context.places.unit(code)
    except KeyError:
        return False
    return True


def _words(search: str | None) -> str | None:
    try:
        return None if search is None else texts.clean_line(search, SEARCH, "search")
    except Refusal as refusal:
        raise RequestError(RequestCode.BAD_INPUT, refusal.message, "search", **refusal.values) from None


def _cursor(row: PersonRow) -> str:
    return page_cursor(row.email)


def _key(keys: list[object]) -> str | None:
    match keys:
        case [str(email)] if "@" in email and "\0" not in email:
            return email
    return None
