"""The heads of a model's sections, its verdict and the card beside it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from arena.catalogue.model_facts import Weights
from arena.publish.content.examples import PER_ARENA
from arena.publish.pages.model.folds import LABELS, some
from arena.publish.pages.model.verdict import side_card, verdict
from arena.publish.pages.model.view import model_view
from arena.records import Axis, Board, Origin
from tests.conftest import ROOT
from tests.publish.sites import make_board, make_model, make_rating, make_site_data
from tests.publish.worlds import SharedWorld, World

MODELS = {f"acme/{name}": make_model(name.upper()) for name in "abc"}
BOARDS = [
    make_board(
        Axis("draw"),
        make_rating("acme/a", 1, 30, ranks=(1, 2)),
        make_rating("acme/b", 2, 29, ranks=(1, 3)),
        make_rating("acme/c", 3, 20),
    ),
    make_board(Axis("draw", "photo"), make_rating("acme/b", 1, 30), make_rating("acme/a", 2, 29)),
    make_board(Axis("draw", "logo"), make_rating("acme/a", 1, 30), make_rating("acme/b", 2, 29)),
    make_board(Axis("draw", "", "en"), make_rating("acme/b", 1, 30), make_rating("acme/a", 2, 29)),
]
PRICES = {"acme/a": "0.01", "acme/b": "0.05"}


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def test_the_verdict_says_where_it_stands_with_range_what_it_is_good_at_and_what_beats_it_for_less() -> None:
    said = verdict(make_site_data(MODELS, BOARDS, prices=PRICES), "acme/b")
    assert said.standing == (
        "#2 of 3 in text to image (95% sure: #1 to #3); it ranks highest in English prompts (#1) and photography (#1), "
        "which may be chance.",
    )
    assert [each.text for each in said.advice] == [
        "In text to image, A (#1, $0.01 an image) ranks higher and costs less."
    ]


def test_a_verdict_by_simulated_votes_is_a_demonstration_and_one_without_votes_says_so() -> None:
    simulated = make_site_data(MODELS, BOARDS, prices=PRICES, origins=[Origin.SIMULATED])
    assert all(sentence.startswith("Demo: ") for sentence in verdict(simulated, "acme/b").standing)
    unranked = verdict(make_site_data(MODELS), "acme/b").standing
    assert unranked == (
        "B is an image generation model by Acme, release date unknown.",
        "Not ranked yet: it has too few votes.",
    )


def test_only_where_the_votes_set_it_apart_is_a_model_called_better() -> None:
    overall = make_board(
        Axis("draw"), *(make_rating(name, at, 30 - at, ranks=(at, 3)) for at, name in enumerate(MODELS, 1))
    )
    photo = make_board(
        Axis("draw", "photo"),
        *(make_rating(name, at, 30 - at) for at, name in enumerate(["acme/c", "acme/a", "acme/b"], 1)),
    )
    (said,) = verdict(make_site_data(MODELS, [overall, photo, *BOARDS[2:], *_with_c()]), "acme/c").standing
    assert said.endswith("; it is clearly better in photography (#1).")


def _with_c() -> list[Board]:
    return [
        make_board(Axis("draw", "", "ar"), make_rating("acme/c", 1, 20, ranks=(1, 3))),
        make_board(Axis("draw", "logo"), make_rating("acme/c", 2, 20, ranks=(1, 3)), make_rating("acme/a", 1, 30)),
    ]


def test_the_card_has_price_licence_speed_and_the_calculator_with_the_model_chosen() -> None:
    weights = Weights(open=True, licence="Apache-2.0")
    models = MODELS | {"acme/b": make_model("B", weights=weights)}
    card = side_card(make_site_data(models, BOARDS, prices=PRICES), "acme/b")
    assert (card.price, card.price_note, card.thousand) == ("$0.05", "an image via Shop", "$50.00")
    assert (card.weights.weights, card.weights.licence) == ("Open weights", "Apache-2.0")
    assert card.calculator == "prices.html?model=acme/b"
    assert (card.speed, card.speed_note) == ("Not known", "")
    (rank,) = card.ranks
    assert (rank.rank, rank.span, rank.size) == ("2", "1–3", "3")


def test_without_a_price_there_is_nothing_to_calculate() -> None:
    card = side_card(make_site_data(MODELS, BOARDS), "acme/b")
    assert (card.price, card.price_note, card.thousand, card.calculator) == ("Not known", "", "", "")


def test_every_head_says_the_gist_and_the_contents_name_every_section(world: World) -> None:
    for model_id in world.catalogue.models:
        view = model_view(world.site_data, model_id)
        assert set(view.folds) == set(LABELS) - (set() if view.reasons else {"reasons"})
        assert all(fold.gist for fold in view.folds.values())
        assert [entry.target.partition("#")[2] for entry in view.contents] == ["examples", *view.folds]
    folds = model_view(world.site_data, "acme/one").folds
    assert folds["prices"].gist == "$0.006 to $0.0425 an image from 1 provider"
    assert folds["licence"].gist == "Commercial use of outputs: unknown; of weights: no"
    assert folds["rankings"].gist == "Demo: #1 of 2 in text to image"
    assert Decimal("0.006") == min(price.amount for price in world.catalogue.offers["shop", "acme/one"].prices)


def test_a_head_names_some_and_counts_the_others() -> None:
    assert [some(list("abcdef"[:number])) for number in (1, 3, 4, 6)] == [
        "a",
        "a, b and c",
        "a, b, c and d",
        "a, b, c and 3 others",
    ]


def test_the_style_sheet_has_a_rule_for_every_tab_that_a_gallery_may_have() -> None:
    rules = re.findall(r"\.t(\d+):checked", (ROOT / "templates/static/model.css").read_text("utf-8"))
    assert [int(number) for number in rules] == list(range(1, 2 * PER_ARENA + 1)), "a language and a category a picture"
