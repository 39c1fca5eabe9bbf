"""An operator with the database and the key rewrites the log: each way is found from an older checkpoint.

`tools/verify_log.py` sees the wire alone. `tanggap log verify` reads the database.
"""

import asyncio
import io
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from actions.transaction import Transactions
from app.settings import Settings
from models.database import database, fetch, log_head
from models.ledger import CITIZEN
from models.log import ENTRY_MADE, LogEvent, Topic
from models.log_tree import LogTree
from queries import log_audit
from rules.checkpoints import Checkpoint, LogSigner
from tests.city import ROOT, SECRET, Deployment, deployed
from tests.published import publish
from tests.serving import run_command
from tests.wire import DEADLINE
from tools import verify_log

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

HISTORY = ("--past", "2", "--reports-per-day", "20", "--seed", "5")


async def run(*arguments: str, **environment: str) -> tuple[int | None, str, str]:
    """Run a Python program; return its exit code, its output and its errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    return process.returncode, output.decode(), errors.decode()


def finding_of(*arguments: str) -> str:
    """Run the script in this process, and return what it finds."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as errors:
        try:
            verify_log.main(list(arguments))
        except SystemExit as error:
            return str(error.code)
    return errors.getvalue()


def signer(database_url: str) -> LogSigner:
    return Settings(database_url=database_url, secret_key=SECRET).log_signer()  # type: ignore[call-arg] # the others have defaults


@dataclass
class Published:
    """A city with a history and a published log, whose rows the operator can reach."""

    database_url: str
    running: Deployment
    key: str
    older: Path
    checkpoint: Checkpoint

    async def script(self, *options: str) -> str:
        """Verify the log over the wire, as the script does; return its finding."""
        return await asyncio.to_thread(finding_of, f"{self.running.servers[0].url}/log", self.key, *options)

    async def audit(self, kept: Checkpoint | None = None) -> list[str]:
        """Return what `tanggap log verify` prints, without its last line."""
        lines: list[str] = []
        async with database(self.database_url):
            await log_audit.verify(lines.append, kept)
        return lines

    async def commands_agree(self) -> bool:
        """Return whether the script and the command, in processes of their own, find nothing."""
        environment = {"DATABASE_URL": self.database_url, "SECRET_KEY": SECRET}
        url, older = f"{self.running.servers[0].url}/log", str(self.older)
        code, checkpoint, finding = await run("tools/verify_log.py", url, self.key, "--older", older)
        assert (code, finding.startswith("TRUE: ")) == (0, True), finding
        assert Checkpoint.from_note(checkpoint) == self.checkpoint
        return await run_command(environment, "log", "verify", "--checkpoint", older) == (0, "")

    async def rebuild(self) -> None:
        """Compute and sign the tree from the events as they are now, as the operator."""
        async with database(self.database_url):
            await fetch("DELETE FROM log_tile")
            await fetch("DELETE FROM log_checkpoint")
            await fetch("UPDATE log_tree SET size = 0, position = 0")
            await publish(Transactions(), signer(self.database_url))

    async def rewrite(self, attack: Callable[[int, int], Awaitable[None]], first: int, second: int) -> None:
        async with database(self.database_url):
            await attack(first, second)

    async def undo(self) -> None:
        async with database(self.database_url):
            await fetch("DELETE FROM log_event")
            await fetch("INSERT INTO log_event SELECT * FROM untouched")
            await fetch("UPDATE log_head SET position = (SELECT MAX(position) FROM untouched)")


async def change(position: int, _: int) -> None:
    event = await LogEvent.get(position=position)
    await LogEvent.filter(position=position).update(data={**event.data, "points": event.data["points"] + 1})


async def remove(position: int, _: int) -> None:
    await LogEvent.filter(position=position).delete()


async def shift(after: int, by: int) -> None:
    """Move all events after a position."""
    await fetch("UPDATE log_event SET position = -(position + $2) WHERE position > $1", after, by)
    await fetch("UPDATE log_event SET position = -position WHERE position < 0")
    await fetch("UPDATE log_head SET position = position + $1", by)


async def remove_and_close_the_gap(position: int, _: int) -> None:
    await remove(position, _)
    await shift(position, -1)


async def insert(position: int, _: int) -> None:
    event = await LogEvent.get(position=position)
    await shift(position - 1, 1)
    event.data["points"] += 5
    await LogEvent.create(**{name: getattr(event, name) for name in event._meta.fields})


async def swap(first: int, second: int) -> None:
    for position, new in ((first, -1), (second, first), (-1, second)):
        await fetch("UPDATE log_event SET position = $2 WHERE position = $1", position, new)


ATTACKS = (change, remove, remove_and_close_the_gap, insert, swap)


async def published(database_url: str, running: Deployment, folder: Path) -> Published:
    """Wait until the log of a running city is published, and keep a copy of its events and its checkpoint."""
    async with database(database_url), asyncio.timeout(DEADLINE):
        await fetch("CREATE TABLE untouched AS SELECT * FROM log_event")
        last = await LogEvent.exclude(topic=Topic.REFERENCE).order_by("-position").first()
        assert last is not None
        while (await LogTree.get(id=1)).position < last.position:
            await asyncio.sleep(0.1)
        key = signer(database_url).verifier((await log_head()).epoch)
    note = (await running.clients[0].get("/log/checkpoint")).text
    older = folder / "older.txt"
    older.write_text(note)
    return Published(database_url, running, key, older, Checkpoint.from_note(note))


async def targets(database_url: str) -> tuple[int, int]:
    """Return the positions of two entries of units in the middle of the log."""
    async with database(database_url):
        entries = await LogEvent.filter(kind=ENTRY_MADE).order_by("position")
        of_units = [entry.position for entry in entries if entry.data["unit"] != CITIZEN]
        return of_units[len(of_units) // 2], of_units[len(of_units) // 2 + 3]


async def found_without_a_checkpoint(log: Published, position: int) -> bool:
    """Return whether both find that events are not those of the tree; the audit names the first position."""
    lines = await log.audit()
    assert any(line.startswith(f"log {position}: ") for line in lines), lines
    return (await log.script()).startswith("FALSE: entry ")


async def found_by_the_older_checkpoint(log: Published) -> bool:
    """Return whether both find it, the script also by tiles alone, when the tree was rebuilt and signed."""
    assert (await log.script()).startswith("TRUE: "), "nothing shows to anyone without an older checkpoint"
    *gaps, line = await log.audit(log.checkpoint)
    assert line.startswith("checkpoint that was kept: "), line
    assert gaps == await log.audit()
    assert all(gap.endswith("the event is missing") for gap in gaps), gaps
    for entry in ((), ("--entry", "0")):
        finding = await log.script("--older", str(log.older), *entry)
        assert finding.startswith(("FALSE: the log does not continue", "FALSE: the log has ")), finding
    return True


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_rewritten_log_is_found_from_an_older_checkpoint(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database_url = request.getfixturevalue(f"{kind}_city_url")
    code, printed = await run_command({"DATABASE_URL": database_url}, "simulate", *HISTORY)
    assert code == 0, printed
    async with deployed(database_url, "memory://", tmp_path / "media", 1) as running:
        log = await published(database_url, running, tmp_path)
        assert await log.commands_agree()
        first, second = await targets(database_url)
        for attack in ATTACKS:
            await log.rewrite(attack, first, second)
            assert await found_without_a_checkpoint(log, first), attack
            await log.rebuild()
            assert await found_by_the_older_checkpoint(log), attack
            await log.undo()
            await log.rebuild()
        assert await log.commands_agree()
