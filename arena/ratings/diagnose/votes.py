"""The rated votes of one arena as columns of numbers, with what its ratings expect of each vote."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import ibis
import numpy as np

from arena.rating_settings import Method, RatingSettings
from arena.ratings.arrays import Floats, Ints
from arena.ratings.diagnose.statistics import group_sums
from arena.ratings.probabilities import win_and_draw_probability
from arena.ratings.solver import solve
from arena.ratings.strengths import Strengths
from arena.ratings.tally import AxisTally, encode
from arena.records import Board, Outcome

LEFT, RIGHT, TIE = 0, 1, 2
OUTCOMES = {Outcome.LEFT.value: LEFT, Outcome.RIGHT.value: RIGHT, Outcome.TIE.value: TIE, Outcome.BOTH_BAD.value: TIE}
TEXTS = ("arena", "category", "language", "left", "right", "voter", "prompt")
HALVINGS = 60
"""Of the interval that a margin is looked for in: more than a double has digits."""
LEAST_POINTS_VARIANCE = 1e-6
"""Of the points of one vote: an outcome that the ratings call certain would else count without end."""


@dataclass(frozen=True)
class VoteColumns:
    """The rated votes of one arena (N), in an order that does not depend on the file's.

    ``left`` and ``right`` index the models of the arena's axis; ``outcome`` is LEFT, RIGHT or TIE; the others index
    ``names``, sorted. ``seconds`` are since 1970.
    """

    left: Ints
    right: Ints
    outcome: Ints
    voter: Ints
    prompt: Ints
    category: Ints
    language: Ints
    seconds: Ints
    names: dict[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.left)

    def group(self, column: str) -> tuple[Ints, tuple[str, ...]]:
        """A column of codes, numbered anew from 0 for the values that occur here, and their names."""
        present, codes = np.unique(getattr(self, column), return_inverse=True)
        known = self.names[column]
        return codes.astype(np.int64), tuple(known[code] for code in present.tolist())


def load_columns(votes: ibis.Table, models_of: dict[str, tuple[str, ...]], both_bad: str) -> dict[str, VoteColumns]:
    """The rated votes by arena: one query; ``models_of`` has the models of each arena's axis, sorted."""
    rated = [outcome for outcome in OUTCOMES if outcome != Outcome.BOTH_BAD.value or both_bad == "tie"]
    chosen = votes.filter(votes.outcome.isin(rated))
    missing = {name: ibis.literal("") for name in ("prompt",) if name not in votes.columns}
    chosen = chosen.mutate(**missing) if missing else chosen
    rows = chosen.select(*TEXTS, "outcome", seconds=chosen["at"].epoch_seconds().cast("int64")).to_pyarrow()
    coded = {name: encode([rows[name]]) for name in (*TEXTS, "outcome")}
    said, outcome = coded["outcome"]
    kind = np.array([OUTCOMES[name] for name in said], np.int64)[outcome]
    seconds = rows["seconds"].to_numpy().astype(np.int64)
    names = {name: known for name, (known, _) in coded.items()}
    columns = {name: codes for name, (_, codes) in coded.items()}
    found = {}
    for code, arena in enumerate(names["arena"]):
        here = np.flatnonzero(columns["arena"] == code)
        keys = [columns[name][here] for name in ("right", "left", "prompt", "voter")]
        here = here[np.lexsort((kind[here], *keys, seconds[here]))]
        sides = [_codes_among(models_of[arena], names[side])[columns[side][here]] for side in ("left", "right")]
        found[arena] = VoteColumns(
            left=sides[0],
            right=sides[1],
            outcome=kind[here],
            voter=columns["voter"][here],
            prompt=columns["prompt"][here],
            category=columns["category"][here],
            language=columns["language"][here],
            seconds=seconds[here],
            names=names,
        )
    return found


def _codes_among(models: tuple[str, ...], names: tuple[str, ...]) -> Ints:
    code = {model: index for index, model in enumerate(models)}
    return np.array([code.get(name, -1) for name in names], np.int64)


