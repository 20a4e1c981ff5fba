"""How many votes the lanes of the matchmaker save: rank error of the top ten against votes, lanes and uniform pairing.

    python benchmarks/matchmaking.py [--seeds 24]

44 models with normal strengths; a voter prefers one of two by TrueSkill's own odds (beta = 25/6). Ratings are worked
out again every 50 votes, as the app does every 30 seconds. The error of a model is how many places off its rank by
estimated mu is; the table has its mean over the ten truly best. A spread of 1.7 is that of published arena ratings,
25/3 is what TrueSkill's prior expects.
"""

from __future__ import annotations

import argparse
import random
from math import erf

import numpy as np

from arena.catalogue.voting import Lanes
from arena.collect.exhibition import Hall
from arena.collect.matchmaking import Lane, Match, Standing, choose_match
from arena.collect.standings import standing_of
from arena.records import Ratings, RatingSettings
from arena.votes.store import PairCount

MODELS = tuple(f"m/{number:02d}" for number in range(44))
HALL = Hall("text-to-image", MODELS, ())
PRIOR = Ratings(settings=RatingSettings(), draw_probability=(("text-to-image", 0.0),), boards=())
CHECKS = (250, 500, 1000, 2000, 4000, 8000)
EVERY = 50
TOP = 10


def errors(seed: int, spread: float, lanes: Lanes | None) -> list[float]:
    """The error after each of CHECKS votes; ``lanes`` None is uniform pairing."""
    rng, people = random.Random(seed), random.Random(seed + 1_000_000)
    truth = 25 + spread * np.random.default_rng(seed).standard_normal(len(MODELS))
    wins = np.zeros((len(MODELS), len(MODELS)), int)
    standing = standing_of(HALL, {}, PRIOR)
    found = []
    for vote in range(1, CHECKS[-1] + 1):
        match = pair(standing, lanes, rng)
        left, right = MODELS.index(match.left), MODELS.index(match.right)
        better = people.random() < 0.5 * (1 + erf((truth[left] - truth[right]) / (2 * 25 / 6)))
        wins[(left, right) if better else (right, left)] += 1
        standing.met[left, right] += 1
        standing.met[right, left] += 1
        if vote % EVERY == 0:
            standing = standing_of(HALL, counts(wins), PRIOR)
        if vote in CHECKS:
            found.append(error(truth, standing))
    return found


def pair(standing: Standing, lanes: Lanes | None, rng: random.Random) -> Match:
    if lanes is None:
        left, right = rng.sample(MODELS, 2)
        return Match(left, right, Lane.EXPLORATION)
    match = choose_match(standing, range(len(MODELS)), (), lanes, rng)
    assert match
    return match


def counts(wins: np.ndarray) -> dict[tuple[str, str], PairCount]:
    found = {}
    for first, second in zip(*np.nonzero(np.triu(wins + wins.T)), strict=True):
        key = (MODELS[first], MODELS[second])
        found[key] = PairCount(*key, int(wins[first, second]), int(wins[second, first]))
    return found


def error(truth: np.ndarray, standing: Standing) -> float:
    places = np.argsort(np.argsort(-truth))
    estimated = np.argsort(np.argsort(-standing.mu))
    return float(np.abs(places - estimated)[places < TOP].mean())


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
    seeds = parser.parse_args().seeds
    print("spread  pairing " + "".join(f"{votes:>8,}" for votes in CHECKS))
    for spread in (1.7, 4.0, 25 / 3):
        curves = {}
        for name, lanes in (("uniform", None), ("lanes", Lanes())):
            curves[name] = np.mean([errors(seed, spread, lanes) for seed in range(seeds)], axis=0)
            print(f"{spread:6.1f}  {name:8}" + "".join(f"{value:8.2f}" for value in curves[name]), flush=True)
        reached = curves["uniform"][-1]
        share = votes_for(reached, curves["lanes"]) / CHECKS[-1]
        print(f"        lanes reach uniform's error at {CHECKS[-1]:,} votes with {share:.0%} of the votes")


if __name__ == "__main__":
    main()
