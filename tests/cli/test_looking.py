"""``arena looks``: as text and as one object, and what it says where looks are not known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from arena.catalogue import load_catalogue
from arena.cli import looking
from benchmarks.covariates import World, simulate
from tests.cli.shell import arena, one_line_error

WORLD = World("few", {"brightness": 4.0}, models=5, prompts=10, voters=20, votes=600)


def test_votes_are_explained_as_text_and_as_one_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, votes = tmp_path / "project", tmp_path / "votes.parquet"
    assert arena("init", project).exit_code == 0
    drawn = simulate(WORLD, 5)
    pq.write_table(drawn.votes.to_pyarrow(), votes)
    one_line_error(arena("looks", votes, "--project", project), "whose looks are known", "arena outputs measure")
    catalogue = replace(load_catalogue(project / "data"), outputs=tuple(drawn.outputs.values()))
    monkeypatch.setattr(looking, "open_catalogue", lambda _: catalogue)
    # The catalogue that resolves names is read from the disk, and knows none of these models.
    monkeypatch.setattr("arena.cli.votes.PROJECT_MARK", "nowhere")
    shown = arena("looks", votes, "--project", project)
    assert shown.exit_code == 0, shown.output
    assert "text-to-image: 600 human votes with known looks" in shown.stdout
    assert "of 5 differ at equal looks" in shown.stdout or "No rank changes at equal looks." in shown.output
    (told,) = json.loads(arena("looks", votes, "--project", project, "--json").stdout)["arenas"]
    assert (told["arena"], told["origin"], told["votes"], told["left_out"]) == ("text-to-image", "human", 600, 0)
    main = {effect["feature"]: effect for effect in told["effects"] if not effect["prompts"]}
    assert main["brightness"]["clear"]
    assert main["brightness"]["low"] < 4.0 * 0.97 < main["brightness"]["high"]
    assert [rating["equal_rank"] for rating in told["ranks"]] == [1, 2, 3, 4, 5]
    assert sum(rating["shift"] for rating in told["ranks"]) == pytest.approx(0, abs=1e-4)
