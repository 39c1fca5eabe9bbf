"""Turns what a stranger uploads into two clean pictures, or refuses it.

Every picture leaves as JPEG, transparent parts on white: a photo has no use for transparency, everything that
reports are passed on to reads JPEG, and WebP takes several times as long to encode.
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from types import MappingProxyType
from typing import Final

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
MAX_SIDE: Final = 4096
MAX_THUMBNAIL_SIDE: Final = 400
EXTENSION: Final = "jpg"
CONTENT_TYPE: Final = "image/jpeg"

_QUALITY: Final = 85

_MOST_SCANS: Final = 256
"""Passes over one JPEG. Cameras need about ten. A scan of 73 bytes costs 2.5 ms at 50 megapixels, so 10 MB of
scans would cost six minutes. Chance alone puts 160 such byte pairs into the 10 MB of film behind a photo."""

_MOST_JPEG_STEPS: Final = 4096
"""Segments and stray bytes before the first scan of a JPEG: Pillow's time there grows with their square."""

_FOREIGN: Final = re.compile(
    rb"GIF8[79]a|BM....\x00\x00\x00\x00|II\*\x00|MM\x00\*|\x00\x00\x01\x00|8BPS|\xff\x0a"
    rb"|\x00\x00\x00\x0c(?:JXL |jP  )|....ftyp(?:avi[fs]|hei[cmsx]|hev[cmsx]|mif1|msf1)",
    re.DOTALL,
)
"""How GIF, BMP, TIFF, ICO, Photoshop, JPEG XL, JPEG 2000, AVIF and HEIC begin: pictures, but not ours."""

