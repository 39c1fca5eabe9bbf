"""Clusters of reports, as maps ask for them."""

from typing import Any

import pytest

from rules.access import Role
from tests.city import City
from tests.wire import Caller, RequestFailedError

pytestmark = pytest.mark.anyio

CITY = {"south": -6.4, "west": 106.6, "north": -6.0, "east": 107.0}
MAP = """query($box: BoundingBoxInput!, $zoom: Int!, $f: ReportFilter) {
  reportClusters(within: $box, zoom: $zoom, filter: $f) { count waiting inProgress processed report { number }
    centre { latitude longitude } box { south west north east } } }"""


async def shown(caller: Caller, zoom: int, box: dict[str, float] | None = None, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await caller.ask(MAP, box=box or CITY, zoom=zoom, f=filters))["reportClusters"]
    return found


async def test_map_follows_the_reports_at_every_zoom(city: City) -> None:
    citizen, admin = await city.citizen(), await city.official(None, Role.ADMIN)
    monas, near, far = [
        await citizen.report(title=title, location={"latitude": latitude, "longitude": longitude})
        for title, latitude, longitude in (
            ("Lampu", -6.1754, 106.8272),
            ("Lubang", -6.1755, 106.8273),
            ("Lampu", -6.1954, 106.8342),
        )
    ]
    anyone = city.anyone()
    (whole,) = await shown(anyone, 0)
    assert (whole["count"], whole["waiting"], whole["report"]) == (3, 3, None)
    pair, single = sorted(await shown(anyone, 13), key=lambda one: -one["count"])
    assert (pair["count"], single["report"]) == (2, {"number": far["number"]})
    assert pair["centre"] == {"latitude": -6.17545, "longitude": 106.82725}
    close = await shown(anyone, 22, box={"south": -6.1756, "west": 106.8271, "north": -6.1753, "east": 106.8274})
    assert {one["report"]["number"] for one in close} == {monas["number"], near["number"]}
    (same,) = await shown(anyone, 0, box=pair["box"])
    assert same["count"] == 2
    assert (await admin.act("changeReportStatus", monas["id"], status="IN_PROGRESS"))["errors"] == []
    assert [one["inProgress"] for one in await shown(anyone, 0)] == [1]
    assert [one["report"] for one in await shown(anyone, 13, status=["IN_PROGRESS"])] == [{"number": monas["number"]}]
    assert sorted(one["count"] for one in await shown(anyone, 13, text="lampu")) == [1, 1]
    assert [one["count"] for one in await shown(admin, 0, actionable=True)] == [3]
    assert await shown(anyone, 0, box=CITY | {"north": -6.3}) == []


async def test_map_refuses_what_is_no_area_and_no_zoom(city: City) -> None:
    for box, zoom, argument in (
        (CITY, -1, "zoom"),
        (CITY, 23, "zoom"),
        (CITY | {"north": -7}, 3, "within"),
        (CITY | {"west": -181}, 3, "within"),
    ):
        with pytest.raises(RequestFailedError) as failure:
            await shown(city.anyone(), zoom, box)
        extensions = failure.value.errors[0]["extensions"]
        assert (extensions["code"], extensions["argument"]) == ("BAD_INPUT", argument)
