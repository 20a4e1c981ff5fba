"""What is in play, what is shown, what leaves: from outputs.jsonl, the log's counts, the settings and the day."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.model_facts import Status
from arena.catalogue.outputs import Collected, Output
from arena.catalogue.play import (
    drawn_outputs,
    leaving_play,
    outputs_in_play,
    outputs_to_enter,
    play_in_words,
    prompts_entering_play,
    sums_in_play,
    without_pictures_in_play,
)
from arena.records import OutputOrigin
from tests.catalogue.projects import write_project

ARENA = "text-to-image"
DAY = date(2026, 8, 1)
ENTERED = date(2026, 7, 1)
BEFORE = DAY - timedelta(days=1)


def output(prompt: str, model: str = "acme/one", **facts: Any) -> Output:
    sha256 = facts.pop("sha256", hashlib.sha256(f"{prompt} {model}".encode()).hexdigest())
    size = {"width": 8, "height": 8, "bytes": 8}
    return Output(model=model, prompt=f"{ARENA}/{prompt}", sha256=sha256, origin=OutputOrigin.MODEL, **size, **facts)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """A catalogue with ten prompts and no output, on a day."""
    catalogue = load_catalogue(write_project(tmp_path_factory.mktemp("play")), DAY)
    some = next(iter(catalogue.prompts.values()))
    return replace(catalogue, outputs=(), prompts={f"{ARENA}/p{number}": some for number in range(10)})


def of(catalogue: Catalogue, *outputs: Output, **voting: Any) -> Catalogue:
    settings = catalogue.project.voting.model_copy(update=voting)
    return replace(catalogue, outputs=outputs, project=catalogue.project.model_copy(update={"voting": settings}))


def how_made(one: Output) -> Collected:
    facts = {"sha256": one.sha256, "model": one.model, "prompt": one.prompt, "provider": "acme", "asked": "one"}
    size = {"format": "png", "width": 8, "height": 8, "bytes": 8, "latency_ms": 1, "cost": 0}
    at = datetime(2026, 7, 1, tzinfo=UTC)
    return Collected.model_validate({**facts, **size, "parameters": {}, "at": at})


def names(prompts: Any) -> set[str]:
    return {prompt.removeprefix(f"{ARENA}/") for prompt in prompts}


@pytest.mark.parametrize(
    ("facts", "day", "in_play"),
    [
        ({}, DAY, False),
        ({"entered_play": ENTERED}, DAY, True),
        ({"entered_play": ENTERED}, None, True),
        ({"entered_play": ENTERED, "left_play": DAY}, DAY, False),
        ({"entered_play": ENTERED, "left_play": DAY}, BEFORE, True),
        ({"entered_play": ENTERED, "left_play": DAY}, None, False),
        ({"entered_play": DAY}, BEFORE, True),
    ],
)
def test_a_picture_is_in_play_from_when_it_entered_until_it_left(
    facts: dict[str, Any], day: date | None, in_play: bool
) -> None:
    assert output("p0", **facts).in_play_on(day) is in_play


def test_simulated_pictures_are_never_in_play() -> None:
    drawn = output("p0", entered_play=ENTERED).model_copy(update={"origin": OutputOrigin.SIMULATED})
    assert not drawn.in_play_on(DAY)


@pytest.mark.parametrize("facts", [{"left_play": DAY}, {"entered_play": DAY, "left_play": BEFORE}])
def test_nothing_leaves_before_it_enters(facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="before it entered"):
        output("p0", **facts)


def test_what_is_published_names_no_picture_in_play_and_not_how_it_was_made(empty: Catalogue) -> None:
    played = output("p0", entered_play=ENTERED)
    twice = output("p1", sha256=played.sha256)
    shown = output("p2", entered_play=ENTERED, left_play=DAY)
    made = [how_made(one) for one in (played, shown)]
    catalogue = replace(of(empty, played, twice, shown), collected=tuple(made))
    published = without_pictures_in_play(catalogue)
    assert (published.outputs, published.collected) == ((shown,), (made[1],)), "a picture that is listed twice too"
    assert sums_in_play(catalogue) == {played.sha256}
    nothing = of(empty, shown)
    assert without_pictures_in_play(nothing) is nothing


def test_new_pictures_enter_play_but_for_a_fifth_of_the_prompts(empty: Catalogue) -> None:
    entering = names(prompts_entering_play(empty))
    assert len(entering) == 8
    examples = {f"p{number}" for number in range(10)} - entering
    assert names(prompts_entering_play(of(empty, example_share=0.0))) == entering | examples
    assert len(names(prompts_entering_play(of(empty, example_share=1.0)))) == 1, "something is left to vote on"
    # What is there decides: more pictures for an example stay shown, those for a prompt in play enter it.
    one = output(min(entering), entered_play=ENTERED)
    other = output(min(examples))
    assert names(prompts_entering_play(of(empty, one, other))) == entering
    retired = output(min(entering), entered_play=ENTERED, left_play=DAY)
    assert names(prompts_entering_play(of(empty, retired, other))) == entering - {min(entering)}
    assert names(prompts_entering_play(of(empty, retired, other), again=True)) == entering


def test_examples_are_chosen_once_and_not_again_for_those_that_are_there(empty: Catalogue) -> None:
    there = [output("p3"), output("p4")]
    assert names(prompts_entering_play(of(empty, *there))) == {f"p{n}" for n in range(10)} - {"p3", "p4"}


def test_pictures_that_are_shown_enter_play_together(empty: Catalogue) -> None:
    pictures = [output(f"p{number}", model) for number in range(10) for model in ("acme/one", "acme/two")]
    catalogue = of(empty, *pictures)
    entering = outputs_to_enter(catalogue)
    assert len(entering) == 16
    by_name = outputs_to_enter(catalogue, [f"{ARENA}/p1"])
    assert {one.sha256 for one in by_name} == {one.sha256 for one in pictures if one.prompt == f"{ARENA}/p1"}
    retired = output("p5", entered_play=ENTERED, left_play=DAY)
    assert outputs_to_enter(of(empty, retired), [retired.prompt]) == (), "readers know it"


def test_pictures_leave_play_by_battles_together_and_the_arena_keeps_some(empty: Catalogue) -> None:
    pictures = [
        output(f"p{number}", model, entered_play=ENTERED) for number in range(4) for model in ("acme/one", "acme/two")
    ]
    # p0: 100 and 30 battles, 65 on average; p1: 59; p2: 80; p3: none.
    battles = dict(zip((one.sha256 for one in pictures), (100, 30, 59, 59, 80, 80), strict=False))
    catalogue = of(empty, *pictures, prompts_in_play=2)
    due = leaving_play(catalogue, battles, DAY)
    assert [names([entry.prompt]) for entry in due.leaving] == [{"p2"}, {"p0"}]
    assert all(len(entry.outputs) == 2 for entry in due.leaving)
    assert due.held_back == ()
    due = leaving_play(of(catalogue, *pictures, prompts_in_play=3), battles, DAY)
    assert names(entry.prompt for entry in due.leaving) == {"p2"}
    assert names(entry.prompt for entry in due.held_back) == {"p0"}


def test_pictures_leave_play_by_age(empty: Catalogue) -> None:
    catalogue = of(
        empty,
        output("p0", entered_play=ENTERED),
        output("p0", "acme/two", entered_play=DAY),
        output("p1", entered_play=DAY),
        days_in_play=31,
        prompts_in_play=1,
    )
    assert names(entry.prompt for entry in leaving_play(catalogue, {}, DAY).leaving) == {"p0"}
    assert leaving_play(catalogue, {}, BEFORE).leaving == ()


def test_pictures_of_a_model_that_is_shut_down_do_not_keep_a_prompt_in_play(empty: Catalogue) -> None:
    pictures = [output("p0", model, entered_play=ENTERED) for model in ("acme/one", "acme/two", "acme/gone")]
    a_model = next(iter(empty.models.values()))
    models = {
        one.model: a_model.model_copy(update={"status": Status.WITHDRAWN if one is pictures[2] else Status.ACTIVE})
        for one in pictures
    }
    catalogue = replace(of(empty, *pictures, output("p1", entered_play=ENTERED), prompts_in_play=1), models=models)
    assert drawn_outputs(catalogue) == (*pictures[:2], catalogue.outputs[-1])
    left = leaving_play(catalogue, {one.sha256: 60 for one in pictures[:2]}, DAY).leaving
    assert [(entry.battles, len(entry.outputs)) for entry in left] == [(60, 3)], "all three leave together"


def test_how_many_are_in_play_is_said(empty: Catalogue) -> None:
    assert play_in_words(empty) == ""
    assert play_in_words(of(empty, output("p0"))) == "1 picture is shown on the site, none is in play."
    some = of(empty, output("p0", entered_play=ENTERED), output("p1"), output("p2"))
    assert play_in_words(some) == "1 picture is in play, 2 are shown on the site."
    assert len(outputs_in_play(some)) == 1
