"""Verification of the scores finds each reversal that is missing from the log, the ledger and the tallies."""

import pytest

from actions import desk
from actions.rebuild import rebuild
from actions.statuses import StatusChange, change_status
from models.database import fetch
from models.ledger import PointEntry
from queries.score_audit import verify
from rules.access import Role
from rules.scoring.points import Rule
from rules.workflow import ReportStatus, Resolution
from tests.fairness.town import DAY, DESK, GAZETTEER, HOUR, Town, town

pytestmark = pytest.mark.anyio

TABLES = ("log_event", "log_head", "point_entry", "tally")
DISMISSED = StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution.INVALID, note="Iklan")


async def faults() -> list[str]:
    found: list[str] = []
    await verify(found.append)
    return found


async def reopened_and_rated_again(one: Town) -> None:
    """Reopen a fix with one star, and another with five, and fix each again for the other stars."""
    for first, second in ((1, 5), (5, 2)):
        citizen = await one.citizen()
        report = await one.submit(citizen)
        await one.fix(report)
        await one.rate(report, first, citizen)
        await one.pass_time(HOUR)
        await one.reopen(report, citizen)
        await one.pass_time(HOUR)
        await one.fix(report)
        await one.pass_time(HOUR)
        await one.rate(report, second, citizen)


async def dismissed_and_upheld(one: Town) -> None:
    """Dismiss a report at once and another after its answer; the reporter reopens it, and a supervisor upholds it."""
    await one.dismiss(await one.submit())
    citizen = await one.citizen()
    report = await one.submit(citizen)
    await one.start(report)
    await one.pass_time(HOUR)
    await one.dismiss(report)
    await one.pass_time(HOUR)
    await one.reopen(report, citizen)
    await one.pass_time(HOUR)
    await one.transactions.run(change_status, await one.official("31.71", Role.SUPERVISOR), report, DISMISSED)


async def given_to_an_external_agency(one: Town) -> None:
    """Answer a report that turns out to be about electricity."""
    report = await one.submit()
    await one.start(report)
    await one.pass_time(HOUR)
    admin = await one.official(None, Role.ADMIN)
    await one.transactions.run(desk.recategorise, GAZETTEER, admin, report, "LISTRIK", desk.DeskOptions())


async def merged_late(one: Town) -> None:
    """Merge late reports into each other and into an original, before and after it is fixed; it is reopened."""
    citizen = await one.citizen()
    original, middle, last, after = [await one.submit(citizen, place=7), *[await one.submit(place=7) for _ in "123"]]
    await one.start(original)
    await one.pass_time(DAY + HOUR)
    await one.dismiss(last, Resolution.DUPLICATE, middle)
    await one.pass_time(HOUR)
    await one.dismiss(middle, Resolution.DUPLICATE, original)
    await one.pass_time(HOUR)
    await one.fix(original)
    await one.pass_time(HOUR)
    await one.dismiss(after, Resolution.DUPLICATE, original)
    await one.pass_time(HOUR)
    await one.reopen(original, citizen)


LIVES = (reopened_and_rated_again, dismissed_and_upheld, given_to_an_external_agency, merged_late)
KINDS = {
    *(Rule.PROCESSED_PROMPTLY, Rule.RATED_WELL, Rule.RATED_POORLY, Rule.CITIZEN_FIXED),
    *(Rule.RESPONDED_PROMPTLY, Rule.RESPONDED_LATE, Rule.CITIZEN_ANSWERED),
    *(Rule.REOPENED, Rule.RESPONSE_OVERDUE),
}
"""The rules of the entries that these lives reverse."""


async def hide(reversal: PointEntry) -> None:
    """Take a reversal out of the ledger, the log and the tallies, as if it had never been made."""
    await PointEntry.filter(position=reversal.position).delete()
    await fetch(
        "UPDATE log_event SET topic = 'access', kind = 'SESSION_ENDED', report_id = NULL, data = '{}' "
        "WHERE position = $1",
        reversal.position,
    )


async def keep() -> None:
    for table in TABLES:
        await fetch(f"CREATE TABLE {table}_kept AS SELECT * FROM {table}")


async def restore() -> None:
    for table in TABLES:
        await fetch(f"DELETE FROM {table}")
        await fetch(f"INSERT INTO {table} SELECT * FROM {table}_kept")


async def test_each_reversal_that_was_never_made_is_reported(database_url: str) -> None:
    found = set()
    async with town(database_url) as one:
        for live in LIVES:
            await live(one)
        assert await faults() == []
        await keep()
        for reversal in await PointEntry.filter(rule=Rule.REVERSAL).order_by("position"):
            entry = await PointEntry.get(position=reversal.reverses)
            await hide(reversal)
            await rebuild(one.transactions)
            expected = f"no reversal of entry {entry.position} follows, which is {entry.rule} of {entry.unit}"
            lines = await faults()  # entries after it were counted with it, or seem to lack their act
            (line,) = [line for line in lines if "reversal" in line]
            assert line.endswith(expected), (reversal.position, line)
            assert len(lines) <= 3, lines
            found.add(entry.rule)
            await restore()
    assert found == KINDS


async def test_waiver_made_later_is_no_substitute_for_a_reversal(database_url: str) -> None:
    async with town(database_url) as one:
        await dismissed_and_upheld(one)
        reversal = await PointEntry.filter(rule=Rule.REVERSAL, unit=DESK).order_by("position").first()
        assert reversal is not None
        assert reversal.reverses is not None
        await hide(reversal)
        await one.pass_time(HOUR)
        await one.waive(reversal.reverses, await one.official(None, Role.ADMIN))
        await rebuild(one.transactions)
        (line,) = [line for line in await faults() if "reversal" in line]
        assert f"no reversal of entry {reversal.reverses} follows" in line
