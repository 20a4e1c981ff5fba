"""Whether planted effects of pictures' looks are found, and whether that costs forecasts anything.

    python -m benchmarks.covariates [ARENAS [SEED]]

Each arena has 24 models, 60 prompts, 150 voters and 10,000 votes. Models differ in strength and in the looks of their
pictures, the stronger half being the less bright, so that who does not know of looks ranks bright models too high. On
each prompt a model is stronger or weaker than on others (normal, 1 point): averaged over prompts that is more noise, so
what can be found is effect x beta / sqrt(beta^2 + 1).

* found: the mean estimate over the planted effect, for the planted feature;
* held: 95% intervals of all features that hold the truth;
* log loss: of the fifth of the votes that were not used, with looks less without, in nats a vote;
* rank error: the mean distance from the true rank, as voted and at equal looks.

At the end a million votes are timed, ratings not counted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import ibis
import numpy as np
import pyarrow as pa

from arena.catalogue.outputs import Looks, Output
from arena.catalogue.picture_features import PictureFeatures
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings
from arena.ratings.arrays import Floats
from arena.ratings.equal_looks import equal_looks
from arena.ratings.look_votes import LookVotes, likelihood_of
from arena.ratings.probabilities import draw_margin
from arena.ratings.results import Ratings
from arena.records import Axis, Board, OutputOrigin

SETTINGS = RatingSettings()
ARENA = "text-to-image"
SCALES: Mapping[str, tuple[float, float]] = {
    "brightness": (0.5, 0.1),
    "contrast": (0.25, 0.04),
    "saturation": (0.3, 0.06),
    "sharpness": (-5.0, 0.6),
    "lettering": (0.3, 0.06),
}
"""Mean and standard deviation of each feature over pictures; sharpness is a power of two."""
HELD_OUT = 0.2


@dataclass(frozen=True)
class World:
    """What an arena is simulated from. ``effects`` are points for a standard deviation more of a feature."""

    name: str
    effects: Mapping[str, float]
    longer: float = 0.0
    """What brightness is worth more where a prompt is a standard deviation longer."""
    alike: float = 0.0
    """The correlation of sharpness with brightness."""
    models: int = 24
    prompts: int = 60
    voters: int = 150
    votes: int = 10_000


WORLDS = (
    World("no effect of looks", {}),
    World("brightness, 1.5 points", {"brightness": 1.5}),
    World("brightness, 3 points", {"brightness": 3.0}),
    World("brightness, sharpness alike (0.7)", {"brightness": 1.5}, alike=0.7),
    World("brightness, more so in longer prompts", {"brightness": 1.5}, longer=1.0),
)


@dataclass(frozen=True)
class Simulated:
    """An arena: its votes, pictures and lengths of prompts, and the truth: strengths (M), and effects by feature."""

    votes: ibis.Table
    outputs: dict[str, Output]
    lengths: dict[str, int]
    strength: Floats
    effects: dict[str, float]

    @property
    def pictures(self) -> PictureFeatures:
        """What is known of the pictures."""
        return PictureFeatures.of_outputs(self.outputs.values())


def simulate(world: World, seed: int) -> Simulated:
    """Draw an arena."""
    rng = np.random.default_rng([seed, len(world.name), world.votes])
    strength = rng.normal(0.0, 2.0, world.models)
    features = rng.normal(size=(world.models, world.prompts, len(SCALES)))
    # Half of a feature's variance is between models, and the brighter models are the weaker ones.
    features = (features + rng.normal(size=(world.models, 1, len(SCALES)))) / np.sqrt(2.0)
    features[:, :, 0] -= 0.25 * strength[:, None]
    features[:, :, 3] = world.alike * features[:, :, 0] + np.sqrt(1.0 - world.alike**2) * features[:, :, 3]
    flat = features.reshape(-1, len(SCALES))
    features = ((flat - flat.mean(axis=0)) / flat.std(axis=0)).reshape(features.shape)
    sizes = np.clip(np.round(2.0 ** rng.normal(6.0, 1.0, world.prompts)), 4, 2000).astype(int)
    effects = np.array([world.effects.get(name, 0.0) for name in SCALES])
    first = rng.integers(0, world.models, world.votes)
    second = (first + rng.integers(1, world.models, world.votes)) % world.models
    prompt = rng.integers(0, world.prompts, world.votes)
    length = np.log2(1 + sizes)[prompt]
    length = (length - length.mean()) / length.std()
    quality = strength[:, None] + rng.normal(size=(world.models, world.prompts)) + features @ effects
    gap = quality[first, prompt] - quality[second, prompt]
    gap += world.longer * length * (features[first, prompt, 0] - features[second, prompt, 0])
    gap += np.sqrt(2.0) * SETTINGS.beta * rng.normal(size=world.votes)
    margin = draw_margin(0.15, SETTINGS.beta)
    outcome = np.where(np.abs(gap) < margin, "tie", np.where(gap > 0, "left", "right"))
    shrunk = SETTINGS.beta / np.sqrt(SETTINGS.beta**2 + 1.0)
    sums = np.array([[f"{m * world.prompts + p:064x}" for p in range(world.prompts)] for m in range(world.models)])
    columns = {
        "battle": [f"b{number}" for number in range(world.votes)],
        "at": pa.array([datetime(2026, 1, 5, tzinfo=UTC)] * world.votes, pa.timestamp("us", "UTC")),
        "arena": [ARENA] * world.votes,
        "category": ["photo"] * world.votes,
        "language": ["en"] * world.votes,
        "left": np.array([f"m{m:03d}" for m in range(world.models)])[first],
        "right": np.array([f"m{m:03d}" for m in range(world.models)])[second],
        "outcome": outcome,
        "voter": np.array([f"v{v}" for v in range(world.voters)])[rng.integers(0, world.voters, world.votes)],
        "prompt": np.array([f"p{p}" for p in range(world.prompts)])[prompt],
        "left_output": sums[first, prompt],
        "right_output": sums[second, prompt],
    }
    return Simulated(
        ibis.memtable(pa.table(columns)),
        {
            str(sums[m, p]): _output(str(sums[m, p]), features[m, p])
            for m in range(world.models)
            for p in range(world.prompts)
        },
        {f"p{p}": int(size) for p, size in enumerate(sizes)},
        strength,
        {name: float(effect * shrunk) for name, effect in zip(SCALES, effects, strict=True)},
    )


def _output(sha256: str, features: Floats) -> Output:
    raw = {
        name: mean + deviation * float(value)
        for (name, (mean, deviation)), value in zip(SCALES.items(), features, strict=True)
    }
    looks = {name: min(1.0, max(0.0, value)) for name, value in raw.items()} | {"sharpness": 2.0 ** raw["sharpness"]}
    return Output(
        model="acme/model",
        prompt=f"{ARENA}/prompt",
        sha256=sha256,
        width=1024,
        height=1024,
        bytes=1,
        origin=OutputOrigin.SIMULATED,
        looks=Looks(**{**looks, "sharpness": min(1.0, looks["sharpness"])}),
    )


def held_out(drawn: Simulated, ratings: Ratings, rng: np.random.Generator) -> float:
    """The log loss of votes that were not used, with looks less without, in nats a vote."""
    strengths = ratings.strengths[Axis(ARENA)]
    votes = LookVotes.load(drawn.votes, strengths, drawn.pictures, drawn.lengths)
    if votes is None:
        raise RuntimeError("no votes with looks")
    rows, row = votes.rows()
    asked = rng.random(len(row)) < HELD_OUT
    known, unseen = (np.bincount(row[chosen], minlength=len(rows.weight)).astype(float) for chosen in (~asked, asked))
    train = replace(rows, weight=known)
    fit = votes.fit(train, strengths, SETTINGS, shrunk=True)
    plain = votes.fit(train.without(), strengths, SETTINGS, shrunk=False)
    likelihood, test = likelihood_of(strengths, SETTINGS), replace(rows, weight=unseen)
    return fit.loss(test, likelihood) - plain.loss(test.without(), likelihood)


def rank_error(found: Floats, truth: Floats) -> float:
    """The mean distance of the ranks by two scores."""
    ranks = [np.argsort(np.argsort(-values)) for values in (found, truth)]
    return float(np.abs(ranks[0] - ranks[1]).mean())


def row_of(world: World, arenas: int, seed: int) -> str:
    """A line of the table."""
    found, held, losses, before, after, longer = [], [], [], [], [], []
    for number in range(arenas):
        drawn = simulate(world, seed + number)
        ratings = compute_ratings(drawn.votes, SETTINGS, intervals=True)
        looks = equal_looks(drawn.votes, ratings, drawn.pictures, drawn.lengths).arena(ARENA)
        for effect in looks.effects:
            truth = drawn.effects[effect.feature]
            if effect.prompts == "":
                held.append(effect.low <= truth <= effect.high)
            if truth and effect.prompts == "":
                found.append(effect.effect / truth)
            if world.longer and effect.prompts and effect.feature == "brightness":
                longer.append(effect.effect / world.longer * np.sqrt(1.0 + SETTINGS.beta**-2))
        losses.append(held_out(drawn, ratings, np.random.default_rng(seed + number)))
        before.append(_error(ratings.board(), drawn))
        after.append(_error(looks.board, drawn))
    gain, doubt = np.mean(losses), np.std(losses) / np.sqrt(max(len(losses) - 1, 1))
    share = f"{100 * np.mean(found):.1f}%" if found else "–"
    share += f" (longer {100 * np.mean(longer):.1f}%)" if longer else ""
    return (
        f"| {world.name} | {share} | {100 * np.mean(held):.1f}% | {gain:+.5f} ({doubt:.5f}) | "
        f"{np.mean(before):.2f} | {np.mean(after):.2f} |"
    )


def _error(board: Board, drawn: Simulated) -> float:
    ratings = {rating.model: rating.mu for rating in board.ratings}
    models = sorted(ratings)
    return rank_error(np.array([ratings[m] for m in models]), drawn.strength[[int(m[1:]) for m in models]])


def speed(seed: int) -> str:
    """How long a million votes on 50 models and 200 prompts take."""
    world = replace(WORLDS[1], models=50, prompts=200, voters=20_000, votes=1_000_000)
    drawn = simulate(world, seed)
    ratings = compute_ratings(drawn.votes, SETTINGS)
    began = time.perf_counter()
    looks = equal_looks(drawn.votes, ratings, drawn.pictures, drawn.lengths).arena(ARENA)
    return f"A million votes: {time.perf_counter() - began:.1f} s, {looks.votes:,} with looks."


def main(arenas: int = 12, seed: int = 1000) -> None:
    """Print the table, then the time."""
    print("| arena | found | held | log loss (s.e.) | rank error as voted | at equal looks |")
    print("| --- | --- | --- | --- | --- | --- |")
    for world in WORLDS:
        print(row_of(world, arenas, seed), flush=True)
    print(speed(seed))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
