from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tortoise import Tortoise

from models.accounts import Account
from models.database import configuration, database, fetch, migrate
from models.migrating import apply_migrations
from models.reports import Report

pytestmark = pytest.mark.anyio

OLD = ("id", "public_id", "email", "password_hash", "pseudonym", "pseudonym_key", "created_at", "on_citizen_board")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
async def at_0009(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address a database whose last migration is the ninth."""
    postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_url") if postgres else f"sqlite://{tmp_path}/old.db"
    await apply_migrations(configuration(url), target="0009_filters")
    await Tortoise.close_connections()
    return url


async def test_accounts_from_before_skeletons_keep_their_names_and_are_protected(at_0009: str) -> None:
    names = ["Budi", "BUDl", "Siti", "Вudi", "...", "- -", "Мarni", "M" * 40]
    marks = ", ".join(f"${number}" for number in range(1, len(OLD) + 1))
    async with database(at_0009):
        for number, name in enumerate(names, 1):
            row = (number, f"p{number}", f"w{number}", "", name, name.casefold(), datetime.now(UTC), False)
            await fetch(f"INSERT INTO account ({', '.join(OLD)}) VALUES ({marks})", *row)
    await migrate(at_0009)
    async with database(at_0009):
        kept = await Account.all().order_by("id").values_list("pseudonym", "pseudonym_skeleton")
        assert kept == list(
            zip(names, ["budl", "budl 2", "sltl", "budl 4", "", " 6", "rnarnl", "rn" * 40], strict=True)
        )
        await fetch("DELETE FROM tortoise_migrations WHERE name = '0010_pseudonyms'")
    await migrate(at_0009)  # as after a crash before it was recorded
    async with database(at_0009):
        assert await Account.all().order_by("id").values_list("pseudonym", "pseudonym_skeleton") == kept


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
async def at_0012(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address a database whose last migration is the twelfth."""
    postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_url") if postgres else f"sqlite://{tmp_path}/old.db"
    await apply_migrations(configuration(url), target="0012_reopenings")
    await Tortoise.close_connections()
    return url


REPORT = (
    "INSERT INTO report (id, number, version, position, title, description, category, weight, latitude, longitude, "
    "kelurahan, handler, external, status, reporter_id, anonymous, submitted_at, reopened_at, response_due_at, "
    "processing_due_at, opening, citizen_reopenings, held_before, response_overdue, processing_overdue, support_count, "
    "supervisor_reopenings, dismissal_reopened) "
    "VALUES ($1, $2, 1, 1, '', '', 'SAMPAH', 2, 0, 0, 'G', 'G', false, 'WAITING', 1, false, $3, $4, $5, $6, 0, 0, 0, "
    "false, false, 0, 0, false)"
)


async def test_stored_reports_keep_their_targets_by_clocks_that_always_run(at_0012: str) -> None:
    submitted, hour = datetime(2026, 3, 17, 15, 0, 1, 234567, tzinfo=UTC), timedelta(hours=1)
    reopened = submitted + 100 * hour
    async with database(at_0012):
        person = f"INSERT INTO account ({', '.join(OLD)}) VALUES (1, 'p', 'w', '', 'w', 'w', $1, false)"
        await fetch(person, submitted)
        await fetch(REPORT, 1, "1", submitted, None, submitted + 6 * hour, submitted + 48 * hour)
        await fetch(REPORT, 2, "2", submitted, reopened, submitted + hour / 4, reopened + 240 * hour)
    await migrate(at_0012)
    async with database(at_0012):
        rows = await Report.all().order_by("id")
    targets = [(row.hours, row.response_target_minutes, row.processing_target_minutes) for row in rows]
    assert targets == [("ALWAYS", 360, 2_880), ("ALWAYS", 15, 14_400)]
