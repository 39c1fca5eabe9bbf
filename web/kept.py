"""Files that are answered from memory: read once, compressed once, and not sent again to a client that has them."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

LEVEL: Final = 9
"""The level of gzip: a file is compressed once, so the smallest result is worth its time."""

WORTH: Final = 0.9
"""The share of its size that a file must shrink to. Pictures and fonts are compressed already."""

_REFUSED: Final = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class KeptFile:
    """A file with the headers of its answers."""

    body: bytes
    media_type: str
    headers: Mapping[str, str]

    def answer(self, request: Request, status: int = 200) -> Response:
        """Return the file as the client can read it, or 304 without a body when it has this version."""
        compressed = self._compressed if _takes_gzip(request.headers.get("Accept-Encoding", "")) else None
        tag = f'"{self._digest}"' if compressed is None else f'"{self._digest}-gzip"'
        headers = {**self.headers, "ETag": tag, "Vary": _joined(self.headers.get("Vary"), "Accept-Encoding")}
        if compressed is not None:
            headers["Content-Encoding"] = "gzip"
        known = request.headers.get("If-None-Match", "").split(",")
        if status == 200 and tag in [each.strip().removeprefix("W/") for each in known]:
            headers.pop("Content-Encoding", None)
            return Response(status_code=304, headers=headers)
        return Response(compressed or self.body, status, headers, self.media_type)

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:32]

    @cached_property
    def _compressed(self) -> bytes | None:
        """The file compressed: by the first request that takes it so. None if that saves next to nothing."""
        smaller = gzip.compress(self.body, LEVEL, mtime=0)
        return smaller if len(smaller) < WORTH * len(self.body) else None


def _takes_gzip(accepted: str) -> bool:
    """Return whether an Accept-Encoding names gzip, with a quality other than 0 (RFC 9110, 12.5.3)."""
    for item in accepted.split(","):
        coding, _, quality = item.partition(";")
        if coding.strip().lower() == "gzip":
            return _REFUSED.fullmatch(quality) is None
    return False


def _joined(*names: str | None) -> str:
    return ", ".join(name for name in names if name)
