"""The documents of the API. Their JSON Schema is made from these records, so that neither can differ from the other.

Money is text, so that it stays exact; other numbers are rounded to six decimals, like those of ratings.csv. Paths are
relative to the root of the site. A field without a value is null.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import ConfigDict

from arena.catalogue.model_facts import CommercialUse, Level
from arena.catalogue.model_facts import Status as Life
from arena.catalogue.outputs import Collected, Measurement
from arena.catalogue.records import Model, Offer
from arena.exports.ratings import BoardColumns, RatingColumns
from arena.publish.formats.api.second_boards import ApiRecord, EqualLooksRecord, ReasonBoardsRecord
from arena.rating_settings import RatingSettings
from arena.ratings.ties import TieModel
from arena.records import AxisKind, Intervals, Origin, OutputOrigin, RankStatus

VERSION: Literal["v1"] = "v1"


STRICT = ConfigDict(extra="forbid")


class Document(ApiRecord):
    """What every file says of itself first: whether any of its data is simulated, and what it was computed from.

    ``simulated`` and ``note`` are about the votes and pictures in this file, not about those of the whole site.
    """

    api: Literal["v1"] = VERSION
    site: str
    simulated: bool
    note: str
    """What readers of the numbers must know; empty where people cast every vote."""
    log_sha256: str
    """The head of the log's hash chain; empty for an empty log."""
    decisions_sha256: str
    """The SHA-256 of the decisions beside the log, which say what of it is not rated."""
    votes: int
    data_until: date | None
    licence: str | None
    """Of votes and ratings."""
    origins: dict[str, Origin]
    """What the votes are that each arena of this file is rated from, by arena; an arena without votes is left out."""


class ApiFile(ApiRecord):
    """A file, or a family of files with a placeholder in its path, and the record that it holds."""

    path: str
    what: str
    record: str


class Index(Document):
    """``index.json``: what there is. ``schema_path`` is the JSON Schema of all records."""

    schema_path: str
    settings: RatingSettings
    draw_probability: dict[str, float]
    """The probability of a tie between equals that was used, by arena."""
    ties: dict[str, TieModel]
    """When the voters of each arena call a tie, by arena; it includes that probability, and how it was found."""
    method_version: str
    """Another version may give other ratings of the same votes."""
    intervals: Intervals
    files: tuple[ApiFile, ...]


class OverallRank(ApiRecord):
    """A model on the overall board of an arena."""

    arena: str
    origin: Origin
    rank: int
    of: int
    score: float


class PriceFrom(ApiRecord):
    """The lowest price of one 1024x1024 image in medium or standard quality that no other source contradicts; of equal
    ones that of the maker's own API. ``read`` is when it was read.
    """

    amount: Decimal
    currency: Literal["USD"] = "USD"
    provider: str
    read: date


class ModelSummary(ApiRecord):
    """A model as lists name it; ``page``, ``markdown`` and ``data`` are where more is said of it."""

    id: str
    name: str
    maker: str
    maker_name: str
    released: date | None
    status: Life
    """On the day that the site was built for: a model is withdrawn from the day ``shut_down`` on."""
    deprecated: date | None
    shut_down: date | None
    replaced_by: str | None
    """The id of what its maker says to use instead."""
    arenas: tuple[str, ...]
    weights_open: bool | Literal["unknown"]
    weights_licence: str
    commercial_use: str
    """Of outputs."""
    weights_commercial_use: CommercialUse
    """No where they cannot be downloaded."""
    level: Level
    benchmarkable_at: tuple[str, ...]
    """The providers that pictures of it can be asked of by ``arena collect``."""
    price: PriceFrom | None
    places: tuple[OverallRank, ...]
    page: str
    markdown: str
    data: str


class Models(Document):
    """``models.json``: every model, by id."""

    models: tuple[ModelSummary, ...]


@dataclass(frozen=True, slots=True)
class RatingRow(RatingColumns):
    """One model on one board. The fields are those of ratings.csv."""

    __pydantic_config__: ClassVar = STRICT
    error: float
    tier: int
    status: RankStatus
    comparable: bool


@dataclass(frozen=True, slots=True)
class AxisRating(BoardColumns):
    """The rating of a model on one board, and which board that is."""

    __pydantic_config__: ClassVar = STRICT
    board: str
    origin: Origin
    rating: RatingRow


