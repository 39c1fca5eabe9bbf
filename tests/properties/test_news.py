"""News are a plain selection of the log, after any acts, for everybody, up to any point and page by page."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from tortoise.expressions import Q

from actions.comments import NewComment, comment
from actions.moderation import hide, show
from actions.news import mark_news_read
from actions.statuses import StatusChange, change_status
from actions.supports import support, withdraw_support
from models.accounts import Account
from models.database import database
from models.log import EventRow, Topic
from models.reports import Report, Support
from queries import log, news
from queries.log import EventHistory
from queries.paging import Keyset
from queries.visibility import CONTROL_ROOM
from rules.access import Person
from rules.cursors import encode
from rules.refusals import Refusal
from rules.workflow import ReportStatus, Resolution
from tests.world import World

ROUNDS = 120


async def plain(person: Person) -> list[EventRow]:
    """Return the news of a person from their history, one event after the other."""
    history = await log.citizen_history(person)
    hidden = {report.id for report in await Report.filter(hidden=True)}
    found = []
    async for event in history.replay(0, (await log.head())[1]):
        is_own = event.after.reporter_id == person.account_id
        is_shown = is_own or (event.report_id not in hidden and event.kind not in {"HIDDEN", "UNHIDDEN"})
        if event.topic is Topic.REPORT and event.kind in news.NEWS_KINDS and event.account_id != person.account_id:
            found += [event] if is_shown else []
    return found


async def in_pages(person: Person, size: int) -> list[EventRow]:
    found: list[EventRow] = []
    after = None
    while True:
        page = await news.page(person.account_id, Keyset(size, after=after))
        found += page.rows
        if not page.has_next:
            return found
        after = page.rows[-1].position


async def audiences(accounts: Iterable[int]) -> dict[int, set[int]]:
    """Return the positions of the events whose audience an account is in."""
    found: dict[int, set[int]] = {account: set() for account in accounts}
    async for event in EventHistory(Q(topic=Topic.REPORT), CONTROL_ROOM.person).replay(0, (await log.head())[1]):
        for account in found.keys() & await news.audience(event):
            found[account].add(event.position)
    return found


async def act(world: World) -> None:
    """Perform an act that news are about, or read some."""
    rng, run = world.rng, world.transactions.run
    report = rng.choice(world.reports[-4:])
    citizen, official = rng.choice(world.citizens), rng.choice([*world.officials, world.admin])
    merging = StatusChange(
        status=ReportStatus.PROCESSED, resolution=Resolution.DUPLICATE, duplicate_of=rng.choice(world.reports[-4:])
    )
    epoch, position = await log.head()
    with suppress(Refusal):
        match rng.randrange(9):
            case 0 | 1:
                await run(support, citizen, report)
            case 2:
                await run(withdraw_support, citizen, report)
            case 3:
                speaker = rng.choice([citizen, official])
                internal = rng.random() < 0.3
                await run(comment, speaker, NewComment(report_id=report, body="Halo", internal=internal))
            case 4:
                await run(change_status, world.admin, report, merging)
            case 5:
                await run(mark_news_read, citizen, encode(epoch, rng.randint(0, position)))
            case 6:
                if rng.random() < 0.6:
                    await run(hide, world.admin, min(world.reports[-4:]), "Alasan")
                else:
                    await run(show, world.admin, report)
            case _:
                await world.act(report)


def test_news_are_a_plain_selection_of_the_log(database_url: str) -> None:
    async def run() -> None:
        async with database(database_url):
            world = World(24)
            await world.act_randomly(40)
            read_up_to: dict[int, int] = {}
            for _ in range(ROUNDS):
                await act(world)
            people = [*world.citizens, *world.officials]
            supports = await Support.filter(account_id__in=[person.account_id for person in people])
            assert any(one.until_position is not None for one in supports)
            assert 0 < await Report.filter(hidden=True).count() < len(world.reports)
            by_others, counts = 0, set()
            reached: dict[int, set[int]] = {}
            for person in people:
                account = await Account.get(id=person.account_id)
                expected = await plain(person)
                assert await in_pages(person, 3) == expected[::-1]
                assert await in_pages(person, 100) == expected[::-1]
                assert await news.latest(person.account_id) == (expected[-1] if expected else None)
                unread = [event for event in expected if event.position > account.news_read_position]
                assert await news.unread(person.account_id) == len(unread)
                reached[person.account_id] = {event.position for event in expected}
                by_others += sum(event.after.reporter_id != person.account_id for event in expected)
                counts.add(len(unread))
                read_up_to[person.account_id] = account.news_read_position
            assert by_others > 5
            assert await audiences(reached.keys()) == reached
            assert len(counts) > 2
            assert any(read_up_to.values())

    asyncio.run(run())
