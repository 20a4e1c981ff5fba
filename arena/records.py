"""Frozen records that several parts of the project share: votes, axes, ratings and boards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from arena.arrow_tables import ArrowTable, table_of
from arena.errors import RatingsError

if TYPE_CHECKING:
    import pyarrow as pa
    import trueskill


class Outcome(StrEnum):
    """What a voter said of a battle, by the side of the screen."""

    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"
    BOTH_BAD = "both_bad"


class Origin(StrEnum):
    """Where a vote comes from. Simulated data is called simulated wherever it shows."""

    HUMAN = "human"
    DERIVED = "derived"
    """Worked out from human ratings of single images; nobody voted on the pair itself."""
    SIMULATED = "simulated"


class OutputOrigin(StrEnum):
    """Who made an output: the model whose name it carries, or a program in its place. A vote never has this origin."""

    MODEL = "model"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class Vote:
    """One voter's outcome of one battle. The order of these fields is the column order of every vote file.

    ``at`` is in UTC. ``left`` and ``right`` are model ids (``organization/model``). ``prompt`` is a prompt id,
    ``left_output`` and ``right_output`` are SHA-256 sums in hex. ``dwell_ms`` is the time to decide in milliseconds.
    ``reasons`` are the words that the voter ticked for why, none where nobody asked or answered.
    """

    battle: str
    at: datetime
    arena: str
    category: str
    language: str
    left: str
    right: str
    outcome: Outcome
    voter: str
    prompt: str = ""
    left_output: str = ""
    right_output: str = ""
    dwell_ms: int | None = None
    origin: Origin = Origin.HUMAN
    reasons: tuple[str, ...] = ()


VOTE_COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Vote))
REQUIRED_VOTE_COLUMNS: tuple[str, ...] = VOTE_COLUMNS[:9]


class AxisKind(StrEnum):
    """The four kinds of board."""

    OVERALL = "overall"
    CATEGORY = "category"
    LANGUAGE = "language"
    CATEGORY_LANGUAGE = "category+language"


@dataclass(frozen=True, slots=True, order=True)
class Axis:
    """What a board is about: an arena, narrowed to a category, a language, or both."""

    arena: str
    category: str = ""
    language: str = ""

    @property
    def kind(self) -> AxisKind:
        if self.category and self.language:
            return AxisKind.CATEGORY_LANGUAGE
        if self.category:
            return AxisKind.CATEGORY
        return AxisKind.LANGUAGE if self.language else AxisKind.OVERALL

    @property
    def name(self) -> str:
        """``text-to-image, photo, en``: how an error names an axis."""
        return ", ".join(part for part in (self.arena, self.category, self.language) if part)

    @property
    def sort_key(self) -> tuple[str, str, str, str]:
        """The order of rows in ratings.csv: arena, axis kind, category, language."""
        return (self.arena, self.kind.value, self.category, self.language)


class Intervals(StrEnum):
    """What intervals take account of. Those of a history take account of as much as their week's votes allow."""

    NONE = "none"
    """There is no board, hence no interval."""
    MODEL = "model"
    """The standard error of mu is sigma, which takes every vote as independent."""
    BY_VOTER = "by voter"
    """The larger of two standard errors: from the model, and with the votes of one voter taken together."""
    BY_VOTER_AND_PROMPT = "by voter and prompt"
    """The larger of two as well, with the votes of one voter, and those on one prompt, taken together."""


class RankStatus(StrEnum):
    """How far a rating can be relied on."""

    PROVISIONAL = "provisional"
    """Fewer than 30 votes, or a rank interval as wide as a quarter of the board or wider."""
    ESTABLISHED = "established"


@dataclass(frozen=True, slots=True)
class Rating:
    """The rating of a model on an axis.

    ``mu`` and ``sigma`` are the mean and standard deviation of its strength given the votes, ``score`` is mu - 3 sigma,
    all in points. ``error`` is the standard error of mu relative to the board's mean, as ``Ratings.intervals`` says;
    ``score_low`` and ``score_high`` are score -+ 1.96 error, the bounds of a 95% interval.

    ``rank`` is 1 + how many models of the board have a higher score, and 0 where the model is not ranked; ``rank_low``
    and ``rank_high`` bound its 95% interval. Models of one ``tier`` (from 1) cannot be told from the best of that tier.
    A model that is not ``comparable`` is in no chain of comparisons with most of the board and is not ranked.

    ``votes`` = wins + losses + ties; ``both_bad`` votes are not among them unless the settings say tie. ``win_rate`` is
    (wins + ties / 2) / votes, from 0 to 1.
    """

    model: str
    rank: int
    rank_low: int
    rank_high: int
    score: float
    score_low: float
    score_high: float
    mu: float
    sigma: float
    votes: int
    wins: int
    losses: int
    ties: int
    both_bad: int
    win_rate: float
    error: float = 0.0
    tier: int = 0
    status: RankStatus = RankStatus.PROVISIONAL
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class Fragility:
    """How firm a first place is: without ``votes`` well-chosen votes, ``challenger`` would be first.

    The votes are chosen greedily and the change is checked by rating the rest, so ``votes`` is an upper bound: fewer
    may be enough.
    """

    votes: int
    challenger: str


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """What the variance of mu on a board comes from, as ``Ratings.intervals`` counts it: shares from 0 to 1 that add up
    to 1, the mean over the models of the board.

    ``votes`` is what would be left if all voters judged alike and all prompts were alike: more votes make it smaller.
    What one voter says again and again on one prompt is part of it.
    ``voters`` is what voters add, each with a taste of their own, and ``prompts`` what prompts add, which a model may
    suit or not; only more of them make these smaller. ``prompts`` is None where the intervals take no account of them.
    ``outputs`` is the part that single outputs add, on overall boards whose models have several for a prompt, and None
    on others; there, what they add is in ``prompts``.
    """

    votes: float
    voters: float
    prompts: float | None = None
    outputs: float | None = None


