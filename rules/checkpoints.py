"""Checkpoints of the log (C2SP tlog-checkpoint): its size and root, in a note that its key signs (C2SP signed-note)."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEED_BYTES: Final = 32

_ED25519: Final = b"\x01"
"""The type of a signature in a key and in its id."""

_NOTE: Final = re.compile(
    r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n\n(— .+\n)+"
)


class CheckpointError(ValueError):
    """The text is not a checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The size and root of a log at one moment. `origin`: the name of the log with its epoch."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def from_note(cls, note: str) -> Self:
        """Read the checkpoint of a note, without a check of its signatures. Raises CheckpointError."""
        found = _NOTE.fullmatch(note)
        if found is None:
            raise CheckpointError("it is not a checkpoint: origin, size, root, an empty line and signatures")
        return cls(origin=found["origin"], size=int(found["size"]), root=b64decode(found["root"]))


class LogSigner:
    """The name of a log and its key. A log with a new epoch is another log: its origin is the name with the epoch."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._key.public_key().public_bytes_raw()

    def origin(self, epoch: str) -> str:
        """Return the origin of the log of an epoch."""
        return f"{self._name}/{epoch}"

    def verifier(self, epoch: str) -> str:
        """Return the public key of the log of an epoch, as verifiers take it."""
        origin = self.origin(epoch)
        return f"{origin}+{self._id(origin).hex()}+{b64encode(_ED25519 + self._public).decode()}"

    def sign(self, epoch: str, size: int, root: bytes) -> str:
        """Return the signed checkpoint of a log. The same checkpoint has the same signature."""
        checkpoint = Checkpoint(origin=self.origin(epoch), size=size, root=root)
        signature = self._id(checkpoint.origin) + self._key.sign(checkpoint.text.encode())
        return f"{checkpoint.text}\n— {checkpoint.origin} {b64encode(signature).decode()}\n"

    def has_signed(self, note: str) -> bool:
        """Return whether one of the signatures of a checkpoint is by this key, in whatever epoch."""
        text, _, signatures = note.rpartition("\n\n")
        origin = text.partition("\n")[0]
        begin = f"— {origin} "
        return any(
            self._is_signature(line.removeprefix(begin), origin, f"{text}\n".encode())
            for line in signatures.splitlines()
            if line.startswith(begin)
        )

    def _is_signature(self, encoded: str, origin: str, text: bytes) -> bool:
        try:
            signature = b64decode(encoded, validate=True)
            self._key.public_key().verify(signature[4:], text)
        except (ValueError, InvalidSignature):
            return False
        return signature[:4] == self._id(origin)

    def _id(self, origin: str) -> bytes:
        return sha256(origin.encode() + b"\n" + _ED25519 + self._public).digest()[:4]


def derived_seed(secret: str) -> bytes:
    """Return the seed of the log's key that follows from the secret of the service (HKDF, RFC 5869)."""
    return HKDF(SHA256(), SEED_BYTES, salt=None, info=b"tanggap log key").derive(secret.encode())


def read_seed(text: str) -> bytes:
    """Read the seed of a key from base64. Raises ValueError."""
    seed = b64decode(text, validate=True)
    if len(seed) != SEED_BYTES:
        raise ValueError(f"it has {len(seed)} bytes instead of {SEED_BYTES}")
    return seed
