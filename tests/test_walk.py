"""The walk of docs/own-votes.md, on the real ratings it speaks of."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from click.testing import CliRunner

from arena.cli import main
from tests.conftest import ROOT, TEST_DATA


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_walk_with_imagenhub(tmp_path: Path) -> None:
    project = tmp_path / "my-arena"
    source = TEST_DATA / "imagenhub" / "Text-To-Image"
    run("init", project)
    said = run("import", "--format", "imagenhub", "--new-models", "--project", project, source)
    assert "Imported 12,411 votes, 4,515 of them ties." in said
    run("build", "--project", project)

    board = [row for row in csv.DictReader(io.StringIO(run("rate", "--project", project))) if row["axis"] == "overall"]
    assert [row["model"] for row in board[:2]] == ["openai/dall-e-3", "midjourney/midjourney"]
    walk = (ROOT / "docs" / "own-votes.md").read_text(encoding="utf-8")
    assert f"--project my-arena {source.relative_to(ROOT)}\n" in walk
    for row in board:
        score, low, high = (f"{float(row[key]):.2f}" for key in ("score", "score_low", "score_high"))
        line = (
            f"| {row['rank']} ({row['rank_low']}–{row['rank_high']}) | `{row['model']}` | {score} | {low} to {high} |"
        )
        assert line in walk, f"docs/own-votes.md: renew the table with {line}"
    page = (project / "site" / "models" / "openai" / "dall-e-3.html").read_text(encoding="utf-8")
    assert "derived" in page
