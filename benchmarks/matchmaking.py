"""How many votes the lanes of the matchmaker save: rank errors against votes, for lanes, uniform pairing and an oracle.

    python benchmarks/matchmaking.py [--seeds 24] [--spreads 1.7 4.0]

44 models with normal strengths; a voter prefers one of two by TrueSkill's own odds (beta = 25/6). Ratings are worked
out again every 50 votes, as the app does every 30 seconds. The error of a model is how many places off its rank by
estimated mu is; the tables have its mean over the ten truly best, and over all. A spread of 1.7 is that of published
arena ratings, 25/3 is what TrueSkill's prior expects.

The oracle knows the true strengths, and plans all votes so that the ten best come out in order: it shares them out
among pairs by multiplicative steps that lower the expected number of wrong orders, of which one is wrong with the
chance Phi(-|difference| / its standard deviation). No sampler that has to learn the strengths can be expected to do
better. "in 95%" is how often mu +- 1.96 sigma holds the true strength at the end, among all and among the ten best.
"""

from __future__ import annotations

import argparse
import random
from math import erf

import numpy as np

from arena.catalogue.settings import Lanes
from arena.rating_settings import RatingSettings
from arena.ratings.results import Ratings
from arena.votes.store import PairCount
from arena.voting.estimates import estimate_models
from arena.voting.live_arena import BattlePool
from arena.voting.matchmaking import ChosenPair, Lane, ModelEstimates, choose_pair

MODELS = tuple(f"m/{number:02d}" for number in range(44))
POOL = BattlePool("text-to-image", MODELS, ())
PRIOR = Ratings(settings=RatingSettings(), draw_probability=(("text-to-image", 0.0),), boards=())
CHECKS = (250, 500, 1000, 2000, 4000, 8000)
EVERY = 50
TOP = 10
STEPS = 200
BETA = 25 / 6
GRID = np.linspace(-9, 9, 20_001)
NORMAL = np.array([0.5 * (1 + erf(step / 2**0.5)) for step in GRID])
FIRST, SECOND = np.triu_indices(len(MODELS), 1)


def strengths(seed: int, spread: float) -> np.ndarray:
    return 25 + spread * np.random.default_rng(seed).standard_normal(len(MODELS))


def errors(seed: int, spread: float, lanes: Lanes | None) -> np.ndarray:
    """The measures of ``measured`` after each of CHECKS votes; ``lanes`` None is uniform pairing."""
    rng, people = random.Random(seed), random.Random(seed + 1_000_000)
    truth = strengths(seed, spread)
    wins = np.zeros((len(MODELS), len(MODELS)), int)
    estimates = estimate_models(POOL, {}, PRIOR)
    found = []
    for vote in range(1, CHECKS[-1] + 1):
        chosen = pair(estimates, lanes, rng)
        left, right = MODELS.index(chosen.left), MODELS.index(chosen.right)
        better = people.random() < 0.5 * (1 + erf((truth[left] - truth[right]) / (2 * 25 / 6)))
        wins[(left, right) if better else (right, left)] += 1
        estimates.pair_votes[left, right] += 1
        estimates.pair_votes[right, left] += 1
        if vote % EVERY == 0:
            estimates = estimate_models(POOL, counts(wins), PRIOR)
        if vote in CHECKS:
            found.append(measured(truth, estimates))
    return np.array(found)


def oracle(seed: int, spread: float) -> np.ndarray:
    """The same where the votes are shared out among pairs by who knows the truth."""
    truth, rng = strengths(seed, spread), np.random.default_rng(seed)
    chance = normal((truth[FIRST] - truth[SECOND]) / (2**0.5 * BETA))
    found = []
    for votes in CHECKS:
        battles = rng.multinomial(votes, best_shares(truth, votes))
        wins = np.zeros((len(MODELS), len(MODELS)), int)
        wins[FIRST, SECOND] = rng.binomial(battles, chance)
        wins[SECOND, FIRST] = battles - wins[FIRST, SECOND]
        found.append(measured(truth, estimate_models(POOL, counts(wins), PRIOR)))
    return np.array(found)


