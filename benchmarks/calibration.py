"""How well ratings foretell votes that they have not seen, beside Bradley-Terry and raw win rates.

    python -m benchmarks.calibration FOLDER

FOLDER holds the data sets imagenhub_human_ratings, llmfao and halo2_beta as their projects publish them. Each is split
five ways at random; every part is foretold from the other four. A forecast is the points the left side is to expect
(win 1, tie 1/2); the Brier score is its mean squared error, the log loss counts a tie as half a win and half a loss,
and the calibration error is the mean gap between forecast and outcome over ten equal bins.
"""

from __future__ import annotations

import csv
import math
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Floats, Ints
from arena.ratings.probabilities import expected_points
from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally
from arena.ratings.ties import TieModel, find_draw_probability, tie_model
from arena.ratings.voter_ties import fit_voter_ties
from arena.records import Axis
from arena.votes.files import load_votes
from arena.votes.parsed import Defaults

SETTINGS = RatingSettings()
FOLDS = 5
OUTCOMES = {"left": 0, "right": 1, "tie": 2}
IMAGENHUB_COLUMNS = ("left", "right", "outcome", "voter", "prompt")
LLMFAO_COLUMNS = ("left", "right", "winner", "worker", "prompt")
TASKS = (
    "Text-To-Image",
    "Text-Guided_IE",
    "Mask-Guided_IE",
    "Subject-Driven_IE",
    "Subject-Driven_IG",
    "Multi-Subject_IG",
    "Control-Guided_IG",
)
"""Those of ImagenHub, the two with the most votes first."""
SHARE = np.array([1.0, 0.0, 0.5])
"""Points of the left by outcome: left wins, right wins, tie."""


@dataclass(frozen=True)
class Games:
    """Two sides (codes of ``size`` players) and an outcome: 0 left, 1 right, 2 tie.

    ``voter`` and ``prompt`` are codes; a game that has none has one of its own.
    """

    name: str
    left: Ints
    right: Ints
    outcome: Ints
    size: int
    voter: Ints
    prompt: Ints

    def part(self, chosen: Ints) -> Games:
        return replace(
            self,
            left=self.left[chosen],
            right=self.right[chosen],
            outcome=self.outcome[chosen],
            voter=self.voter[chosen],
            prompt=self.prompt[chosen],
        )


def games_of(name: str, left: list[str], right: list[str], outcome: list[int], *who: list[str]) -> Games:
    """From columns; ``who`` are the voters and the prompts, if there are any."""
    players, codes = np.unique(left + right, return_inverse=True)
    own = np.arange(len(left))
    voter, prompt = (np.unique(column, return_inverse=True)[1] for column in who) if who else (own, own)
    first, second = np.split(codes, 2)
    return Games(name, first, second, np.array(outcome), len(players), voter, prompt)


def load_imagenhub(folder: Path, task: str) -> Games:
    """Votes derived from ImagenHub's ratings of one task."""
    paths = sorted((folder / "imagenhub_human_ratings" / task).glob("*.tsv"))
    table = load_votes(paths, "imagenhub", Defaults(arena=task.lower())).table
    left, right, outcome, voter, prompt = (table[name].to_pylist() for name in IMAGENHUB_COLUMNS)
    return games_of(f"ImagenHub {task}", left, right, [OUTCOMES[word] for word in outcome], voter, prompt)


