"""The published log over HTTP (C2SP tlog-tiles): its signed checkpoint, the tiles of its tree, and its entries."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from models.leaves import leaf
from queries import log_tree
from rules.merkle import HASH_BYTES, WIDTH, TileKey

_PATH: Final = re.compile(
    r"(?P<level>entries|0|[1-9]|[1-5][0-9]|6[0-3])/(?P<number>(x[0-9]{3}/){0,5}[0-9]{3})"
    r"(\.p/(?P<width>[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
)
"""`<L>/<N>` or `<L>/<N>.p/<W>`; `L` is a level from 0 to 63 or `entries`, and `W` a width from 1 to 255."""

_TILES: Final = "/log/tile/"

_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_FOR_AN_HOUR: Final = {"Cache-Control": "public, max-age=3600"}
_FRESH: Final = {"Cache-Control": "no-cache"}


class _Wanted(NamedTuple):
    """A part of the log. `level`: None for entries. `width`: number of hashes or entries."""

    level: int | None
    number: int
    width: int


def log_routes() -> Sequence[Route]:
    """Return the routes of the published log."""
    return (
        Route("/log/checkpoint", _checkpoint),
        Route("/log/checkpoint/{day}", _checkpoint_of_day),
        Route(f"{_TILES}{{path:path}}", _tile),
    )


async def _checkpoint(_: Request) -> Response:
    return _note((await log_tree.tree_head()).checkpoint)


async def _checkpoint_of_day(request: Request) -> Response:
    text = request.path_params["day"]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _missing()
    return _note(await log_tree.checkpoint_of(day) if str(day) == text else None)


def _note(checkpoint: str | None) -> Response:
    return _missing() if checkpoint is None else PlainTextResponse(checkpoint, headers=_FRESH)


async def _tile(request: Request) -> Response:
    """Answer with a tile or with entries. Full ones never change; of a partial one, only its address is short-lived."""
    wanted = _parse(request.scope["path"].removeprefix(_TILES))  # a route drops a line feed at the end
    content = None if wanted is None else await _content(wanted)
    if wanted is None or content is None:
        return _missing()
    headers = _FOR_EVER if wanted.width == WIDTH else _FOR_AN_HOUR
    return Response(content, headers=headers, media_type="application/octet-stream")


def _parse(path: str) -> _Wanted | None:
    """Return what a path names. Each part has one path only."""
    found = _PATH.fullmatch(path)
    if found is None or found["number"].startswith("x000/"):
        return None
    level = None if found["level"] == "entries" else int(found["level"])
    return _Wanted(level, int(re.sub("[x/]", "", found["number"])), int(found["width"] or WIDTH))


async def _content(wanted: _Wanted) -> bytes | None:
    if wanted.level is not None:
        size = wanted.width * HASH_BYTES
        hashes = await log_tree.tile(TileKey(wanted.level, wanted.number))
        return None if hashes is None or len(hashes) < size else hashes[:size]
    events = await log_tree.entries(wanted.number, wanted.width)
    if events is None:
        return None
    entries = map(leaf, events)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def _missing() -> Response:
    return PlainTextResponse("not found\n", 404, headers=_FRESH)
