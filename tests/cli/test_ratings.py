"""``arena rate`` and its options."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import HEADER, arena, one_line_error, rows


def test_rate_prints_the_table_and_writes_it(project: Path, tmp_path: Path) -> None:
    printed = arena("rate", "--project", project)
    assert printed.exit_code == 0, printed.output
    assert printed.stdout.startswith("arena,axis,category,language,model,rank,")
    written = arena("rate", "--project", project, "--out", tmp_path / "ratings.csv")
    assert written.exit_code == 0
    assert (tmp_path / "ratings.csv").read_text() == printed.stdout


def test_rate_of_a_vote_file_needs_no_project(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + rows(60))
    result = arena("rate", votes, "--project", tmp_path / "nowhere")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("overall") == 3


def test_too_few_votes_for_a_place_are_said(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + rows(2))
    result = arena("rate", votes)
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)
    assert "3 rated votes" in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--method", "online"],
        ["--draw-probability", "0.2"],
        ["--draw-probability", "observed", "--method", "online"],
        ["--both-bad", "tie"],
        ["--mu", "1500", "--sigma", "300", "--beta", "150"],
        ["--min-votes", "50"],
        ["--no-intervals"],
    ],
)
def test_rating_options_change_the_ratings(project: Path, options: list[str]) -> None:
    votes = project / "votes.csv"
    votes.write_text(HEADER + rows(60) + rows(8, outcome="both_bad", first=60))
    plain, changed = arena("rate", votes), arena("rate", votes, *options)
    assert changed.exit_code == 0, changed.output
    assert changed.stdout != plain.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--draw-probability", "1"], "draw"),
        (["--draw-probability", "-0.1"], "draw"),
        (["--draw-probability", "often"], "draw"),
        (["--sigma", "0"], "sigma"),
        (["--sigma", "nan"], "sigma"),
        (["--mu", "inf"], "mu"),
        (["--beta", "0"], "beta"),
        (["--beta", "-1"], "beta"),
        (["--tau", "-1", "--method", "online"], "tau"),
        (["--tau", "0.1"], "tau"),
        (["--min-votes", "0"], "min"),
    ],
)
def test_bad_rating_options_are_refused(project: Path, options: list[str], words: str) -> None:
    one_line_error(arena("rate", "--project", project, *options), words)


def test_rating_does_not_replace_the_votes(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + rows(9))
    (tmp_path / "other.csv").symlink_to(votes)
    one_line_error(arena("rate", votes, "--out", tmp_path / "other.csv"), "other.csv: is one of the vote files")
    assert votes.read_text() == HEADER + rows(9)


def test_rating_nothing_is_refused(tmp_path: Path) -> None:
    assert arena("init", tmp_path / "new").exit_code == 0
    one_line_error(arena("rate", "--project", tmp_path / "new"), "no votes", "arena import")
    (tmp_path / "votes.csv").write_text(HEADER)
    one_line_error(arena("rate", tmp_path / "votes.csv"), "no votes")
