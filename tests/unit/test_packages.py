"""Top-level packages: ours and not those of the same name on PyPI, with imports in one direction."""

import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "schema",
    "models",
    "resolvers",
    "subscriptions",
    "execution",
    "queries",
    "rules",
    "actions",
    "app",
    "web",
    "media",
    "simulation",
    "outbox",
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_provides_a_package_of_our_name(package: str) -> None:
    assert set(packages_distributions().get(package, ())) <= {"tanggap"}  # an editable install has no files


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_imported_from_this_project(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin == str(ROOT / package / "__init__.py")


def test_installed_command_is_the_one_in_pyproject() -> None:
    scripts = distribution("tanggap").entry_points.select(group="console_scripts")
    assert {script.name: script.value for script in scripts} == PROJECT["project"]["scripts"]


def test_every_package_is_built_layered_typed_and_reserved() -> None:
    tool = PROJECT["tool"]
    assert set(PACKAGES) == {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert tool["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)
    assert tool["importlinter"]["root_packages"] == list(PACKAGES)
    assert tool["uv"]["constraint-dependencies"] == [f"{package}<0" for package in PACKAGES]
    assert set(PACKAGES) <= set(tool["mypy"]["packages"])


def test_imports_follow_the_layers() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "2 kept, 0 broken" in linted.stdout
