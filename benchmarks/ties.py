"""How well models of ties foretell votes that they have not seen: ours, Davidson's, and that of Rao and Kupper.

    python -m benchmarks.ties FOLDER

FOLDER holds the data sets of benchmarks.calibration; each is split five ways at random, and every part is foretold from
the other four. A forecast is the chance of each outcome. The log loss is minus the mean log of the chance that the
outcome was given; its difference is that to the better of Davidson and Rao-Kupper, with a standard error that takes the
votes of one voter on one prompt together, since ratings of single outputs make many votes. The calibration error is the
mean gap between forecast and outcome over ten equal bins. Chi-square compares the counts of each pair of models with 20
votes or more with what was foretold, per degree of freedom: 1 where nothing but chance is left.

Worlds with known ties are simulated besides, so that each model meets its own.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Floats, Ints
from arena.ratings.ties import TieLevels
from benchmarks.calibration import (
    SETTINGS,
    TASKS,
    Games,
    Known,
    cross_validated,
    load_halo,
    load_imagenhub,
    load_llmfao,
)

PENALTY = (SETTINGS.beta * math.sqrt(2.0) / SETTINGS.sigma / 1.7) ** 2
"""One over the variance of a strength before any vote: ours, in units of the logistic distribution."""
SPREAD_NODES = 11
LEAST_VOTES = 20
"""Of a pair, for chi-square."""
BEST_OF = ("Davidson", "Rao-Kupper")

Forecast = Callable[[Games, Games], Floats]
Derivatives = tuple[Floats, Floats, Floats, Floats, Floats]


def ours(
    settings: RatingSettings = SETTINGS, *, levels: bool = False, voters: bool = False, spread: bool = False
) -> Forecast:
    """TrueSkill with a margin: by level; with what is known of each voter; or with voters' spread integrated out."""

    def forecast(known: Games, asked: Games) -> Floats:
        found = Known.of(known, settings)
        if not levels:
            found = replace(found, ties=replace(found.ties, levels=TieLevels()))
        if spread:
            return over_voters(found, asked)
        factors = np.ones(len(asked.left))
        if voters:
            votes = np.bincount(known.voter, minlength=asked.voter.max() + 1)
            ties = np.bincount(known.voter, known.outcome == 2, len(votes)).astype(np.int64)
            own = [found.ties.margin_factor(*each) for each in zip(ties.tolist(), votes.tolist(), strict=True)]
            factors = np.array(own)[asked.voter]
        return chances(found, asked, factors)

    return forecast


def chances(found: Known, asked: Games, factors: Floats) -> Floats:
    """Of the left, of the right, of a tie (N x 3), each margin being multiplied by its factor (N)."""
    rows = []
    for i, j, factor in zip(asked.left.tolist(), asked.right.tolist(), factors.tolist(), strict=True):
        win, tie, loss = found.ties.chances(
            found.mu[i], found.mu[j], found.doubt(i, j), SETTINGS.beta, voter_factor=factor
        )
        rows.append((win, loss, tie))
    return np.array(rows)


def over_voters(found: Known, asked: Games) -> Floats:
    """The mean over voters, whose margins differ by their factors, all of them scaled to foretell as many ties."""
    voters, same = found.ties.voters, np.ones(len(asked.left))
    usual = chances(found, asked, same)
    if not voters.spread:
        return usual
    weight = (1.0 - voters.spread) / voters.spread
    drawn = np.random.default_rng(0).beta(voters.mean * weight, (1.0 - voters.mean) * weight, 100_000)
    # A share of 0 or 1 would be no margin, or one without end.
    shares = np.clip(np.quantile(drawn, (np.arange(SPREAD_NODES) + 0.5) / SPREAD_NODES), 1e-6, 1.0 - 1e-6)
    factors = [found.ties.margin_factor(round(share * 10**9), 10**9) for share in shares.tolist()]
    low, high = 0.25, 4.0
    for _ in range(10):
        scale = math.sqrt(low * high)
        told = np.mean([chances(found, asked, same * scale * factor) for factor in factors], axis=0)
        low, high = (scale, high) if told[:, 2].mean() < usual[:, 2].mean() else (low, scale)
    return np.asarray(told, np.float64)


def davidson(gap: Floats, tie: float) -> tuple[Floats, Callable[[Ints], Derivatives]]:
    """R. R. Davidson, Journal of the American Statistical Association 65 (1970): a win has the weight e^(gap / 2), a
    loss e^(-gap / 2), a tie e^tie. The chances (N x 3), and the derivatives of the log likelihood of given outcomes by
    gap, by tie, twice by gap, by both, twice by tie (N each).
    """
    weights = np.exp(np.column_stack([gap / 2.0, -gap / 2.0, np.full_like(gap, tie)]))
    chance = weights / weights.sum(axis=1, keepdims=True)
    win, loss, draw = chance.T

    def derivatives(outcome: Ints) -> Derivatives:
        share = np.array([0.5, -0.5, 0.0])[outcome]
        bend = 0.25 * ((win - loss) ** 2 - win - loss)
        return share - (win - loss) / 2.0, (outcome == 2) - draw, bend, (win - loss) * draw / 2.0, draw**2 - draw

    return chance, derivatives


