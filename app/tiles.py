"""The setting of map tiles: an address with {z}, {x} and {y}, as web maps write it."""

import re
from typing import Final
from urllib.parse import urlsplit

from app.origins import origin_of

FIELDS: Final = frozenset(["{z}", "{x}", "{y}"])

RIGHT: Final = (
    "it must be an address with {z}, {x} and {y} in its path, such as https://peta.example.id/{z}/{x}/{y}.png"
)


def tiles_origin(url: str) -> str:
    """Return the origin of the tiles, for the policy of the pages; an empty one without an address.

    Raises ValueError.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError(RIGHT) from None
    found = re.findall(r"\{[^{}]*\}|[{}]", url)
    is_whole = parts.scheme in {"http", "https"} and url.isascii() and url.isprintable() and " " not in url
    if not is_whole or set(found) != FIELDS or len(found) != len(FIELDS) or "{" in parts.netloc:
        raise ValueError(RIGHT)
    return origin_of(url)
