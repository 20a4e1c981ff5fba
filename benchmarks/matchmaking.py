"""How many votes the lanes of the matchmaker save beside other ways to pair, and whether intervals stay true meanwhile.

    python -m benchmarks.matchmaking [--seeds 60] [--first 0] [--spreads 1.7 1.0 2.5] [--pairings lanes ...]

44 models with normal strengths; a voter prefers one of two by TrueSkill's own odds (beta = 25/6), twenty times. Ratings
are worked out again every 50 votes, as the app does every 30 seconds, by the app's own code. The error of a model is
how many places off its rank by estimated mu is. A spread of 1.7 is that of published arena ratings. Against it:

uniform    any two
swiss      tournaments of six rounds, in which each model meets one that has as many points and that it has not met yet:
           FIDE Handbook C.04.1, "Basic rules for Swiss systems", b and e. The first order is by mu.
fisher D   the two on which a vote raises the determinant of the Fisher information most, after each vote: Z. Liu and
fisher A   others, "Fewer battles, more gain: an information-efficient framework for arena-based LLM evaluation" (ICLR
           2026), or lowers the trace of its inverse most.
oracle     knows the true strengths, and plans all votes so that the ten best come out in order: it shares them out
           among pairs by multiplicative steps that lower the expected number of wrong orders, of which one is wrong
           with the chance Phi(-|difference| / its standard deviation).

Shares are of the votes that uniform pairing needs for the mean error that it has after 2,000, 4,000 and 8,000 votes.
The last has its standard error, by drawing seeds again. Intervals are the published ones (``uncertainty_of``), voters
being clusters, and count as often as they hold the truth after 2,000 votes and more: of mu, of mu of the ten truly
best, of the rank, and of the difference of every two.
"""

from __future__ import annotations

import argparse
import random
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import erf

import numpy as np

from arena.catalogue.settings import Lanes
from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Floats, Ints
from arena.ratings.boards import rank_intervals
from arena.ratings.clusters import Z_95
from arena.ratings.results import Ratings
from arena.ratings.solver import solve
from arena.ratings.uncertainty import axis_votes, uncertainty_of
from arena.ratings.voter_votes import VoterVotes
from arena.votes.store import PairCount
from arena.voting.estimates import estimate_models
from arena.voting.live_arena import BattlePool
from arena.voting.matchmaking import ModelEstimates, choose_pair, vote_information
from benchmarks.coverage import differences_inside, tally_votes

SIZE = 44
MODELS = tuple(f"m{number:03d}" for number in range(SIZE))
POOL = BattlePool("text-to-image", MODELS, ())
SETTINGS = RatingSettings()
PRIOR = Ratings(settings=SETTINGS, draw_probability=(("text-to-image", 0.0),), boards=())
CHECKS = (1000, 2000, 3000, 4000, 5000, 6000, 8000)
ERRORS_OF = (2000, 4000, 8000)
EVERY = 50
VOTES_OF_A_VOTER = 20
TOP = 10
ROUNDS = 6
STEPS = 120
RESAMPLED = 200
BETA = SETTINGS.beta
GRID = np.linspace(-9, 9, 20_001)
NORMAL = np.array([0.5 * (1 + erf(step / 2**0.5)) for step in GRID])
FIRST, SECOND = np.triu_indices(SIZE, 1)


def strengths(seed: int, spread: float) -> Floats:
    found: Floats = SETTINGS.mu + spread * np.random.default_rng(seed).standard_normal(SIZE)
    return found


class Uniform:
    """Any two; and what every way to pair does: it draws two models, and is told who won."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def draw(self, estimates: ModelEstimates) -> tuple[int, int]:  # noqa: ARG002 - others need them
        first, second = self.rng.sample(range(SIZE), 2)
        return first, second

    def learn(self, winner: int, loser: int) -> None:
        """A vote on the pair drawn last."""


class FromLanes(Uniform):
    """The app's own."""

    shares = Lanes()

    def draw(self, estimates: ModelEstimates) -> tuple[int, int]:
        chosen = choose_pair(estimates, range(SIZE), (), self.shares, self.rng)
        assert chosen
        return MODELS.index(chosen.left), MODELS.index(chosen.right)


