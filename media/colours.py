"""Colours: every mode and colour profile becomes plain sRGB, with transparent parts on white."""

from collections.abc import Callable
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms
from PIL.ImageFile import ImageFile

Convert = Callable[[Image.Image], Image.Image]

_SPACES: Final = {"GRAY": "L", "RGB ": "RGB", "CMYK": "CMYK"}
"""The colour spaces of profiles, and the modes that they describe."""

_MAX_PROFILE: Final = 4 * 1024 * 1024
"""Bytes of the largest profile that is applied. Those of printing presses have 2 MB."""


def plain_colours(source: ImageFile) -> Convert:
    """Return the conversion of parts of a decoded image to RGB.

    A colour profile is applied, so that the colours of a wide space such as Display P3 stay what they are. One that is
    broken, or for other colours than those of the image, is ignored: the image is then in sRGB. Raises ValueError for
    palette colours without a palette.
    """
    if source.mode == "P" and source.palette is None:
        raise ValueError("an image in palette colours must have a palette")
    mode = {"L": "L", "LA": "L", "I;16": "L", "CMYK": "CMYK"}.get(source.mode, "RGB")
    transform = _transform(source.info.get("icc_profile"), mode)

    def convert(part: Image.Image) -> Image.Image:
        if part.mode == "I;16":  # Pillow clips the 65,536 greys to 256 instead of scaling them
            part = part.point(lambda grey: grey * (1 / 257)).convert("L")
            part.info.pop("transparency", None)  # a grey of the 65,536
        alpha = part.convert("RGBA").getchannel("A") if part.has_transparency_data else None
        colours = part if part.mode == mode else part.convert("RGBA").convert(mode) if alpha else part.convert(mode)
        if transform is not None:
            colours = ImageCms.applyTransform(colours, transform) or colours
        elif colours.mode != "RGB":
            colours = colours.convert("RGB")
        if alpha is None:
            return colours
        white = Image.new("RGB", part.size, "white")
        white.paste(colours, mask=alpha)
        return white

    return convert


def _transform(profile: object, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the transform of colours of a mode to sRGB; None without a usable profile."""
    if not isinstance(profile, bytes) or not 0 < len(profile) <= _MAX_PROFILE:
        return None
    try:
        known = ImageCms.ImageCmsProfile(BytesIO(profile))
        if _SPACES.get(known.profile.xcolor_space) != mode:
            return None
        intent = ImageCms.Intent.PERCEPTUAL
        return ImageCms.buildTransform(known, ImageCms.createProfile("sRGB"), mode, "RGB", intent)
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return None
