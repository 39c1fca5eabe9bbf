"""A town in which offices and citizens play by the actions of the product, with a clock that the plays move."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from actions import closings, desk, waivers
from actions.overdue import record_overdue
from actions.photos import record_upload
from actions.statuses import StatusChange, change_status
from actions.submissions import Submission, route, submit, withdraw
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database
from models.ledger import PointEntry
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.tallies import WHOLE_UNIT, Tally
from rules.access import Person, Role, RoleGrant
from rules.periods import Period
from rules.workflow import ReportStatus, Resolution
from tests.wire import GAMBIR

GAZETTEER = Gazetteer(bundled())
DESK = GAMBIR
"""The office that plays: a kelurahan's desk."""

OTHER, AGENCY = "31.71.01.1002", "SATPOL_PP"
"""The neighbouring kelurahan Cideng, and the agency that does the same work as the desk."""

START = datetime(2026, 7, 6, 2, tzinfo=UTC)
"""A Monday, 9 o'clock in Jakarta. The next days off are six weeks later."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CATEGORY, RESPONSE, PROCESSING = "PKL", DAY, 3 * DAY
"""A category of weight 1 for which the desk is the first handler, and its targets."""

STEP = 0.000_6
"""Degrees between two places: 66 metres, more than a pile has."""


class Shares(NamedTuple):
    """Parts of a unit's responsiveness, over all time: decided and on time, of answers and of fixes; stars."""

    answers: int
    answers_on_time: int
    fixes: int
    fixes_on_time: int
    ratings: int
    stars: int


@dataclass
class Town:
    """The people, and the clock: `now` is the moment of every act."""

    transactions: Transactions = field(default_factory=Transactions)
    now: datetime = START
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _words: "itertools.count[int]" = field(default_factory=itertools.count)
    _people: dict[RoleGrant, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.transactions.now = lambda: self.now

    async def citizen(self, *grants: RoleGrant) -> Person:
        """Return a new person, who may hold roles."""
        name = f"orang-{next(self._numbers)}"
        account = await Account.create(
            public_id=name, email=name, password_hash="", pseudonym=name, pseudonym_key=name, created_at=START
        )
        return Person(account.id, (RoleGrant(Role.CITIZEN), *grants))

    async def official(self, unit: str | None, role: Role = Role.OFFICER) -> Person:
        """Return the person who has a role in a unit."""
        grant = RoleGrant(role, unit)
        if grant not in self._people:
            self._people[grant] = await self.citizen(grant)
        return self._people[grant]

    async def submit(
        self,
        citizen: Person | None = None,
        *,
        place: int | None = None,
        category: str = CATEGORY,
        anonymous: bool = False,
    ) -> int:
        """Submit a report, of a new citizen and at a new place unless they are given."""
        number = next(self._numbers) if place is None else place
        draft = Submission(
            title="Pedagang di trotoar",
            description=f"Setiap sore, {next(self._words)}",
            category=category,
            latitude=-6.1790 + STEP * (number // 12 % 12),
            longitude=106.8230 + STEP * (number % 12),
            anonymous=anonymous,
        )
        person = citizen or await self.citizen()
        return await self.transactions.run(submit, person, route(GAZETTEER, draft))

    async def start(self, report: int, unit: str = DESK) -> None:
        """Take a report up."""
        await self._move(report, await self.official(unit), StatusChange(status=ReportStatus.IN_PROGRESS))

    async def fix(self, report: int, unit: str = DESK) -> None:
        """Close a report as fixed, truly or not."""
        officer, proof = await self.official(unit), f"foto-{next(self._numbers)}"
        digest = f"{next(self._numbers):064d}"
        await self.transactions.run(record_upload, officer.account_id, proof, digest, 800, 600)
        await self._close(report, officer, Resolution.FIXED, proof_photo_ids=(proof,))

    async def dismiss(
        self, report: int, resolution: Resolution = Resolution.INVALID, original: int | None = None, unit: str = DESK
    ) -> None:
        """Close a report without a fix."""
        await self._close(report, await self.official(unit), resolution, note="Tidak ada", duplicate_of=original)

    async def assign(self, report: int, to: str, by: str = DESK, role: Role = Role.OFFICER) -> None:
        """Give a report to another unit; also fetch it back, as the people of its kelurahan may."""
        person = await self.official(by, role)
        await self.transactions.run(desk.assign, GAZETTEER, person, report, to, desk.DeskOptions())

    async def rate(self, report: int, stars: int, citizen: Person) -> None:
        """Rate a closing."""
        await self.transactions.run(closings.rate, citizen, report, stars, None)

    async def reopen(self, report: int, person: Person) -> None:
        """Reopen a report."""
        await self.transactions.run(closings.reopen, person, report, "Masih ada")

    async def withdraw(self, report: int, citizen: Person) -> None:
        """Withdraw a report."""
        await self.transactions.run(withdraw, citizen, report)

    async def waive(self, position: int, admin: Person) -> None:
        """Waive an entry."""
        await self.transactions.run(waivers.waive, admin, position, "Keliru")

    async def waive_reports(self, reports: list[int], admin: Person) -> None:
        """Waive all entries of reports in one act."""
        await self.transactions.run(waivers.waive_reports, admin, dict(enumerate(reports)), "Spam")

    async def pass_time(self, duration: timedelta) -> None:
        """Move the clock, and record the deadlines that pass."""
        self.now += duration
        await record_overdue(self.transactions)

    async def until(self, moment: datetime) -> None:
        """Move the clock to a moment, and record the deadlines that pass."""
        await self.pass_time(moment - self.now)

    async def points(self, unit: str = DESK) -> int:
        """Wait until every deadline has passed, and add up the entries of a unit."""
        await self.pass_time(100 * DAY)
        return sum(entry.points for entry in await PointEntry.filter(unit=unit))

    async def shares(self, unit: str = DESK) -> Shares:
        """Return what the responsiveness of a unit is made of."""
        tally = await Tally.get_or_none(unit=unit, officer=WHOLE_UNIT, period=Period.ALL_TIME)
        if tally is None:
            return Shares(0, 0, 0, 0, 0, 0)
        own = tally.counters
        return Shares(
            own.responses_decided,
            own.responses_on_time,
            own.processings_decided,
            own.processings_on_time,
            own.ratings,
            own.stars,
        )

    async def _close(self, report: int, officer: Person, resolution: Resolution, **options: Any) -> None:
        await self._move(report, officer, StatusChange(status=ReportStatus.PROCESSED, resolution=resolution, **options))

    async def _move(self, report: int, officer: Person, change: StatusChange) -> None:
        await self.transactions.run(change_status, officer, report, change)


@asynccontextmanager
async def town(database_url: str) -> AsyncIterator[Town]:
    """Open a town in a database."""
    async with database(database_url):
        yield Town()
