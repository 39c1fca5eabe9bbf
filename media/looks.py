"""The looks of pictures: the fingerprints that find the same picture again, and the hash that finds a similar one."""

import struct
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rules.pictures import Look, is_large_enough

Pixels: TypeAlias = NDArray[np.uint8]

QUALITY: Final = 85
"""The JPEG quality of all that is served. Another one changes the fingerprints of new photos."""

_BLOCK: Final = 16
"""The side of a unit of JPEG with halved colours: encoding changes each unit by itself (ITU-T T.81, A.2)."""

_TILE: Final = 2 * _BLOCK
_MOST_TILES: Final = 16
_MARGIN: Final = 4
"""Pixels at the edges of a tile, into which the colours of neighbours run when a JPEG is decoded. One would do."""

_CELLS: Final = 32
_ONE_COLOUR: Final = 8
"""The levels of 255 by which the colours of a picture of one colour differ at most, in each channel."""


def identify(image: Image.Image, served: bytes, sent: bytes | None = None) -> set[int]:
    """Return the fingerprints of an upright picture: of the file that was made of it and is served, and of its pixels.

    `sent`: the uploaded file that the picture was decoded from. Then those of the file and of the picture are added.
    """
    found = set() if sent is None else {_number(sent)}
    if is_large_enough(*image.size):  # else nobody can prove a fix with it
        sample = _sample(image)
        found |= {_number(served)} | _of_pixels(image.size, _pixels(encoded(Image.fromarray(sample))))
        if sent is not None:
            found |= _of_pixels(image.size, sample)
    return found


def look_of_stored(digest: str, served: Sequence[bytes]) -> Look:
    """Return the look of a stored photo: from its digest, and from its files, of which the last is the thumbnail.

    The pixels that were sent are lost, so the same picture sent in another format is not found. Raises OSError.
    """
    found = {_leading(bytes.fromhex(digest))}
    for body in served:
        with Image.open(BytesIO(body), formats=["JPEG"]) as stored:
            image = stored.convert("RGB")
        if is_large_enough(*image.size):
            found |= {_number(body)} | _of_pixels(image.size, _sample(image))
    return look(found, image)


def look(fingerprints: set[int], thumbnail: Image.Image) -> Look:
    """Return the look of a picture; its thumbnail shows what is similar, and what is of one colour."""
    return Look(tuple(sorted(fingerprints)), _dhash(thumbnail), _is_of_one_colour(thumbnail))


def encoded(image: Image.Image) -> bytes:
    """Encode as baseline JPEG: progressive is 15 % smaller, but holds the GIL for 0.3 s."""
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _sample(image: Image.Image) -> Pixels:
    """Return tiles spread over a picture, side by side, each cut where JPEG cuts it too.

    So the tiles, encoded and decoded, are those of the whole picture, encoded and decoded, in little time and memory.
    Of a picture of 12 megapixels a fiftieth is looked at, a small one is covered wholly.
    """
    lefts, tops = _starts(image.width), _starts(image.height)
    columns = np.concatenate([np.arange(left, left + _TILE) for left in lefts])
    bands = [np.asarray(image.crop((0, top, image.width, top + _TILE)))[:, columns] for top in tops]
    return np.concatenate(bands)


def _starts(length: int) -> list[int]:
    """Return where tiles begin along a side, in whole blocks."""
    last = length // _BLOCK - _TILE // _BLOCK
    count = min(_MOST_TILES, last + 1)
    return [round(last * number / max(1, count - 1)) * _BLOCK for number in range(count)]


def _pixels(body: bytes) -> Pixels:
    with Image.open(BytesIO(body), formats=["JPEG"]) as image:
        return np.asarray(image)


def _of_pixels(size: tuple[int, int], sample: Pixels) -> set[int]:
    rows, columns = sample.shape[0] // _TILE, sample.shape[1] // _TILE
    tiles = sample.reshape(rows, _TILE, columns, _TILE, 3)[:, _MARGIN:-_MARGIN, :, _MARGIN:-_MARGIN]
    if all(np.ptp(tiles[..., channel]) <= _ONE_COLOUR for channel in range(3)):
        return set()  # any two pictures with a dark or white ground would be the same
    return {_number(struct.pack("<II", *size), tiles.tobytes())}


def _number(*parts: bytes) -> int:
    digest = sha256()
    for part in parts:
        digest.update(part)
    return _leading(digest.digest())


def _leading(digest: bytes) -> int:
    return int.from_bytes(digest[:8], signed=True)


def _dhash(image: Image.Image) -> int:
    """Return the difference hash (N. Krawetz, 2013): whether each of 8 x 8 cells is darker than its neighbour."""
    grey = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.LANCZOS))
    return int.from_bytes(np.packbits(grey[:, 1:] > grey[:, :-1]).tobytes(), signed=True)


def _is_of_one_colour(image: Image.Image) -> bool:
    """Return whether it shows nothing: noise and single pixels vanish in 32 x 32 cells, a distant lamp does not."""
    cells = np.asarray(image.resize((_CELLS, _CELLS), Image.Resampling.BOX))
    return bool((np.ptp(cells, axis=(0, 1)) <= _ONE_COLOUR).all())
