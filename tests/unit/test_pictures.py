import struct
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from io import BytesIO
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms
from PIL.PngImagePlugin import PngInfo
from pillow_heif import register_heif_opener

from media.formats import MAX_PIXELS, MAX_PIXELS_OF_ONE_SCAN, open_picture
from media.processing import MAX_BYTES, MAX_SIDE, MAX_THUMBNAIL_SIDE, ProcessedPhoto, _decode, process_photo
from rules.messages import Message
from rules.refusals import Refusal

register_heif_opener()  # for its encoder
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
SECRET = "Jalan Rahasia 17"
MARKERS = (b"Exif", b"http://ns.adobe", b"GPS", b"ICC_PROFILE", b"Photoshop", b"\xff\xfe", SECRET.encode())


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    into = BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def quarters(mode: str = "RGB", side: int = 64) -> Image.Image:
    """Return a square with red and green above blue and white."""
    image = Image.new("RGB", (side, side), WHITE)
    half = side // 2
    for colour, corner in ((RED, (0, 0)), (GREEN, (half, 0)), (BLUE, (0, half))):
        image.paste(colour, (*corner, corner[0] + half, corner[1] + half))
    return image.convert(mode)


def open_jpeg(body: bytes) -> Image.Image:
    image = Image.open(BytesIO(body), formats=["JPEG"])
    image.load()
    return image


def pixel(image: Image.Image, across: float, down: float) -> tuple[int, ...]:
    value = image.getpixel((int(image.width * across), int(image.height * down)))
    assert isinstance(value, tuple)
    return value


def are_close(one: tuple[int, ...], other: tuple[int, ...], within: int = 12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


def refusal_of(raw: bytes) -> Message:
    with pytest.raises(Refusal) as refused:
        process_photo(raw)
    return refused.value.message


def exif_of_a_phone(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET
    exif[0x0110] = "A phone"
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 10.0, 30.0), 3: "E", 4: (106.0, 49.0, 38.0), 29: SECRET})
    exif.get_ifd(0x8769)[0x9286] = SECRET
    return exif


def colour_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def xmp() -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:li>{SECRET} GPS</rdf:li></x:xmpmeta>'.encode()


@cache
def with_all_metadata(kind: str) -> bytes:
    """Return an image of a format with every kind of metadata that it can hold."""
    options: dict[str, object] = {"exif": exif_of_a_phone(), "icc_profile": colour_profile(), "xmp": xmp()}
    if kind == "PNG":
        info = PngInfo()
        info.add_text("Comment", SECRET)
        info.add_text("Squeezed", SECRET, zip=True)
        info.add_itxt("XML:com.adobe.xmp", xmp().decode())
        options = options | {"pnginfo": info}
    elif kind == "JPEG":
        photoshop = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET)) + SECRET.encode()
        segment = b"\xff\xed" + struct.pack(">H", len(photoshop) + 2) + photoshop
        options = options | {"comment": SECRET, "extra": segment}
    return encode(quarters(), kind, **options)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def jpeg_that_claims(width: int, height: int, *, progressive: bool = True) -> bytes:
    honest = encode(Image.new("RGB", (16, 16)), "JPEG", progressive=progressive)
    at = honest.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    return honest[:at] + struct.pack(">HH", height, width) + honest[at + 4 :]


def webp_that_claims(width: int, height: int, *, kind: bytes) -> bytes:
    within = {
        b"VP8X": bytes(4) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3],
        b"VP8L": b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + bytes(9),
        b"VP8 ": b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(10),
    }[kind]
    body = b"WEBP" + kind + struct.pack("<I", len(within)) + within
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photo_is_converted_to_jpeg_with_the_same_content(kind: str) -> None:
    raw = encode(quarters(), kind, quality=95)
    picture = process_photo(raw)
    image = open_jpeg(picture.body)
    assert (picture.width, picture.height) == image.size == (64, 64)
    assert are_close(pixel(image, 0.2, 0.2), RED)
    assert are_close(pixel(image, 0.8, 0.2), GREEN)
    assert are_close(pixel(image, 0.2, 0.8), BLUE)
    assert are_close(pixel(image, 0.8, 0.8), WHITE)


