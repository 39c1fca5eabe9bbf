"""What one request, or one live event, has loaded: in batches, and each row once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol, Self, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from actions.transaction import Transactions
from models.accounts import Account
from models.database import log_head
from models.ledger import CITIZEN, ENTRY_COLUMNS, EntryRow, points_of_citizen
from models.ledger import PointEntry as EntryTable
from models.log import EventRow
from models.reports import REPORT_COLUMNS, Note, PhotoRole, ReportRow, Support
from models.reports import Photo as PhotoTable
from models.reports import Report as ReportTable
from queries.leaderboards import Board, ScorecardData, read_board, read_scorecards
from resolvers import pages
from resolvers.filters import criteria_of
from rules.access import Person
from rules.boards import BOARDS, BoardKind, Metric
from rules.criteria import ReportCriteria
from rules.cursors import encode
from rules.languages import Locale
from rules.periods import Period, Span, jakarta_day, span
from rules.scoring.counters import BEGINNING
from schema.boards import BoardName, Standing, standing_of
from schema.enums import ReportOrder
from schema.paging import Page, Paging
from schema.places import ReferenceObjects
from schema.points import PointEntry
from schema.reports import Photo, Report, ReportFilter
from schema.scalars import URL
from schema.scorecards import Scorecard

BoardKey: TypeAlias = tuple[BoardKind, Metric, Period]
CardsKey: TypeAlias = tuple[BoardKind, Period, date]
PictureUrls: TypeAlias = Callable[[str], tuple[str, str]]
"""From a photo's id to the addresses of the picture and of its thumbnail."""

NO_SCORECARD = ScorecardData()
"""The card of who has done nothing yet."""


class AccessTokens(Protocol):
    """Who signs access tokens."""

    def issue(self, session_id: str, now: datetime) -> tuple[str, datetime]:
        """Return a token for a session, and until when it works."""


class Loaders:
    """Batched reads, each remembered: for one request, or one event of a subscription."""

    def __init__(self, person: Person | None, places: ReferenceObjects, now: datetime, picture_urls: PictureUrls) -> None:
        self._person, self._places, self._now, self._picture_urls = person, places, now, picture_urls
        self.reports: DataLoader[int, ReportRow | None] = DataLoader(self._reports)
        self.pseudonyms: DataLoader[int, str] = DataLoader(self._pseudonyms)
        self.photos: DataLoader[tuple[int, PhotoRole], list[Photo]] = DataLoader(self._photos)
        self.supports: DataLoader[int, bool] = DataLoader(self._supports)
        self.notes: DataLoader[int, str | None] = DataLoader(self._notes)
        self.entries: DataLoader[int, EntryRow | None] = DataLoader(self._entries)
        self.reversals: DataLoader[int, EntryRow | None] = DataLoader(self._reversals)
        self.report_entries: DataLoader[int, list[EntryRow]] = DataLoader(self._report_entries)
        self.boards: DataLoader[BoardKey, Board] = DataLoader(self._boards)
        self.cards: DataLoader[CardsKey, dict[str, ScorecardData]] = DataLoader(self._cards)

    async def _reports(self, ids: list[int]) -> list[ReportRow | None]:
        rows = await ReportTable.filter(id__in=ids).values(*REPORT_COLUMNS)
        found = {row["id"]: ReportRow(**row) for row in rows}
        return [found.get(report_id) for report_id in ids]

    async def _pseudonyms(self, ids: list[int]) -> list[str]:
        names = dict(await Account.filter(id__in=ids).values_list("id", "pseudonym"))
        return [names[account_id] for account_id in ids]

    async def _photos(self, keys: list[tuple[int, PhotoRole]]) -> list[list[Photo]]:
        found: dict[tuple[int, PhotoRole], list[Photo]] = {key: [] for key in keys}
        columns = ("id", "report_id", "role", "width", "height")
        wanted = PhotoTable.filter(report_id__in={report_id for report_id, _ in keys}).order_by("place")
        for row in await wanted.values(*columns):
            url, thumbnail_url = self._picture_urls(row["id"])
            photo = Photo(
                id=strawberry.ID(row["id"]),
                url=URL(url),
                thumbnail_url=URL(thumbnail_url),
                width=row["width"],
                height=row["height"],
            )
            found.setdefault((row["report_id"], row["role"]), []).append(photo)
        return [found[key] for key in keys]

    async def _supports(self, ids: list[int]) -> list[bool]:
        if self._person is None:
            return [False] * len(ids)
        mine = Support.filter(report_id__in=ids, account_id=self._person.account_id, until_position__isnull=True)
        supported = {row.report_id for row in await mine.only("id", "report_id")}
        return [report_id in supported for report_id in ids]

    async def _notes(self, positions: list[int]) -> list[str | None]:
        bodies = dict(await Note.filter(position__in=positions).values_list("position", "body"))
        return [bodies.get(position) for position in positions]

    async def _entries(self, positions: list[int]) -> list[EntryRow | None]:
        found = {row.position: row for row in await _entries_where(position__in=positions)}
        return [found.get(position) for position in positions]

    async def _reversals(self, positions: list[int]) -> list[EntryRow | None]:
        found = {row.reverses: row for row in await _entries_where(reverses__in=positions)}
        return [found.get(position) for position in positions]

    async def _report_entries(self, ids: list[int]) -> list[list[EntryRow]]:
        found: dict[int, list[EntryRow]] = {report_id: [] for report_id in ids}
        for row in await _entries_where(report_id__in=ids):
            found[row.report_id].append(row)
        return [found[report_id] for report_id in ids]

    async def _boards(self, keys: list[BoardKey]) -> list[Board]:
        today = jakarta_day(self._now)
        return [
            await read_board(kind, period, today, BOARDS[kind].units_of(self._places), metric)
            for kind, metric, period in keys
        ]

    async def _cards(self, keys: list[CardsKey]) -> list[dict[str, ScorecardData]]:
        return [
            await read_scorecards(kind, period, day, BOARDS[kind].units_of(self._places)) for kind, period, day in keys
        ]


