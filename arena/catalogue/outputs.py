"""The records of pictures and of how they were made: one in each line of the files in ``data/outputs/``.

Amounts are in USD, times in milliseconds, sizes in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, model_validator

from arena.catalogue.fields import (
    Amount,
    Count,
    CountFromZero,
    Day,
    ModelId,
    Record,
    Sha256,
    Slug,
    Text,
)
from arena.records import OutputOrigin


class Looks(Record):
    """What a picture looks like, measured on its copy fitted into 512 pixels: see ``arena.catalogue.looks``.

    ``brightness`` is the mean and ``contrast`` the standard deviation of its lightness, ``saturation`` the mean
    distance between the strongest and the weakest of red, green and blue, ``sharpness`` the root mean square of how far
    a pixel is from the mean of its neighbours, all of them with full range as 1; ``lettering`` is the share of its area
    with edges as text has them.
    """

    brightness: Annotated[float, Field(ge=0, le=1)]
    contrast: Annotated[float, Field(ge=0, le=1)]
    saturation: Annotated[float, Field(ge=0, le=1)]
    sharpness: Annotated[float, Field(ge=0, le=1)]
    lettering: Annotated[float, Field(ge=0, le=1)]


class Output(Record):
    """A line of outputs.jsonl: one image that a model made for a prompt, stored as ``<sha256[:2]>/<sha256>.webp``.

    A model may have several for a prompt. The keys that are not needed are those of pictures that ``arena outputs add``
    took from files.
    """

    model: ModelId
    prompt: Text
    """The prompt's id."""
    sha256: Sha256
    """Of the stored copy."""
    width: Count
    """Of the copy, as are ``height`` and ``bytes``."""
    height: Count
    bytes: Count
    origin: OutputOrigin
    """Who made it: the model, or a program in its place."""
    file_names: tuple[Text, ...] = ()
    """What the file was called. Vote files may name the output so."""
    original: Sha256 | None = None
    """Of the file that it was made from: who adds it again is told by this that it is there."""
    seed: int | None = None
    """What the model's noise began from."""
    size: Text | None = None
    """What was asked for, e.g. ``1024x1024``."""
    cost: Amount | None = None
    """What making it cost, in USD."""
    entered_play: Day | None = None
    """From this day on battles may show it, and no page does; left out for one that readers may see at once."""
    left_play: Day | None = None
    """From this day on no battle shows it, and pages may; left out while it is in play, or where it never was."""
    looks: Looks | None = None
    """What it looks like, measured when it was stored; ``arena outputs measure`` does it for older ones."""

    @model_validator(mode="after")
    def _enters_before_it_leaves(self) -> Output:
        if self.left_play and not (self.entered_play and self.entered_play <= self.left_play):
            raise ValueError("a picture cannot leave play before it entered it: see entered_play and left_play")
        return self

    def in_play_on(self, day: date | None) -> bool:
        """Whether battles may show it and pages may not. Without a day, what has an end is no longer in play.

        A simulated picture never is: votes on it say nothing about models, so that nobody needs to be kept from it.
        """
        if self.origin is OutputOrigin.SIMULATED or self.entered_play is None:
            return False
        return self.left_play is None or (day is not None and day < self.left_play)


class PicturesInPlay(Record):
    """All that a published catalogue says of pictures in play: how many a model has for a prompt."""

    prompt: Text
    model: ModelId
    pictures: Count


class Blindness(Record):
    """A line of blindness.jsonl: how far a program could name who made the pictures in play for a prompt.

    ``arena audit --blindness`` writes it; publishing and matchmaking read it. ``named`` of ``pictures`` were named
    rightly from what the site publishes, by their bytes or a perceptual hash; ``abstained`` were not named at all.
    ``guessed`` were named rightly by their style alone, of the ``guessable`` ones whose model has published pictures.
    ``chance`` and ``guess_chance`` are the shares that blind guesses get right.
    """

    prompt: Text
    pictures: Count
    models: Count
    abstained: CountFromZero
    named: CountFromZero
    chance: Annotated[float, Field(ge=0, le=1)]
    guessable: CountFromZero
    guessed: CountFromZero
    guess_chance: Annotated[float, Field(ge=0, le=1)]
    measured: date


class InputPicture(Record):
    """A picture that editing prompts start from, by the name that they call it by."""

    name: Text
    """Its file under data/outputs/inputs/."""
    sha256: Sha256


class Measurement(Record):
    """A line of measurements.jsonl: an offer as it was measured from the day ``first`` to the day ``last``, inclusive.

    ``arena collect`` writes it; publishing reads it here, and so never opens the store.

    ``tried`` = ``made`` + failed, counted by picture, not by request; refusals by a content filter are apart from both.
    Latency runs from the request to the picture's address or bytes, over ``timed`` pictures, by nearest rank: the least
    value that is no less than 50% or 95% of them. ``spent`` is what the pictures cost and what lost requests may have.
    """

    provider: Slug
    model: ModelId
    first: date
    last: date
    tried: CountFromZero
    made: CountFromZero
    refused: CountFromZero
    timed: CountFromZero
    p50_ms: CountFromZero | None = None
    p95_ms: CountFromZero | None = None
    spent: Amount

    @property
    def success(self) -> float | None:
        """Made / tried; None where nothing was tried."""
        return self.made / self.tried if self.tried else None


class Collected(Record):
    """A line of collected.jsonl: how an output was made, and what it was as returned.

    ``sha256`` is that of the output in outputs.jsonl.
    """

    sha256: Sha256
    model: ModelId
    prompt: Text
    provider: Slug
    asked: Text
    """The provider's id of the model."""
    parameters: Mapping[str, str | bool | int | float | None]
    """Quality and size that the price was estimated for, and the parameters that went along."""
    at: datetime
    format: Text
    """``png``, ``jpg`` or ``webp``, as returned."""
    width: int
    height: int
    bytes: int
    latency_ms: CountFromZero | None
    cost: Amount
