"""Personal data that have served: they go after their time, and nothing else does."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tortoise.models import Model

from actions.transaction import Transactions
from app.sweeper import UNFINISHED_FILES, count_served, sweep
from models.accounts import Account, SignIn
from models.database import fetch
from models.flags import Flag
from models.outbox import Delivery, DeliveryState
from queries.score_audit import verify
from rules.retention import DEFAULTS, Kept
from tests.city import City
from tests.published import published_events
from tests.wire import Caller

pytestmark = pytest.mark.anyio

SHORT = timedelta(minutes=1)


async def session_that(account_id: int, name: str, **moments: Any) -> None:
    times = {"created_at": moments["expires_at"], "refreshed_at": moments["expires_at"], **moments}
    await SignIn.create(id=name, account_id=account_id, refresh_digest=name, **times)


async def delivery_that(name: str, destination: str, state: DeliveryState, at: Any) -> None:
    what = {"position": 1, "attempts": 12, "in_doubt": False, "updated_at": at}
    await Delivery.create(destination=destination, key=name, state=state, **what)


async def fill(city: City, citizen: Caller, report: dict[str, Any]) -> None:
    """Store a row of each kind on each side of its time; those that go have `gone` in their names."""
    now, kept = city.transactions.now(), DEFAULTS
    owner = await Account.get(email="warga@contoh.id")
    sessions, deliveries = kept[Kept.ENDED_SESSIONS], kept[Kept.FAILED_DELIVERIES]
    await session_that(owner.id, "gone-ended", ended_at=now - sessions - SHORT, expires_at=now + sessions)
    await session_that(owner.id, "gone-expired", expires_at=now - sessions - SHORT)
    await session_that(owner.id, "ended", ended_at=now - sessions + SHORT, expires_at=now - SHORT)
    await session_that(owner.id, "live", expires_at=now + SHORT)
    old, young = now - deliveries - SHORT, now - deliveries + SHORT
    await delivery_that("gone-push", "push", DeliveryState.FAILED, old)
    await delivery_that("gone-hook", "webhook:x", DeliveryState.FAILED, old)
    await delivery_that("young", "push", DeliveryState.FAILED, young)
    await delivery_that("waits", "mail", DeliveryState.WAITING, old)
    await delivery_that("agency", "agency:x", DeliveryState.FAILED, old)
    report_id = (await fetch("SELECT id FROM report WHERE number = $1", report["number"]))[0]["id"]
    for account, name, at in ((owner.id, "gone", SHORT), (owner.id + 1, "young", -SHORT)):
        await Flag.create(report_id=report_id, account_id=account, reason=name, at=now - kept[Kept.FLAGS] - at)
    await Account.filter(id=owner.id).update(data_digest="gone", data_until=now - SHORT)
    await Account.filter(id=owner.id + 1).update(data_digest="live", data_until=now + SHORT)
    await citizen.photo()


async def names(table: type[Model], column: str) -> list[str]:
    return sorted(str(value) for (value,) in await table.all().values_list(column) if value is not None)


async def test_what_has_served_goes_after_its_time_and_nothing_else(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    report = await other.report(idempotencyKey="k")
    await fill(city, citizen, report)
    before, store = await published_events(), city.service._photos
    kept = [each for each in await names(SignIn, "id") if not each.startswith("gone")]
    counted = await count_served(city.transactions, store, DEFAULTS)
    assert {name: number for name, number in counted.items() if number} == {
        "expired links to data": 1,
        "ended sessions": 2,
        "failed deliveries": 2,
        "flags": 1,
    }
    assert await count_served(city.transactions, store, DEFAULTS) == counted
    progress: list[tuple[str, int]] = []
    both = await asyncio.gather(
        sweep(city.transactions, store, DEFAULTS, lambda *each: progress.append(each)),
        sweep(city.transactions, store, DEFAULTS),
    )
    assert {name: sum(one[name] for one in both) for name in counted} == counted
    assert not any((await count_served(city.transactions, store, DEFAULTS)).values())
    assert await names(SignIn, "id") == kept
    assert await names(Delivery, "key") == ["agency", "waits", "young"]
    assert (await names(Flag, "reason"), await names(Account, "data_digest")) == (["young"], ["live"])
    assert (await citizen.ask("{ viewer { id } }"))["viewer"] is not None
    differences: list[str] = []
    await verify(differences.append)
    assert (differences, await published_events()) == ([], before)


async def test_uploads_and_keys_are_counted_as_they_are_deleted(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.retention.BATCH", 2)
    citizen, store = await city.citizen(), city.service._photos
    for number in range(5):
        report = await citizen.report(title=f"Laporan {number}")
        assert (await citizen.act("withdrawReport", report["id"], idempotencyKey=f"{number}"))["errors"] == []
    await citizen.photo()
    now = city.transactions.now()
    later = Transactions(now=lambda: now + timedelta(days=8))
    counted = await count_served(later, store, DEFAULTS)
    progress: list[tuple[str, int]] = []
    assert await sweep(later, store, DEFAULTS, lambda *each: progress.append(each)) == counted
    assert {name for name, number in counted.items() if number} == {"unused uploads", "idempotency keys"}
    assert [number for name, number in progress if name == "idempotency keys"] == [2, 4, 5]
    assert counted[UNFINISHED_FILES] == 0
