"""Draws the demonstration's pictures: an abstract composition a prompt, and a version of it a model.

The category decides the scene, the prompt's id its proportions, the model the palette, the pattern and small shifts.
Lengths are in sides of the picture, from its upper left corner; angles run clockwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from arena.catalogue.records import Prompt
from arena.simulate.strengths import stream

Colour = tuple[int, ...]
Palette = Sequence[Colour]
Shape = list[tuple[int, str, Sequence[float], dict[str, float]]]
"""Steps on a mask: a level to draw (0 takes away), a method of ImageDraw, points (x, y, x, y, ...), other arguments."""

SIZE, FINE = 768, 3  # pixels a side, and how many times finer shapes are drawn, so that their edges are smooth
PALETTES = """f3e9d6 1f2430 d8452e f0b33a 2b6a8f 8fb3a3 f5ecdc 2a3640 e07a5f f2c57c 3d8b8b 81b29a
13203b f6ead3 f2a541 e4572e 3aa6a0 7f9ccb fff2e4 55355a f77f8e ffb35c 7cc4dd b79fd6
f5e5cc 44282a c4553b f0933f 4f8585 f6c9a8 edf0ea 1f3440 4f8086 b9cdc2 e2a355 a84b3f
f6f1e7 1f2672 ff4f64 ffcb3d 00a08e 6a6fe6 0e2a47 eef3ea 19a79d f3b75d e75a3c 8eabc8
efe6d1 1a2a4b 2d5f8c 92b8c6 d9563a e4ba79 f3f2ee 17171a e5352b f4b400 a9a9a2 55555a
231b3a f8dac6 f08b5e c03f66 6d3a8c 4bb0a5 e9edde 24402f 2f7d5b f1b24a e8745a 9fc3a5
fdf3df 3a2a5e 5b4bb7 f0608a f7a34b 47b6c9 1c2b2a f3e8cf d9a441 c65d3b 5f9b8c 9cc2ae"""
"""Six colours each: ground, ink, and four whose order is the model's. A ground may be dark."""
EDITS = "lacquer 13 geranium 11 black 9 snow 5 moss 11 navy 2 night 2 lantern 2 maple 4 turban 4 terracotta 4 jade 11"
"""Words of an instruction in order of precedence, and the number of the palette that they lend."""


def _palette(number: int, order: Sequence[int]) -> Palette:
    """The colours of a palette, and the darker and the lighter one of ground and ink again."""
    codes = [tuple(bytes.fromhex(code)) for code in PALETTES.split()[6 * number : 6 * number + 6]]
    return [*codes[:2], *(codes[2 + k] for k in order), *sorted(codes[:2], key=sum)]


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))


def _disc(x: float, y: float, rx: float, ry: float = 0.0, *, share: float = 1.0, start: float = -90) -> Shape:
    """An ellipse, or a ``share`` of it from an angle in degrees."""
    box, angles = (x - rx, y - (ry or rx), x + rx, y + (ry or rx)), {"start": start, "end": 360 * share + start}
    return [(255, "pieslice", box, angles)]


def _bar(left: float, upper: float, right: float, lower: float, radius: float = 0.0) -> Shape:
    return [(255, "rounded_rectangle", (left, upper, right, lower), {"radius": radius * SIZE * FINE})]


def _area(*corners: complex) -> Shape:
    return [(255, "polygon", np.array(corners, dtype=complex).view(float).tolist(), {})]


def _leaf(x: float, y: float, length: float, width: float, angle: float) -> Shape:
    """A pointed oval that grows from (x, y)."""
    way = np.linspace(0, 2, 41)
    z = complex(x, y) + np.exp(1j * angle) * (length * (1 - abs(way - 1)) + width / 2j * np.sin(pi * way))
    return _area(*z)


def _hill(top: float, *waves: tuple[float, float, float]) -> Shape:
    """All below a curve: waves of a height, a frequency and a phase around ``top``."""
    x = np.linspace(0, 1, 129)
    return _area(1 + 1j, 1j, *(x + 1j * (top + sum(h * np.sin(2 * pi * rate * x + phase) for h, rate, phase in waves))))


def _less(shape: Shape, *others: Shape) -> Shape:
    return [*shape, *((0, *step[1:]) for other in others for step in other)]