def load_llmfao(folder: Path) -> Games:
    """The human votes of LLMFAO."""
    with (folder / "llmfao" / "crowd-comparisons.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    left, right, winner, worker, prompt = ([row[name] for row in rows] for name in LLMFAO_COLUMNS)
    return games_of("LLMFAO", left, right, [OUTCOMES[word] for word in winner], worker, prompt)


def load_halo(folder: Path) -> Games:
    """The head-to-head games of the Halo 2 beta; a score that is left out is 0."""
    left, right, outcome = [], [], []
    for game in ET.parse(folder / "halo2_beta" / "Halo2-HeadToHead.objml").iter():
        if game.tag.endswith("TwoPlayerGame"):
            first, second = int(game.get("Player1Score", "0")), int(game.get("Player2Score", "0"))
            left.append(game.attrib["Player1"])
            right.append(game.attrib["Player2"])
            outcome.append(2 if first == second else 0 if first > second else 1)
    return games_of("Halo 2 beta", left, right, outcome)


@dataclass(frozen=True)
class Known:
    """What the batch ratings of some games say of every player, and of ties."""

    mu: Floats
    sigma: Floats
    ties: TieModel

    @classmethod
    def of(cls, games: Games, settings: RatingSettings = SETTINGS) -> Known:
        """A player without games is as before any game."""
        names = tuple(str(player) for player in range(games.size))
        tally = AxisTally.count(Axis(games.name), names, games.left, games.right, games.outcome)
        draw = find_draw_probability(tally, settings)
        found = solve(tally, settings, draw)
        mu, sigma = np.full(games.size, settings.mu), np.full(games.size, settings.sigma)
        place = [int(name) for name in tally.models]
        mu[place], sigma[place] = found.mu, found.sigma
        votes = np.bincount(games.voter)
        ties = np.bincount(games.voter, games.outcome == 2, len(votes)).astype(np.int64)
        voters = fit_voter_ties(np.column_stack([votes, ties, np.ones_like(votes)]))
        return cls(mu, sigma, tie_model(found, settings, draw, voters))

    def doubt(self, i: int, j: int) -> float:
        return math.hypot(self.sigma[i], self.sigma[j])


def forecast_trueskill(known: Games, asked: Games) -> Floats:
    """Ours: batch ratings, with the tie model that fits them, and what is not known of both sides."""
    found, beta = Known.of(known), SETTINGS.beta
    told = []
    for i, j in zip(asked.left.tolist(), asked.right.tolist(), strict=True):
        told.append(expected_points(found.mu[i] - found.mu[j], found.doubt(i, j), beta, found.ties.margin(beta)))
    return np.array(told)


def forecast_bradley_terry(known: Games, asked: Games) -> Floats:
    """Maximum likelihood, ties as half wins, by Newton's method; a penalty of 1e-3 keeps the unbeaten finite."""
    strength = np.zeros(known.size)
    points = SHARE[known.outcome]
    for _ in range(100):
        chance = 1.0 / (1.0 + np.exp(strength[known.right] - strength[known.left]))
        slope, weight = points - chance, chance * (1.0 - chance)
        gradient = np.bincount(known.left, slope, known.size) - np.bincount(known.right, slope, known.size)
        hessian = np.diag(np.full(known.size, 1e-3))
        for row, column, sign in ((known.left, known.left, 1), (known.right, known.right, 1)):
            np.add.at(hessian, (row, column), sign * weight)
        np.add.at(hessian, (known.left, known.right), -weight)
        np.add.at(hessian, (known.right, known.left), -weight)
        step = np.linalg.solve(hessian, gradient - 1e-3 * strength)
        strength += step / max(1.0, float(np.abs(step).max()) / 2.0)
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(1.0 / (1.0 + np.exp(strength[asked.right] - strength[asked.left])), np.float64)


def forecast_win_rates(known: Games, asked: Games) -> Floats:
    """The odds of both sides' raw win rates against all comers, each begun with half a win and half a loss."""
    points = SHARE[known.outcome]
    won = np.bincount(known.left, points, known.size) + np.bincount(known.right, 1.0 - points, known.size)
    played = np.bincount(known.left, minlength=known.size) + np.bincount(known.right, minlength=known.size)
    rate = (won + 0.5) / (played + 1.0)
    left, right = rate[asked.left] * (1.0 - rate[asked.right]), rate[asked.right] * (1.0 - rate[asked.left])
    return np.asarray(left / (left + right), np.float64)


def forecast_pair_records(known: Games, asked: Games) -> Floats:
    """The raw record of the very pair, begun with half a win and half a loss."""
    key, mirrored = known.left * known.size + known.right, known.right * known.size + known.left
    cells, points = known.size**2, SHARE[known.outcome]
    won = np.bincount(key, points, cells) + np.bincount(mirrored, 1.0 - points, cells)
    played = np.bincount(key, minlength=cells) + np.bincount(mirrored, minlength=cells)
    wanted = asked.left * known.size + asked.right
    return np.asarray((won[wanted] + 0.5) / (played[wanted] + 1.0), np.float64)


FORECASTS: dict[str, Callable[[Games, Games], Floats]] = {
    "batch TrueSkill (ours)": forecast_trueskill,
    "Bradley-Terry": forecast_bradley_terry,
    "raw win rates": forecast_win_rates,
    "raw record of the pair": forecast_pair_records,
}


def measures(points: Floats, forecast: Floats) -> tuple[float, float, float]:
    """Brier score, log loss and calibration error."""
    sure = np.clip(forecast, 1e-6, 1.0 - 1e-6)
    brier = float(((forecast - points) ** 2).mean())
    loss = float(-(points * np.log(sure) + (1.0 - points) * np.log(1.0 - sure)).mean())
    bins = np.minimum((forecast * 10).astype(np.int64), 9)
    gaps = np.bincount(bins, forecast - points, 10)
    return brier, loss, float(np.abs(gaps).sum() / len(points))


def cross_validated(games: Games, forecast: Callable[[Games, Games], Floats], seed: int = 1) -> Floats:
    """The forecast of every game from the four parts that it is not in: a number each (N), or several (N x K)."""
    part = np.random.default_rng(seed).permutation(len(games.left)) % FOLDS
    foretold = np.empty(0)
    for fold in range(FOLDS):
        known, asked = np.flatnonzero(part != fold), np.flatnonzero(part == fold)
        told = forecast(games.part(known), games.part(asked))
        if not fold:
            foretold = np.empty((len(part), *told.shape[1:]))
        foretold[asked] = told
    return foretold


def main(folder: str) -> None:
    """Print the table of docs/ratings.md."""
    place = Path(folder)
    data = [load_imagenhub(place, task) for task in TASKS[:2]] + [load_llmfao(place), load_halo(place)]
    print("| votes | forecast | Brier score | log loss | calibration error |\n| --- | --- | --- | --- | --- |")
    for games in data:
        for name, forecast in FORECASTS.items():
            brier, loss, gap = measures(SHARE[games.outcome], cross_validated(games, forecast))
            print(f"| {games.name} ({len(games.left):,}) | {name} | {brier:.4f} | {loss:.4f} | {gap:.4f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
