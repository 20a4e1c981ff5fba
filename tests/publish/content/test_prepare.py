"""From log and ratings to an site_data: nothing unknown, records seen from both sides."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from arena.catalogue import Catalogue
from arena.errors import PublishError
from arena.publish.content.prepare import (
    DIAGNOSIS,
    check_known,
    history_by_model,
    prepare_site_data,
    repeated_boards,
)
from arena.ratings.diagnose import Diagnosis
from arena.records import Axis, Board
from tests.publish.sites import make_board, make_rating
from tests.publish.worlds import World, world_of_its_own


def test_prices_pairs_and_examples_are_looked_up(small_world: World) -> None:
    site_data = prepare_site_data(small_world.catalogue, small_world.log, small_world.ratings)
    assert site_data.prices["acme/one"].amount == Decimal("0.0425")
    assert "acme/two" not in site_data.prices
    assert set(site_data.examples) == {"acme/one", "acme/two"}
    weeks = [point.week for point in site_data.history["text-to-image", "acme/one"]]
    assert weeks == sorted(weeks)
    assert weeks


def test_a_pair_reads_the_other_way_round_from_the_other_side(small_world: World) -> None:
    site_data = prepare_site_data(small_world.catalogue, small_world.log, small_world.ratings)
    one = site_data.pair("text-to-image", "acme/one", "acme/two")
    two = site_data.pair("text-to-image", "acme/two", "acme/one")
    assert one
    assert two
    assert (one.wins, one.losses, one.ties, one.both_bad) == (two.losses, two.wins, two.ties, two.both_bad)
    assert one.win_probability + two.win_probability == pytest.approx(1)
    assert two.low <= two.win_probability <= two.high
    assert [one.low + two.high, one.high + two.low] == pytest.approx([1, 1])
    assert one.wins > one.losses


def test_ratings_of_something_unknown_are_refused_all_at_once(small_world: World) -> None:
    board = small_world.ratings.boards[0]
    strange = replace(board.ratings[0], model="acme/nine")
    boards = (Board(Axis("music", "", "xx"), (strange,), 1, 0),)
    with pytest.raises(PublishError) as raised:
        check_known(small_world.catalogue, replace(small_world.ratings, boards=boards))
    said = [str(finding) for finding in raised.value.findings]
    assert len(said) == 3
    assert any("'music'" in line and "data/arena.toml" in line for line in said)
    assert any("'xx'" in line for line in said)
    assert any("add data/models/acme/nine.toml" in line for line in said)


def test_history_is_empty_where_none_was_computed(small_world: World) -> None:
    assert history_by_model(replace(small_world.ratings, history=())) == {}


def test_a_board_with_all_votes_of_a_wider_one_repeats_it() -> None:
    axes = [Axis("a"), Axis("a", "all"), Axis("a", "", "en"), Axis("a", "all", "en")]
    same = {axis: make_board(axis, make_rating("m/one", 1, 20)) for axis in axes}
    assert repeated_boards(same) == dict.fromkeys(axes[1:], Axis("a"))
    less = {axis: make_board(axis, make_rating("m/one", 1, 20, votes=40 if axis == axes[0] else 20)) for axis in axes}
    assert repeated_boards(less) == {axes[3]: axes[1]}
    assert (
        repeated_boards({axis: replace(board, both_bad=place) for place, (axis, board) in enumerate(same.items())})
        == {}
    )


def test_a_site_shows_a_board_that_repeats_another_once(small_world: World) -> None:
    site_data = small_world.site_data
    narrow, shown = Axis("text-to-image", "logo", "ar"), Axis("text-to-image", "logo")
    assert narrow in {board.axis for board in small_world.ratings.boards}
    assert narrow not in site_data.boards
    assert (site_data.shown_axis(narrow), site_data.shown_axis(shown)) == (shown, shown)


def test_what_the_checks_find_is_kept_for_the_same_votes_and_names_alone(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of_its_own(small_world, tmp_path)

    def diagnosis(catalogue: Catalogue = world.catalogue, *, keep: bool = True) -> Diagnosis:
        ask = prepare_site_data(catalogue, world.log, world.ratings, keep=keep).diagnosis
        assert ask
        return ask()

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    found = diagnosis()
    assert (tmp_path / DIAGNOSIS).is_file()
    with monkeypatch.context() as patched:
        patched.setattr("arena.publish.content.prepare.read_for_diagnosis", never)
        assert diagnosis() == found
        with pytest.raises(AssertionError):
            diagnosis(keep=False)
        with pytest.raises(AssertionError):
            diagnosis(_renamed(world.catalogue))


def _renamed(catalogue: Catalogue) -> Catalogue:
    model_id, model = next(iter(catalogue.models.items()))
    return replace(catalogue, models={**catalogue.models, model_id: model.model_copy(update={"name": "Other"})})


def test_what_votes_answer_is_kept_for_the_same_votes_and_pictures_alone(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of_its_own(small_world, tmp_path)
    asked = prepare_site_data(world.catalogue, world.log, world.ratings)
    prepare_site_data(world.catalogue, world.log, world.ratings, keep=True)

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("arena.publish.content.prepare.find_prompt_results", never)
    kept = prepare_site_data(world.catalogue, world.log, world.ratings, keep=True)
    for field in (
        "summary",
        "voters",
        "examples",
        "against",
        "prompt_results",
        "reasons",
        "equal_looks",
        "reason_boards",
    ):
        assert getattr(kept, field) == getattr(asked, field), field
    fewer = replace(world.catalogue, outputs=world.catalogue.outputs[1:])
    with pytest.raises(AssertionError):
        prepare_site_data(fewer, world.log, world.ratings, keep=True)