PATTERNS = (
    [_bar(k / 14, 0, k / 14 + 0.036, 1) for k in range(14)],
    [_disc(k % 14 / 14 + 0.036, k // 14 / 14 + 0.036, 0.019) for k in range(196)],
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture in the making; ``stray`` is how far this version's ``hand`` departs from the composition's ``plan``."""

    image: Image.Image
    palette: Palette
    plan: Generator
    hand: Generator
    stray: float
    manner: int
    script: str

    def draw(self, low: float, high: float) -> float:
        return low + (high - low) * float(self.plan.random() + self.hand.uniform(-self.stray, self.stray))

    def fill(
        self, colour: Colour, *shapes: Shape, to: Colour = (), side: int = 0, opacity: float = 1.0, blur: float = 0.0
    ) -> None:
        """Fill shapes; the colour may change ``to`` another: down, or with a ``side`` to the right (1) or left (-1)."""
        steps = [step for shape in shapes for step in shape]
        spots = np.concatenate([points for level, _, points, _ in steps if level]).reshape(-1, 2) * SIZE
        start = np.clip(spots.min(axis=0) - 3 * blur * SIZE - 1, 0, SIZE).astype(int)
        size = np.maximum(1, np.clip(spots.max(axis=0) + 3 * blur * SIZE + 2, 0, SIZE).astype(int) - start)
        mask = Image.new("L", tuple(size * FINE))
        for level, method, points, others in steps:
            spots = (np.reshape(points, (-1, 2)) * SIZE - start) * FINE
            getattr(ImageDraw.Draw(mask), method)(spots.ravel().tolist(), fill=level, **others)
        mask = mask.reduce(FINE).filter(ImageFilter.GaussianBlur(blur * SIZE)).point(lambda level: level * opacity)
        first, last = (Image.new("RGB", mask.size, end) for end in (colour, to or colour))
        way = Image.linear_gradient("L").rotate(90 * side).resize(mask.size)
        self.image.paste(Image.composite(last, first, way), tuple(start), mask)

    def paint(self, number: int, *shapes: Shape) -> None:
        """Fill main shapes in the model's manner: flat, shaded, translucent, or with a pattern."""
        colour, other = self.palette[number], self.palette[2 + (number - 1) % 4]
        self.fill(colour, *shapes, to=other if self.manner == 1 else (), side=1, opacity=1 - (self.manner == 2) / 4)
        if self.manner > 2:
            self.fill(_mix(colour, self.palette[0], 0.3), *shapes, _less([], *PATTERNS[self.manner - 3]))

    def letter(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Set a line of marks that stand for lettering: as wide as high for Chinese, from the right for Arabic."""
        spot, square = 0.0, self.script in ("zh", "ja", "ko")
        while spot < width - height / 2:
            kind = self.plan.integers(5)
            mark = min(height * (1 if square else (1, 0.5, 0.5, 0.26, 0.8)[kind]), width - spot)
            left = x + width - spot - mark if self.script == "ar" else x + spot
            wide, turn = mark / (1 if kind else 2), (0, 90, 270, 0, 0)[kind]
            disc = _disc(
                left + wide * (kind < 2), y + height / 2, wide, height / 2, share=0.5 if kind else 1, start=turn
            )
            self.fill(colour, disc if kind < 3 else _bar(left, y, left + mark, y + height))
            spot += mark + height * 0.14


def _photo(s: Sheet) -> None:
    ground, _, *accents, dark, light = s.palette
    far, mid, warm, sun = sorted(accents, key=lambda colour: colour[0] - colour[2])
    haze, steep, rough = _mix(warm, light, 0.55), (1, 1, 0.35)[s.plan.integers(3)], s.draw(0.3, 0.6)
    horizon, x, y, r = s.draw(0.42, 0.55), s.draw(0.2, 0.8), s.draw(0.2, 0.45), s.draw(0.07, 0.15)
    s.fill(_mix(mid, ground, 0.45), _bar(0, 0, 1, horizon + 0.2), to=haze)
    s.fill(light, _disc(x, y, r * 1.7), opacity=0.5, blur=r * 0.6)
    s.fill(_mix(sun, light, 0.15), _disc(x, y, r), to=_mix(sun, warm, 0.7))
    for k in range(5):
        waves = [(steep * s.draw(0.04, 0.1) * rough**n, s.draw(0.4, 1.3) * 2**n, s.draw(0, 6.3)) for n in range(4)]
        tone = _mix(_mix(far, haze, 0.55), _mix(far, dark, 0.72), k / 4)
        s.fill(tone, _hill(horizon + 0.1 * k * steep, *waves), to=_mix(tone, haze, 0.8 - 0.1 * k), blur=0.002)
    if steep < 1:
        s.image.paste(ImageOps.flip(s.image.crop((0, 0, SIZE, SIZE * 5 // 8))), (0, SIZE * 5 // 8))
        s.fill(_mix(far, dark, 0.5), _bar(0, 0.625, 1, 1), opacity=0.3)


def _portrait(s: Sheet) -> None:
    ground, _, first, second, third, _, dark, light = s.palette
    x, y, a, side = s.draw(0.45, 0.55), s.draw(0.4, 0.45), s.draw(0.145, 0.175), (1, -1)[s.plan.integers(2)]
    b, w, bun, nose = a * 1.36, a * 1.25, side * a * s.draw(-0.5, 1.2), side * a * s.draw(0.25, 0.36)
    s.fill(_mix(ground, third, 0.15), _bar(0, 0, 1, 1), to=_mix(ground, third, 0.5))
    s.paint(3, _disc(x - side * 0.05, y - 0.02, s.draw(0.3, 0.38)))
    s.fill(dark, _bar(x - w, y - b * 1.1, x + w, y + b * s.draw(0.2, 1.2), w), _disc(x + bun, y - b * 0.95, a / 2))
    s.paint(4, _disc(x, y + b + 0.46, 0.4))
    s.fill(_mix(first, dark, 0.35), _disc(x, y, a, b), _bar(x - a * 0.42, y, x + a * 0.42, y + b * 1.4, a * 0.4))
    face = [nose + 0.12j, 0.22j, 0.34j, nose * 0.4 + 0.43j, 0.55j, 2j, side + 2j, side - 2j, -2j, -0.22j]
    s.fill(
        _mix(second, light, 0.3), _less(_disc(x, y, a, b), _area(*(complex(x + v.real, y + b * v.imag) for v in face)))
    )
    s.fill(light, *(_leaf(x + v * a, y - b * 0.12, a * 0.54, a * 0.26, 0) for v in (-0.73, 0.19)))
    s.fill(dark, *(_disc(x + v * a, y - b * 0.12, a * 0.105) for v in (-0.46, 0.46)))
    s.fill(first, _leaf(x - a * 0.3, y + b * 0.46, a * 0.6, a * 0.17, 0))
    s.fill(dark, _less(_disc(x, y, a * 1.03, b * 1.02), _disc(x + side * a * 0.35, y + b * 0.42, b * 0.98)))


def _poster(s: Sheet) -> None:
    rings, x, r, cell = s.plan.integers(2), s.draw(0.3, 0.7), s.draw(0.5, 0.62), 0.22
    for k in range(7 if rings else 12):
        left, upper, (back, front, _, turn) = 0.06 + cell * (k % 4), 0.04 + cell * (k // 4), s.plan.permutation(4)
        quarter = _disc(left + cell * (turn in (1, 2)), upper + cell * (turn > 1), cell, share=0.25, start=90 * turn)
        arc = _disc(x, 0.7, r * (1 - k / 7.5), share=0.5, start=180)
        s.fill(s.palette[2 + back], _bar(left, upper, left + cell, upper + cell), opacity=0 if rings else 1)
        s.paint(2 + (k % 4 if rings else front), arc if rings else quarter)
    s.letter(0.06, 0.755, 0.88, 0.1, s.palette[1])
    s.fill(s.palette[2], _bar(0.34, 0.9, 0.94, 0.918), _bar(0.34, 0.94, 0.94 - s.draw(0.1, 0.4), 0.958))


def _logo(s: Sheet) -> None:
    (*_, dark, light), colours = s.palette, sorted(s.palette[2:6], key=sum)
    number, kind, r, fat = 3 + s.plan.integers(5), s.plan.integers(3), s.draw(0.2, 0.24), s.draw(0.4, 0.8)
    s.fill(_mix(light, (255, 255, 255), 0.7), _bar(0, 0, 1, 1))
    for k in range(number):
        angle = 2 * pi * k / number - pi / 2
        x, y = 0.5 + r * 0.6 * cos(angle), 0.41 + r * 0.6 * sin(angle)
        petal = (_leaf(0.5, 0.41, r * 1.3, r * fat, angle), _disc(x, y, r * 0.6), _leaf(x, y, r, r * fat, angle + 1.2))
        s.fill(colours[k % 2 if number % 2 == 0 else 0], petal[kind], opacity=0.65)
    s.letter(0.3, 0.745, 0.4, 0.046, dark)


def _product(s: Sheet) -> None:
    ground, _, *colours, dark, light = s.palette
    side, wall, floor = (1, -1)[s.plan.integers(2)], _mix(ground, colours[2], 0.25), s.draw(0.58, 0.66)
    s.fill(_mix(wall, light, 0.3), _bar(0, 0, 1, 1), to=_mix(wall, colours[2], 0.4), side=side)
    s.paint(3, _disc(0.5 + side * s.draw(0.02, 0.12), s.draw(0.34, 0.4), s.draw(0.25, 0.3)))
    s.fill(_mix(wall, colours[1], 0.5), _bar(0, floor, 1, 1), to=_mix(wall, dark, 0.3))
    for k, x in enumerate(s.plan.permutation([0.27, 0.73, 0.5])):
        w, foot, tall, r = s.draw(0.11, 0.17), floor + 0.06 + 0.1 * k, s.draw(0.05, 0.26), s.draw(0.05, 0.11)
        top, ball, colour = foot - tall, colours[k], colours[k - 1]
        s.fill(dark, _disc(x + side * w, foot, w * 1.2, w * 0.2), opacity=0.5, blur=w * 0.1)
        body = _bar(x - w, top, x + w, foot) + _disc(x, foot, w, w * 0.2)
        s.fill(_mix(colour, light, 0.45), body, to=_mix(colour, dark, 0.5), side=side)
        s.fill(_mix(colour, light, 0.55), _disc(x, top, w, w * 0.2))
        s.fill(_mix(ball, dark, 0.5), _disc(x, top - r * 0.9, r))
        s.fill(_mix(ball, light, 0.2), _disc(x - side * r * 0.2, top - r * 1.1, r * 0.5), blur=r * 0.14)
        s.fill(light, _disc(x - side * r * 0.36, top - r * 1.3, r * 0.14), opacity=0.9, blur=r * 0.08)


def _illustration(s: Sheet) -> None:
    ground, _, _, second, _, fourth, dark, _ = s.palette
    x, y, r = s.draw(0.25, 0.75), s.draw(0.26, 0.36), s.draw(0.12, 0.17)
    s.fill(_mix(ground, fourth, 0.3), _bar(0, 0, 1, 1), to=_mix(ground, second, 0.35))
    s.fill(second, _disc(x, y, r * 1.5), opacity=0.3)
    s.paint(3, _disc(x, y, r))
    for k, x in enumerate(s.plan.permutation([0.2, 0.4, 0.6, 0.8])):
        y, wave = 0.58 + 0.1 * k, (s.draw(0.02, 0.05), s.draw(0.5, 1.3), s.draw(0, 6.3))
        s.fill(dark, _hill(y - 0.01, wave), opacity=0.4, blur=0.01)
        s.paint((5, 4, 2, 5)[k], _hill(y, wave))
        tall, lean, fat, tone = s.draw(0.34, 0.52), s.draw(-0.2, 0.2) - pi / 2, s.draw(0.25, 0.4), s.palette[1 + k]
        s.fill(tone, _leaf(x, y + 0.16, tall, 0.014, lean))
        for p in range(14):
            t, turn = 0.3 + 0.11 * (p // 2), 1 - 2 * (p % 2)
            spot, size = (x + cos(lean) * tall * t, y + 0.16 + sin(lean) * tall * t), tall * (0.42 - 0.24 * t)
            s.fill(_mix(tone, second, 0.3 * (p % 2)), _leaf(*spot, size, size * fat, lean + turn * (1.1 - 0.5 * t)))


def _infographic(s: Sheet) -> None:
    ground, ink, *colours = s.palette
    (cx, left), number = ((0.66, 0.07) if s.script == "ar" else (0.34, 0.67)), 3 + s.plan.integers(4)
    s.letter(0.07, 0.07, 0.86, 0.07, ink)
    for k in range(number):
        r, y, hole = 0.27 * (1 - k / (number + 1)), 0.31 + 0.56 / number * k, 0.19 / (number + 1)
        s.fill(_mix(ground, colours[k % 4], 0.22), _less(_disc(cx, 0.56, r), _disc(cx, 0.56, r - hole)))
        s.paint(2 + k % 4, _less(_disc(cx, 0.56, r, share=s.draw(0.25, 0.95)), _disc(cx, 0.56, r - hole)))
        s.paint(2 + k % 4, _bar(left, y, left + s.draw(0.05, 0.26), y + 0.04, 0.01))
        s.fill(ink, _bar(left, y + 0.054, left + 0.26, y + 0.06))


def _interior(s: Sheet) -> None:
    _, _, first, second, third, fourth, dark, light = s.palette
    side, floor, drop, glow = (
        (1, -1)[s.plan.integers(2)],
        s.draw(0.7, 0.77),
        s.draw(0.16, 0.3),
        _mix(second, light, 0.6),
    )
    corner, upper, w, edge = 0.5 + side * s.draw(0.2, 0.28), s.draw(0.16, 0.24), s.draw(0.19, 0.23), 0.5 + side / 2
    cx, foot = corner - side * 0.32, corner - side * s.draw(0, 0.2)
    s.fill(_mix(first, light, 0.5), _bar(0, 0, 1, 1), to=_mix(first, light, 0.3), side=side)
    s.fill(_mix(first, dark, 0.3), _area(corner, edge, edge + 1j, corner + 1j))
    for k in range(5):
        x, half, tone = cx + side * 0.022 * k, w * (1 - 0.15 * k), _mix(_mix(first, dark, 0.5), third, k / 4)
        s.fill(tone, _bar(x - half, upper + 0.075 * k, x + half, 1, half), to=_mix(tone, glow, 0.35 * k))
    s.fill(_mix(second, light, 0.25), _disc(x, floor - 0.09, w * 0.2))
    base = _area(1 - edge + 1j * floor, corner + 1j * floor, edge + 1j * (floor + 0.1), edge + 1j, 1 - edge + 1j)
    s.fill(_mix(fourth, light, 0.35), base, to=_mix(fourth, dark, 0.4))
    shaft = _area(cx - w / 2 + 1j * floor, cx + w / 2 + 1j * floor, foot + w + 1j, foot - w + 1j)
    s.fill(glow, shaft, to=_mix(fourth, light, 0.3), opacity=0.85, blur=0.003)
    s.fill(glow, _disc(corner, drop + 0.05, 0.11), opacity=0.6, blur=0.04)
    s.fill(dark, _bar(corner - 0.0025, 0, corner + 0.0025, drop))
    s.paint(3, _disc(corner, drop + 0.06, 0.06, share=0.5, start=180))


SCENES = (_photo, _portrait, _poster, _logo, _product, _illustration, _infographic, _interior)


def _compose(name: str, prompt: Prompt, who: str, hand: Generator, *, stray: float, seed: int, lent: Palette) -> Sheet:
    """Paint the composition of a name in somebody's style, or in a palette that is lent."""
    plan, taste = stream(seed, "composition", name), stream(seed, "style", who)
    palettes, manner = len(PALETTES.split()) // 6, int(taste.integers(5))
    palette = lent or _palette(int(taste.integers(palettes)), taste.permutation(4).tolist())
    sheet = Sheet(Image.new("RGB", (SIZE, SIZE), palette[0]), palette, plan, hand, stray, manner, prompt.language)
    other = SCENES[int(stream(seed, "scene", prompt.category).integers(len(SCENES)))]
    next((scene for scene in SCENES if scene.__name__ == f"_{prompt.category}"), other)(sheet)
    return sheet


def paint(name: str, prompt: Prompt, model: str, *, seed: int, quality: float) -> Image.Image:
    """Paint what a model made for a prompt; its hand strays further where ``quality`` (0 to 1) is low.

    An edit is its input in a palette that a word of the instruction lends, and a wreath of discs; or with one disc.
    """
    hand, before = stream(seed, "hand", name, model), prompt.input_image
    if before is None:
        return _compose(name, prompt, model, hand, stray=0.2 * (1 - quality), seed=seed, lent=()).image
    words, edits, order = (prompt.english or prompt.text).lower(), EDITS.split(), hand.permutation(4).tolist()
    lent = next((_palette(int(edits[k + 1]), order) for k in range(0, len(edits), 2) if edits[k] in words), ())
    sheet = _compose(before, prompt, before, hand, stray=0.05 * (1 - quality), seed=seed, lent=lent)
    for _ in range(30 if lent else 1):
        angle, reach, r = hand.uniform((0, 0.36, 0.005), (2 * pi, 0.7, 0.028)) if lent else (-pi / 4, 0.48, 0.1)
        sheet.paint(2 + int(hand.integers(4)), _disc(0.5 + reach * cos(angle), 0.5 + reach * sin(angle), r))
    return sheet.image
