"""Colours that go together, mixed by hand: each palette holds the roles that every scene paints with."""

from __future__ import annotations

from dataclasses import dataclass, replace

Colour = tuple[int, int, int]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Blend two colours; ``share`` 0 is the first, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return (red, green, blue)


def shade(colour: Colour, amount: float) -> Colour:
    """Lighten towards white by a positive amount, darken towards a bluish black by a negative one (-1 to 1)."""
    return mix(colour, (255, 255, 255), amount) if amount >= 0 else mix(colour, (14, 14, 26), -amount)


def luminance(colour: Colour) -> float:
    """Perceived lightness from 0 to 1 (Rec. 601 weights)."""
    return (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255


@dataclass(frozen=True, slots=True)
class Palette:
    """``sky`` and ``haze`` are the ground's two ends, ``far`` to ``near`` recede, ``accent`` catches the eye."""

    sky: Colour
    haze: Colour
    far: Colour
    near: Colour
    accent: Colour
    second: Colour
    light: Colour

    @classmethod
    def of(cls, *codes: str) -> Palette:
        """Build a palette from seven ``rrggbb`` codes in the order of the fields."""
        return cls(*((int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)) for code in codes))

    @property
    def dark(self) -> Colour:
        """The deepest tone that still belongs to the palette."""
        return shade(self.near, -0.45)

    def between(self, share: float) -> Colour:
        """Return the tone of a layer at a distance: 0 is the farthest, 1 the nearest."""
        return mix(self.far, self.near, share)

    def muted(self, amount: float) -> Palette:
        """Drag every colour towards a common grey, as a weaker printer would."""
        grey = (146, 140, 134)
        return replace(self, **{name: mix(getattr(self, name), grey, amount) for name in self.__slots__})

    def towards(self, other: Palette, share: float) -> Palette:
        """Blend every role with that of another palette."""
        return Palette(*(mix(getattr(self, name), getattr(other, name), share) for name in self.__slots__))

    def by_night(self) -> Palette:
        """Return the same place after dark: deep blues, with the accents turned to lamplight."""
        night = (18, 24, 52)
        return Palette(
            sky=mix(self.sky, night, 0.86),
            haze=mix(self.haze, (58, 62, 110), 0.72),
            far=mix(self.far, night, 0.55),
            near=mix(self.near, night, 0.72),
            accent=mix(self.accent, (255, 196, 92), 0.7),
            second=mix(self.second, (240, 120, 80), 0.5),
            light=mix(self.light, (255, 226, 170), 0.6),
        )


DAYLIGHT = (
    Palette.of("5f9fc9", "f3e9d8", "a3bfcc", "2c5560", "f0b541", "d8573c", "fffaf0"),
    Palette.of("88b7b5", "f6efdd", "9dbfa8", "22473f", "e9a23b", "c8553d", "fffdf4"),
    Palette.of("f0b27a", "fdebd0", "d98e73", "6d3b47", "fff0c2", "33658a", "fff6e6"),
    Palette.of("a9c9e8", "fbe4e0", "c3b0cf", "4b4a78", "f5886b", "f4c95d", "fffafa"),
    Palette.of("9bc1bc", "f4f1de", "b7c9a8", "3d405b", "e07a5f", "f2cc8f", "fffcf2"),
    Palette.of("c8d9e6", "f8f6f2", "aebfd0", "34495e", "e8a87c", "c38d9e", "ffffff"),
    Palette.of("7fb7be", "f9e7c6", "d3a588", "463f57", "ffd166", "ef6f6c", "fffaf0"),
    Palette.of("e8b4a2", "fbeee6", "c98f93", "5a3d5c", "f6d186", "4f8a8b", "fff8f2"),
)
DUSK = (
    Palette.of("2b3a67", "f7b793", "8b7fa8", "26284a", "ffd9a0", "e4572e", "fff1dc"),
    Palette.of("0f4c5c", "f4a259", "5b8e7d", "12343b", "f4e285", "bc4b51", "fdf4dc"),
    Palette.of("3b1f4a", "f28f6b", "8d5b84", "2a1a3e", "ffcf70", "e85d75", "fff0dd"),
    Palette.of("1f2f54", "d9a7c7", "6f6aa5", "1b1f42", "ffd6a5", "f77f88", "fdeff4"),
    Palette.of("14213d", "7fa6c9", "4b6a91", "101b33", "fca311", "e5e5e5", "f4f7fb"),
    Palette.of("223843", "e8c7a0", "86847c", "1d2b33", "d77a61", "dbd3d8", "fff7ea"),
)
COOL = (DAYLIGHT[0], DAYLIGHT[1], DAYLIGHT[4], DAYLIGHT[5])
ALL = DAYLIGHT + DUSK
