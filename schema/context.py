"""What the types ask of the running service; `resolvers.loaders` answers, with fresh loaders for each live event."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

import strawberry

from models.ledger import EntryRow
from models.log import EventRow
from models.reports import PhotoRole, ReportRow
from rules.access import Person
from rules.boards import BoardKind, Metric
from rules.criteria import ReportCriteria
from rules.languages import Locale
from rules.periods import Period, Span
from schema.enums import ReportOrder
from schema.paging import Page, Paging

if TYPE_CHECKING:
    from schema.boards import Standing
    from schema.places import ReferenceObjects
    from schema.points import PointEntry
    from schema.reports import Photo, Report, ReportFilter
    from schema.scorecards import Scorecard


BY_VIEWER = {"by_viewer": True}
"""The metadata of a field whose value differs by who asks. All others are the same for everybody, and are executed
once for all who follow them: `tests/live/test_shared.py` holds the fields to it."""


class Context(Protocol):
    """One request's, or one live event's, view of the city."""

    @property
    def person(self) -> Person | None:
        """Who asks; None when not signed in."""

    @property
    def token_refused(self) -> bool:
        """Whether a token was sent that is not, or no longer, valid."""

    @property
    def locale(self) -> Locale:
        """The language of messages."""

    @property
    def now(self) -> datetime:
        """The moment of the answer."""

    @property
    def places(self) -> "ReferenceObjects":
        """The reference data, as GraphQL objects."""

    @property
    def epoch(self) -> str:
        """The epoch of the log, for cursors."""

    async def report(self, report_id: int) -> "Report | None":
        """Load a report by its row id; None when the viewer may not see it, or there is none."""

    async def report_page(self, criteria: ReportCriteria, order: ReportOrder, asked: Paging) -> Page[ReportRow]:
        """Read a page of reports."""

    async def report_count(self, criteria: ReportCriteria) -> int:
        """Count reports."""

    async def event_page(self, report_id: int, asked: Paging) -> Page[EventRow]:
        """Read a page of a report's events."""

    async def head_cursor(self) -> str:
        """Return the cursor of the log's head, to be read before the rows that are to be followed from it."""

    async def pseudonym(self, account_id: int) -> str:
        """Load a reporter's pseudonym."""

    async def photos(self, report_id: int, role: PhotoRole) -> "Sequence[Photo]":
        """Load a report's photos of one role."""

    async def supports(self, report_id: int) -> bool:
        """Whether the viewer supports a report."""

    async def note(self, position: int) -> str | None:
        """Load the free text of an event."""

    async def points_of_citizen(self, account_id: int) -> int:
        """Add up a citizen's own entries."""

    async def entry_page(self, unit: str, days: Span, asked: Paging) -> Page[EntryRow]:
        """Read a page of a unit's entries in the ledger that count on these days."""

    async def entries_of(self, report_id: int) -> "Sequence[PointEntry]":
        """Load the entries of units for a report, in the order of the ledger."""

    async def entry(self, position: int) -> "PointEntry | None":
        """Load a unit's entry by its position; None when there is none."""

    async def reversal(self, position: int) -> "PointEntry | None":
        """Load the entry that takes back the one at a position; None when none does."""

    async def standing(self, kind: BoardKind, code: str, metric: Metric, period: Period) -> "Standing":
        """Read how one of its subjects stands on the current board of a kind."""

    async def scorecard(self, kind: BoardKind, code: str, period: Period, on: date | None) -> "Scorecard":
        """Read what is behind how someone stands on the board of the period that has a day in it, or today."""

    def criteria(self, asked: "ReportFilter | None") -> ReportCriteria:
        """Read a filter. Raises RequestError BAD_INPUT or UNAUTHENTICATED."""


Info: TypeAlias = strawberry.Info[Context, None]
