"""The records of the catalogue that people write: one in each TOML file under ``data/``.

The id of a record is the file's path and is never repeated inside. Amounts are in USD, times in milliseconds, sizes in
pixels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, StringConstraints, model_validator

from arena.catalogue.fields import (
    Category,
    Count,
    Day,
    Language,
    LanguageCode,
    ModelId,
    Name,
    Number,
    Record,
    Slug,
    Source,
    Text,
    Url,
)
from arena.catalogue.model_facts import (
    Benchmark,
    Capabilities,
    Conflict,
    ImageTokens,
    Level,
    OutputTerms,
    Speed,
    SpeedClaim,
    Status,
    Weights,
)
from arena.catalogue.settings import (
    Arena,
    AuditSettings,
    DatasetTexts,
    LoginSettings,
    LogSettings,
    Playground,
    VotingSettings,
)
from arena.rating_settings import RatingSettings


class Project(Record):
    """``data/arena.toml``: what this arena is called, where it is published, and what its boards are about."""

    name: Name
    tagline: Text
    base_url: Url | None = None
    """The site's address. The sitemap, feeds and pictures beside links elsewhere need it; pages do not."""
    vote_url: Url | None = None
    """Where people vote: the public address of the voting app, which the site links to."""
    repository: Url | None = None
    """Where this project is developed."""
    contact: Text | None = None
    """How to reach the maintainers."""
    language: LanguageCode = "en"
    """The language of the site's own words, such as headings and buttons, e.g. ``es``; names and prompts stay as they
    are written. Voting pages are in it, too, where a voter's browser asks for none that they are in.
    """
    votes_licence: Text | None = None
    """The licence under which the votes are published, e.g. ``CC-BY-4.0``."""
    arenas: tuple[Arena, ...]
    """The tasks that models compete in, each with the id that models, prompts and votes use."""
    categories: tuple[Category, ...]
    """The kinds of prompts that have boards of their own."""
    languages: tuple[Language, ...]
    """The languages of prompts that have boards of their own."""
    ratings: RatingSettings = RatingSettings()
    voting: VotingSettings = VotingSettings()
    audit: AuditSettings = AuditSettings()
    log: LogSettings = LogSettings()
    login: LoginSettings | None = None
    """Who people log in with before they vote; left out, anybody votes."""
    dataset: DatasetTexts = DatasetTexts()
    """What the data set for researchers says of itself."""
    playground: Playground | None = None
    """Where readers may try models with a key of their own; left out, there is no playground."""

    @model_validator(mode="after")
    def _one_price(self) -> Project:
        if self.login and self.voting.new_voter_work:
            raise ValueError("who logs in needs no proof of work: remove voting.new_voter_work, or [login]")
        return self

    @property
    def open_arenas(self) -> tuple[Arena, ...]:
        """The arenas that outputs are collected for and votes are cast in: all but those of published data sets."""
        return tuple(arena for arena in self.arenas if arena.source is None)

    @property
    def data_sets(self) -> frozenset[str]:
        """The ids of the arenas that show a published data set."""
        return frozenset(arena.id for arena in self.arenas if arena.source is not None)


class Organization(Record):
    """Who makes models."""

    name: Name
    country: Text | None = None
    """Where the organization has its seat."""
    url: Url | None = None
    publishes_at: tuple[Url, ...] = ()
    """Where else it publishes, e.g. its pages on GitHub: what lies below these addresses or ``url`` is its own word."""
    description: Text | None = None
    sources: tuple[Source, ...] = ()


