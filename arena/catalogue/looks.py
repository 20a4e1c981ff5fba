"""What a picture looks like, as five numbers: measured once, when an output is stored."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from arena.catalogue.outputs import Looks
from arena.pixels import plain_image

LONGEST_SIDE = 512
"""Pixels that a picture is fitted into before it is measured, so that large and small ones are measured alike."""
BLOCK = 16
"""Pixels of a side of the blocks that are asked whether they look like lettering: a line of small text is as high."""
STRONG_EDGE = 0.2
"""Of full range from a pixel to the next: the edges of letters, and of little in a photograph."""
LEAST_EDGES = 0.12
"""Of a block's pixels, in both directions: strokes have edges on either side."""
LEAST_RANGE = 0.4
"""Between the dark and the light tenth of a block: ink on paper."""
DIGITS = 4
"""That are kept: more would differ between versions of the decoder."""


def measure_looks(content: bytes) -> Looks:
    """The looks of an encoded picture, what is transparent being white. Raises what Pillow does for anything else."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = plain_image(opened)
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BOX)
    light = np.asarray(picture.convert("L"), np.float32) / 255.0
    # Channel by channel: along the short axis of one array this took half of the time of measuring.
    red, green, blue = (np.asarray(channel) for channel in picture.split())
    spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    return Looks(
        brightness=_rounded(light.mean(dtype=np.float64)),
        contrast=_rounded(light.std(dtype=np.float64)),
        saturation=_rounded(spread.mean(dtype=np.float64) / 255.0),
        sharpness=_rounded(_sharpness(light)),
        lettering=_rounded(_lettering(light)),
    )


def _sharpness(light: npt.NDArray[np.float32]) -> float:
    """The root mean square of how far a pixel is from the mean of its four neighbours."""
    if min(light.shape) < 3:
        return 0.0
    middle = light[1:-1, 1:-1]
    around = light[:-2, 1:-1] + light[2:, 1:-1] + light[1:-1, :-2] + light[1:-1, 2:]
    return float(np.sqrt(np.mean((middle - around / 4.0) ** 2, dtype=np.float64)))


def _lettering(light: npt.NDArray[np.float32]) -> float:
    """The share of blocks that have many strong edges in both directions, and both ink and paper."""
    rows, columns = (side // BLOCK for side in light.shape)
    if not rows or not columns:
        return 0.0
    light = light[: rows * BLOCK, : columns * BLOCK]
    # Blocks x pixels: the pixels of a block side by side.
    blocks = light.reshape(rows, BLOCK, columns, BLOCK).transpose(0, 2, 1, 3).reshape(-1, BLOCK, BLOCK)
    across = (np.abs(np.diff(blocks, axis=2)) > STRONG_EDGE).mean(axis=(1, 2))
    down = (np.abs(np.diff(blocks, axis=1)) > STRONG_EDGE).mean(axis=(1, 2))
    # Few blocks have edges, and only theirs are sorted.
    edged = blocks[(across > LEAST_EDGES) & (down > LEAST_EDGES)].reshape(-1, BLOCK * BLOCK)
    if not len(edged):
        return 0.0
    tenth = BLOCK * BLOCK // 10
    ordered = np.partition(edged, (tenth, BLOCK * BLOCK - tenth), axis=1)
    inked = ordered[:, BLOCK * BLOCK - tenth] - ordered[:, tenth] > LEAST_RANGE
    return float(np.count_nonzero(inked) / len(blocks))


def _rounded(value: float) -> float:
    return round(float(value), DIGITS)
