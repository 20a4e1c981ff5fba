"""Boards: who leads and whether it is settled, what a row says, ways to the other boards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from arena.catalogue.model_facts import Status
from arena.publish.pages.board import board_view, lede, pages
from arena.publish.pages.board_index import Switch, switches
from arena.publish.pages.board_reading import (
    FEW_VOTERS,
    explanations,
    few_voters,
    intervals_explained,
    old_prices,
)
from arena.rating_settings import RatingSettings
from arena.records import Axis, Board, Fragility, Intervals, Origin
from tests.publish.sites import READ, make_board, make_model, make_rating, make_site_data

MODELS = {f"acme/{name}": make_model(name.title()) for name in ("one", "two", "three", "four", "five", "six")}
OVERALL = Axis("draw")


def test_the_lede_says_who_leads_and_whether_it_is_settled() -> None:
    settled = make_board(OVERALL, make_rating("acme/one", 1, 30), make_rating("acme/two", 2, 20))
    site_data = make_site_data(MODELS, [settled], origins=[Origin.SIMULATED])
    assert lede(site_data, settled) == (
        "Demo: One leads 2 ranked models with a score of 30.00, from 20 simulated votes; "
        "no other model’s interval reaches first place."
    )
    open_race = make_board(
        OVERALL, make_rating("acme/one", 1, 30, ranks=(1, 2)), make_rating("acme/two", 2, 29, ranks=(1, 2))
    )
    assert "first place is not settled: Two could hold it too" in lede(site_data, open_race)
    crowd = make_board(OVERALL, *(make_rating(m, n + 1, 30 - n, ranks=(1, 6)) for n, m in enumerate(MODELS)))
    assert "5 other models could hold it too" in lede(site_data, crowd)


def test_the_lede_names_the_first_current_model_where_the_leader_is_shut_down() -> None:
    models = MODELS | {"acme/one": make_model("One", status=Status.WITHDRAWN)}
    board = make_board(OVERALL, make_rating("acme/one", 1, 30), make_rating("acme/two", 2, 20))
    assert lede(make_site_data(models, [board]), board).endswith(
        "interval reaches first place. One is shut down; Two (#2) ranks highest of those still served."
    )
    rows = board_view(make_site_data(models, [board]), board).rows
    assert [(row.rank, row.values.current) for row in rows] == [("1", False), ("2", True)]


def test_a_row_reads_as_its_rating() -> None:
    board = make_board(OVERALL, make_rating("acme/one", 1, 25.456, ranks=(1, 3)))
    (row,) = board_view(make_site_data(MODELS, [board], prices={"acme/one": "0.053"}), board).rows
    assert (row.rank, row.rank_span, row.score, row.interval) == ("1", "1–3", "25.46", "23.5 to 27.5")
    assert (row.votes, row.record, row.win_rate, row.both_bad) == ("20", "10–9–1", "52%", "20%")
    assert (row.price, row.weights.weights, row.released) == ("$0.053", "Closed weights", "Unknown")


def test_a_row_says_that_a_model_is_on_its_way_out_or_not_all_there_yet() -> None:
    models = MODELS | {
        "acme/one": make_model("One", status=Status.WITHDRAWN),
        "acme/two": make_model("Two", status=Status.PREVIEW),
    }
    board = make_board(OVERALL, *(make_rating(f"acme/{name}", 1, 25) for name in ("one", "two", "three")))
    rows = board_view(make_site_data(models, [board]), board).rows
    assert [row.model.state for row in rows] == ["shut down", "preview", ""]


def test_models_without_a_rank_are_listed_with_their_votes() -> None:
    few, apart = make_rating("acme/two", 0, 9, votes=2), make_rating("acme/three", 0, 9, votes=20)
    board = make_board(OVERALL, make_rating("acme/one", 1, 25), unranked=[few, apart])
    view = board_view(make_site_data(MODELS, [board]), board)
    assert [(row.model.name, row.votes, row.reason) for row in view.unranked] == [
        ("Two", "2", "Fewer than 3 votes that count"),
        ("Three", "20", "No chain of comparisons links it with most of the board"),
    ]


def test_a_board_without_a_ranking_says_why() -> None:
    none, few = Board(OVERALL, (), 0, 0), Board(Axis("draw", "logo"), (), 4, 0)
    site_data = make_site_data(MODELS, [none, few])
    assert board_view(site_data, none).missing.startswith("No votes have been cast here yet")
    assert board_view(site_data, few).missing.startswith("4 votes here: too few or too scattered")


def test_a_line_opens_every_tier_but_the_first() -> None:
    tiers = [1, 1, 2, 2, 3]
    ratings = [
        replace(make_rating(m, n + 1, 30 - n), tier=t) for n, (m, t) in enumerate(zip(MODELS, tiers, strict=False))
    ]
    board = make_board(OVERALL, *ratings)
    rows = board_view(make_site_data(MODELS, [board]), board).rows
    assert [row.opens_tier for row in rows] == [False, False, True, False, True]


def test_the_first_place_is_said_to_be_fragile_in_the_words_of_the_votes() -> None:
    board = replace(make_board(OVERALL, make_rating("acme/one", 1, 25)), fragility=Fragility(8, "acme/two"))
    said = " ".join(board_view(make_site_data(MODELS, [board], origins=[Origin.SIMULATED]), board).explanations)
    assert "Demo: removing 8 hand-picked simulated votes, perhaps fewer, would put Two first." in said


def test_every_arena_has_a_page_and_every_axis_with_votes() -> None:
    axes = [Axis("draw"), Axis("draw", "logo"), Axis("draw", "logo", "ar")]
    site_data = make_site_data(MODELS, [make_board(axis, make_rating("acme/one", 1, 25)) for axis in axes])
    assert [page.path for page in pages(site_data)] == [
        "boards/draw/index.html",
        "boards/draw/logo.html",
        "boards/draw/logo-ar.html",
        "boards/edit/index.html",
    ]


def choice(switch: Switch, label: str) -> tuple[str, bool, str]:
    (found,) = [link for link in switch.links if link.label == label]
    return (found.path, found.current, found.note)


def test_a_switch_keeps_what_is_chosen_in_the_others_and_says_where_votes_are_missing() -> None:
    rated = [Axis("draw"), Axis("draw", "logo"), Axis("draw", "", "ar"), Axis("draw", "logo", "ar"), Axis("edit")]
    boards = [make_board(axis, make_rating("acme/one", 1, 25)) for axis in rated]
    site_data = make_site_data(MODELS, [*boards, Board(Axis("draw", "photo", "ar"), (), 1, 0)])
    arena, category, language = switches(site_data, Axis("draw", "logo", "ar"))
    assert choice(arena, "Image editing") == ("boards/edit/index.html", False, "")
    assert choice(category, "All") == ("boards/draw/lang-ar.html", False, "")
    assert choice(category, "Logos") == ("boards/draw/logo-ar.html", True, "")
    assert choice(category, "Photography") == ("boards/draw/photo-ar.html", False, "too few votes")
    assert [link.own_name for link in language.links] == ["", "العربية"], "nobody voted on English prompts"


@pytest.mark.parametrize(("origin", "who"), [(Origin.DERIVED, "3 raters"), (Origin.HUMAN, "3 voters")])
def test_a_board_by_few_people_says_what_its_intervals_cannot(origin: Origin, who: str) -> None:
    board = make_board(OVERALL, make_rating("acme/one", 1, 30), make_rating("acme/two", 2, 20))
    site_data = make_site_data(MODELS, [board], origins=[origin], voters={"draw": 3})
    site_data = replace(site_data, ratings=replace(site_data.ratings, origins=(("draw", origin),)))
    (said,) = few_voters(site_data, "draw")
    assert said.startswith(f"All votes of this arena come from {who}. ")
    assert said in explanations(site_data, board)
    assert few_voters(replace(site_data, voters={"draw": FEW_VOTERS}), "draw") == ()
    simulated = replace(site_data, ratings=replace(site_data.ratings, origins=(("draw", Origin.SIMULATED),)))
    assert few_voters(simulated, "draw") == ()


@pytest.mark.parametrize(
    ("intervals", "prompts", "said"),
    [
        (Intervals.BY_VOTER_AND_PROMPT, 56, "about voters and prompts like these: 56 prompts on this board."),
        (Intervals.BY_VOTER_AND_PROMPT, 5, "5 prompts on this board, so few that they are wide and rough."),
        (Intervals.BY_VOTER, 1, "are on 1 prompt, too few to tell how others would turn out"),
        (Intervals.BY_VOTER, 0, "not about other prompts, since the votes name none."),
        (Intervals.MODEL, 0, ""),
    ],
)
def test_a_board_says_what_its_intervals_are_about(intervals: Intervals, prompts: int, said: str) -> None:
    board = make_board(OVERALL, make_rating("acme/one", 1, 30), make_rating("acme/two", 2, 20))
    board = replace(board, intervals=intervals, prompts=prompts)
    site_data = make_site_data(MODELS, [board])
    sentences = " ".join(intervals_explained(site_data, board))
    assert said in sentences
    assert sentences in " ".join(explanations(site_data, board))
    chosen = replace(site_data.ratings, settings=RatingSettings(prompts="these"))
    if intervals is Intervals.BY_VOTER and not prompts:
        (sentence,) = intervals_explained(replace(site_data, ratings=chosen), board)
        assert sentence.endswith("as chosen for this site.")


def test_a_board_counts_the_prices_that_were_read_long_ago() -> None:
    board = make_board(OVERALL, make_rating("acme/one", 1, 30), make_rating("acme/two", 2, 20))
    site_data = make_site_data(MODELS, [board], prices={"acme/one": "0.04", "acme/two": "0.02"})
    for days, said in ((90, ""), (91, "Of 2 prices here 2 were read over 90 days ago.")):
        catalogue = replace(site_data.catalogue, today=READ + timedelta(days=days))
        assert old_prices(replace(site_data, catalogue=catalogue), board) == said


@pytest.mark.parametrize(("models", "shown", "note"), [(1, 1, ""), (3, 3, ""), (300, 60, "The first 60 of 300 models")])
def test_the_ladder_has_every_model_or_the_first_of_many(models: int, shown: int, note: str) -> None:
    named = {f"acme/m{at}": make_model(f"<M {at}>") for at in range(models)}
    board = make_board(OVERALL, *(make_rating(model, at, 900 - at) for at, model in enumerate(named, 1)))
    ladder = board_view(make_site_data(named, [board], prices={"acme/m0": "0.04"}), board).ladder
    assert ladder and (len(ladder.names), ladder.note) == (shown, note)
    assert [size.text for size in ladder.sizes] == ["$0.04", *(["price unknown"] if models > 1 else [])]
    assert ladder.plot.count("<circle") == shown and "<M" not in ladder.plot
    assert [maker.name for maker in ladder.makers] == ["Acme"]


def test_a_model_that_few_votes_hold_back_says_its_rank_by_mu_and_the_ladder_is_shown_by_mu_too() -> None:
    known = [make_rating(model, n + 1, 30 - n, votes=200) for n, model in enumerate(MODELS) if model != "acme/six"]
    few = replace(make_rating("acme/six", 6, 10, votes=8), mu=31.5, sigma=21.5 / 3, error=21.5 / 3)
    board = make_board(OVERALL, *known, few)
    view = board_view(make_site_data(MODELS, [board]), board)
    assert [row.held_back for row in view.rows] == ["", "", "", "", "", "#3"]
    assert [row.mu for row in view.rows[:2]] == ["33.00", "32.00"]
    assert view.by_mu and [(name.rank, name.model.name) for name in view.by_mu.names[:4]] == [
        ("1", "One"),
        ("2", "Two"),
        ("3", "Six"),
        ("4", "Three"),
    ]
    assert view.ladder and 'id="hatch"' in view.ladder.plot and 'id="hatch"' not in view.by_mu.plot
    assert any("Held back by few votes" in text for text in view.explanations)
    logos = make_board(Axis("draw", "logo"), *known, few)
    assert board_view(make_site_data(MODELS, [logos]), logos).by_mu is None
