"""The strengths of the models of one axis as one joint distribution, and what follows from it about any two of them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import numpy as np

from arena.errors import RatingsError
from arena.pairs import Chance, Pair, Pairs
from arena.ratings.arrays import Floats
from arena.ratings.boards import Estimate
from arena.ratings.clusters import Z_95
from arena.ratings.draws import DrawnCorrelation
from arena.ratings.probabilities import expected_points
from arena.ratings.system import DENSE_MODELS
from arena.ratings.tally import AxisTally
from arena.ratings.ties import TieModel
from arena.records import Axis

BEST_DRAWS = 10_000
"""How many times all strengths are drawn to count who is best: the standard error of a share is 0.5% at most."""
NO_VOTES = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models of an axis compared: ``difference`` is mu of the first minus mu of the second, in points.

    ``error`` is the standard error of the difference, which takes account of the correlation of the two; ``low`` and
    ``high`` bound its 95% interval (difference -+ 1.96 error). ``p_stronger`` is the chance that the first is truly the
    stronger: Phi(difference / error). ``pair`` has the votes between the two, and the forecast for their next battle;
    ``p_tie`` is the chance that it is a tie, as ``TieModel.chances`` says.
    """

    axis: Axis
    pair: Pair
    difference: float
    error: float
    low: float
    high: float
    p_stronger: float
    p_tie: float


@dataclass(frozen=True, eq=False, repr=False)
class PairForecasts:
    """The forecast of any two of the ``known`` models when it is asked for; None for others."""

    strengths: Strengths
    known: frozenset[str]

    def __call__(self, first: str, second: str) -> Pair | None:
        return self.strengths.pair(first, second) if self.known.issuperset((first, second)) else None


@dataclass(frozen=True, eq=False, repr=False)
class ChancesOfPairs:
    """The chances of one of the ``known`` models against each of others; None where not both are known, or the same."""

    strengths: Strengths
    known: frozenset[str]

    def __call__(self, first: str, others: Sequence[str]) -> list[Chance | None]:
        asked = [other for other in others if other in self.known and other != first] if first in self.known else []
        chances = self.strengths.chances_against(first, asked) if asked else ()
        found = dict(zip(asked, chances, strict=True))
        return [found.get(other) for other in others]


@dataclass(frozen=True, eq=False, repr=False)
class PairsThatMet(Mapping[tuple[str, str], Pair]):
    """Those of the ``known`` models with votes, by their ids: each made when it is first asked for, since thousands of
    models have a million of them, and one page needs those of one model.
    """

    strengths: Strengths
    known: frozenset[str]

    def __getitem__(self, names: tuple[str, str]) -> Pair:
        pair = self._made.get(names)
        if pair is None:
            if names not in self._names:
                raise KeyError(names)
            pair = self._made[names] = self.strengths.pair(*names)
        return pair

    def get(self, names: tuple[str, str], default: Any = None) -> Any:
        """That of a dict: ``Mapping`` would raise and catch an error for each two that have not met."""
        return self[names] if names in self._names else default

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _made(self) -> dict[tuple[str, str], Pair]:
        return {}

    @cached_property
    def _names(self) -> dict[tuple[str, str], None]:
        return dict.fromkeys(self.strengths.names_that_met(self.known))


