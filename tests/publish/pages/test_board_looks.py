"""The section on looks: what they are worth, who moves, and that it is there only where looks are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from arena.publish.content.site_data import SiteData
from arena.publish.formats.api.documents import SharedParts, board_document
from arena.publish.pages.board_looks import LooksSection, looks_section
from arena.ratings.equal_looks import EqualLooks, LookEffect
from arena.records import Axis, Board, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

NAMES = ("a/one", "a/two", "a/three")
BOARD = make_board(Axis("draw"), *(make_rating(name, n, 20.0 - n) for n, name in enumerate(NAMES, 1)))
EQUAL = make_board(Axis("draw"), *(make_rating(NAMES[n], rank, 20.0 - rank) for rank, n in enumerate((1, 0, 2), 1)))
NONE = LookEffect("contrast", "", 0.1, -0.3, 0.5, 0.51, 0.48, 0.54, 0.1, clear=False)
BRIGHT = LookEffect("brightness", "", 1.5, 1.1, 1.9, 0.61, 0.58, 0.64, 0.1, clear=True)
DULL = LookEffect("saturation", "", -1.0, -1.4, -0.6, 0.42, 0.38, 0.45, 0.1, clear=True)
LONG = LookEffect("brightness", "longer", 0.8, 0.4, 1.2, 0.56, 0.53, 0.59, 0.1, clear=True)
UNCLEAR = replace(LONG, prompts="en", clear=False)


def known(*effects: LookEffect, board: Board = EQUAL, left_out: int = 0, inseparable: tuple[str, ...] = ()) -> SiteData:
    shift = dict(zip(NAMES, (-1.0, 1.0, 0.0), strict=True))
    found = EqualLooks("draw", BOARD, board, effects, shift, 900, left_out, 20, inseparable)
    models = {name: make_model(name.partition("/")[2].capitalize()) for name in NAMES}
    return make_site_data(models, [BOARD], origins=(Origin.SIMULATED,), equal_looks={"draw": found})


def shown(site: SiteData) -> LooksSection:
    section = looks_section(site, BOARD)
    assert section is not None
    return section


def test_the_look_that_counts_for_most_is_said_first_and_who_moves_is_named() -> None:
    section = shown(known(BRIGHT, NONE, DULL, LONG, UNCLEAR))
    assert "one with the brighter picture wins 61% of battles, by these simulated votes. More colourful" in section.lede
    assert section.lede.endswith("ranks change: One from #1 to #2 and Two from #2 to #1.")
    assert [(row.name, row.prompts, row.wins, row.interval, row.clear) for row in section.effects] == [
        ("Brighter", "", "61%", "58–64%", True),
        ("Higher in contrast", "", "51%", "48–54%", False),
        ("More colourful", "", "42%", "38–45%", True),
        ("Brighter", "in longer prompts, on top of that", "56%", "53–59%", True),
    ]
    # 38% and 64% are the ends of the scale.
    assert 'class="w" x1="4.0%"' in section.effects[2].whisker and 'x2="96.0%"' in section.effects[0].whisker
    assert [(row.model.name, row.rank, row.equal_rank, row.moved) for row in section.ranks] == [
        ("Two", "#2", "#1", True),
        ("One", "#1", "#2", True),
        ("Three", "#3", "#3", False),
    ]


@pytest.mark.parametrize(
    ("site", "said"),
    [
        (known(DULL), "with the more colourful picture loses 58% of battles, by these simulated votes."),
        (known(NONE), "Nothing that is measured of a picture’s looks clearly wins or loses simulated votes here."),
        (known(NONE), "looks move 2 models, none by more than 1 rank."),
        (known(BRIGHT, board=BOARD), "every model keeps its rank"),
    ],
    ids=["a look that loses", "no clear look", "moves without one", "no move"],
)
def test_what_looks_come_to_in_words(site: SiteData, said: str) -> None:
    assert said in shown(site).lede


def test_how_many_votes_it_rests_on_and_that_they_are_simulated() -> None:
    section = shown(known(BRIGHT, left_out=1234))
    assert section.basis.startswith(f"From 900 of {BOARD.votes:,} simulated votes: those on two published pictures")
    assert section.caption.endswith("from 900 simulated votes") and section.ranks_caption.endswith("simulated votes")
    assert shown(known(BRIGHT)).basis.startswith("From 900 simulated votes: those on")
    assert "left out: pictures differ" not in shown(known(BRIGHT)).basis
    assert "Size and shape are left out: pictures differ" in shown(known(BRIGHT, inseparable=("size", "width"))).basis


def test_boards_without_known_looks_have_no_such_section_and_no_such_record() -> None:
    site = known(BRIGHT)
    narrow = make_board(Axis("draw", "photo"), *BOARD.ratings)
    assert looks_section(site, narrow) is None
    assert looks_section(replace(site, equal_looks={}), BOARD) is None
    assert board_document(SharedParts(replace(site, equal_looks={})), BOARD).equal_looks is None


def test_the_api_has_effects_and_both_ranks() -> None:
    record = board_document(SharedParts(known(BRIGHT, left_out=7)), BOARD).equal_looks
    assert record is not None
    assert (record.votes, record.left_out, record.effects[0].feature, record.effects[0].win_low) == (
        900,
        7,
        "brightness",
        0.58,
    )
    assert [(each.model, each.rank, each.shift) for each in record.ranked] == [
        ("a/two", 1, 1.0),
        ("a/one", 2, -1.0),
        ("a/three", 3, 0.0),
    ]
