"""The public ledger of points."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import strawberry

import models.ledger
from models.log import Topic
from queries import ledger, reports
from queries.ledger import EntryKey
from queries.paging import Page
from rules.messages import Message
from rules.periods import Period, Span, jakarta_day, midnight, span
from rules.scoring.points import Rule, reason
from schema.columns import EDGES, FromRow, Load, column_field, loaded_field, viewpoint
from schema.comments import NOTES
from schema.context import BY_LOCALE, Context, Info, InLocale
from schema.errors import RequestCode, RequestError, UserError
from schema.freshness import Dependencies
from schema.nodes import Node, id_field
from schema.paging import PageInfo, PageRequest, page_cursor, page_info, row_key
from schema.periods import requested_day
from schema.places import Handler, handler_of

if TYPE_CHECKING:
    from schema.reports import Report

field = strawberry.field


@strawberry.type(description="An entry of the points ledger. It never changes; another entry can reverse it.")
class PointEntry(FromRow, Node):
    table: ClassVar = models.ledger.PointEntry
    id: strawberry.ID = id_field("PointEntry", "position")
    at: datetime = field(description="Time of the entry. For a missed deadline, the deadline.")
    points: int = field(description="Points earned, or lost when negative.")
    rule: str = field(description='Name of the rule, for example "RESPONDED".')
    rule_version: int = field(description="Version of the scoring rules that the entry was made with.")
    unit: Handler = column_field("unit", make=handler_of, description="Unit that earned or lost the points.")

    @column_field("rule", description="Reason for the entry, in one sentence for people.", metadata=BY_LOCALE)
    def reason(self, info: Info, locale: InLocale = None) -> str:
        return reason(self.row.rule, locale or info.context.locale)

    note: str | None = loaded_field(
        "position",
        load=NOTES,
        description="Public reason of a waiver. Null for other entries.",
    )
    waived: bool = loaded_field(
        "position",
        load=Load(
            ledger.reversals,
            make=lambda _, row: row is not None and row.rule is Rule.WAIVED,
            depends=lambda depends, _: depends.on_topic(Topic.LEDGER),
        ),
        description="Whether the control room has waived this entry.",
    )
    report: Annotated["Report", strawberry.lazy("schema.reports")] | None = loaded_field(
        "report_id",
        load=Load(
            reports.by_id,
            shared=viewpoint,
            make=lambda context, row: row and _report(context, row),
            rows=True,
            depends=Dependencies.on_reports,
        ),
        description="Report of the entry. Null when it is no longer visible.",
    )
    reverses: "PointEntry | None" = loaded_field(
        "reverses",
        load=Load(
            ledger.by_position,
            make=lambda context, row: row and PointEntry.of(context, row),
            rows=True,
            depends=lambda *_: None,
        ),
        description="Entry that this one reverses. Null when it reverses none.",
    )
    reversed_by: "PointEntry | None" = loaded_field(
        "position",
        load=Load(
            ledger.reversals,
            make=lambda context, row: row and PointEntry.of(context, row),
            rows=True,
            depends=lambda depends, _: depends.on_topic(Topic.LEDGER),
        ),
        description="Entry that reverses this one. Null while it is not reversed.",
    )


@strawberry.type(description="Result of a waiver of the entries of reports.")
class WaivePayload:
    waived: int = field(default=0, description="Number of entries taken back. 0 when refused, or when none was left.")
    errors: list[UserError] = field(description="The refusals. Empty on success.")


@strawberry.type(description="A page of point entries.")
class PointEntryConnection:
    page: strawberry.Private[Page[Any]]

    @field(description="The rows of the page.", metadata=EDGES)
    def edges(self, info: Info) -> list["PointEntryEdge"]:
        return [
            PointEntryEdge(cursor=self.cursor_of(row), node=PointEntry.of(info.context, row)) for row in self.page.rows
        ]

    @field(description="Page cursors of the page, and whether there are more pages.")
    def page_info(self) -> PageInfo:
        return page_info(self.page, self.cursor_of)

    def cursor_of(self, row: Any) -> str:
        """Return the page cursor of a row."""
        day, position = self.page.key(row)
        return page_cursor(day.isoformat(), position)

    @classmethod
    async def read(cls, info: Info, unit: str, period: Period | None, on: date | None, request: PageRequest) -> Self:
        """Read a page of the entries of a unit in a period, or of all its entries. Raises RequestError BAD_INPUT."""
        days = _days(info.context, period, on)
        info.context.depends.on_topic(Topic.LEDGER)
        info.context.depends.on_time(midnight(jakarta_day(info.context.now) + timedelta(days=1)))
        key = unit, days, request.keyset(entry_key)
        return cls(page=await info.context.load(ledger.pages, key, info.columns))


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


def _report(context: Context, row: Any) -> "Report":
    from schema.reports import Report  # noqa: PLC0415 # the types form a ring

    return Report.of(context, row)