@dataclass(frozen=True)
class Board(ArrowTable):
    """The ranking on an axis: ``ratings`` by rank and then model id, from ``min_votes`` or more rated votes each.

    As a table it has a row for each rating in this order, with the columns arena, category and language, then the
    fields of ``Rating``, then ``origin``.
    """

    axis: Axis
    ratings: tuple[Rating, ...]
    votes: int
    """Rated votes on the axis, those of unranked models included."""
    both_bad: int
    unranked: tuple[Rating, ...] = ()
    """Models with fewer than ``min_votes`` rated votes, or not comparable with the rest; their rank is 0."""
    fragility: Fragility | None = None
    """Of the overall boards; None where no removal that was tried changes the first place."""
    origin: Origin = Origin.HUMAN
    """Where the votes on the axis come from; all boards of an arena are rated from votes of one origin."""
    intervals: Intervals = Intervals.NONE
    """What the intervals of this board take account of. With fewer than three prompts that is not the prompts."""
    prompts: int = 0
    """How many prompts the rated votes name; 0 where intervals take no account of any prompts, as the settings say."""

    variance: VarianceShares | None = None
    """What the variance of mu comes from; None where the intervals are those of the model alone."""

    def get(self, model: str) -> Rating | None:
        """The rating of ``model`` on this board, or None where it is not ranked."""
        index = self._indexes.get(model)
        return None if index is None else self.ratings[index]

    def index_of(self, model: str) -> int:
        """The index of ``model`` in ``ratings``. Raises KeyError where it is not ranked."""
        return self._indexes[model]

    def rating(self, model: str) -> trueskill.Rating:
        """Mu and sigma of a model, ranked or not, in points as a rating of the package ``trueskill``.

        With ``Ratings.environment`` its functions go on from there: ``expose`` is our score, ``quality_1vs1``
        how even a battle would be, ``rate_1vs1`` the ratings after one more vote. Raises RatingsError where it has no
        votes here.
        """
        from trueskill import Rating as TrueSkillRating  # noqa: PLC0415 - loaded when somebody asks for it

        known = {rating.model: rating for rating in (*self.ratings, *self.unranked)}
        if model not in known:
            near = get_close_matches(model, known, 1)
            hint = f'did you mean "{near[0]}"?' if near else "models are named by their ids"
            raise RatingsError(f'no votes on a model "{model}"', where=self.axis.name, hint=hint)
        return TrueSkillRating(known[model].mu, known[model].sigma)

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""
        import pyarrow as pa  # noqa: PLC0415 - records are read by commands that need no Arrow

        table, axis = table_of(Rating, self.ratings), self.axis
        for index, name in enumerate(("arena", "category", "language")):
            table = table.add_column(index, name, pa.repeat(pa.scalar(getattr(axis, name)), len(table)))
        return table.append_column("origin", pa.repeat(pa.scalar(self.origin.value), len(table)))

    @cached_property
    def _indexes(self) -> Mapping[str, int]:
        return {rating.model: index for index, rating in enumerate(self.ratings)}


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A model's cumulative rating from all votes up to the end of one week (``week`` is that week's Sunday).

    ``week_votes`` are the rated votes of that week alone. ``drift`` is the mean of observed minus expected points (win
    1, tie 1/2, loss 0) of those votes, expected from the model's own earlier votes against opponents at their overall
    ratings, with a 95% interval; None in a week without votes or without an earlier week to compare with.
    ``flagged`` says that it departed past 3 standard errors after correction for looking at many weeks.
    """

    arena: str
    model: str
    week: date
    mu: float
    sigma: float
    score: float
    votes: int
    score_low: float = 0.0
    score_high: float = 0.0
    week_votes: int = 0
    drift: float | None = None
    drift_low: float | None = None
    drift_high: float | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class LeftOutVotes:
    """Votes of an arena that are of another origin than those it is rated from."""

    arena: str
    origin: Origin
    votes: int


@dataclass(frozen=True, slots=True)
class LogSummary:
    """Counts and times over the votes that the ratings of a site were computed from."""

    votes: int
    voters: int
    first: datetime | None
    last: datetime | None
    origins: tuple[tuple[Origin, int], ...]
    """Votes by origin, in the order of ``Origin``; origins without votes are left out."""
    outcomes: tuple[tuple[Outcome, int], ...]
    sha256: str
    """The head of the manifest's hash chain; empty for an empty log."""

    @property
    def simulated(self) -> bool:
        return any(origin is Origin.SIMULATED for origin, _ in self.origins)
