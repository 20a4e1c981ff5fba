"""A square canvas in unit coordinates (0 to 1 from the top left), painted at twice its size and then smoothed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from arena.simulate.painter.palettes import Colour, mix

SIZE = 288
SCALE = 2

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Lathe = npt.NDArray[np.float64]

_DOWNWARDS = Image.linear_gradient("L")
_SPOT = ImageChops.invert(Image.radial_gradient("L"))


class Canvas:
    """What scenes paint on. ``wobble`` (in units) displaces the corners of larger shapes, as an unsure hand would."""

    def __init__(self, rng: np.random.Generator, *, wobble: float = 0.0) -> None:
        self.side = SIZE * SCALE
        self.image = Image.new("RGB", (self.side, self.side))
        self._draw = ImageDraw.Draw(self.image)
        self._rng = rng
        self._wobble = wobble

    def finished(self) -> Image.Image:
        """Return the picture at its final size, with smooth edges."""
        return self.image.resize((SIZE, SIZE), Image.Resampling.BOX)

    def ground(self, top: Colour, bottom: Colour) -> None:
        """Fill everything with a vertical gradient."""
        self.image.paste(self._gradient((self.side, self.side), top, bottom), (0, 0))

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a polygon with one colour."""
        self._draw.polygon(self._pixels(points), fill=fill)

    def fade(self, points: Sequence[Point], top: Colour, bottom: Colour) -> None:
        """Fill a polygon with a vertical gradient from its highest to its lowest point."""
        pixels = self._pixels(points)
        xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
        left, upper = int(min(xs)), int(min(ys))
        size = (max(1, int(max(xs)) - left + 1), max(1, int(max(ys)) - upper + 1))
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in pixels], fill=255)
        self.image.paste(self._gradient(size, top, bottom), (left, upper), mask)

    def rectangle(self, left: float, upper: float, right: float, lower: float, fill: Colour) -> None:
        """Fill an upright rectangle (a quadrilateral where the hand is unsure)."""
        self.polygon(((left, upper), (right, upper), (right, lower), (left, lower)), fill)

    def rounded(self, box: Box, radius: float, fill: Colour) -> None:
        """Fill a rectangle (left, upper, right, lower) with rounded corners."""
        self._draw.rounded_rectangle([value * self.side for value in box], radius * self.side, fill=fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Fill an upright ellipse around (x, y)."""
        self._draw.ellipse([v * self.side for v in (x - rx, y - ry, x + rx, y + ry)], fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """Fill a circle."""
        self.ellipse(x, y, radius, radius, fill)

    def sector(self, x: float, y: float, radius: float, angles: tuple[float, float], fill: Colour) -> None:
        """Fill a slice of a circle between two angles in degrees, clockwise from three o'clock."""
        box = [v * self.side for v in (x - radius, y - radius, x + radius, y + radius)]
        self._draw.pieslice(box, angles[0], angles[1], fill=fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: Colour) -> None:
        """Draw a circle's outline of the given width, inwards from the radius."""
        box = [v * self.side for v in (x - radius, y - radius, x + radius, y + radius)]
        self._draw.ellipse(box, outline=fill, width=max(1, round(width * self.side)))

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draw a polyline with rounded joints."""
        pixels = self._pixels(points)
        thick = max(1, round(width * self.side))
        self._draw.line(pixels, fill=fill, width=thick, joint="curve")
        for x, y in (pixels[0], pixels[-1]) if thick > 3 else ():
            half = thick / 2 - 0.5
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=fill)

    def glow(self, centre: Point, reach: Point, colour: Colour, strength: float) -> None:
        """Lay soft light (or, with a dark colour, soft shadow) around a point; strength 0 to 1."""
        (x, y), (rx, ry) = centre, reach
        size = (max(2, round(2 * rx * self.side)), max(2, round(2 * ry * self.side)))
        curve = [round(255 * strength * max(0.0, (value - 76) / 179) ** 1.5) for value in range(256)]
        mask = _SPOT.point(curve).resize(size, Image.Resampling.BILINEAR)
        self.image.paste(colour, (round((x - rx) * self.side), round((y - ry) * self.side)), mask)

    def veil(self, points: Sequence[Point], colour: Colour, strength: float, blur: float = 0.0) -> None:
        """Tint a polygon with a translucent colour; ``blur`` (in units) softens its edge."""
        small = self.side // 4
        mask = Image.new("L", (small, small))
        ImageDraw.Draw(mask).polygon([(x * small, y * small) for x, y in points], fill=round(255 * strength))
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * small))
        self.image.paste(colour, (0, 0), mask.resize((self.side, self.side), Image.Resampling.BILINEAR))

    def mirror(self, horizon: float, water: Colour, strength: float) -> None:
        """Reflect what is above the horizon (0 to 1) in what is below it, tinted with the colour of the water."""
        edge = round(horizon * self.side)
        depth = self.side - edge
        above = self.image.crop((0, max(0, edge - round(depth * 1.25)), self.side, edge))
        below = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((self.side, depth), Image.Resampling.BILINEAR)
        tint = self._gradient((self.side, depth), mix(water, (255, 255, 255), 0.1), mix(water, (8, 12, 28), 0.35))
        self.image.paste(Image.blend(below, tint, strength), (0, edge))

    def modelled(self, lathe: Lathe, x: float, upper: float, colour: Colour, gloss: float) -> None:
        """Paint a turned body: ``lathe`` holds its radius (units) at each row of pixels from ``upper`` down.

        Light comes from the upper left (Lambert's cosine over the turned surface, with one soft highlight).
        """
        radii = np.maximum(lathe * self.side, 0.5)[:, None]
        half = int(radii.max()) + 1
        across = np.arange(-half, half + 1)[None, :] / radii
        inside = np.clip((1 - np.abs(across)) * radii, 0, 1)
        bulge = np.sqrt(np.clip(1 - across**2, 0, 1))
        light = np.clip(0.30 + 0.78 * np.clip(bulge * 0.72 - across * 0.62, 0, 1), 0, 1)
        shine = gloss * np.exp(-(((across + 0.46) / 0.13) ** 2)) + 0.25 * gloss * np.exp(
            -(((across - 0.78) / 0.1) ** 2)
        )
        base = np.array(colour, dtype=float)[None, None, :]
        pixels = np.clip(base * (0.25 + 0.85 * light[..., None]) + 255 * shine[..., None] * 0.75, 0, 255)
        body = Image.fromarray(pixels.astype(np.uint8))
        mask = Image.fromarray((inside * 255).astype(np.uint8))
        self.image.paste(body, (round(x * self.side) - half, round(upper * self.side)), mask)

    def _pixels(self, points: Sequence[Point]) -> list[tuple[float, float]]:
        if not self._wobble:
            return [(x * self.side, y * self.side) for x, y in points]
        extent = min(max(values) - min(values) for values in zip(*points, strict=True))
        shift = self._rng.normal(0, min(self._wobble, 0.004 + 0.05 * extent), (len(points), 2))
        return [((x + dx) * self.side, (y + dy) * self.side) for (x, y), (dx, dy) in zip(points, shift, strict=True)]

    def _gradient(self, size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
        mask = _DOWNWARDS.resize((1, size[1])).resize(size)
        return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)
