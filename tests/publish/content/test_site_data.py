"""What the data of a site calls votes, axes and its own date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from arena.catalogue.settings import ArenaSource
from arena.publish.content.vote_words import label_said
from arena.publish.layout.frame import notices_of
from arena.records import Axis, Origin
from tests.publish.sites import PROJECT, make_model, make_site_data

ONE = {"acme/one": make_model("One")}


@pytest.mark.parametrize(
    ("origins", "one", "many"),
    [
        ([Origin.HUMAN], "1 vote", "2 votes"),
        ([Origin.SIMULATED], "1 simulated vote", "2 simulated votes"),
        ([Origin.DERIVED], "1 derived vote", "2 derived votes"),
        ([Origin.HUMAN, Origin.SIMULATED], "1 vote", "2 votes (some simulated)"),
        ([Origin.HUMAN, Origin.DERIVED], "1 vote", "2 votes"),
    ],
)
def test_votes_are_called_what_they_are(origins: list[Origin], one: str, many: str) -> None:
    site_data = make_site_data(ONE, origins=origins)
    assert site_data.votes(1) == one
    assert site_data.votes(2) == many
    assert site_data.simulated is (Origin.SIMULATED in origins)


def test_votes_of_people_need_no_notice() -> None:
    assert notices_of(make_site_data(ONE)) == ()


def test_the_notice_says_how_many_votes_are_made_up() -> None:
    (everything,) = notices_of(make_site_data(ONE, origins=[Origin.SIMULATED]))
    assert "made up all 100 votes: no person voted" in everything.text
    (half,) = notices_of(make_site_data(ONE, origins=[Origin.HUMAN, Origin.SIMULATED]))
    assert "made up 50 of the 100 votes" in half.text
    (derived,) = notices_of(make_site_data(ONE, origins=[Origin.HUMAN, Origin.DERIVED]))
    assert derived.text.startswith("Some 50 votes of 100 were worked out")
    assert everything.brief == "A program made up all 100 votes."


def test_axes_have_names() -> None:
    site_data = make_site_data(ONE)
    axes = [Axis("draw"), Axis("draw", "logo"), Axis("draw", "", "ar"), Axis("draw", "logo", "ar")]
    assert [site_data.axis_name(axis) for axis in axes] == ["Overall", "Logos", "Arabic prompts", "Logos in Arabic"]


def test_the_data_is_as_new_as_its_newest_fact() -> None:
    assert make_site_data(ONE).data_until == date(2026, 4, 1)


def test_each_arena_says_what_its_votes_are() -> None:
    site_data = make_site_data({}, [], origins=(Origin.DERIVED, Origin.SIMULATED))
    source = ArenaSource(name="Set", url="https://data.example", licence="MIT", year=2023, read=date(2026, 1, 2))
    draw, edit = site_data.catalogue.project.arenas
    project = PROJECT.model_copy(update={"arenas": (draw, edit.model_copy(update={"source": source}))})
    ratings = replace(site_data.ratings, origins=(("draw", Origin.SIMULATED), ("edit", Origin.DERIVED)))
    mixed = replace(site_data, catalogue=replace(site_data.catalogue, project=project), ratings=ratings)
    assert [label_said(mixed, arena) for arena in ("draw", "edit")] == [
        "Demonstration: simulated votes",
        "Human ratings, Set 2023",
    ]
    assert [arena.id for arena in mixed.arenas] == ["edit", "draw"]
    assert [arena.id for arena in mixed.arenas_of_today_first] == ["draw", "edit"]
    assert (mixed.votes(2, "draw"), mixed.votes(2, "edit")) == ("2 simulated votes", "2 derived votes")
    assert mixed.votes(2) == mixed.votes(2, "draw", "edit") == "2 votes (some simulated)"
    assert [mixed.simulated_mark(*arenas) for arenas in (("draw",), ("edit",), ("draw", "edit"), ())] == [
        " (simulated votes)",
        "",
        " (some votes simulated)",
        " (some votes simulated)",
    ]
    (notice,) = notices_of(mixed)
    assert (notice.label, notice.brief) == ("Partly simulated", "Votes on Text to image are simulated.")
    assert notice.text == "Image editing: human ratings, Set 2023; Text to image: demonstration, simulated votes."


def test_votes_of_several_origins_are_counted_one_by_one() -> None:
    mixed = make_site_data(ONE, origins=[Origin.DERIVED, Origin.SIMULATED])
    assert mixed.all_votes == "50 votes derived from human ratings and 50 votes that are simulated"
    assert make_site_data(ONE, origins=[Origin.SIMULATED]).all_votes == "100 simulated votes"
