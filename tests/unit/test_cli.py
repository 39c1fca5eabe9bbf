import asyncio
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from actions.log_tree import grow
from actions.transaction import Transactions
from app.cli import main
from app.settings import Settings
from models.database import database, fetch
from models.log import LogEvent
from models.log_tree import LogTree

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EMAIL, PASSWORD = "petugas@contoh.id", "kata sandi petugas"
GAMBIR, CIDENG, KECAMATAN, CITY = "31.71.01.1001", "31.71.01.1002", "31.71.01", "31.71"
UNREACHABLE = "postgres://city:secret@127.0.0.1:1/tanggap"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """The path of an SQLite file that does not exist yet."""
    return tmp_path / "var" / "tanggap.db"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with empty tables, to be copied: migrating takes seconds."""
    file = tmp_path_factory.mktemp("migrated") / "tanggap.db"
    assert tanggap(file, "migrate").exit_code == 0
    return file


@pytest.fixture
def migrated(empty: Path, template: Path) -> Path:
    """An SQLite file with empty tables."""
    empty.parent.mkdir()
    shutil.copyfile(template, empty)
    return empty


@pytest.fixture
def loaded(sqlite_city_url: str) -> Path:
    """An SQLite file with the reference data."""
    return Path(sqlite_city_url.removeprefix("sqlite://"))


def tanggap(database: Path | str, *arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run the command in this process."""
    url = database if isinstance(database, str) else f"sqlite://{database}"
    return CliRunner().invoke(main, arguments, env={"DATABASE_URL": url}, input=stdin)


def add(database: Path, role: str, unit: str | None, *, email: str = EMAIL, password: str | bytes = PASSWORD) -> Result:
    given = () if unit is None else ("--unit", unit)
    return tanggap(database, "user", "add", "--email", email, "--role", role, *given, stdin=password)


def error_line(result: Result) -> str:
    """Return the single error line of a failed command."""
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    return line.removeprefix("Error: ")


MIGRATIONS = [
    "0001_initial",
    "0002_open_from",
    "0003_clocks",
    "0004_profiles",
    "0005_tallies",
    "0006_minutes",
    "0007_names",
    "0008_account_events",
    "0009_filters",
    "0010_pseudonyms",
    "0011_duplicates",
    "0012_reopenings",
    "0013_scoring",
    "0014_service_time",
    "0015_boards",
    "0016_looks",
    "0017_log_tree",
    "0018_comments",
    "0019_places",
    "0020_act_keys",
    "0021_find",
    "0022_statistics",
    "0023_outbox",
    "0024_api_keys",
    "0025_successors",
    "0026_imports",
    "0027_news",
    "0028_accounts",
    "0029_category_cells",
    "0030_overdue_counts",
    "0031_data_link",
    "0032_moderation",
    "0033_deletion",
    "0034_identities",
    "0035_originals",
    "0036_sweep",
    "0037_kelurahan_changed",
]


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def areas_file(folder: Path, code: str = GAMBIR, *, west: float = 106.82) -> str:
    """Write a GeoJSON file with a square for one kelurahan, and return its path."""
    east, south, north = west + 0.01, -6.18, -6.17
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"code": code}, "geometry": polygon}
    file = folder / "borders.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return str(file)


def test_migrate_creates_the_tables_and_a_second_run_changes_nothing(empty: Path) -> None:
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


def test_unrecorded_migration_is_applied_again_without_harm(migrated: Path) -> None:
    with closing(sqlite3.connect(migrated)) as connection, connection:
        connection.execute("DELETE FROM tortoise_migrations WHERE name <> '0001_initial'")
    again = tanggap(migrated, "migrate")
    assert (again.exit_code, again.stdout) == (
        0,
        "".join(f"migrated {name}\n" for name in MIGRATIONS[1:]) + "the tables are up to date\n",
    )