def test_digest_is_that_of_the_uploaded_bytes() -> None:
    raw = encode(quarters(), "PNG")
    assert process_photo(raw).digest == sha256(raw).hexdigest()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_survives(kind: str) -> None:
    raw = with_all_metadata(kind)
    assert b"Exif" in raw or b"eXIf" in raw or b"EXIF" in raw
    assert SECRET.encode() in raw
    picture = process_photo(raw)
    for body in (picture.body, picture.thumbnail):
        for marker in MARKERS:
            assert marker not in body
        image = open_jpeg(body)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_data_appended_to_an_image_is_dropped() -> None:
    raw = encode(quarters(), "JPEG") + b"PK\x03\x04<script>" + SECRET.encode()
    picture = process_photo(raw)
    assert b"<script>" not in picture.body + picture.thumbnail
    assert SECRET.encode() not in picture.body + picture.thumbnail


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_is_upright_after_its_orientation_tag_is_dropped(kind: str, orientation: int) -> None:
    undo = [
        None,
        Image.Transpose.FLIP_LEFT_RIGHT,
        Image.Transpose.ROTATE_180,
        Image.Transpose.FLIP_TOP_BOTTOM,
        Image.Transpose.TRANSPOSE,
        Image.Transpose.ROTATE_90,
        Image.Transpose.TRANSVERSE,
        Image.Transpose.ROTATE_270,
    ][orientation - 1]
    upright = quarters().resize((96, 64))
    held = upright if undo is None else upright.transpose(undo)
    picture = process_photo(encode(held, kind, exif=exif_of_a_phone(orientation), quality=95))
    assert (picture.width, picture.height) == (96, 64)
    for image in (open_jpeg(picture.body), open_jpeg(picture.thumbnail)):
        assert are_close(pixel(image, 0.2, 0.2), RED)
        assert are_close(pixel(image, 0.8, 0.2), GREEN)
        assert are_close(pixel(image, 0.2, 0.8), BLUE)


@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation_is_read_in_either_byte_order(order: str) -> None:
    tiff = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IHHHIHH", 8, 1, 0x0112, 3, 1, 6, 0)
    picture = process_photo(encode(Image.new("RGB", (30, 20)), "JPEG", exif=b"Exif\0\0" + tiff))
    assert (picture.width, picture.height) == (20, 30)