class Model(Record):
    """One released version of an image model. ``arenas`` are the tasks that it can compete in."""

    name: Name
    description: Text
    arenas: tuple[Slug, ...]
    released: Day | None = None
    status: Status = Status.ACTIVE
    """Whether its maker offers it: as a preview, in full, until a date that is announced, or no more."""
    deprecated: Day | None = None
    """Since when its maker says that it will go."""
    shut_down: Day | None = None
    """The day from which its maker no longer serves it; announced, or past where the status is ``withdrawn``."""
    replaced_by: ModelId | None = None
    """What its maker says to use instead."""
    level: Level = Level.RELEASE
    """Whether the entry is a model as it was released, one of several variants of a release, or a whole line."""
    family: Name | None = None
    """The line of models that it belongs to."""
    predecessor: ModelId | None = None
    """The model that it follows in its line."""
    former_ids: tuple[ModelId, ...] = ()
    """The ids that it had here: votes under them count for it, and their pages lead to its page."""
    aliases: tuple[Name, ...] = ()
    """What else it is called: nicknames, dated ids, ids on other lists. Each leads to one model."""
    api_id: Name | None = None
    """The id that the maker's own API knows it by."""
    inputs: tuple[Literal["text", "image"], ...] = ("text",)
    """What it takes."""
    outputs: tuple[Literal["text", "image"], ...] = ("image",)
    """What it returns."""
    max_resolution: Text | None = None
    """The largest image that it makes, as the source puts it, e.g. ``2048x2048``."""
    default_quality: Text | None = None
    """What its maker's API takes where a request names no quality: prices that name none are for it."""
    highlights: tuple[Text, ...] = ()
    """Short sourced statements on what it was made for, in our own words."""
    weights: Weights
    output_terms: OutputTerms = OutputTerms()
    """What may be done with its outputs."""
    capabilities: Capabilities = Capabilities()
    """What it can do, as far as a source states it."""
    speed_claims: tuple[SpeedClaim, ...] = ()
    """How fast it is, as its maker or a provider claims."""
    tokens_per_image: tuple[ImageTokens, ...] = ()
    """What turns a price by the token into a price by the image."""
    benchmarks: tuple[Benchmark, ...] = ()
    """Values that others published."""
    conflicts: tuple[Conflict, ...] = ()
    """What other sources say otherwise."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    @property
    def current(self) -> bool:
        """Whether it can still be had: all but those that are withdrawn. See ``Catalogue.on`` for the day of that."""
        return self.status is not Status.WITHDRAWN

    def status_on(self, day: date) -> Status:
        """What ``status``, which was read on some other day, is on ``day`` by the dates that the maker announced.

        A model is deprecated from the day ``deprecated`` on, and withdrawn from the day ``shut_down`` on. Before that
        day a model that is withdrawn by now was deprecated.
        """
        if self.shut_down:
            return Status.WITHDRAWN if day >= self.shut_down else Status.DEPRECATED
        if self.deprecated and day >= self.deprecated and self.status is not Status.WITHDRAWN:
            return Status.DEPRECATED
        return self.status


# No money: in JSON it stays a number, or a reader of the file could not tell 3.5 from the text "3.5".
Simple = str | bool | int | Annotated[Decimal, PlainSerializer(float, when_used="json")]
Parameter = Simple | tuple[str, ...] | Mapping[str, Simple]
"""What a request may carry beside the prompt."""


_BLANK = re.compile(r"YOUR-[A-Z]+")


class Access(Record):
    """How to ask a provider's gateway. Keys lie in the environment; the catalogue only names the variable."""

    auth: Literal["bearer", "key", "api-key", "x-api-key", "x-goog-api-key", "none"] = "bearer"
    """How the key is sent: ``Authorization: Bearer``, ``Authorization: Key``, a header of its own, or not at all."""
    key: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{2,}$")] | None = None
    """The environment variable that holds the key."""
    concurrency: Annotated[int, Field(ge=1, le=64, strict=True)] = 4
    requests_per_minute: Count | None = None
    answer_seconds: Count = 180
    """How long one answer may take."""
    job_seconds: Count = 900
    """How long an accepted job is polled in one run; the next run goes on with it."""
    idempotency: Text | None = None
    """The header that makes an API charge a repeated request once, where it has one, e.g. ``Idempotency-Key``."""
    parameters: Mapping[str, Parameter] = {}
    """What every request contains besides the prompt. An offer's own parameters override these; empty text removes one.
    ``{width}``, ``{height}``, ``{size}``, ``{aspect_ratio}`` and ``{quality}`` stand for what is asked for."""
    edits: bool = True
    """Whether it takes pictures to edit in the protocol's usual way; if not, only offers with image_parameter do."""
    note: Text | None = None
    """What somebody who calls it must know besides, e.g. that the model is the name of one's own deployment."""
    private_hosts: tuple[Text, ...] = ()
    """``host`` or ``host:port`` of one's own gateway, which may be on a private network and use plain HTTP."""


