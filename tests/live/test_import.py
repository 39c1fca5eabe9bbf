"""Reports of another system: what is right is imported once, whatever happens, and the rest is named."""

import csv
import io
import re
import shlex
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from actions.rebuild import rebuild, rebuild_cells, rebuild_counts
from app.cli import main
from app.import_files import Imported, ImportFile, import_file, read_mapping
from models.reports import Report
from models.tallies import Tally
from queries.score_audit import verify
from rules.access import Role
from tests.city import ROOT, City
from tests.serving import start_command
from tests.wire import DEADLINE, GAMBIR, Caller

pytestmark = pytest.mark.anyio

DOCUMENT = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
TOML, TABLE = (re.search(rf"```{kind}\n(.*?)```", DOCUMENT, re.DOTALL)[1] for kind in ("toml", "csv"))  # type: ignore[index] # they are there
HEADER, CLOSED, WAITING, WRONG = csv.reader(io.StringIO(TABLE), delimiter=";")


def write(folder: Path, rows: list[list[str]], name: str = "laporan.csv") -> Path:
    """Write a file of another system beside the mapping of the document."""
    (folder / "crm.toml").write_text(TOML, encoding="utf-8")
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, *rows])
    return folder / name


def numbered(row: list[str], count: int, prefix: str) -> list[list[str]]:
    return [[f"{prefix}{number}", f"{row[1]} {number}", *row[2:]] for number in range(count)]


async def imported(city: City, path: Path) -> Imported:
    mapping = read_mapping(path.with_name("crm.toml"), city.gazetteer)
    file = ImportFile(path, mapping, city.gazetteer, datetime.now(UTC))
    return await import_file(city.transactions, file, path.with_suffix(".rejected.csv"), lambda _: None)


async def test_imported_reports_are_found_and_marked_and_score_for_nobody(city: City, tmp_path: Path) -> None:
    citizen = await city.citizen()
    admin = await city.official(None, Role.ADMIN)
    await citizen.report()
    tallies = await Tally.all().order_by("id").values()
    path = write(tmp_path, [*numbered(CLOSED, 320, "A"), *numbered(WAITING, 20, "B"), WRONG])
    assert await imported(city, path) == Imported(340, 0, 1)
    assert await imported(city, path) == Imported(0, 340, 1)
    found = await citizen.ask(
        "{ reports(first: 1, orderBy: OLDEST) { totalCount edges { node { number importedFrom resolution processedAt"
        " overdue responseDueAt reporter { pseudonym } kelurahan { code } } } } }"
    )
    assert found["reports"]["totalCount"] == 341
    node = found["reports"]["edges"][0]["node"]
    assert node["number"].startswith("JK2401020")
    assert node["importedFrom"] == "CRM lama"
    assert (node["resolution"], node["processedAt"]) == ("FIXED", "2024-01-03T09:40:00Z")
    assert (node["overdue"], node["reporter"], node["kelurahan"]) == (False, None, {"code": GAMBIR})
    open_one = await Report.filter(imported_from="CRM lama", status="WAITING").order_by("id").first()
    assert open_one is not None
    assert open_one.response_due_at > datetime.now(UTC)
    assert await Report.filter(imported_from="CRM lama", status="PROCESSED", next_due_at__isnull=False).count() == 0
    assert await Tally.all().order_by("id").values() == tallies
    await dismiss(admin, open_one.number)
    assert await Tally.all().order_by("id").values() == tallies
    await check_all(city)


async def dismiss(admin: Caller, number: str) -> None:
    """Hand on an open report, and dismiss it: nobody gains or loses by it."""
    report = (await admin.ask("query($n: String!) { report(number: $n) { id } }", n=number))["report"]
    assert (await admin.act("transferReport", report["id"], kelurahan="31.71.01.1002"))["errors"] == []
    dismissed = await admin.move(report["id"], "PROCESSED", resolution="INVALID", note="Bukan masalah")
    assert dismissed["errors"] == []


async def check_all(city: City) -> None:
    """Check that scores, counts and cells agree with the log."""
    differences: list[str] = []
    await verify(differences.append)
    assert differences == []
    assert await rebuild(city.transactions) == {}
    assert await rebuild_cells(city.transactions) == 0
    assert await rebuild_counts(city.transactions) == 0


def run(url: str, path: Path) -> Result:
    """Run the command of the document in this process."""
    written = re.search(r"^tanggap (import .*)$", DOCUMENT, re.MULTILINE)
    assert written is not None
    arguments = written[1].replace("laporan.csv", str(path)).replace("crm.toml", str(path.with_name("crm.toml")))
    return CliRunner().invoke(main, shlex.split(arguments), env={"DATABASE_URL": url})


def count(url: str) -> int:
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
        (found,) = connection.execute("SELECT COUNT(*) FROM report").fetchone()
    return int(found)


def test_rejected_rows_are_corrected_and_imported(sqlite_city_url: str, tmp_path: Path) -> None:
    path = write(tmp_path, [CLOSED, WAITING, WRONG])
    first = run(sqlite_city_url, path)
    assert first.exit_code == 1
    assert "imported 2 reports; 0 were there already; 1 rows are not right" in first.stdout
    rejected = path.with_suffix(".rejected.csv")
    rows = list(csv.DictReader(io.StringIO(rejected.read_text()), delimiter=";"))
    assert [row["No"] for row in rows] == ["T-3"]
    for column in ("Kategori", "Lintang, Bujur", "Dilaporkan"):
        assert f"line 4, column {column}: " in rows[0]["faults"]
    corrected = rejected.read_text().replace(";Sampah;", ";Sampah liar;").replace(";0;", ";106.8272;")
    rejected.write_text(corrected.replace("31/02/2024", "28/02/2024"))
    again = run(sqlite_city_url, rejected)
    assert again.exit_code == 0, again.output
    assert "imported 1 reports; 0 were there already; 0 rows are not right" in again.stdout
    assert count(sqlite_city_url) == 3


def test_faults_of_a_mapping_are_named_at_once(sqlite_city_url: str, tmp_path: Path) -> None:
    path = write(tmp_path, [CLOSED])
    (tmp_path / "crm.toml").write_text(
        'delimiter = ";;"\ntime_zone = "Mars"\n[columns]\nnomor = "No"\n[categories]\na = "B"\n[statuses]\nx = "DONE"'
    )
    found = run(sqlite_city_url, path)
    assert (found.exit_code, found.stdout) == (1, "")
    for fault in (
        "source must",
        "delimiter must",
        "time_zone must",
        "column of id",
        "has nomor",
        "a is B",
        "x is DONE",
    ):
        assert fault in found.stderr
    assert count(sqlite_city_url) == 0


def test_import_that_is_killed_and_run_again_gives_the_same(sqlite_city_url: str, tmp_path: Path) -> None:
    path = write(tmp_path, numbered(CLOSED, 900, "A"))
    arguments = ("import", str(path), "--mapping", str(tmp_path / "crm.toml"))
    process = start_command({"DATABASE_URL": sqlite_city_url}, *arguments)
    deadline = time.monotonic() + DEADLINE
    while count(sqlite_city_url) == 0:
        assert time.monotonic() < deadline
        assert process.is_alive()
        time.sleep(0.001)  # there is no event to wait for
    process.kill()
    process.join(DEADLINE)
    stored = count(sqlite_city_url)
    assert 0 < stored < 900
    assert stored % 300 == 0
    rest = run(sqlite_city_url, path)
    assert f"imported {900 - stored} reports; {stored} were there already" in rest.stdout
    assert count(sqlite_city_url) == 900