def rao_kupper(gap: Floats, tie: float) -> tuple[Floats, Callable[[Ints], Derivatives]]:
    """P. V. Rao and L. L. Kupper, Journal of the American Statistical Association 62 (1967): with the logistic
    function, a win has the chance of gap - tie, a loss of -gap - tie, and what remains is (e^(2 tie) - 1) times both.
    """
    win, loss = 1.0 / (1.0 + np.exp(tie - gap)), 1.0 / (1.0 + np.exp(tie + gap))
    fade = math.exp(-2.0 * tie)

    def derivatives(outcome: Ints) -> Derivatives:
        of_win, of_loss, draw = outcome != 1, outcome != 0, outcome == 2
        up, down = of_win * (1.0 - win), of_loss * (1.0 - loss)
        bend_up, bend_down = up * win, down * loss
        return (
            up - down,
            draw * (2.0 / (1.0 - fade)) - up - down,
            -bend_up - bend_down,
            bend_up - bend_down,
            draw * (-4.0 * fade / (1.0 - fade) ** 2) - bend_up - bend_down,
        )

    return np.column_stack([win, loss, 1.0 - win - loss]), derivatives


def likeliest(model: Callable[[Floats, float], tuple[Floats, Callable[[Ints], Derivatives]]]) -> Forecast:
    """Maximum likelihood by Newton's method, with our prior of strengths as its penalty; both models are concave."""

    def forecast(known: Games, asked: Games) -> Floats:
        size = known.size
        value: Floats = np.append(np.zeros(size), 0.5)
        for _ in range(200):
            strength, tie = value[:size], float(value[size])
            by_gap, by_tie, bend, mixed, bend_tie = model(strength[known.left] - strength[known.right], tie)[1](
                known.outcome
            )
            slope, hessian = -PENALTY * np.append(strength, 0.0), np.zeros((size + 1, size + 1))
            for side, sign in ((known.left, 1.0), (known.right, -1.0)):
                slope[:size] += np.bincount(side, sign * by_gap, size)
                hessian[:size, size] += np.bincount(side, sign * mixed, size)
                np.add.at(hessian, (side, side), bend)
            np.add.at(hessian, (known.left, known.right), -bend)
            np.add.at(hessian, (known.right, known.left), -bend)
            hessian[size, :size], slope[size] = hessian[:size, size], by_tie.sum()
            hessian[size, size] = bend_tie.sum()
            hessian[np.diag_indices(size)] -= PENALTY
            step = np.linalg.solve(hessian, -slope)
            step /= max(1.0, float(np.abs(step).max()) / 2.0)
            if model is rao_kupper:  # whose margin is above 0
                step /= max(1.0, -2.0 * float(step[size]) / tie)
            value = np.asarray(value + step, np.float64)
            if np.abs(step).max() < 1e-9:
                break
        return model(value[asked.left] - value[asked.right], float(value[size]))[0]

    return forecast


OBSERVED, OURS = "observed share of ties", "fitted, by level (ours)"
MODELS: dict[str, Forecast] = {
    OBSERVED: ours(RatingSettings(draw_probability="observed")),
    "fitted margin": ours(),
    OURS: ours(levels=True),
    "voters' spread integrated out": ours(levels=True, spread=True),
    "each voter's own ties": ours(levels=True, voters=True),
    "Davidson": likeliest(davidson),
    "Rao-Kupper": likeliest(rao_kupper),
}
COMPARED = (OBSERVED, OURS, "Davidson", "Rao-Kupper")


@dataclass(frozen=True)
class World:
    """Simulated votes: ``ties`` is davidson, rao_kupper, or words for TrueSkill's: by level, by voters who differ."""

    name: str
    ties: str
    votes: int = 12_000
    models: int = 20
    voters: int = 300

    def play(self, seed: int) -> Games:
        rng = np.random.default_rng(seed)
        strength = rng.normal(0.0, 4.0, self.models)
        left = rng.integers(self.models, size=self.votes)
        right = (left + rng.integers(1, self.models, self.votes)) % self.models
        voter = rng.integers(self.voters, size=self.votes)
        gap = (strength[left] - strength[right]) / (math.sqrt(2.0) * SETTINGS.beta)
        if self.ties in ("davidson", "rao_kupper"):
            chance = davidson(1.7 * gap, 0.0)[0] if self.ties == "davidson" else rao_kupper(1.7 * gap, 0.7)[0]
            drawn = rng.random(self.votes)
            outcome = np.where(drawn < chance[:, 0], 0, np.where(drawn < chance[:, 0] + chance[:, 1], 1, 2))
        else:
            level = (strength[left] + strength[right]) / 2.0
            margin = 0.45 * np.exp(-0.1 * level * ("level" in self.ties))
            margin = margin * np.exp(rng.normal(0.0, 0.6, self.voters))[voter] if "voters" in self.ties else margin
            difference = gap + rng.normal(size=self.votes)
            outcome = np.where(np.abs(difference) < margin, 2, np.where(difference > 0, 0, 1))
        return Games(self.name, left, right, outcome, self.models, voter, np.arange(self.votes))


