"""Pixels as one sees them: whatever mode and depth a picture has, eight bits a channel in sRGB."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms, ImageOps

_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N")
_WITH_PROFILES = ("RGB", "RGBA", "CMYK", "L")
"""The modes that a colour profile is applied to without another conversion."""


def plain_image(image: Image.Image) -> Image.Image:
    """The picture upright, in the colours that its profile means: RGBA where something is transparent, RGB otherwise.

    Raises ``ValueError`` where nobody can tell what its values mean, see ``eight_bits``.
    """
    upright = ImageOps.exif_transpose(image)
    return _rgb(_srgb(_grey_levels(upright)))


def eight_bits(image: Image.Image) -> Image.Image:
    """The picture as RGBA where something is transparent and as RGB otherwise; colour profiles are not looked at.

    16-bit grey is scaled: Pillow's own ``convert`` cuts off at 255, which leaves all but black white. Files with 32-bit
    integers or floats do not say what white is: it is the smallest of 1, 255 and 65535 that no value is above (255 and
    65535 for integers). Raises ``ValueError`` where values are negative, larger, or no numbers.
    """
    return _rgb(_grey_levels(image))


def _rgb(image: Image.Image) -> Image.Image:
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _grey_levels(image: Image.Image) -> Image.Image:
    """Grey of more than eight bits as eight, with an alpha channel where one level stands for transparent."""
    if image.mode in _SIXTEEN_BITS:
        white = 65535.0
    elif image.mode in ("I", "F"):
        white = _white(image)
    else:
        return image
    values = np.asarray(image)
    grey = Image.fromarray((values * np.float32(255 / white) + np.float32(0.5)).astype(np.uint8))
    transparent = image.info.get("transparency")
    if transparent is not None:
        grey.putalpha(Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8)))
    grey.info.update({key: value for key, value in image.info.items() if key != "transparency"})
    return grey


def _white(image: Image.Image) -> float:
    values = np.asarray(image)
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):  # the least of anything and NaN is NaN
        raise ValueError("some of its values are no numbers: save it with 8 or 16 bits a channel")
    if low < 0 or high > 65535:
        raise ValueError(f"its values run from {low:g} to {high:g}: save it with 8 or 16 bits a channel")
    return next(white for white in ((255.0, 65535.0) if image.mode == "I" else (1.0, 255.0, 65535.0)) if high <= white)


def _srgb(image: Image.Image) -> Image.Image:
    """The colours that the picture's profile means; where the profile is broken, the numbers as they are."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        fits = _rgb(image) if image.has_transparency_data or image.mode not in _WITH_PROFILES else image
        mode = "RGBA" if fits.has_transparency_data else "RGB"
        return ImageCms.profileToProfile(fits, source, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
