"""Processing of uploads: an untrusted file becomes a clean photo and a thumbnail, or is refused.

The output is always JPEG, with transparent parts on white. A photo needs no transparency, every system that reports
are forwarded to reads JPEG, and WebP takes several times as long to encode.
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from types import MappingProxyType
from typing import Final

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
MAX_SIDE: Final = 4096
MAX_THUMBNAIL_SIDE: Final = 400
CONTENT_TYPE: Final = "image/jpeg"

_QUALITY: Final = 85

_MAX_SCANS: Final = 256
"""Scans of one JPEG. Cameras write about ten. A scan of 73 bytes costs 2.5 ms at 50 megapixels, so 10 MB of scans
would cost six minutes. Counting byte pairs is enough: 10 MB of video appended to a photo holds about 160 by chance."""

_MAX_JPEG_STEPS: Final = 4096
"""Segments and stray bytes before the first scan of a JPEG: Pillow's time there is quadratic in their number."""

_UNSUPPORTED: Final = re.compile(
    rb"GIF8[79]a|BM....\x00\x00\x00\x00|II\*\x00|MM\x00\*|\x00\x00\x01\x00|8BPS|\xff\x0a"
    rb"|\x00\x00\x00\x0c(?:JXL |jP  )|....ftyp(?:avi[fs]|hei[cmsx]|hev[cmsx]|mif1|msf1)",
    re.DOTALL,
)
"""The first bytes of GIF, BMP, TIFF, ICO, Photoshop, JPEG XL, JPEG 2000, AVIF and HEIC files."""

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
    """A clean photo: `body` and `thumbnail` are upright JPEGs without metadata.

    `digest` is the SHA-256 of the uploaded bytes, in hex. `width` and `height` are those of `body` in pixels, at most
    `MAX_SIDE`. No side of `thumbnail` is longer than `MAX_THUMBNAIL_SIDE`.
    """

    digest: str
    width: int
    height: int
    body: bytes
    thumbnail: bytes


def process_photo(raw: bytes) -> ProcessedPhoto:
    """Verify an upload and re-encode it as JPEG, with a thumbnail. Safe in threads.

    JPEG, PNG and WebP are detected by content alone. Only the first frame of an animation is kept. Colour profiles are
    dropped without being applied.

    Raises Refusal for `file`, and nothing else, whatever the bytes are.
    """
    if not raw:
        raise _refused(Message.PHOTO_EMPTY)
    if len(raw) > MAX_BYTES:
        raise too_large()
    try:
        image = _decode(raw)
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        IndexError,
        struct.error,
        Warning,
    ) as fault:
        # TypeError: Pillow takes a PNG text chunk with the key "exif" or "transparency" for the property itself.
        # Warning: where warnings are errors, files that Pillow only warns about are refused too.
        raise _refused(Message.PHOTO_DAMAGED) from fault
    width, height = image.size
    body = _encode(image)
    image.thumbnail((MAX_THUMBNAIL_SIDE, MAX_THUMBNAIL_SIDE))
    thumbnail = _encode(image)
    return ProcessedPhoto(digest=sha256(raw).hexdigest(), width=width, height=height, body=body, thumbnail=thumbnail)


def too_large() -> Refusal:
    """Return the refusal of an upload of more than `MAX_BYTES`."""
    return Refusal(ErrorCode.INVALID, Message.PHOTO_TOO_LARGE, "file", megabytes=MAX_BYTES >> 20)


def _refused(message: Message) -> Refusal:
    return Refusal(ErrorCode.INVALID, message, "file")


def _decode(raw: bytes) -> Image.Image:
    """Return the image upright, in RGB, without metadata and scaled down to `MAX_SIDE`."""
    with _open(raw) as source:
        _check_pixels(*source.size)
        source.load()
        image = _to_plain_colours(source)
        transpose = _orientation(source.info.get("exif", b""))
        scale = min(1.0, MAX_SIDE / max(image.size))
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        # Always a new image, whatever the size: it drops the metadata of `source` and, for WebP, the whole decoder.
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    image.info.clear()  # Pillow copies it, and its JPEG writer would write the comment in it into the file
    if transpose is not None:
        image = image.transpose(transpose)
    if image.mode == "RGB":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _open(raw: bytes) -> ImageFile:
    """Read the header with the one decoder for this content. `Image.open` would try others and warn."""
    if raw.startswith(b"\xff\xd8\xff"):
        _check_jpeg(raw)
        return _PlainJpeg(BytesIO(raw))
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImageFile(BytesIO(raw))
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        _check_pixels(*_webp_size(raw))
        return WebPImageFile(BytesIO(raw))
    unsupported = _UNSUPPORTED.match(raw)
    raise _refused(Message.PHOTO_FORMAT_UNSUPPORTED if unsupported else Message.PHOTO_NOT_AN_IMAGE)


class _PlainJpeg(JpegImageFile):
    """A JPEG opened without reading its resolution from EXIF, where Pillow warns of harmless damage."""

    def _read_dpi_from_exif(self) -> None:
        pass


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        megapixels = MAX_PIXELS // 1_000_000
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_TOO_MANY_PIXELS, "file", megapixels=megapixels)


def _check_jpeg(raw: bytes) -> None:
    """Refuse a JPEG crafted to keep the decoder busy. Walks the segments exactly as Pillow does.

    Raises Refusal, and IndexError when the file ends before its first scan.
    """
    if raw.count(b"\xff\xda") > _MAX_SCANS:
        raise _refused(Message.PHOTO_DAMAGED)
    at = 2
    for _ in range(_MAX_JPEG_STEPS):
        marker = raw[at + 1]
        if raw[at] != 0xFF or marker == 0xFF:
            at += 1
        elif marker == 0xDA:
            return
        elif 0xD0 <= marker <= 0xD9 or 0xF0 <= marker <= 0xFD or marker in {0x00, 0xC8}:  # markers without a length
            at += 2
        else:
            at += 2 + int.from_bytes(raw[at + 2 : at + 4])
    raise _refused(Message.PHOTO_DAMAGED)


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


def _to_plain_colours(image: Image.Image) -> Image.Image:
    """Return the image as RGB, or as RGBA when any part can be transparent.

    Raises ValueError for palette colours without a palette.
    """
    if image.mode == "I;16":  # Pillow clips the 65,536 greys to 256 instead of scaling them
        return image.point(lambda grey: grey * (1 / 257)).convert("L").convert("RGB")
    if image.mode == "P" and image.palette is None:
        raise ValueError("an image in palette colours must have a palette")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _encode(image: Image.Image) -> bytes:
    """Encode as baseline JPEG: progressive is 15 % smaller, but holds the GIL for 0.3 s."""
    file = BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
