"""People who change reports, and repeat the submissions that got no answer."""

import asyncio
import itertools
import random
import secrets
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any

from benchmarks.live.people import Resident
from benchmarks.live.workers import UNANSWERED, Fleet
from models.reference.records import KelurahanRecord
from rules.cursors import decode
from schema.nodes import row_id
from tests.wire import Caller

PAUSE = (0.1, 0.7)
"""Seconds between two actions of one person: (least, most)."""

LONG = "Di trotoar depan rumah nomor empat puluh dua. " * 100

SHARE_OF_NEW = 0.35
"""Share of new reports among the actions of citizens."""


class Town:
    """State that the people share: the reports that they know of, and the changes that were acknowledged."""

    def __init__(self, fleet: Fleet, kelurahan: Sequence[KelurahanRecord], categories: Sequence[str]) -> None:
        self.fleet, self.kelurahan, self.categories = fleet, kelurahan, categories
        self.recent: deque[str] = deque(maxlen=50)
        self.at_desk: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=50))
        self.acknowledged: list[tuple[int, int | None, int]] = []
        """(position, report's row id, version) of each state in an answer."""
        self.unanswered = 0

    def note(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        """Remember the state that a mutation's payload acknowledges; return the report, or None if refused."""
        report: dict[str, Any] | None = payload["report"]
        if report is not None:
            position = decode(report["cursor"])[1]
            self.acknowledged.append((position, row_id(report["id"], "Report"), report["version"]))
        return report


class Author:
    """A citizen or an officer who acts at random."""

    def __init__(self, town: Town, resident: Resident, rng: random.Random) -> None:
        self._town, self._resident, self._rng = town, resident, rng
        self._photos = itertools.count()
        self._own: deque[str] = deque(maxlen=20)

    async def work(self, stop: asyncio.Event) -> None:
        """Act until `stop` is set."""
        while not stop.is_set():
            try:
                unit = self._resident.unit
                await (self._report_or_react() if unit is None else self._answer(unit))
            except UNANSWERED:
                self._town.unanswered += 1
            await asyncio.sleep(self._rng.uniform(*PAUSE))

    async def _report_or_react(self) -> None:
        """Submit a report, or act on one, as citizens do."""
        if not self._town.recent or self._rng.random() < SHARE_OF_NEW:
            await self.submit()
        else:
            mutations = ["supportReport", "withdrawSupport", "updateReport", "withdrawReport"]
            (mutation,) = self._rng.choices(mutations, [4, 2, 3, 1])
            own = mutation in {"updateReport", "withdrawReport"} and self._own
            options = {"title": f"Judul {secrets.token_hex(4)}"} if mutation == "updateReport" else {}
            report = self._rng.choice(self._own if own else self._town.recent)
            self._town.note(await self._caller().act(mutation, report, **options))

    async def submit(self) -> None:
        """Submit a report; repeat it under the same idempotency key until a server answers."""
        place = self._rng.choice(self._town.kelurahan)
        options = {
            "title": f"Judul {secrets.token_hex(4)}",
            "description": LONG,
            "category": self._rng.choice(self._town.categories),
            "location": {"latitude": place.latitude, "longitude": place.longitude},
            "idempotencyKey": secrets.token_hex(8),
        }
        for attempt in itertools.count():
            try:
                report = self._town.note(await self._caller().submit(**options))
            except UNANSWERED:
                self._town.unanswered += 1
                await asyncio.sleep(min(1.0, 0.1 * 2**attempt))
            else:
                break
        if report is None:
            raise RuntimeError("A submission was refused: each must be accepted.")
        self._own.append(report["id"])
        self._town.recent.append(report["id"])
        self._town.at_desk[report["handler"]["code"]].append(report["id"])

    async def _answer(self, unit: str) -> None:
        """Act on a report at the unit's desk, as officers do."""
        desk = self._town.at_desk[unit]
        if not desk:
            return
        report, officer = self._rng.choice(desk), self._caller()
        options: dict[str, Any] = {"status": "PROCESSED"}
        match self._rng.choice(["begin", "begin", "fix", "invalid", "duplicate"]):
            case "begin":
                options = {"status": "IN_PROGRESS"}
            case "fix":
                options |= {"resolution": "FIXED", "proofPhotoIds": [await self._proof(officer)]}
            case "invalid":
                options |= {"resolution": "INVALID", "note": "Tidak ditemukan"}
            case "duplicate":
                options |= {"resolution": "DUPLICATE", "duplicateOf": self._rng.choice(self._town.recent)}
        changed = self._town.note(await officer.move(report, **options))
        if changed is not None and changed["status"] == "PROCESSED":
            desk.remove(report)

    @staticmethod
    async def _proof(officer: Caller) -> str:
        response = await officer.upload()
        return str(response.raise_for_status().json()["id"])

    def _caller(self) -> Caller:
        """Return the person's API at a random server, with pictures that are unique to them."""
        http, email = self._town.fleet.any_http(self._rng), self._resident.email
        return Caller(http, self._resident.token, email=email, numbers=self._photos)
