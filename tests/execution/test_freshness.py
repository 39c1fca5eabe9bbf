"""A kept answer is the answer that would be made now, for random public documents and whatever happens."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from graphql import GraphQLField

from actions.periods import close_periods
from execution import answers
from execution.answers import Answers, Mark
from execution.plans import DocumentPlans
from queries.log import head
from queries.paging import Page
from rules.refusals import Refusal
from schema.context import BY_VIEWER
from schema.freshness import Dependencies
from tests.city import fewer_on_postgres
from tests.execution.documents import Writer
from tests.execution.lively import LivelyCity, lively_city, pools
from tests.wire import Caller

pytestmark = pytest.mark.anyio

ACTS, KEPT, SAMPLE = 40, 50, 12
"""Acts before the answers are kept, answers, and those that are compared after each act."""

FIXED = (
    "{ report(number: $) { title status photos { id } proof { id } points { points } } }",
    "{ report(number: $) { supportCount version timeline { edges { node { kind note report { version } } } } } }",
    "{ report(number: $) { duplicateOf { number supportCount title } } }",
    "{ report(number: $) { reporter { pseudonym } rating overdue } }",
    '{ reports(filter: { kelurahan: ["Gambir"] }) { totalCount edges { node { number title overdue } } } }',
    "{ reports(filter: { status: [WAITING] }, orderBy: MOST_SUPPORTED) { edges { node { number supportCount } } } }",
    "{ reports(filter: { status: [PROCESSED] }) { totalCount edges { node { number resolution } } } }",
    "{ reports(filter: { external: true }) { edges { node { number reporter { pseudonym } } } } }",
    "{ reports { edges { node { reporter { pseudonym } } } } }",
    "{ reports(first: 6) { edges { node { number title status } } pageInfo { hasNextPage } } }",
    "{ reports(last: 6, orderBy: OLDEST) { edges { node { number title version } } pageInfo { hasPreviousPage } } }",
    "{ leaderboard { standings(first: 5) { edges { node { rank points band scorecard { reporters received } } } } } }",
    "{ leaderboard { cursor standings(first: 5) { edges { node { rank points scorecard { received overdue } } } } } }",
    '{ kelurahan(code: "Gambir") { standing { points } points { edges { node { id reversedBy { id } } } } } }',
)
"""Documents that are kept for long, which random ones seldom are. Each `$` is the number of a report."""

PERSONAL = frozenset({"node", "nodes", "viewer"})

Patch = pytest.MonkeyPatch


def is_personal(field: GraphQLField) -> bool:
    """Whether a field may differ by viewer, or depends on what nobody knows before it is read."""
    definition = field.extensions.get("strawberry-definition")
    metadata = getattr(definition, "metadata", {})
    return definition is not None and (BY_VIEWER.items() <= metadata.items() or definition.python_name in PERSONAL)


class CountingAnswers(Answers):
    """Answers that count those they give. Constant answers do not count."""

    given = 0

    def get(self, *arguments: Any) -> Any:
        found = super().get(*arguments)
        self.given += found is not None and not found.is_constant
        return found


class Check:
    """Compares kept answers with fresh ones while the world goes on, also while an answer is made."""

    def __init__(self, city: LivelyCity, viewers: list[Caller], patch: Patch, seed: int) -> None:
        self._city, self._viewers, self._rng = city, viewers, Random(seed)
        self._answers = CountingAnswers(2**22)
        self._requests: list[bytes] = []
        self._shown = city.world.reports[-8:]
        self._may_interrupt = False
        self.compared = 0
        execute = DocumentPlans.execute

        async def interrupted(*arguments: Any) -> dict[str, Any] | None:
            data = await execute(*arguments)
            if self._may_interrupt and self._rng.random() < 0.1:
                await self._act()
                await self._answers.catch_up()  # as another request would
            return data

        patch.setattr(DocumentPlans, "execute", interrupted)

    @property
    def share_kept(self) -> float:
        return self._answers.given / self.compared

    async def prepare(self, kept: int) -> None:
        """Find documents whose answers are kept: the fixed ones, and random ones up to a number."""
        found = await pools(self._city.anyone())
        schema, numbers = self._city.service.schema._schema, found["number"]
        for text in FIXED * 2:
            await self._try(
                {"query": text.replace("$", json.dumps(self._rng.choice(numbers[:6])))}, may_be_constant=True
            )
        seed = 0
        while len(self._requests) < kept:
            document = Writer(schema, found, Random(seed), faults=0, omits=is_personal).document()
            await self._try(next(document.bodies()))
            seed += 1
            assert seed < 100 * kept, "answers are not kept"

    async def _try(self, body: dict[str, Any], *, may_be_constant: bool = False) -> None:
        content = httpx.Request("POST", "http://tanggap", json=body).content
        await self._ask(content, self._viewers[0])
        answer = self._answers._answers.get(b"ID\nhttp://tanggap\n" + content)  # as the door keeps it
        if answer is not None and (may_be_constant or not answer.is_constant):
            self._requests.append(content)

    async def round(self, count: int) -> list[tuple[bytes, str, str]]:
        """Let something happen, and compare some answers. Return those that differ, with their requests."""
        await self._act()
        found = []
        for content in self._rng.sample(self._requests, min(count, len(self._requests))):
            before, kept, fresh = None, "", ""
            while before != (await head(), self._city.world.now):
                before = await head(), self._city.world.now
                self._may_interrupt = True
                viewer = self._rng.choice(self._viewers)
                kept = await self._ask(content, viewer)
                self._may_interrupt = False
                fresh = await self._ask_afresh(content, viewer)
            self.compared += 1
            if kept != fresh:
                found.append((content, kept, fresh))
        return found

    async def _act(self) -> None:
        """Let time pass, and a day close or somebody act."""
        world, rng = self._city.world, self._rng
        world.now += timedelta(minutes=rng.choice((0, 0, 1, 7, 50, 400, 1500)))
        with suppress(Refusal):
            match rng.choice(("nothing", "close", "submit", "act", "act", "act")):
                case "close":
                    await close_periods(world.transactions)
                case "submit":
                    await world.submit()
                case "act":
                    await world.act(rng.choice([*self._shown, *world.reports[-4:]]))

    async def _ask(self, content: bytes, caller: Caller) -> str:
        self._city.services.answers = self._answers
        return await self._post(content, caller)

    async def _ask_afresh(self, content: bytes, caller: Caller) -> str:
        self._city.services.answers = Answers(0)
        return await self._post(content, caller)

    async def _post(self, content: bytes, caller: Caller) -> str:
        headers = {"Content-Type": "application/json", **caller.headers}
        return (await self._city.http.post("/graphql", content=content, headers=headers)).text


async def test_kept_answer_is_what_would_be_answered_now(
    database_url: str, documents: int, tmp_path: Path, monkeypatch: Patch
) -> None:
    async with lively_city(database_url, tmp_path / "media", ACTS) as city:
        check = Check(city, await city.viewers(), monkeypatch, seed=1)
        await check.prepare(KEPT)
        for _ in range(max(20, fewer_on_postgres(database_url, documents // 3))):
            assert await check.round(SAMPLE) == []
        assert check.share_kept > 0.25


def profiles_are_forgotten(patch: Patch) -> None:
    patch.setattr(Dependencies, "on_topic", lambda *_: None)


def reports_are_forgotten(patch: Patch) -> None:
    patch.setattr(Dependencies, "on_reports", lambda *_: None)


def cursors_are_forgotten(patch: Patch) -> None:
    patch.setattr(Dependencies, "on_anything", lambda *_: None)


def boards_are_forgotten(patch: Patch) -> None:
    patch.setattr(Dependencies, "on_counts", lambda *_: None)


def pages_end_too_early(patch: Patch) -> None:
    end = Page.end
    patch.setattr(Page, "end", property(lambda page: end.__get__(page) and page.key(page.rows[0])))


def time_is_forgotten(patch: Patch) -> None:
    get = Answers.get
    patch.setattr(Answers, "get", lambda self, key, _, places: get(self, key, datetime.min.replace(tzinfo=UTC), places))


def lists_are_not_left(patch: Patch) -> None:
    patch.setattr(answers, "_concerns", lambda event, criteria: criteria.matches(event.after, event.at))


def changes_while_it_is_made_are_missed(patch: Patch) -> None:
    patch.setattr(Answers, "_has_changed_since", lambda *_: False)


def head_is_read_too_late(patch: Patch) -> None:
    catch_up = Answers.catch_up

    async def late(self: Answers) -> Mark:
        known = self._mark
        found = await catch_up(self) if Random(known.position).random() < 0.5 else known
        return found if found.epoch else await catch_up(self)

    patch.setattr(Answers, "catch_up", late)


FAULTS: dict[Callable[[Patch], None], int] = {
    profiles_are_forgotten: 2,
    reports_are_forgotten: 3,
    cursors_are_forgotten: 3,
    boards_are_forgotten: 1,
    pages_end_too_early: 2,
    time_is_forgotten: 3,
    lists_are_not_left: 3,
    changes_while_it_is_made_are_missed: 2,
    head_is_read_too_late: 3,
}
"""Faults, each with a seed that finds it soon."""

WITHIN, FEW = 2_000, 6
"""Rounds within which each fault must be found, and answers that are compared in each.

What is stale stays so for many rounds: few comparisons in each find it with a third of the work of all.
"""


async def test_stale_answers_are_found(sqlite_city_url: str, tmp_path: Path) -> None:
    found = set()
    async with lively_city(sqlite_city_url, tmp_path / "media", ACTS) as city:
        viewers = await city.viewers()
        for fault, seed in FAULTS.items():
            with Patch.context() as patch:
                fault(patch)
                check = Check(city, viewers, patch, seed)
                await check.prepare(0)
                for _ in range(WITHIN):
                    if await check.round(FEW):
                        found.add(fault)
                        break
    assert found == set(FAULTS)
