"""The records of the catalogue, one a TOML file under ``data/``. An id is the file's path and is never repeated inside.

data/arena.toml                                   Project
data/organizations/<organization>.toml            Organization    id: openai
data/models/<organization>/<model>.toml           Model           id: openai/gpt-image-2
data/providers/<provider>/provider.toml           Provider        id: fal
data/providers/<provider>/<organization>/<model>.toml   Offer     id: fal x openai/gpt-image-2
data/prompts/<arena>/<prompt>.toml                Prompt          id: text-to-image/noodle-bar-poster
data/stories/<date>-<slug>.toml                   Story           id: 2026-04-21-openai-launches-gpt-image-2
data/outputs/outputs.jsonl                        Output          one a line; images by SHA-256 beside it
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from arena.catalogue.voting import VotingSettings
from arena.records import Origin, RatingSettings

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
ModelId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*/[a-z0-9]+(?:[.-][a-z0-9]+)*$")]


def _unquoted(value: object, info: ValidationInfo) -> object:
    """Refuse a number in quotes; JSON has no decimals, so there they come as text."""
    if isinstance(value, str) and info.mode != "json":
        raise PydanticCustomError("decimal_type", "must be a number without quotes")
    return value


Day = Annotated[date, Field(strict=True)]
Number = Annotated[Decimal, BeforeValidator(_unquoted)]
Count = Annotated[int, Field(gt=0, strict=True)]


class Record(BaseModel):
    """Strict and frozen: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Record):
    """Where facts were read and when; ``facts`` names the keys it vouches for, empty meaning the whole file."""

    name: Text
    read: Day
    url: Url | None = None
    facts: tuple[Text, ...] = ()


class Named(Record):
    """An id with the name that people read, as listed in arena.toml."""

    id: Slug
    name: Text


class Language(Record):
    """A language of prompts: BCP 47 code, its English name, its own name, and the direction it is written in."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$")]
    name: Text
    own_name: Text
    direction: Literal["ltr", "rtl"] = "ltr"


class Project(Record):
    """``data/arena.toml``: what this arena is called, where it is published, and what its boards are about."""

    name: Text
    tagline: Text
    base_url: Url | None = None
    """Where the site will stand, for the sitemap and feeds; pages link relatively and do not need it."""
    repository: Url | None = None
    contact: Text | None = None
    votes_licence: Text | None = None
    """The licence under which the votes are published, e.g. ``CC-BY-4.0``."""
    arenas: tuple[Named, ...]
    categories: tuple[Named, ...]
    languages: tuple[Language, ...]
    ratings: RatingSettings = RatingSettings()
    voting: VotingSettings = VotingSettings()


class Organization(Record):
    """Who makes models."""

    name: Text
    country: Text | None = None
    url: Url | None = None
    description: Text | None = None
    sources: tuple[Source, ...] = ()


class Status(StrEnum):
    """Where a model is in its life."""

    ACTIVE = "active"
    PREVIEW = "preview"
    DEPRECATED = "deprecated"
    WITHDRAWN = "withdrawn"


class Weights(Record):
    """Whether the weights can be downloaded, and under which licence. Says nothing about the use of outputs."""

    open: Annotated[bool, Field(strict=True)] | Literal["unknown"]
    licence: Text = "unknown"
    url: Url | None = None


class OutputTerms(Record):
    """What the maker's terms say about using outputs commercially. Never inferred from the weights licence."""

    commercial_use: Literal["allowed", "conditional", "forbidden", "unknown"] = "unknown"
    note: Text | None = None
    url: Url | None = None


class Benchmark(Record):
    """A value that somebody else published about the model; never mixed with this arena's ratings."""

    name: Text
    value: Number
    low: Number | None = None
    high: Number | None = None
    unit: Text = "points"
    slice: Text = "overall"
    source: Text
    read: Day
    url: Url | None = None


class Conflict(Record):
    """Another value that a source gives for a fact of the file; the file's own value is the one shown."""

    fact: Text
    value: Text
    source: Text
    read: Day
    note: Text | None = None


class ImageTokens(Record):
    """How many output tokens one image takes at a quality and size, where a source states it."""

    tokens: Count
    quality: Text | None = None
    size: Text | None = None
    source: Text
    read: Day
    url: Url | None = None


