"""Verify the published log of a city from outside: no event in it was changed, removed or inserted.

    python verify_log.py https://lapor.example.id/log KEY [--older FILE] [--entry N] > checkpoint

reads all entries and computes the tree. With --older it also proves that the log continues that checkpoint, the output
of an earlier run. With --entry it reads only what proves that entry N, counted from 0, is in the log, and shows it.
The verified checkpoint goes to standard output: keep it. Exits with 1 if anything is false. docs/log.md says more.
"""

import argparse
import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def require(holds: bool, otherwise: str) -> None:
    """Exit unless it holds."""
    _ = holds or sys.exit(f"FALSE: {otherwise}")


def opened(note: str, key: str) -> tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint, in whatever epoch. Exit if the key has not signed it."""
    text, _, signatures = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    public = b64decode(key.split("+", 2)[2])
    key_id = sha256(f"{origin}\n".encode() + public).digest()[:4]
    named = [b64decode(line.split(" ")[2]) for line in signatures.splitlines() if line.startswith(f"— {origin} ")]
    mine = [signature[4:] for signature in named if signature[:4] == key_id]
    require(len(mine) == 1, f"the checkpoint of {origin} is not signed by the key of {key}")
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(mine[0], f"{text}\n".encode())
    return origin, int(size), b64decode(root)


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node (RFC 6962, 2.1)."""
    return sha256(b"\1" + left + right).digest()


class Log:
    """A log at an address. Of the entries in `read` hashes are computed; all others are taken from the served tree."""

    def __init__(self, url: str, size: int, read: range) -> None:
        self.url, self.size, self.read, self.tiles = url, size, read, dict[tuple[int, int], bytes]()

    def fetch(self, kind: str, level: int, number: int) -> bytes:
        """Return a tile, with as many hashes or entries as a log of this size has in it."""
        width = min(256, (self.size >> 8 * level) - 256 * number)
        path = f"x{number // 1000**2:03}/x{number // 1000 % 1000:03}/{number % 1000:03}"
        path = path.removeprefix("x000/").removeprefix("x000/") + (f".p/{width}" if width < 256 else "")
        with urlopen(f"{self.url}/tile/{kind}/{path}") as answer:  # noqa: S310 # the user's own address
            return bytes(answer.read())

    def entries(self, number: int) -> list[bytes]:
        """Return the entries of a bundle, each of which has its length before it, and compare them with the tree."""
        bundle, served, found = self.fetch("entries", 0, number), self.fetch("0", 0, number), list[bytes]()
        while bundle:
            end = 2 + int.from_bytes(bundle[:2], "big")
            found, bundle = [*found, bundle[2:end]], bundle[end:]
        hashes = [sha256(b"\0" + entry).digest() for entry in found]
        for index, entry in enumerate(found):
            known = served[32 * index :][:32] == hashes[index]
            require(known, f"entry {256 * number + index} is not the one of the tree: {entry.decode()}")
        require(32 * len(found) == len(served), f"entry {256 * number + len(found)} is missing")
        self.tiles[0, number] = b"".join(hashes)
        return found

    def roots(self, size: int, first: int, end: int) -> tuple[bytes, bytes]:
        """Return the roots over the entries before `size` and over all, from the same hashes.

        This proves the consistency of both roots, and with them the inclusion of the entries that were read.
        """
        count = end - first
        level = (count.bit_length() - 1) // 8
        is_computed = level > 0 and first < self.read.stop and self.read.start < end
        if count == 256**level and not is_computed and not first < size < end:
            tile = level, first // count // 256
            self.tiles[tile] = self.tiles.get(tile) or self.fetch(str(level), *tile)
            return (self.tiles[tile][32 * (first // count % 256) :][:32],) * 2
        middle = first + (1 << (count - 1).bit_length() - 1)
        old_left, left = self.roots(size, first, middle)
        old_right, right = self.roots(size, middle, end)
        return (old_left if size <= middle else node(old_left, old_right)), node(left, right)


def main(arguments: list[str] | None = None) -> None:
    """Read the command, the checkpoint and the log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, kind in (("url", str), ("key", str), ("--older", Path), ("--entry", int)):
        parser.add_argument(name, type=kind)
    given = parser.parse_args(arguments)
    with urlopen(f"{given.url}/checkpoint") as answer:  # noqa: S310 # the user's own address
        note = answer.read().decode()
    origin, size, root = opened(note, given.key)
    wanted = given.key.partition("+")[0]
    require(origin == wanted, f"the log is {origin} and not {wanted}: it has another epoch, or it is another log")
    require(given.entry is None or 0 <= given.entry < size, f"entry {given.entry} does not exist, there are {size}")
    log = Log(given.url, size, range(size) if given.entry is None else range(given.entry, given.entry + 1))
    for number in range(log.read.start // 256, (log.read.stop + 255) // 256):
        entries = log.entries(number)
    old_origin, old_size, old_root = opened(given.older.read_text(), given.key) if given.older else (origin, 0, b"")
    require(old_size <= size, f"the log has {size} entries, and the older checkpoint of {old_origin} has {old_size}")
    old, now = log.roots(old_size, 0, size) if size else (b"", sha256().digest())
    require(now == root, "the root of the entries and the tree is not that of the checkpoint")
    require(old_size == 0 or old == old_root, f"the log does not continue the older checkpoint of {old_origin}")
    proven = f"all {size} entries" if given.entry is None else f"entry {given.entry} of {size}"
    print(f"TRUE: {proven} of {origin}, which continues the {old_size} of {old_origin}", file=sys.stderr)
    if given.entry is not None:
        print(entries[given.entry % 256].decode(), file=sys.stderr)
    print(note, end="")


if __name__ == "__main__":
    main()
