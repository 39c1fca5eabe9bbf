"""Web Push: the subscription of a browser, and the key by which push services know who sends (RFC 8291, RFC 8292)."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal

ENDPOINT_LENGTH: Final = 2_000
POINT_BYTES: Final = 65
AUTH_BYTES: Final = 16
KEY_BYTES: Final = 32

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the group of P-256."""

_NAME: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
"""A host name of at least two labels, of which the last is no number."""

_INTERNAL: Final = frozenset({"arpa", "example", "home", "internal", "invalid", "lan", "local", "localhost", "test"})
"""Top-level names that never are on the internet (RFC 6761, RFC 6762, and those that private networks use)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushTarget:
    """A browser at its push service. The keys are base64url without padding."""

    endpoint: str
    p256dh: str
    auth: str


def checked_target(endpoint: str, p256dh: str, auth: str, *path: str) -> PushTarget:
    """Return the subscription of a browser. Raises Refusal INVALID for each part that is wrong."""
    with Faults() as faults:
        if not is_public_https(endpoint):
            message = Refusal(ErrorCode.INVALID, Message.PUSH_ENDPOINT, *path, "endpoint", most=ENDPOINT_LENGTH)
            faults.add(message)
        point, secret = _bytes(p256dh), _bytes(auth)
        if point is None or not _is_point(point):
            faults.add(Refusal(ErrorCode.INVALID, Message.PUSH_KEY, *path, "p256dh"))
        if secret is None or len(secret) != AUTH_BYTES:
            faults.add(Refusal(ErrorCode.INVALID, Message.PUSH_AUTH, *path, "auth"))
    return PushTarget(endpoint=endpoint, p256dh=_text(point or b""), auth=_text(secret or b""))


def is_public_https(address: str) -> bool:
    """Return whether an address is one of https at a host that may be on the internet. Its name is not looked up."""
    if len(address) > ENDPOINT_LENGTH or not re.fullmatch(r"[!-~]+", address):
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or parts.username is not None or parts.password is not None or "#" in address:
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return bool(_NAME.fullmatch(host)) and host.rpartition(".")[2].lower() not in _INTERNAL


class VapidKey:
    """The key pair by which push services know this service. `public`: as browsers take it, base64url."""

    def __init__(self, private: bytes) -> None:
        self.private = ec.derive_private_key(int.from_bytes(private), ec.SECP256R1())
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public = _text(point)

    @classmethod
    def read(cls, text: str) -> "VapidKey":
        """Read the private key from base64 or base64url, as `web-push generate-vapid-keys` prints it.

        Raises ValueError.
        """
        private = _bytes(text)
        if private is None or len(private) != KEY_BYTES or not 0 < int.from_bytes(private) < _ORDER:
            raise ValueError(f"it is not the base64 of a private key of P-256, which has {KEY_BYTES} bytes")
        return cls(private)

    @classmethod
    def derived(cls, secret: str) -> "VapidKey":
        """Return the key that follows from the secret of the service (HKDF, RFC 5869)."""
        seed = HKDF(SHA256(), KEY_BYTES + 16, salt=None, info=b"tanggap vapid key").derive(secret.encode())
        return cls((int.from_bytes(seed) % (_ORDER - 1) + 1).to_bytes(KEY_BYTES))


def _is_point(raw: bytes) -> bool:
    """Return whether bytes are an uncompressed point of P-256."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return len(raw) == POINT_BYTES


def _bytes(text: str) -> bytes | None:
    """Read base64 or base64url, with or without padding. None for anything else."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", plain) or len(plain) % 4 == 1:
        return None
    return urlsafe_b64decode(plain + "=" * (-len(plain) % 4))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
