"""Which pictures stand for a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import ibis

from arena.publish.content.examples import Example, PictureRecords, find_picture_records
from arena.records import Outcome, Vote
from arena.votes.table import votes_table

VOTE = Vote("b", datetime(2026, 3, 1, tzinfo=UTC), "draw", "logo", "en", "", "", Outcome.LEFT, "v")
RANKS = {("draw", "a/one"): 1, ("draw", "a/two"): 2, ("draw", "a/three"): 3}
PICTURES = {f"{model}{number}" for model in ("one", "two", "three", "nine") for number in range(9)}


def battle(number: int, left: str, right: str, outcome: Outcome, prompt: str = "draw/p") -> Vote:
    return replace(
        VOTE,
        battle=f"b{number}",
        left=f"a/{left[:-1]}",
        right=f"a/{right[:-1]}",
        left_output=left,
        right_output=right,
        outcome=outcome,
        prompt=prompt,
    )


def records(*votes: Vote, pictures: set[str] = PICTURES, per_arena: int = 4) -> PictureRecords:
    return find_picture_records(ibis.memtable(votes_table(votes)), RANKS, pictures, per_arena=per_arena)


def examples(*votes: Vote, pictures: set[str] = PICTURES, per_arena: int = 4) -> Mapping[str, tuple[Example, ...]]:
    return records(*votes, pictures=pictures, per_arena=per_arena).examples


def test_votes_on_the_same_two_pictures_are_added_up_from_either_side() -> None:
    found = examples(
        battle(1, "one1", "two1", Outcome.LEFT),
        battle(2, "two1", "one1", Outcome.LEFT),
        battle(3, "two1", "one1", Outcome.RIGHT),
        battle(4, "one1", "two1", Outcome.TIE),
        battle(5, "one1", "two1", Outcome.BOTH_BAD),
    )
    (one,), (two,) = found["a/one"], found["a/two"]
    assert (one.wins, one.losses, one.ties, one.both_bad) == (2, 1, 1, 1)
    assert (two.wins, two.losses, two.ties, two.both_bad) == (1, 2, 1, 1)
    assert (one.opponent, one.opponent_rank, one.opponent_output) == ("a/two", 2, "two1")


def test_examples_begin_with_what_won_in_the_language_of_the_pages_against_the_best() -> None:
    found = examples(
        replace(battle(1, "three1", "one1", Outcome.LEFT, prompt="draw/zh"), language="zh"),
        battle(2, "three2", "one1", Outcome.RIGHT, prompt="draw/lost"),
        battle(3, "three3", "two1", Outcome.TIE, prompt="draw/tied"),
        battle(4, "three4", "one2", Outcome.LEFT, prompt="draw/won"),
        battle(5, "three5", "one2", Outcome.BOTH_BAD, prompt="draw/bad"),
        per_arena=9,
    )["a/three"]
    assert [example.prompt for example in found] == ["draw/won", "draw/tied", "draw/zh", "draw/lost", "draw/bad"]
    assert [example.opponent_rank for example in found] == [1, 2, 1, 1, 1]


def test_a_picture_stands_with_its_best_record_and_once() -> None:
    (three,) = examples(
        battle(1, "three1", "one1", Outcome.RIGHT),
        battle(2, "three1", "two1", Outcome.LEFT),
        battle(3, "three1", "two2", Outcome.BOTH_BAD),
        battle(4, "three1", "two2", Outcome.BOTH_BAD),
        battle(5, "three1", "two2", Outcome.LEFT),
    )["a/three"]
    assert (three.opponent, three.opponent_output, three.wins) == ("a/two", "two1", 1)


def test_every_picture_has_its_records_against_the_best_opponents_in_their_order() -> None:
    found = records(
        battle(1, "three1", "two1", Outcome.LEFT),
        battle(2, "one1", "three1", Outcome.LEFT),
        battle(3, "three1", "nine1", Outcome.LEFT),
        per_arena=0,
    )
    assert [(each.opponent, each.wins, each.losses) for each in found.against["three1"]] == [
        ("a/one", 0, 1),
        ("a/two", 1, 0),
    ]
    assert found.examples == {}


def test_pictures_that_are_not_there_and_opponents_without_a_rank_are_passed_over() -> None:
    votes = [battle(1, "one1", "two1", Outcome.LEFT), battle(2, "one2", "nine1", Outcome.LEFT)]
    assert examples(*votes, pictures={"one2", "two1"}).keys() == {"a/two", "a/nine"} - {"a/nine"}
    assert examples(*votes, pictures=set()) == {}


def test_there_are_no_more_than_asked_for() -> None:
    votes = [battle(n, f"one{n}", f"two{n}", Outcome.LEFT) for n in range(6)]
    assert len(examples(*votes, per_arena=2)["a/one"]) == 2


def test_other_pictures_of_a_prompt_come_after_those_of_other_prompts() -> None:
    found = examples(
        battle(1, "three1", "one1", Outcome.LEFT, prompt="draw/a"),
        battle(2, "three2", "one1", Outcome.LEFT, prompt="draw/a"),
        battle(3, "three3", "one1", Outcome.LEFT, prompt="draw/a"),
        battle(4, "three4", "one2", Outcome.LEFT, prompt="draw/b"),
    )["a/three"]
    assert [(example.prompt, example.output) for example in found] == [
        ("draw/a", "three1"),
        ("draw/b", "three4"),
        ("draw/a", "three2"),
        ("draw/a", "three3"),
    ]
