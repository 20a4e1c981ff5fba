"""What stands inside a model's file: its state, licences, capabilities, and what others say about it.

A fact that no source states is left out, and None or ``unknown`` then; nothing is inferred from another one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from arena.catalogue.fields import Count, Day, Flag, LanguageCode, Name, Number, Record, Text, Url


class Status(StrEnum):
    """Whether the maker of a model offers it."""

    ACTIVE = "active"
    PREVIEW = "preview"
    DEPRECATED = "deprecated"
    WITHDRAWN = "withdrawn"


GONE = (Status.DEPRECATED, Status.WITHDRAWN)
"""Of models that nobody should choose any more."""


class Level(StrEnum):
    """What an entry stands for: a model as it was released, one of several of a release, or a line that is one id."""

    RELEASE = "release"
    VARIANT = "variant"
    FAMILY = "family"


class CommercialUse(StrEnum):
    """The answer to: may I use it commercially?"""

    YES = "yes"
    NO = "no"
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"


class Weights(Record):
    """Whether the weights can be downloaded, and under which licence. Says nothing about the use of outputs."""

    open: Flag | Literal["unknown"]
    licence: Text = "unknown"
    """The licence of the weights."""
    commercial_use: CommercialUse = CommercialUse.UNKNOWN
    """Whether the licence lets one run the weights commercially; left out for weights that cannot be downloaded."""
    note: Text | None = None
    """One line on what the licence says about it, e.g. the condition."""
    url: Url | None = None

    @property
    def commercial_answer(self) -> CommercialUse:
        """The answer to: may I use the weights commercially? No, where they cannot be downloaded: nobody can."""
        return CommercialUse.NO if self.open is False else self.commercial_use


class OutputTerms(Record):
    """What the maker's terms say about using outputs commercially. Never inferred from whether weights are open."""

    commercial_use: CommercialUse = CommercialUse.UNKNOWN
    """Whether outputs may be used commercially."""
    note: Text | None = None
    """One line on what the terms say about it, e.g. the condition."""
    url: Url | None = None


AspectRatio = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*(?:\.\d+)?:[1-9]\d*$")]
ImageSize = Annotated[str, StringConstraints(pattern=r"^(?:[1-9]\d*x[1-9]\d*|\d+(?:\.\d+)?K)$")]


class SizeLimits(Record):
    """Which widths and heights may be asked for, where any may within limits; in pixels."""

    multiple_of: Count | None = None
    """Width and height are multiples of it."""
    max_ratio: Annotated[Number, Field(ge=1, allow_inf_nan=False)] | None = None
    """The most that the longer edge / the shorter edge may be, e.g. 3 for 3:1."""
    min_pixels: Count | None = None
    """The least that width x height may be."""
    max_pixels: Count | None = None
    """The most that width x height may be."""
    min_edge: Count | None = None
    """The least that width and height may be."""
    max_edge: Count | None = None
    """The most that width and height may be."""


class Capabilities(Record):
    """What the model can do where its maker serves it, or where its weights run. A key that is left out is unknown."""

    aspect_ratios: tuple[AspectRatio, ...] = ()
    """Width : height, e.g. `["1:1", "16:9"]`."""
    sizes: tuple[ImageSize, ...] = ()
    """In pixels or as a tier, e.g. `["1024x1024", "2K"]`."""
    size_limits: SizeLimits | None = None
    """Where any size may be asked for within limits."""
    output_formats: tuple[Literal["png", "jpeg", "webp", "gif", "svg", "avif", "tiff", "pdf"], ...] = ()
    """The file formats that can be asked for, e.g. `["png", "jpeg"]`."""
    transparent_background: Flag | None = None
    """Whether it can leave the background out."""
    input_images: Annotated[int, Field(ge=0, strict=True)] | None = None
    """The most pictures that one request may hand in, to edit or as references; 0 where it takes text alone."""
    text_rendering: Flag | None = None
    """Whether its maker says that it draws legible text."""
    text_languages: tuple[LanguageCode, ...] = ()
    """The languages that its maker says it draws text in, e.g. `["en", "zh"]`."""
    seed: Flag | None = None
    """Whether a request may fix the seed."""
    negative_prompt: Flag | None = None
    """Whether a request may say what not to draw."""
    watermark: Literal["none", "invisible", "visible", "optional"] | None = None
    """What is put into each picture; `optional` is a visible mark that can be switched off."""
    content_credentials: Flag | None = None
    """Whether pictures carry C2PA content credentials."""
    safety_setting: Text | None = None
    """How the content filter can be set, e.g. `moderation: auto or low`; `none` where it cannot."""
    note: Text | None = None
    """What a reader should know about these, e.g. that the mark is called SynthID."""


class Speed(Record):
    """How fast a provider says that it writes tokens; only for models that write text beside images."""

    tokens_per_second: Annotated[Number, Field(gt=0, allow_inf_nan=False)] | None = None
    seconds_to_first_token: Annotated[Number, Field(ge=0, allow_inf_nan=False)] | None = None
    source: Text
    read: Day
    url: Url | None = None


class SpeedClaim(Record):
    """How long one picture takes, as the maker or a provider claims it: no measurement of this arena."""

    seconds: Annotated[Number, Field(gt=0, allow_inf_nan=False)]
    """For one picture."""
    by: Text
    """Who says so, e.g. `Google`."""
    said: Day | None = None
    """When they said so."""
    condition: Text | None = None
    """What it holds for, e.g. `1024x1024, low quality`."""
    source: Text
    read: Day
    url: Url | None = None


class Benchmark(Record):
    """A value that somebody else published about the model; never mixed with this arena's ratings."""

    name: Name
    value: Number
    low: Number | None = None
    high: Number | None = None
    unit: Text = "points"
    slice: Text = "overall"
    rank: Count | None = None
    """Its place on that list, where the source states it."""
    listed: Count | None = None
    """How many models that list holds."""
    source: Text
    read: Day
    url: Url | None = None


PRICE_FACT = "prices."
"""What the ``fact`` of a conflict begins with where it is about the price at a provider."""


class Conflict(Record):
    """Another value that a source gives for a fact of the file; the file's own value is the one shown."""

    fact: Text
    """A key of the file (`released`, `weights.licence`), `organization`, or `prices.` and a provider (`prices.fal`)."""
    value: Text
    """Written as that key is; a price as `0.04 USD an image, high quality, 1024x1024`."""
    source: Text
    read: Day
    note: Text | None = None

    @property
    def provider(self) -> str:
        """Whose price it is about; empty for other facts."""
        return self.fact.removeprefix(PRICE_FACT) if self.fact.startswith(PRICE_FACT) else ""


class ImageTokens(Record):
    """How many output tokens one image takes at a quality and size, where a source states it."""

    tokens: Count
    quality: Text | None = None
    size: Text | None = None
    source: Text
    read: Day
    url: Url | None = None
