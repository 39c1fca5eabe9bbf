"""The codec of everything opaque to clients, cursors and ids: base64url without padding, written in one way only."""

import base64
from binascii import b2a_base64

_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def encode(content: bytes) -> str:
    """Write bytes as text that needs no escaping in an address."""
    return b2a_base64(content, newline=False).rstrip(b"=").translate(_URL_SAFE).decode("ascii")


def decode(text: str) -> bytes | None:
    """Read the bytes of a text. Return None for anything that `encode` did not write."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:  # binascii.Error is one, and so is a letter that is not ASCII
        return None
    return content if encode(content) == text else None