def best_shares(truth: np.ndarray, votes: int) -> np.ndarray:
    """Each pair's share of the votes, so that as few orders as may be are wrong that one of the ten best is part of."""
    gap = truth[:, None] - truth[None, :]
    won = np.clip(normal(gap / (2**0.5 * BETA)), 1e-9, 1 - 1e-9)
    told = np.exp(-((gap / BETA) ** 2) / 2) / (2 * np.pi) / (won * (1 - won)) / (2 * BETA**2)
    best = (np.argsort(np.argsort(-truth)) < TOP).astype(float)
    share, eye = np.full(len(FIRST), 1 / len(FIRST)), np.eye(len(MODELS))
    least, plan = np.inf, share
    for _ in range(STEPS):
        held = np.zeros_like(gap)
        held[FIRST, SECOND] = held[SECOND, FIRST] = votes * share
        held = held * told
        spread = np.linalg.inv(np.diag(held.sum(axis=1)) - held + eye / PRIOR.settings.sigma**2)
        variance = np.maximum(differences(spread), 1e-9) + eye
        weight = (best[:, None] + best[None, :]) * (1 - eye)
        if (wrong := float((weight * normal(-np.abs(gap) / np.sqrt(variance))).sum())) < least:
            least, plan = wrong, share
        slope = weight * np.exp(-(gap**2) / (2 * variance)) * np.abs(gap) / variance**1.5
        gain = (differences(spread @ (np.diag(slope.sum(axis=1)) - slope) @ spread) * told)[FIRST, SECOND]
        gain = np.maximum(gain, 1e-300)
        share = share * np.sqrt(gain / (gain * share).sum())
        share = share / share.sum()
    return plan


def differences(matrix: np.ndarray) -> np.ndarray:
    """The quadratic form of the difference of each two models."""
    own = np.diag(matrix)
    return own[:, None] + own[None, :] - 2 * matrix


def normal(value: np.ndarray) -> np.ndarray:
    """The normal distribution function, by a table."""
    return np.interp(value, GRID, NORMAL)


def pair(estimates: ModelEstimates, lanes: Lanes | None, rng: random.Random) -> ChosenPair:
    if lanes is None:
        left, right = rng.sample(MODELS, 2)
        return ChosenPair(left, right, Lane.EXPLORATION)
    chosen = choose_pair(estimates, range(len(MODELS)), (), lanes, rng)
    assert chosen
    return chosen


def counts(wins: np.ndarray) -> dict[tuple[str, str], PairCount]:
    found = {}
    for first, second in zip(*np.nonzero(np.triu(wins + wins.T)), strict=True):
        key = (MODELS[first], MODELS[second])
        found[key] = PairCount(*key, int(wins[first, second]), int(wins[second, first]))
    return found


def measured(truth: np.ndarray, estimates: ModelEstimates) -> tuple[float, float, float, float]:
    """The rank error of the ten best and of all, and how many of all and of the ten best are in their intervals."""
    places = np.argsort(np.argsort(-truth))
    off = np.abs(places - np.argsort(np.argsort(-estimates.mu)))
    inside = np.abs(estimates.mu - estimates.mu.mean() - truth + truth.mean()) < 1.96 * estimates.sigma
    best = places < TOP
    return float(off[best].mean()), float(off.mean()), float(inside.mean()), float(inside[best].mean())


def votes_for(wanted: float, curve: np.ndarray) -> float:
    """How many votes a curve takes to come down to an error, on a log scale between the checks; inf where never."""
    for place, value in enumerate(curve):
        if value <= wanted:
            if not place:
                return float(CHECKS[0])
            share = (curve[place - 1] - wanted) / (curve[place - 1] - value)
            return float(CHECKS[place - 1] * (CHECKS[place] / CHECKS[place - 1]) ** share)
    return float("inf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--spreads", type=float, nargs="*", default=(1.7, 4.0, 25 / 3))
    seeds, spreads = (options := parser.parse_args()).seeds, options.spreads
    pairings = {"uniform": None, "lanes": Lanes()}
    print("spread  pairing  error of" + "".join(f"{votes:>8,}" for votes in CHECKS) + "   votes   in 95%")
    for spread in spreads:
        runs = {name: [errors(seed, spread, lanes) for seed in range(seeds)] for name, lanes in pairings.items()}
        runs["oracle"] = [oracle(seed, spread) for seed in range(seeds)]
        uniform = np.mean(runs["uniform"], axis=0)
        for name, found in runs.items():
            mean = np.mean(found, axis=0)
            for column, who in ((0, "top ten"), (1, "all")):
                share = votes_for(uniform[-1, column], mean[:, column]) / CHECKS[-1]
                needed = f"{share:6.0%}" if share < np.inf else "  more"
                curve = "".join(f"{value:8.2f}" for value in mean[:, column])
                print(f"{spread:6.1f}  {name:7}  {who:8}{curve}  {needed}   {mean[-1, 3 - column]:6.1%}", flush=True)


if __name__ == "__main__":
    main()
