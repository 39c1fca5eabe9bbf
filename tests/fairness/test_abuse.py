"""Each abuse of the ranking, and what it pays: before these rules, now, and beside the honest work.

The points are those of the office that plays, in a category of weight 1. Those of before were played with the commit
59cdde1, by the same plays, without what did not exist then: waivers of many reports.
docs/adr/0027-a-ranking-that-cannot-be-bought.md says which rule answers which abuse.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from rules.refusals import ErrorCode, Refusal
from tests.fairness import plays
from tests.fairness.town import AGENCY, OTHER, Shares, Town, town

pytestmark = pytest.mark.anyio

Play = Callable[[Town], Awaitable[int]]


@dataclass(frozen=True)
class Abuse:
    """A play with the points that it earned `before`, and earns `now`; `honest` is the work that it avoids."""

    play: Play
    before: int
    now: int
    honest: Play


ABUSES = (
    Abuse(plays.forwarder_bot, 6, 0, plays.work_in_time),
    Abuse(plays.late_forwarder, -2, -3, plays.work_in_time),
    Abuse(plays.last_minute_hand_over, 6, 6, plays.prompt_work),
    Abuse(plays.car_park, 16, 0, plays.prompt_work),
    Abuse(plays.hot_potato, 4, 0, plays.work_in_time),
    Abuse(plays.dumping_agency, 6, 0, plays.prompt_work),
    Abuse(plays.fetched_when_nearly_finished, 10, 2, plays.prompt_work),
    Abuse(plays.hard_one_dismissed, -8, -8, plays.late_work),
    Abuse(plays.dismissed_unnoticed, 0, 0, plays.late_work),
    Abuse(plays.fake_not_found, 16, 16, plays.prompt_work),
    Abuse(plays.fake_found, -8, -8, plays.late_work),
    Abuse(plays.work_when_reopened, 14, 14, plays.prompt_work),
    Abuse(plays.own_people, 18, 0, plays.prompt_work),
    Abuse(plays.friends_farm, 54, 30, plays.six_honest_fixes),
    Abuse(plays.anonymous_farm, 54, 30, plays.six_honest_fixes),
    Abuse(plays.one_pile, 320, 130, plays.twenty_piles),
    Abuse(plays.picked_three, 48, -33, plays.first_three),
    Abuse(plays.waived_and_fixed, 8, 8, plays.prompt_work),
    Abuse(plays.stars_in_store, 14, 14, plays.prompt_work),
)

REFUSED = (
    (plays.duplicate_of_anything, ErrorCode.TOO_FAR_APART),
    (plays.old_reopening, ErrorCode.TRANSITION_REFUSED),
    (plays.waiver_for_friends, ErrorCode.FORBIDDEN),
    (plays.bulk_waiver_for_friends, ErrorCode.FORBIDDEN),
)
"""Plays that the rules refuse."""


def name(abuse: Abuse) -> str:
    return str(abuse.play.__name__)


@pytest.mark.parametrize("abuse", ABUSES, ids=name)
async def test_abuse_pays_no_more_than_the_honest_work(database_url: str, abuse: Abuse) -> None:
    async with town(database_url) as one:
        earned = await abuse.play(one)
    assert (earned, earned <= abuse.before) == (abuse.now, True)


@pytest.mark.parametrize("honest", list(dict.fromkeys(abuse.honest for abuse in ABUSES)))
async def test_honest_work_earns_at_least_what_any_abuse_of_it_earns(database_url: str, honest: Play) -> None:
    async with town(database_url) as one:
        earned = await honest(one)
    assert earned >= max(abuse.now for abuse in ABUSES if abuse.honest is honest)


@pytest.mark.parametrize(("play", "code"), REFUSED, ids=lambda each: getattr(each, "__name__", None))
async def test_play_of_before_is_refused(database_url: str, play: Play, code: ErrorCode) -> None:
    async with town(database_url) as one:
        with pytest.raises(Refusal) as refused:
            await play(one)
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("play", "before", "now"),
    [
        (plays.night_spam, -45, 0),
        (plays.night_spam_waived, -165, 0),
        (plays.spammers_of_the_night, -30, 0),
        (plays.real_flood, -483, 48),
        (plays.given_back, 16, 16),
        (plays.rival_with_the_potato, 10, 10),
        (plays.fixer_of_what_is_handed_on, 10, 10),
        (plays.untouched, -11, -11),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
async def test_honest_office_loses_nothing_without_fault(database_url: str, play: Play, before: int, now: int) -> None:
    async with town(database_url) as one:
        assert await play(one) == now >= before


@pytest.mark.parametrize(
    ("play", "fixes", "on_time"),
    [
        (plays.work_when_reopened, 1, 0),
        (plays.fake_found, 1, 0),
        (plays.car_park, 1, 0),
        (plays.fetched_when_nearly_finished, 1, 0),
        (plays.stars_in_store, 1, 0),
        (plays.one_pile, 1, 1),
        (plays.fake_not_found, 1, 1),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
async def test_closing_that_did_not_hold_never_counts_as_on_time(
    database_url: str, play: Play, fixes: int, on_time: int
) -> None:
    async with town(database_url) as one:
        await play(one)
        shares = await one.shares()
    assert (shares.fixes, shares.fixes_on_time) == (fixes, on_time)


async def test_handing_on_decides_no_share_of_anybody(database_url: str) -> None:
    async with town(database_url) as one:
        await plays.forwarder_bot(one)
        assert await one.shares() == Shares(0, 0, 0, 0, 0, 0)
        assert await one.shares(AGENCY) == Shares(0, 0, 1, 1, 0, 0)
        assert await one.shares(OTHER) == Shares(0, 0, 0, 0, 0, 0)
