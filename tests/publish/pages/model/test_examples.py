"""A model against others: outcomes of examples, neighbours with their record, models close by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from arena.catalogue.model_facts import Status, Weights
from arena.pairs import Pair, Pairs
from arena.publish.content.examples import Example
from arena.publish.pages.model.examples import outcome_detail, outcome_word
from arena.publish.pages.model.similar import around, similar_by_rank, similar_models, unlike
from arena.records import Axis, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

NAMES = [f"acme/m{number}" for number in range(9)]
BOARD = make_board(Axis("draw"), *(make_rating(name, n + 1, 30 - n) for n, name in enumerate(NAMES)))
PAIRS = (
    Pair("acme/m4", "acme/m3", 5, 2, 1, 0, 0.481, 0.352, 0.612).mirrored,
    Pair("acme/m4", "acme/m5", 0, 0, 0, 2, 0.55),
)
EDITION = make_site_data(
    {name: make_model(name[5:].upper()) for name in NAMES}, [BOARD], pairs={"draw": Pairs.of(PAIRS)}
)
EXAMPLE = Example("draw", "acme/m1", "draw/p", "a", "acme/m2", "b", 2, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        ({"wins": 1}, "Won"),
        ({"losses": 2, "wins": 1}, "Lost"),
        ({"ties": 1}, "Tied"),
        ({"wins": 1, "losses": 1}, "Tied"),
        ({"both_bad": 2, "ties": 1}, "Both bad"),
        ({"both_bad": 1, "wins": 1}, "Won"),
        ({"both_bad": 3, "wins": 2}, "Both bad"),
    ],
)
def test_the_outcome_is_what_most_votes_said(counts: dict[str, Any], word: str) -> None:
    assert outcome_word(replace(EXAMPLE, **counts)) == word


def test_the_outcome_says_how_many_votes_it_rests_on() -> None:
    simulated = make_site_data({"acme/m1": make_model("M1")}, origins=[Origin.SIMULATED])
    assert outcome_detail(simulated, replace(EXAMPLE, wins=1)) == "1 simulated vote"
    assert outcome_detail(simulated, replace(EXAMPLE, wins=2, both_bad=1)) == "3 simulated votes: 2 won, 1 both bad"


@pytest.mark.parametrize(("model", "first", "last"), [("m4", 1, 7), ("m0", 0, 6), ("m8", 2, 8), ("m1", 0, 6)])
def test_neighbours_stand_on_either_side_and_an_end_is_filled_up(model: str, first: int, last: int) -> None:
    assert [rating.model for rating in around(EDITION, BOARD, f"acme/{model}")] == NAMES[first : last + 1]


def test_models_that_are_shut_down_are_no_neighbours() -> None:
    gone = {name: make_model(name, status=Status.WITHDRAWN) for name in ("acme/m3", "acme/m5")}
    site_data = replace(EDITION, catalogue=replace(EDITION.catalogue, models={**EDITION.catalogue.models, **gone}))
    near = [rating.model for rating in around(site_data, BOARD, "acme/m4")]
    assert near == [f"acme/m{number}" for number in (0, 1, 2, 4, 6, 7, 8)]
    assert "acme/m3" in {rating.model for rating in around(site_data, BOARD, "acme/m3")}, "its own row stays"
    alike = [other.model.id for other in similar_models(site_data, "acme/m4")]
    assert alike == [f"acme/m{number}" for number in (2, 6, 1, 7, 0, 8)]


def test_a_model_whose_neighbours_are_all_shut_down_says_so() -> None:
    gone = {name: make_model(name, status=Status.WITHDRAWN) for name in NAMES if name != "acme/m4"}
    site_data = replace(EDITION, catalogue=replace(EDITION.catalogue, models={**EDITION.catalogue.models, **gone}))
    (part,) = similar_by_rank(site_data, "acme/m4")
    assert part.missing == "Every other model that is ranked here is shut down, so M4 has no neighbours."


def test_the_record_against_a_neighbour_is_from_the_model_s_side() -> None:
    (part,) = similar_by_rank(EDITION, "acme/m4")
    rows = {row.model.name: (row.record, row.probability) for row in part.rows}
    assert rows["M3"] == ("5–2–1", "48%")
    assert [row.probability_span for row in part.rows if row.model.name == "M3"] == ["35%–61%"]
    assert rows["M5"] == ("never met", "55%")
    assert rows["M6"] == ("never met", "–")
    assert rows["M4"] == ("–", "–")
    assert [row.model.name for row in part.rows if row.here] == ["M4"]


def test_a_model_without_neighbours_says_so() -> None:
    alone = make_site_data({"acme/m1": make_model("M1")}, [make_board(Axis("draw"), make_rating("acme/m1", 1, 20))])
    assert similar_by_rank(alone, "acme/m1")[0].missing == "M1 is the only ranked model here."
    unranked = make_site_data({"acme/m1": make_model("M1")})
    assert similar_by_rank(unranked, "acme/m1")[0].missing == "M1 is not ranked here yet, so it has no neighbours."
    assert similar_models(unranked, "acme/m1") == ()


def test_models_like_it_are_the_closest_by_rank() -> None:
    assert [other.model.name for other in similar_models(EDITION, "acme/m4")] == ["M3", "M5", "M2", "M6", "M1", "M7"]
    assert similar_models(EDITION, "acme/m0")[0].rank == "#2 in text to image"


def test_models_like_it_say_how_they_differ_in_score_price_and_weights() -> None:
    models = {
        name: make_model(name, weights=Weights(open=is_open))
        for name, is_open in zip("abcd", (False, True, False, False), strict=True)
    }
    own, *others = (
        make_rating(name, at, score) for at, (name, score) in enumerate(zip("abcd", (9, 8.5, 8.504, 9), strict=True))
    )
    site_data = make_site_data(models, prices={"a": "0.04", "b": "0.01", "c": "0.05", "d": "0.12"})
    assert [unlike(site_data, own, other) for other in others] == [
        "scores 0.50 less, costs 75% less, open weights",
        "scores 0.50 less, costs 25% more",
        "scores the same, costs 3.0 times as much",
    ]
    assert unlike(make_site_data(models), own, others[1]) == "scores 0.50 less"
