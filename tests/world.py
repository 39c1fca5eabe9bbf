"""Random acts in a small city: two citizens, officers of four units, and an ADMIN."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

from actions.closings import rate, reopen
from actions.desk import DeskOptions, assign, recategorise, transfer
from actions.periods import close_periods
from actions.photos import record_upload
from actions.statuses import StatusChange, change_status
from actions.submissions import Edit, Submission, edit, route, submit, withdraw
from actions.transaction import Transactions
from actions.waivers import waive, waive_reports
from models.accounts import Account
from models.ledger import PointEntry
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Person, Role, RoleGrant
from rules.refusals import Refusal
from rules.workflow import ReportStatus, Resolution

GAZETTEER = Gazetteer(bundled())
LOCATIONS = ((-6.1754, 106.8272), (-6.1954, 106.8342))
CATEGORIES = ("SAMPAH", "BANJIR", "LISTRIK")
HANDLERS = ("31.71.01.1001", "31.71.01.1002", "SDA", "DLH", "PLN")
START = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
KEYS = count()


class World:
    """People who act at random, reproducibly for each seed, while time passes in random steps."""

    def __init__(self, seed: int, now: datetime = START, notify: Callable[[int], object] = lambda _: None) -> None:
        self.rng = random.Random(seed)
        self.now = now
        self.transactions = Transactions(notify=notify, now=lambda: self.now)
        self.reports: list[int] = []

    async def act_randomly(self, acts: int) -> None:
        """Perform random acts. Refused acts change nothing."""
        await close_periods(self.transactions)
        self.citizens = [await person() for _ in range(4)]
        self.officials = [await person(RoleGrant(Role.OFFICER, unit)) for unit in HANDLERS[:4]]
        self.admin = await person(RoleGrant(Role.ADMIN, ""))
        for _ in range(acts):
            self.now += timedelta(minutes=self.rng.choice((1, 2, 7, 50, 400)))
            await close_periods(self.transactions)
            if not self.reports or self.rng.random() < 0.12:
                await self.submit()
                continue
            with suppress(Refusal):
                await self.act(self.rng.choice(self.reports[-4:]))

    async def submit(self) -> None:
        latitude, longitude = self.rng.choice(LOCATIONS)
        category = self.rng.choices(CATEGORIES, (6, 3, 1))[0]
        for _ in range(self.rng.choice((1, 1, 5))):
            options = Submission(
                title=f"Judul {next(KEYS)}",
                description="Isi",
                category=category,
                latitude=latitude,
                longitude=longitude,
            )
            self.reports.append(
                await self.transactions.run(submit, self.rng.choice(self.citizens), route(GAZETTEER, options))
            )

    async def act(self, report: int) -> None:
        rng, transactions = self.rng, self.transactions
        official = rng.choice([*self.officials, self.admin])
        citizen = rng.choice(self.citizens)
        acts: list[Callable[[], Awaitable[object]]] = [
            lambda: transactions.run(change_status, official, report, StatusChange(status=ReportStatus.IN_PROGRESS)),
            lambda: self.fix(official, report),
            lambda: self.fix(self.admin, report),
            lambda: self.dismiss(official, report),
            lambda: transactions.run(assign, GAZETTEER, official, report, rng.choice(HANDLERS), DeskOptions()),
            lambda: transactions.run(transfer, GAZETTEER, official, report, rng.choice(HANDLERS[:2]), DeskOptions()),
            lambda: transactions.run(recategorise, GAZETTEER, official, report, rng.choice(CATEGORIES), DeskOptions()),
            lambda: transactions.run(edit, citizen, report, Edit(title=f"Judul {next(KEYS)}")),
            lambda: transactions.run(rate, citizen, report, rng.randint(1, 5), None),
            lambda: transactions.run(reopen, rng.choice(self.citizens), report, "Belum selesai"),
            lambda: transactions.run(reopen, self.admin, report, "Belum selesai"),
            lambda: self.waive(report),
        ]
        if rng.random() < 0.02:
            acts = [self.waive_all]
        if rng.random() < 0.05:
            acts = [lambda: transactions.run(withdraw, citizen, report)]
        await rng.choice(acts)()

    async def fix(self, official: Person, report: int) -> None:
        photo = f"foto-{next(KEYS)}"
        await self.transactions.run(record_upload, official.account_id, photo, f"{next(KEYS):064d}", 320, 240)
        options = StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution.FIXED, proof_photo_ids=(photo,))
        await self.transactions.run(change_status, official, report, options)

    async def dismiss(self, official: Person, report: int) -> None:
        resolution = self.rng.choice((Resolution.INVALID, Resolution.OUT_OF_REMIT))
        options = StatusChange(status=ReportStatus.PROCESSED, resolution=resolution, note="Karena")
        await self.transactions.run(change_status, official, report, options)

    async def waive(self, report: int) -> None:
        entries = await PointEntry.filter(report_id=report)
        if entries:
            await self.transactions.run(waive, self.admin, self.rng.choice(entries).position, "Keliru")

    async def waive_all(self) -> None:
        await self.transactions.run(waive_reports, self.admin, dict(enumerate(self.reports[-3:])), "Spam")


async def person(*grants: RoleGrant) -> Person:
    name = f"warga-{next(KEYS)}"
    account = await Account.create(
        public_id=name, email=name, password_hash="", pseudonym=name, pseudonym_key=name, created_at=START
    )
    return Person(account.id, grants)