@given(st.binary(max_size=60), st.sampled_from([b"", b"II*\0", b"MM\0*", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
def test_broken_exif_never_refuses_a_photo(rest: bytes, start: bytes) -> None:
    picture = process_photo(encode(Image.new("RGB", (30, 20)), "JPEG", exif=b"Exif\0\0" + start + rest))
    assert picture.width * picture.height == 600


def profile_of(space: bytes, **tags: bytes) -> bytes:
    """Return an ICC profile, version 2, of an input device (ICC.1:2001-04, 6)."""
    table, data = b"", b""
    for name, content in tags.items():
        padded = content.ljust(-(-len(content) // 4) * 4, b"\0")
        table += name.encode() + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(data), len(content))
        data += padded
    size = 128 + 4 + len(table) + len(data)
    header = struct.pack(">I4sI4s4s4s12s4s", size, b"none", 0x02400000, b"mntr", space, b"XYZ ", bytes(12), b"acsp")
    header = header.ljust(68, b"\0") + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def gamma(value: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(value * 256))


WHITE_POINT = xyz(0.9642, 1.0, 0.8249)


def rgb_profile(red: bytes, green: bytes, blue: bytes) -> bytes:
    curves = dict.fromkeys(("rTRC", "gTRC", "bTRC"), gamma(2.2))
    return profile_of(b"RGB ", wtpt=WHITE_POINT, rXYZ=red, gXYZ=green, bXYZ=blue, **curves)


PROFILES = {
    "Display P3": rgb_profile(
        xyz(0.51512, 0.24120, -0.00105), xyz(0.29198, 0.69225, 0.04189), xyz(0.15710, 0.06657, 0.78407)
    ),
    "Adobe RGB": rgb_profile(
        xyz(0.60974, 0.31111, 0.01947), xyz(0.20528, 0.62567, 0.06087), xyz(0.14919, 0.06322, 0.74457)
    ),
}
IN_SRGB = {"Display P3": (216, 92, 72), "Adobe RGB": (227, 100, 78)}
"""(200, 100, 80) of each space, by the matrices of CSS Color 4 and a gamma of 2.2, computed by hand."""


@pytest.mark.parametrize("space", PROFILES)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_of_a_wide_space_stay_what_they_are(kind: str, space: str) -> None:
    raw = encode(Image.new("RGB", (32, 32), (200, 100, 80)), kind, icc_profile=PROFILES[space], quality=95)
    assert are_close(pixel(open_jpeg(process_photo(raw).body), 0.5, 0.5), IN_SRGB[space], within=6)


def test_profile_of_grey_is_applied() -> None:
    profile = profile_of(b"GRAY", wtpt=WHITE_POINT, kTRC=gamma(1.0))
    for mode in ("L", "LA"):
        raw = encode(Image.new("L", (32, 32), 128).convert(mode), "PNG", icc_profile=profile)
        assert are_close(pixel(open_jpeg(process_photo(raw).body), 0.5, 0.5), (188, 188, 188), within=4)


@pytest.mark.parametrize("mode", ["P", "RGBA"])
def test_profile_is_applied_beside_transparency(mode: str) -> None:
    image = Image.new("RGBA", (32, 32), (200, 100, 80, 255))
    image.paste((0, 0, 0, 0), (0, 0, 16, 32))
    raw = encode(image.quantize(4) if mode == "P" else image, "PNG", icc_profile=PROFILES["Display P3"])
    made = open_jpeg(process_photo(raw).body)
    assert are_close(pixel(made, 0.2, 0.5), WHITE, within=4)
    assert are_close(pixel(made, 0.8, 0.5), IN_SRGB["Display P3"], within=6)


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        b"x",
        bytes(200),
        PROFILES["Display P3"][:150],
        PROFILES["Display P3"][:-60],
        profile_of(b"RGB "),
        profile_of(b"GRAY", wtpt=WHITE_POINT, kTRC=gamma(1.0)),
        profile_of(b"CMYK"),
    ],
    ids=["none", "a byte", "zeros", "header", "cut off", "no tags", "of grey", "of ink"],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_unusable_profile_is_ignored(kind: str, profile: bytes) -> None:
    raw = encode(Image.new("RGB", (32, 32), (200, 100, 80)), kind, icc_profile=profile, quality=95)
    assert are_close(pixel(open_jpeg(process_photo(raw).body), 0.5, 0.5), (200, 100, 80), within=4)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_mutated_profile_never_refuses_a_photo(at: int, change: bytes) -> None:
    profile = bytearray(PROFILES["Display P3"])
    profile[at : at + len(change)] = change
    assert process_photo(encode(quarters(), "PNG", icc_profile=bytes(profile))).width == 64


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "YCbCr"])
def test_every_colour_mode_works(kind: str, mode: str) -> None:
    image = open_jpeg(process_photo(encode(quarters(mode), kind, quality=95)).body)
    assert image.mode == "RGB"
    assert are_close(pixel(image, 0.8, 0.8), WHITE)
    assert are_close(pixel(image, 0.2, 0.2), pixel(quarters(mode).convert("RGB"), 0.2, 0.2), within=20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_png_mode_works(mode: str) -> None:
    image = open_jpeg(process_photo(encode(quarters(mode), "PNG")).body)
    assert image.mode == "RGB"
    assert are_close(pixel(image, 0.8, 0.8), WHITE)
    if mode != "1":  # "1" dithers
        assert are_close(pixel(image, 0.2, 0.2), pixel(quarters(mode).convert("RGB"), 0.2, 0.2))


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    grey = Image.new("I;16", (32, 32), 0x8080)
    for raw in (encode(grey, "PNG"), encode(grey, "PNG", transparency=60_000)):
        assert are_close(pixel(open_jpeg(process_photo(raw).body), 0.5, 0.5), (128, 128, 128), within=2)


@pytest.mark.parametrize(
    ("image", "options"),
    [
        (Image.new("RGBA", (8, 8), (200, 0, 0, 0)), {}),
        (Image.new("LA", (8, 8), (10, 0)), {}),
        (Image.new("RGB", (8, 8), RED), {"transparency": RED}),
        (Image.new("L", (8, 8), 7), {"transparency": 7}),
        (Image.new("1", (8, 8), 0), {"transparency": 0}),
        (quarters().resize((8, 8)).quantize(1), {"transparency": 0}),
        (quarters().resize((8, 8)).quantize(4), {"transparency": bytes(4)}),
    ],
    ids=["RGBA", "LA", "RGB key", "L key", "1 key", "P index", "P table"],
)
def test_transparent_parts_become_white(image: Image.Image, options: dict[str, object]) -> None:
    assert are_close(pixel(open_jpeg(process_photo(encode(image, "PNG", **options)).body), 0.5, 0.5), WHITE, within=2)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_first_frame_of_an_animation_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, GREEN, BLUE)]
    picture = process_photo(encode(frames[0], kind, save_all=True, append_images=frames[1:], quality=95))
    assert are_close(pixel(open_jpeg(picture.body), 0.5, 0.5), RED)


