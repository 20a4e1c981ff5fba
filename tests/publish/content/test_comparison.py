"""Who is better of two models, and the sentences on what else differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from arena.pairs import Pair, Pairs
from arena.publish.content.comparison import (
    ComparedModel,
    compared_arena,
    differences,
    forecast_of,
    record_in,
    settled_by_scores,
    speed_sentence,
    verdicts,
    votes_between,
)
from arena.publish.content.measured import ModelSpeed
from arena.records import Axis, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data
from tests.publish.worlds import World

MODELS = {"acme/a": make_model("A"), "acme/b": make_model("B")}
BOARD = make_board(Axis("draw"), make_rating("acme/a", 1, 19), make_rating("acme/b", 2, 8))
A = ComparedModel("acme/a", "A", "a.html", 0.04, "$0.04", None, "Open weights", "Apache-2.0", "yes")
B = ComparedModel("acme/b", "B", "b.html", 0.1, "$0.10", None, "Closed weights", "", "yes")


@pytest.mark.parametrize(
    ("low", "chance", "high", "title"),
    [
        (0.51, 0.6, 0.7, "A is better"),
        (0.2, 0.3, 0.49, "B is better"),
        (0.5, 0.6, 0.7, "Not settled"),
        (0.3, 0.45, 0.5, "Not settled"),
        (0.0, 0.9, 1.0, "Not settled"),
    ],
)
def test_one_is_better_where_the_interval_leaves_out_an_even_chance(
    low: float, chance: float, high: float, title: str
) -> None:
    pairs = {"draw": Pairs.of([Pair("acme/a", "acme/b", 40, 20, 0, 0, chance, low, high)])}
    site_data = make_site_data(MODELS, [BOARD], pairs=pairs)
    (verdict,) = verdicts(site_data, "acme/a", "acme/b")
    assert (verdict.title, verdict.settled) == (title, title != "Not settled")
    assert ("An even chance is within it." in verdict.said) != verdict.settled
    assert verdict.said.startswith(
        f"The chance that A’s picture is preferred to B’s is {chance:.0%}; the 95% interval is "
    )
    (turned,) = verdicts(site_data, "acme/b", "acme/a")
    assert turned.title == title, "whoever stands first"
    simulated = replace(site_data, summary=replace(site_data.summary, origins=((Origin.SIMULATED, 100),)))
    (demo,) = verdicts(simulated, "acme/a", "acme/b")
    assert demo.title == f"Demo: {title.replace('Not', 'not')} in simulated votes"


def test_the_verdict_is_that_of_the_difference_of_strengths(small_world: World) -> None:
    compared = small_world.ratings.compare("acme/one", "acme/two", "text-to-image")
    side = 1 if compared.low > 0 else 2 if compared.high < 0 else 0
    (verdict,) = verdicts(small_world.site_data, "acme/one", "acme/two")
    assert verdict.forecast.verdict == side
    assert verdict.forecast == forecast_of(compared.pair)


def test_on_narrow_boards_it_takes_scores_whose_intervals_do_not_overlap() -> None:
    near, far, mid = make_rating("a", 1, 11.9), make_rating("a", 1, 12.1), make_rating("b", 2, 8)
    assert [settled_by_scores(*both) for both in ((near, mid), (far, mid), (mid, far))] == [0, 1, 2]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((1, 3, 1, 1), "Of 6 votes, B won 3 and A 1; one tie, one “both bad”."),
        ((3, 1, 0, 2), "Of 6 votes, A won 3 and B 1; 2 “both bad”."),
        ((2, 2, 2, 0), "Of 6 votes, A and B won 2 each; 2 ties."),
        ((0, 0, 1, 0), "Of 1 vote, neither won any; one tie."),
        ((30, 1, 0, 0), "Of 31 votes, A won 30 and B 1."),
    ],
)
def test_votes_between_two_are_a_sentence_and_few_of_them_decide_nothing(
    counts: tuple[int, int, int, int], said: str
) -> None:
    site_data = make_site_data(MODELS, [BOARD])
    found = record_in(compared_arena(site_data, "draw"), Pair("acme/a", "acme/b", *counts, 0.5), "A", "B")
    few = sum(counts) < 30
    assert (found.said, found.few) == (f"{said} That is too few to decide anything by itself." if few else said, few)


def test_two_without_votes_on_both_say_what_the_forecast_is_from() -> None:
    pairs = {"draw": Pairs.of([Pair("acme/a", "acme/b", 0, 0, 0, 0, 0.5)])}
    (found,) = votes_between(make_site_data(MODELS, [BOARD], pairs=pairs), "acme/a", "acme/b")
    assert found.said == "No votes on these two yet. The forecast follows from their votes against other models."
    assert votes_between(make_site_data(MODELS), "acme/a", "acme/b") == ()


def test_price_speed_and_licence_are_a_sentence_each() -> None:
    assert differences(A, B) == (
        "A costs less: from $0.04 an image, against $0.10. The speed of both is unknown. "
        "A: open weights (Apache-2.0). B: closed weights. Commercial use of pictures: yes for both."
    )
    assert "Both cost from $0.04 an image." in differences(A, replace(B, price=0.04))
    assert "No price per image is known for A and B." in differences(replace(A, price=None), replace(B, price=None))


def test_what_is_claimed_is_never_set_against_what_was_measured() -> None:
    measured, slower = ModelSpeed(4.2, "4.2 s", "measured", ""), ModelSpeed(9, "9.0 s", "measured", "")
    claimed, sooner = ModelSpeed(8, "8 s", "claimed", ""), ModelSpeed(2, "2 s", "claimed", "")
    said = [
        speed_sentence(replace(A, speed=one), replace(B, speed=other))
        for one, other in (
            (slower, measured),
            (claimed, sooner),
            (measured, claimed),
            (None, claimed),
            (sooner, sooner),
        )
    ]
    assert said == [
        "B is faster: 4.2 s for one picture, against 9.0 s (measured).",
        "B claims to be faster: 2 s for one picture, against 8 s (claimed).",
        "Time for one picture: A 4.2 s (measured), B 8 s (claimed).",
        "Time for one picture: A unknown, B 8 s (claimed).",
        "Both take 2 s for one picture (claimed).",
    ]
