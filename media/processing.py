"""Processing of uploads: an untrusted file becomes a clean photo in three sizes, or is refused.

The output is always JPEG, with transparent parts on white. A photo needs no transparency, every system that reports
are forwarded to reads JPEG, and WebP takes several times as long to encode.
"""

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from PIL import Image
from PIL.ImageFile import ImageFile

from media.colours import plain_colours
from media.formats import JPEG, Picture, open_picture, without_prefix
from media.jpeg import closed_twice
from media.looks import encoded, identify, look
from media.memory import MemoryBudget
from rules.messages import Message
from rules.pictures import Look
from rules.refusals import ErrorCode, Refusal

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_SIDE: Final = 4096
MAX_MEDIUM_SIDE: Final = 1200
MAX_THUMBNAIL_SIDE: Final = 400
CONTENT_TYPE: Final = "image/jpeg"

MAX_MEMORY: Final = 400_000_000
"""Bytes that the decoded photos of a process may take at once. Two of a phone's 12 megapixels, or one of 50."""

_STRIP: Final = 2_000_000
"""Pixels whose colours are converted, and which are scaled, at once."""

_LANCZOS_SUPPORT: Final = 3
"""Rows above and below that a pixel is computed from, at full size."""

_memory = MemoryBudget(MAX_MEMORY)

_ORIENTATION_TAG: Final = 0x0112
_TRANSPOSE: Final[Mapping[int, Image.Transpose]] = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    },
)
"""The operation that turns an image upright, by EXIF orientation (Exif 2.32, 4.6.4 A). 1 is upright already."""


@dataclass(frozen=True, slots=True)
class ProcessedPhoto:
    """A clean photo: `body`, `medium` and `thumbnail` are upright JPEGs without metadata.

    `digest` is the SHA-256 of the uploaded bytes, in hex. `width` and `height` are those of `body` in pixels, at most
    `MAX_SIDE`. No side of `medium` is longer than `MAX_MEDIUM_SIDE`; None if that holds for `body`. No side of
    `thumbnail` is longer than `MAX_THUMBNAIL_SIDE`. By its `look` the same picture is found again, and similar ones.
    """

    digest: str
    width: int
    height: int
    look: Look
    body: bytes
    medium: bytes | None
    thumbnail: bytes


def process_photo(raw: bytes) -> ProcessedPhoto:
    """Verify an upload and re-encode it as JPEG, in three sizes. Safe in threads, which wait for memory.

    JPEG, PNG, WebP, HEIC and AVIF are detected by content alone. Only the first frame of an animation is kept.
    Colours are converted to sRGB by their profile.

    Raises Refusal for `file`, and nothing else, whatever the bytes are.
    """
    if not raw:
        raise _refused(Message.PHOTO_EMPTY)
    if len(raw) > MAX_BYTES:
        raise too_large()
    try:
        picture = open_picture(without_prefix(raw))
        with _memory.taken(_memory_of(picture)):
            return _process(picture, raw)
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        IndexError,
        RuntimeError,
        EOFError,
        struct.error,
        Warning,
    ) as fault:
        # RuntimeError, EOFError: of the decoders of AVIF and HEIC.
        # TypeError: Pillow takes a PNG text chunk with the key "exif" or "transparency" for the property itself.
        # Warning: where warnings are errors, files that Pillow only warns about are refused too.
        raise _refused(Message.PHOTO_DAMAGED) from fault


def too_large() -> Refusal:
    """Return the refusal of an upload of more than `MAX_BYTES`."""
    return Refusal(ErrorCode.INVALID, Message.PHOTO_TOO_LARGE, "file", megabytes=MAX_BYTES >> 20)


def _refused(message: Message) -> Refusal:
    return Refusal(ErrorCode.INVALID, message, "file")


def _process(picture: Picture, raw: bytes) -> ProcessedPhoto:
    image = _decode(picture)
    width, height = image.size
    body = encoded(image)
    fingerprints = identify(image, body, raw)
    medium = None
    if max(image.size) > MAX_MEDIUM_SIDE:
        image.thumbnail((MAX_MEDIUM_SIDE, MAX_MEDIUM_SIDE))
        medium = encoded(image)
        fingerprints |= identify(image, medium)
    image.thumbnail((MAX_THUMBNAIL_SIDE, MAX_THUMBNAIL_SIDE))
    thumbnail = encoded(image)
    fingerprints |= identify(image, thumbnail)
    return ProcessedPhoto(sha256(raw).hexdigest(), width, height, look(fingerprints, image), body, medium, thumbnail)


def _memory_of(picture: Picture) -> int:
    """Return the bytes that a picture takes: decoded, in its new size, turned or compared, and while it is scaled."""
    width, height = _scaled(picture.size)
    return picture.memory + 2 * 4 * width * height + 16 * _STRIP


def _decode(picture: Picture) -> Image.Image:
    """Return the image upright, in RGB, without metadata and scaled down to `MAX_SIDE`."""
    try:
        return _render(picture.open())
    except OSError:
        closed = closed_twice(picture.raw) if picture.format == JPEG else None
        if closed is None:
            raise
        image, other = (_render(open_picture(raw).open()) for raw in closed)
        if image.tobytes() != other.tobytes():
            raise  # data are missing
        return image


def _render(source: ImageFile) -> Image.Image:
    with source:
        source.load()
        size = _scaled(source.size)
        # Always a new image, whatever the size: it drops the metadata of `source` and, for WebP, the whole decoder.
        image = Image.new("RGB", size)
        for top, strip in _strips(source, size):
            image.paste(strip, (0, top))
        transpose = _orientation(source.info.get("exif") or b"")  # None of HEIC
    return image if transpose is None else image.transpose(transpose)


def _scaled(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, MAX_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _strips(source: ImageFile, size: tuple[int, int]) -> Iterator[tuple[int, Image.Image]]:
    """Yield the image in plain colours and scaled to `size`, as strips with their top rows.

    Conversions take several times the memory of the pixels that they convert. Scaled strips fit together without seams,
    because each is computed from the rows around it too.
    """
    width, height = size
    step = source.height / height
    margin = math.ceil(_LANCZOS_SUPPORT * max(1.0, step))
    convert = plain_colours(source)
    rows = max(1, int(_STRIP / source.width / step))
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        above, below = max(0, int(top * step) - margin), min(source.height, math.ceil(bottom * step) + margin)
        if size == source.size:
            above, below = top, bottom
        strip = convert(source.crop((0, above, source.width, below)))
        if size != source.size:
            box = (0, top * step - above, source.width, min(bottom * step - above, strip.height))
            strip = strip.resize((width, bottom - top), Image.Resampling.LANCZOS, box=box)
        yield top, strip


def _orientation(exif: bytes) -> Image.Transpose | None:
    """Return the operation that turns an image with this EXIF block upright. None when unneeded or unreadable.

    Pillow's own reader warns, raises and reads everything for this one number.
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(entries):
            tag, _type, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
            if tag == _ORIENTATION_TAG:
                return _TRANSPOSE.get(value)
    except struct.error:
        pass  # A cut-off EXIF block is no reason to refuse a photo.
    return None
