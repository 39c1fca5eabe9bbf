"""The Merkle tree grows after the log: events become leaves in their order, and the tree is signed.

Writers of the log do nothing for it. One process at a time takes the row of the tree, adds what has come, and commits
leaves, tiles and checkpoint together, so that a killed process leaves a tree that another continues.
"""

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from actions.transaction import Transaction, Transactions
from models.leaves import leaf
from models.log import Topic, moment
from queries.log_tree import events_after
from rules.checkpoints import LogSigner
from rules.merkle import WIDTH, GrowingTree, TileKey, edge, leaf_hash

BATCH: Final = 512
"""Events of a transaction."""

EVERY: Final = timedelta(seconds=2)
"""Time from one checkpoint to the next, for all processes together. Each closed day has one besides."""

UPSERT_TILE = (
    "INSERT INTO log_tile (level, number, position, hashes) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes"
)
UPSERT_DAY = (
    "INSERT INTO log_checkpoint (day, size, checkpoint) VALUES ($1, $2, $3) "
    "ON CONFLICT (day) DO UPDATE SET size = excluded.size, checkpoint = excluded.checkpoint"
)


class _Head(NamedTuple):
    epoch: str
    size: int
    position: int
    checkpoint: str | None
    signed_at: datetime | None

    def is_due(self, at: datetime) -> bool:
        """Return whether a checkpoint may be signed; always after a clock was set back."""
        return self.signed_at is None or not timedelta(0) <= at - self.signed_at < EVERY


async def grow(transactions: Transactions, signer: LogSigner) -> bool:
    """Add the events that have come to the tree, and sign it.

    Returns False, having done nothing, if another process does it, or did within EVERY.
    """
    is_begun = False
    while True:
        left = await transactions.run(_add, signer, is_begun)
        if not left:
            return left is not None
        is_begun = True


async def _add(tx: Transaction, signer: LogSigner, is_begun: bool) -> bool | None:
    """Add up to BATCH events; return whether more may be left. None: another process does it, or it was just done."""
    head = await _lock(tx, wait=is_begun)
    if head is None or not (is_begun or head.is_due(tx.at)):
        return None
    events = await events_after(head.position, BATCH)
    tree = GrowingTree(head.size, await _partial_tiles(tx, head.size))
    first_of_tiles: dict[TileKey, int] = {}
    closed: dict[str, tuple[int, bytes]] = {}
    for event in events:
        if tree.size % WIDTH == 0:
            first_of_tiles[TileKey(0, tree.size // WIDTH)] = event.position
        tree.append(leaf_hash(leaf(event)))
        if event.topic is Topic.PERIOD:  # all periods that end on a day have the same last day
            closed[event.data["last"]] = tree.size, tree.root()
    for key, hashes in tree.take_changed().items():
        await tx.fetch(UPSERT_TILE, key.level, key.number, first_of_tiles.get(key), hashes)
    for day, (size, root) in closed.items():
        await tx.fetch(UPSERT_DAY, date.fromisoformat(day), size, signer.sign(head.epoch, size, root))
    if events:
        await tx.fetch("UPDATE log_tree SET size = $1, position = $2 WHERE id = 1", tree.size, events[-1].position)
    is_last = len(events) < BATCH
    if is_last or head.is_due(tx.at):
        await _sign(tx, head, signer.sign(head.epoch, tree.size, tree.root()))
    return not is_last


async def _lock(tx: Transaction, *, wait: bool) -> _Head | None:
    """Return the head of the tree and lock its row until the commit; None, without `wait`, if another process has it.

    Who has begun waits: another process that has the row only looks whether something is due.
    """
    locking = "" if tx.connection.capabilities.dialect == "sqlite" else " FOR UPDATE OF t"
    locking += "" if wait or not locking else " SKIP LOCKED"
    rows = await tx.fetch(
        "SELECT h.epoch, t.size, t.position, t.checkpoint, t.signed_at FROM log_tree t JOIN log_head h ON h.id = t.id "
        f"WHERE t.id = 1{locking}"
    )
    return _Head(**{**rows[0], "signed_at": moment(rows[0]["signed_at"])}) if rows else None


async def _partial_tiles(tx: Transaction, size: int) -> dict[TileKey, bytes]:
    found: dict[TileKey, bytes] = {}
    for key, _ in edge(size):
        (row,) = await tx.fetch("SELECT hashes FROM log_tile WHERE level = $1 AND number = $2", key.level, key.number)
        found[key] = bytes(row["hashes"])
    return found


async def _sign(tx: Transaction, head: _Head, checkpoint: str) -> None:
    """Store the checkpoint, unless it is the present one: a new key or epoch signs the same tree again."""
    if checkpoint != head.checkpoint:
        await tx.fetch("UPDATE log_tree SET checkpoint = $1, signed_at = $2 WHERE id = 1", checkpoint, tx.at)
