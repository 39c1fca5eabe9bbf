from pathlib import Path

import pytest

from models.reference.records import ReferenceData, ReferenceDataError, bundled
from models.reference.tables import TABLES, read_tables

BUNDLED = Path(__file__).parents[2] / "models" / "reference"


@pytest.fixture(scope="module")
def facts() -> ReferenceData:
    return bundled()


def copy(folder: Path, name: str, **changes: str) -> None:
    """Copy a bundled table, with other texts in place of some."""
    content = (BUNDLED / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in content
        content = content.replace(old, new, 1)
    (folder / name).write_text(content, encoding="utf-8")


def test_copies_of_the_bundled_tables_are_the_bundled_tables(facts: ReferenceData, tmp_path: Path) -> None:
    for table in TABLES.values():
        copy(tmp_path, table.file)
    assert read_tables(tmp_path, facts) == {name: getattr(facts, name) for name in TABLES}


def test_all_faults_of_all_tables_are_named_at_once_by_line(facts: ReferenceData, tmp_path: Path) -> None:
    (tmp_path / "agencies.csv").write_text("code,name,kind\npln,PLN,OUTSIDE\n")
    (tmp_path / "kelurahan_discs.csv").write_text("code,lat,lon\n")
    with pytest.raises(ReferenceDataError) as caught:
        read_tables(tmp_path, facts)
    assert str(caught.value).splitlines() == [
        "kelurahan_discs.csv, line 1: there is no column radius_m; it holds a radius in metres, such as 120.5",
        'agencies.csv, line 2, column code: "pln" is not a code such as BINA_MARGA',
        'agencies.csv, line 2, column kind: "OUTSIDE" is not CITY or EXTERNAL',
    ]


def test_tables_that_contradict_each_other_are_refused(facts: ReferenceData, tmp_path: Path) -> None:
    last = facts.kelurahan[-1].code
    rows = (BUNDLED / "kelurahan.csv").read_text(encoding="utf-8").splitlines()
    changed = [f"{rows[0]},successors", f"{rows[1]},31.99.99.1001", *(f"{row}," for row in rows[2:-1])]
    (tmp_path / "kelurahan.csv").write_text("\n".join([*changed, f"31.71.01.1999{changed[2][13:]}"]))
    copy(tmp_path, "categories.csv", **{",DLH,": ",TIDAK_ADA,"})
    with pytest.raises(ReferenceDataError) as caught:
        read_tables(tmp_path, facts)
    found = str(caught.value)
    assert f"kelurahan.csv: {last} is missing. Keep its row; if it ends, name its successors there" in found
    assert "kelurahan.csv, line 2, column successors: 31.99.99.1001 is no kelurahan that goes on" in found
    assert "kelurahan.csv, line 268, column code: 31.71.01.1999 has no disc in kelurahan_discs.csv" in found
    assert "column name:" in found
    assert "column agency: TIDAK_ADA is no agency" in found
