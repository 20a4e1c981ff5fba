"""The sentence that readers fill in: which board answers, who fits, and how sure the answer is."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from arena.catalogue.model_facts import CommercialUse, OutputTerms, Status, Weights
from arena.publish.content.finder import Need, Use, answer_of
from arena.publish.formats.find_data import find_assets
from arena.publish.pages import find
from arena.publish.pages.find import finder_of
from arena.records import Axis, Origin, RankStatus, Rating
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

ALLOWED = OutputTerms(commercial_use=CommercialUse.YES)
MODELS = {
    "acme/gone": make_model("Gone", status=Status.WITHDRAWN, output_terms=ALLOWED),
    "acme/dear": make_model("Dear", output_terms=ALLOWED),
    "acme/cheap": make_model("Cheap", weights=Weights(open=True, licence="MIT")),
    "acme/limit": make_model("Limit", output_terms=ALLOWED),
    "acme/unknown": make_model("Unknown price", output_terms=ALLOWED),
}
PRICES = {"acme/dear": "0.20", "acme/cheap": "0.02", "acme/limit": "0.05"}


def rated(models: str = "gone dear cheap limit unknown", votes: int = 400) -> tuple[Rating, ...]:
    return tuple(
        make_rating(f"acme/{name}", rank, 30.0 - rank, ranks=(rank, rank + 1), votes=votes)
        for rank, name in enumerate(models.split(), 1)
    )


BOARDS = [
    make_board(Axis("draw"), *rated()),
    make_board(Axis("draw", "logo"), *rated("limit cheap dear")),
    make_board(Axis("draw", "logo", "ar"), *rated("dear limit", votes=3)),
]
SITE = make_site_data(MODELS, BOARDS, prices=PRICES)


@pytest.mark.parametrize(
    ("need", "named"),
    [
        (Need("draw"), ["dear", "cheap", "limit"]),
        (Need("draw", under=Decimal("0.05")), ["cheap"]),
        (Need("draw", use=Use.COMMERCIAL), ["dear", "limit", "unknown"]),
        (Need("draw", use=Use.OWN), ["cheap"]),
        (Need("draw", "logo"), ["limit", "cheap", "dear"]),
        (Need("draw", "logo", "ar"), ["limit", "cheap", "dear"]),
        (Need("draw", "photo", "ar"), ["dear", "cheap", "limit"]),
        (Need("draw", under=Decimal("0.05"), use=Use.COMMERCIAL), []),
    ],
    ids=lambda value: "" if isinstance(value, list) else f"{value.category}{value.language}{value.under}{value.use}",
)
def test_an_answer_names_the_first_that_surely_fit_on_the_narrowest_board_that_can_tell(
    need: Need, named: list[str]
) -> None:
    answer = answer_of(SITE, need)
    assert answer
    assert [rating.model.removeprefix("acme/") for rating in answer.fitting] == named


def test_an_answer_says_what_it_rests_on_and_how_sure_it_is() -> None:
    simulated = make_site_data(MODELS, BOARDS, prices=PRICES, origins=[Origin.SIMULATED])
    finder = finder_of(simulated, Need("draw", "logo", "ar"))
    assert (finder.board_name, finder.basis) == ("Text to image: Logos", "600 simulated votes")
    assert finder.note == "Votes on logos in Arabic alone are too few to tell models apart, so a wider board answers."
    first, second, third = finder.cards
    assert (first.reason, first.rank) == ("Demo: ranks highest of the models that fit.", "1")
    assert second.reason == "Demo: 60% cheaper than Limit."
    assert third.reason == "Demo: the next in rank."
    assert first.sure == "Rank uncertain: 95% sure only of #1 to #2, by 400 simulated votes."
    assert first.uncertain
    settled = replace(rated()[1], status=RankStatus.ESTABLISHED)
    few = replace(rated()[2], votes=12)
    mixed = make_site_data(MODELS, [make_board(Axis("draw"), settled, few, *rated()[3:])], prices=PRICES)
    cards = finder_of(mixed, Need("draw")).cards
    assert [card.sure for card in cards[:2]] == [
        "95% sure: #2 to #3, by 400 votes.",
        "Few votes: #3 to #4 by 12 votes.",
    ]
    assert [card.uncertain for card in cards[:2]] == [False, True]


def test_an_answer_is_honest_where_none_or_too_few_fit() -> None:
    nothing = finder_of(SITE, Need("draw", under=Decimal("0.05"), use=Use.COMMERCIAL))
    assert nothing.cards == ()
    assert nothing.note.startswith("No ranked model surely meets all of this.")
    assert finder_of(SITE, Need("draw", use=Use.OWN)).note == "Only one ranked model surely fits."
    assert finder_of(SITE, Need("draw", use=Use.OWN)).cards[0].reason.endswith("Its weights can be downloaded: MIT.")


def test_the_script_can_answer_what_pages_answer_and_knows_no_more_than_it_needs() -> None:
    (asset,) = find_assets(SITE)
    data = json.loads((asset.content or b"").decode().removeprefix("arenaFinder(").rstrip(");\n"))
    board, note = data["asked"]["draw|logo|ar"]
    assert note.startswith("Votes on logos in Arabic alone")
    title, path, votes, rows, demo = data["boards"][board]
    assert (title, path, votes, demo) == ("Text to image: Logos", "boards/draw/logo.html", "600 votes", "")
    assert [data["models"][row[0]][0] for row in rows] == ["Limit", "Cheap", "Dear"]
    overall = data["boards"][data["asked"]["draw||"][0]][3]
    assert "Gone" not in [data["models"][row[0]][0] for row in overall]
    assert list(find_assets(make_site_data(MODELS))) == []


def test_common_needs_have_pages_and_the_first_is_the_sentence() -> None:
    made = {page.path: page for page in find.pages(SITE)}
    assert list(made)[:2] == ["find/index.html", "find/draw/any.html"]
    assert made["find/draw/logo-under-5-cents-commercial.html"].title == (
        "Models for logos under 5 cents for commercial use: text to image"
    )
    assert len(made) == len({path.lower() for path in made}) == 1 + 2 * 4
    assert list(find.pages(make_site_data(MODELS))) == []