def test_new_epoch_replaces_the_epoch_and_keeps_the_position(loaded: Path) -> None:
    ((epoch, position),) = rows(loaded, "SELECT epoch, position FROM log_head")
    result = tanggap(loaded, "new-epoch")
    ((new_epoch, same_position),) = rows(loaded, "SELECT epoch, position FROM log_head")
    assert (result.exit_code, same_position) == (0, position)
    assert new_epoch in result.stdout
    assert new_epoch != epoch
    assert re.fullmatch("[0-9a-f]{16}", new_epoch)


def test_reference_data_are_loaded_and_logged_once(migrated: Path) -> None:
    for status in ("loaded", "already there:"):
        result = tanggap(migrated, "load-reference")
        assert (result.exit_code, result.stdout) == (
            0,
            f"{status} 267 kelurahan, 20 agencies, 30 categories, 79 days off\n",
        )
        assert rows(migrated, "SELECT position, topic, kind FROM log_event") == [(1, "reference", "REFERENCE_LOADED")]
    assert rows(migrated, "SELECT COUNT(*) FROM kelurahan") == [(267,)]


def test_official_areas_are_loaded_replaced_and_otherwise_kept(loaded: Path, tmp_path: Path) -> None:
    assert tanggap(loaded, "load-reference", "--areas", areas_file(tmp_path)).stdout.startswith("loaded")
    ((code, square),) = rows(loaded, "SELECT code, wkb FROM kelurahan_area")
    assert code == GAMBIR
    assert tanggap(loaded, "load-reference", "--areas", areas_file(tmp_path)).stdout.startswith("already there")
    assert tanggap(loaded, "load-reference").stdout.startswith("already there")
    assert rows(loaded, "SELECT code, wkb FROM kelurahan_area") == [(GAMBIR, square)]
    assert tanggap(loaded, "load-reference", "--areas", areas_file(tmp_path, CIDENG)).stdout.startswith("loaded")
    assert rows(loaded, "SELECT code FROM kelurahan_area") == [(CIDENG,)]


