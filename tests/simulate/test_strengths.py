"""Streams of random numbers, who takes part, and how good models are."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.simulate.strengths import (
    BETA,
    LUCK,
    POINT,
    SimulatedArena,
    choose_models,
    draw_arena,
    is_about_edits,
    published_value,
    stream,
)
from tests.simulate.worlds import EDITING, GENERATION, make_catalogue, make_model, make_models, make_prompts


@given(st.integers(0, 2**63), st.lists(st.text(max_size=8), max_size=3))
def test_same_seed_and_names_give_the_same_numbers(seed: int, names: list[str]) -> None:
    assert stream(seed, *names).random(4).tolist() == stream(seed, *names).random(4).tolist()


def test_another_name_or_seed_gives_other_numbers() -> None:
    streams = [stream(1, "a"), stream(1, "b"), stream(2, "a"), stream(1, "a", "b"), stream(1, "ab"), stream(1)]
    assert len({rng.random() for rng in streams}) == len(streams)


def test_all_take_part_where_there_is_room() -> None:
    models = {f"a/m{number}": make_model() for number in range(5)}
    assert choose_models(models, 44) == models


def test_published_values_come_first_and_then_the_newest_of_each_maker() -> None:
    models = {f"old/p{number}": make_model(points=1000 + number) for number in range(4)}
    models |= {f"busy/n{number}": make_model(released=date(2026, 5, number + 1)) for number in range(5)}
    models["quiet/n"] = make_model(released=date(2026, 1, 1))
    models["dateless/n"] = make_model(released=None)
    chosen = choose_models(models, 6)
    assert list(chosen) == sorted(chosen)
    assert set(chosen) == {"old/p0", "old/p1", "old/p2", "old/p3", "busy/n4", "busy/n3"}
    assert "quiet/n" in choose_models(models, 7)


def test_empty_places_go_to_whoever_is_left() -> None:
    models = {f"one/m{number}": make_model(released=date(2026, 1, number + 1)) for number in range(6)}
    assert set(choose_models(models, 4)) == {"one/m5", "one/m4", "one/m3", "one/m2"}


def test_order_of_the_catalogue_does_not_matter() -> None:
    models = {f"m{number % 3}/x{number}": make_model(released=date(2026, 1, 1)) for number in range(9)}
    assert choose_models(models, 5) == choose_models(dict(reversed(models.items())), 5)


def arena_of(arena: str = GENERATION, seed: int = 1) -> SimulatedArena:
    return draw_arena(arena, make_models(), make_catalogue().prompts_of(arena), seed=seed)


def test_400_points_are_odds_of_about_ten_to_one() -> None:
    gap = 400 * POINT / (math.sqrt(2) * BETA)
    chance = 0.5 * math.erfc(-gap / math.sqrt(2))
    assert chance == pytest.approx(10 / 11, abs=0.02)


def test_published_value_is_the_overall_slice_of_the_named_benchmark() -> None:
    assert published_value(make_model(points=1100.5)) == 1100.5
    assert published_value(make_model()) is None


def test_strength_follows_the_published_value_exactly() -> None:
    arena = arena_of()
    by_points = sorted(zip(arena.models, arena.strength, strict=True))
    assert all(later > earlier for (_, earlier), (_, later) in pairwise(by_points[:3]))
    two = draw_arena(GENERATION, {"a/x": make_model(points=1065), "b/y": make_model(points=1165)}, {}, seed=1)
    assert two.strength.tolist() == pytest.approx([25, 25 + 100 * POINT])


def test_unpublished_strength_depends_on_seed_and_age_only() -> None:
    models = {f"a/m{number}": make_model(released=date(2026, 7, 1)) for number in range(200)}
    old = {f"a/m{number}": make_model(released=date(2023, 7, 1)) for number in range(200)}
    new_arena, old_arena = draw_arena(GENERATION, models, {}, seed=3), draw_arena(GENERATION, old, {}, seed=3)
    assert np.mean(new_arena.strength) > np.mean(old_arena.strength) + 2
    assert not np.array_equal(new_arena.strength, draw_arena(GENERATION, models, {}, seed=4).strength)
    alone = draw_arena(GENERATION, {"a/m7": models["a/m7"]}, {}, seed=3)
    assert alone.strength[0] == new_arena.strength[new_arena.models.index("a/m7")]


def test_a_model_without_a_date_has_a_strength() -> None:
    assert np.isfinite(draw_arena(GENERATION, {"a/b": make_model(released=None)}, {}, seed=1).strength).all()


def test_editing_strengths_are_related_but_different() -> None:
    models = {f"a/m{number}": make_model(points=900 + 3 * number) for number in range(100)}
    generation = draw_arena(GENERATION, models, {}, seed=1).strength
    prompts = {key: prompt for key, prompt in make_prompts().items() if prompt.input_image}
    editing = draw_arena(EDITING, models, prompts, seed=1).strength
    assert 0.8 < np.corrcoef(generation, editing)[0, 1] < 0.99


def test_quality_strays_modestly_around_strength() -> None:
    models = {f"m{number}/x": make_model(points=1065) for number in range(60)}
    arena = draw_arena(GENERATION, models, make_prompts(), seed=1)
    assert arena.quality.shape == (60, len(make_prompts()))
    assert 0.9 * LUCK < arena.quality.std() < 1.5 * LUCK


def test_categories_and_languages_have_effects_of_their_own() -> None:
    models = {f"m{number}/x": make_model(points=1065) for number in range(150)}
    base = make_prompts()[f"{GENERATION}/en-photo"]
    photos = {f"{GENERATION}/p{number}": base for number in range(12)}
    logos = {f"{GENERATION}/l{number}": base.model_copy(update={"category": "logo"}) for number in range(12)}
    arena = draw_arena(GENERATION, models, {**photos, **logos}, seed=1)
    is_logo = np.array(["/l" in prompt for prompt in arena.prompts])
    gap = arena.quality[:, is_logo].mean(axis=1) - arena.quality[:, ~is_logo].mean(axis=1)
    assert 0.4 < gap.std() < 1.4


def test_one_model_more_changes_nothing_for_the_others() -> None:
    more = {**make_models(), "zz/new": make_model(points=1000)}
    prompts = make_catalogue().prompts_of(GENERATION)
    bigger = draw_arena(GENERATION, dict(reversed(more.items())), prompts, seed=1)
    assert bigger.models[-1] == "zz/new"
    assert np.array_equal(bigger.quality[:-1], arena_of().quality)


def test_an_arena_whose_prompts_mostly_have_a_picture_is_about_edits() -> None:
    catalogue = make_catalogue()
    assert is_about_edits(catalogue.prompts_of(EDITING))
    assert not is_about_edits(catalogue.prompts_of(GENERATION))
    assert not is_about_edits({})
