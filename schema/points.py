"""The ledger of points, as everybody may read it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from models.ledger import EntryRow
from rules.messages import Message
from rules.periods import Period, Span, span
from rules.scoring.points import reason
from schema.context import Context, Info
from schema.enums import Locale
from schema.errors import RequestCode, RequestError
from schema.nodes import Node, global_id
from schema.paging import PageInfo, Paging, page_cursor
from schema.periods import day_asked
from schema.places import Handler

if TYPE_CHECKING:
    from schema.reports import Report

field = strawberry.field


@strawberry.type(description="A line of the ledger of points. It never changes; another line may take it back.")
class PointEntry(Node):
    row: strawberry.Private[EntryRow]
    at: datetime = field(description="When it was made, or when what it counts fell due.")
    points: int = field(description="How many points it gives, or, negative, takes.")
    rule: str = field(description='Why, by name, for example "RESPONDED".')
    rule_version: int = field(description="The version of the rules by which it was made.")
    unit: Handler = field(description="Whose points they are.")

    @field(description="Why, in a sentence.")
    def reason(self, locale: Annotated[Locale, strawberry.argument(description="The language.")] = Locale.ID) -> str:
        return reason(self.row.rule, locale)

    @field(description="The report it was made for; null when no longer visible.")
    async def report(self, info: Info) -> Annotated["Report", strawberry.lazy("schema.reports")] | None:
        return await info.context.report(self.row.report_id)

    @field(description="The entry that this one takes back; null when it takes back none.")
    async def reverses(self, info: Info) -> "PointEntry | None":
        return None if self.row.reverses is None else await info.context.entry(self.row.reverses)

    @field(description="The entry that takes this one back; null when none has.")
    async def reversed_by(self, info: Info) -> "PointEntry | None":
        return await info.context.reversal(self.row.position)

    @classmethod
    def of(cls, context: Context, row: EntryRow) -> Self:
        """Make the object of an entry of a unit's."""
        return cls(
            row=row,
            id=global_id("PointEntry", row.position),
            at=row.at,
            points=row.points,
            rule=row.rule,
            rule_version=row.rule_version,
            unit=context.places.handler(row.unit),
        )


@strawberry.type(description="A page of the ledger.")
class PointEntryConnection:
    edges: list["PointEntryEdge"] = field(description="The rows.")
    page_info: PageInfo = field(description="Where the page lies.")


@strawberry.type(description="A row of a page of the ledger.")
class PointEntryEdge:
    cursor: str = field(description="The page cursor of the row.")
    node: PointEntry = field(description="The entry.")


async def list_entries(
    context: Context, unit: str, period: Period | None, on: date | None, asked: Paging
) -> PointEntryConnection:
    """Read a connection of a unit's entries; without a period, all of them."""
    page = await context.entry_page(unit, _days(context, period, on), asked)
    edges = [PointEntryEdge(cursor=_key(row), node=PointEntry.of(context, row)) for row in page.rows]
    return PointEntryConnection(edges=edges, page_info=page.info(_key))


def _days(context: Context, period: Period | None, on: date | None) -> Span:
    if period is not None:
        return span(period, day_asked(context.now, on))
    if on is not None:
        raise RequestError(RequestCode.BAD_INPUT, Message.DAY_WITHOUT_PERIOD)
    return Span(None, None)


def _key(row: EntryRow) -> str:
    return page_cursor(row.day.isoformat(), row.position)
