"""The page on method says what was done, with the values that were used."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from arena.cli import main
from arena.exports.ratings import ratings_csv
from arena.publish.pages import methodology
from arena.publish.pages.board import pages
from arena.publish.pages.methodology import MethodologyView, UncertaintyShares, rate_options, settings_rows
from arena.rating_settings import Method, RatingSettings
from arena.ratings import METHOD_VERSION, compute_ratings
from arena.ratings.equal_looks import EqualLooks, LookEffect
from arena.ratings.reason_boards import Agreement, ReasonBoards
from arena.ratings.voter_ties import VoterTies
from arena.records import Axis, Intervals, Origin, VarianceShares
from tests.publish.worlds import SharedWorld, World, html_of

CHOSEN = RatingSettings(
    method=Method.ONLINE, draw_probability=0.25, both_bad="tie", min_votes=5, mu=100, sigma=30, beta=9
)


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(world: World) -> MethodologyView:
    return cast("MethodologyView", next(methodology.pages(world.site_data)).view)


def with_settings(world: World, settings: RatingSettings) -> World:
    ratings = compute_ratings(world.log.votes(), settings)
    boards = {board.axis: board for board in ratings.boards}
    return replace(world, ratings=ratings, site_data=replace(world.site_data, ratings=ratings, boards=boards))


def test_counts_and_settings_come_from_the_log_and_the_ratings(world: World) -> None:
    shown = view(world)
    assert (shown.votes, shown.voters) == ("42 simulated votes", "7 simulated voters")
    assert [(each.label, each.count) for each in shown.outcomes] == [
        ("the left one is better", "18"),
        ("the right one is better", "8"),
        ("equally good", "8"),
        ("both are bad", "8"),
    ]
    assert [(each.count, each.share) for each in shown.origins] == [("42", "100.0%")]
    assert [(each.arena, each.value, each.origin) for each in shown.margins] == [
        ("Text to image", "0.265168", "fitted to 34 simulated votes")
    ]
    assert shown.log_sha256 == world.log.head
    assert shown.software.startswith("image-arena ")
    assert shown.method_version == METHOD_VERSION


def test_other_settings_give_other_words(world: World) -> None:
    chosen = with_settings(world, CHOSEN)
    shown = view(chosen)
    assert (shown.batch, shown.both_bad_ignored, shown.min_votes) == (False, False, "5")
    assert (shown.mu, shown.sigma, shown.beta, shown.prior_score) == ("100.00", "30.00", "9.00", "10.00")
    assert shown.margins[0].origin == "set"
    observed = view(with_settings(world, RatingSettings(draw_probability="observed"))).margins[0]
    assert (observed.value, observed.origin) == ("0.235294", "observed in 34 simulated votes")
    html = html_of(chosen, next(methodology.pages(chosen.site_data)))
    assert "Why the order of votes matters here" in html
    assert "is rated as a tie on this site" in html
    assert "expectation propagation</dfn>" not in html


def test_the_page_says_how_far_voters_differ_in_calling_ties(world: World) -> None:
    ((arena_id, ties),) = world.ratings.ties
    for voters, told in ((VoterTies(0.2, 0.2, 0.1), "4% to 44% of votes"), (VoterTies(0.2, 0.2, 0.0), "")):
        ratings = replace(world.ratings, ties=((arena_id, replace(ties, voters=voters)),))
        shown = view(replace(world, site_data=replace(world.site_data, ratings=ratings)))
        assert [each.voters for each in shown.margins] == [told]


def test_every_setting_is_listed_with_its_value() -> None:
    rows = {row.name: row.value for row in settings_rows(CHOSEN)}
    assert list(rows) == list(RatingSettings.model_fields)
    assert (rows["method"], rows["draw_probability"], rows["sigma"], rows["tau"]) == (
        "online",
        "0.25",
        "30",
        "0.083333",
    )


@pytest.mark.parametrize(
    "settings", [RatingSettings(), CHOSEN, RatingSettings(method=Method.ONLINE), RatingSettings(mu=0)]
)
def test_the_command_on_the_page_gives_the_published_ratings(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: RatingSettings
) -> None:
    shown = with_settings(world, settings)
    (votes,) = [each.file for each in world.site_data.downloads.values() if each.name == "votes.csv"]
    (tmp_path / "votes.csv").write_bytes(votes.read_bytes())
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(view(shown).rate_command)
    assert program == "arena"
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "ratings.csv").read_text() == ratings_csv(shown.ratings)


def test_default_settings_need_no_option() -> None:
    assert rate_options(RatingSettings()) == []
    assert rate_options(RatingSettings(method=Method.ONLINE)) == ["--method online"]


def test_simulated_is_explained_only_where_something_is(world: World, shared_world: SharedWorld) -> None:
    human = shared_world(origin=Origin.HUMAN)
    for each, explained in ((world, True), (human, False)):
        html = html_of(each, next(methodology.pages(each.site_data)))
        assert ("Simulated means:" in html) is explained
        assert "TrueSkill is a trademark of Microsoft" in html


def test_the_first_place_says_how_few_votes_hold_it(world: World) -> None:
    (first,) = view(world).first_places
    board = world.ratings.get(Axis("text-to-image"))
    assert board
    assert first.leader.id == board.ratings[0].model
    assert first.without == (world.site_data.votes(board.fragility.votes) if board.fragility else "")
    assert view(with_settings(world, CHOSEN)).first_places == ()


def test_boards_at_equal_looks_and_by_reason_are_shown_and_explained_where_there_are_any(world: World) -> None:
    """On the board and on this page, as HTML, with a link from one to the other."""
    board = world.ratings.board("text-to-image")
    effect = LookEffect("brightness", "longer", 1.5, 1.1, 1.9, 0.61, 0.58, 0.64, 0.1, clear=True)
    shift = {rating.model: 0.0 for rating in board.ratings}
    looks = EqualLooks("text-to-image", board, board, (effect,), shift, 900, 7, 20, ("size",))
    first, second = (rating.model for rating in board.ratings[:2])
    agreement = Agreement("prompt", "style", 4, 0.4, 0.1, 0.7, 0.2, first, second)
    reasons = ReasonBoards("text-to-image", Origin.HUMAN, {"prompt": board, "style": board}, (agreement,))
    site = replace(world.site_data, equal_looks={"text-to-image": looks}, reason_boards={"text-to-image": reasons})
    for each, shown in ((world, False), (replace(world, site_data=site), True)):
        method, page = (
            html_of(each, found)
            for found in (next(methodology.pages(each.site_data)), next(pages.of(each.site_data, [board.axis])))
        )
        for name in ("looks", "reasons"):
            assert (f'<section id="{name}"' in method) is (f'href="#{name}"' in method) is shown
            assert (f'<section id="{name}"' in page) is (f'methodology.html#{name}"' in page) is shown
    assert "in longer prompts, on top of that" in page


def test_models_that_nothing_compares_are_counted(world: World) -> None:
    assert view(world).apart == ""
    boards = {
        axis: replace(board, unranked=tuple(replace(rating, comparable=False) for rating in board.unranked))
        for axis, board in world.site_data.boards.items()
    }
    assert view(replace(world, site_data=replace(world.site_data, boards=boards))).apart == "1 model"


def test_intervals_by_voter_are_told_from_those_by_the_model_alone(world: World) -> None:
    plain = compute_ratings(world.log.votes(), RatingSettings(), intervals=False)
    assert not view(replace(world, site_data=replace(world.site_data, ratings=plain))).by_voter
    assert view(world).by_voter
    assert not view(with_settings(world, CHOSEN)).by_voter


def test_intervals_are_about_prompts_like_these_or_these(world: World) -> None:
    page = next(methodology.pages(world.site_data))
    for intervals, prompts, said in (
        (Intervals.BY_VOTER_AND_PROMPT, "like-these", "voters and prompts like these"),
        (Intervals.BY_VOTER, "like-these", "the votes do not name enough prompts"),
        (Intervals.BY_VOTER, "these", "as it was chosen for this site"),
    ):
        settings = RatingSettings.model_validate({"prompts": prompts})
        ratings = replace(world.ratings, intervals=intervals, settings=settings)
        shown = view(replace(world, site_data=replace(world.site_data, ratings=ratings)))
        assert said in " ".join(html_of(world, replace(page, view=shown)).split())
    assert rate_options(RatingSettings(prompts="these")) == ["--prompts these"]


def test_what_makes_scores_uncertain_is_said_by_arena(world: World) -> None:
    board = world.site_data.boards[Axis("text-to-image")]
    known = replace(board, variance=VarianceShares(0.2, 0.1, 0.7))
    site_data = replace(world.site_data, boards={**world.site_data.boards, board.axis: known})
    rows = {row.arena: row for row in view(replace(world, site_data=site_data)).shares}
    assert rows["Text to image"] == UncertaintyShares("Text to image", "20%", "10%", "70%", "")
    html = html_of(world, next(methodology.pages(site_data)))
    assert "What makes the scores uncertain" in html
    assert view(with_settings(world, CHOSEN)).shares == ()


def test_derived_votes_are_explained(shared_world: SharedWorld) -> None:
    derived = shared_world(origin=Origin.DERIVED)
    html = html_of(derived, next(methodology.pages(derived.site_data)))
    assert "Derived means:" in html
    assert view(derived).votes == "42 derived votes"


def test_an_empty_log_is_said_to_be_empty(bare_world: World) -> None:
    shown = view(bare_world)
    assert (shown.outcomes, shown.margins, shown.log_sha256) == ((), (), "")
    assert "The log holds no votes yet" in html_of(bare_world, next(methodology.pages(bare_world.site_data)))


def test_a_figure_explains_the_score(world: World) -> None:
    html = html_of(world, next(methodology.pages(world.site_data)))
    assert "held back by few votes" in html
    assert 'class="beliefs"' in html and "Model B, few votes: μ 30.0, σ 3.0, score 21.0" in html
