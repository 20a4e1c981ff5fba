"""The section on second questions: ranks by reason, how far two agree, and no section where voters did not say why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from arena.publish.content.site_data import SiteData
from arena.publish.formats.api.documents import SharedParts, board_document
from arena.publish.pages.board_reasons import ReasonsSection, reasons_section
from arena.ratings.reason_boards import Agreement, ReasonBoards
from arena.records import Axis, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

NAMES = ("a/one", "a/two", "a/three")
BOARD = make_board(Axis("draw"), *(make_rating(name, n, 20.0 - n) for n, name in enumerate(NAMES, 1)))
PROMPT = make_board(Axis("draw"), *(make_rating(NAMES[n], rank, 20.0 - rank) for rank, n in enumerate((1, 0, 2), 1)))
STYLE = make_board(Axis("draw"), make_rating("a/one", 1, 21.0), make_rating("a/four", 2, 20.0))
AGREE = Agreement("prompt", "style", 12, 0.7, 0.31, 0.88, 0.25, "a/two", "a/one")


def known(*agreements: Agreement, left_out: int = 0) -> SiteData:
    found = ReasonBoards("draw", Origin.SIMULATED, {"prompt": PROMPT, "style": STYLE}, agreements, left_out)
    models = {name: make_model(name.partition("/")[2].capitalize()) for name in (*NAMES, "a/four")}
    return make_site_data(models, [BOARD], origins=(Origin.SIMULATED,), reason_boards={"draw": found})


def shown(site: SiteData) -> ReasonsSection:
    section = reasons_section(site, BOARD)
    assert section is not None
    return section


def test_ranks_by_reason_stand_beside_those_by_all_votes() -> None:
    section = shown(known(AGREE))
    assert [column.name for column in section.columns] == ["Follows the prompt", "Style"]
    assert [(row.model.name, [each.rank for each in row.ranks]) for row in section.rows] == [
        ("One", ["#1", "#2", "#1"]),
        ("Two", ["#2", "#1", "–"]),
        ("Three", ["#3", "#3", "–"]),
        ("Four", ["–", "–", "#2"]),
    ]
    assert section.caption.endswith("ranks by all simulated votes, and by those for one reason alone")
    (row,) = section.agreements
    assert (row.reasons, row.correlation, row.interval, row.shared) == (
        "Follows the prompt and style",
        "0.70",
        "0.31 to 0.88",
        "25%",
    )
    assert shown(known(replace(AGREE, low=-1.0, high=1.0))).agreements[0].correlation == "unknown"
    assert "rarer" not in section.basis
    assert "2 rarer reasons have no board." in shown(known(AGREE, left_out=2)).basis


@pytest.mark.parametrize(
    ("agreements", "said"),
    [
        (
            (AGREE,),
            "“Follows the prompt” and “Style” rank the models differently: their correlation is 0.70. Two stands",
        ),
        ((replace(AGREE, high=1.0),), "“Follows the prompt” and “Style” do not clearly rank the models differently."),
        ((AGREE, replace(AGREE, second="text", high=0.8)), "“Lettering” rank the models least alike: their"),
        ((AGREE, replace(AGREE, second="text", correlation=0.1, high=0.99)), "“Style” rank the models least alike"),
        ((replace(AGREE, high=1.0),) * 3, "No two reasons clearly rank the models differently."),
        ((), "Two is first for “Follows the prompt” and One is first for “Style”."),
    ],
    ids=["differently", "alike", "several", "one unsure", "all alike", "too few models"],
)
def test_how_far_reasons_agree_in_words(agreements: tuple[Agreement, ...], said: str) -> None:
    assert said in shown(known(*agreements)).lede


def test_the_api_has_the_boards_and_how_far_they_agree() -> None:
    record = board_document(SharedParts(known(AGREE, left_out=1)), BOARD).reasons
    assert record is not None
    assert [(board.reason, [each.model for each in board.ranked]) for board in record.boards] == [
        ("prompt", ["a/two", "a/one", "a/three"]),
        ("style", ["a/one", "a/four"]),
    ]
    assert (record.agreements[0].correlation, record.agreements[0].shared, record.left_out) == (0.7, 0.25, 1)


def test_boards_of_arenas_without_reasons_and_narrower_boards_have_no_such_section() -> None:
    site = known(AGREE)
    assert reasons_section(site, make_board(Axis("draw", "photo"), *BOARD.ratings)) is None
    without = replace(site, reason_boards={})
    assert reasons_section(without, BOARD) is None
    assert board_document(SharedParts(without), BOARD).reasons is None
