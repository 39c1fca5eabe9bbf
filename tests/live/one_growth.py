"""One growth of the published log's tree in a process of its own, which prints `middle` and stops before a commit."""

import asyncio
import sys

from actions.log_tree import grow
from actions.transaction import Transactions
from models.database import database
from rules.checkpoints import LogSigner


class StoppingSigner(LogSigner):
    """A signer that stops at its second signature: the first transaction is committed, the tiles of this one not."""

    signatures = 0

    def sign(self, epoch: str, size: int, root: bytes) -> str:
        self.signatures += 1
        if self.signatures == 2:
            sys.stdout.write("middle\n")
            sys.stdout.flush()
            sys.stdin.read()
        return super().sign(epoch, size, root)


async def _grow(url: str) -> None:
    async with database(url):
        await grow(Transactions(), StoppingSigner("tanggap/log", bytes(32)))


if __name__ == "__main__":
    asyncio.run(_grow(sys.argv[1]))