def test_first_image_of_a_stereo_photo_is_kept() -> None:
    raw = encode(Image.new("RGB", (20, 20), RED), "MPO", save_all=True, append_images=[Image.new("RGB", (20, 20))])
    assert are_close(pixel(open_jpeg(process_photo(raw).body), 0.5, 0.5), RED)


@pytest.mark.parametrize(
    ("size", "kept", "medium", "small"),
    [
        ((5000, 2500), (4096, 2048), (1200, 600), (400, 200)),
        ((1000, 5000), (819, 4096), (240, 1200), (80, 400)),
        ((4096, 10), (4096, 10), (1200, 3), (400, 1)),
        ((1, 9000), (1, 4096), (1, 1200), (1, 400)),
        ((1201, 900), (1201, 900), (1200, 899), (400, 300)),
        ((1200, 1200), (1200, 1200), None, (400, 400)),
        ((300, 200), (300, 200), None, (300, 200)),
    ],
)
def test_large_photo_is_scaled_down_and_a_small_one_never_up(
    size: tuple[int, int], kept: tuple[int, int], medium: tuple[int, int] | None, small: tuple[int, int]
) -> None:
    picture = process_photo(encode(Image.new("L", size), "PNG"))
    assert (picture.width, picture.height) == open_jpeg(picture.body).size == kept
    assert max(kept) <= MAX_SIDE
    assert (picture.medium and open_jpeg(picture.medium).size) == medium
    assert open_jpeg(picture.thumbnail).size == small
    assert max(small) <= MAX_THUMBNAIL_SIDE


def test_empty_upload_is_refused_as_empty() -> None:
    assert refusal_of(b"") is Message.PHOTO_EMPTY


def test_ten_megabytes_are_accepted_and_one_byte_more_is_too_large() -> None:
    raw = encode(quarters(), "JPEG")
    assert process_photo(raw + bytes(MAX_BYTES - len(raw))).width == 64
    assert refusal_of(raw + bytes(MAX_BYTES - len(raw) + 1)) is Message.PHOTO_TOO_LARGE


@pytest.mark.parametrize(
    "raw",
    [
        b"Hello",
        b"%PDF-1.7\n" + bytes(40),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        bytes(64),
        b"MZ" + bytes(60),
        b"RIFF\x24\0\0\0WAVEfmt ",
    ],
    ids=["text", "PDF", "SVG", "zeros", "program", "sound"],
)
def test_file_that_is_not_an_image_is_refused_as_such(raw: bytes) -> None:
    assert refusal_of(raw) is Message.PHOTO_NOT_AN_IMAGE


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "JPEG2000"])
def test_image_of_another_format_is_refused_as_unsupported(kind: str) -> None:
    assert refusal_of(encode(quarters(), kind)) is Message.PHOTO_FORMAT_UNSUPPORTED


def test_orientation_in_the_exif_of_heic_is_ignored() -> None:
    """The container turns the picture (`irot`, `imir`), and the decoder follows it (ISO/IEC 23008-12, A.2)."""
    picture = process_photo(encode(quarters().resize((96, 64)), "HEIF", exif=exif_of_a_phone(6)))
    assert (picture.width, picture.height) == (96, 64)
    assert are_close(pixel(open_jpeg(picture.body), 0.2, 0.2), RED, within=30)