class Swiss(Uniform):
    """Tournaments of ROUNDS rounds, one pair after the other; the next begins with the order by mu."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.points, self.met = np.zeros(SIZE), np.eye(SIZE, dtype=bool)
        self.waiting: list[tuple[int, int]] = []
        self.rounds = 0

    def draw(self, estimates: ModelEstimates) -> tuple[int, int]:
        if not self.waiting:
            if self.rounds % ROUNDS == 0:
                self.points, self.met = np.zeros(SIZE), np.eye(SIZE, dtype=bool)
            self.rounds += 1
            self.waiting = self.round(np.lexsort((-estimates.mu, -self.points)).tolist())
            self.rng.shuffle(self.waiting)
        first, second = self.waiting.pop()
        self.met[first, second] = self.met[second, first] = True
        return first, second

    def round(self, order: list[int]) -> list[tuple[int, int]]:
        """From the top, each with the next below that it has not met; where nobody is left, with the next."""
        pairs = []
        while order:
            first = order.pop(0)
            unmet = [other for other in order if not self.met[first, other]]
            second = (unmet or order)[0]
            order.remove(second)
            pairs.append((first, second))
        return pairs

    def learn(self, winner: int, loser: int) -> None:  # noqa: ARG002 - as every way to pair
        self.points[winner] += 1


class FisherD(Uniform):
    """The largest gain of the determinant, by the inverse of the information of all votes so far and of the prior."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.estimates: ModelEstimates | None = None
        self.told: Floats = np.zeros((SIZE, SIZE))
        self.inverse: Floats = np.eye(SIZE)

    def draw(self, estimates: ModelEstimates) -> tuple[int, int]:
        if estimates is not self.estimates:
            self.estimates = estimates
            self.told = vote_information(estimates.mu[:, None] - estimates.mu, BETA)
            held = estimates.pair_votes * self.told
            precision = np.diag(held.sum(axis=1) + SETTINGS.sigma**-2) - held
            self.inverse = np.asarray(np.linalg.inv(precision), np.float64)
        gain = self.gain()[FIRST, SECOND]
        # Where several are best, as before the first vote, any of them.
        best = np.flatnonzero(gain >= gain.max() * (1 - 1e-9))
        place = int(self.rng.choice(best.tolist()))
        first, second = int(FIRST[place]), int(SECOND[place])
        step, told = self.inverse[first] - self.inverse[second], self.told[first, second]
        self.inverse -= np.outer(step, step) * (told / (1 + told * (step[first] - step[second])))
        return first, second

    def gain(self) -> Floats:
        return self.told * differences(self.inverse)


class FisherA(FisherD):
    """The largest fall of the trace of the inverse."""

    def gain(self) -> Floats:
        fall = self.told * differences(self.inverse @ self.inverse)
        return np.asarray(fall / (1 + self.told * differences(self.inverse)), np.float64)


PAIRINGS = {"uniform": Uniform, "swiss": Swiss, "fisher D": FisherD, "fisher A": FisherA, "lanes": FromLanes}


def measures(seed: int, pairing: str, spread: float) -> Floats:
    """``measured`` after each of CHECKS votes."""
    if pairing == "oracle":
        return oracle(seed, spread)
    people, way = random.Random(seed + 1_000_000), PAIRINGS[pairing](random.Random(seed))
    truth = strengths(seed, spread)
    wins, votes = np.zeros((SIZE, SIZE), int), np.zeros((CHECKS[-1], 2), int)
    estimates = estimate_models(POOL, {}, PRIOR)
    found = []
    for vote in range(CHECKS[-1]):
        left, right = way.draw(estimates)
        better = people.random() < 0.5 * (1 + erf((truth[left] - truth[right]) / (2 * BETA)))
        votes[vote] = (left, right) if better else (right, left)
        winner, loser = votes[vote]
        way.learn(winner, loser)
        wins[winner, loser] += 1
        if (vote + 1) % EVERY == 0:
            estimates = estimate_models(POOL, counts(wins), PRIOR)
        if vote + 1 in CHECKS:
            found.append(measured(truth, votes[: vote + 1]))
    return np.array(found)


def oracle(seed: int, spread: float) -> Floats:
    """The same where the votes are shared out among pairs by who knows the truth."""
    truth, rng = strengths(seed, spread), np.random.default_rng(seed)
    chance = normal((truth[FIRST] - truth[SECOND]) / (2**0.5 * BETA))
    found = []
    for size in CHECKS:
        pairs = rng.permutation(np.repeat(np.arange(len(FIRST)), rng.multinomial(size, best_shares(truth, size))))
        pair = np.column_stack([FIRST[pairs], SECOND[pairs]])
        lost = rng.random(size) >= chance[pairs]
        pair[lost] = pair[lost, ::-1]
        found.append(measured(truth, pair))
    return np.array(found)


def best_shares(truth: Floats, votes: int) -> Floats:
    """Each pair's share of the votes, so that as few orders as may be are wrong that one of the ten best is part of."""
    gap = truth[:, None] - truth[None, :]
    won = np.clip(normal(gap / (2**0.5 * BETA)), 1e-9, 1 - 1e-9)
    told = np.exp(-((gap / BETA) ** 2) / 2) / (2 * np.pi) / (won * (1 - won)) / (2 * BETA**2)
    best = (np.argsort(np.argsort(-truth)) < TOP).astype(float)
    share, eye = np.full(len(FIRST), 1 / len(FIRST)), np.eye(SIZE)
    least, plan = np.inf, share
    for _ in range(STEPS):
        held = np.zeros_like(gap)
        held[FIRST, SECOND] = held[SECOND, FIRST] = votes * share
        held = held * told
        precision = np.diag(held.sum(axis=1)) - held + eye / SETTINGS.sigma**2
        spread = np.asarray(np.linalg.inv(precision), np.float64)
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


def differences(matrix: Floats) -> Floats:
    """The quadratic form of the difference of each two models."""
    own = np.diag(matrix)
    return np.asarray(own[:, None] + own[None, :] - 2 * matrix, np.float64)


