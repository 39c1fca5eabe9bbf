"""Verification of the scores: it agrees after any acts, and it reports every tampered value."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from actions.rebuild import rebuild
from actions.statuses import StatusChange, change_status
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from app.cli import main
from models.database import POSTGRES_SETTINGS, database, fetch
from models.ledger import CITIZEN, PointEntry
from models.tallies import NO_MINUTES, TALLY_COLUMNS
from queries import score_audit as reconciliation
from queries.leaderboards import Board, read_board
from queries.score_audit import verify
from queries.score_histories import read_tallies
from rules.access import Role, RoleGrant
from rules.boards import BoardKind
from rules.periods import Period
from rules.scoring.counters import COUNTER_NAMES, TallyKey, TallyTotals
from rules.workflow import ReportStatus
from simulation.sqlite_speed import run_inline
from tests.world import GAZETTEER, HANDLERS, LOCATIONS, World, person


async def differences() -> list[str]:
    result: list[str] = []
    await verify(result.append)
    return result


async def run_world(url: str, acts: int = 150, seed: int = 1) -> None:
    """Perform random acts of citizens and officials on a prepared database."""
    with run_inline():
        async with database(url):
            await fetch("UPDATE log_head SET open_from = NULL")
            await World(seed).act_randomly(acts)


def tanggap(url: str, *arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, arguments, env={"DATABASE_URL": url})


def run(url: str, sql: str) -> None:
    async def work() -> None:
        async with database(url):
            await fetch(sql)

    asyncio.run(work())


TABLES = ("log_event", "point_entry", "tally")

TARGETS = {
    "entry": "SELECT MIN(position) FROM point_entry WHERE rule = 'PROCESSED_PROMPTLY'",
    "reversal": "SELECT MIN(position) FROM point_entry WHERE rule = 'REVERSAL' AND unit <> 'CITIZEN'",
    "unreversed": "SELECT MIN(position) FROM point_entry WHERE rule = 'RESPONSE_OVERDUE' "
    "AND position NOT IN (SELECT reverses FROM point_entry WHERE reverses IS NOT NULL)",
    "passed": "SELECT MIN(position) FROM log_event WHERE kind = 'RESPONSE_OVERDUE'",
    "fixed": "SELECT MAX(position) FROM log_event WHERE kind = 'STATUS_CHANGED' "
    "AND position < (SELECT MIN(position) FROM point_entry WHERE rule = 'PROCESSED_PROMPTLY')",
    "answer": "SELECT MIN(position) FROM log_event WHERE kind = 'STATUS_CHANGED'",
    "closing": "SELECT MIN(position) FROM log_event WHERE kind = 'PERIOD_CLOSED'",
    "reversed": "SELECT reverses FROM point_entry WHERE rule = 'REVERSAL' AND unit <> 'CITIZEN' "
    "ORDER BY position LIMIT 1",
    "blamed": "SELECT MIN(position) FROM point_entry WHERE rule = 'RESPONSE_OVERDUE'",
    "edited": "SELECT MAX(position) FROM log_event WHERE kind = 'EDITED'",
    "last": "SELECT MAX(position) FROM log_event",
    "tally": "SELECT MIN(id) FROM tally",
}
"""Queries for the positions and ids to tamper with."""

STRAY = (
    f"INSERT INTO tally (id, {', '.join(TALLY_COLUMNS)}) "
    f"SELECT 999999, 'DAY', '2026-01-01', 0, 'SDA', 1, 1, {', '.join('0' for _ in COUNTER_NAMES[2:])}, "
    f"'{NO_MINUTES}', '{NO_MINUTES}'"
)
"""A tally without any entry behind it."""

COPIED = "account_id, report_id, rule, rule_version, at, day"


async def targets() -> dict[str, Any]:
    return {name: next(iter((await fetch(sql))[0].values())) for name, sql in TARGETS.items()}


def edit_event(key: str, new: str, target: str = "entry") -> str:
    """Return SQL that inserts `new` before `key` in the data of an event. `{json}` is the type of the column."""
    changed = f"CAST(REPLACE(CAST(data AS TEXT), '\"{key}\"', '{new}\"was\"') AS {{json}})"
    return f"UPDATE log_event SET data = {changed} WHERE position = {{{target}}}"  # only constants


TAMPERING = [
    ("ledger {entry}: points is 99, should be ", "UPDATE point_entry SET points = 99 WHERE position = {entry}"),
    ("ledger {entry}: unit is XX, should be ", "UPDATE point_entry SET unit = 'XX' WHERE position = {entry}"),
    (
        "ledger {entry}: day is 2026-01-01, should be ",
        "UPDATE point_entry SET day = '2026-01-01' WHERE position = {entry}",
    ),
    ("ledger {entry}: rule is ", "UPDATE point_entry SET rule = 'PROCESSED' WHERE position = {entry}"),
    ("ledger {entry}: account_id is None", "UPDATE point_entry SET account_id = NULL WHERE position = {entry}"),
    ("ledger {entry}: rule_version is 9", "UPDATE point_entry SET rule_version = 9 WHERE position = {entry}"),
    ("ledger {entry}: no entry, should be ", "DELETE FROM point_entry WHERE position = {entry}"),
    ("ledger {reversal}: reverses is None", "UPDATE point_entry SET reverses = NULL WHERE position = {reversal}"),
    (
        "ledger {reversal}: takes ",
        "UPDATE point_entry SET reverses = {unreversed} WHERE position = {reversal}",
    ),
    (
        "ledger {closing}: an entry without an event in the log",
        (
            "INSERT INTO point_entry (position, unit, points, {copied}) SELECT {closing}, unit, points, {copied} "
            "FROM point_entry WHERE position = {entry}"
        ),
    ),
    (
        "ledger 999999: a position never given",
        (
            "INSERT INTO point_entry (position, unit, points, {copied}) SELECT 999999, unit, points, {copied} "
            "FROM point_entry WHERE position = {entry}"
        ),
    ),
    ("tally ", "UPDATE tally SET points = points + 1 WHERE id = {tally}"),
    ("tally ", "UPDATE tally SET entries = entries + 1 WHERE id = {tally}"),
    ("tally ", "UPDATE tally SET first_day = '2026-01-01' WHERE id = {tally}"),
    ("tally ", "UPDATE tally SET officer = officer + 1000 WHERE id = {tally}"),
    ("tally ", "UPDATE tally SET stars = stars + 1 WHERE id = {tally}"),
    ("tally ", "UPDATE tally SET overdue = overdue + 1 WHERE id = {tally}"),
    ("tally ", "UPDATE tally SET response_minutes = '[[7],[9]]' WHERE id = {tally}"),
    ("tally ", "UPDATE tally SET processing_minutes = 'x' WHERE id = {tally}"),
    ("tally ", "UPDATE tally SET processing_minutes = '[7]' WHERE id = {tally}"),
    ("tally ", "DELETE FROM tally WHERE id = {tally}"),
    ("tally ", STRAY),
    ("log {entry}: points is ", edit_event("points", '"points": 77, ')),
    ("ledger {entry}: unit is ", edit_event("unit", '"unit": "XX", ')),
    ("ledger {reversal}: takes ", edit_event("points", '"points": 77, ', "reversed")),
    ("log {blamed}: nothing happened to ", "UPDATE log_event SET kind = 'EDITED' WHERE position = {passed}"),
    (
        "log {edited}: at is ",
        "UPDATE log_event SET at = '2026-01-01 03:00:00+00:00' WHERE position = {edited}",
    ),
    ("log {entry}: day is ", edit_event("day", '"day": "2026-01-01", ')),
    ("log {fixed}: no entry of ", edit_event("held", '"held": 99999999, ', "fixed")),
    ("log {entry}: cannot be read", edit_event("points", "")),
    ("log {entry}: no event", "DELETE FROM log_event WHERE position = {entry}"),
    ("log {last}: no event", "DELETE FROM log_event WHERE position = {last}"),
    ("log {passed}: no event", "DELETE FROM log_event WHERE position = {passed}"),
    ("log {answer}: at is ", "UPDATE log_event SET at = '2026-03-10 03:00:00+00:00' WHERE position = {answer}"),
    ("log {passed}: no entry of ", "UPDATE log_event SET at = '2030-03-10 03:00:00+00:00' WHERE position = {passed}"),
    ("log {last}: at is ", "UPDATE log_event SET at = '2026-01-01 03:00:00+00:00' WHERE position = {last}"),
    ("log {closing}: at is ", "UPDATE log_event SET at = '2026-04-01 03:00:00+00:00' WHERE position = {closing}"),
    (
        "log 999999: a position never given",
        (
            "INSERT INTO log_event (position, topic, kind, at, data) SELECT 999999, topic, kind, at, data "
            "FROM log_event WHERE position = {last}"
        ),
    ),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("seed", "batch"), [(1, 1_000), (7, 20), (10, 20)])
async def test_log_ledger_tallies_and_boards_agree_after_random_acts(
    database_url: str, seed: int, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "BATCH", batch)
    await run_world(database_url, 300, seed)
    async with database(database_url):
        assert await differences() == []
        rules = {row["rule"] for row in await fetch("SELECT DISTINCT rule FROM point_entry")}
        assert rules >= {"RESPONDED_LATE", "PROCESSED_PROMPTLY", "REVERSAL", "WAIVED", "REOPENED", "CITIZEN_FIXED"}


@pytest.mark.anyio
async def test_verification_and_rebuild_may_compute_for_long(
    postgres_city_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read_and_compute() -> dict[TallyKey, TallyTotals]:
        tallies = await read_tallies()
        time.sleep(1.0)  # noqa: ASYNC251 # that is the point
        return tallies

    await run_world(postgres_city_url, 20)
    monkeypatch.setitem(POSTGRES_SETTINGS, "idle_in_transaction_session_timeout", "500")
    for module in ("queries.score_audit", "actions.rebuild"):
        monkeypatch.setattr(f"{module}.read_tallies", read_and_compute)
    async with database(postgres_city_url):
        assert await differences() == []
        assert await rebuild(Transactions()) == {}


@pytest.mark.anyio
async def test_each_tampered_value_is_reported(database_url: str) -> None:
    await run_world(database_url, seed=8)
    async with database(database_url):
        for table in TABLES:
            await fetch(f"CREATE TABLE {table}_kept AS SELECT * FROM {table}")
        words = await targets() | {"json": "JSONB" if database_url.startswith("postgres") else "TEXT", "copied": COPIED}
        for named, sql in TAMPERING:
            await fetch(sql.format(**words))
            result = await differences()
            assert any(line.startswith(named.format(**words)) for line in result), (sql, result)
            assert len(result) <= (40 if "log_event" in sql else 2), (sql, result)
            for table in TABLES:
                await fetch(f"DELETE FROM {table}")
                await fetch(f"INSERT INTO {table} SELECT * FROM {table}_kept")
        assert await differences() == []


@pytest.mark.anyio
async def test_board_that_differs_from_its_tallies_is_reported(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(kind: BoardKind, period: Period, *others: Any, **named: Any) -> Board:
        board = await read_board(kind, period, *others, **named)
        lost = {"31.71"} if (kind, period) == (BoardKind.CITY, Period.ALL_TIME) else set()
        return replace(board, counters={code: part for code, part in board.counters.items() if code not in lost})

    monkeypatch.setattr(reconciliation, "read_board", wrong)
    await run_world(database_url)
    async with database(database_url):
        (line,) = await differences()
    assert line.startswith("board CITY ALL_TIME None: 31.71: points is 0, should be ")


def test_command_is_silent_on_agreement_and_fails_on_a_difference(database_url: str) -> None:
    asyncio.run(run_world(database_url))
    silent = tanggap(database_url, "scores", "verify")
    assert (silent.exit_code, silent.output) == (0, "")
    run(
        database_url,
        "UPDATE point_entry SET points = 99 WHERE position = (SELECT MIN(position) FROM point_entry)",
    )
    named = tanggap(database_url, "scores", "verify")
    assert named.exit_code == 1
    (line,) = named.stdout.splitlines()
    assert "points is 99, should be " in line
    assert named.stderr == ""


def test_rebuild_restores_tallies_and_reports_each_wrong_one(database_url: str) -> None:
    asyncio.run(run_world(database_url))
    for wrong in (
        "UPDATE tally SET points = points + 1 WHERE id = (SELECT MIN(id) FROM tally)",
        "UPDATE tally SET processing_minutes = 'x' WHERE id = (SELECT MIN(id) FROM tally WHERE period = 'YEAR')",
        "DELETE FROM tally WHERE id = (SELECT MAX(id) FROM tally)",
        STRAY,
    ):
        run(database_url, wrong)
    assert len(tanggap(database_url, "scores", "verify").stdout.splitlines()) == 4
    rebuilt = tanggap(database_url, "scores", "rebuild")
    assert (rebuilt.exit_code, len(rebuilt.stdout.splitlines())) == (0, 4)
    stray = "corrected tally DAY 2026-01-01 SDA: points is 1, should be 0, entries is 1, should be 0"
    assert stray in rebuilt.stdout.splitlines()
    for verb in ("verify", "rebuild"):
        again = tanggap(database_url, "scores", verb)
        assert (again.exit_code, again.output) == (0, "")


@pytest.mark.anyio
async def test_rebuild_during_concurrent_acts_loses_nothing(database_url: str) -> None:
    async with database(database_url, pool=10):
        await fetch("UPDATE log_head SET open_from = NULL")
        transactions = Transactions()
        officer = await person(RoleGrant(Role.OFFICER, HANDLERS[0]))
        latitude, longitude = LOCATIONS[0]
        options = Submission(
            title="Judul", description="Isi", category="SAMPAH", latitude=latitude, longitude=longitude
        )
        reports = [await transactions.run(submit, await person(), route(GAZETTEER, options)) for _ in range(60)]
        started = StatusChange(status=ReportStatus.IN_PROGRESS)
        for begin in range(0, 60, 12):
            acts = [transactions.run(change_status, officer, report, started) for report in reports[begin : begin + 12]]
            await asyncio.gather(*acts[:6], rebuild(transactions), *acts[6:], rebuild(transactions))
        assert await differences() == []
        assert await rebuild(transactions) == {}
        assert await PointEntry.exclude(unit=CITIZEN).count() == 60


FORGET = {
    "sqlite": "UPDATE log_event SET data = "
    """json_patch(data, '{"counts": null, "reverses": null, "held": null, "closed_by": null}')""",
    "postgres": "UPDATE log_event SET data = data - 'counts' - 'reverses' - 'held' - 'closed_by'",
}


def test_migration_counts_quarters_and_events_that_lack_counts(database_url: str) -> None:
    asyncio.run(run_world(database_url))
    run(database_url, FORGET[database_url.partition(":")[0]])
    run(database_url, "DELETE FROM tally WHERE period = 'QUARTER'")  # as before the last migration of the tallies
    run(database_url, "DELETE FROM tortoise_migrations WHERE name = '0015_boards'")
    migrated = tanggap(database_url, "migrate")
    assert migrated.exit_code == 0
    assert "\ncounted the log: " in migrated.stdout
    verified = tanggap(database_url, "scores", "verify")
    assert (verified.exit_code, verified.output) == (0, "")
    assert "counted" not in tanggap(database_url, "migrate").stdout