WORLDS = (
    World("simulated: Davidson", "davidson"),
    World("simulated: Rao-Kupper", "rao_kupper"),
    World("simulated: one margin", "margin"),
    World("simulated: by level, voters differ", "level voters"),
)


def data_sets(folder: Path) -> Iterator[Games]:
    """The real ones, then the simulated ones."""
    for task in TASKS:
        yield load_imagenhub(folder, task)
    yield load_llmfao(folder)
    yield load_halo(folder)
    for number, world in enumerate(WORLDS):
        yield world.play(number)


def losses(games: Games, told: Floats) -> Floats:
    """Of each vote."""
    return np.asarray(-np.log(np.maximum(told[np.arange(len(told)), games.outcome], 1e-12)))


def error_of_mean(games: Games, values: Floats) -> float:
    """The standard error of the mean, votes of one voter on one prompt being a cluster."""
    cluster = np.unique(games.voter * (int(games.prompt.max()) + 1) + games.prompt, return_inverse=True)[1]
    sums = np.bincount(cluster, values - values.mean())
    return float(np.sqrt((sums**2).sum()) / len(values))


def calibration_error(came: Floats, told: Floats) -> float:
    """The mean gap over ten equal bins."""
    bins = np.minimum((told * 10).astype(np.int64), 9)
    return float(np.abs(np.bincount(bins, told - came, 10)).sum() / len(told))


def chi_square(games: Games, told: Floats) -> float:
    """Per degree of freedom, over pairs of models with enough votes; nan where there are none."""
    swapped = games.left > games.right
    seen = np.where(swapped[:, None], told[:, (1, 0, 2)], told)
    outcome = np.where(swapped & (games.outcome < 2), 1 - games.outcome, games.outcome)
    pair = np.minimum(games.left, games.right) * games.size + np.maximum(games.left, games.right)
    code = np.unique(pair, return_inverse=True)[1]
    count = np.column_stack([np.bincount(code, outcome == which) for which in range(3)])
    expected = np.column_stack([np.bincount(code, seen[:, which]) for which in range(3)])
    often = count.sum(axis=1) >= LEAST_VOTES
    gaps = (count - expected) ** 2 / np.maximum(expected, 1e-9)
    return float(gaps[often].sum() / (2 * often.sum())) if often.any() else math.nan


@dataclass(frozen=True)
class Measured:
    """One model of ties on one set; ``gap`` is the difference of log loss to the better of Davidson and Rao-Kupper."""

    loss: float
    gap: float
    gap_error: float
    ties_off: float
    wins_off: float
    chi_square: float


def measured(games: Games) -> dict[str, Measured]:
    """By the name of the model."""
    told = {name: cross_validated(games, forecast) for name, forecast in MODELS.items()}
    best = min((losses(games, told[name]) for name in BEST_OF), key=lambda loss: float(loss.mean()))
    return {
        name: Measured(
            loss=float(losses(games, chance).mean()),
            gap=float((losses(games, chance) - best).mean()),
            gap_error=error_of_mean(games, losses(games, chance) - best),
            ties_off=calibration_error(np.asarray(games.outcome == 2, np.float64), chance[:, 2]),
            wins_off=calibration_error(np.asarray(games.outcome == 0, np.float64), chance[:, 0]),
            chi_square=chi_square(games, chance),
        )
        for name, chance in told.items()
    }


def main(folder: str) -> None:
    """Print the tables of docs/ratings.md."""
    print(f"| log loss of held-out votes | {' | '.join(MODELS)} | ours to the better of the last two |")
    print(f"| --- {'| --- ' * (len(MODELS) + 1)}|")
    fits = []
    for games in data_sets(Path(folder)):
        found, name = measured(games), f"{games.name} ({len(games.left):,})"
        gap = f"{found[OURS].gap:+.4f} ± {found[OURS].gap_error:.4f}"
        print(f"| {name} | {' | '.join(f'{each.loss:.4f}' for each in found.values())} | {gap} |", flush=True)
        chosen = [found[model] for model in COMPARED]
        columns = ([f"{each.ties_off:.3f}" for each in chosen], [f"{each.wins_off:.3f}" for each in chosen])
        squares = [f"{each.chi_square:.1f}" for each in chosen if not math.isnan(each.chi_square)]
        fits.append(f"| {name} | {' | '.join(' / '.join(column) for column in (*columns, squares))} |")
    print(f"\n{' / '.join(COMPARED)}:\n")
    print("| votes | ties off by | wins off by | chi-square of pairs |\n| --- | --- | --- | --- |")
    print("\n".join(fits))


if __name__ == "__main__":
    main(*sys.argv[1:])
