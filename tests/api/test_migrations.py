from datetime import UTC, datetime
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate as apply_migrations

from models.accounts import Account
from models.database import configuration, database, fetch, migrate

pytestmark = pytest.mark.anyio

OLD = ("id", "public_id", "email", "password_hash", "pseudonym", "pseudonym_key", "created_at", "on_citizen_board")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
async def at_0009(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address a database whose last migration is the ninth."""
    postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_url") if postgres else f"sqlite://{tmp_path}/old.db"
    await apply_migrations(config=configuration(url), target="models.0009_filters")
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
