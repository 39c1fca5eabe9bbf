"""Drawn pictures: a street with an obstacle, or the same street repaired."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

SIZE = (480, 360)
HORIZON = 200


def draw_street(rng: Random, *, repaired: bool) -> bytes:
    """Draw a random street as JPEG. No two are the same."""
    width, height = SIZE
    image = Image.new("RGB", SIZE, _shade(rng, 150, 190, 225))
    pen = ImageDraw.Draw(image)
    left = 0
    while left < width:
        right, top = left + rng.randint(40, 110), rng.randint(60, 160)
        pen.rectangle((left, top, right, HORIZON), fill=_shade(rng, 190, 160, 130))
        for window in range(left + 8, right - 14, 24):
            pen.rectangle((window, top + 14, window + 12, top + 32), fill=_shade(rng, 70, 90, 110))
        left = right
    pen.rectangle((0, HORIZON, width, height), fill=_shade(rng, 95, 95, 98))
    pen.line((0, 290, width, 290), fill=(225, 225, 210), width=5)
    for _ in range(0 if repaired else rng.randint(12, 30)):
        x, y, size = rng.gauss(width / 2, 70), rng.gauss(285, 22), rng.uniform(8, 34)
        pen.ellipse((x - size, y - size / 2, x + size, y + size / 2), fill=_shade(rng, 90, 70, 45))
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def _shade(rng: Random, red: int, green: int, blue: int) -> tuple[int, int, int]:
    drift = rng.randint(-28, 28)
    return red + drift, green + drift, blue + drift
