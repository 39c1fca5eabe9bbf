"""The present: people report, and offices answer by the wall's clock, a day's work in less than a minute."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from random import Random

from actions.accounts import SIMULATED_DOMAIN
from actions.periods import close_periods
from actions.photos import record_upload
from actions.transaction import Transactions
from media.upload import MediaFolder, new_photo_id
from media.processing import process_photo
from app.settings import Settings
from simulation.lifecycles import Act, SimulatedReport, Scenario
from simulation.people import Citizen, register_staff
from simulation.pictures import draw
from simulation.city import SimulatedCity, stage
from models.accounts import Account
from models.reference.gazetteer import Gazetteer
from models.reference.records import ReferenceData
from models.reports import Report
from rules.access import Membership, Person, Role
from rules.workflow import ReportStatus
from subscriptions.bus import Bus

FASTER = 1_800
"""What takes an office this many seconds takes one here: an answer of half a day comes after 24 s."""

FOUND = 300
"""How many open reports of an earlier simulation are taken up, the newest first."""

TELL = 5.0
"""Seconds between two lines."""


class Camera:
    """Takes pictures the way uploads come in: developed, kept in the media folder, recorded."""

    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._folder = transactions, MediaFolder(settings.media_dir)

    async def __call__(self, person: Person, *, proof: bool) -> str:
        """Take a picture of a street, mended for a proof; return the photo's id."""
        name = new_photo_id()

        def work() -> tuple[str, int, int]:
            picture = process_photo(draw(Random(secrets.randbits(64)), mended=proof))
            self._folder.keep(name, picture)
            return picture.digest, picture.width, picture.height

        await self._transactions.run(record_upload, person.account_id, name, *await asyncio.to_thread(work))
        return name


class LiveSimulation:
    """LifecycleGenerator under way, each a task of its own. What people do is by the seed, in which order by the wall's clock.

    `per_minute` is how many reports come in. `tell` gets a line now and then.
    """

    def __init__(self, per_minute: float, stop: asyncio.Event, tell: Callable[[str], object]) -> None:
        self._per_minute, self._stop, self._tell = per_minute, stop, tell
        self._lives: set[asyncio.Task[None]] = set()
        self._stage: SimulatedCity

    async def play(
        self, gazetteer: Gazetteer, facts: ReferenceData, settings: Settings, *, seed: int, seconds: float | None
    ) -> None:
        """Play for so many seconds, or until it is stopped; each change rings the bell.

        LifecycleGenerator that are not over by then are left as they are.
        """
        async with Bus(settings.broadcast_url) as bus:
            transactions = Transactions(notify=bus.ring)
            await close_periods(transactions)
            staff = await register_staff(transactions, gazetteer, seed)
            known = await Account.filter(email__startswith="warga.", email__endswith=f"@{SIMULATED_DOMAIN}").count()
            camera = Camera(transactions, settings)
            self._stage = stage(transactions, gazetteer, facts, staff, seed=seed, photograph=camera, citizens=known)
            ending = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self._stop.set)
            try:
                await self._live()
            except ExceptionGroup as several:
                raise several.exceptions[0] from None  # the database that is away: the first life to find out tells
            finally:
                if ending is not None:
                    ending.cancel()
                await transactions.drain()
            self._tell(self._stage.in_words())

    async def _live(self) -> None:
        """Let reports come in at random moments, and with each one take up one that was found open."""
        found = await _found(self._stage)
        async with asyncio.TaskGroup() as tasks:
            progress = tasks.create_task(self._progress())
            while not await self._passed(self._stage.chance.expovariate(self._per_minute / 60)):
                for life in (self._new(), *(self._go_on(*one) for one in found[-1:])):
                    task = tasks.create_task(life)
                    self._lives.add(task)
                    task.add_done_callback(self._lives.discard)
                del found[-1:]
            for task in (progress, *self._lives):
                task.cancel()

    async def _passed(self, seconds: float) -> bool:
        """Wait so long, or until it is stopped; return whether it is."""
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return False
        return True

    async def _new(self) -> None:
        life = await self._stage.report()
        if life is not None:
            await self._go_on(*life)

    async def _go_on(self, case: SimulatedReport, rest: Iterator[Act]) -> None:
        for act in rest:
            await asyncio.sleep(act.after.total_seconds() / FASTER)
            if not await self._stage.do(case, act):
                return

    async def _progress(self) -> None:
        while True:
            await asyncio.sleep(TELL)
            await close_periods(self._stage.transactions)  # as one of those who serve, or alone
            self._tell(f"{self._stage.in_words()}; {len(self._lives)} lives under way")


async def _found(stage: SimulatedCity) -> list[tuple[SimulatedReport, Iterator[Act]]]:
    """Take up open reports of citizens who are played; the newest come last."""
    rows = (
        await Report.filter(reporter__email__endswith=f"@{SIMULATED_DOMAIN}", handler__in=list(stage.staff.offices))
        .exclude(status=ReportStatus.PROCESSED)
        .order_by("-id")
        .limit(FOUND)
    )
    found = []
    for row in reversed(rows):
        reporter = Citizen(Person(row.reporter_id, (Membership(Role.CITIZEN),)), row.kelurahan, row.anonymous)
        case = SimulatedReport(
            report_id=row.id,
            reporter=reporter,
            category=stage.gazetteer.categories[row.category],
            kelurahan=row.kelurahan,
            handler=row.handler,
            latitude=row.latitude,
            longitude=row.longitude,
            submitted_at=row.submitted_at,
            scenario=Scenario.ORDINARY,
            is_answered=row.responded_at is not None,
            is_started=row.status is ReportStatus.IN_PROGRESS,
            reopenings=row.citizen_reopenings,
        )
        found.append((case, stage.lives.live(case)))
    return found
