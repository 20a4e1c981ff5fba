"""What a model's page says first: whether another ranks higher for less, and what came after it."""

from __future__ import annotations

from datetime import date

from arena.catalogue.records import Status
from arena.publish.pages.model.faq import advice
from arena.records import Axis
from tests.publish.editions import make_board, make_edition, make_model, make_rating

MODELS = {
    "acme/best": make_model("Best"),
    "acme/gone": make_model("Gone", status=Status.WITHDRAWN),
    "acme/good": make_model("Good"),
    "acme/free": make_model("Free"),
    "acme/old": make_model("Old"),
    "acme/next": make_model("Next", predecessor="acme/old", released=date(2026, 2, 1)),
    "acme/later": make_model("Later", predecessor="acme/old", released=date(2026, 4, 1)),
}
BOARD = make_board(Axis("draw"), *(make_rating(model, at, 30.0 - at) for at, model in enumerate(list(MODELS)[:5], 1)))
PRICES = {"acme/best": "0.10", "acme/gone": "0.01", "acme/good": "0.04", "acme/old": "0.05"}


def said(model: str) -> list[str]:
    return [each.text for each in advice(make_edition(MODELS, [BOARD], prices=PRICES), model)]


def test_the_best_of_those_that_cost_less_is_named_if_it_can_still_be_chosen() -> None:
    assert said("acme/old")[0] == "In text to image, Good (no. 3, $0.04 an image) ranks higher and costs less."
    assert said("acme/good") == ["In text to image, no model with a known price costs less and ranks higher."]
    assert said("acme/best") == said("acme/good")


def test_without_a_price_or_a_rank_nothing_is_weighed() -> None:
    assert said("acme/free") == []
    assert said("acme/next") == []


def test_successors_are_named_the_newest_first() -> None:
    assert said("acme/old")[1:] == [
        "It is followed by Later, released in April 2026.",
        "It is followed by Next, released in February 2026.",
    ]
