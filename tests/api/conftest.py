from collections.abc import Iterator
from functools import cache

import pytest

from app import clock
from models.database import fetch
from tests.city import City
from web import front, pages


@pytest.fixture(scope="session", autouse=True)
def front_page_rendered_once() -> Iterator[None]:
    """Render the front page once: it is the same for every city, and takes a third of the time to start one."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(pages, "front_page", cache(front.front_page))
        yield


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable the clock: these tests set the time themselves, so no period may close on its own."""
    monkeypatch.setattr(clock, "TICK", 3_600.0)


@pytest.fixture
async def city(city: City) -> City:
    """The service in this process, with no day opened or closed yet, so that any time can be set."""
    await fetch("UPDATE log_head SET open_from = NULL WHERE id = 1")
    return city