@dataclass(frozen=True, slots=True)
class PairRecord:
    """Two models' battles in one arena, from the first one's side; ``win_probability`` counts ties as half."""

    __pydantic_config__: ClassVar = STRICT
    arena: str
    first: str
    second: str
    wins: int
    losses: int
    ties: int
    both_bad: int
    win_probability: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ReasonRecord:
    """In how many of a model's wins, or losses, a reason was ticked: ``votes`` of ``of``, which have any reason.

    ``category`` is empty for all together. ``low`` and ``high`` bound the 95% interval of the share.
    """

    __pydantic_config__: ClassVar = STRICT
    arena: str
    category: str
    reason: str
    won: bool
    votes: int
    of: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class HistoryWeek:
    """The rating of a model from all votes up to the end of one week, which is a Sunday."""

    __pydantic_config__: ClassVar = STRICT
    arena: str
    week: date
    score: float
    score_low: float
    score_high: float
    votes: int
    flagged: bool


class ModelPicture(ApiRecord):
    """A picture of the model for a prompt; sizes in pixels."""

    prompt: str
    path: str
    width: int
    height: int
    origin: OutputOrigin
    collected: Collected | None
    """How it came about, and what it was as returned; null for what was not collected."""


class ListedSpan(ApiRecord):
    """A price of the reference image, from ``start`` (inclusive) to ``end`` (exclusive)."""

    amount: Decimal
    start: date
    end: date


class OfferPrices(ApiRecord):
    """An offer as the catalogue has it, its price for the reference image, and what was measured of it."""

    provider: str
    provider_name: str
    model: str
    reference: Decimal | None
    listed: tuple[ListedSpan, ...]
    """What the reference image was listed at up to the day of the site, oldest first; empty where that is not known."""
    average_30_days: Decimal | None
    """The mean of each day's listed price over the last 30 days; not what people paid."""
    average: Decimal | None
    """The same over all days of ``listed``."""
    measured: Measurement | None
    offer: Offer


class ModelDocument(Document):
    """``models/<organization>/<model>.json``: all that the site knows of one model."""

    summary: ModelSummary
    facts: Model
    ratings: tuple[AxisRating, ...]
    battles: tuple[PairRecord, ...]
    """Against every ranked model that it has met."""
    history: tuple[HistoryWeek, ...]
    reasons: tuple[ReasonRecord, ...]
    """Why people preferred it, or another one to it; empty where no vote says."""
    offers: tuple[OfferPrices, ...]
    pictures: tuple[ModelPicture, ...]


class BoardSummary(ApiRecord):
    """A board as the list names it; ``leader`` is null where nobody is ranked.

    ``origin`` is that of ratings.csv: all boards of an arena are rated from votes of one origin. ``intervals`` is what
    those of this board take account of, and ``prompts`` how many prompts its votes name. ``leader`` is first by score;
    ``leader_since`` is the last day of the votes that proved it to lead, as the method page explains, and null where
    it is not proven, and on narrower boards.
    """

    arena: str
    axis: AxisKind
    category: str
    language: str
    name: str
    votes: int
    both_bad: int
    origin: Origin
    intervals: Intervals
    prompts: int
    ranked: int
    leader: str | None
    leader_since: date | None
    page: str
    data: str


class Boards(Document):
    """``boards.json``: every board that has votes, in the order of ratings.csv."""

    boards: tuple[BoardSummary, ...]


class FirstPlaceVotes(ApiRecord):
    """Without ``votes`` well-chosen votes, ``challenger`` would be first; fewer may be enough."""

    votes: int
    challenger: str


class ScoreVariance(ApiRecord):
    """What the variance of the scores comes from: shares from 0 to 1 that add up to 1.

    ``votes`` is what more votes alone make smaller, ``voters`` what more voters, ``prompts`` what more prompts do (null
    where intervals take no account of prompts), and ``outputs`` what more outputs of each model for a prompt do (null
    where models have one).
    """

    votes: float
    voters: float
    prompts: float | None
    outputs: float | None


class BoardDocument(Document):
    """``boards/<arena>/<name>.json``: one board, ranked models first.

    ``variance`` is null where intervals take every vote as independent. ``held_back`` are the models that few votes
    hold back, as the method page explains it, each with its rank by mu. ``equal_looks`` is null on narrower boards, and
    where the looks of pictures are not known; ``reasons`` is null there, and where voters gave too few.
    """

    board: BoardSummary
    ranked: tuple[RatingRow, ...]
    unranked: tuple[RatingRow, ...]
    fragility: FirstPlaceVotes | None
    variance: ScoreVariance | None
    held_back: dict[str, int]
    equal_looks: EqualLooksRecord | None
    reasons: ReasonBoardsRecord | None


class PairsDocument(Document):
    """``pairs/<arena>.json``: every two ranked models that have met, the smaller id first.

    Two that have not met are left out, so that the file grows with the battles and not with the square of models.
    """

    arena: str
    pairs: tuple[PairRecord, ...]


class PricesDocument(Document):
    """``prices.json``: every offer with all of its prices, by provider and model."""

    offers: tuple[OfferPrices, ...]
