"""``arena rate`` and its options."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.cells import cell_len

from arena.cli.tables import print_table
from tests.cli.shell import HEADER, arena, on_a_terminal, one_line_error, rows
from tests.waiting import PATIENCE

LEAST_COLUMNS = ["battle", "at", "arena", "category", "language", "left", "right", "outcome", "voter"]
"""Of a table of votes that is rated where it is."""


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A file of votes, and its ratings without any option."""
    votes = tmp_path_factory.mktemp("rated") / "votes.csv"
    votes.write_text(HEADER + rows(60) + rows(8, outcome="both_bad", first=60))
    return votes, arena("rate", votes).stdout


def test_rate_prints_the_table_and_writes_it(project: Path, tmp_path: Path) -> None:
    printed = arena("rate", "--project", project)
    assert printed.exit_code == 0, printed.output
    assert printed.stdout.startswith("arena,axis,category,language,model,rank,")
    written = arena("rate", "--project", project, "--out", tmp_path / "ratings.csv")
    assert written.exit_code == 0
    assert (tmp_path / "ratings.csv").read_text() == printed.stdout


def test_the_number_of_threads_changes_no_byte(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + rows(60))
    printed = [arena("rate", votes, *threads) for threads in ((), ("--threads", "1"), ("--threads", "3"))]
    assert {shown.exit_code for shown in printed} == {0}
    assert len({shown.stdout_bytes for shown in printed}) == 1
    assert arena("rate", votes, "--threads", "0").exit_code == 2


def test_standard_output_is_a_file_called_dash(project: Path, tmp_path: Path) -> None:
    for what in ("ratings", "votes"):
        assert arena("export", what, "--project", project, "--out", tmp_path / f"{what}.csv").exit_code == 0
        printed = arena("export", what, "--project", project, "--out", "-")
        assert printed.stdout == (tmp_path / f"{what}.csv").read_text()
    assert arena("rate", "--out", "-", "--project", project).stdout == (tmp_path / "ratings.csv").read_text()
    assert len(json.loads(arena("export", "catalogue", "--project", project, "--out", "-").stdout)["models"]) > 3
    assert arena("rate", "--out", "-", "--json", "--project", project).exit_code == 2
    assert not Path("-").exists()


def test_ratings_as_one_object_are_those_of_the_file(project: Path, tmp_path: Path) -> None:
    printed = json.loads(arena("rate", "--json", "--project", project).stdout)
    written = json.loads(arena("rate", "--json", "--out", tmp_path / "r.json", "--project", project).stdout)
    assert written["files"] == [str(tmp_path / "r.json")]
    assert printed == {"passed": True, "findings": [], **json.loads((tmp_path / "r.json").read_text())}


def test_tables_show_the_overall_boards(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + rows(60))
    shown = arena("rate", votes, "--top", "2")
    lines = shown.stdout.splitlines()
    assert lines[0] == "text-to-image: 60 human votes"
    assert lines[1].split() == ["rank", "between", "model", "score", "mu", "sigma", "votes"]
    found = re.findall(
        r"^ +(\d) +(\d)–(\d) +(\S+) +([\d.-]+) +([\d.]+) +([\d.]+) +(\d+) *$", shown.stdout, re.MULTILINE
    )
    rated = [row for row in csv.DictReader(arena("rate", votes).stdout.splitlines()) if row["axis"] == "overall"]
    assert [row[3] for row in found] == [row["model"] for row in rated if int(row["rank"]) <= 2]
    assert all(float(row[4]) == round(float(by["score"]), 2) for row, by in zip(found, rated, strict=False))
    assert "3 more boards by category and language" in shown.stderr
    assert arena("rate", votes, "--top", "2", "-v").stdout.count("rank") == 4


def test_columns_are_aligned_whatever_the_letters(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "votes"), [("像素模型", "7"), ("pixels", "12"), ("pïxels", "1,200")], figures=("votes",))
    assert {cell_len(line) for line in capsys.readouterr().out.splitlines()} == {len("像素模型") * 2 + 3 + 5}


def test_a_terminal_gets_tables_and_a_pipe_gets_csv_alone(project: Path) -> None:
    said = on_a_terminal(project, "rate", output=1)
    assert "between" in said and "votes" in said
    assert not said.startswith("arena,")
    command = [sys.executable, "-m", "arena", "rate", "--project", str(project)]
    piped = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert (piped.stdout[:11], piped.stderr) == ("arena,axis,", "")


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
def test_rating_options_change_the_ratings(rated: tuple[Path, str], options: list[str]) -> None:
    votes, plain = rated
    changed = arena("rate", votes, *options)
    assert changed.exit_code == 0, changed.output
    assert changed.stdout != plain


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


def test_votes_are_rated_where_they_are(project: Path, tmp_path: Path) -> None:
    votes = tmp_path / "votes.parquet"
    assert arena("export", "votes", "--project", project, "--out", votes).exit_code == 0
    expected = arena("rate", votes).stdout
    for address in (str(votes), f"polars://#{votes}"):
        found = arena("rate", "--votes", address)
        assert found.exit_code == 0, found.output
        assert found.stdout == expected
    assert arena("rate", votes, "--votes", str(votes)).exit_code == 2
    least = pq.read_table(votes, columns=LEAST_COLUMNS)
    pq.write_table(least, tmp_path / "least.parquet")
    bare = arena("rate", "--votes", tmp_path / "least.parquet")
    assert (bare.exit_code, bare.stdout.count("\n")) == (0, expected.count("\n")), bare.output
    assert "no engine is called" in arena("rate", "--votes", "sqlite://x.db#votes").stderr


def test_the_log_is_rated_on_the_engine_that_the_project_names(project: Path) -> None:
    settings, expected = project / "data" / "arena.toml", arena("rate", "--project", project).stdout
    text = settings.read_text()
    for engine in ("polars://", "datafusion://"):
        settings.write_text(f'{text}\n[log]\nengine = "{engine}"\n')
        assert arena("rate", "--project", project).stdout == expected
    settings.write_text(f'{text}\n[log]\nengine = "postgres://host/db"\n')
    assert '"spark://" with a master' in arena("rate", "--project", project).stderr
