"""The same act sent to two servers at once, as by an app that lost its connection."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.city import deployed
from tests.wire import GAMBIR, Caller, beside

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ACTS: tuple[dict[str, Any], ...] = ({"status": "IN_PROGRESS"}, {"status": "PROCESSED", "resolution": "FIXED"})

REUSED = ("DUPLICATE_REQUEST", ["input", "idempotencyKey"])


async def test_same_act_at_once_on_two_servers_is_done_once(database_url: str, tmp_path: Path) -> None:
    async with deployed(database_url, "memory://", tmp_path / "media", 2) as two:
        officer, citizen = await two.official(GAMBIR, 0), Caller(two.clients[0])
        await citizen.sign_up("warga@contoh.id")
        callers = [officer.on(client) for client in two.clients] * 4
        for number, act in enumerate(ACTS):
            report = await citizen.report(location=beside(number))
            proof = {"proofPhotoIds": [await officer.photo()]} if "resolution" in act else {}
            sent = {**act, **proof, "idempotencyKey": f"kunci-{number}"}
            payloads = await asyncio.gather(*(each.act("changeReportStatus", report["id"], **sent) for each in callers))
            assert [payload["errors"] for payload in payloads] == [[]] * len(callers)
            assert {payload["report"]["version"] for payload in payloads} == {2}
        reports = [await citizen.report(location=beside(number)) for number in (3, 4)]
        invalid = {"status": "PROCESSED", "resolution": "INVALID", "note": "Bukan laporan", "idempotencyKey": "satu"}
        chosen = [reports[number % 2]["id"] for number in (0, 1, 1, 0)]
        payloads = await asyncio.gather(
            *(each.act("changeReportStatus", one, **invalid) for each, one in zip(callers, chosen, strict=False))
        )
        done = {payload["report"]["number"] for payload in payloads if payload["errors"] == []}
        refused = [error for payload in payloads for error in payload["errors"]]
        assert len(done) == 1
        assert [(error["code"], error["field"]) for error in refused] == [REUSED] * 2
