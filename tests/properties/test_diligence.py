"""The score never rewards doing less: of two lives of a report, the one in which its unit works scores no less.

What the rules leave open by this measure is at the end (docs/adr/0014-what-a-fix-is-judged-by.md).

The two lives differ only in what the unit does. The same kind of citizen submits the same report and tells the truth:
what ends falsely is opened again within 14 days, as often as a citizen may, and a true end gets the same stars. Both
are watched until every target has passed. "Less" is later or never, or the same with a pretence on the way; time during
which others hold the report is not the unit's own, so an end comes later by what they held.
"""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import closings, desk
from actions.overdue import record_overdue
from actions.photos import record_upload
from actions.statuses import StatusChange, change_status
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database
from models.ledger import PointEntry
from models.places import DayOff
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.reports import Report
from rules.access import Person, Role, RoleGrant
from rules.workflow import ReportStatus, Resolution
from tests.city import fewer_on_postgres
from tests.wire import GAMBIR

GAZETTEER = Gazetteer(bundled())
CIDENG = "31.71.01.1002"
START = datetime(2026, 3, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEYS = itertools.count()
Lapse = tuple[Any, ...]
T = TypeVar("T")

UNITS = {"PKL": GAMBIR, "SAMPAH": GAMBIR, "BANJIR": "SDA", "LAMPU_JALAN": "BINA_MARGA"}
"""Categories of the weights 1, 2, 3 and 1, each with its first handler: a kelurahan or an agency."""

SHARES = st.sampled_from([0, 25, 26, 50, 51, 100]) | st.integers(0, 100)
"""Hundredths of a target, more often those at which the rules change."""

LONG = SHARES | st.integers(100, 300)
OVER = st.integers(101, 300)
STARS = st.sampled_from([None, 3, 4, 5])
CATEGORIES = (*UNITS, "KEBAKARAN", "BANGUNAN", "LISTRIK")
DAYS = st.integers(0, 14)
"""The number of days after which a citizen reopens a falsely closed report."""

DELAYS = st.one_of(
    st.tuples(st.just("pause"), LONG),
    st.tuples(st.just("answer")),
    st.tuples(st.sampled_from(["lend", "park", "lend_outside", "transfer"]), LONG),
)
CATEGORIES_GIVEN = st.tuples(st.sampled_from(["recategorise", "recategorise_lent"]), st.sampled_from(CATEGORIES))
PRETENCES = st.one_of(
    st.tuples(st.just("fake"), st.sampled_from([None, 1, 2]), DAYS),
    st.tuples(st.just("dismiss"), st.sampled_from(["INVALID", "OUT_OF_REMIT", "DUPLICATE"]), DAYS),
    CATEGORIES_GIVEN,
)
ENDS = st.sampled_from(["fix", "never", "give_away"])


@dataclass(frozen=True)
class Work:
    """A unit's work: when it answers and when it truly fixes, in hundredths of the targets, and the stars for that."""

    category: str
    answered: int
    fixed: int
    stars: int | None


def works(shares: st.SearchStrategy[int]) -> st.SearchStrategy[Work]:
    return st.builds(Work, st.sampled_from(sorted(UNITS)), shares, shares, STARS)


@dataclass
class City:
    """The people who act officially, and for each category a report that others can be closed as duplicates of."""

    transactions: Transactions
    officers: dict[str, Person]
    admin: Person
    originals: dict[str, int]


@dataclass
class Life:
    """A report, the unit that has it first, and its citizen; `now` is the time since the submission."""

    city: City
    report_id: int
    unit: str
    citizen: Person
    response: timedelta
    processing: timedelta
    now: timedelta = timedelta()
    lent: timedelta = timedelta()

    async def row(self) -> Report:
        """Read the report and set the time of the acts."""
        self.city.transactions.now = lambda: START + self.now
        return await Report.get(id=self.report_id)

    @property
    def officer(self) -> Person:
        return self.city.officers[self.unit]

    async def pause(self, share: int) -> None:
        self.now += self.processing * share / 100

    async def answer(self) -> None:
        if (await self.row()).status is ReportStatus.WAITING:
            await self._move(StatusChange(status=ReportStatus.IN_PROGRESS))

    async def fix(self, stars: int | None) -> None:
        await self.row()
        proof = f"foto-{next(KEYS)}"
        await self.city.transactions.run(record_upload, self.officer.account_id, proof, f"{next(KEYS):064d}", 320, 240)
        await self._close(Resolution.FIXED, proof_photo_ids=(proof,))
        if stars is not None:
            await self.city.transactions.run(closings.rate, self.citizen, self.report_id, stars, None)

    async def fake(self, stars: int | None, days: int) -> None:
        await self.fix(stars)
        await self._reopened(days)

    async def dismiss(self, resolution: str, days: int) -> None:
        row = await self.row()
        if row.dismissal_reopened:  # only a supervisor may dismiss it again
            return
        original = self.city.originals[row.category] if resolution == "DUPLICATE" else None
        await self._close(Resolution(resolution), note="Bukan urusan kami", duplicate_of=original)
        await self._reopened(days)

    async def give_away(self) -> None:
        await self._assign(self.officer, "SDA" if self.unit == GAMBIR else GAMBIR)

    async def lend(self, share: int) -> None:
        await self.give_away()
        await self._returned(share)

    async def park(self, share: int) -> None:
        """Give it to another unit and fetch it back: only a kelurahan's people can."""
        if self.unit == GAMBIR:
            await self.give_away()
            self.now += self.processing * share / 100
            await self._assign(self.officer, self.unit)
            self.now += timedelta(seconds=1)

    async def lend_outside(self, share: int) -> None:
        if (await self.row()).category == "LISTRIK":  # an external agency gets the reports of its categories only
            await self._assign(self.officer, "PLN")
            await self._returned(share)

    async def transfer(self, share: int) -> None:
        """Say that it is in the next kelurahan, which denies it."""
        for by, kelurahan, wait in ((self.officer, CIDENG, share), (self.city.admin, GAMBIR, 0)):
            await self.row()
            await self.city.transactions.run(
                desk.transfer, GAZETTEER, by, self.report_id, kelurahan, desk.DeskOptions()
            )
            self._lend(wait)

    async def recategorise(self, category: str) -> None:
        await self._recategorise(self.officer, category)
        await self._returned(0)

    async def recategorise_lent(self, category: str) -> None:
        """Let the kelurahan's people recategorise it while the unit, perhaps their own, does not have it."""
        await self.give_away()
        await self._recategorise(self.city.officers[GAMBIR], category)
        await self._returned(0)

    async def points(self) -> int:
        """Watch it until every target has passed, and add up the unit's entries."""
        self.now += 100 * DAY
        await self.row()
        await record_overdue(self.city.transactions)
        await Report.filter(id=self.report_id).update(latitude=-6.9)  # the next life is of another place
        return sum(entry.points for entry in await PointEntry.filter(report_id=self.report_id, unit=self.unit))

    async def _move(self, options: StatusChange) -> None:
        await self.city.transactions.run(change_status, self.officer, self.report_id, options)

    async def _close(self, resolution: Resolution, **options: Any) -> None:
        await self._move(StatusChange(status=ReportStatus.PROCESSED, resolution=resolution, **options))

    async def _assign(self, person: Person, unit: str) -> None:
        await self.row()
        await self.city.transactions.run(desk.assign, GAZETTEER, person, self.report_id, unit, desk.DeskOptions())

    async def _recategorise(self, person: Person, category: str) -> None:
        if (await self.row()).category != category:
            await self.city.transactions.run(
                desk.recategorise, GAZETTEER, person, self.report_id, category, desk.DeskOptions()
            )

    async def _returned(self, share: int) -> None:
        """Let the control room give it back to the unit, if another has it."""
        if (await self.row()).handler != self.unit:
            self._lend(share)
            await self._assign(self.city.admin, self.unit)

    def _lend(self, share: int) -> None:
        elapsed = self.processing * share / 100
        self.now += elapsed
        self.lent += elapsed

    async def _reopened(self, days: int) -> None:
        self.now += days * DAY
        if (await self.row()).citizen_reopenings < 2:
            await self.city.transactions.run(closings.reopen, self.citizen, self.report_id, "Masih ada")


async def begin() -> City:
    """Begin a city without days off: what others held is given back by the wall clock, on which none stands still."""
    await DayOff.all().delete()
    units = sorted(set(UNITS.values()))
    officers = {unit: await somebody(RoleGrant(Role.OFFICER, unit)) for unit in units}
    city = City(Transactions(), officers, await somebody(RoleGrant(Role.ADMIN)), {})
    for category in CATEGORIES:
        city.originals[category] = (await submitted(city, category)).report_id
    return city


async def submitted(city: City, category: str) -> Life:
    """Let a new citizen report something in Gambir."""
    citizen, record = await somebody(RoleGrant(Role.CITIZEN)), GAZETTEER.categories[category]
    city.transactions.now = lambda: START
    options = Submission(title="Judul", description="Isi", category=category, latitude=-6.1754, longitude=106.8272)
    return Life(
        city,
        await city.transactions.run(submit, citizen, route(GAZETTEER, options)),
        UNITS.get(category, ""),
        citizen,
        timedelta(minutes=record.response_target_minutes),
        timedelta(minutes=record.processing_target_minutes),
    )


async def somebody(grant: RoleGrant) -> Person:
    name = f"orang-{next(KEYS)}"
    account = await Account.create(
        public_id=name, email=name, password_hash="", pseudonym=name, pseudonym_key=name, created_at=START
    )
    return Person(account.id, (grant,))


async def diligent(city: City, work: Work) -> int:
    """Do the work, and nothing else; return its points."""
    life = await submitted(city, work.category)
    life.now = life.response * work.answered / 100
    await life.answer()
    life.now = max(life.now, life.processing * work.fixed / 100)
    await life.fix(work.stars)
    return await life.points()


async def lazy(city: City, work: Work, lapses: list[Lapse], end: str) -> int:
    """Play the lapses from the answer on, then do the work late, or omit it."""
    life = await submitted(city, work.category)
    life.now = life.response * work.answered / 100
    for name, *rest in lapses:
        if (await life.row()).processed_at is None:
            await getattr(life, name)(*rest)
    if (await life.row()).processed_at is None:
        if end == "fix":
            life.now = max(life.now, life.processing * work.fixed / 100 + life.lent)
            await life.fix(work.stars)
        elif end == "give_away":
            await life.give_away()
    return await life.points()


def in_a_city(database_url: str, play: Callable[[City, Callable[[Coroutine[Any, Any, T]], T]], None]) -> None:
    """Open a database and call `play` with it. The second argument of `play` runs a coroutine to its end."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        runner.run(stack.enter_async_context(database(database_url)))
        try:
            play(runner.run(begin()), runner.run)
        finally:
            runner.run(stack.aclose())


def no_better(
    database_url: str,
    work: st.SearchStrategy[Work],
    lapses: Callable[[Work], st.SearchStrategy[list[Lapse]]],
    ends: st.SearchStrategy[str],
    examples: int,
) -> None:
    """Compare random lives with lapses with the same lives without them."""

    def play(city: City, run: Callable[[Coroutine[Any, Any, int]], int]) -> None:
        @settings(
            max_examples=fewer_on_postgres(database_url, examples),
            suppress_health_check=list(HealthCheck),
        )
        @given(work.flatmap(lambda own: st.tuples(st.just(own), lapses(own))), ends)
        def any_lives(life: tuple[Work, list[Lapse]], end: str) -> None:
            own, lapsed = life
            assert run(lazy(city, own, lapsed, end)) <= run(diligent(city, own))

        any_lives()

    in_a_city(database_url, play)


def test_less_work_never_scores_more_than_work_done_in_time(database_url: str) -> None:
    no_better(database_url, works(SHARES), lambda _: st.lists(DELAYS | PRETENCES, max_size=4), ENDS, 100)


def test_delaying_or_omitting_late_work_never_scores_more(database_url: str) -> None:
    ends = st.sampled_from(["fix", "never"])
    no_better(database_url, works(LONG), lambda _: st.lists(DELAYS | CATEGORIES_GIVEN, max_size=3), ends, 60)


def test_no_pretence_after_the_deadline_scores_more_than_a_late_fix(database_url: str) -> None:
    def lapses(work: Work) -> st.SearchStrategy[list[Lapse]]:
        return st.lists(PRETENCES, max_size=3).map(lambda pretences: [("pause", work.fixed), *pretences])

    no_better(database_url, works(OVER), lapses, st.sampled_from(["fix", "never"]), 60)


def test_recategorising_for_another_unit_gains_neither_time_nor_weight(database_url: str) -> None:
    def play(city: City, run: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        async def each(category: str) -> None:
            life = await submitted(city, "PKL")
            before = await life.row()
            await life.recategorise_lent(category)
            after = await life.row()
            assert after.category == category
            assert after.handler == life.unit
            assert after.weight == before.weight
            assert after.response_due_at <= before.response_due_at
            assert after.processing_due_at <= before.processing_due_at

        for category in sorted(GAZETTEER.categories.keys() - {"PKL"}):
            run(each(category))

    in_a_city(database_url, play)


Acts = list[tuple[Any, ...]]
ANSWERED, FIXED_LATE = (0, "answer"), (110, "fix", None)
CLOSED: dict[str, tuple[str, Acts, Acts]] = {
    "when the time is over, a fake and a later end": (
        "PKL",
        [ANSWERED, FIXED_LATE],
        [ANSWERED, (110, "fake", None, 0), (130, "fix", None)],
    ),
    "a lighter category just before the time is over": (
        "BANJIR",
        [ANSWERED, FIXED_LATE],
        [ANSWERED, (99, "recategorise", "BANGUNAN")],
    ),
    "a lighter category at once, and nothing else": (
        "BANJIR",
        [ANSWERED, FIXED_LATE],
        [(0, "recategorise", "BANGUNAN")],
    ),
}
"""A category and two lives in hundredths of its target. The second scores no more than the first."""

LEFT_OPEN: dict[str, tuple[str, Acts, Acts]] = {
    "a fake just before the time is over puts the blame off": (
        "PKL",
        [ANSWERED, (99, "fix", None)],
        [ANSWERED, (99, "fake", None, 0), FIXED_LATE],
    ),
    "what lies with another unit while it is worked on is not on the clock": (
        "PKL",
        [ANSWERED, (50, "fix", None)],
        [(0, "lend", 60), (60, "fix", None)],
    ),
    "given away just before its time is over, a report costs its unit nothing more": (
        "PKL",
        [ANSWERED, (99, "fix", None)],
        [ANSWERED, (99, "give_away")],
    ),
}
"""Lives that score more than an equally late end, but no more than the work done in time, which is the first."""


@pytest.mark.parametrize(
    ("category", "work", "less"), [*CLOSED.values(), *LEFT_OPEN.values()], ids=[*CLOSED, *LEFT_OPEN]
)
def test_less_work_scores_no_more_in_this_recorded_life(
    category: str, work: Acts, less: Acts, sqlite_city_url: str
) -> None:
    def play(city: City, run: Callable[[Coroutine[Any, Any, int]], int]) -> None:
        async def live(acts: Acts) -> int:
            life = await submitted(city, category)
            for share, name, *rest in acts:
                life.now = max(life.now, life.processing * share / 100)
                await getattr(life, name)(*rest)
            return await life.points()

        assert run(live(less)) <= run(live(work))

    in_a_city(sqlite_city_url, play)
