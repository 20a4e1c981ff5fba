"""Questions, answered from the data and saying so where it has no answer."""

from __future__ import annotations

from arena.pairs import Pair, Pairs
from arena.publish.pages.model.faq import questions
from arena.records import Axis, Origin
from tests.publish.editions import make_board, make_edition, make_model, make_rating

MODELS = {"acme/one": make_model("One"), "acme/two": make_model("Two")}


def test_answers_come_from_the_ratings_and_say_what_votes_they_rest_on() -> None:
    boards = [
        make_board(Axis("draw"), make_rating("acme/one", 1, 30, ranks=(1, 2)), make_rating("acme/two", 2, 25)),
        make_board(Axis("draw", "logo"), make_rating("acme/one", 1, 22)),
    ]
    pairs = {"draw": Pairs.of([Pair("acme/one", "acme/two", 3, 1, 1, 0, 0.642)])}
    edition = make_edition(MODELS, boards, pairs=pairs, origins=[Origin.SIMULATED])
    answers = {item.question: item.answer for item in questions(edition, "acme/one")}
    assert answers["How good is One?"] == (
        "In text to image it ranks no. 1 of 2 with a score of 30.00, from 20 simulated votes "
        "(95% interval of the rank: 1–2)."
    )
    assert answers["What is One best at?"].startswith("In text to image its best rank is no. 1: Logos.")
    assert answers["Is One better than Two?"] == (
        "The votes do not settle it. In text to image the ratings expect One to win 64% of battles against Two, a tie "
        "counted as half. "
        "They met in 5 simulated votes: 3 won, 1 lost, 1 tied."
    )


def test_without_data_every_answer_says_so() -> None:
    answers = {item.question: item.answer for item in questions(make_edition(MODELS), "acme/one")}
    assert answers["How good is One?"] == "In text to image it is not ranked: no votes yet."
    assert answers["What is One best at?"] == "It has too few votes in any category or language to say."
    assert answers["Is One open source?"].startswith("No, its weights are closed")
    assert answers["How much does One cost?"] == "No source we read gives a price per image."
    assert answers["Where can I use One over an API?"] == "No source we read names a provider."
    assert "No source we read says" in answers["May I use its pictures commercially?"]
    assert not any(question.startswith("Is One better") for question in answers)