def turned(raw: bytes, *properties: bytes) -> bytes:
    """Return a HEIC of one item with properties such as `irot` added, as cameras write them (ISO/IEC 23008-12:2022).

    `raw` is what libheif writes: `iloc` of version 0 with a base offset, and `ipma` of version 0 with small indexes.
    """
    container, associated = raw.index(b"ipco"), raw.index(b"ipma")
    (size,) = struct.unpack_from(">I", raw, container - 4)
    start = container + 4
    count = 0
    while start < container - 4 + size:
        start += struct.unpack_from(">I", raw, start)[0]
        count += 1
    indexes = bytes(0x80 | count + number for number in range(1, len(properties) + 1))  # 0x80: essential
    end = associated - 4 + struct.unpack_from(">I", raw, associated - 4)[0]
    made = bytearray(
        raw[:start] + b"".join(properties) + raw[start:end] + indexes + raw[end:],
    )
    within = sum(map(len, properties))
    for box, growth in (
        (b"ipco", within),
        (b"ipma", len(indexes)),
        (b"iprp", within + len(indexes)),
        (b"meta", within + len(indexes)),
    ):
        at = made.index(box) - 4
        struct.pack_into(">I", made, at, struct.unpack_from(">I", made, at)[0] + growth)
    made[made.index(b"ipma") + 14] += len(indexes)
    offset = made.index(b"iloc") + 16
    struct.pack_into(">I", made, offset, struct.unpack_from(">I", made, offset)[0] + within + len(indexes))
    return bytes(made)


