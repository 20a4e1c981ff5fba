"""ImagenHub's ratings as votes: the real files, the rule, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import VotesError
from arena.records import Origin, Outcome, Vote
from arena.votes.checks import MODEL_ID_PATTERN
from arena.votes.files import Defaults, load_votes
from arena.votes.imagenhub import MODELS
from arena.votes.table import iter_votes
from tests.conftest import TEST_DATA

HEADER = "uid\tDALLE\tSDXL\tMidjourney"


def _file(tmp_path: Path, *rows: str, name: str = "Text-To-Image_rater1.tsv", header: str = HEADER) -> Path:
    folder = tmp_path / "Text-To-Image"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes("\r\n".join([header, *rows]).encode())
    return path


def _votes(*paths: Path, **defaults: Any) -> list[Vote]:
    return list(iter_votes(load_votes(paths, "imagenhub", Defaults(**defaults)).table))


def _findings(tmp_path: Path, *paths: Path) -> list[str]:
    with pytest.raises(VotesError) as caught:
        load_votes(paths, "imagenhub")
    return [str(finding).replace(f"{tmp_path}/", "") for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("Text-To-Image", ("text-to-image", 12_411, 4_515, 7)),
        ("Text-Guided_IE", ("image-editing", 19_332, 13_835, 9)),
        ("Mask-Guided_IE", ("image-editing", 3_222, 1_975, 4)),
    ],
)
def test_the_real_ratings_give_the_known_counts(task: str, expected: tuple[str, int, int, int]) -> None:
    arena, votes, ties, models = expected
    loaded = load_votes([TEST_DATA / "imagenhub" / task], "imagenhub")
    summary = loaded.summary()
    outcomes = dict(summary.outcomes)
    assert (summary.votes, summary.voters, outcomes[Outcome.TIE]) == (votes, 3, ties)
    assert summary.origins == ((Origin.DERIVED, votes),)
    assert len(loaded.names) == models
    assert loaded.left_out == 0
    assert loaded.table["arena"].unique().to_pylist() == [arena]
    assert abs(outcomes[Outcome.LEFT] - (votes - ties) / 2) < 3 * ((votes - ties) / 4) ** 0.5


def test_all_seven_tasks_are_read_where_an_arena_is_given() -> None:
    loaded = load_votes([TEST_DATA / "imagenhub"], "imagenhub", Defaults(arena="image-editing"))
    assert (loaded.summary().votes, len(loaded.names), loaded.left_out) == (42_219, len(MODELS), 0)


def test_sides_are_balanced_for_every_model() -> None:
    votes = _votes(TEST_DATA / "imagenhub" / "Text-To-Image")
    for model in {vote.left for vote in votes}:
        sides = [vote.left == model for vote in votes if model in (vote.left, vote.right)]
        assert 0.44 < sum(sides) / len(sides) < 0.56


def test_the_higher_product_wins_and_equal_is_a_tie(tmp_path: Path) -> None:
    path = _file(tmp_path, "sample_0.jpg\t[1, 0.5]\t[0.5,1]\t[0.5, 0.5]")
    outcomes = {}
    for vote in _votes(path):
        winner = {"left": vote.left, "right": vote.right}.get(vote.outcome, vote.outcome.value)
        outcomes[frozenset([vote.left, vote.right])] = winner
    dalle, sdxl, midjourney = "openai/dall-e-2", "stability-ai/sdxl-1.0", "midjourney/midjourney"
    assert outcomes == {
        frozenset([dalle, sdxl]): "tie",
        frozenset([dalle, midjourney]): dalle,
        frozenset([sdxl, midjourney]): sdxl,
    }


def test_a_score_of_nothing_ties_with_nothing(tmp_path: Path) -> None:
    path = _file(tmp_path, "sample_0.jpg\t[0, 1]\t[0,0]\t[1, 0]")
    assert {vote.outcome for vote in _votes(path)} == {Outcome.TIE}


def test_a_vote_says_where_it_comes_from(tmp_path: Path) -> None:
    path = _file(tmp_path, "sample_7.jpg\t[1,1]\t\t[0,0]")
    loaded = load_votes([path], "imagenhub")
    (vote,) = iter_votes(loaded.table)
    assert vote.battle == "imagenhub-text-to-image-sample_7-DALLE-Midjourney"
    assert vote.voter == "imagenhub-rater1"
    assert (vote.arena, vote.category, vote.language) == ("text-to-image", "general", "en")
    assert vote.at == datetime(2024, 4, 7, tzinfo=UTC)
    assert vote.origin is Origin.DERIVED
    assert loaded.locate(0) == f"{path}:2"
    assert loaded.left_out == 1
    assert dict(loaded.names) == {
        "midjourney/midjourney": "Midjourney (as in ImagenHub)",
        "openai/dall-e-2": "DALL-E 2",
    }
    assert loaded.notes == (
        "1 vote, 0 of them ties, derived from 2 ratings by 1 rater.",
        "1 empty rating left out.",
        "The files carry no times: every vote is dated 2024-04-07.",
    )


def test_what_the_files_do_not_say_can_be_given(tmp_path: Path) -> None:
    path = _file(tmp_path, "sample_7.jpg\t[1,1]\t\t[0,0]")
    at = datetime(2024, 1, 2, tzinfo=UTC)
    (vote,) = _votes(path, arena="image-editing", category="photo", language="de", at=at)
    assert (vote.arena, vote.category, vote.language, vote.at) == ("image-editing", "photo", "de", at)


def test_a_time_in_another_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at is in UTC"):
        Defaults(at=datetime(2024, 1, 2))  # noqa: DTZ001


def test_raters_vote_on_the_same_battles(tmp_path: Path) -> None:
    paths = [
        _file(tmp_path, "sample_0.jpg\t[1,1]\t[0,0]\t[1,0.5]", name=f"Text-To-Image_rater{number}.tsv")
        for number in (1, 2)
    ]
    votes = _votes(*paths)
    assert len(votes) == 6
    assert len({vote.battle for vote in votes}) == 3
    assert {vote.voter for vote in votes} == {"imagenhub-rater1", "imagenhub-rater2"}


def test_the_order_of_columns_changes_no_vote(tmp_path: Path) -> None:
    cells = {"DALLE": "[1,1]", "SDXL": "[0,0]", "Midjourney": "[1,0.5]", "SD": "[0.5,0.5]"}
    found = set()
    for models in permutations(cells):
        row = "\t".join(["s", *(cells[model] for model in models)])
        path = _file(tmp_path, row, header="\t".join(["uid", *models]))
        found.add(frozenset((vote.battle, vote.left, vote.right, vote.outcome) for vote in _votes(path)))
    assert len(found) == 1
    assert len(found.pop()) == 6


def test_folders_of_folders_are_read(tmp_path: Path) -> None:
    _file(tmp_path, "sample_0.jpg\t[1,1]\t[0,0]\t[1,0.5]")
    assert len(_votes(tmp_path)) == 3


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        ("s\t[1,1]\t[0,0]", "has 3 of the 4 cells that the header names (one cell a model, between tabs)"),
        ("s\t[1,1]\t[0,0]\t[1,1]\t[1,1]", "has 5 of the 4 cells that the header names"),
        ("\t[1,1]\t[0,0]\t[1,1]", "the sample has no uid (name the sample in the first column)"),
        (
            "s\t[1,1]\t[0,0]\t[1;1]",
            'Midjourney is rated "[1;1]" (write [0.5, 1]: two of 0, 0.5 and 1; or leave it empty)',
        ),
        ("s\t[1,1]\t[0,0.25]\t[1,1]", 'SDXL is rated "[0,0.25]"'),
        ("s\t[1,1]\t[0,2]\t[1,1]", 'SDXL is rated "[0,2]"'),
        ("s\t[1,1]\t[0]\t[1,1]", 'SDXL is rated "[0]"'),
        ("s\tnan\t[0,0]\t[1,1]", 'DALLE is rated "nan"'),
        ("first\t[1,1]\t[0,0]\t[1,1]", 'the sample "first" is there twice (first on line 2)'),
    ],
)
def test_a_malformed_row_is_refused_with_its_line(tmp_path: Path, row: str, finding: str) -> None:
    path = _file(tmp_path, "first\t[1,1]\t[0,0]\t[1,1]", "", row, "last\t[1,1]\t[0,0]\t[1,1]")
    found = _findings(tmp_path, path)
    assert len(found) == 1
    assert found[0].startswith(f"Text-To-Image/Text-To-Image_rater1.tsv:4: {finding}")


@pytest.mark.parametrize(
    ("header", "finding"),
    [
        ("uid\tDALLE\tSDLX", 'unknown model "SDLX" (did you mean "SDXL"?)'),
        ("uid\tSD\tSD", 'the model "SD" is there twice (keep one of the columns)'),
        ("SD\tDALLE", 'the first column is "SD" (it should be "uid")'),
    ],
)
def test_a_malformed_header_is_refused(tmp_path: Path, header: str, finding: str) -> None:
    assert _findings(tmp_path, _file(tmp_path, header=header)) == [
        f"Text-To-Image/Text-To-Image_rater1.tsv:1: {finding}"
    ]


def test_other_tasks_need_an_arena(tmp_path: Path) -> None:
    folder = tmp_path / "Subject-Driven_IE"
    folder.mkdir()
    path = folder / "Subject-Driven_IE_rater1.tsv"
    path.write_text("uid\tDreamEdit\tPhotoSwap\ns\t[1,1]\t[0,0]\n")
    assert _findings(tmp_path, path) == [
        'Subject-Driven_IE/Subject-Driven_IE_rater1.tsv: the task "Subject-Driven_IE" is not one of '
        "Text-To-Image, Text-Guided_IE, Mask-Guided_IE (say which arena its votes belong to: --arena)"
    ]
    (vote,) = _votes(path, arena="image-editing")
    assert vote.battle == "imagenhub-subject-driven-ie-s-DreamEdit-PhotoSwap"


def test_the_folder_names_the_task_where_the_file_does_not(tmp_path: Path) -> None:
    path = _file(tmp_path, "s\t[1,1]\t[0,0]\t[1,1]", name="ratings_anna.tsv")
    assert {vote.voter for vote in _votes(path)} == {"imagenhub-anna"}


def test_what_is_no_file_of_ratings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    odd, empty, missing = tmp_path / "votes.csv", tmp_path / "Text-To-Image_a.tsv", tmp_path / "Text-To-Image_b.tsv"
    odd.touch()
    empty.touch()
    found = _findings(tmp_path, odd, empty, missing)
    assert [finding.split(" (")[0] for finding in found] == [
        "votes.csv: is not named like a file of ratings",
        "Text-To-Image_a.tsv: the file is empty",
        "Text-To-Image_b.tsv: no such file",
    ]
    assert _findings(tmp_path, tmp_path / "empty")[0].startswith("empty: holds no .tsv file")


def test_one_rater_twice_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, "s\t[1,1]\t[0,0]\t[1,1]")
    found = _findings(tmp_path, path, path)
    assert len(found) == 1
    assert found[0].startswith(
        'Text-To-Image/Text-To-Image_rater1.tsv:2: voter "imagenhub-rater1" votes on battle '
        '"imagenhub-text-to-image-s-DALLE-Midjourney" again, and 2 more rows like it '
        "(first at Text-To-Image/Text-To-Image_rater1.tsv:2;"
    )


@given(st.binary(max_size=80))
def test_any_bytes_are_ratings_or_a_votes_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = _file(tmp_path_factory.mktemp("ratings"))
    path.write_bytes(HEADER.encode() + b"\n" + content)
    try:
        load_votes([path], "imagenhub")
    except VotesError as error:
        assert str(path) in error.findings[0].where


def test_every_known_model_has_a_model_id_of_its_own() -> None:
    ids = [model.id for model in MODELS.values()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(MODEL_ID_PATTERN, model) for model in ids)
