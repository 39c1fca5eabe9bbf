"""One sweep in a process of its own, over a database and a folder.

It begins when it gets a line. It prints `middle` when it stops, and waits there to be killed. Otherwise it prints
whether it swept.
"""

import argparse
import asyncio
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from actions.transaction import Transactions
from app.sweeper import sweep_if_due
from media.storage import MediaFolder
from models.database import database


class StoppingFolder(MediaFolder):
    """A folder whose deletions stop after some photos, as on a disk that hangs. `unlocked`: its disk has no locks."""

    def __init__(self, root: Path, stop_after: int, *, unlocked: bool) -> None:
        super().__init__(root)
        self._left = stop_after
        self._unlocked = unlocked

    def begin_sweep(self, since: datetime) -> TextIO | None:
        return TemporaryFile("w") if self._unlocked else super().begin_sweep(since)

    def delete(self, name: str) -> None:
        super().delete(name)
        self._left -= 1
        if self._left == 0:
            sys.stdout.write("middle\n")
            sys.stdout.flush()
            sys.stdin.read()


async def _sweep(url: str, folder: MediaFolder) -> None:
    async with database(url):
        sys.stdout.write("swept" if await sweep_if_due(Transactions(), folder) else "not due")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stop-after", type=int, default=0)
    parser.add_argument("--unlocked", action="store_true")
    given = parser.parse_args()
    sys.stdin.readline()
    asyncio.run(_sweep(given.url, StoppingFolder(given.folder, given.stop_after, unlocked=given.unlocked)))
