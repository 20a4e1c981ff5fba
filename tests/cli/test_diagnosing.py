"""``arena diagnose``: on a project and on anybody's file, as text and as one object."""

from __future__ import annotations

import json
from pathlib import Path

import arena as public
from tests.cli.shell import HEADER, arena, one_line_error, rows


def test_a_projects_log_is_diagnosed(project: Path) -> None:
    shown = arena("diagnose", "--project", project)
    assert shown.exit_code == 0, shown.output
    assert "23 checks" in shown.stdout
    assert "Cannot tell (" in shown.stdout
    assert "How few votes hold up the first place?" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 100


def test_anybodys_file_is_diagnosed_and_json_is_what_python_gives(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + rows(60))
    printed = json.loads(arena("diagnose", votes, "--json").stdout)
    assert printed == {"passed": True, "findings": [], **json.loads(json.dumps(public.diagnose(votes).to_dict()))}
    loud = arena("diagnose", votes, "-v").stdout
    assert "[position-bias]" in loud
    assert "(Holm)" in loud
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("model_a,model_b,winner\nx,y,model_a\ny,x,tie\n")
    stranger = arena("diagnose", pairs, "--format", "pairs", "--at", "2026-05-01", "--arena", "draw", "--category", "c")
    assert stranger.exit_code == 0, stranger.output
    assert "because no voter is named twice" in " ".join(stranger.stdout.split())


def test_without_votes_there_is_nothing_to_diagnose(tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER)
    one_line_error(arena("diagnose", votes), "there are no votes")
