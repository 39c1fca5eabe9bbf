"""Merkle trees (RFC 6962, 2.1) in tiles of 256 hashes (C2SP tlog-tiles): the hashes of a log that only grows.

A tile of level 0 holds the hashes of 256 leaves. A hash of a tile above is that of a full tile below it. The tiles at
the right edge are partial.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

HASH_BYTES: Final = 32

WIDTH: Final = 256
"""Hashes of a full tile."""

EMPTY_ROOT: Final = sha256().digest()
"""The root of a tree without leaves."""


class TileKey(NamedTuple):
    """The place of a tile in the tree."""

    level: int
    number: int


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node with two children."""
    return sha256(b"\1" + left + right).digest()


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes of subtrees of one size, of which the last may be smaller. At least one is needed.

    Pairing neighbours and letting an odd last one pass up gives the tree of RFC 6962, which splits at powers of two.
    """
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [node_hash(row[index], row[index + 1]) for index in range(0, len(row) - 1, 2)] + odd
    return row[0]


def split(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [tile[start : start + HASH_BYTES] for start in range(0, len(tile), HASH_BYTES)]


def edge(size: int) -> Iterator[tuple[TileKey, int]]:
    """Yield the partial tiles of a tree of this size, and their numbers of hashes, from the leaves up."""
    level = 0
    while hashes := size >> 8 * level:
        number, width = divmod(hashes, WIDTH)
        if width:
            yield TileKey(level, number), width
        level += 1


def root_of(size: int, tile: Callable[[TileKey], bytes]) -> bytes:
    """Return the root of the first `size` leaves. `tile` returns a tile; hashes beyond that size do not matter."""
    root: list[bytes] = []
    for key, width in edge(size):
        root = [subtree_root(split(tile(key)[: width * HASH_BYTES]) + root)]
    return root[0] if root else EMPTY_ROOT


class GrowingTree:
    """A tree to which leaves are added. It holds its partial tiles only, and those that have changed."""

    def __init__(self, size: int, tiles: Mapping[TileKey, bytes]) -> None:
        """`tiles`: the partial tiles of a tree of this size; they may hold more hashes than that."""
        self.size = size
        self._open = {key.level: bytearray(tiles[key][: width * HASH_BYTES]) for key, width in edge(size)}
        self._changed: dict[TileKey, bytes | None] = {}

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        level, number, carried = 0, self.size, leaf
        self.size += 1
        while True:
            number //= WIDTH
            open_tile = self._open.setdefault(level, bytearray())
            open_tile += carried
            key = TileKey(level, number)
            self._changed[key] = None
            if len(open_tile) < WIDTH * HASH_BYTES:
                return
            self._changed[key] = full = bytes(open_tile)
            open_tile.clear()
            level, carried = level + 1, subtree_root(split(full))

    def root(self) -> bytes:
        """Return the root over all leaves."""
        return root_of(self.size, lambda key: bytes(self._open[key.level]))

    def take_changed(self) -> dict[TileKey, bytes]:
        """Return the tiles that have changed since the last call, as they are now."""
        changed = {key: bytes(self._open[key.level]) if full is None else full for key, full in self._changed.items()}
        self._changed.clear()
        return changed
