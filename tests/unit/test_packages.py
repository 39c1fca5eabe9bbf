"""What is ours is ours, and imports what it may: the top-level names also exist on the package index."""

import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("schema", "models", "resolvers", "subscriptions", "queries", "rules", "actions", "app", "web")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("package", PACKAGES)
def test_no_stranger_has_brought_a_package_of_one_of_our_names(package: str) -> None:
    assert set(packages_distributions().get(package, ())) <= {"tanggap"}  # an editable install brings no files


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_of_ours_is_imported_from_this_project(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin == str(ROOT / package / "__init__.py")


def test_the_command_is_the_one_that_the_project_names() -> None:
    scripts = distribution("tanggap").entry_points.select(group="console_scripts")
    assert {script.name: script.value for script in scripts} == PROJECT["project"]["scripts"]


def test_every_package_is_shipped_layered_typed_and_kept_from_strangers() -> None:
    tool = PROJECT["tool"]
    assert set(PACKAGES) == {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert tool["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)
    assert tool["importlinter"]["root_packages"] == list(PACKAGES)
    assert tool["uv"]["constraint-dependencies"] == [f"{package}<0" for package in PACKAGES]
    assert set(PACKAGES) <= set(tool["mypy"]["packages"])


def test_imports_go_the_way_that_the_project_lays_down() -> None:
    linted = subprocess.run(  # noqa: S603 - our own words
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "2 kept, 0 broken" in linted.stdout
