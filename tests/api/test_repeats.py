"""Submissions that are sent again: the same words by the same citizen, about the same place, within minutes."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from actions.repeats import SAME_WITHIN
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from models.database import fetch
from models.reports import Photo, Report
from rules.access import Person
from tests.city import City
from tests.wire import MONAS

pytestmark = pytest.mark.anyio

START = datetime(2026, 3, 10, 3, tzinfo=UTC)
SENT = {"title": "Sampah menumpuk", "description": "Di trotoar"}
WORDS = Submission(title="Sampah", description="Menumpuk", category="SAMPAH", latitude=-6.1754, longitude=106.8272)
METRE = 1 / 110_577
"""A metre northward, in degrees."""

TABLES = ("report", "log_event", "tally", "report_day", "reporter_day", "sent_words")


def north(metres: float) -> dict[str, float]:
    return {**MONAS, "latitude": MONAS["latitude"] + metres * METRE}


async def stored() -> list[Any]:
    rows = [await fetch(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES]
    return [*rows, await fetch("SELECT position FROM log_head")]


async def test_same_words_about_the_same_place_within_minutes_are_one_report(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("tetangga")
    city.transactions.now = lambda: START
    first = await citizen.report(**SENT)
    before = await stored()
    city.transactions.now = lambda: START + SAME_WITHIN
    for again in ({}, {"location": north(49)}, {"title": " Sampah\nmenumpuk "}, {"idempotencyKey": "lain"}):
        assert (await citizen.report(**SENT | again))["id"] == first["id"]
    assert await stored() == before
    found = {first["id"]}
    for differently in (
        {"location": north(-51)},
        {"title": "Sampah"},
        {"description": "Di jalan"},
        {"category": "PKL"},
        {"anonymous": True},
    ):
        found.add((await citizen.report(**SENT | differently))["id"])
    found.add((await other.report(**SENT))["id"])
    city.transactions.now = lambda: START + SAME_WITHIN + timedelta(seconds=1)
    found.add((await citizen.report(**SENT))["id"])
    assert len(found) == 8


async def test_idempotency_key_decides_before_the_words(city: City) -> None:
    citizen = await city.citizen()
    first = await citizen.report(**SENT, idempotencyKey="satu")
    assert (await citizen.report(**SENT, idempotencyKey="satu"))["id"] == first["id"]
    assert (await citizen.report(**SENT))["id"] == first["id"]
    other = await citizen.report(**SENT | {"title": "Lampu mati"})
    refused = await citizen.submit(**SENT | {"title": "Lampu mati"}, idempotencyKey="satu")
    assert (refused["report"], refused["errors"][0]["code"]) == (None, "DUPLICATE_REQUEST")
    assert other["id"] != first["id"]


async def test_photos_of_the_second_sending_stay_unused(city: City) -> None:
    citizen = await city.citizen()
    sent, new = await citizen.photo(), await citizen.photo()
    first = await citizen.report(**SENT, photoIds=[sent])
    for photos in ([sent], [new], [sent, new]):
        assert (await citizen.report(**SENT, photoIds=photos))["id"] == first["id"]
    assert (await Photo.get(id=new)).report_id is None
    assert (await citizen.report(title="Lampu mati", photoIds=[new]))["id"] != first["id"]
    refused = await citizen.submit(title="Jalan rusak", photoIds=[sent])
    assert refused["errors"][0]["code"] == "INVALID"


async def test_withdrawn_report_may_be_sent_again(city: City) -> None:
    citizen = await city.citizen()
    first = await citizen.report(**SENT)
    assert (await citizen.act("withdrawReport", first["id"]))["errors"] == []
    again = await citizen.report(**SENT)
    assert again["id"] != first["id"]
    assert (await citizen.report(**SENT))["id"] == again["id"]


async def test_submissions_at_once_are_as_many_reports_as_places_and_words(city: City) -> None:
    """Each worker has its clock: they differ by seconds, around the beginning of a day."""
    await city.citizen()
    rng, midnight = Random(8), datetime(2026, 3, 9, 17, tzinfo=UTC)
    different = [
        replace(WORDS, title=f"Judul {number % 2}", latitude=WORDS.latitude + 100 * METRE * number)
        for number in range(5)
    ]
    sent = [each for each in different for _ in range(5)]
    rng.shuffle(sent)

    async def send(words: Submission) -> tuple[Submission, int]:
        at = midnight + timedelta(seconds=rng.uniform(-2, 2))
        return words, await Transactions(now=lambda: at).run(submit, Person(1), route(city.gazetteer, words))

    made = set(await asyncio.gather(*map(send, sent)))
    assert len(made) == len({report for _, report in made}) == len(different) == await Report.all().count()
    positions = [row["position"] for row in await fetch("SELECT position FROM log_event ORDER BY position")]
    assert positions == list(range(1, len(positions) + 1))
