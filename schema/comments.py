"""Comments on reports: public ones, and internal notes of staff."""

from datetime import datetime
from typing import Any, ClassVar

import strawberry

from models import comments as tables
from models.log import Topic
from queries import comments, events, originals
from queries.paging import Keyset, Page
from rules.access import ROLE_LABELS, Person, Role
from rules.languages import Text
from schema.columns import EDGES, FromRow, Load, column_field, loaded_field, viewpoint
from schema.context import BY_VIEWER, Context, Info
from schema.costs import STATEMENT, cost
from schema.errors import UserError
from schema.freshness import Dependencies
from schema.nodes import Node, id_field
from schema.paging import PageInfo, page_cursor, page_info, page_request, position_key
from schema.places import Handler

field = strawberry.field

BODY = 10
"""The cost of a text of up to 2,000 characters."""

UNNAMED = Text("Pelapor", "Reporter")
"""The author of a comment by the reporter of an anonymous report."""


NOTES: Load[Any] = Load(
    events.notes,
    shared=viewpoint,
    make=lambda _, body: body,
    depends=Dependencies.on_words,
)
"""The free text of events, by their positions."""


def _author(context: Context, actor: str, pseudonym: str | None) -> str:
    if actor == Role.ADMIN:
        return ROLE_LABELS[Role.ADMIN].in_locale(context.locale)
    if actor != Role.CITIZEN:
        return context.places.unit(actor).name
    context.depends.on_topic(Topic.ACCOUNT)
    return pseudonym or UNNAMED.in_locale(context.locale)


def _unit(context: Context, actor: str) -> Any:
    places = context.places
    return places.handler(actor) if actor in places.kelurahan or actor in places.agencies else None


@strawberry.type(description="A comment on a report, or an internal note of staff.")
class Comment(FromRow, Node):
    table: ClassVar = tables.Comment
    id: strawberry.ID = id_field("Comment", "position")
    body: str = field(description="Text of the comment: 1 to 2,000 characters.", metadata=cost(value=BODY))
    author: str = column_field(
        "actor",
        "pseudonym",
        make=_author,
        description="Name for people: of the unit that speaks (also a kecamatan or a city), of the control room, or "
        "the pseudonym of a citizen. The reporter of an anonymous report is called so, and not by pseudonym.",
    )
    official: bool = column_field(
        "actor",
        make=lambda _, actor: actor != Role.CITIZEN,
        description="Whether staff speak for the unit in charge, the kelurahan of the report or the control room. "
        "Staff who comment on their own report, or as mere supporters, speak as citizens.",
    )
    unit: Handler | None = column_field(
        "actor",
        make=_unit,
        description="Unit that speaks. Null for citizens, and for staff of a kecamatan, a city or the control room: "
        "see `author`.",
    )
    created_at: datetime = column_field(
        "at", make=lambda _, at: at, description="Time of the comment: that of its event."
    )
    internal: bool = field(description="Whether only staff see it: an internal note.")
    original_body: str | None = loaded_field(
        "position",
        load=Load(originals.of_comments, shared=lambda context: context.person, make=lambda _, body: body),
        description="Text as it was written, for its author and staff who may act on the report. Null for others, and "
        "when no personal details are masked in it.",
        metadata=BY_VIEWER | cost(value=BODY, reads=STATEMENT),
    )


@strawberry.type(description="A page of comments.")
class CommentConnection:
    page: strawberry.Private[Page[Any]]

    @field(description="The rows of the page.", metadata=EDGES)
    def edges(self, info: Info) -> list["CommentEdge"]:
        return [CommentEdge(cursor=self.cursor_of(row), node=Comment.of(info.context, row)) for row in self.page.rows]

    @field(description="Page cursors of the page, and whether there are more pages.")
    def page_info(self) -> PageInfo:
        return page_info(self.page, self.cursor_of)

    def cursor_of(self, row: Any) -> str:
        """Return the page cursor of a row."""
        return page_cursor(self.page.key(row))


@strawberry.type(description="A row of a page of comments.")
class CommentEdge:
    cursor: str = field(description="Page cursor of the row, for `after` and `before` of the same list.")
    node: Comment = field(description="The comment.")


@strawberry.type(description="Result of a comment: the comment, or the errors.")
class CommentPayload:
    comment: Comment | None = field(description="The comment. Null when refused.")
    errors: list[UserError] = field(description="The refusals. Empty on success.")


def viewed_page(
    context: Context,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> tuple[Keyset[int], Person | None]:
    """Return the bounds of a page whose keys are positions, and who looks at it. Raises RequestError BAD_INPUT."""
    return page_request(first, after, last, before).keyset(position_key), context.person


async def load_comment(context: Context, position: int) -> Comment | None:
    """Load a comment by its position. Return None if there is none that the viewer may see."""
    row = await context.load(comments.by_position, position, context.viewpoint)
    return None if row is None else Comment.of(context, row)
