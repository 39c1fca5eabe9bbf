from collections.abc import Callable
from io import BytesIO
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.copies import EDITED, HONEST, SAME, Original, encode, is_same
from media.looks import encoded, identify
from media.processing import process_photo
from rules.pictures import BANDS, LIKE_PROOF, are_alike


def noise(width: int, height: int, spread: float = 60, ground: int = 128) -> Image.Image:
    """Return a picture of noise around a grey."""
    levels = np.random.default_rng(width * height).normal(ground, spread, (height, width, 3))
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def original() -> Original:
    return Original(5)


@pytest.mark.parametrize("copy", SAME.values(), ids=SAME)
def test_copy_with_the_same_pixels_is_the_same_picture(original: Original, copy: Callable[[Original], bytes]) -> None:
    assert is_same(process_photo(copy(original)), original.photo)


@pytest.mark.parametrize("copy", EDITED.values(), ids=EDITED)
def test_copy_with_other_pixels_is_another_picture(original: Original, copy: Callable[[Original], bytes]) -> None:
    assert not is_same(process_photo(copy(original)), original.photo)


@pytest.mark.parametrize("again", HONEST.values(), ids=HONEST)
def test_honest_picture_of_the_same_spot_is_another_picture(
    original: Original, again: Callable[[Original, int], bytes]
) -> None:
    photo = process_photo(again(original, 5))
    assert not is_same(photo, original.photo)
    assert not photo.look.one_colour


@pytest.mark.parametrize("size", [(320, 240), (333, 251), (240, 321), (400, 300), (1201, 901), (3001, 2000)])
def test_served_pixels_are_known_without_decoding_the_whole_picture(size: tuple[int, int]) -> None:
    image = noise(*size)
    body = encoded(image)
    with Image.open(BytesIO(body)) as decoded:
        assert identify(image, body) <= identify(decoded.convert("RGB"), b"", sent=body)


@pytest.mark.parametrize("ground", [0, 255])
def test_two_pictures_with_little_on_a_plain_ground_are_not_the_same(ground: int) -> None:
    pictures = []
    for number in range(2):
        image = Image.new("RGB", (4000, 3000), (ground,) * 3)
        left = 2040 + 40 * number  # between the tiles that are looked at, or not
        ImageDraw.Draw(image).ellipse((left, 1500, left + 20, 1520), fill=(255 - ground,) * 3)
        pictures.append(process_photo(encode(image)))
    assert not is_same(*pictures)


@pytest.mark.parametrize(
    ("image", "one_colour"),
    [
        (Image.new("RGB", (320, 240), "navy"), True),
        (noise(320, 240, spread=2), True),
        (noise(1600, 1200, spread=2, ground=0), True),
        (noise(1600, 1200, spread=20), True),  # noise alone shows nothing
        (Image.linear_gradient("L").resize((320, 240)).convert("RGB"), False),
    ],
)
def test_picture_of_one_colour_is_recognised_under_its_noise(image: Image.Image, one_colour: bool) -> None:
    for raw in (encode(image), encode(image, "JPEG", quality=40)):
        assert process_photo(raw).look.one_colour is one_colour


def test_distant_lamp_at_night_is_not_of_one_colour() -> None:
    night = noise(1600, 1200, spread=2, ground=4)
    ImageDraw.Draw(night).ellipse((700, 400, 715, 415), fill="lightyellow")
    assert not process_photo(encode(night, "JPEG", quality=80)).look.one_colour


def test_similar_hashes_share_a_band() -> None:
    rng = Random(1)
    for _ in range(2_000):
        one = rng.getrandbits(64) - 2**63
        other = one
        for bit in rng.sample(range(63), LIKE_PROOF):
            other ^= 1 << bit
        assert are_alike(one, other, LIKE_PROOF)
        assert not are_alike(one, other, LIKE_PROOF - 1)
        assert any(one >> shift & mask == other >> shift & mask for shift, mask in BANDS)
