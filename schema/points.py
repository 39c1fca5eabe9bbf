"""The public ledger of points."""

from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from models.ledger import EntryRow
from queries import ledger
from queries.ledger import EntryKey
from rules.languages import Locale
from rules.messages import Message
from rules.periods import Period, Span, span
from rules.scoring.points import reason
from schema.columns import FromRow, column_field
from schema.context import Context, Info
from schema.errors import RequestCode, RequestError
from schema.nodes import Node, id_field
from schema.paging import PageInfo, PageRequest, page_cursor, page_info, row_key
from schema.periods import requested_day
from schema.places import Handler, handler_of

if TYPE_CHECKING:
    from schema.reports import Report

field = strawberry.field


@strawberry.type(description="An entry of the points ledger. It never changes; another entry can reverse it.")
class PointEntry(FromRow, Node):
    row: strawberry.Private[EntryRow]
    id: strawberry.ID = id_field("PointEntry", "position")
    at: datetime = field(description="Time of the entry. For a missed deadline, the deadline.")
    points: int = field(description="Points earned, or lost when negative.")
    rule: str = field(description='Name of the rule, for example "RESPONDED".')
    rule_version: int = field(description="Version of the scoring rules that the entry was made with.")
    unit: Handler = column_field("unit", make=handler_of, description="Unit that earned or lost the points.")

    @column_field("rule", description="Reason for the entry, in one sentence for people.")
    def reason(
        self, locale: Annotated[Locale, strawberry.argument(description="Language of the text.")] = Locale.ID
    ) -> str:
        return reason(self.row.rule, locale)

    @column_field("report_id", description="Report of the entry. Null when it is no longer visible.")
    async def report(self, info: Info) -> Annotated["Report", strawberry.lazy("schema.reports")] | None:
        from schema.reports import load_report  # noqa: PLC0415 # the types form a ring

        return await load_report(info.context, self.row.report_id)

    @column_field("reverses", description="Entry that this one reverses. Null when it reverses none.")
    async def reverses(self, info: Info) -> "PointEntry | None":
        position = self.row.reverses
        return None if position is None else await PointEntry.load(info.context, ledger.by_position, position)

    @column_field("position", description="Entry that reverses this one. Null while it is not reversed.")
    async def reversed_by(self, info: Info) -> "PointEntry | None":
        return await PointEntry.load(info.context, ledger.reversals, self.row.position)


@strawberry.type(description="A page of point entries.")
class PointEntryConnection:
    edges: list["PointEntryEdge"] = field(description="The rows of the page.")
    page_info: PageInfo = field(description="Page cursors of the page, and whether there are more pages.")

    @classmethod
    async def read(
        cls, context: Context, unit: str, period: Period | None, on: date | None, request: PageRequest
    ) -> Self:
        """Read a page of the entries of a unit in a period, or of all its entries. Raises RequestError BAD_INPUT."""
        page = await ledger.page(unit, _days(context, period, on), request.keyset(entry_key))
        edges = [PointEntryEdge(cursor=_page_cursor(row), node=PointEntry.of(context, row)) for row in page.rows]
        return cls(edges=edges, page_info=page_info(page, _page_cursor))


@strawberry.type(description="A row of a page of point entries.")
class PointEntryEdge:
    cursor: str = field(description="Page cursor of the row, for `after` and `before` of the same list.")
    node: PointEntry = field(description="The point entry.")


def entry_key(keys: list[Any]) -> EntryKey | None:
    """Return the key that a page cursor carries. Return None for the cursor of another list."""
    match keys:
        case [str(day), last]:
            position = row_key(last)
            with suppress(ValueError):
                return None if position is None else (date.fromisoformat(day), position)
    return None


def _days(context: Context, period: Period | None, on: date | None) -> Span:
    if period is not None:
        return span(period, requested_day(context.now, on))
    if on is not None:
        raise RequestError(RequestCode.BAD_INPUT, Message.DAY_WITHOUT_PERIOD, "on")
    return Span(None, None)


def _page_cursor(row: EntryRow) -> str:
    return page_cursor(row.day.isoformat(), row.position)
