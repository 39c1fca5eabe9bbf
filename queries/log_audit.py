"""Comparing the events with the tree that was published, and with checkpoints (docs/log.md)."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from models.leaves import leaf
from models.log import EventRow
from queries import log_tree
from queries.log_tree import TreeHead
from rules.checkpoints import Checkpoint
from rules.merkle import HASH_BYTES, WIDTH, GrowingTree, TileKey, leaf_hash

KEPT = "that was kept"


class _Known(NamedTuple):
    """A checkpoint and what it is called."""

    checkpoint: Checkpoint
    name: str


async def verify(emit: Callable[[str], object], kept: Checkpoint | None) -> None:
    """Compute the tree from the events, and emit a line for each thing that differs from it.

    These are the stored tiles, the checkpoints of this database, and `kept`, which somebody else kept. Events that came
    after the last growth of the tree are not looked at.
    """
    head = await log_tree.tree_head()
    audit = _Audit(emit, await _known(head, kept))
    position = size = 0
    while size < head.size and (events := await log_tree.events_after(position, min(WIDTH, head.size - size))):
        await audit.add(events)
        position, size = events[-1].position, size + len(events)
    if size < head.size:
        emit(f"log {position + 1}: entry {size} is missing, and all that followed it")
    audit.finish(head)


async def _known(head: TreeHead, kept: Checkpoint | None) -> list[_Known]:
    """Return all checkpoints to compare, the smallest first."""
    known = [_Known(Checkpoint.from_note(note), f"of {day}") for day, note in await log_tree.checkpoints()]
    if head.checkpoint is not None:
        known.append(_Known(Checkpoint.from_note(head.checkpoint), "of the tree"))
    if kept is not None:
        known.append(_Known(kept, KEPT))
    return sorted(known, key=lambda each: each.checkpoint.size)


class _Audit:
    """The tree as the events give it, tile by tile, and what was found to differ from it."""

    def __init__(self, emit: Callable[[str], object], known: Sequence[_Known]) -> None:
        self._emit = emit
        self._known = list(known)
        self._tree = GrowingTree(0, {})
        self._position = 0
        self._true = 0
        self._is_false = False
        self._check_roots()

    async def add(self, events: Sequence[EventRow]) -> None:
        """Add the events of a tile of leaves, and compare the tiles that they change."""
        first = self._tree.size
        for event in events:
            self._tree.append(leaf_hash(leaf(event)))
            self._check_roots()
        for key, hashes in self._tree.take_changed().items():
            stored = (await log_tree.tile(key) or b"")[: len(hashes)]
            if stored != hashes and not self._is_false:
                self._is_false = True
                self._report(
                    key, first, events, [_at(stored, at) == _at(hashes, at) for at in range(WIDTH)].index(False)
                )
        for missing in await log_tree.missing_positions(self._position, events[-1].position):
            self._emit(f"log {missing}: the event is missing")
        self._position = events[-1].position

    def finish(self, head: TreeHead) -> None:
        """Report the checkpoints that cover more than there is, and a head that does not fit."""
        for checkpoint, name in self._known:
            self._emit(f"checkpoint {name}: it has {checkpoint.size} entries, and the log has {self._tree.size}")
        if (self._tree.size, self._position) == (head.size, head.position) or self._tree.size < head.size:
            return
        self._emit(f"log {self._position}: has the last entry, and the tree says that {head.position} has it")

    def _report(self, key: TileKey, first: int, events: Sequence[EventRow], index: int) -> None:
        if key.level == 0:
            self._emit(f"log {events[index].position}: entry {first + index} is not the one that was published")
        else:
            self._emit(f"tile {key.level}/{key.number}: hash {index} is not that of the events")

    def _check_roots(self) -> None:
        """Compare the checkpoints of the present size. Of those in this database the first that differs says enough."""
        while self._known and self._known[0].checkpoint.size == self._tree.size:
            checkpoint, name = self._known.pop(0)
            if checkpoint.root == self._tree.root():
                self._true = checkpoint.size
            else:
                since = f"the first {self._true} are as they were" if self._true else "none before it is true"
                self._emit(f"checkpoint {name}: its {checkpoint.size} entries have another root now; {since}")
                self._known = [each for each in self._known if each.name == KEPT]


def _at(hashes: bytes, index: int) -> bytes:
    return hashes[index * HASH_BYTES : (index + 1) * HASH_BYTES]
