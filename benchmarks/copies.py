"""Copies of pictures as proofs: which are the same picture, and which of the edited ones are like the original.

Draws streets and takes each again honestly: at another moment, in other light, from a step aside. Prints a line for
each kind of copy: how many of the drawn pictures it is refused for, and how many get a concern.
Run: python -m benchmarks.copies [--pictures 25]
"""

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from itertools import pairwise
from random import Random
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps
from pillow_heif import register_heif_opener

from media.processing import ProcessedPhoto, process_photo
from rules.pictures import LIKE_OWN, LIKE_PROOF, are_alike
from simulation.pictures import draw_street

register_heif_opener()  # for its encoder
Transpose = Image.Transpose
SIZE: Final = (1600, 1200)


class Original:
    """An uploaded picture, as it was sent, and as it is served."""

    def __init__(self, number: int) -> None:
        self.image = photographed(number, Random(number))
        self.raw = encode(self.image, "JPEG", quality=92)
        self.photo = process_photo(self.raw)
        self.sent, self.full = (opened(raw) for raw in (self.raw, self.photo.body))
        self.medium, self.thumbnail = (opened(raw) for raw in (self.photo.medium or b"", self.photo.thumbnail))


Copy: TypeAlias = Callable[[Original], bytes]


def encode(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return an image as a file of a format."""
    into = BytesIO()
    fast = {"compress_level": 1} if kind == "PNG" else {}  # the pixels are the same
    image.save(into, kind, **fast, **options)
    return into.getvalue()


def opened(raw: bytes) -> Image.Image:
    """Return the pixels of a file."""
    with Image.open(BytesIO(raw)) as image:
        return image.convert("RGB")


def photographed(
    street: int, rng: Random, *, repaired: bool = False, light: float = 1.0, shift: tuple[float, float] = (0, 0)
) -> Image.Image:
    """Return a photograph of a drawn street: each has its own noise. `shift`: the camera has moved by these pixels."""
    scene = opened(draw_street(Random(street), repaired=repaired)).resize(SIZE, Image.Resampling.BICUBIC)
    moved = scene.transform(SIZE, Image.Transform.AFFINE, (1, 0, shift[0], 0, 1, shift[1]), Image.Resampling.BICUBIC)
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, 5, (SIZE[1], SIZE[0], 3))
    return Image.fromarray((np.asarray(moved) * light + noise).clip(0, 255).astype(np.uint8))


def turned(image: Image.Image, orientation: int) -> bytes:
    """Return a picture on its side, with the EXIF that turns it upright."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    back = {3: Transpose.ROTATE_180, 6: Transpose.ROTATE_90, 8: Transpose.ROTATE_270}[orientation]
    return encode(image.transpose(back), exif=exif)


def marked(image: Image.Image) -> Image.Image:
    """Return a picture with a watermark."""
    copy = image.copy()
    ImageDraw.Draw(copy).text((40, 40), "Kelurahan Gambir 30-11-2026 08:15", fill="white", font_size=48)
    return copy


def painted(image: Image.Image) -> Image.Image:
    """Return a picture whose obstacle is painted over, as in Kalisari in 2026."""
    copy = image.copy()
    width, height = copy.size
    box = (width // 4, int(height * 0.65), width * 3 // 4, int(height * 0.95))
    copy.paste(copy.crop((0, box[1], 40, box[3])).resize((box[2] - box[0], box[3] - box[1])), box[:2])
    return copy


def cut(image: Image.Image, share: float) -> Image.Image:
    """Return a picture without a share of its width and height at each edge."""
    across, down = round(image.width * share), round(image.height * share)
    return image.crop((across, down, image.width - across, image.height - down))


def scaled(image: Image.Image, width: int) -> Image.Image:
    """Return a picture of another width."""
    return image.resize((width, round(image.height * width / image.width)))


SAME: Final[Mapping[str, Copy]] = MappingProxyType(
    {
        "uploaded file": lambda one: one.raw,
        "uploaded file with more metadata": lambda one: one.raw[:2] + b"\xff\xfe\0\x06abcd" + one.raw[2:],
        "uploaded file with bytes appended": lambda one: one.raw + b"tail",
        "served picture": lambda one: one.photo.body,
        "served medium size": lambda one: one.photo.medium or b"",
        "served thumbnail": lambda one: one.photo.thumbnail,
        "upload as PNG": lambda one: encode(one.sent),
        "upload as lossless WebP": lambda one: encode(one.sent, "WEBP", lossless=True, quality=0, method=0),
        "upload as PNG with transparency": lambda one: encode(one.sent.convert("RGBA")),
        "upload turned back by EXIF": lambda one: turned(one.sent, 6),
        "upload upside down by EXIF": lambda one: turned(one.sent, 3),
        "served picture as PNG": lambda one: encode(one.full),
        "served picture as lossless WebP": lambda one: encode(one.full, "WEBP", lossless=True, quality=0, method=0),
        "served picture turned back by EXIF": lambda one: turned(one.full, 8),
        "served medium size as PNG": lambda one: encode(one.medium),
        "served thumbnail as PNG": lambda one: encode(one.thumbnail),
    }
)
"""Copies with the same pixels."""

EDITED: Final[Mapping[str, Copy]] = MappingProxyType(
    {
        "JPEG of quality 95": lambda one: encode(one.full, "JPEG", quality=95),
        "JPEG of quality 75": lambda one: encode(one.full, "JPEG", quality=75),
        "JPEG of quality 30": lambda one: encode(one.full, "JPEG", quality=30),
        "WebP of quality 80": lambda one: encode(one.full, "WEBP", quality=80),
        "HEIC": lambda one: encode(one.full, "HEIF", quality=80, enc_params={"preset": "ultrafast"}),
        "half the size": lambda one: encode(scaled(one.full, 800)),
        "thumbnail enlarged": lambda one: encode(scaled(one.thumbnail, 1600)),
        "sent by a messenger": lambda one: encode(scaled(one.full, 1280), "JPEG", quality=60),
        "cut by a pixel": lambda one: encode(one.full.crop((1, 1, *SIZE))),
        "cut by 2 % at each edge": lambda one: encode(cut(one.full, 0.02)),
        "cut by 10 % at each edge": lambda one: encode(cut(one.full, 0.1)),
        "brighter by 10 %": lambda one: encode(ImageEnhance.Brightness(one.full).enhance(1.1)),
        "brighter by 50 %": lambda one: encode(ImageEnhance.Brightness(one.full).enhance(1.5)),
        "more contrast": lambda one: encode(ImageEnhance.Contrast(one.full).enhance(1.4)),
        "in greys": lambda one: encode(ImageOps.grayscale(one.full)),
        "blurred": lambda one: encode(one.full.filter(ImageFilter.GaussianBlur(4))),
        "sharpened": lambda one: encode(one.full.filter(ImageFilter.SHARPEN)),
        "with a watermark": lambda one: encode(marked(one.full)),
        "with a frame": lambda one: encode(ImageOps.expand(one.full, 40, "white")),
        "obstacle painted over": lambda one: encode(painted(one.full), "JPEG", quality=90),
        "mirrored": lambda one: encode(ImageOps.mirror(one.full)),
        "turned by a degree": lambda one: encode(one.full.rotate(1, Image.Resampling.BICUBIC)),
        "turned by 90 degrees": lambda one: encode(one.full.transpose(Transpose.ROTATE_90)),
        "photographed from a screen": lambda one: encode(
            one.full.rotate(0.7, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1)), "JPEG", quality=80
        ),
    }
)
"""Copies with other pixels."""


def _again(one: Original, number: int, **other: object) -> bytes:
    del one
    return encode(photographed(number, Random(f"again {number}"), **other), "JPEG", quality=92)  # type: ignore[arg-type]


HONEST: Final[Mapping[str, Callable[[Original, int], bytes]]] = MappingProxyType(
    {
        "same spot, another moment": _again,
        "same spot, repaired": partial(_again, repaired=True),
        "same spot, repaired, in other light": partial(_again, repaired=True, light=0.7),
        "same spot, repaired, a step aside": partial(_again, repaired=True, shift=(90, 25)),
    }
)
"""Honest pictures of the spot of the original."""


def is_same(one: ProcessedPhoto, other: ProcessedPhoto) -> bool:
    """Return whether the one is refused as a proof if the other is in a report."""
    return bool(set(one.look.fingerprints) & set(other.look.fingerprints))


def measure(name: str, pairs: list[tuple[ProcessedPhoto, ProcessedPhoto]]) -> None:
    """Print a line for pairs of an original and a copy."""
    refused = sum(is_same(copy, original) for original, copy in pairs)
    own, proof = (
        sum(are_alike(copy.look.dhash, original.look.dhash, within) for original, copy in pairs)
        for within in (LIKE_OWN, LIKE_PROOF)
    )
    print(f"{name:<42}{refused:>4}{own:>6}{proof:>6}  of {len(pairs)}")


def main() -> None:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pictures", type=int, default=25)
    originals = [Original(number) for number in range(parser.parse_args().pictures)]
    print("copy                                  refused   own proof")
    for name, copy in {**SAME, **EDITED}.items():
        measure(name, [(one.photo, process_photo(copy(one))) for one in originals])
    for name, again in HONEST.items():
        measure(name, [(one.photo, process_photo(again(one, number))) for number, one in enumerate(originals)])
    measure("another spot", [(one.photo, other.photo) for one, other in pairwise(originals)])


if __name__ == "__main__":
    main()
