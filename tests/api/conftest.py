import pytest

from app import clock
from models.database import fetch
from tests.city import City


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No period closes by itself: these tests move the time to and fro."""
    monkeypatch.setattr(clock, "TICK", 3_600.0)


@pytest.fixture
async def city(city: City) -> City:
    """The service in this process, with no day opened or closed yet: every time is good."""
    await fetch("UPDATE log_head SET open_from = NULL WHERE id = 1")
    return city
