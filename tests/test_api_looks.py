"""``arena.equal_looks`` on a project, and on anybody's table of votes with numbers beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import arena
from arena.catalogue.looks import measure_looks
from benchmarks.covariates import World, simulate
from tests.conftest import ROOT
from tests.publish.worlds import make_world

WORLD = World("few", {"brightness": 4.0}, models=5, prompts=20, voters=30, votes=1200)
BRIGHTNESS = {"brightness": ("bright_a", "bright_b")}


@pytest.fixture(scope="module")
def battles() -> pd.DataFrame:
    """A table as others have it: under names of its own, with a number and an object of numbers beside each vote."""
    drawn = simulate(WORLD, 5)
    votes = drawn.votes.to_pyarrow().to_pandas()
    looks = {sha256: output.looks for sha256, output in drawn.outputs.items() if output.looks}
    frame = pd.DataFrame(
        {
            "model_a": votes.left,
            "model_b": votes.right,
            "winner": votes.outcome.map({"left": "model_a", "right": "model_b", "tie": "tie"}),
            "tstamp": votes["at"],
            "judge": votes.voter,
            "bright_a": [looks[sha256].brightness for sha256 in votes.left_output],
            "bright_b": [looks[sha256].brightness for sha256 in votes.right_output],
            "meta": [{"tokens_a": n * 5 % 17, "tokens_b": n * 7 % 13} for n in range(len(votes))],
        }
    )
    frame.loc[:49, "bright_a"] = np.nan
    return frame


def test_votes_with_numbers_beside_them_are_explained_by_these(battles: pd.DataFrame) -> None:
    features = {**BRIGHTNESS, "length": ("meta.tokens_a", "meta.tokens_b")}
    votes = arena.load_votes(battles, format="pairs", features=features)
    ratings = arena.rate(votes, history=False)
    report = arena.equal_looks(votes, ratings)
    found = report.arena()
    assert (found.votes, found.left_out) == (1150, 50)
    effects = {effect.feature: effect for effect in found.effects}
    assert set(effects) == {"brightness", "length"}
    assert effects["brightness"].low < 4.0 * 0.97 < effects["brightness"].high
    assert effects["brightness"].clear and not effects["length"].clear
    assert str(report).startswith("text-to-image: 1,150 human votes on pictures whose looks are known; 50 more are on")
    assert json.loads(json.dumps(report.to_dict()))["arenas"][0]["ranks"][0]["equal_rank"] == 1
    assert found.as_voted == ratings.board() and len(found.to_pandas()) == 5


def test_a_file_gives_the_same_as_the_frame(battles: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    battles.drop(columns="meta").to_csv(path, index=False)
    of_file, of_frame = (arena.load_votes(source, format="pairs", features=BRIGHTNESS) for source in (path, battles))
    assert of_file.pictures and of_frame.pictures
    assert of_file.pictures.sums == of_frame.pictures.sums
    assert np.array_equal(of_file.pictures.values, of_frame.pictures.values)
    assert of_file.table.equals(of_frame.table)


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ({"b": ("bright_a", "bright_c")}, 'no column "bright_c" .did you mean "bright_b"'),
        ({"b": ("meta.tokens", "bright_b")}, 'no column "meta.tokens"'),
        ({"b": ("winner", "bright_b")}, 'column "winner" holds no numbers'),
        ({"b": ("bright_a",)}, '"b" needs two columns'),
    ],
    ids=["missing", "missing within", "text", "one column"],
)
def test_columns_that_are_no_features_are_named(battles: pd.DataFrame, features: Mapping[str, Any], said: str) -> None:
    with pytest.raises(arena.ArenaError, match=said):
        arena.load_votes(battles, format="pairs", features=features)


def test_where_nothing_is_known_of_pictures_it_is_said_what_to_give(battles: pd.DataFrame) -> None:
    with pytest.raises(arena.ArenaError, match=r"features=\{"):
        arena.equal_looks(arena.load_votes(battles, format="pairs"))
    with pytest.raises(arena.ArenaError, match="features cannot be read of imagenhub"):
        arena.load_votes(battles, format="imagenhub", features=BRIGHTNESS)
    with pytest.raises(arena.ArenaError, match="columns of a file or a frame"):
        arena.load_votes(ROOT, features=BRIGHTNESS)


def test_the_pictures_of_this_repository_are_measured() -> None:
    catalogue = arena.load_catalogue(ROOT)
    assert all(output.looks for output in catalogue.outputs)
    output = catalogue.outputs[0]
    assert output.looks == measure_looks(catalogue.output_path(output).read_bytes())


def test_of_a_project_it_reads_the_pictures(tmp_path: Path) -> None:
    ratings = make_world(tmp_path).ratings
    report = arena.equal_looks(tmp_path, ratings)
    assert not report.arenas
    assert set(report.missing.values()) == {"no vote is on two pictures whose looks are known"}
