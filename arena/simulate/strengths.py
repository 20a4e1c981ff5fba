"""Which models take part, and how good each of their outputs is.

An output's quality is the strength of its model, what the model is better or worse at, and luck, on the scale of
TrueSkill's ``mu``. Published values are Elo-like (400 points are odds of 10 to 1), and TrueSkill's chance of a win is a
normal curve over ``sqrt(2) beta``; with the usual approximation of the logistic curve by the normal one,
Phi(x) ~ 1 / (1 + exp(-1.702 x)), a point is ``sqrt(2) beta ln 10 / (400 * 1.702)`` = 0.0199 of mu.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from arena.catalogue.records import Model, Prompt

Floats = npt.NDArray[np.float64]

BENCHMARK, SLICE = "LMArena text-to-image", "overall"
"""Whose published values the strengths follow."""
BETA = 25 / 6
POINT = math.sqrt(2) * BETA * math.log(10) / (400 * 1.702)
"""One published point on the scale of ``mu``."""
REFERENCE = 1065.0
"""The published value that stands for mu = 25."""
EFFECTS = {"category": 0.55, "language": 0.45}
"""Standard deviation of how much better a model is at one category or language than overall."""
LUCK = 1.1
"""Standard deviation of one output around what its model can do on such prompts."""


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the generator that ``seed`` and ``names`` always lead to, whatever is drawn elsewhere.

    Each purpose has a stream of its own, and a model's depends on its own id alone, so that models can be added and
    removed without a change to what is drawn for the others.
    """
    key = "\x1f".join((str(seed), *names)).encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(key).digest()[:16], "big"))


def choose_models(models: Mapping[str, Model], most: int) -> dict[str, Model]:
    """Choose at most ``most`` models: two thirds with a published value, then the newest, at most two of a maker.

    If that gives fewer, the newest of the others are added. A model without a date counts as the oldest.
    """
    newest = sorted(models, key=lambda model_id: (-(models[model_id].released or date.min).toordinal(), model_id))
    chosen = [model_id for model_id in newest if published_value(models[model_id]) is not None][: -(-2 * most // 3)]
    makers: Counter[str] = Counter()
    for model_id in newest:
        maker = model_id.partition("/")[0]
        if len(chosen) < most and model_id not in chosen and makers[maker] < 2:
            makers[maker] += 1
            chosen.append(model_id)
    rest = [model_id for model_id in newest if model_id not in chosen]
    return {model_id: models[model_id] for model_id in sorted([*chosen, *rest[: max(0, most - len(chosen))]])}


@dataclass(frozen=True, slots=True)
class SimulatedArena:
    """The models and prompts of an arena, and how good each output is.

    ``strength`` is (models,); ``quality`` is (models, prompts): strength + effects of category and language + luck.
    """

    id: str
    editing: bool
    models: tuple[str, ...]
    released: tuple[date | None, ...]
    prompts: tuple[str, ...]
    strength: Floats
    quality: Floats


def published_value(model: Model) -> float | None:
    """Return the published value that the model's strength follows; None where nobody published one."""
    values = (row.value for row in model.benchmarks if row.name == BENCHMARK and row.slice == SLICE)
    return next((float(value) for value in values), None)


def is_about_edits(prompts: Mapping[str, Prompt]) -> bool:
    """Tell whether an arena is about edits: most of its prompts come with a picture."""
    return 2 * sum(prompt.input_image is not None for prompt in prompts.values()) > len(prompts)


def draw_arena(
    arena_id: str, models: Mapping[str, Model], prompts: Mapping[str, Prompt], *, seed: int
) -> SimulatedArena:
    """Draw the strengths of an arena's models and the quality of each of their outputs.

    In an arena of edits a strength is related to the published one (correlation about 0.9), but not the same.
    """
    editing = is_about_edits(prompts)
    ids, prompt_ids = tuple(sorted(models)), tuple(sorted(prompts))
    strength = np.array([_strength(model_id, models[model_id], editing=editing, seed=seed) for model_id in ids])
    quality = np.array(
        [
            [
                strength[number]
                + _effect(arena_id, model_id, "category", prompts[prompt_id].category, seed)
                + _effect(arena_id, model_id, "language", prompts[prompt_id].language, seed)
                + LUCK * float(stream(seed, "luck", prompt_id, model_id).normal())
                for prompt_id in prompt_ids
            ]
            for number, model_id in enumerate(ids)
        ]
    ).reshape(len(ids), len(prompt_ids))
    released = tuple(models[model_id].released for model_id in ids)
    return SimulatedArena(arena_id, editing, ids, released, prompt_ids, strength, quality)


def _strength(model_id: str, model: Model, *, editing: bool, seed: int) -> float:
    points = published_value(model)
    if points is None:
        points = _unpublished(model_id, model, seed)
    strength = 25 + (points - REFERENCE) * POINT
    if editing:
        strength = 25 + 0.85 * (strength - 25) + 0.6 * float(stream(seed, "strength in edits", model_id).normal())
    return strength


def _unpublished(model_id: str, model: Model, seed: int) -> float:
    """Draw a value around what models of that age reach: 1,090 points in mid-2025, and 80 more a year."""
    age = (model.released - date(2025, 7, 1)).days / 365.25 if model.released else -0.5
    typical = 1090 + 80 * min(max(age, -3.0), 2.0)
    return float(np.clip(typical + 25 * stream(seed, "unpublished", model_id).normal(), 880, 1280))


def _effect(arena_id: str, model_id: str, axis: str, value: str, seed: int) -> float:
    """Return how much better a model is at a category or language: half is common to its maker's models."""
    maker = model_id.partition("/")[0]
    shared = stream(seed, "effect", arena_id, axis, value, maker).normal()
    own = stream(seed, "effect", arena_id, axis, value, model_id).normal()
    return EFFECTS[axis] * float(shared + own) / math.sqrt(2)