def normal(value: Floats) -> Floats:
    """The normal distribution function, by a table."""
    return np.asarray(np.interp(value, GRID, NORMAL), np.float64)


def counts(wins: Ints) -> dict[tuple[str, str], PairCount]:
    found = {}
    for first, second in zip(*np.nonzero(np.triu(wins + wins.T)), strict=True):
        key = (MODELS[first], MODELS[second])
        found[key] = PairCount(*key, int(wins[first, second]), int(wins[second, first]))
    return found


def measured(truth: Floats, votes: Ints) -> tuple[float, ...]:
    """Of votes (N winners and losers): the rank error of the ten best and of all; how many mu of all and of the ten
    best are in their published intervals, how many ranks, and how many differences of two.
    """
    first, second = votes.min(axis=1), votes.max(axis=1)
    voter, none = np.arange(len(votes)) // VOTES_OF_A_VOTER, np.zeros(len(votes), int)
    columns = (first, second, votes[:, 0] > votes[:, 1], voter, none, none - 1)
    rows = VoterVotes.sorted_by_voter(
        np.zeros((len(votes), 3), np.int32), *(column.astype(np.int32) for column in columns)
    )
    tally = tally_votes(rows, SIZE)
    assert len(tally.models) == SIZE, "a model without a vote"
    found = solve(tally, SETTINGS, 0.0)
    published = uncertainty_of(found, SETTINGS.sigma, axis_votes(found, rows, np.arange(len(votes)), np.arange(SIZE)))
    places = 1 + np.argsort(np.argsort(-truth))
    off = np.abs(places - 1 - np.argsort(np.argsort(-found.mu)))
    excess = found.mu - found.mu.mean() - truth + truth.mean()
    inside, best = np.abs(excess) <= Z_95 * published.error, places <= TOP
    low, high = rank_intervals(found.mu, published)
    held = (low <= places) & (places <= high)
    shares = off[best], off, inside, inside[best], held, differences_inside(excess, published)
    return tuple(float(share.mean()) for share in shares)


def votes_for(wanted: float, curve: Floats) -> float:
    """How many votes a curve takes to come down to an error, on a log scale between the checks; inf where never."""
    for place, value in enumerate(curve):
        if value <= wanted:
            if not place:
                return float(CHECKS[0])
            share = (curve[place - 1] - wanted) / (curve[place - 1] - value)
            return float(CHECKS[place - 1] * (CHECKS[place] / CHECKS[place - 1]) ** share)
    return float("inf")


def share_of_uniform(found: Floats, base: Floats, votes: int, column: int) -> float:
    """The votes that take the mean error (seeds x checks x measures) to that of ``votes`` uniform ones, as a share."""
    wanted = float(base[:, CHECKS.index(votes), column].mean())
    # Rounding must not keep uniform pairing itself from what it has.
    return votes_for(wanted * (1 + 1e-9), found[:, :, column].mean(axis=0)) / votes


def line(name: str, spread: float, found: Floats, base: Floats) -> str:
    """A row of the table."""
    top = [share_of_uniform(found, base, votes, 0) for votes in ERRORS_OF]
    every = share_of_uniform(found, base, ERRORS_OF[-1], 1)
    draws = np.random.default_rng(1).integers(0, len(found), (RESAMPLED, len(found)))
    again = [share_of_uniform(found[seeds], base[seeds], ERRORS_OF[-1], 0) for seeds in draws]
    error = np.std([min(share, 2.0) for share in again])
    shares = " | ".join([*(needed(share) for share in top[:-1]), f"{needed(top[-1])} ± {error:.0%}", needed(every)])
    held = found[:, [check in range(ERRORS_OF[0], CHECKS[-1] + 1) for check in CHECKS], 2:].mean(axis=(0, 1))
    last = found[:, -1, :2].mean(axis=0)
    coverage = " | ".join(f"{each:.1%}" for each in held)
    return f"| {spread} | {name} | {shares} | {last[0]:.2f} | {last[1]:.2f} | {coverage} |"


def needed(share: float) -> str:
    return f"{share:.0%}" if share < np.inf else "more"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--spreads", type=float, nargs="*", default=(1.7, 1.0, 2.5))
    parser.add_argument("--pairings", nargs="*", default=[*PAIRINGS, "oracle"])
    given = parser.parse_args()
    print("| spread | pairing | 2,000 | 4,000 | 8,000 | all, 8,000 | error, top ten | error, all |", end="")
    print(" mu | mu, top ten | rank | pairs |")
    print("| --- " * 12 + "|")
    seeds = range(given.first, given.first + given.seeds)
    with ProcessPoolExecutor() as pool:
        for spread in given.spreads:
            base = np.array([])
            for name in dict.fromkeys(["uniform", *given.pairings]):
                found = np.array(list(pool.map(partial(measures, pairing=name, spread=spread), seeds)))
                base = base if len(base) else found
                print(line(name, spread, found, base), flush=True)


if __name__ == "__main__":
    main()