@dataclass(frozen=True, eq=False, repr=False)
class Strengths:
    """What the votes of one axis say of the strengths of its M models, all together.

    ``tally`` has the ids of the models, sorted, and their votes; ``estimate`` has mu, sigma and the standard errors of
    mu in that order, in points. ``beta`` is the noise of one output, in points; ``ties`` says when a battle is a tie.
    """

    tally: AxisTally
    estimate: Estimate
    beta: float
    ties: TieModel

    @cached_property
    def margin(self) -> float:
        """The margin of the ratings, within which a battle is a tie, in points."""
        return self.ties.margin(self.beta)

    @property
    def models(self) -> tuple[str, ...]:
        """The ids of the models (M), sorted: the order of ``covariance``."""
        return self.tally.models

    @property
    def has_covariance(self) -> bool:
        """Whether the board is small enough for a matrix of models by models."""
        return not isinstance(self.estimate.uncertainty.correlation, DrawnCorrelation)

    @property
    def covariance(self) -> Floats:
        """The covariance of mu (M x M) in squared points, relative to the mean of the board's connected models.

        Its diagonal holds the squares of the published errors, which keep each voter's votes together; the correlations
        are those of TrueSkill's own posterior: see ``arena.ratings.uncertainty``. Raises RatingsError on a board of
        more than ``DENSE_MODELS`` models (1,000), whose correlations are drawn.
        """
        if not self.has_covariance:
            raise RatingsError(
                f"no covariance of all {len(self.models):,} models is kept",
                where=self.axis.name,
                hint=f"boards of up to {DENSE_MODELS:,} models have one; compare tells the error of any difference",
            )
        error = self.estimate.uncertainty.error
        covariance = self.estimate.uncertainty.matrix * np.outer(error, error)
        symmetric: Floats = (covariance + covariance.T) / 2.0  # to the last bit, which an inverse is not
        return symmetric

    def index_of(self, model: str) -> int:
        """The index of a model in ``models``. Raises RatingsError where it has no votes on the axis."""
        index = self._indexes.get(model)
        if index is None:
            near = get_close_matches(model, self.models, 1)
            hint = f'did you mean "{near[0]}"?' if near else "models are named by their ids"
            raise RatingsError(f'no votes on a model "{model}"', where=self.axis.name, hint=hint)
        return index

    @property
    def axis(self) -> Axis:
        return self.tally.axis

    def pairs(self, ranked: Collection[str]) -> Pairs:
        """Every two of the ``ranked`` models; the forecast of a pair without votes is computed when it is asked for."""
        wanted = frozenset(ranked)
        return Pairs(
            models=tuple(sorted(wanted)),
            with_votes=PairsThatMet(self, wanted),
            predict=PairForecasts(self, wanted),
            predict_each=ChancesOfPairs(self, wanted),
        )

    def names_that_met(self, known: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Every two of the ``known`` models with votes, in the order of their ids."""
        models = self.models
        met = ((models[first], models[second]) for first, second in self._counts)
        return (names for names in met if known.issuperset(names))

    def pair(self, first: str, second: str) -> Pair:
        """The votes between two models, and the forecast for their next battle, seen from the first.

        With d the difference of mu, s the two sigmas' root of squares, and Phi the normal distribution function,

            P(first wins) = Phi((d - margin) / sqrt(2 beta^2 + s^2)),   P(second wins) = Phi((-d - margin) / ...)

        and the rest is a tie, which counts as half a win (R. Herbrich, T. Minka and T. Graepel, "TrueSkill: a Bayesian
        skill rating system", NIPS 2006). The interval is that of d, put through the same formula at both ends, without
        s. The forecast itself averages over s, which draws it towards an even chance; where that takes it out of the
        interval, the interval is stretched to contain it. Raises RatingsError for models without votes on the axis.
        """
        codes = self.index_of(first), self.index_of(second)
        if codes[0] > codes[1]:
            return self.pair(second, first).mirrored
        wins, losses, ties, both_bad = self._counts.get(codes, NO_VOTES)
        mu, sigma = self._plain_estimate
        gap = mu[codes[0]] - mu[codes[1]]
        doubt = math.hypot(sigma[codes[0]], sigma[codes[1]])
        reach = Z_95 * self.estimate.uncertainty.of_difference(*codes)
        points = expected_points(gap, doubt, self.beta, self.margin)
        return Pair(
            first=first,
            second=second,
            wins=wins,
            losses=losses,
            ties=ties,
            both_bad=both_bad,
            win_probability=points,
            low=min(points, expected_points(gap - reach, 0.0, self.beta, self.margin)),
            high=max(points, expected_points(gap + reach, 0.0, self.beta, self.margin)),
        )

    def chances_against(self, first: str, others: Sequence[str]) -> list[Chance]:
        """What ``pair`` forecasts for a model against each of others: the chance that it wins, and its interval.

        For all of them at once: 0.5 µs each, where ``pair`` takes 10.
        """
        code, codes = self.index_of(first), np.array([self.index_of(other) for other in others], np.int64)
        mu, sigma = self.estimate.mu, self.estimate.sigma
        turn = np.where(codes < code, -1.0, 1.0)  # seen from the model that comes first, as ``pair`` is
        gap, doubt = turn * (mu[code] - mu[codes]), np.hypot(sigma[code], sigma[codes])
        reach = Z_95 * self.estimate.uncertainty.of_pairs(np.minimum(code, codes), np.maximum(code, codes))
        points = self._points(gap, doubt)
        low, high = (self._points(gap + side * reach, np.zeros(len(codes))) for side in (-1.0, 1.0))
        low, high = np.minimum(points, low), np.maximum(points, high)
        seen = (points, np.where(turn > 0.0, low, high), np.where(turn > 0.0, high, low))
        from_first = [np.where(turn > 0.0, values, 1.0 - values).tolist() for values in seen]
        return list(zip(*from_first, strict=True))

    def _points(self, gap: Floats, doubt: Floats) -> Floats:
        """``expected_points`` of each difference."""
        spread = np.hypot(math.sqrt(2.0) * self.beta, doubt) * math.sqrt(2.0)
        win, lose = (
            0.5 * np.array([math.erfc(value) for value in ((self.margin + side * gap) / spread).tolist()])
            for side in (-1.0, 1.0)
        )
        points: Floats = win + 0.5 * np.maximum(0.0, 1.0 - win - lose)
        return points

    def compare(self, first: str, second: str) -> Comparison:
        """Two models compared. Raises RatingsError for one without votes on the axis, and for one with itself."""
        codes = self.index_of(first), self.index_of(second)
        if first == second:
            raise RatingsError(f'"{first}" is compared with itself', hint="name two models")
        difference = float(self.estimate.mu[codes[0]] - self.estimate.mu[codes[1]])
        error = self.estimate.uncertainty.of_difference(*codes)
        return Comparison(
            axis=self.axis,
            pair=self.pair(first, second),
            difference=difference,
            error=error,
            low=difference - Z_95 * error,
            high=difference + Z_95 * error,
            p_tie=self.chances(first, second)[1],
            p_stronger=0.5 * math.erfc(-difference / (error * math.sqrt(2.0))) if error else 0.5,
        )

    def chances(self, first: str, second: str) -> tuple[float, float, float]:
        """The chances in the next battle that the first wins, of a tie, and that the second wins.

        See ``TieModel.chances``. Raises RatingsError for a model without votes on the axis.
        """
        i, j = self.index_of(first), self.index_of(second)
        mu, sigma = self.estimate.mu, self.estimate.sigma
        doubt = math.hypot(float(sigma[i]), float(sigma[j]))
        return self.ties.chances(float(mu[i]), float(mu[j]), doubt, self.beta)

    def p_best(self, models: Collection[str]) -> dict[str, float]:
        """The chance of each of these models to be the strongest of them, in the order of ``models``; they add up to 1.

        All strengths are drawn 10,000 times from the normal distribution with these mu and covariance, and who comes
        first is counted: the first column of the rankogram of G. Salanti, A. E. Ades and J. P. A. Ioannidis, "Graphical
        methods and numerical summaries for presenting results from multiple-treatment meta-analysis", Journal of
        Clinical Epidemiology 64 (2011). The draws are always the same ones, so equal votes give equal chances. On a
        board of more than ``DENSE_MODELS`` models they are the 1,000 that its correlations are made of.
        """
        codes = np.array([self.index_of(model) for model in models], np.int64)
        if not len(codes):
            return {}
        # Dealt by mu and error and not by name, so that a renaming changes no chance.
        codes = codes[np.lexsort((self.estimate.uncertainty.error[codes], -self.estimate.mu[codes]))]
        uncertainty = self.estimate.uncertainty.of(codes)
        drawn = uncertainty.drawn(BEST_DRAWS) * uncertainty.error + self.estimate.mu[codes]
        shares = np.bincount(drawn.argmax(axis=1), minlength=len(codes)) / len(drawn)
        chance = {self.models[code]: share for code, share in zip(codes.tolist(), shares.tolist(), strict=True)}
        return {model: chance[model] for model in models}

    @cached_property
    def _plain_estimate(self) -> tuple[list[float], list[float]]:
        """Mu and sigma as Python's own numbers, which are read ten times as fast one by one."""
        return self.estimate.mu.tolist(), self.estimate.sigma.tolist()

    @cached_property
    def _indexes(self) -> dict[str, int]:
        return {model: index for index, model in enumerate(self.tally.models)}

    @cached_property
    def _counts(self) -> dict[tuple[int, int], list[int]]:
        """Wins, losses, ties and both_bad of each pair of models (indexes, first < second) with votes."""
        rows = zip(self.tally.first.tolist(), self.tally.second.tolist(), self.tally.counts.tolist(), strict=True)
        return {(first, second): counts for first, second, counts in rows if any(counts)}
