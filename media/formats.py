"""The formats that are accepted, recognised by content alone, with what each needs to be decoded."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL.AvifImagePlugin import AvifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from media.jpeg import read_frame
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

JPEG: Final = "JPEG"

MAX_PIXELS: Final = 50_000_000
MAX_PIXELS_OF_ONE_SCAN: Final = 200_000_000
"""Pixels of a JPEG that is scaled while it is decoded. No other format can be."""

_DECODED_SIDE: Final = 3840
"""The least longer side of a JPEG that is scaled down while it is decoded, by 2, 4 or 8."""

_MAX_PREFIX: Final = 512
"""Bytes before a JPEG. Some servers put line ends or a byte order mark there, some cameras a header of their own."""

_UNSUPPORTED: Final = re.compile(
    rb"GIF8[79]a|BM....\x00\x00\x00\x00|II\*\x00|MM\x00\*|\x00\x00\x01\x00|8BPS|\xff\x0a"
    rb"|\x00\x00\x00\x0c(?:JXL |jP  )",
    re.DOTALL,
)
"""The first bytes of GIF, BMP, TIFF, ICO, Photoshop, JPEG XL and JPEG 2000 files."""

_AVIF: Final = frozenset([b"avif", b"avis"])
_HEIF: Final = frozenset([b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1"])
"""Brands of the first box of a file (ISO/IEC 23008-12, 10)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture whose header was read. `size` is that of the decoded image, in pixels.

    `memory`: bytes that the decoder and the decoded image take. `open` begins to decode, and takes memory.
    """

    format: str
    raw: bytes
    size: tuple[int, int]
    memory: int
    open: Callable[[], ImageFile]


class _PlainJpeg(JpegImageFile):
    """A JPEG opened without reading its resolution from EXIF, where Pillow warns of harmless damage."""

    def _read_dpi_from_exif(self) -> None:
        pass


def without_prefix(raw: bytes) -> bytes:
    """Return a file without the few bytes that may stand before a JPEG. Other files are returned as they are."""
    if _reader(raw) is None and _UNSUPPORTED.match(raw) is None:
        start = raw.find(b"\xff\xd8\xff", 0, _MAX_PREFIX + 3)
        return raw[start:] if start > 0 else raw
    return raw


def open_picture(raw: bytes) -> Picture:
    """Read the header with the one reader for this content. `Image.open` would try others and warn.

    Raises Refusal for another format or too many pixels, and what Pillow raises for a damaged header.
    """
    read = _reader(raw)
    if read is not None:
        return read(raw)
    message = Message.PHOTO_FORMAT_UNSUPPORTED if _UNSUPPORTED.match(raw) else Message.PHOTO_NOT_AN_IMAGE
    raise Refusal(ErrorCode.INVALID, message, "file")


def _reader(raw: bytes) -> Callable[[bytes], Picture] | None:
    if raw.startswith(b"\xff\xd8\xff"):
        return _read_jpeg
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return _read_png
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        return _read_webp
    brands = _brands(raw)
    if brands & _AVIF:
        return _read_avif
    return _read_heif if brands & _HEIF else None


def _read_jpeg(raw: bytes) -> Picture:
    frame = read_frame(raw)
    _check_pixels(frame.width, frame.height, MAX_PIXELS_OF_ONE_SCAN if frame.is_one_scan else MAX_PIXELS)
    image = _PlainJpeg(BytesIO(raw))
    wanted = _DECODED_SIDE / max(image.size)
    if wanted < 1:
        image.draft(None, (max(1, int(image.width * wanted)), max(1, int(image.height * wanted))))
    coefficients = 0 if frame.is_one_scan else len(frame.components) * frame.width * frame.height
    return Picture(JPEG, raw, image.size, 4 * image.width * image.height + 2 * coefficients, lambda: image)


def _read_png(raw: bytes) -> Picture:
    image = PngImageFile(BytesIO(raw))
    _check_pixels(*image.size, MAX_PIXELS)
    return Picture("PNG", raw, image.size, 4 * image.width * image.height, lambda: image)


def _read_webp(raw: bytes) -> Picture:
    width, height = _webp_size(raw)
    _check_pixels(width, height, MAX_PIXELS)
    # Two frames of the decoder, its result, a copy of it, and the image.
    return Picture("WebP", raw, (width, height), 5 * 4 * width * height, lambda: WebPImageFile(BytesIO(raw)))


def _brands(raw: bytes) -> set[bytes]:
    if raw[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(raw[:4]), 256)
    return {raw[8:12], *(raw[at : at + 4] for at in range(16, end, 4))}


def _read_avif(raw: bytes) -> Picture:
    image = AvifImageFile(BytesIO(raw))
    _check_pixels(*image.size, MAX_PIXELS)
    return Picture("AVIF", raw, image.size, 4 * 4 * image.width * image.height, lambda: image)


def _read_heif(raw: bytes) -> Picture:
    image = HeifImageFile(BytesIO(raw))  # type: ignore[no-untyped-call] # not typed
    _check_pixels(*image.size, MAX_PIXELS)
    # Planes of the decoder, its result, a copy of it, and the image.
    return Picture("HEIF", raw, image.size, 4 * 4 * image.width * image.height, lambda: image)


def _check_pixels(width: int, height: int, limit: int) -> None:
    if width * height > limit:
        megapixels = limit // 1_000_000
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_TOO_MANY_PIXELS, "file", megapixels=megapixels)


def _webp_size(raw: bytes) -> tuple[int, int]:
    """Return width and height from a WebP header (RFC 9649, 2.5 to 2.7): Pillow allocates the memory first.

    Raises struct.error when the header is cut off, ValueError when it is not a WebP header.
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
    raise ValueError(f"a WebP file must not start with the chunk {kind!r}")
