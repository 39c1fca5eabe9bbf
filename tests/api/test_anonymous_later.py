"""Names that are taken back: they leave everything at once, and neither points nor boards say whose report it was."""

import json
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from actions.periods import close_periods
from actions.privacy import make_anonymous
from models.database import fetch
from models.leaves import leaf
from models.ledger import CITIZEN
from models.reports import Report
from queries.score_audit import verify
from rules.access import Person
from rules.refusals import Refusal
from rules.scoring.points import CITIZEN_CAP
from schema.nodes import global_id
from tests.api import test_hidden
from tests.api.test_boards import START, begin, board_citizen, citizens, fix, live_at, open_day, set_time
from tests.city import City
from tests.live.test_shared import screen
from tests.published import published_events
from tests.wire import GAMBIR, Caller, beside
from tests.world import World

pytestmark = pytest.mark.anyio

NAME = "Zulkarnain"
EVENT = "kind comment { author } report { reporter { pseudonym } comments { edges { node { author } } } }"
NAMED = f"""query($n: String!) {{ report(number: $n) {{ scores reporter {{ pseudonym }} points {{ points rule }}
    comments {{ edges {{ node {{ id author }} }} }} timeline {{ edges {{ node {{ id actor {EVENT} }} }} }} }} }}"""
COMMENT = "query($id: ID!) { node(id: $id) { ... on Comment { author } ... on ReportEvent { comment { author } } } }"
FEED = f"subscription($after: String) {{ reportFeed(after: $after) {{ {EVENT} }} }}"


async def differences() -> list[str]:
    found: list[str] = []
    await verify(found.append)
    return found


async def test_name_that_is_taken_back_leaves_everything_at_once(city: City) -> None:
    reporter, officer, visitor = await board_citizen(city, NAME), await city.official(GAMBIR), city.anyone()
    other = await city.citizen("lain")
    await open_day(START.date())
    set_time(city, START)
    first, second = await reporter.report(), await reporter.report()
    assert (await reporter.comment(first["id"], "Masih"))["errors"] == []
    assert (await other.act("supportReport", first["id"]))["errors"] == []
    for report in (first, second):
        await fix(officer, report)
    town = test_hidden.Town(city, {"reporter": reporter}, first, second, "")
    leaves = [leaf(event) for event in await published_events()]
    await live_at(city, START + timedelta(days=1))
    await town.settle()
    assert await citizens(city, period="DAY", on="2026-03-10") == [(NAME, None, 1, 8)]
    live = await screen(city, FEED, visitor)

    async def ways(caller: Caller) -> list[str]:
        found = await caller.ask(NAMED, n=first["number"])
        ids = [edge["node"]["id"] for part in ("comments", "timeline") for edge in found["report"][part]["edges"]]
        return [
            json.dumps(found),
            json.dumps([await caller.ask(COMMENT, id=one) for one in ids]),
            json.dumps((await screen(city, FEED, caller, after=town.beginning)).payloads),
        ]

    for caller in (visitor, officer):
        assert all(NAME in text for text in await ways(caller))
    assert (await other.act("makeReportAnonymous", first["id"]))["errors"][0]["code"] == "FORBIDDEN"
    for _ in range(2):
        payload = await reporter.act("makeReportAnonymous", first["id"])
        assert (payload["errors"], payload["report"]["reporter"], payload["report"]["viewerIsReporter"]) == (
            [],
            None,
            True,
        )
    assert payload["report"]["version"] == 5
    assert (await reporter.act("makeReportAnonymous", second["id"]))["errors"] == []
    await town.settle()
    for caller in (visitor, officer, reporter, other):
        for text in (
            *await ways(caller),
            await test_hidden.by_files(town, caller),
            await test_hidden.by_lists(town, caller),
        ):
            assert NAME not in text
    events = [payload["data"]["reportFeed"] for payload in await live.until(2)]
    assert [(event["kind"], event["report"]["reporter"]) for event in events] == [("EDITED", None)] * 2
    for period in ("DAY", "MONTH", "ALL_TIME"):  # days that are over too
        assert await citizens(city, period=period, on="2026-03-10") == [(NAME, None, None, 0)]
    assert (await reporter.ask("{ viewer { points } }"))["viewer"]["points"] == 0
    assert await fetch(f"SELECT 1 FROM point_entry WHERE unit = '{CITIZEN}' AND account_id IS NOT NULL") == []
    assert [leaf(event) for event in await published_events()][: len(leaves)] == leaves
    assert "own_units" not in str([leaf(event) for event in await published_events()])
    assert (await reporter.act("reopenReport", first["id"], reason="Belum"))["errors"] == []
    assert await citizens(city, period="ALL_TIME") == [(NAME, None, None, 0)]
    assert await differences() == []


async def test_report_of_a_colleague_does_not_begin_to_score_elsewhere(city: City) -> None:
    reporter, officer = await city.official(GAMBIR, name="kolega"), await city.official(GAMBIR)
    agency = {"handler": global_id("Agency", "SDA")}
    shown = "query($n: String!) { report(number: $n) { scores points { points } } }"
    report, answered = await reporter.report(), await reporter.report()
    assert (await reporter.act("makeReportAnonymous", report["id"]))["errors"] == []
    for handed_on in (False, True):
        if handed_on:
            assert (await officer.act("assignReport", report["id"], **agency))["errors"] == []
        found = await city.anyone().ask(shown, n=report["number"])
        assert found["report"] == {"scores": False, "points": []}
    await begin(officer, answered)  # brings nothing, for it is a colleague's
    assert (await officer.act("assignReport", answered["id"], **agency))["errors"] == []
    assert (await reporter.act("makeReportAnonymous", answered["id"]))["errors"] == []
    await fix(await city.official("SDA", name="air"), answered)
    found = await city.anyone().ask(shown, n=answered["number"])
    assert found["report"]["scores"]
    assert len(found["report"]["points"]) == 1
    assert await differences() == []


async def test_points_that_were_lost_still_count_towards_those_of_the_day(city: City) -> None:
    reporter, officer = await city.citizen(), await city.official(GAMBIR)
    set_time(city, START)
    for number in range(3):
        report = await reporter.report(location=beside(number))
        await fix(officer, report)
        if number < 2:
            assert (await reporter.act("makeReportAnonymous", report["id"]))["errors"] == []
    assert (await reporter.ask("{ viewer { points } }"))["viewer"]["points"] == CITIZEN_CAP - 8
    assert await differences() == []


@pytest.mark.usefixtures("city")
async def test_scores_agree_with_the_log_whatever_names_are_taken_back() -> None:
    world, rng = World(5), Random(5)
    await world.act_randomly(20)
    world.citizens += world.officials
    switched = 0
    for _ in range(60):
        world.now += timedelta(minutes=rng.choice((1, 7, 50, 400)))
        await close_periods(world.transactions)
        if rng.random() < 0.2:
            await world.submit()
            continue
        report_id = rng.choice(world.reports[-6:])
        with suppress(Refusal):
            await world.act(report_id)
        if rng.random() < 0.3:
            row = await Report.get(id=report_id)
            await world.transactions.run(make_anonymous, Person(row.reporter_id), report_id)
            switched += not row.anonymous
    assert switched > 5
    assert await differences() == []
