import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from app.cli import main
from tests.city import forget_statements

ROOT = Path(__file__).parents[2]
EMAIL, PASSWORD = "petugas@contoh.id", "kata sandi petugas"
GAMBIR, CIDENG, KECAMATAN, CITY = "31.71.01.1001", "31.71.01.1002", "31.71.01", "31.71"
NOBODY_THERE = "postgres://city:secret@127.0.0.1:1/tanggap"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Where an SQLite file could be."""
    return tmp_path / "var" / "tanggap.db"


@pytest.fixture
def migrated(empty: Path) -> Path:
    """An SQLite file with its tables, and nothing in them."""
    assert tanggap(empty, "migrate").exit_code == 0
    return empty


@pytest.fixture
def loaded(sqlite_city_url: str) -> Path:
    """An SQLite file with the reference data."""
    return Path(sqlite_city_url.removeprefix("sqlite://"))


def tanggap(database: Path | str, *arguments: str) -> Result:
    """Run the command in this process."""
    forget_statements()
    url = database if isinstance(database, str) else f"sqlite://{database}"
    return CliRunner().invoke(main, arguments, env={"DATABASE_URL": url})


def add(database: Path, role: str, unit: str | None, *, email: str = EMAIL, password: str = PASSWORD) -> Result:
    given = () if unit is None else ("--unit", unit)
    return tanggap(database, "user", "add", "--email", email, "--password", password, "--role", role, *given)


def complaint(result: Result) -> str:
    """The one line that the command failed with."""
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    return line.removeprefix("Error: ")


MIGRATIONS = ["0001_initial", "0002_open_from", "0003_clocks", "0004_profiles", "0005_tallies", "0006_minutes"]


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def borders(folder: Path, code: str = GAMBIR, *, west: float = 106.82) -> str:
    """A GeoJSON file with a square for one kelurahan."""
    east, south, north = west + 0.01, -6.18, -6.17
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"code": code}, "geometry": polygon}
    file = folder / "borders.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return str(file)


def test_migrating_makes_the_tables_and_migrating_again_changes_nothing(empty: Path) -> None:
    first = tanggap(empty, "migrate")
    assert (first.exit_code, first.stdout) == (
        0,
        "".join(f"migrated {name}\n" for name in MIGRATIONS) + "the tables are up to date\n",
    )
    head = rows(empty, "SELECT id, epoch, position FROM log_head")
    assert [(row[0], len(row[1]), row[2]) for row in head] == [(1, 16, 0)]
    again = tanggap(empty, "migrate")
    assert (again.exit_code, again.stdout) == (0, "the tables are up to date\n")
    assert rows(empty, "SELECT id, epoch, position FROM log_head") == head


def test_a_migration_that_was_done_and_not_recorded_is_done_again_without_harm(migrated: Path) -> None:
    with closing(sqlite3.connect(migrated)) as connection, connection:
        connection.execute("DELETE FROM tortoise_migrations WHERE name <> '0001_initial'")
    again = tanggap(migrated, "migrate")
    assert (again.exit_code, again.stdout) == (
        0,
        "".join(f"migrated {name}\n" for name in MIGRATIONS[1:]) + "the tables are up to date\n",
    )


def test_a_new_epoch_is_given_to_the_log_and_its_position_stays(loaded: Path) -> None:
    ((epoch, position),) = rows(loaded, "SELECT epoch, position FROM log_head")
    result = tanggap(loaded, "new-epoch")
    ((new_epoch, same_position),) = rows(loaded, "SELECT epoch, position FROM log_head")
    assert (result.exit_code, same_position) == (0, position)
    assert new_epoch in result.stdout
    assert new_epoch != epoch
    assert re.fullmatch("[0-9a-f]{16}", new_epoch)


def test_the_reference_data_are_loaded_once_and_told_to_the_log_once(migrated: Path) -> None:
    for verb in ("loaded", "already there:"):
        result = tanggap(migrated, "load-reference")
        assert (result.exit_code, result.stdout) == (0, f"{verb} 267 kelurahan, 20 agencies, 30 categories\n")
        assert rows(migrated, "SELECT position, topic, kind FROM log_event") == [(1, "reference", "REFERENCE_LOADED")]
    assert rows(migrated, "SELECT COUNT(*) FROM kelurahan") == [(267,)]


def test_official_borders_are_loaded_replaced_by_new_ones_and_stay_without_any(loaded: Path, tmp_path: Path) -> None:
    assert tanggap(loaded, "load-reference", "--areas", borders(tmp_path)).stdout.startswith("loaded")
    ((code, square),) = rows(loaded, "SELECT code, wkb FROM kelurahan_area")
    assert code == GAMBIR
    assert tanggap(loaded, "load-reference", "--areas", borders(tmp_path)).stdout.startswith("already there")
    assert tanggap(loaded, "load-reference").stdout.startswith("already there")
    assert rows(loaded, "SELECT code, wkb FROM kelurahan_area") == [(GAMBIR, square)]
    assert tanggap(loaded, "load-reference", "--areas", borders(tmp_path, CIDENG)).stdout.startswith("loaded")
    assert rows(loaded, "SELECT code FROM kelurahan_area") == [(CIDENG,)]


def test_borders_that_are_wrong_are_told_in_one_line_and_nothing_is_loaded(migrated: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.geojson"
    broken.write_text('{"type": "FeatureCollection"')
    assert complaint(tanggap(migrated, "load-reference", "--areas", str(broken))).startswith(
        "broken.geojson is not JSON"
    )
    unknown = tanggap(migrated, "load-reference", "--areas", borders(tmp_path, "32.73.01.1001"))
    assert complaint(unknown).startswith('borders.geojson, feature 1: "32.73.01.1001" is no kelurahan')
    projected = tanggap(migrated, "load-reference", "--areas", borders(tmp_path, west=702_000.0))
    assert "the coordinates are not degrees" in complaint(projected)
    assert rows(migrated, "SELECT COUNT(*) FROM kelurahan") == [(0,)]


def test_borders_that_are_not_there_are_a_mistake_in_the_command(migrated: Path) -> None:
    result = tanggap(migrated, "load-reference", "--areas", "nowhere.geojson")
    assert result.exit_code == 2
    assert "nowhere.geojson" in result.stderr


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        ("OFFICER", GAMBIR),
        ("OFFICER", "SDA"),
        ("SUPERVISOR", KECAMATAN),
        ("SUPERVISOR", CITY),
        ("SUPERVISOR", "SDA"),
        ("ADMIN", None),
    ],
)
def test_an_operator_gives_a_role_and_it_is_told_to_the_log(loaded: Path, role: str, unit: str | None) -> None:
    result = add(loaded, role, unit)
    assert (result.exit_code, result.stdout) == (0, f"{EMAIL} is {role}{f' of {unit}' if unit else ''}\n")
    assert rows(loaded, "SELECT role, unit FROM membership") == [(role, unit or "")]
    told = rows(loaded, "SELECT kind, data FROM log_event WHERE topic = 'access'")
    assert [(kind, json.loads(data)) for kind, data in told] == [("ROLE_GIVEN", {"role": role, "unit": unit})]
    ((email, password_hash),) = rows(loaded, "SELECT email, password_hash FROM account")
    assert email == EMAIL
    assert PasswordHasher().verify(password_hash, PASSWORD)


def test_an_operator_takes_a_role_away_and_it_is_told_to_the_log_and_only_once(loaded: Path) -> None:
    for role, unit in (("OFFICER", GAMBIR), ("SUPERVISOR", KECAMATAN)):
        assert add(loaded, role, unit).exit_code == 0
    taking = ("user", "take-role", "--email", "Petugas@contoh.id", "--role", "OFFICER", "--unit", GAMBIR)
    taken = tanggap(loaded, *taking)
    assert (taken.exit_code, taken.stdout) == (0, f"Petugas@contoh.id is no longer OFFICER of {GAMBIR}\n")
    assert rows(loaded, "SELECT role, unit FROM membership") == [("SUPERVISOR", KECAMATAN)]
    told = rows(loaded, "SELECT kind, data FROM log_event WHERE topic = 'access' ORDER BY position DESC LIMIT 1")
    assert [(kind, json.loads(data)) for kind, data in told] == [("ROLE_TAKEN", {"role": "OFFICER", "unit": GAMBIR})]
    again = complaint(tanggap(loaded, *taking))
    assert again == "role: This account does not have that role of officer."
    assert rows(loaded, "SELECT COUNT(*) FROM log_event WHERE topic = 'access'") == [(3,)]


def test_a_citizen_is_an_account_without_a_role_given(loaded: Path) -> None:
    assert add(loaded, "CITIZEN", None).exit_code == 0
    assert rows(loaded, "SELECT email FROM account") == [(EMAIL,)]
    assert rows(loaded, "SELECT * FROM membership") == []


def test_somebody_known_gets_another_role_and_the_new_password_and_the_same_role_only_once(loaded: Path) -> None:
    assert add(loaded, "OFFICER", GAMBIR).exit_code == 0
    for _ in range(2):
        assert (
            add(loaded, "SUPERVISOR", KECAMATAN, email="Petugas@Contoh.ID", password="kata sandi baru").exit_code == 0
        )
    assert rows(loaded, "SELECT role, unit FROM membership ORDER BY id") == [
        ("OFFICER", GAMBIR),
        ("SUPERVISOR", KECAMATAN),
    ]
    assert rows(loaded, "SELECT COUNT(*) FROM log_event WHERE topic = 'access'") == [(2,)]
    ((password_hash,),) = rows(loaded, "SELECT password_hash FROM account")
    assert PasswordHasher().verify(password_hash, "kata sandi baru")


@pytest.mark.parametrize(
    ("role", "unit", "told"),
    [
        ("OFFICER", KECAMATAN, f"unit: The role of officer cannot be given for the unit {KECAMATAN}."),
        ("OFFICER", CITY, f"unit: The role of officer cannot be given for the unit {CITY}."),
        ("SUPERVISOR", GAMBIR, f"unit: The role of supervisor cannot be given for the unit {GAMBIR}."),
        ("ADMIN", "SDA", "unit: The role of control room administrator cannot be given for the unit SDA."),
        ("CITIZEN", GAMBIR, f"unit: The role of citizen cannot be given for the unit {GAMBIR}."),
        ("OFFICER", "sda", "unit: There is no unit with the code sda."),
        ("OFFICER", "31.71.01.9999", "unit: There is no unit with the code 31.71.01.9999."),
        ("SUPERVISOR", "31", "unit: There is no unit with the code 31."),
        ("SUPERVISOR", "", "unit: There is no unit with the code ."),
        ("OFFICER", None, "unit: The role of officer needs the code of a unit."),
        ("SUPERVISOR", None, "unit: The role of supervisor needs the code of a unit."),
    ],
)
def test_a_role_is_not_given_for_a_unit_that_it_does_not_extend_to(
    loaded: Path, role: str, unit: str | None, told: str
) -> None:
    assert complaint(add(loaded, role, unit)) == told
    assert rows(loaded, "SELECT * FROM account") == []


@pytest.mark.parametrize("password", ["", "9 letters", "x" * 129])
def test_a_password_that_is_too_short_or_too_long_makes_no_account(loaded: Path, password: str) -> None:
    told = complaint(add(loaded, "OFFICER", GAMBIR, password=password))
    assert told == "password: The password must have 10 to 128 characters."
    assert rows(loaded, "SELECT * FROM account") == []


@pytest.mark.parametrize("email", ["", "petugas", "petugas@", "a b@contoh.id"])
def test_an_address_that_is_none_makes_no_account(loaded: Path, email: str) -> None:
    assert complaint(add(loaded, "OFFICER", GAMBIR, email=email)).startswith("email: This e-mail address is not valid")
    assert rows(loaded, "SELECT * FROM account") == []


COMMANDS = {
    "serve": ["serve"],
    "load-reference": ["load-reference"],
    "new-epoch": ["new-epoch"],
    "simulate": ["simulate", "--past", "1"],
    "user add": ["user", "add", "--email", EMAIL, "--password", PASSWORD, "--role", "ADMIN"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_needs_tables_says_how_to_make_them(empty: Path, command: str) -> None:
    told = complaint(tanggap(empty, *COMMANDS[command]))
    assert told == f"the database lacks {', '.join(MIGRATIONS)}: run `tanggap migrate`"


def test_a_city_without_its_places_is_not_served(migrated: Path) -> None:
    told = complaint(tanggap(migrated, "serve"))
    assert told == "the database has no reference data yet: run `tanggap load-reference`"


def test_a_past_is_written_once_into_a_fresh_log_and_the_present_is_played_after_it(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_DIR", str(tmp_path / "media"))
    written = tanggap(loaded, "simulate", "--past", "2", "--reports-per-day", "10")
    ((reports,),) = rows(loaded, "SELECT COUNT(*) FROM report")
    assert written.exit_code == 0
    assert f"{reports} submitted" in written.stdout.splitlines()[-1]
    again = complaint(tanggap(loaded, "simulate", "--past", "2"))
    assert again == "the log has a history already: a past can only be written into a fresh database"
    played = tanggap(loaded, "simulate", "--duration", "1", "--reports-per-minute", "600")
    assert played.exit_code == 0
    assert "submitted" in played.stdout
    assert rows(loaded, "SELECT COUNT(*) FROM report") > [(reports,)]
    assert tanggap(loaded, "scores", "verify").stdout == ""


@pytest.mark.parametrize("options", [("--past", "300"), ()])
def test_control_c_ends_a_simulation_in_words_and_leaves_what_is_written(
    loaded: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{loaded}", "MEDIA_DIR": str(tmp_path / "media")}
    command = [sys.executable, "-m", "app.cli", "simulate", *options]
    playing = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603 - our own words
    try:
        while not rows(loaded, "SELECT 1 FROM report LIMIT 1"):
            assert playing.poll() is None
            time.sleep(0.05)
        playing.send_signal(signal.SIGINT)
        told, complained = playing.communicate(timeout=30)
    finally:
        playing.kill()
    assert (playing.returncode, complained) == (0, b"")
    assert b"submitted" in told.splitlines()[-1]
    assert tanggap(loaded, "scores", "verify").stdout == ""


def test_a_city_without_its_places_is_not_played(migrated: Path) -> None:
    told = complaint(tanggap(migrated, "simulate"))
    assert told == "the database has no reference data yet: run `tanggap load-reference`"


@pytest.mark.parametrize("command", [["migrate"], *COMMANDS.values()], ids=["migrate", *COMMANDS])
def test_a_database_that_does_not_answer_is_told_in_one_line(command: list[str]) -> None:
    assert complaint(tanggap(NOBODY_THERE, *command)).startswith("DATABASE_URL: the database does not answer")


@pytest.mark.parametrize("command", [["migrate"], *COMMANDS.values()], ids=["migrate", *COMMANDS])
def test_a_wrong_setting_is_told_in_one_line_by_every_command_that_reads_it(command: list[str]) -> None:
    told = complaint(tanggap("mysql://localhost/city", *command))
    assert told == "DATABASE_URL: it begins with sqlite:// or postgres://"


def test_an_operator_sees_one_line_and_no_traceback(empty: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{empty}"}
    served = subprocess.run(  # noqa: S603 - our own words
        [Path(sys.executable).with_name("tanggap"), "serve", "--host", "127.0.0.1"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (served.returncode, served.stdout) == (1, "")
    assert served.stderr == f"Error: the database lacks {', '.join(MIGRATIONS)}: run `tanggap migrate`\n"


def test_the_schema_is_printed_as_it_is_kept() -> None:
    printed = tanggap(NOBODY_THERE, "print-schema")
    assert (printed.exit_code, printed.stdout) == (0, (ROOT / "schema" / "schema.graphql").read_text())


def test_every_command_says_what_it_does() -> None:
    listed = tanggap(NOBODY_THERE, "--help").stdout
    for command in ("serve", "migrate", "load-reference", "new-epoch", "simulate", "user", "print-schema"):
        assert f"  {command} " in listed
        assert tanggap(NOBODY_THERE, command, "--help").exit_code == 0
