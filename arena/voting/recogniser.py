"""A program that names who made a picture, from pictures with names: by a perceptual hash, and by style.

The hash is pHash (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010): the signs of
the 64 lowest frequencies of a 32 x 32 grey picture, against their median. Copies of one picture, smaller or encoded
anew, differ in a few bits, and different pictures in about 32 of the 64.

Style is a few plain statistics of colour, light, edges and detail. A picture is given to the model whose pictures are
nearest to it on average. This is a simple guesser: it finds what shows in averages, and a trained network finds more.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]

SAME_PICTURE = 10
"""Of 64 bits: pictures whose hashes differ in no more are taken for copies of one."""
HASHED, KEPT = 32, 8
STYLE_SIZE = 256
"""Statistics are of a picture with sides of so many pixels."""
BANDS = ((0.02, 0.06), (0.06, 0.12), (0.12, 0.25), (0.25, 0.5))
"""Of frequency, in periods a pixel: coarse shapes to fine detail, where upscaling and compression leave traces."""
QUANTILES = (5, 25, 50, 75, 95)
_NO_DETAIL = 1e-6
"""Added before a logarithm: a flat picture has no energy in a band."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What the recogniser knows of a picture: its hash (64 bits) and its style."""

    phash: int
    style: tuple[float, ...]


def traits_of(content: bytes) -> Traits:
    """Of a picture as a voter gets it. Raises OSError where it is no picture."""
    with Image.open(io.BytesIO(content)) as opened:
        image = opened.convert("RGB")
    return Traits(_phash(image), tuple(round(float(value), 6) for value in _style(image)))


def _phash(image: Image.Image) -> int:
    grey = np.asarray(image.convert("L").resize((HASHED, HASHED), Image.Resampling.LANCZOS), np.float64)
    waves = _cosines(HASHED)
    low = (waves @ grey @ waves.T)[:KEPT, :KEPT].ravel()
    bits = low > np.median(low[1:])  # the first is the mean, which says how bright the picture is
    return int("".join("1" if bit else "0" for bit in bits), 2)


def _cosines(size: int) -> Floats:
    """The matrix of the discrete cosine transform (type II, not scaled)."""
    steps = np.arange(size)
    return np.cos(np.pi / size * np.outer(steps, steps + 0.5))


def _style(image: Image.Image) -> Iterable[float]:
    small = np.asarray(image.resize((STYLE_SIZE, STYLE_SIZE), Image.Resampling.BOX), np.float64) / 255
    # Detail as it is, not as resizing left it: the middle of the picture (a smaller one has black around it).
    left, top = ((side - STYLE_SIZE) // 2 for side in image.size)
    middle = np.asarray(image.crop((left, top, left + STYLE_SIZE, top + STYLE_SIZE)).convert("L"), np.float64) / 255
    grey = small.mean(axis=2)
    saturation = small.max(axis=2) - small.min(axis=2)
    yield from small.mean(axis=(0, 1))
    yield from small.std(axis=(0, 1))
    yield from (saturation.mean(), saturation.std())
    yield from np.percentile(grey, QUANTILES)
    yield from (np.abs(np.diff(grey, axis=axis)).mean() for axis in (0, 1))
    yield np.log(np.abs(np.diff(middle, n=2, axis=0)).mean() + _NO_DETAIL)
    spectrum = np.abs(np.fft.fft2(middle - middle.mean())) ** 2
    frequencies = np.hypot(*np.meshgrid(np.fft.fftfreq(STYLE_SIZE), np.fft.fftfreq(STYLE_SIZE)))
    for low, high in BANDS:
        yield np.log(spectrum[(frequencies >= low) & (frequencies < high)].mean() + _NO_DETAIL)
    yield from _bars(small)


def _bars(small: Floats) -> tuple[float, float]:
    """The parts of width and height that are not grey bars: the shape of the picture shows."""
    plain = np.abs(small - small[0, 0]).max(axis=2) < 0.02
    return 1 - plain.all(axis=0).mean(), 1 - plain.all(axis=1).mean()


@dataclass(frozen=True, slots=True)
class NamedPicture:
    """A picture that is published with the name of its model."""

    model: str
    traits: Traits


class Recogniser:
    """Names models from published pictures; what it says is the same for the same pictures in any order."""

    def __init__(self, published: Iterable[NamedPicture]) -> None:
        known = sorted(published, key=lambda picture: (picture.model, picture.traits.phash, picture.traits.style))
        self._models = [picture.model for picture in known]
        self._hashes = np.array([picture.traits.phash for picture in known], np.uint64)
        styles = np.array([picture.traits.style for picture in known], np.float64)
        self._scale = np.maximum(styles.std(axis=0), _NO_DETAIL) if known else np.ones(1)
        self._centres: Mapping[str, Floats] = {
            model: styles[[name == model for name in self._models]].mean(axis=0)
            for model in dict.fromkeys(self._models)
        }

    @property
    def models(self) -> Collection[str]:
        """The models that have published pictures."""
        return self._centres.keys()

    def by_hash(self, traits: Traits) -> str | None:
        """The model of the published picture that this one is a copy of; None where it is of none."""
        if not self._models:
            return None
        differing = np.bitwise_count(self._hashes ^ np.uint64(traits.phash))
        nearest = int(differing.argmin())
        return self._models[nearest] if differing[nearest] <= SAME_PICTURE else None

    def by_style(self, traits: Traits, candidates: Sequence[str]) -> str | None:
        """That of the candidates whose pictures are nearest on average; None where none has published pictures."""
        known = [model for model in sorted(candidates) if model in self._centres]
        if not known:
            return None
        style = np.array(traits.style)
        return min(known, key=lambda model: float(np.square((self._centres[model] - style) / self._scale).sum()))
