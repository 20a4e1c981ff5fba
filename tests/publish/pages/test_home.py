"""The home page: podium, best by category and language, value, what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from arena.catalogue.model_facts import CommercialUse, OutputTerms, Status, Weights
from arena.catalogue.settings import Arena, ArenaSource
from arena.pairs import Pair, Pairs
from arena.publish.layout.render import render_page
from arena.publish.pages import board, home
from arena.publish.pages.board_index import grid
from arena.publish.pages.home import home_view
from arena.publish.pages.model_index import model_index_view
from arena.records import Axis, Board, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data
from tests.publish.worlds import SharedWorld, html_of

MODELS = {
    "acme/one": make_model("One", released=date(2025, 5, 1)),
    "acme/two": make_model("Two", released=date(2026, 2, 1)),
    "acme/three": make_model("Three"),
    "acme/four": make_model("Four", released=date(2026, 2, 1)),
}
BOARDS = [
    make_board(
        Axis("draw"),
        make_rating("acme/one", 1, 30, ranks=(1, 2)),
        make_rating("acme/two", 2, 28),
        make_rating("acme/three", 3, 26),
        make_rating("acme/four", 4, 20),
    ),
    make_board(Axis("draw", "logo"), make_rating("acme/two", 1, 24)),
    Board(Axis("draw", "photo"), (), 2, 0),
]
EDITION = make_site_data(
    MODELS, BOARDS, prices={"acme/one": "0.2", "acme/two": "0.05", "acme/four": "0.06"}, origins=[Origin.SIMULATED]
)


def test_the_lede_counts_only_models_that_have_been_compared() -> None:
    models = MODELS | {"acme/other": make_model("Other")}
    view = home_view(make_site_data(models, BOARDS, origins=[Origin.SIMULATED]))
    assert view.lede.startswith("4 of 5 image models compared in blind pairs by 100 simulated votes.")
    derived = home_view(make_site_data(models, BOARDS, origins=[Origin.DERIVED]))
    assert derived.lede.startswith("4 of 5 image models compared by 100 derived votes.")
    assert home_view(make_site_data(models)).lede.endswith("No votes have been cast yet.")


def test_the_podium_has_three_places_with_their_intervals() -> None:
    block = home_view(EDITION).arenas[0]
    assert [(place.rank, place.rank_span, place.model.name) for place in block.podium] == [
        ("1", "1–2", "One"),
        ("2", "2", "Two"),
        ("3", "3", "Three"),
    ]
    assert [place.price for place in block.podium] == ["$0.20", "$0.05", "–"]
    assert block.summary == "4 models ranked from 40 simulated votes."


def test_a_reader_gets_the_best_for_anybody_for_little_money_and_with_open_weights() -> None:
    models = MODELS | {
        "acme/three": make_model("Three", weights=Weights(open=True, licence="MIT")),
        "acme/four": make_model("Four", output_terms=OutputTerms(commercial_use=CommercialUse.YES)),
    }
    prices = {"acme/one": "0.2", "acme/two": "0.05", "acme/four": "0.0499"}
    found = home_view(make_site_data(models, BOARDS, prices=prices)).arenas[0].picks
    assert [(pick.label, pick.model.name, pick.detail) for pick in found] == [
        ("Best overall", "One", "#1, $0.20 an image"),
        ("Best under 5 cents an image", "Four", "#4, $0.0499 an image"),
        ("Best with open weights", "Three", "#3, price unknown, MIT"),
        ("Best that surely allows commercial use", "Four", "#4, $0.0499 an image"),
    ]
    models["acme/one"] = make_model("One", status=Status.WITHDRAWN)
    assert home_view(make_site_data(models, BOARDS, prices=prices)).arenas[0].picks[0].model.name == "Two"
    assert home_view(make_site_data(models)).arenas[0].picks == ()


def test_a_published_data_set_has_its_ranking_and_advises_nobody() -> None:
    source = ArenaSource(
        name="Old set",
        url="https://old.example/",
        licence="MIT",
        year=2023,
        read=date(2026, 1, 2),
        note="Three raters.",
    )
    plain = make_site_data(MODELS, BOARDS, prices={"acme/one": "0.2"}, origins=[Origin.DERIVED])
    arenas = (Arena(id="draw", name="Text to image", source=source),)
    project = plain.catalogue.project.model_copy(update={"arenas": arenas})
    site = replace(plain, catalogue=replace(plain.catalogue, project=project))
    block = home_view(site).arenas[0]
    assert block.past == "Old set dates from 2023 and compares models of that time only: One, Two, Three and Four."
    assert (block.picks, block.value, block.value_missing) == ((), (), "")
    assert [place.rank for place in block.podium] == ["1", "2", "3"]
    page = render_page(site, next(home.pages(site)))
    assert block.past in page
    assert "Whole ranking" in page
    assert "best" not in page.lower().partition('id="arena-draw"')[2].partition("podium")[0]
    assert "est value" not in page
    assert home_view(plain).arenas[0].past == ""


def test_current_models_stand_in_for_those_that_are_shut_down_and_keep_their_ranks() -> None:
    models = MODELS | {name: make_model(name[5:], status=Status.WITHDRAWN) for name in ("acme/one", "acme/two")}
    view = home_view(make_site_data(models, BOARDS))
    block = view.arenas[0]
    assert [(place.rank, place.gone, place.spare) for place in block.podium] == [
        ("1", True, False),
        ("2", True, False),
        ("3", False, False),
        ("4", False, True),
    ]
    assert [(row.label, row.gone, row.spare) for row in block.leaders[0].rows] == [
        ("Photography", False, False),
        ("Logos", True, False),
    ], "no other model is ranked there"
    assert view.any_gone
    assert not home_view(EDITION).any_gone
    assert not any(place.spare for place in home_view(EDITION).arenas[0].podium)


def test_the_page_offers_to_leave_out_models_only_where_one_is_gone() -> None:
    gone = make_site_data(MODELS | {"acme/one": make_model("One", status=Status.WITHDRAWN)}, BOARDS)
    page = render_page(gone, next(home.pages(gone)))
    assert 'id="current-only"' in page
    assert '<li class="card place gone">' in page
    assert '<li class="card place spare">' in page
    assert "· shut down</p>" in page
    assert "current-only" not in render_page(EDITION, next(home.pages(EDITION)))


def test_the_page_leads_to_where_people_vote(shared_world: SharedWorld) -> None:
    quiet = shared_world()
    silent = html_of(quiet, next(home.pages(quiet.site_data)))
    assert "names no public voting page" in silent
    assert ">Vote</a>" not in silent
    open_one = shared_world(arena='vote_url = "https://vote.example.org/"\n')
    assert html_of(open_one, next(home.pages(open_one.site_data))).count('href="https://vote.example.org/"') == 3
    inner = html_of(open_one, next(board.pages(open_one.site_data)))
    assert '<li><a class="vote" href="https://vote.example.org/">Vote</a></li>' in inner


def test_the_best_by_category_and_language_names_those_without_votes() -> None:
    categories, languages = home_view(EDITION).arenas[0].leaders
    photo, logo = categories.rows
    assert (photo.label, photo.model) == ("Photography", None)
    assert logo.model is not None
    assert (logo.model.name, logo.score) == ("Two", "24.00")
    assert categories.caption == "Demo: best by category, 40 simulated votes"
    assert categories.missing == ""
    assert languages.rows == ()
    assert languages.missing == "No votes yet: English and Arabic."


def test_value_is_the_front_of_score_and_price_with_overall_ranks() -> None:
    assert [(row.model.name, row.price, row.rank) for row in home_view(EDITION).arenas[0].value] == [
        ("One", "$0.20", "1"),
        ("Two", "$0.05", "2"),
    ]
    pairs = {"draw": Pairs.of([Pair("acme/one", "acme/two", 3, 1, 1, 0, 0.642)])}
    said = [row.beside for row in home_view(replace(EDITION, pairs=pairs)).arenas[0].value]
    assert said == ["", "Demo: 75% cheaper; would win 36% against One"]
    assert "known price" in home_view(make_site_data(MODELS, BOARDS)).arenas[0].value_missing


def test_the_newest_models_come_first_and_by_id_within_a_day() -> None:
    newest = home_view(EDITION).newest
    assert [entry.model.name for entry in newest] == ["Four", "Two", "One"]
    assert newest[0].standing == "#4 in text to image"


def test_voters_of_a_simulation_are_called_simulated() -> None:
    assert [stat.label for stat in home_view(EDITION).stats][:2] == ["Simulated votes", "Voters, simulated"]
    assert [stat.label for stat in home_view(make_site_data(MODELS)).stats][:2] == ["Votes", "Voters"]


def test_the_grid_of_boards_names_leaders_and_what_is_missing() -> None:
    cells = {row.label: [cell.text for cell in row.cells] for row in grid(EDITION, "draw").rows}
    assert cells["All categories"] == ["One"]
    assert cells["Photography"] == ["too few votes"]
    assert cells["Logos"] == ["Two"], "languages without votes take no room"


def test_models_are_listed_by_rank_and_those_without_one_by_name() -> None:
    models = MODELS | {"acme/zed": make_model("Zed"), "acme/alpha": make_model("alpha")}
    view = model_index_view(make_site_data(models, BOARDS))
    assert [row.model.name for row in view.rows] == ["One", "Two", "Three", "Four", "alpha", "Zed"]
    assert [standing.rank for standing in view.rows[-1].arena_ranks] == ["–", "–"]