def test_invalid_areas_are_reported_in_one_line_and_nothing_is_loaded(migrated: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.geojson"
    broken.write_text('{"type": "FeatureCollection"')
    assert error_line(tanggap(migrated, "load-reference", "--areas", str(broken))).startswith(
        "broken.geojson is not JSON"
    )
    unknown = tanggap(migrated, "load-reference", "--areas", areas_file(tmp_path, "32.73.01.1001"))
    assert error_line(unknown).startswith('borders.geojson, feature 1: "32.73.01.1001" is not a known kelurahan')
    projected = tanggap(migrated, "load-reference", "--areas", areas_file(tmp_path, west=702_000.0))
    assert "the coordinates are not degrees" in error_line(projected)
    assert rows(migrated, "SELECT COUNT(*) FROM kelurahan") == [(0,)]


def test_missing_areas_file_is_a_usage_error(migrated: Path) -> None:
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
def test_user_add_grants_a_role_and_logs_it(loaded: Path, role: str, unit: str | None) -> None:
    result = add(loaded, role, unit)
    assert (result.exit_code, result.stdout) == (0, f"{EMAIL} is {role}{f' of {unit}' if unit else ''}\n")
    assert rows(loaded, "SELECT role, unit FROM membership") == [(role, unit or "")]
    logged = rows(loaded, "SELECT kind, data FROM log_event WHERE topic = 'access'")
    assert [(kind, json.loads(data)) for kind, data in logged] == [("ROLE_GIVEN", {"role": role, "unit": unit})]
    ((email, password_hash),) = rows(loaded, "SELECT email, password_hash FROM account")
    assert email == EMAIL
    assert PasswordHasher().verify(password_hash, PASSWORD)


def test_take_role_revokes_a_role_and_logs_it_once(loaded: Path) -> None:
    for role, unit in (("OFFICER", GAMBIR), ("SUPERVISOR", KECAMATAN)):
        assert add(loaded, role, unit).exit_code == 0
    command = ("user", "take-role", "--email", "Petugas@contoh.id", "--role", "OFFICER", "--unit", GAMBIR)
    revoked = tanggap(loaded, *command)
    assert (revoked.exit_code, revoked.stdout) == (0, f"Petugas@contoh.id is no longer OFFICER of {GAMBIR}\n")
    assert rows(loaded, "SELECT role, unit FROM membership") == [("SUPERVISOR", KECAMATAN)]
    logged = rows(loaded, "SELECT kind, data FROM log_event WHERE topic = 'access' ORDER BY position DESC LIMIT 1")
    assert [(kind, json.loads(data)) for kind, data in logged] == [("ROLE_TAKEN", {"role": "OFFICER", "unit": GAMBIR})]
    again = error_line(tanggap(loaded, *command))
    assert again == "role: This account does not have that role of officer."
    assert rows(loaded, "SELECT COUNT(*) FROM log_event WHERE topic = 'access'") == [(3,)]


def test_link_is_printed_for_an_account_and_for_a_number_of_the_log(loaded: Path) -> None:
    assert add(loaded, "CITIZEN", None).exit_code == 0
    wrong = {
        ("--email", "tiada@contoh.id"): "email: No account has this e-mail address.",
        ("--number", "1"): "number: There is no link 1 that still works.",
    }
    for given, message in wrong.items():
        assert error_line(tanggap(loaded, "user", "link", *given)) == message
    for neither_or_both in ((), ("--email", EMAIL, "--number", "1")):
        assert tanggap(loaded, "user", "link", *neither_or_both).exit_code == 2
    printed = tanggap(loaded, "user", "link", "--email", EMAIL.upper())
    assert printed.exit_code == 0
    assert re.fullmatch(rf"link for {EMAIL}, until \d{{4}}-\d\d-\d\d \d\d:\d\d UTC:\n", printed.stderr)
    assert re.fullmatch(r"/akun/reset/[\w-]{43}\n", printed.stdout)
    ((number,),) = rows(loaded, "SELECT id FROM account_letter")
    assert tanggap(loaded, "user", "link", "--number", str(number)).stdout == printed.stdout
    assert add(loaded, "CITIZEN", None).exit_code == 0  # a new password ends it
    assert error_line(tanggap(loaded, "user", "link", "--number", str(number))).startswith("number: There is no link")


def test_citizen_is_an_account_without_a_granted_role(loaded: Path) -> None:
    assert add(loaded, "CITIZEN", None).exit_code == 0
    assert rows(loaded, "SELECT email FROM account") == [(EMAIL,)]
    assert rows(loaded, "SELECT * FROM membership") == []


def test_known_account_gets_another_role_once_and_the_new_password(loaded: Path) -> None:
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
    ("role", "unit", "message"),
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
def test_role_is_not_granted_for_an_unsuitable_unit(loaded: Path, role: str, unit: str | None, message: str) -> None:
    assert error_line(add(loaded, role, unit)) == message
    assert rows(loaded, "SELECT * FROM account") == []


def stored_password(database: Path) -> str:
    ((password_hash,),) = rows(database, "SELECT password_hash FROM account")
    return str(password_hash)


def test_password_is_the_first_line_of_standard_input(loaded: Path) -> None:
    for given in (PASSWORD, f"{PASSWORD}\n", f"{PASSWORD}\r\n", f"{PASSWORD}\nlagi\n"):
        assert add(loaded, "OFFICER", GAMBIR, password=given).exit_code == 0
        assert PasswordHasher().verify(stored_password(loaded), PASSWORD)
    assert error_line(add(loaded, "OFFICER", GAMBIR, password=b"\xff" * 12)) == "password: it must be in UTF-8"


def test_password_as_an_option_works_with_a_warning(loaded: Path) -> None:
    options = ("--email", EMAIL, "--role", "OFFICER", "--unit", GAMBIR, "--password", PASSWORD)
    result = tanggap(loaded, "user", "add", *options)
    assert (result.exit_code, "process list" in result.stderr) == (0, True)
    assert PasswordHasher().verify(stored_password(loaded), PASSWORD)
    assert "--password" not in tanggap(loaded, "user", "add", "--help").stdout


def test_password_is_asked_for_twice_on_a_terminal(loaded: Path) -> None:
    command = [sys.executable, "-m", "app.cli", "user", "add", "--email", EMAIL, "--role", "CITIZEN"]
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{loaded}"}
    terminal, line = pty.openpty()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=line, stdout=line, stderr=line) as process:
        os.close(line)
        shown = ""
        for prompt in ("Password: ", "Repeat for confirmation: "):
            while not shown.endswith(prompt):
                shown += os.read(terminal, 1_000).decode()
            os.write(terminal, f"{PASSWORD}\n".encode())
        with suppress(OSError):  # the terminal is gone with its last process
            while chunk := os.read(terminal, 1_000).decode():
                shown += chunk
        assert process.wait(60) == 0
    os.close(terminal)
    assert PASSWORD not in shown
    assert PasswordHasher().verify(stored_password(loaded), PASSWORD)


