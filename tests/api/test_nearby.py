"""Reports near a point: the same circle in the database as in the rules, and the nearest of them."""

import math
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from actions.submissions import Submission, route, submit
from models.reading import read
from models.reports import Report
from queries.boxes import add_circle
from queries.conditions import Conditions
from queries.reports import count
from rules.access import Person
from rules.criteria import ReportCriteria
from rules.geography import Circle
from tests.city import City
from tests.wire import GAMBIR, MONAS, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

NEARBY = """query($at: GeoPointInput!, $r: Int! = 250, $c: String, $o: Boolean! = true, $n: Int! = 10) {
  nearbyReports(at: $at, radiusMetres: $r, category: $c, open: $o, first: $n) {
    distanceMetres report { id number status category { code } location { latitude longitude } }
} }"""
CATEGORIES = ("SAMPAH", "BANJIR", "LISTRIK")


async def nearby(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await caller.ask(NEARBY, **{"at": MONAS} | asked))["nearbyReports"]
    return found


async def scatter(city: City, number: int, rng: Random) -> list[Report]:
    """Submit reports around Monas: some of them at one place, some closed."""
    await city.citizen()
    places = [(-6.1754 + rng.uniform(-0.02, 0.02), 106.8272 + rng.uniform(-0.02, 0.02)) for _ in range(number // 2)]
    for each in range(number):
        latitude, longitude = rng.choice(places) if each % 2 else places[each // 2]
        words = Submission(
            title=f"Judul {each}",
            description="Isi",
            category=rng.choice(CATEGORIES),
            latitude=latitude,
            longitude=longitude,
        )
        await city.transactions.run(submit, Person(1), route(city.gazetteer, words))
    closed = [report.id for report in await Report.all() if rng.random() < 0.3]
    await Report.filter(id__in=closed).update(status="PROCESSED", resolution="FIXED", processed_at=datetime.now(UTC))
    return await Report.all().order_by("id")


async def test_circle_has_the_same_reports_in_the_database_as_in_the_rules(city: City) -> None:
    """The radius is the distance of a report, and the two numbers beside it: the border decides."""
    rng = Random(3)
    reports = await scatter(city, 30, rng)
    for _ in range(12):
        centre = -6.1754 + rng.uniform(-0.01, 0.01), 106.8272 + rng.uniform(-0.01, 0.01)
        for report in rng.sample(reports, 5):
            distance = math.sqrt(Circle(*centre, 0).squared_distance(report.latitude, report.longitude))
            for radius in (math.nextafter(distance, 0), distance, math.nextafter(distance, math.inf)):
                circle, wanted = Circle(*centre, radius), Conditions()
                add_circle(wanted, circle)
                found = {row[0] for row in await read(f"SELECT id FROM report WHERE {wanted}", *wanted.values)}
                assert found == {each.id for each in reports if circle.contains(each.latitude, each.longitude)}


async def test_nearest_reports_are_those_of_a_plain_sort(city: City) -> None:
    rng, caller = Random(5), city.anyone()
    reports = await scatter(city, 60, rng)
    for _ in range(40):
        at = {"latitude": -6.1754 + rng.uniform(-0.02, 0.02), "longitude": 106.8272 + rng.uniform(-0.02, 0.02)}
        if rng.random() < 0.5:
            at = {"latitude": (one := rng.choice(reports)).latitude, "longitude": one.longitude}
        radius, first = rng.choice((1, 250, 900, 2_000, 5_000)), rng.choice((1, 3, 10, 50))
        category, is_open = rng.choice((None, *CATEGORIES)), rng.random() < 0.6
        circle = Circle(at["latitude"], at["longitude"], radius)
        due = sorted(
            (circle.squared_distance(each.latitude, each.longitude), each.id, each.number)
            for each in reports
            if circle.contains(each.latitude, each.longitude)
            and category in {None, each.category}
            and not (is_open and each.status == "PROCESSED")
        )[:first]
        found = await nearby(caller, at=at, r=radius, c=category, o=is_open, n=first)
        assert [each["report"]["number"] for each in found] == [number for *_, number in due]
        assert [each["distanceMetres"] for each in found] == [math.sqrt(squared) for squared, *_ in due]
        criteria = {"near": {"at": at, "radiusMetres": radius}, "category": category and [category]}
        listed = await caller.ask("query($f: ReportFilter) { reports(filter: $f) { totalCount } }", f=criteria)
        inside = ReportCriteria(near=circle, category=None if category is None else frozenset({category}))
        assert listed["reports"]["totalCount"] == await count(inside, city.transactions.now())


async def test_nearby_answer_changes_with_what_it_shows(city: City) -> None:
    """Answers are kept, and dropped by a submission in the circle, a nearer one, and a closing."""
    citizen, officer, caller = await city.citizen(), await city.official(GAMBIR), city.anyone()
    assert await nearby(caller, n=1) == []
    far = await citizen.report(location={**MONAS, "latitude": MONAS["latitude"] + 0.002})
    assert [each["report"]["id"] for each in await nearby(caller, n=1)] == [far["id"]]
    await citizen.report(location={**MONAS, "latitude": MONAS["latitude"] + 0.0021}, title="Lampu mati")
    assert [each["report"]["id"] for each in await nearby(caller, n=1)] == [far["id"]]
    near = await citizen.report(title="Jalan rusak")
    assert [each["report"]["id"] for each in await nearby(caller, n=1)] == [near["id"]]
    await officer.move(near["id"], "PROCESSED", resolution="INVALID", note="Tidak ada")
    assert [each["report"]["id"] for each in await nearby(caller, n=1)] == [far["id"]]
    assert [each["report"]["status"] for each in await nearby(caller, n=1, o=False)] == ["PROCESSED"]


async def test_bad_argument_of_a_search_nearby_is_bad_input(city: City) -> None:
    for wrong in (
        {"r": 0},
        {"r": 5_001},
        {"n": 0},
        {"n": 51},
        {"c": "TIDAKADA"},
        {"at": {"latitude": 91, "longitude": 106.8}},
        {"at": {"latitude": 106.8, "longitude": -6.2}},
    ):
        with pytest.raises(RequestFailedError) as failed:
            await nearby(city.anyone(), **wrong)
        assert failed.value.code == "BAD_INPUT"