_ORIENTATION_TAG: Final = 0x0112
_UPRIGHT: Final[Mapping[int, Image.Transpose]] = MappingProxyType(
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
"""What makes a picture upright, by its EXIF orientation (Exif 2.32, 4.6.4 A); 1 is upright already."""


class PictureFault(StrEnum):
    """Why a picture was refused."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    NOT_A_PICTURE = "NOT_A_PICTURE"
    UNSUPPORTED_FORMAT = "UNSUPPORTED_FORMAT"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    DAMAGED = "DAMAGED"


class PictureRefused(Exception):  # noqa: N818 - a refusal that a person can act on, not an error of ours
    """The upload cannot become a picture, for the one `reason`."""

    def __init__(self, reason: PictureFault) -> None:
        super().__init__(f"The picture was refused: {reason}.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ProcessedPhoto:
    """A clean picture: `body` and `thumbnail` are JPEG without any metadata, upright.

    `digest` is the SHA-256, in hex, of the bytes as uploaded. `width` and `height` are those of `body`, in
    pixels, at most `MAX_SIDE`; no side of `thumbnail` is longer than `MAX_THUMBNAIL_SIDE`.
    """

    digest: str
    width: int
    height: int
    body: bytes
    thumbnail: bytes


def process_photo(raw: bytes) -> ProcessedPhoto:
    """Verify an upload and encode it anew, as JPEG, with a thumbnail.

    JPEG, PNG and WebP are known by their content alone; of an animation the first frame is taken. Colour
    profiles are dropped unapplied. Safe in threads.

    Raises PictureRefused, and nothing else, whatever the bytes are.
    """
    if not raw:
        raise PictureRefused(PictureFault.EMPTY)
    if len(raw) > MAX_BYTES:
        raise PictureRefused(PictureFault.TOO_LARGE)
    try:
        upright = _decoded(raw)
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        IndexError,
        struct.error,
        Warning,
    ) as fault:
        # TypeError: a text in a PNG that is called "exif" or "transparency" passes in Pillow for that fact.
        # Warning: where warnings are errors, what Pillow only grumbles about is refused too.
        raise PictureRefused(PictureFault.DAMAGED) from fault
    width, height = upright.size
    body = _encoded(upright)
    upright.thumbnail((MAX_THUMBNAIL_SIDE, MAX_THUMBNAIL_SIDE))
    return ProcessedPhoto(digest=sha256(raw).hexdigest(), width=width, height=height, body=body, thumbnail=_encoded(upright))


def _decoded(raw: bytes) -> Image.Image:
    """Return the picture upright, in RGB, without metadata and no larger than we keep."""
    with _opened(raw) as source:
        _check_size(*source.size)
        source.load()
        pixels = _in_plain_colours(source)
        turn = _upright_by(source.info.get("exif", b""))
        scaled = min(1.0, MAX_SIDE / max(pixels.size))
        size = (max(1, round(pixels.width * scaled)), max(1, round(pixels.height * scaled)))
        # A new image, whatever the size: with `source` go its metadata and, for WebP, the whole decoder.
        pixels = pixels.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    pixels.info.clear()  # copied by Pillow; its JPEG writer would put a comment in there back into the file
    if turn is not None:
        pixels = pixels.transpose(turn)
    if pixels.mode == "RGB":
        return pixels
    white = Image.new("RGB", pixels.size, "white")
    white.paste(pixels, mask=pixels.getchannel("A"))
    return white


def _opened(raw: bytes) -> ImageFile:
    """Read the header by the one decoder that the content asks for; `Image.open` tries others and warns."""
    if raw.startswith(b"\xff\xd8\xff"):
        _check_jpeg(raw)
        return _PlainJpeg(BytesIO(raw))
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile(BytesIO(raw))
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        _check_size(*_webp_size(raw))
        return WebPImageFile(BytesIO(raw))
    foreign = _FOREIGN.match(raw)
    raise PictureRefused(PictureFault.UNSUPPORTED_FORMAT if foreign else PictureFault.NOT_A_PICTURE)


class _PlainJpeg(JpegImageFile):
    """A JPEG opened without looking for its resolution in EXIF, which warns of damage we do not mind."""

    def _read_dpi_from_exif(self) -> None:
        pass


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureRefused(PictureFault.TOO_MANY_PIXELS)


def _check_jpeg(raw: bytes) -> None:
    """Refuse a JPEG that is made to keep the decoder busy; walks the segments just as Pillow does.

    Raises PictureRefused, and IndexError where the file ends before its first scan.
    """
    if raw.count(b"\xff\xda") > _MOST_SCANS:
        raise PictureRefused(PictureFault.DAMAGED)
    at = 2
    for _ in range(_MOST_JPEG_STEPS):
        marker = raw[at + 1]
        if raw[at] != 0xFF or marker == 0xFF:
            at += 1
        elif marker == 0xDA:
            return
        elif 0xD0 <= marker <= 0xD9 or 0xF0 <= marker <= 0xFD or marker in {0x00, 0xC8}:  # they have no length
            at += 2
        else:
            at += 2 + int.from_bytes(raw[at + 2 : at + 4])
    raise PictureRefused(PictureFault.DAMAGED)


def _webp_size(raw: bytes) -> tuple[int, int]:
    """Width and height in a WebP header (RFC 9649, 2.5 to 2.7): Pillow tells only after taking the memory.

    Raises struct.error where the header ends early, ValueError where it is none.
    """
    kind = raw[12:16]
    if kind == b"VP8X":
        (wide,), (high,) = (struct.unpack("<I", raw[at : at + 3] + b"\0") for at in (24, 27))
        return wide + 1, high + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", raw, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        wide, high = struct.unpack_from("<HH", raw, 26)
        return wide & 0x3FFF, high & 0x3FFF
    raise ValueError(f"A WebP file does not begin with a chunk {kind!r}.")


def _upright_by(exif: bytes) -> Image.Transpose | None:
    """Return what makes a picture with this EXIF block upright, None when nothing does or it is unreadable.

    Ten lines here because Pillow's reader warns, raises and reads everything for this one number.
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
                return _UPRIGHT.get(value)
    except struct.error:
        pass  # It ends before its own end: a picture is not refused for that.
    return None


def _in_plain_colours(image: Image.Image) -> Image.Image:
    """Return the picture as RGB, or as RGBA where anything in it can be transparent.

    Raises ValueError where its colours are nowhere told.
    """
    if image.mode == "I;16":  # Pillow clips the 65,536 greys to 256 instead of scaling them
        return image.point(lambda grey: grey * (1 / 257)).convert("L").convert("RGB")
    if image.mode == "P" and image.palette is None:
        raise ValueError("A picture in palette colours has no palette.")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _encoded(image: Image.Image) -> bytes:
    """Encode as baseline JPEG: progressive is 15 % smaller, but holds the interpreter for 0.3 s."""
    into = BytesIO()
    image.save(into, "JPEG", quality=_QUALITY)
    return into.getvalue()
