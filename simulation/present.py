"""Live simulation: people report and offices answer in real time, with a day's work in less than a minute."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from random import Random
from typing import Protocol

from actions.periods import close_periods
from actions.photos import new_photo_id, record_upload
from actions.transaction import Transactions
from models.accounts import Account
from models.reference.gazetteer import Gazetteer
from models.reference.records import ReferenceData
from models.reports import Report
from rules.access import Person, Role, RoleGrant
from rules.emails import SIMULATED_DOMAIN
from rules.pictures import Look
from rules.workflow import ReportStatus
from simulation.city import SimulatedCity, build_city
from simulation.lifecycles import Act, Scenario, SimulatedReport
from simulation.people import Citizen, register_staff
from simulation.pictures import draw_street
from subscriptions.notifier import Notifier

SPEEDUP = 1_800
"""Seconds of an office's time per second here: an answer that takes half a day comes after 24 s."""

MAX_RESUMED = 300
"""Open reports of an earlier simulation that are continued, the newest first."""

PROGRESS_INTERVAL = 5.0
"""Seconds between two lines of progress."""


class StoredPhoto(Protocol):
    """A stored photo: the digest of its uploaded bytes, its size in pixels, and its look."""

    @property
    def digest(self) -> str:
        """SHA-256 of the uploaded bytes, in hex."""

    @property
    def width(self) -> int:
        """Width in pixels."""

    @property
    def height(self) -> int:
        """Height in pixels."""

    @property
    def look(self) -> Look:
        """Its look, by which it is found again."""


StorePhoto = Callable[[str, bytes], StoredPhoto]
"""Stores an uploaded image under a photo id, as `media.storage.MediaFolder.add` does. Called in a thread."""


class StreetCamera:
    """Photographs drawn streets, and uploads each picture like a citizen's."""

    def __init__(self, transactions: Transactions, store: StorePhoto) -> None:
        self._transactions, self._store = transactions, store

    async def __call__(self, person: Person, *, proof: bool) -> str:
        """Upload a picture of a street, repaired for a proof, and return the photo's id."""
        photo_id = new_photo_id()

        def draw_and_store() -> StoredPhoto:
            return self._store(photo_id, draw_street(Random(secrets.randbits(64)), repaired=proof))

        photo = await asyncio.to_thread(draw_and_store)
        recorded = await self._transactions.run(
            record_upload, person.account_id, photo_id, photo.digest, photo.width, photo.height, photo.look
        )
        return recorded.id


class LiveSimulation:
    """A simulation in real time with one task per report. The seed decides what people do, not in which order.

    `per_minute` is the mean number of new reports. `tell` receives a line of progress every few seconds.
    """

    def __init__(self, per_minute: float, stop: asyncio.Event, tell: Callable[[str], object]) -> None:
        self._per_minute, self._stop, self._tell = per_minute, stop, tell
        self._lifecycles: set[asyncio.Task[None]] = set()
        self._city: SimulatedCity

    async def run(
        self,
        gazetteer: Gazetteer,
        facts: ReferenceData,
        *,
        broadcast_url: str,
        store_photo: StorePhoto,
        seed: int,
        seconds: float | None,
    ) -> None:
        """Simulate for this many seconds, or until stopped. Every change is announced over `broadcast_url`.

        Reports that are still open at the end stay open.
        """
        async with Notifier(broadcast_url) as notifier:
            transactions = Transactions(notify=notifier.notify)
            await close_periods(transactions)
            staff = await register_staff(transactions, gazetteer, seed)
            known = await Account.filter(email__startswith="warga.", email__endswith=f"@{SIMULATED_DOMAIN}").count()
            camera = StreetCamera(transactions, store_photo)
            self._city = build_city(transactions, gazetteer, facts, staff, seed=seed, photograph=camera, citizens=known)
            ending = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self._stop.set)
            try:
                await self._live()
            except ExceptionGroup as several:
                raise several.exceptions[0] from None  # the database is unavailable: the first failure says so
            finally:
                if ending is not None:
                    ending.cancel()
                await transactions.drain()
            self._tell(self._city.summary())

    async def _live(self) -> None:
        """Submit reports at random intervals. Each new one also resumes one that was found open."""
        resumed = await _resume_open_reports(self._city)
        async with asyncio.TaskGroup() as tasks:
            progress = tasks.create_task(self._report_progress())
            while not await self._is_stopped_within(self._city.rng.expovariate(self._per_minute / 60)):
                for lifecycle in (self._submit(), *(self._continue(*one) for one in resumed[-1:])):
                    task = tasks.create_task(lifecycle)
                    self._lifecycles.add(task)
                    task.add_done_callback(self._lifecycles.discard)
                del resumed[-1:]
            for task in (progress, *self._lifecycles):
                task.cancel()

    async def _is_stopped_within(self, seconds: float) -> bool:
        """Wait for this many seconds, or until stopped. Return whether it was stopped."""
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return False
        return True

    async def _submit(self) -> None:
        submitted = await self._city.submit_report()
        if submitted is not None:
            await self._continue(*submitted)

    async def _continue(self, report: SimulatedReport, acts: Iterator[Act]) -> None:
        for act in acts:
            await asyncio.sleep(act.after.total_seconds() / SPEEDUP)
            if not await self._city.perform(report, act):
                return

    async def _report_progress(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS_INTERVAL)
            await close_periods(self._city.transactions)  # the simulation may run alone, without a server to close them
            self._tell(f"{self._city.summary()}; {len(self._lifecycles)} reports in progress")


async def _resume_open_reports(city: SimulatedCity) -> list[tuple[SimulatedReport, Iterator[Act]]]:
    """Return open reports of simulated citizens with new lifecycles, the newest last."""
    rows = (
        await Report.filter(reporter__email__endswith=f"@{SIMULATED_DOMAIN}", handler__in=list(city.staff.offices))
        .exclude(status=ReportStatus.PROCESSED)
        .order_by("-id")
        .limit(MAX_RESUMED)
    )
    resumed = []
    for row in reversed(rows):
        reporter = Citizen(Person(row.reporter_id, (RoleGrant(Role.CITIZEN),)), row.kelurahan, row.anonymous)
        report = SimulatedReport(
            report_id=row.id,
            reporter=reporter,
            category=city.gazetteer.categories[row.category],
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
        resumed.append((report, city.lifecycles.lifecycle(report)))
    return resumed