@pytest.mark.parametrize("password", ["", "9 letters", "x" * 129])
def test_password_of_invalid_length_creates_no_account(loaded: Path, password: str) -> None:
    message = error_line(add(loaded, "OFFICER", GAMBIR, password=password))
    assert message == "password: The password must have 10 to 128 characters."
    assert rows(loaded, "SELECT * FROM account") == []


@pytest.mark.parametrize("email", ["", "petugas", "petugas@", "a b@contoh.id"])
def test_invalid_email_creates_no_account(loaded: Path, email: str) -> None:
    assert error_line(add(loaded, "OFFICER", GAMBIR, email=email)).startswith("email: This e-mail address is not valid")
    assert rows(loaded, "SELECT * FROM account") == []


COMMANDS = {
    "serve": ["serve"],
    "load-reference": ["load-reference"],
    "new-epoch": ["new-epoch"],
    "fingerprint-photos": ["fingerprint-photos"],
    "retention run": ["retention", "run"],
    "simulate": ["simulate", "--past", "1"],
    "user add": ["user", "add", "--email", EMAIL, "--role", "ADMIN"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_command_without_tables_tells_how_to_create_them(empty: Path, command: str) -> None:
    message = error_line(tanggap(empty, *COMMANDS[command]))
    assert message == f"the database lacks {', '.join(MIGRATIONS)}: run `tanggap migrate`"


def test_serve_needs_reference_data(migrated: Path) -> None:
    message = error_line(tanggap(migrated, "serve"))
    assert message == "the database has no reference data yet: run `tanggap load-reference`"


def test_past_is_simulated_once_and_a_live_simulation_continues_it(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_DIR", str(tmp_path / "media"))
    written = tanggap(loaded, "simulate", "--past", "2", "--reports-per-day", "10")
    ((reports,),) = rows(loaded, "SELECT COUNT(*) FROM report")
    assert written.exit_code == 0
    assert f"{reports} submitted" in written.stdout.splitlines()[-1]
    again = error_line(tanggap(loaded, "simulate", "--past", "2"))
    assert again == "the log has a history already: a past can only be written into a fresh database"
    live = tanggap(loaded, "simulate", "--duration", "5", "--reports-per-minute", "600")
    assert live.exit_code == 0
    assert "submitted" in live.stdout
    assert rows(loaded, "SELECT COUNT(*) FROM report") > [(reports,)]
    assert tanggap(loaded, "scores", "verify").stdout == ""


def test_fill_refuses_sqlite_and_a_past_in_one_line(loaded: Path) -> None:
    assert error_line(tanggap(loaded, "simulate", "--fill", "10")).startswith("--fill needs PostgreSQL")
    both = tanggap(loaded, "simulate", "--fill", "10", "--past", "2")
    assert both.exit_code == 2
    assert "exclude each other" in both.stderr
    assert rows(loaded, "SELECT COUNT(*) FROM report") == [(0,)]


@pytest.mark.parametrize("options", [("--past", "300"), ()])
def test_ctrl_c_ends_a_simulation_with_a_summary_and_keeps_its_events(
    loaded: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{loaded}", "MEDIA_DIR": str(tmp_path / "media")}
    command = [sys.executable, "-m", "app.cli", "simulate", *options]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        while not rows(loaded, "SELECT 1 FROM report LIMIT 1"):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, errors) == (0, b"")
    assert b"submitted" in printed.splitlines()[-1]
    assert tanggap(loaded, "scores", "verify").stdout == ""


def test_simulate_needs_reference_data(migrated: Path) -> None:
    message = error_line(tanggap(migrated, "simulate"))
    assert message == "the database has no reference data yet: run `tanggap load-reference`"


def test_api_key_is_printed_once_listed_without_it_and_revoked_once(loaded: Path) -> None:
    made = tanggap(loaded, "api-key", "create", "--name", "Aplikasi Lapor")
    key = made.stdout.strip()
    assert (made.exit_code, made.stdout.count("\n")) == (0, 1)
    assert "key 1 of Aplikasi Lapor" in made.stderr
    assert rows(loaded, "SELECT digest FROM api_key") == [(sha256(key.encode()).hexdigest(),)]
    assert tanggap(loaded, "api-key", "create", "--name", "Aplikasi Lapor").exit_code == 0
    assert error_line(tanggap(loaded, "api-key", "create", "--name", "aplikasi-Iapor")).startswith("name: ")
    assert error_line(tanggap(loaded, "api-key", "create", "--name", "x")).startswith("name: ")
    assert tanggap(loaded, "api-key", "revoke", "1").stdout == "key 1 is revoked\n"
    for number in ("1", "99"):
        assert error_line(tanggap(loaded, "api-key", "revoke", number)).startswith("number: There is no key")
    first, second = tanggap(loaded, "api-key", "list").stdout.splitlines()
    assert first.startswith("1  Aplikasi Lapor  created 20")
    assert " revoked 20" in first
    assert second.endswith("in use")
    assert key not in first
    assert rows(loaded, "SELECT COUNT(*) FROM account") == [(1,)]


@pytest.mark.parametrize("command", [["migrate"], *COMMANDS.values()], ids=["migrate", *COMMANDS])
def test_unreachable_database_is_reported_in_one_line(command: list[str]) -> None:
    assert error_line(tanggap(UNREACHABLE, *command)).startswith("DATABASE_URL: the database does not answer")


@pytest.mark.parametrize("command", [["migrate"], *COMMANDS.values()], ids=["migrate", *COMMANDS])
def test_invalid_setting_is_reported_in_one_line_by_every_command(command: list[str]) -> None:
    message = error_line(tanggap("mysql://localhost/city", *command))
    assert message == "DATABASE_URL must start with sqlite:// or postgres://"


@pytest.mark.parametrize("command", [["serve"], ["simulate"]], ids=" ".join)
@pytest.mark.parametrize("inside", ["", "media", "a/media"])
def test_media_folder_that_is_a_file_is_named(
    loaded: Path, tmp_path: Path, command: list[str], inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("MEDIA_DIR", str(tmp_path / "file" / inside))
    message = error_line(tanggap(loaded, *command))
    assert message.startswith(f"MEDIA_DIR: no photo can be written to {tmp_path / 'file' / inside}: ")
    assert message.endswith(
        f"{tmp_path}/file is a file. Set it to a folder with free space that this user may write to"
    )
    assert rows(loaded, "SELECT COUNT(*) FROM report") == [(0,)]


def test_media_folder_that_cannot_be_written_is_named(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_DIR", "/proc/media")  # not even root can make a folder there
    message = error_line(tanggap(loaded, "simulate"))
    assert message.startswith("MEDIA_DIR: no photo can be written to /proc/media: ")
    assert list(tmp_path.glob("**/media")) == []


def test_photos_that_cannot_be_stored_end_a_simulation_with_the_folder(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / "incoming").touch()  # the folder can be written, but no photo can be stored
    monkeypatch.setenv("MEDIA_DIR", str(media))
    message = error_line(tanggap(loaded, "simulate", "--reports-per-minute", "6000", "--duration", "60"))
    assert message.startswith(f"MEDIA_DIR: no photo can be written to {media}: File exists. Set it to a folder with ")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte. Only root can mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mounting, capture_output=True, check=False).returncode != 0:
        pytest.skip("needs the right to mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S607 # as found by mount


def test_full_disk_of_the_photos_ends_a_simulation_with_the_folder(
    loaded: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_DIR", str(small_disk))
    message = error_line(tanggap(loaded, "simulate", "--reports-per-minute", "6000", "--duration", "60"))
    assert message.startswith(f"MEDIA_DIR: no photo can be written to {small_disk}: No space left on device. ")


def test_full_disk_of_the_database_is_named(small_disk: Path) -> None:
    with suppress(OSError):
        (small_disk / "ballast").write_bytes(bytes(2**23))  # its part that fits fills the disk
    message = error_line(tanggap(small_disk / "tanggap.db", "migrate"))
    assert message.startswith("DATABASE_URL: the disk of the database is full: ")


@pytest.mark.parametrize("command", [["migrate"], *COMMANDS.values()], ids=["migrate", *COMMANDS])
@pytest.mark.parametrize("path", ["/proc/var/tanggap.db", "/proc/version/tanggap.db", "/proc/version"])
def test_database_file_that_cannot_be_used_is_named(path: str, command: list[str]) -> None:
    message = error_line(tanggap(f"sqlite://{path}", *command))
    assert message.startswith("DATABASE_URL: the database file cannot be used: ")


def test_folder_is_no_database(tmp_path: Path) -> None:
    assert error_line(tanggap(tmp_path, "migrate")).startswith("DATABASE_URL must name a file, and not a folder")


@pytest.mark.parametrize("command", [["print-schema"], ["new-epoch"], ["load-reference"]])
def test_full_disk_of_the_output_is_named(command: list[str], loaded: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "app.cli", *command],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": f"sqlite://{loaded}"},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (
        1,
        "Error: standard output cannot be written: No space left on device\n",
    )


def test_simulation_goes_on_without_a_broker(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADCAST_URL", "redis://127.0.0.1:1")
    monkeypatch.setenv("MEDIA_DIR", str(tmp_path / "media"))
    live = tanggap(loaded, "simulate", "--reports-per-minute", "600", "--duration", "5")
    assert live.exit_code == 0
    assert "submitted" in live.stdout


def test_areas_file_that_cannot_be_read_is_named(loaded: Path) -> None:
    message = error_line(tanggap(loaded, "load-reference", "--areas", "/proc/self/mem"))
    assert message == "--areas: /proc/self/mem cannot be read: Input/output error"


def test_operator_sees_one_line_and_no_traceback(empty: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{empty}"}
    served = subprocess.run(
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


def test_printed_schema_equals_the_committed_one() -> None:
    printed = tanggap(UNREACHABLE, "print-schema")
    assert (printed.exit_code, printed.stdout) == (0, (ROOT / "schema" / "schema.graphql").read_text())


def test_every_command_has_help() -> None:
    listed = tanggap(UNREACHABLE, "--help").stdout
    reading = ("load-reference", "new-epoch", "fingerprint-photos")
    for command in (*reading, "serve", "migrate", "simulate", "user", "print-schema"):
        assert f"  {command} " in listed
        assert tanggap(UNREACHABLE, command, "--help").exit_code == 0


def test_key_of_the_log_is_public_and_its_seed_keeps_it(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a" * 32)
    monkeypatch.setenv("PUBLIC_URL", "https://lapor.example.id")
    ((epoch,),) = rows(loaded, "SELECT epoch FROM log_head")
    key, seed = tanggap(loaded, "log", "key").stdout, tanggap(loaded, "log", "key", "--seed").stdout.strip()
    assert re.fullmatch(rf"lapor\.example\.id/log/{epoch}\+[0-9a-f]{{8}}\+[A-Za-z0-9+/]{{44}}\n", key)
    assert seed not in key
    monkeypatch.setenv("SECRET_KEY", "b" * 32)
    assert tanggap(loaded, "log", "key").stdout != key
    monkeypatch.setenv("LOG_KEY", seed)
    assert tanggap(loaded, "log", "key").stdout == key


def test_log_verify_is_silent_until_an_event_is_changed(loaded: Path, tmp_path: Path) -> None:
    kept = publish_log(loaded, tmp_path)
    for arguments in ((), ("--checkpoint", str(kept))):
        silent = tanggap(loaded, "log", "verify", *arguments)
        assert (silent.exit_code, silent.output) == (0, "")
    with closing(sqlite3.connect(loaded)) as connection, connection:
        connection.execute("UPDATE log_event SET kind = 'LAIN' WHERE position = 3")
    result = tanggap(loaded, "log", "verify")
    assert result.exit_code == 1
    of_tree, first, advice = result.stdout.splitlines()
    assert first == "log 3: entry 1 is not the one that was published"
    assert of_tree == "checkpoint of the tree: its 3 entries have another root now; none before it is true"
    assert advice.startswith("the log was rewritten, or its tree is damaged")
    with closing(sqlite3.connect(loaded)) as connection, connection:
        connection.execute("DELETE FROM log_event WHERE position = 4")
    lines = tanggap(loaded, "log", "verify", "--checkpoint", str(kept)).stdout.splitlines()
    assert "log 4: entry 2 is missing, and all that followed it" in lines
    assert "checkpoint that was kept: it has 3 entries, and the log has 2" in lines


def test_log_verify_names_a_damaged_tile_and_head(loaded: Path, tmp_path: Path) -> None:
    publish_log(loaded, tmp_path)
    with closing(sqlite3.connect(loaded)) as connection, connection:
        connection.execute("UPDATE log_tile SET hashes = zeroblob(96)")
        connection.execute("UPDATE log_tree SET position = 9")
    assert tanggap(loaded, "log", "verify").stdout.splitlines()[:-1] == [
        "log 2: entry 0 is not the one that was published",
        "log 4: has the last entry, and the tree says that 9 has it",
    ]


def test_log_verify_refuses_a_file_that_is_no_checkpoint(loaded: Path, tmp_path: Path) -> None:
    file = tmp_path / "bukan.txt"
    file.write_bytes(b"\xff\n")
    line = error_line(tanggap(loaded, "log", "verify", "--checkpoint", str(file)))
    assert line == f"--checkpoint: {file}: it is not a checkpoint: origin, size, root, an empty line and signatures"


def test_checkpoint_of_another_key_is_compared_with_a_warning(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = publish_log(loaded, tmp_path)
    monkeypatch.setenv("LOG_KEY", "A" * 43 + "=")
    result = tanggap(loaded, "log", "verify", "--checkpoint", str(kept))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("Warning: the checkpoint is not signed by the present key")


def publish_log(file: Path, folder: Path) -> Path:
    """Publish three events, and return the file of the checkpoint."""

    async def grow_after_events() -> str:
        async with database(f"sqlite://{file}"):
            for position in (2, 3, 4):
                await LogEvent.create(
                    position=position, topic="ledger", kind="RECOUNTED", at=datetime.now(UTC), data={}
                )
            await fetch("UPDATE log_head SET position = 4")
            settings = Settings(database_url=f"sqlite://{file}")  # type: ignore[call-arg] # the others have defaults
            assert await grow(Transactions(), settings.log_signer())
            return (await LogTree.get(id=1)).checkpoint or ""

    kept = folder / "checkpoint.txt"
    kept.write_text(asyncio.run(grow_after_events()))
    return kept
