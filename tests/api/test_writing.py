"""Batches of writing statements: what they return, and that they are written as a whole or not at all."""

import asyncio
import logging
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tortoise.exceptions import IntegrityError

from actions.log import NewEvent
from actions.submissions import RoutedSubmission, Submission, route, submit
from actions.transaction import Transaction, Transactions
from models.database import connection, fetch
from models.log import Topic
from models.reports import Note, ReportDay
from models.writing import Sql, Statement, insert, transaction, update, whole, write
from rules.access import Person
from rules.periods import jakarta_day, midnight
from tests.city import City

pytestmark = pytest.mark.anyio

SUBMISSION = Submission(title="Sampah", description="Menumpuk", category="SAMPAH", latitude=-6.1754, longitude=106.8272)
TABLES = ("report", "log_event", "tally", "report_day", "note")
DAY = timedelta(days=1)


async def stored() -> dict[str, object]:
    """Return how much is stored, and the position of the log."""
    counts = {table: (await fetch(f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in TABLES}
    return {**counts, "position": (await fetch("SELECT position FROM log_head"))[0]["position"]}


async def citizen(city: City) -> Person:
    """Return a new citizen."""
    await city.citizen()
    return Person((await fetch("SELECT max(id) AS id FROM account"))[0]["id"])


def numbered(city: City, number: int) -> RoutedSubmission:
    """Return a submission whose words no other number has."""
    return route(city.gazetteer, replace(SUBMISSION, title=f"Sampah {number}"))


@pytest.mark.usefixtures("city")
async def test_batch_passes_values_on_and_returns_what_is_wanted() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC).date()
    batch = [
        insert("first", ReportDay, ("day", "given"), [(day, 41)], "RETURNING given"),
        Statement("second", "UPDATE log_head SET position = position WHERE {first} RETURNING id", ()),
        insert("third", Note, ("position", "body"), [(Sql("{first.given} + $1", (1,)), "a $1 {first}"), (7, "b")]),
    ]
    async with transaction(connection()) as client:
        assert await write(client, batch, "first.given", "second.id") == (41, 1)
        await write(client, [update("last", Note, {"body": Sql("$1 || $2", ("c", "d"))}, "position", 7)])
    assert {note.position: note.body for note in await Note.all()} == {42: "a $1 {first}", 7: "cd"}


@pytest.mark.parametrize("as_whole", [False, True])
async def test_batch_that_fails_writes_nothing(city: City, as_whole: bool) -> None:
    async def fail(tx: Transaction) -> None:
        batch = [insert("first", Note, ("position", "body"), [(1, "a")]), insert("last", Note, ("position",), [(2,)])]
        with whole(tx.connection) if as_whole else nullcontext():
            await write(tx.connection, batch)

    before = await stored()
    with pytest.raises(IntegrityError):
        await city.transactions.run(fail)
    assert await stored() == before


async def test_submission_into_a_closed_day_counts_only_in_the_next(city: City) -> None:
    person, routed = await citizen(city), route(city.gazetteer, SUBMISSION)
    late = midnight(jakarta_day(datetime.now(UTC)))
    before = await stored()
    await fetch("UPDATE log_head SET open_from = $1 WHERE id = 1", late)
    try:
        await Transactions(now=lambda: late - DAY).run(submit, person, routed)
    finally:
        await fetch("UPDATE log_head SET open_from = NULL WHERE id = 1")
    after = await stored()
    grown = {name: after[name] - before[name] for name in before}  # type: ignore[operator] # they are numbers
    assert grown == {"report": 1, "log_event": 1, "tally": 6, "report_day": 1, "note": 0, "position": 1}
    assert [row.day for row in await ReportDay.all()] == [jakarta_day(late)]


async def test_numbers_of_a_day_have_four_digits_or_more(city: City) -> None:
    person = await citizen(city)
    numbers = []
    for given in (0, 9, 99, 999, 9_999, 99_999):
        await fetch("UPDATE report_day SET given = $1", given)
        report_id = await city.transactions.run(submit, person, numbered(city, given))
        (row,) = await fetch("SELECT number FROM report WHERE id = $1", report_id)
        numbers.append(row["number"][len("JK261128") :])
    assert numbers == ["0001", "0010", "0100", "1000", "10000", "100000"]


async def test_submissions_at_once_get_consecutive_numbers_and_positions(city: City) -> None:
    person = await citizen(city)
    (head,) = await fetch("SELECT position FROM log_head")
    await asyncio.gather(*(city.transactions.run(submit, person, numbered(city, each)) for each in range(30)))
    rows = await fetch("SELECT position, number FROM report ORDER BY position")
    assert [row["position"] for row in rows] == list(range(head["position"] + 1, head["position"] + 31))
    assert [int(row["number"][-4:]) for row in rows] == list(range(1, 31))
    assert {row["received"] for row in await fetch("SELECT received FROM tally")} == {30}


async def test_submission_is_one_statement(city: City, caplog: pytest.LogCaptureFixture) -> None:
    person, routed = await citizen(city), route(city.gazetteer, SUBMISSION)
    with caplog.at_level(logging.DEBUG, "tortoise.db_client"):
        await city.transactions.run(submit, person, routed)
    sent = [record.getMessage() for record in caplog.records if "tally" in record.getMessage()]
    is_sqlite = connection().capabilities.dialect == "sqlite"
    assert all(("log_head" in sql) is not is_sqlite for sql in sent)
    assert len(sent) == 1


async def test_whole_transaction_takes_no_second_statement(city: City) -> None:
    async def twice(tx: Transaction) -> None:
        with whole(tx.connection):
            await write(tx.connection, [insert("one", Note, ("position", "body"), [(1, "a")])])
        await tx.append(NewEvent(topic=Topic.LEDGER, kind="RECOUNTED", data={}))

    if connection().capabilities.dialect == "sqlite":
        pytest.skip("on SQLite every transaction has a BEGIN and a COMMIT")
    with pytest.raises(RuntimeError):
        await city.transactions.run(twice)
