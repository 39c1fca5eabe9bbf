"""The ledger of points, as everybody may read it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from models.ledger import EntryRow
from rules.languages import Locale
from rules.messages import Message
from rules.periods import Period, Span, span
from rules.scoring.points import reason
from schema.context import Context, Info
from schema.errors import RequestCode, RequestError
from schema.nodes import Node, global_id
from schema.paging import PageInfo, Paging, page_cursor
from schema.periods import requested_day
from schema.places import Handler

if TYPE_CHECKING:
    from schema.reports import Report

field = strawberry.field


@strawberry.type(description="An entry of the points ledger. It never changes; another entry can reverse it.")
class PointEntry(Node):
    row: strawberry.Private[EntryRow]
    at: datetime = field(description="Time of the entry. For a missed deadline, the deadline.")
    points: int = field(description="Points earned, or lost when negative.")
    rule: str = field(description='Name of the rule, for example "RESPONDED".')
    rule_version: int = field(description="Version of the scoring rules that the entry was made with.")
    unit: Handler = field(description="Unit that earned or lost the points.")

    @field(description="Reason for the entry, in one sentence for people.")
    def reason(
        self, locale: Annotated[Locale, strawberry.argument(description="Language of the text.")] = Locale.ID
    ) -> str:
        return reason(self.row.rule, locale)

    @field(description="Report of the entry. Null when it is no longer visible.")
    async def report(self, info: Info) -> Annotated["Report", strawberry.lazy("schema.reports")] | None:
        return await info.context.report(self.row.report_id)

    @field(description="Entry that this one reverses. Null when it reverses none.")
    async def reverses(self, info: Info) -> "PointEntry | None":
        return None if self.row.reverses is None else await info.context.entry(self.row.reverses)

    @field(description="Entry that reverses this one. Null while it is not reversed.")
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


@strawberry.type(description="A page of point entries.")
class PointEntryConnection:
    edges: list["PointEntryEdge"] = field(description="The rows of the page.")
    page_info: PageInfo = field(description="Page cursors of the page, and whether there are more pages.")


@strawberry.type(description="A row of a page of point entries.")
class PointEntryEdge:
    cursor: str = field(description="Page cursor of the row, for `after` and `before` of the same list.")
    node: PointEntry = field(description="The point entry.")


async def list_entries(
    context: Context, unit: str, period: Period | None, on: date | None, asked: Paging
) -> PointEntryConnection:
    """Read a connection of a unit's entries; without a period, all of them."""
    page = await context.entry_page(unit, _days(context, period, on), asked)
    edges = [PointEntryEdge(cursor=_key(row), node=PointEntry.of(context, row)) for row in page.rows]
    return PointEntryConnection(edges=edges, page_info=page.info(_key))


def _days(context: Context, period: Period | None, on: date | None) -> Span:
    if period is not None:
        return span(period, requested_day(context.now, on))
    if on is not None:
        raise RequestError(RequestCode.BAD_INPUT, Message.DAY_WITHOUT_PERIOD, "on")
    return Span(None, None)


def _key(row: EntryRow) -> str:
    return page_cursor(row.day.isoformat(), row.position)
