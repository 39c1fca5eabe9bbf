"""One sweep in a process of its own, over a database and a folder.

It begins when it gets a line. It prints `middle` when it stops, and waits there to be killed. Otherwise it prints
whether it swept.
"""

import argparse
import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from actions.transaction import Transactions
from app.sweeper import sweep_if_due
from media.storage import MediaFolder
from models.database import database
from rules.retention import DEFAULTS


class StoppingFolder(MediaFolder):
    """A folder whose deletions stop after some photos, as on a disk that hangs."""

    def __init__(self, root: Path, stop_after: int) -> None:
        super().__init__(root)
        self._left = stop_after

    def delete(self, *photos: str) -> None:
        for photo in photos:
            super().delete(photo)
            self._left -= 1
            if self._left == 0:
                sys.stdout.write("middle\n")
                sys.stdout.flush()
                sys.stdin.read()


async def _sweep(url: str, folder: MediaFolder, ahead: timedelta) -> None:
    async with database(url):
        transactions = Transactions(now=lambda: datetime.now(UTC) + ahead)
        sys.stdout.write("swept" if await sweep_if_due(transactions, folder, DEFAULTS) else "not due")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stop-after", type=int, default=0)
    parser.add_argument("--ahead", type=int, default=0, help="seconds by which the clock of the process is ahead")
    given = parser.parse_args()
    sys.stdin.readline()
    folder = StoppingFolder(given.folder, given.stop_after)
    asyncio.run(_sweep(given.url, folder, timedelta(seconds=given.ahead)))