@dataclass(kw_only=True)
class RequestContext:
    """The `schema.context.Context` of a request over HTTP, or of a socket.

    What it has loaded stays as it was. So a mutation calls `renew` before it answers, and a socket takes a `fresh` one
    for each operation and each event.
    """

    person: Person | None
    session_id: str | None
    token_refused: bool
    locale: Locale
    transactions: Transactions
    tokens: AccessTokens
    current_epoch: Callable[[], str]
    current_places: Callable[[], ReferenceObjects]
    picture_urls: PictureUrls
    now: datetime = field(init=False)
    places: ReferenceObjects = field(init=False)
    epoch: str = field(init=False)
    _loaders: Loaders | None = field(init=False)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Forget what was loaded."""
        self.now, self.places, self.epoch = self.transactions.now(), self.current_places(), self.current_epoch()
        self._loaders = None

    def fresh(self, **changes: Any) -> Self:
        """Return the same view with nothing loaded yet, and these changes."""
        return replace(self, **changes)

    @property
    def loaders(self) -> Loaders:
        """What is read in batches; made when first asked for, since most sockets never ask."""
        if self._loaders is None:
            self._loaders = Loaders(self.person, self.places, self.now, self.picture_urls)
        return self._loaders

    async def report(self, report_id: int) -> Report | None:
        """Load a report by its row id."""
        row = await self.loaders.reports.load(report_id)
        return None if row is None else Report.of(self, row)

    async def report_page(self, criteria: ReportCriteria, order: ReportOrder, asked: Paging) -> Page[ReportRow]:
        """Read a page of reports."""
        return await pages.report_page(criteria, order, asked, self.now)

    async def report_count(self, criteria: ReportCriteria) -> int:
        """Count reports."""
        return await pages.report_count(criteria, self.now)

    async def event_page(self, report_id: int, asked: Paging) -> Page[EventRow]:
        """Read a page of a report's events."""
        return await pages.event_page(report_id, asked)

    async def head_cursor(self) -> str:
        """Return the cursor of the log's head."""
        head = await log_head()
        return encode(head.epoch, head.position)

    async def pseudonym(self, account_id: int) -> str:
        """Load a reporter's pseudonym."""
        return await self.loaders.pseudonyms.load(account_id)

    async def photos(self, report_id: int, role: PhotoRole) -> Sequence[Photo]:
        """Load a report's photos of one role."""
        return await self.loaders.photos.load((report_id, role))

    async def supports(self, report_id: int) -> bool:
        """Whether the viewer supports a report."""
        return await self.loaders.supports.load(report_id)

    async def note(self, position: int) -> str | None:
        """Load the free text of an event."""
        return await self.loaders.notes.load(position)

    async def points_of_citizen(self, account_id: int) -> int:
        """Add up a citizen's own entries."""
        return await points_of_citizen(account_id)

    async def entry_page(self, unit: str, days: Span, asked: Paging) -> Page[EntryRow]:
        """Read a page of a unit's entries."""
        return await pages.entry_page(unit, days, asked)

    async def entries_of(self, report_id: int) -> Sequence[PointEntry]:
        """Load the entries of units for a report."""
        return [PointEntry.of(self, row) for row in await self.loaders.report_entries.load(report_id)]

    async def entry(self, position: int) -> PointEntry | None:
        """Load a unit's entry by its position."""
        row = await self.loaders.entries.load(position)
        return None if row is None else PointEntry.of(self, row)

    async def reversal(self, position: int) -> PointEntry | None:
        """Load the entry that takes back the one at a position."""
        row = await self.loaders.reversals.load(position)
        return None if row is None else PointEntry.of(self, row)

    async def standing(self, kind: BoardKind, code: str, metric: Metric, period: Period) -> Standing:
        """Read how one of its subjects stands on the current board of a kind."""
        board = await self.loaders.boards.load((kind, metric, period))
        place = next(place for place in board.rows if place.code == code)
        return standing_of(self.places, BoardName.of(board), place, board.previous_ranks)

    async def scorecard(self, kind: BoardKind, code: str, period: Period, on: date | None) -> Scorecard:
        """Read what is behind how someone stands on the board of the period that has a day in it, or today."""
        day = span(period, on or jakarta_day(self.now)).first or BEGINNING
        cards = await self.loaders.cards.load((kind, period, day))
        return Scorecard.of(cards.get(code, NO_SCORECARD))

    def criteria(self, asked: ReportFilter | None) -> ReportCriteria:
        """Read a filter."""
        return criteria_of(asked, self)


async def _entries_where(**wanted: Any) -> list[EntryRow]:
    """Read entries of units, in the order of the ledger; citizens' own are nobody else's business."""
    rows = EntryTable.filter(**wanted).exclude(unit=CITIZEN).order_by("position")
    return [EntryRow(**row) for row in await rows.values(*ENTRY_COLUMNS)]
