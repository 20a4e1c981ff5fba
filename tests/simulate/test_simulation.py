"""The whole simulation, without pictures where they do not matter."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from arena.errors import CatalogueError
from arena.rating_settings import RatingSettings
from arena.records import Axis
from arena.simulate import FIRST, LAST, Simulation, simulate
from arena.simulate.pictures import PICTURED_PROMPTS
from arena.votes.table import VOTE_SCHEMA, check_votes
from tests.simulate.worlds import (
    DATA_SET,
    EDITING,
    GENERATION,
    make_catalogue,
    make_few_prompts,
    make_model,
    make_models,
    make_prompts,
)


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return simulate(make_catalogue(), seed=1, votes=6000, pictures=False)


@pytest.fixture(scope="module")
def drawn() -> Simulation:
    return simulate(make_catalogue(make_models(4), make_few_prompts()), seed=1, votes=300)


def rows_of(simulation: Simulation, arena: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = simulation.votes.to_pylist()
    return [row for row in rows if row["arena"] == arena]


def test_votes_pass_the_checks_of_the_log(simulation: Simulation) -> None:
    assert simulation.votes.schema.equals(VOTE_SCHEMA)
    assert check_votes(simulation.votes, "simulated").equals(simulation.votes)


def test_votes_say_that_they_are_simulated_and_are_numbered_by_time(simulation: Simulation) -> None:
    rows = simulation.votes.to_pylist()
    assert {row["origin"] for row in rows} == {"simulated"}
    assert [row["battle"] for row in rows] == [f"simulated-{number:06d}" for number in range(1, 6001)]
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert all(row["voter"].startswith("simulated-") for row in rows)
    assert {row["at"].date() for row in rows} >= {FIRST, LAST}
    assert max(row["at"].date() for row in rows) == LAST


@pytest.mark.parametrize(
    ("arena", "counts"),
    [
        (GENERATION, {"left": 643, "right": 663, "tie": 156, "both_bad": 273}),
        (EDITING, {"left": 240, "right": 263, "tie": 24, "both_bad": 392}),
    ],
)
def test_outcomes_come_at_the_rates_of_real_image_arenas(
    simulation: Simulation, arena: str, counts: dict[str, int]
) -> None:
    rows = rows_of(simulation, arena)
    found = Counter(row["outcome"] for row in rows)
    for name, count in counts.items():
        assert found[name] / len(rows) == pytest.approx(count / sum(counts.values()), abs=0.035), name


def test_no_vote_before_the_day_after_a_release(simulation: Simulation) -> None:
    newest = "maker-1/model-7"
    days = [row["at"].date() for row in simulation.votes.to_pylist() if newest in (row["left"], row["right"])]
    assert len(days) > 300
    assert min(days) > date(2026, 8, 1)


def test_category_and_language_are_the_prompts(simulation: Simulation) -> None:
    prompts = make_prompts()
    for row in simulation.votes.to_pylist():
        prompt = prompts[row["prompt"]]
        assert (row["category"], row["language"]) == (prompt.category, prompt.language)
        assert row["prompt"].startswith(f"{row['arena']}/")


def test_only_models_of_the_arena_compete(simulation: Simulation) -> None:
    models = make_models()
    assert all(EDITING in models[row["left"]].arenas for row in rows_of(simulation, EDITING))


def test_every_pair_and_prompt_is_played_more_than_once_by_several_voters(simulation: Simulation) -> None:
    rows = rows_of(simulation, GENERATION)
    voters: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        voters.setdefault((row["prompt"], *sorted((row["left"], row["right"]))), set()).add(row["voter"])
    assert np.median([len(names) for names in voters.values()]) >= 5


def test_ratings_find_the_strengths_again() -> None:
    import ibis  # noqa: PLC0415 - slow to import, and only this test needs it

    from arena.ratings import compute_ratings  # noqa: PLC0415

    simulation = simulate(make_catalogue(make_models(12)), seed=5, votes=8000, pictures=False)
    ratings = compute_ratings(ibis.memtable(simulation.votes), RatingSettings())
    for arena in simulation.arenas:
        board = ratings.get(Axis(arena.id))
        assert board is not None
        found = [rating.mu for model in arena.models if (rating := board.get(model))]
        assert np.corrcoef(found, arena.quality.mean(axis=1))[0, 1] > 0.9, arena.id


def test_same_arguments_give_the_same_bytes(drawn: Simulation) -> None:
    again = simulate(make_catalogue(dict(reversed(make_models(4).items())), make_few_prompts()), seed=1, votes=300)
    assert again.votes.equals(drawn.votes)
    assert again.outputs == drawn.outputs
    assert again.inputs == drawn.inputs
    other = simulate(make_catalogue(make_models(4), make_few_prompts()), seed=2, votes=300, pictures=False)
    assert not other.votes.drop_columns(["left_output", "right_output"]).equals(
        drawn.votes.drop_columns(["left_output", "right_output"])
    )


def test_pictures_change_no_vote(drawn: Simulation) -> None:
    bare = simulate(make_catalogue(make_models(4), make_few_prompts()), seed=1, votes=300, pictures=False)
    columns = ["left_output", "right_output"]
    assert bare.outputs == ()
    assert bare.votes.drop_columns(columns).equals(drawn.votes.drop_columns(columns))
    assert set(bare.votes["left_output"].to_pylist()) == {""}


def test_votes_name_the_outputs_they_were_cast_on(drawn: Simulation) -> None:
    sums = {(output.prompt, output.model): output.sha256 for output, _ in drawn.outputs}
    for row in drawn.votes.to_pylist():
        assert row["left_output"] == sums[row["prompt"], row["left"]]
        assert row["right_output"] == sums[row["prompt"], row["right"]]


def test_votes_on_prompts_without_pictures_name_no_output_and_that_is_said() -> None:
    prompt = make_prompts()[f"{GENERATION}/en-photo"]
    prompts = {f"{GENERATION}/p{number}": prompt for number in range(PICTURED_PROMPTS + 2)}
    simulation = simulate(make_catalogue(make_models(2), prompts), seed=1, votes=100)
    pictured = {output.prompt for output, _ in simulation.outputs}
    assert len(pictured) == PICTURED_PROMPTS
    assert len(simulation.outputs) == 2 * PICTURED_PROMPTS
    rows = simulation.votes.to_pylist()
    assert {row["prompt"] for row in rows} == set(prompts)
    for side in ("left_output", "right_output"):
        assert all((row[side] != "") == (row["prompt"] in pictured) for row in rows)
    assert f"{GENERATION}: 8 of 10 prompts have pictures, to save room" in simulation.notes


def test_progress_is_reported_picture_by_picture() -> None:
    calls: list[tuple[str, int, int]] = []
    simulation = simulate(
        make_catalogue(make_models(2), make_few_prompts()),
        seed=1,
        votes=10,
        progress=lambda step, done, total: calls.append((step, done, total)),
    )
    number = len(simulation.outputs)
    assert [done for _, done, _ in calls] == list(range(1, number + 1))
    assert {total for _, _, total in calls} == {number}


def test_an_arena_that_cannot_be_played_is_left_out_and_named() -> None:
    models = {"a/x": make_model(), "b/y": make_model(GENERATION, EDITING), "c/z": make_model(released=LAST)}
    simulation = simulate(make_catalogue(models), seed=1, votes=50, pictures=False)
    assert set(simulation.votes["arena"].to_pylist()) == {GENERATION}
    assert any(
        note.startswith(f"{EDITING}: left out, because it has fewer than two models ") for note in simulation.notes
    )
    assert "c/z" not in simulation.votes["left"].to_pylist()


def test_a_published_data_set_is_left_alone() -> None:
    catalogue = make_catalogue()
    arenas = (catalogue.project.arenas[0], catalogue.project.arenas[1].model_copy(update={"source": DATA_SET}))
    project = catalogue.project.model_copy(update={"arenas": arenas})
    simulation = simulate(replace(catalogue, project=project), seed=1, votes=50, pictures=False)
    assert set(simulation.votes["arena"].to_pylist()) == {GENERATION}
    assert not any(EDITING in note for note in simulation.notes)


def test_an_arena_without_prompts_is_left_out() -> None:
    prompts = {key: prompt for key, prompt in make_prompts().items() if key.startswith(GENERATION)}
    simulation = simulate(make_catalogue(None, prompts), seed=1, votes=20, pictures=False)
    assert f"{EDITING}: left out, because it has no prompts" in simulation.notes


def test_places_are_limited_and_that_is_said() -> None:
    simulation = simulate(make_catalogue(), seed=1, votes=50, models=3, editing_models=2, pictures=False)
    assert [len(arena.models) for arena in simulation.arenas] == [3, 2]
    assert f"{GENERATION}: 3 of 8 models compete, so that each gets enough votes" in simulation.notes


def test_a_late_opening_arena_plays_in_the_days_that_are_left() -> None:
    models = {f"m{number}/x": make_model(points=1000, released=date(2026, 11, 10)) for number in range(3)}
    simulation = simulate(make_catalogue(models), seed=1, votes=400, pictures=False)
    assert pc.min(simulation.votes["at"]).as_py().date() > date(2026, 11, 10)


@pytest.mark.parametrize(
    ("models", "prompts", "message", "where"),
    [
        ({}, None, "there are no models to simulate with", "data/models"),
        (None, {}, "there are no prompts to simulate with", "data/prompts"),
        ({"a/x": make_model()}, None, "no arena can be simulated", "data"),
    ],
)
def test_what_cannot_be_simulated_is_refused(models: Any, prompts: Any, message: str, where: str) -> None:
    with pytest.raises(CatalogueError, match=message) as caught:
        simulate(make_catalogue(models, prompts), seed=1, votes=10)
    assert caught.value.where == where
    assert caught.value.hint


def test_no_votes_is_an_empty_table() -> None:
    assert simulate(make_catalogue(), seed=1, votes=0, pictures=False).votes.num_rows == 0
