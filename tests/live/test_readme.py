"""The documents are correct: the walkthrough of the README works, and every reference exists."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from app.schema import make_schema
from app.settings import Settings
from tests.backends import free_port
from tests.city import ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
READ = {document.relative_to(ROOT).as_posix(): document.read_text(encoding="utf-8") for document in DOCUMENTS}
WITHIN = 60.0
"""Seconds to wait for each step of the walkthrough."""


def scripts(title: str) -> dict[str, str]:
    """Return the shell code under each third-level heading of a section of the README."""
    section = READ["README.md"].partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    _, *parts = section.split("\n### ")
    blocks = {
        part.partition("\n")[0]: re.findall(r"^```sh\n(.*?)^```", part, re.MULTILINE | re.DOTALL) for part in parts
    }
    return {heading: "".join(found) for heading, found in blocks.items()}


@asynccontextmanager
async def running(*command: str, **environment: str) -> AsyncIterator[Process]:
    """Run a process of the walkthrough in its own process group, and stop it at the end."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        await process.communicate()


async def wait_for_output(process: Process, pattern: str) -> re.Match[str]:
    """Read the output of a process up to the line that matches."""
    assert process.stdout is not None
    output = ""
    async with asyncio.timeout(WITHIN):
        while line := (await process.stdout.readline()).decode():
            output += line
            if found := re.search(pattern, line):
                return found
    raise AssertionError(f"{pattern!r} is not in:\n{output}")


@pytest.mark.anyio
async def test_readme_walkthrough_ends_with_the_live_update(tmp_path: Path) -> None:
    port = free_port()
    walk = {
        heading: script.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        for heading, script in scripts("A first walk").items()
    }
    citizen, officer = walk["Second terminal: the citizen"], walk["Third terminal: the officer"]
    citizen = citizen.replace(".venv/bin/python", sys.executable)
    place = {"DATABASE_URL": f"sqlite://{tmp_path}/tanggap.db", "MEDIA_DIR": f"{tmp_path}/media", "PORT": str(port)}
    async with running(sys.executable, "-m", "app.demo", **place) as city:
        password = (await wait_for_output(city, r"petugas\.gambir@contoh\.id +(\S+)"))[1]
        async with running("sh", "-c", citizen) as second:
            await wait_for_output(second, "^following")
            async with running("sh", "-c", officer.replace("PASTE_IT_HERE", password)) as third:
                await wait_for_output(third, '"status":"IN_PROGRESS"},"errors":\\[\\]')
            promised = re.search(r"^```text\n(.*?)\n```", READ["README.md"], re.MULTILINE | re.DOTALL)
            assert promised is not None
            await wait_for_output(second, f"^{re.escape(promised[1])}$")


@pytest.mark.parametrize("name", READ)
def test_every_link_of_a_document_points_to_a_file(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", READ[name]):
        assert (ROOT / name).parent.joinpath(target).exists(), f"{name} points to {target}"


@pytest.mark.parametrize("name", READ)
def test_every_make_target_that_a_document_names_exists(name: str) -> None:
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z]+)`", READ[name])) <= verbs


def test_settings_table_lists_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*?) \|", READ["docs/operating.md"], re.MULTILINE))
    defaults = {
        name.upper(): f"`{field.default}`" if field.default not in (None, "") else ""
        for name, field in Settings.model_fields.items()
    }
    assert rows == defaults


def test_printed_schema_is_current() -> None:
    assert (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8") == f"{make_schema().as_str()}\n"
