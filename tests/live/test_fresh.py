"""The check of freshness finds no stale answer, and finds those of servers that read the head too late."""

import pytest

from benchmarks.live.fresh import Run, check
from benchmarks.live.verify import Infrastructure

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("load"), pytest.mark.timeout(300)]


async def test_no_answer_misses_what_was_answered_before(grounds: Infrastructure) -> None:
    outcome = await check(Run(seconds=14, readers=24), grounds)
    assert outcome.stale == []
    assert outcome.facts.versions
    assert min(outcome.reads.values()) > 0


async def test_head_that_is_read_too_late_is_found(grounds: Infrastructure) -> None:
    outcome = await check(Run(seconds=120, readers=24, late_head=True), grounds)
    assert outcome.stale != []
