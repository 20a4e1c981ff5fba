"""The home page: podium, best by category and language, value, what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from arena.catalogue.model_facts import Status
from arena.catalogue.settings import Arena, ArenaSource
from arena.publish.content.site_data import SiteData
from arena.publish.layout.render import render_page
from arena.publish.pages import board, home
from arena.publish.pages.board_index import grid
from arena.publish.pages.home import home_view
from arena.publish.pages.home_arenas import ArenaBlock
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


def today(site: SiteData) -> ArenaBlock:
    """The first arena of today's models."""
    return home_view(site).groups[0].arenas[0]


def test_an_arena_shows_its_first_three_with_their_ranges() -> None:
    block = today(EDITION)
    assert [(row.rank, row.rank_span, row.model.name, row.price) for row in block.top] == [
        ("1", "1–2", "One", "$0.20"),
        ("2", "2", "Two", "$0.05"),
        ("3", "3", "Three", "–"),
    ]
    assert block.summary == "4 models ranked from 40 simulated votes."
    assert block.left_out == ""


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
    view = home_view(site)
    assert (view.battle, view.finder) == (None, None)
    assert [group.heading for group in view.groups] == ["People’s ratings from 2023"]
    block = view.groups[0].arenas[0]
    assert block.past == "Old set dates from 2023 and compares models of that time only: One, Two, Three and Four."
    assert [row.rank for row in block.top] == ["1", "2", "3"]
    page = render_page(site, next(home.pages(site)))
    assert block.past in page
    assert "Whole ranking" in page
    assert "I need" not in page
    assert today(plain).past == ""


def test_todays_arenas_come_before_those_of_the_past() -> None:
    source = ArenaSource(name="S", url="https://s.example/", licence="MIT", year=2023, read=date(2026, 1, 2), note="N.")
    plain = make_site_data(MODELS, BOARDS)
    arenas = (Arena(id="old", name="Old", source=source), Arena(id="draw", name="Text to image"))
    project = plain.catalogue.project.model_copy(update={"arenas": arenas})
    view = home_view(replace(plain, catalogue=replace(plain.catalogue, project=project)))
    assert [[arena.id for arena in group.arenas] for group in view.groups] == [["draw"], ["old"]]


def test_models_that_are_shut_down_are_left_out_and_named_and_ranks_stay() -> None:
    models = MODELS | {name: make_model(name[5:], status=Status.WITHDRAWN) for name in ("acme/one", "acme/two")}
    block = today(make_site_data(models, BOARDS))
    assert [(row.rank, row.model.id) for row in block.top] == [("3", "acme/three"), ("4", "acme/four")]
    assert block.left_out == "one (#1) and two (#2) are shut down and left out here."


def test_the_page_leads_to_where_people_vote(shared_world: SharedWorld) -> None:
    quiet = shared_world()
    silent = html_of(quiet, next(home.pages(quiet.site_data)))
    assert "arena.toml" not in silent and "arena serve" not in silent
    assert ">Vote</a>" not in silent
    open_one = shared_world(arena='vote_url = "https://vote.example.org/"\n')
    assert html_of(open_one, next(home.pages(open_one.site_data))).count('href="https://vote.example.org/"') == 3
    inner = html_of(open_one, next(board.pages(open_one.site_data)))
    assert '<li><a class="vote" href="https://vote.example.org/">Vote</a></li>' in inner


def test_an_arena_leads_to_its_boards_by_category_that_have_a_ranking() -> None:
    assert [board.label for board in today(EDITION).boards] == ["Logos"]


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
