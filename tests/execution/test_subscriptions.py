"""A plan and graphql-core give the same payloads of subscriptions, for random selections of all events."""

from random import Random
from typing import Any

import pytest

from execution.plans import DocumentPlans
from queries.log import head
from rules.cursors import encode
from subscriptions.shared import OperationRefused
from tests.city import City, fewer_on_postgres
from tests.execution.documents import Writer
from tests.execution.lively import pools
from tests.live.test_shared import screen
from tests.wire import eventually
from tests.world import World

pytestmark = pytest.mark.anyio

DOCUMENTS = 40
EVENTS = 25
"""Events that are replayed for each document."""


async def test_plan_makes_the_payloads_that_graphql_core_makes(
    city: City, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(11)
    await world.act_randomly(EVENTS * 3)
    city.transactions.now = lambda: world.now
    _, last = await head()
    city.services.notifier.notify(last)
    await eventually(lambda: city.services.tailer.position >= last)
    given, schema = await pools(city.anyone()), city.service.schema
    execute, answered = DocumentPlans.execute, 0

    async def planned(*arguments: Any) -> dict[str, Any] | None:
        nonlocal answered
        data = await execute(*arguments)
        answered += data is not None
        return data

    async def not_planned(*_: object) -> None:
        return None

    async def payloads(query: str, variables: dict[str, Any], count: int) -> list[Any] | str:
        try:
            one = await screen(city, query, **variables)
        except OperationRefused as refused:
            return str(refused)
        found = await one.until(count)
        one.leave()
        return found

    for seed in range(fewer_on_postgres(database_url, DOCUMENTS)):
        cursor = encode(city.services.tailer.epoch, city.services.tailer.position - EVENTS)
        field, arguments = (
            ("leaderboardChanged", "period: DAY, first: 5") if seed % 3 == 0 else ("reportFeed", f'after: "{cursor}"')
        )
        count = 1 if seed % 3 == 0 else 3
        document = Writer(schema._schema, given, Random(seed)).subscription(field, arguments)
        monkeypatch.setattr(DocumentPlans, "execute", planned)
        fast = await payloads(document.query, document.variables, count)
        monkeypatch.setattr(DocumentPlans, "execute", not_planned)
        assert fast == await payloads(document.query, document.variables, count), (seed, document)
    assert answered > DOCUMENTS / 4
