"""Questions, answers and advice."""

from __future__ import annotations

from datetime import date

from arena.catalogue.model_facts import Status
from arena.pairs import Pair, Pairs
from arena.publish.pages.model.faq import questions
from arena.publish.pages.model.verdict import advice
from arena.records import Axis, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

ADVISED = {
    "acme/best": make_model("Best"),
    "acme/gone": make_model("Gone", status=Status.WITHDRAWN),
    "acme/good": make_model("Good"),
    "acme/free": make_model("Free"),
    "acme/old": make_model("Old"),
    "acme/next": make_model("Next", predecessor="acme/old", released=date(2026, 2, 1)),
    "acme/later": make_model("Later", predecessor="acme/old", released=date(2026, 4, 1)),
}
BOARD = make_board(Axis("draw"), *(make_rating(model, at, 30.0 - at) for at, model in enumerate(list(ADVISED)[:5], 1)))
PRICES = {"acme/best": "0.10", "acme/gone": "0.01", "acme/good": "0.04", "acme/old": "0.05"}


def said(model: str) -> list[str]:
    return [each.text for each in advice(make_site_data(ADVISED, [BOARD], prices=PRICES), model)]


def test_the_best_of_those_that_cost_less_is_named_if_it_can_still_be_chosen() -> None:
    assert said("acme/old")[0] == "In text to image, Good (#3, $0.04 an image) ranks higher and costs less."
    assert said("acme/good") == ["In text to image, no model with a known price costs less and ranks higher."]
    assert said("acme/best") == said("acme/good")


def test_without_a_price_or_a_rank_nothing_is_weighed() -> None:
    assert said("acme/free") == []
    assert said("acme/next") == []


def test_successors_are_named_the_newest_first() -> None:
    assert said("acme/old")[1:] == [
        "A newer version is Later, released in April 2026.",
        "A newer version is Next, released in February 2026.",
    ]


MODELS = {"acme/one": make_model("One"), "acme/two": make_model("Two")}


def test_answers_come_from_the_ratings_and_say_what_votes_they_rest_on() -> None:
    boards = [
        make_board(Axis("draw"), make_rating("acme/one", 1, 30, ranks=(1, 2)), make_rating("acme/two", 2, 25)),
        make_board(Axis("draw", "logo"), make_rating("acme/one", 1, 22)),
    ]
    pairs = {"draw": Pairs.of([Pair("acme/one", "acme/two", 3, 1, 1, 0, 0.642)])}
    site_data = make_site_data(MODELS, boards, pairs=pairs, origins=[Origin.SIMULATED])
    answers = {item.question: item.answer for item in questions(site_data, "acme/one")}
    assert answers["How good is One?"] == (
        "Demo: in text to image it ranks #1 of 2 with a score of 30.00, from 20 simulated votes "
        "(95% interval of the rank: 1–2)."
    )
    assert answers["What is One best at?"].startswith("Demo: in text to image its best rank is #1: Logos.")
    assert answers["Is One better than Two?"] == (
        "Demo: the votes do not settle it. "
        "Demo: in text to image the ratings expect One to win 64% of battles against Two, a tie "
        "counted as half. "
        "They met in 5 simulated votes: 3 won, 1 lost, 1 tied."
    )


def test_without_data_every_answer_says_so() -> None:
    answers = {item.question: item.answer for item in questions(make_site_data(MODELS), "acme/one")}
    assert answers["How good is One?"] == "In text to image it is not ranked: no votes yet."
    assert answers["What is One best at?"] == "It has too few votes in any category or language to say."
    assert answers["Is One open source?"].startswith("No, its weights are closed")
    assert answers["How much does One cost?"] == "We found no price per image."
    assert answers["Where can I use One over an API?"] == "We found no provider."
    assert "We found no statement" in answers["May I use the outputs commercially?"]
    assert not any(question.startswith("Is One better") for question in answers)
