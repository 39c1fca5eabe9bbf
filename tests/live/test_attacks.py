"""Attacks of strangers: the server refuses each in words, and the others are answered meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests import attacks
from tests.attacks import Said, Target
from tests.city import SECRET, ServerProcess
from tests.wire import Caller

pytestmark = pytest.mark.anyio

LISTS = [f"{{ reports(first: {number}) {{ edges {{ node {{ title }} }} }} }}" for number in range(1, 11)]
EXPECTED: dict[Callable[[Target, int], Awaitable[Said]], tuple[int, set[str]]] = {
    attacks.guesses: (60, {"200 UNAUTHENTICATED", "200 RATE_LIMITED"}),
    attacks.guesses_by_aliases: (20, {"200 BAD_INPUT"}),
    attacks.costly_documents: (16, {"200 BAD_INPUT", "200 TOO_EXPENSIVE"}),
    attacks.forged: (40, {"200 answered", "200 BAD_INPUT"}),
    attacks.paths: (50, {"404"}),
    attacks.bombs: (5, {"413", "415", "422"}),
    attacks.readers_that_do_not_read: (20, {"never read"}),
}
"""The number of tries of each, and the answers that it gets: no other ones. A forged token is no token (ADR 5)."""


@pytest.fixture
async def target(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[Target]:
    server = ServerProcess(
        {
            "DATABASE_URL": sqlite_city_url,
            "BROADCAST_URL": "memory://",
            "MEDIA_DIR": str(tmp_path / "media"),
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "ERROR",
            "SIGN_IN_ATTEMPTS": "5",  # the other limits are off
        }
    )
    await server.start()
    async with httpx.AsyncClient(base_url=server.url) as http:
        citizen, attacker = Caller(http), Caller(http)
        await citizen.sign_up("warga@contoh.id")
        await attacker.sign_up("penyerang@contoh.id")
        assert attacker.token is not None
        yield Target(server.port, "warga@contoh.id", attacker.token)
    server.kill()


async def test_attacks_are_refused_and_others_are_answered(target: Target) -> None:
    neighbours = asyncio.create_task(attacks.others(target.port, 5, LISTS, 5))
    said = {attack.__name__: set(await attack(target, count)) for attack, (count, _) in EXPECTED.items()}
    _, answers = await neighbours
    assert said == {attack.__name__: expected for attack, (_, expected) in EXPECTED.items()}
    assert set(answers) == {"200"}