class Provider(Record):
    """Who serves models over an API."""

    name: Name
    aliases: tuple[Name, ...] = ()
    """What public price lists call the provider, e.g. ``fal_ai``."""
    organization: Slug | None = None
    """Whose own API it is: where prices tie, the maker's own is named."""
    url: Url | None = None
    gateway: Text | None = None
    """The request protocol that its API speaks, e.g. ``generations``."""
    endpoint: Url | None = None
    """Where requests go. ``YOUR-...`` in it stands for what every customer has of their own, e.g. ``YOUR-RESOURCE``:
    code on pages shows it, and ``arena collect`` asks nobody there."""
    access: Access = Access()
    description: Text | None = None
    sources: tuple[Source, ...] = ()

    @property
    def endpoint_blanks(self) -> tuple[str, ...]:
        """What of the endpoint every customer fills in: ``YOUR-RESOURCE``; empty for one that is the same for all."""
        return tuple(dict.fromkeys(_BLANK.findall(self.endpoint or "")))


class Unit(StrEnum):
    """What a price is for."""

    IMAGE = "image"
    MEGAPIXEL = "megapixel"
    INPUT_TOKENS = "1M input tokens"
    OUTPUT_TOKENS = "1M output tokens"
    STEP = "step"


class Condition(Record):
    """When a price is valid; if a field is left out, the source has one price for all its values."""

    quality: Text | None = None
    """As the provider names it, e.g. ``low``, ``medium``, ``hd``."""
    size: Text | None = None
    """In pixels, e.g. ``1024x1024``, or a tier such as ``2K``."""
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
    contested: Annotated[bool, Field(strict=True)] = False
    """Whether other sources contradict it: it is shown, but no model is said to cost it."""


class Offer(Record):
    """Provider x model: the provider's id for the model and what it charges."""

    model_id: Name | None = None
    """The id that the provider's API knows the model by; None where no source tells it."""
    edit_model_id: Name | None = None
    """The id that takes a picture to edit, where it is another one, e.g. ``fal-ai/nano-banana-2/edit``."""
    parameters: Mapping[str, Parameter] = {}
    """What every request for this offer contains besides the prompt, e.g. ``image_size = "square_hd"``."""
    image_parameter: Text | None = None
    """The parameter that takes the picture to edit, where it is not the protocol's usual one; ``name[]`` for a list."""
    not_asked: Text | None = None
    """Why ``arena collect`` does not ask for it here, e.g. because nobody says what a picture costs."""
    other_api: Text | None = None
    """What serves it there, where that is not the protocol of the provider's gateway: it has no code on pages, and
    ``arena collect`` does not ask for it."""
    url: Url | None = None
    speed: Speed | None = None
    """How fast it writes tokens, where the provider says so."""
    rate_limit: Text | None = None
    """How many requests or pictures the provider takes in a time, e.g. ``5 images a minute at tier 1``."""
    regions: tuple[Text, ...] = ()
    """Where the provider serves it, as it names them, e.g. ``us-east-1``."""
    prices: tuple[Price, ...] = ()
    """What it charges, one entry a unit, condition and time."""
    sources: tuple[Source, ...] = ()
    """Where rate limit and regions were read; prices and speed carry a source of their own."""


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
    """Who wrote it."""
    note: Text | None = None
    """Why the text is as it is, where a rule finds it odd."""


class StoryKind(StrEnum):
    RELEASE = "release"
    NEWS = "news"
    WORKFLOW = "workflow"
    PRICE = "price"


class Story(Record):
    """A dated news item in our own words: ``happened`` is the event's date, ``published`` the source's."""

    title: Name
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