@pytest.mark.parametrize("axis", [None, 0, 1], ids=["not mirrored", "top and bottom", "left and right"])
@pytest.mark.parametrize("quarter_turns", range(4))
def test_heic_that_is_turned_and_mirrored_comes_out_upright(quarter_turns: int, axis: int | None) -> None:
    upright = quarters().resize((96, 64))
    flip = {0: Image.Transpose.FLIP_TOP_BOTTOM, 1: Image.Transpose.FLIP_LEFT_RIGHT}
    held = (upright if axis is None else upright.transpose(flip[axis])).rotate(-90 * quarter_turns, expand=True)
    properties = [b"\0\0\0\x09irot" + bytes([quarter_turns])]  # anti-clockwise
    if axis is not None:
        properties.append(b"\0\0\0\x09imir" + bytes([axis]))
    picture = process_photo(turned(encode(held, "HEIF", quality=95), *properties))
    assert (picture.width, picture.height) == (96, 64)
    for made in (open_jpeg(picture.body), open_jpeg(picture.thumbnail)):
        for across, down, colour in ((0.2, 0.2, RED), (0.8, 0.2, GREEN), (0.2, 0.8, BLUE)):
            assert are_close(pixel(made, across, down), colour, within=30)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_of_ink_is_upright_in_its_colours(orientation: int, *, progressive: bool) -> None:
    undo = [None, 0, 3, 1, 5, 2, 6, 4][orientation - 1]  # of Image.Transpose
    upright = quarters("CMYK").resize((96, 64))
    held = upright if undo is None else upright.transpose(Image.Transpose(undo))
    raw = encode(held, "JPEG", exif=exif_of_a_phone(orientation), quality=95, progressive=progressive)
    picture = process_photo(raw)
    assert (picture.width, picture.height) == (96, 64)
    made = open_jpeg(picture.body)
    for across, down, colour in ((0.2, 0.2, RED), (0.8, 0.2, GREEN), (0.2, 0.8, BLUE), (0.8, 0.8, WHITE)):
        assert are_close(pixel(made, across, down), colour, within=20)
    assert not any(marker in picture.body for marker in MARKERS)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_avif_is_upright_once(orientation: int) -> None:
    undo = [None, 0, 3, 1, 5, 2, 6, 4][orientation - 1]  # of Image.Transpose
    upright = quarters().resize((96, 64))
    held = upright if undo is None else upright.transpose(Image.Transpose(undo))
    picture = process_photo(encode(held, "AVIF", exif=exif_of_a_phone(orientation), quality=95))
    assert (picture.width, picture.height) == (96, 64)
    made = open_jpeg(picture.body)
    for across, down, colour in ((0.2, 0.2, RED), (0.8, 0.2, GREEN), (0.2, 0.8, BLUE)):
        assert are_close(pixel(made, across, down), colour, within=30)
    assert not any(marker in picture.body for marker in MARKERS)


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_heic_and_avif_that_are_cut_off_or_mutated_are_never_an_error(kind: str) -> None:
    raw = encode(Image.effect_noise((64, 48), 60).convert("RGB"), kind)
    for end in range(12, len(raw) - 1, max(1, len(raw) // 150)):
        assert refusal_of(raw[:end]) in {Message.PHOTO_DAMAGED, Message.PHOTO_NOT_AN_IMAGE}, end
    for at in range(len(raw) // 8):
        processes_or_refuses(raw[: at * 8] + b"\xff\0\xff" + raw[at * 8 + 3 :])
    assert refusal_of(b"\0\0\0\x18ftypheic" + bytes(80)) is Message.PHOTO_DAMAGED


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_colours_and_transparency_of_heic_and_avif_are_kept(kind: str) -> None:
    image = Image.new("RGBA", (64, 64), (200, 100, 80, 255))
    image.paste((0, 0, 0, 0), (0, 0, 32, 64))
    made = open_jpeg(process_photo(encode(image, kind, icc_profile=PROFILES["Display P3"], quality=95)).body)
    assert are_close(pixel(made, 0.2, 0.5), WHITE, within=8)
    assert are_close(pixel(made, 0.8, 0.5), IN_SRGB["Display P3"], within=10)


BOMBS: dict[str, Callable[[int, int], bytes]] = {
    "JPEG": jpeg_that_claims,
    "PNG": png_that_claims,
    "VP8X": lambda width, height: webp_that_claims(width, height, kind=b"VP8X"),
    "VP8L": lambda width, height: webp_that_claims(width, height, kind=b"VP8L"),
    "VP8": lambda width, height: webp_that_claims(width, height, kind=b"VP8 "),
}


@pytest.mark.parametrize("kind", BOMBS)
@pytest.mark.parametrize("size", [(10_000, 5_001), (16_000, 16_000)])
def test_too_many_pixels_are_refused_by_the_header_alone(kind: str, size: tuple[int, int]) -> None:
    started = time.process_time()
    assert refusal_of(BOMBS[kind](*size)) is Message.PHOTO_TOO_MANY_PIXELS
    assert time.process_time() - started < 0.1


@pytest.mark.parametrize("kind", sorted(BOMBS.keys() - {"JPEG"}))
def test_fifty_megapixels_without_data_are_damaged_and_not_too_many(kind: str) -> None:
    assert MAX_PIXELS == 50_000_000
    assert refusal_of(BOMBS[kind](10_000, 5_000)) is Message.PHOTO_DAMAGED


def test_photo_of_fifty_megapixels_is_accepted() -> None:
    picture = process_photo(encode(Image.new("L", (10_000, 5_000)), "PNG"))
    assert (picture.width, picture.height) == (4096, 2048)


def test_jpeg_of_one_scan_may_have_two_hundred_megapixels() -> None:
    assert MAX_PIXELS_OF_ONE_SCAN == 200_000_000
    picture = process_photo(encode(Image.new("L", (16_320, 12_240), 99), "JPEG"))
    assert max(picture.width, picture.height) > 4_000
    assert are_close(pixel(open_jpeg(picture.body), 0.5, 0.5), (99, 99, 99), within=2)
    assert refusal_of(jpeg_that_claims(20_001, 10_000, progressive=False)) is Message.PHOTO_TOO_MANY_PIXELS


@pytest.mark.parametrize("size", [(5000, 300), (300, 5000), (4097, 64)])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA"])
def test_scaling_in_strips_leaves_no_seams(mode: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    raw = encode(Image.effect_noise(size, 20).convert("RGB").convert(mode), "PNG")
    whole = _decode(open_picture(raw))
    monkeypatch.setattr("media.processing._STRIP", 40_000)
    in_strips = _decode(open_picture(raw))
    assert in_strips.size == whole.size
    assert max(ImageChops.difference(whole, in_strips).tobytes()) <= 3  # of rounding: the noise is 20


def test_jpeg_with_a_thousand_scans_is_refused() -> None:
    raw = encode(quarters(), "JPEG", progressive=True)
    scan = raw.rindex(b"\xff\xda")
    assert process_photo(raw[:-2] + raw[scan:-2] * 100 + raw[-2:]).width == 64
    assert refusal_of(raw[:-2] + raw[scan:-2] * 1000 + raw[-2:]) is Message.PHOTO_DAMAGED


@pytest.mark.parametrize(
    "stuffing",
    [b"\xff\xe1\0\x12Exif\0\0" + b"x" * 10, b"\xff\xe5\0\2", b"\xff", b"\xff\xf0", b"\xff\xe5\0\0"],
)
def test_jpeg_crafted_to_keep_the_decoder_busy_is_refused_at_once(stuffing: bytes) -> None:
    raw = encode(quarters(), "JPEG")
    stuffed = raw[:20] + stuffing * (10_000_000 // len(stuffing)) + raw[20:]
    started = time.process_time()
    assert refusal_of(stuffed) is Message.PHOTO_DAMAGED
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("marker", [0x00, 0xC8, 0xD0, 0xD9, 0xF0, 0xFD, 0xFF])
def test_marker_without_length_hides_nothing_from_the_jpeg_check(marker: int) -> None:
    raw = encode(quarters(), "JPEG")
    hidden = (bytes([0xFF, marker, 0xFF, 0xFD]) + b"\xff\xe5\0\2" * (65534 // 4 - 1)).ljust(65535, b"\0")
    with pytest.raises(Refusal) as refused:
        process_photo(raw[:20] + hidden * 10 + raw[20:])
    assert "before its first scan" in str(refused.value.__cause__)  # refused by the check, not by the slow decoder


@cache
def intact(kind: str) -> bytes:
    options: dict[str, dict[str, object]] = {
        "JPEG": {},
        "progressive": {"progressive": True},
        "PNG": {},
        "WEBP": {},
        "lossless": {"lossless": True},
    }
    names = {"progressive": "JPEG", "lossless": "WEBP"}
    # Noise, so that every byte matters; the same in every run, since of some pictures even the last four bytes do not.
    noise = Image.frombytes("L", (40, 30), Random(30).randbytes(40 * 30))
    return encode(noise, names.get(kind, kind), **options[kind])


INTACT_KINDS = ("JPEG", "progressive", "PNG", "WEBP", "lossless")
DISPENSABLE = {"JPEG": 2, "progressive": 2, "PNG": 20, "WEBP": 0, "lossless": 0}
"""Bytes at the end of a file without which its pixels are whole: end markers, checksums and an empty chunk."""


@pytest.mark.parametrize("kind", INTACT_KINDS)
def test_image_cut_off_anywhere_is_refused(kind: str) -> None:
    raw = intact(kind)
    for end in range(12, len(raw) - max(4, DISPENSABLE[kind])):  # of the last bits a JPEG may need none
        assert refusal_of(raw[:end]) is Message.PHOTO_DAMAGED, end


@pytest.mark.parametrize("kind", INTACT_KINDS)
def test_image_whose_end_alone_is_missing_is_whole(kind: str) -> None:
    raw = intact(kind)
    for missing in range(DISPENSABLE[kind] + 1):
        cut = process_photo(raw[: len(raw) - missing])
        assert (cut.body, cut.thumbnail) == (process_photo(raw).body, process_photo(raw).thumbnail), missing


TRAILERS = {
    "nothing": b"",
    "zeros": bytes(900),
    "a camera's own": b"SEFH\x6b\0\0\0\1\0\0\0" + b"\xff\xd8\xff\xe1" * 3 + b"SEFT",
    "a preview": b"\xff\xd8\xff\xdb" + bytes(20) + b"\xff\xd9",
    "a video": b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 8,
}


@pytest.mark.parametrize("trailer", TRAILERS.values(), ids=TRAILERS)
@pytest.mark.parametrize("has_end", [True, False], ids=["after the end", "in place of the end"])
@pytest.mark.parametrize("kind", ["JPEG", "progressive"])
def test_jpeg_with_a_trailer_is_whole(kind: str, has_end: bool, trailer: bytes) -> None:
    raw = intact(kind)
    assert process_photo((raw if has_end else raw[:-2]) + trailer).body == process_photo(raw).body


@pytest.mark.parametrize("kind", ["JPEG", "progressive"])
def test_jpeg_without_its_last_data_is_refused_despite_a_trailer(kind: str) -> None:
    """A trailer that does not begin with a marker looks like data."""
    raw = intact(kind)
    for missing in range(5, 100):  # of the last bits a JPEG may need none
        assert refusal_of(raw[:-missing] + TRAILERS["a preview"]) is Message.PHOTO_DAMAGED, missing


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "lossless"])
@pytest.mark.parametrize("trailer", TRAILERS.values(), ids=TRAILERS)
def test_bytes_after_an_image_of_another_format_are_ignored(kind: str, trailer: bytes) -> None:
    assert process_photo(intact(kind) + trailer).body == process_photo(intact(kind)).body


@pytest.mark.parametrize("prefix", [b"\r\n", b"\xef\xbb\xbf", bytes(512), b"header of a camera"])
def test_few_bytes_before_a_jpeg_are_ignored(prefix: bytes) -> None:
    picture = process_photo(prefix + intact("JPEG"))
    assert picture.body == process_photo(intact("JPEG")).body
    assert picture.digest == sha256(prefix + intact("JPEG")).hexdigest()
    assert refusal_of(bytes(513) + intact("JPEG")) is Message.PHOTO_NOT_AN_IMAGE
    assert refusal_of(b"GIF89a" + intact("JPEG")) is Message.PHOTO_FORMAT_UNSUPPORTED


def processes_or_refuses(raw: bytes) -> None:
    try:
        picture = process_photo(raw)
    except Refusal:
        return
    assert isinstance(picture, ProcessedPhoto)


STARTS = (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x24\0\0\0WEBPVP8X", b"RIFF\x24\0\0\0WEBPVP8L")


@given(st.sampled_from(STARTS), st.binary(max_size=400))
def test_random_bytes_are_refused_and_never_an_error(start: bytes, rest: bytes) -> None:
    refusal_of(start + rest)


def test_image_without_rows_is_refused() -> None:
    assert refusal_of(png_that_claims(5, 0)) is Message.PHOTO_DAMAGED
    assert refusal_of(jpeg_that_claims(5, 0)) is Message.PHOTO_DAMAGED


@given(st.sampled_from([*INTACT_KINDS, "everything"]), st.data())
def test_mutated_image_is_processed_or_refused_and_never_an_error(kind: str, data: st.DataObject) -> None:
    start = (
        with_all_metadata(data.draw(st.sampled_from(("JPEG", "PNG", "WEBP")))) if kind == "everything" else intact(kind)
    )
    raw = bytearray(start)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.one_of(st.integers(0, min(200, len(raw) - 1)), st.integers(0, len(raw) - 1)))
        drop = data.draw(st.integers(0, 4))
        raw[at : at + drop] = data.draw(st.binary(max_size=4))
    processes_or_refuses(bytes(raw))


CHUNKS = st.sampled_from(
    b"IHDR PLTE tRNS gAMA cHRM sRGB pHYs tEXt zTXt iTXt iCCP eXIf acTL fcTL fdAT IDAT prIv".split()
)


@given(st.lists(st.tuples(CHUNKS, st.binary(max_size=30)), max_size=4), st.integers(0, 1), st.sampled_from("1LP"))
@example([(b"acTL", bytes(8))], 0, "L")  # Pillow warns of it
@example([(b"zTXt", b"a\0\0" + zlib.compress(bytes(3_000_000)))], 0, "L")
def test_png_with_any_chunks_is_processed_or_refused(chunks: list[tuple[bytes, bytes]], place: int, mode: str) -> None:
    raw = encode(Image.new(mode, (9, 9)), "PNG")
    at = 33 if place == 0 else len(raw) - 12
    processes_or_refuses(raw[:at] + b"".join(chunk(*each) for each in chunks) + raw[at:])


@given(
    st.sampled_from(["exif", "transparency", "bbox", "interlace", "icc_profile", "dpi", "gamma", "default_image"]),
    st.text(max_size=8),
    st.booleans(),
    st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "I;16"]),
)
def test_png_text_named_like_a_property_is_never_an_error(key: str, text: str, squeezed: bool, mode: str) -> None:
    info = PngInfo()
    info.add_text(key, text, zip=squeezed)
    processes_or_refuses(encode(Image.new(mode, (9, 9)), "PNG", pnginfo=info))


def test_palette_colours_without_a_palette_are_refused() -> None:
    raw = encode(quarters("P"), "PNG")
    at = raw.index(b"PLTE") - 4
    without = raw[:at] + raw[at + 12 + struct.unpack_from(">I", raw, at)[0] :]
    assert refusal_of(without) is Message.PHOTO_DAMAGED
    assert refusal_of(without[:at] + chunk(b"tRNS", bytes(2)) + without[at:]) is Message.PHOTO_DAMAGED


def test_photos_are_processed_in_many_threads_at_once() -> None:
    gate = threading.Barrier(8, timeout=60)
    raws = [encode(quarters(side=64 + 16 * n), "JPEG") for n in range(8)]

    def together(raw: bytes) -> ProcessedPhoto:
        gate.wait()
        return process_photo(raw)

    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(together, raws))
    assert at_once == [process_photo(raw) for raw in raws]