@dataclass(frozen=True)
class Expected:
    """What a fit expects of each vote (N), seen from the left.

    ``points`` are the chance to win plus half of that of a tie, ``variance`` is theirs; ``tie`` is the chance of a tie;
    ``slope`` is by how much the points rise for a point of strength.
    """

    points: Floats
    variance: Floats
    tie: Floats
    slope: Floats


@dataclass(frozen=True)
class DiagnosedVotes:
    """The votes of one arena, its board, and the batch ratings of its overall axis.

    ``mu`` and ``sigma`` (M) are in points; ``margin`` is that within which a battle is a tie on the board. ``shared``
    are pairs of models (indexes) of which the same picture was shown, with how many pictures. ``labels`` are names of
    models and makers to be said in place of their ids.
    """

    columns: VoteColumns
    board: Board
    tally: AxisTally
    settings: RatingSettings
    draw_probability: float
    mu: Floats
    sigma: Floats
    margin: float
    strengths: Strengths
    seed: int
    shared: tuple[tuple[int, int, int], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def models(self) -> tuple[str, ...]:
        return self.tally.models

    def label(self, model: int) -> str:
        """What a model is called in sentences."""
        return self.called(self.models[model])

    def called(self, name: str) -> str:
        """What the model or maker of this id is called in sentences."""
        return self.labels.get(name, name)

    @property
    def size(self) -> int:
        return len(self.tally.models)

    @cached_property
    def points(self) -> Floats:
        """What the left scored in each vote: 1, 1/2 or 0."""
        scored: Floats = np.array([1.0, 0.0, 0.5])[self.columns.outcome]
        return scored

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """The pair of each vote (N), and first * M + second of each pair (P)."""
        low = np.minimum(self.columns.left, self.columns.right)
        key, pair = np.unique(low * self.size + self.columns.left + self.columns.right - low, return_inverse=True)
        return pair.astype(np.int64), key.astype(np.int64)

    @cached_property
    def left_is_first(self) -> Floats:
        """1 where the left model of a vote (N) is the first of the pair, -1 where it is the second."""
        side: Floats = np.where(self.columns.left < self.columns.right, 1.0, -1.0)
        return side

    @cached_property
    def fitted_margin(self) -> float:
        """The margin with which the ratings expect as many ties as there are: checks ask where ties are, not how many.

        0 without ties, and infinity where there is nothing else.
        """
        pair, key = self.pairs
        ties = float((self.columns.outcome == TIE).sum())
        if ties in (0.0, float(len(self.columns))):
            return math.inf if ties else 0.0
        first, second = np.divmod(key, self.size)
        gaps, counts = (self.mu[first] - self.mu[second]).tolist(), group_sums(pair, np.ones(len(pair)), len(key))
        low, high = 0.0, float(np.ptp(self.mu)) + 40.0 * self.settings.beta
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            chances = np.array([win_and_draw_probability(gap, self.noise, middle)[1] for gap in gaps])
            low, high = (middle, high) if float(chances @ counts) < ties else (low, middle)
            if high - low < 1e-6 * max(high, 1e-3):
                break
        return (low + high) / 2.0

    @property
    def noise(self) -> float:
        """The standard deviation of the difference of two outputs of equal models, in points."""
        return math.sqrt(2.0) * self.settings.beta

    @cached_property
    def expected(self) -> Expected:
        """What the ratings expect of each vote, with the margin that fits the number of ties."""
        return self.expectations(self.mu, np.zeros(self.size))

    def expectations(self, mu: Floats, sigma: Floats, rows: Ints | None = None) -> Expected:
        """What strengths known up to ``sigma`` (M) expect of each vote, or of those in ``rows``."""
        pair, key = self.pairs
        side = self.left_is_first if rows is None else self.left_is_first[rows]
        first, second = np.divmod(key, self.size)
        gap, spread = mu[first] - mu[second], np.sqrt(self.noise**2 + sigma[first] ** 2 + sigma[second] ** 2)
        margin = min(self.fitted_margin, 1e6)
        chances = np.array(
            [win_and_draw_probability(*known, margin) for known in zip(gap.tolist(), spread.tolist(), strict=True)]
        ).reshape(-1, 2)
        points = chances[:, 0] + 0.5 * chances[:, 1]
        variance = np.maximum(chances[:, 0] + 0.25 * chances[:, 1] - points**2, LEAST_POINTS_VARIANCE)
        edges = np.exp(-0.5 * ((gap[:, None] + np.array([-margin, margin])) / spread[:, None]) ** 2)
        slope = edges.sum(axis=1) / (2.0 * spread * math.sqrt(2.0 * math.pi))
        pair = pair if rows is None else pair[rows]
        left = np.where(side > 0.0, points[pair], 1.0 - points[pair])
        return Expected(left, variance[pair], chances[pair, 1], slope[pair])

    @cached_property
    def surprise(self) -> Floats:
        """The points of the left less those expected, of each vote."""
        return self.points - self.expected.points

    @cached_property
    def sides(self) -> tuple[Ints, Floats, Floats, Floats]:
        """Every vote twice (2 N), once for each model: the model, its surprise, the variance, and the slope."""
        expected, columns = self.expected, self.columns
        model = np.concatenate([columns.left, columns.right])
        surprise = np.concatenate([self.surprise, -self.surprise])
        return model, surprise, np.tile(expected.variance, 2), np.tile(expected.slope, 2)

    @cached_property
    def voters(self) -> tuple[Ints, tuple[str, ...]]:
        """The voter of each vote, numbered from 0, and their ids."""
        return self.columns.group("voter")

    @cached_property
    def prompts(self) -> tuple[Ints, tuple[str, ...]]:
        """The prompt of each vote, numbered from 0, and their ids; votes that name none share the empty one."""
        return self.columns.group("prompt")

    @property
    def without_voters(self) -> str:
        """Why nothing can be said of voters; empty where something can."""
        if len(self.voters[1]) == len(self.columns):
            return "because no voter is named twice: the file does not say who voted, or everybody voted once"
        return "because there is one voter only" if len(self.voters[1]) < 2 else ""

    @property
    def without_prompts(self) -> str:
        """Why nothing can be said of prompts; empty where something can."""
        names = [name for name in self.prompts[1] if name]
        if not names:
            return "because the votes name no prompts"
        return "because there is one prompt only" if len(self.prompts[1]) < 2 else ""

    @property
    def without_times(self) -> str:
        """Why nothing can be said of time; empty where something can."""
        return (
            ""
            if len(np.unique(self.columns.seconds[:: max(1, len(self.columns) - 1)])) > 1
            else ("because all votes have the same time: the file does not say when they were cast")
        )

    @cached_property
    def tastes(self) -> tuple[float, float]:
        """The variances, in squared points, of how much stronger or weaker than others single voters see a model, and
        of how much stronger or weaker it is on single prompts.

        By moments: the product of the surprises of two votes of one voter on one model has the mean slope^2 variance,
        the surprises of votes that share nothing multiply to 0 on average.
        """
        by_voter = 0.0 if self.without_voters else self._own_variance(self.voters[0], len(self.voters[1]))
        by_prompt = 0.0 if self.without_prompts else self._own_variance(self.prompts[0], len(self.prompts[1]))
        return by_voter, by_prompt

    def _own_variance(self, group: Ints, size: int) -> float:
        excess, weight = self.own_products(group, size)
        return max(0.0, float(excess.sum() / max(weight.sum(), 1e-12)))

    def own_products(self, group: Ints, size: int) -> tuple[Floats, Floats]:
        """For each group (G) the sum of the products of surprises of two votes of it on one model, and of slopes."""
        model, surprise, _, slope = self.sides
        cell, where = np.unique(np.tile(group, 2) * self.size + model, return_inverse=True)
        sums = [group_sums(where, values, len(cell)) for values in (surprise, surprise**2, slope, slope**2)]
        owner = cell // self.size
        return group_sums(owner, sums[0] ** 2 - sums[1], size), group_sums(owner, sums[2] ** 2 - sums[3], size)

    def clustered(self, cell: Ints, size: int, slope: Floats, *, voters: bool = True, prompts: bool = True) -> Floats:
        """What voters' and prompts' own tastes add to the variance of the sum of surprises of each cell.

        ``cell`` (N or 2 N) numbers the cells of votes (or of sides), so that all votes of one voter in a cell move with
        the same taste; ``slope`` is signed as the votes' surprises are.
        """
        added = np.zeros(size)
        times = len(cell) // max(len(self.columns), 1)
        parts = ((voters, self.tastes[0], self.voters), (prompts, self.tastes[1], self.prompts))
        for wanted, variance, (group, _) in parts:
            if wanted and variance > 0.0:
                key, where = np.unique(np.tile(group, times) * size + cell, return_inverse=True)
                weight = group_sums(where, slope, len(key)) ** 2 - group_sums(where, slope**2, len(key))
                added += variance * np.maximum(0.0, group_sums(key % size, weight, size))
        return added

    def cluster_variance(self, values: Floats, rows: Ints | None = None) -> float:
        """The variance of a sum of values of mean 0: by vote, by voter or by prompt, whichever is largest.

        There is a value for each vote, or for those in ``rows``.
        """
        sums = [values]
        for unknown, (codes, names) in ((self.without_voters, self.voters), (self.without_prompts, self.prompts)):
            if not unknown:
                sums.append(group_sums(codes if rows is None else codes[rows], values, len(names)))
        return max(float((part**2).sum()) for part in sums)

    @cached_property
    def information(self) -> Floats:
        """The precision of mu (M x M): the prior's, and what each vote tells about the two models."""
        expected, columns = self.expected, self.columns
        told = expected.slope**2 / expected.variance
        key = columns.left * self.size + columns.right
        matrix = -group_sums(key, told, self.size**2).reshape(self.size, self.size)
        matrix += matrix.T
        matrix[np.diag_indices(self.size)] = 0.0
        matrix[np.diag_indices(self.size)] = self.settings.sigma**-2 - matrix.sum(axis=1)
        return matrix

    @cached_property
    def pair_outcomes(self) -> tuple[Ints, Ints]:
        """The outcome of each vote (N) as its pair's first model sees it, and how often each pair has each (P x 3)."""
        outcome = np.where(
            (self.left_is_first < 0.0) & (self.columns.outcome != TIE),
            RIGHT - self.columns.outcome,
            self.columns.outcome,
        )
        pair, key = self.pairs
        return outcome, np.bincount(pair * 3 + outcome, minlength=3 * len(key)).reshape(-1, 3)

    def refit(self, left_out: Ints) -> tuple[Floats, Floats]:
        """Mu and sigma of all M models without the votes that are ``left_out`` (indexes); the prior's without votes."""
        outcome, counts = self.pair_outcomes
        pair, key = self.pairs
        gone = np.bincount(pair[left_out] * 3 + outcome[left_out], minlength=3 * len(key)).reshape(-1, 3)
        rest = np.pad(counts - gone, ((0, 0), (0, 1)))
        voted = rest.any(axis=1)
        mu, sigma = np.full(self.size, self.settings.mu), np.full(self.size, self.settings.sigma)
        if voted.any():
            axis = AxisTally.of(self.tally.axis, self.models, key[voted], rest[voted])
            code = {model: index for index, model in enumerate(self.models)}
            where = np.array([code[model] for model in axis.models], np.int64)
            solution = solve(axis, self.settings, self.draw_probability)
            mu[where], sigma[where] = solution.mu, solution.sigma
        return mu, sigma

    def name_of_pair(self, key: int) -> str:
        """``a and b``."""
        first, second = divmod(key, self.size)
        return f"{self.label(first)} and {self.label(second)}"


def batch(settings: RatingSettings) -> RatingSettings:
    """The settings for batch ratings, which checks need whatever the method: online surprises do not balance."""
    return (
        settings
        if settings.method is Method.BATCH
        else settings.model_copy(update={"method": Method.BATCH, "tau": 0.0})
    )


def week_of(seconds: Ints) -> Ints:
    """Weeks from Monday to Sunday (UTC), 0 being that of 1970-01-05."""
    return (seconds // 86_400 - 4) // 7


def named_groups(codes: Ints, names: tuple[str, ...]) -> Iterator[tuple[str, Ints]]:
    """Each group that has a name, and its votes (indexes)."""
    for code, name in enumerate(names):
        if name:
            yield name, np.flatnonzero(codes == code)