class Model(Record):
    """One released version of an image model. ``arenas`` are the tasks that it can compete in."""

    name: Text
    description: Text
    arenas: tuple[Slug, ...]
    released: Day | None = None
    status: Status = Status.ACTIVE
    withdrawn: Day | None = None
    """When the maker stopped serving it, for a model whose status is ``withdrawn``."""
    family: Text | None = None
    predecessor: ModelId | None = None
    aliases: tuple[Text, ...] = ()
    api_id: Text | None = None
    """The id that the maker's own API knows it by."""
    inputs: tuple[Literal["text", "image"], ...] = ("text",)
    outputs: tuple[Literal["text", "image"], ...] = ("image",)
    max_resolution: Text | None = None
    highlights: tuple[Text, ...] = ()
    """Short sourced statements on what it was made for, in our own words."""
    weights: Weights
    output_terms: OutputTerms = OutputTerms()
    tokens_per_image: tuple[ImageTokens, ...] = ()
    """What turns a price by the token into a price by the image."""
    benchmarks: tuple[Benchmark, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]


class Provider(Record):
    """Who serves models over an API."""

    name: Text
    aliases: tuple[Text, ...] = ()
    """What public price lists call the provider, e.g. ``fal_ai``."""
    url: Url | None = None
    gateway: Text | None = None
    """The request protocol that its API speaks, e.g. ``generations``."""
    endpoint: Url | None = None
    description: Text | None = None
    sources: tuple[Source, ...] = ()


class Unit(StrEnum):
    """What a price is for."""

    IMAGE = "image"
    MEGAPIXEL = "megapixel"
    INPUT_TOKENS = "1M input tokens"
    OUTPUT_TOKENS = "1M output tokens"
    STEP = "step"


class Condition(Record):
    """When a price holds; a field that is left out means that the source does not tell prices apart by it."""

    quality: Text | None = None
    size: Text | None = None
    mode: Text | None = None
    """For example ``batch``, ``edit``, or the kind of token: ``text``, ``image``, ``cached text``."""


class Price(Record):
    """An amount in USD per unit under a condition: ``effective`` is when it took effect, ``read`` when we read it."""

    amount: Annotated[Number, Field(ge=0, allow_inf_nan=False)]
    unit: Unit
    currency: Literal["USD"] = "USD"
    condition: Condition = Condition()
    steps: Count | None = None
    """For a price by the step: how many steps one image takes, where the source states it."""
    effective: Day | None = None
    read: Day
    source: Text
    url: Url | None = None
    note: Text | None = None
    """What a reader should know about it; a price that a rule finds odd needs one that says why it is right."""


class Speed(Record):
    """How fast a provider says that it writes tokens; only for models that write text beside images."""

    tokens_per_second: Annotated[Number, Field(gt=0, allow_inf_nan=False)] | None = None
    seconds_to_first_token: Annotated[Number, Field(ge=0, allow_inf_nan=False)] | None = None
    source: Text
    read: Day
    url: Url | None = None


class Offer(Record):
    """Provider x model: the provider's id for the model and what it charges."""

    model_id: Text | None = None
    """The id that the provider's API knows the model by; None where no source tells it."""
    url: Url | None = None
    speed: Speed | None = None
    prices: tuple[Price, ...] = ()


class Prompt(Record):
    """A text in one language and one category; its arena is the folder it lies in."""

    text: Text
    language: Text
    category: Slug
    english: Text | None = None
    """What the text says in English, for readers; None for English prompts."""
    input_image: Text | None = None
    """For editing: the file name of the picture to edit, under data/outputs/inputs/."""
    author: Text = "Arena contributors"
    note: Text | None = None
    """Why the text is as it is, where a rule finds it odd."""


class StoryKind(StrEnum):
    RELEASE = "release"
    NEWS = "news"
    WORKFLOW = "workflow"
    PRICE = "price"


class Story(Record):
    """A dated news item in our own words: ``happened`` is the event's date, ``published`` the source's."""

    title: Text
    kind: StoryKind
    happened: Day
    published: Day | None = None
    evidence: Literal["primary", "secondary"]
    """Primary: the maker said it; secondary: others reported it."""
    models: Annotated[tuple[ModelId, ...], Field(min_length=1)]
    text: Text
    note: Text | None = None
    """What readers should know about the source, e.g. that it dates the event differently."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]


class Output(Record):
    """One image that a model made for a prompt, stored as ``<sha256[:2]>/<sha256>.webp``. Sizes are in pixels."""

    model: ModelId
    prompt: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    width: Count
    height: Count
    bytes: Count
    origin: Origin
