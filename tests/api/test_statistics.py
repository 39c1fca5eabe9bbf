"""Statistics of reports, as a wall in the control room asks for them."""

from datetime import date, timedelta
from typing import Any

import pytest

from rules.periods import jakarta_day
from tests.city import City
from tests.wire import GAMBIR, Caller, RequestFailedError, beside

pytestmark = pytest.mark.anyio

COUNTS = "received responded processed open overdue"
STATISTICS = """query($by: [StatisticsDimension!], $from: Date, $to: Date, $f: ReportFilter) {
  reportStatistics(filter: $f, groupBy: $by, from: $from, to: $to) { cursor rows {
    status resolution category { code } kelurahan { code } kecamatan { code } city { code }
    handler { ... on Kelurahan { code } ... on Agency { code } } day received responded processed open overdue } } }"""


async def counted(caller: Caller, by: list[str], *, f: Any = None, **span: str) -> list[dict[str, Any]]:
    """Return the rows without their nulls."""
    found = await caller.ask(STATISTICS, by=by, f=f, **span)
    return [
        {name: value for name, value in row.items() if value is not None} for row in found["reportStatistics"]["rows"]
    ]


def numbers(*values: int) -> dict[str, int]:
    return dict(zip(COUNTS.split(), values, strict=True))


async def test_statistics_show_what_came_and_was_done_and_is_open(city: City) -> None:
    anyone, officer = city.anyone(), await city.official(GAMBIR)
    assert await counted(anyone, []) == [numbers(0, 0, 0, 0, 0)]
    assert await counted(anyone, ["CATEGORY", "STATUS"]) == []
    citizens = [await city.citizen(f"warga{number}") for number in range(3)]
    first, second, _ = [await one.report(location=beside(number)) for number, one in enumerate(citizens)]
    other = await citizens[0].report(category="BANJIR", location=beside(4))
    assert await counted(anyone, []) == [numbers(4, 0, 0, 4, 0)]
    for report in (first, second):
        assert (await officer.move(report["id"], "IN_PROGRESS"))["errors"] == []
    closed = await officer.move(second["id"], "PROCESSED", resolution="INVALID", note="Tidak ada")
    assert closed["errors"] == []
    today = jakarta_day(city.transactions.now())
    assert await counted(anyone, []) == [numbers(4, 2, 1, 3, 0)]
    assert await counted(anyone, ["STATUS"]) == [
        {"status": "IN_PROGRESS", **numbers(1, 1, 0, 1, 0)},
        {"status": "PROCESSED", **numbers(1, 1, 1, 0, 0)},
        {"status": "WAITING", **numbers(2, 0, 0, 2, 0)},
    ]
    assert await counted(anyone, ["RESOLUTION", "CITY"]) == [
        {"city": {"code": "31.71"}, **numbers(3, 1, 0, 3, 0)},
        {"resolution": "INVALID", "city": {"code": "31.71"}, **numbers(1, 1, 1, 0, 0)},
    ]
    (flood,) = await counted(anyone, ["HANDLER", "CITY"], f={"category": ["BANJIR"]})
    assert flood == {
        "handler": {"code": other["handler"]["code"]},
        "city": {"code": "31.71"},
        **numbers(1, 0, 0, 1, 0),
    }
    assert await counted(anyone, ["DAY"], **{"from": str(today), "to": str(today)}) == [
        {"day": str(today), **numbers(4, 2, 1, 3, 0)}
    ]
    (monthly,) = await counted(anyone, ["MONTH"])
    assert monthly["day"] == str(today.replace(day=1))
    later = {"from": str(today + timedelta(days=1))}
    assert await counted(anyone, [], **later) == [numbers(0, 0, 0, 3, 0)]
    assert await counted(anyone, ["DAY"], **later) == []
    assert await counted(citizens[1], [], f={"mine": True}) == [numbers(1, 1, 1, 0, 0)]
    assert await counted(officer, [], f={"actionable": True}) == [numbers(3, 1, 0, 3, 0)]


async def test_wrong_arguments_of_statistics_are_named_in_both_languages(city: City) -> None:
    for given, argument in (
        ({"by": ["CITY", "STATUS", "RESOLUTION"]}, "groupBy"),
        ({"by": ["CITY", "CITY"]}, "groupBy"),
        ({"by": ["DAY", "MONTH"]}, "groupBy"),
        ({"by": [], "from": "2026-03-02", "to": "2026-03-01"}, "from"),
        ({"by": [], "f": {"category": ["APA"]}}, "filter.category"),
    ):
        texts = set()
        for language in ("id", "en"):
            with pytest.raises(RequestFailedError) as failure:
                await city.anyone(language).ask(STATISTICS, **given)
            (error,) = failure.value.errors
            assert (error["extensions"]["code"], error["extensions"]["argument"]) == ("BAD_INPUT", argument)
            texts.add(error["message"])
        assert len(texts) == 2


async def test_any_day_may_bound_statistics_and_wide_ones_cost_too_much(city: City) -> None:
    anyone, span = city.anyone(), {"from": str(date.min), "to": str(date.max)}
    for by in ([], ["CITY"]):
        await counted(anyone, by, **span)
        await counted(anyone, by, f={"external": True}, **span)
    with pytest.raises(RequestFailedError) as failure:
        await counted(anyone, ["DAY", "HANDLER"], **span)
    assert failure.value.code == "TOO_EXPENSIVE"
