"""Ratings kept between runs are those of the same votes, settings and program, and reading them runs no code."""

from __future__ import annotations

import os
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arena.kept import keep, read_kept
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings, kept
from arena.ratings.history import KeptWeeks
from arena.ratings.kept import FILE, kept_ratings
from arena.ratings.results import Ratings
from arena.ratings.vote_counts import VoteCounts
from arena.votes.log import Log, append_votes, open_log
from arena.votes.renames import Renames
from tests.votes.examples import exclude_all, some_table

SETTINGS, ENGINE = RatingSettings(), "duckdb"
HEX = 64
"""Digits of a SHA-256, with which a kept file says what it is of."""


class Rater:
    """Gives ratings and counts how often it was asked to."""

    def __init__(self, rated: Ratings) -> None:
        self.rated, self.asked = rated, 0

    def __call__(self, _counts: VoteCounts, _weeks: KeptWeeks) -> Ratings:
        self.asked += 1
        return self.rated


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    return append_votes(open_log(tmp_path_factory.mktemp("log")), some_table(40))


@pytest.fixture(scope="module")
def rated(log: Log) -> Ratings:
    return compute_ratings(log.counted_votes(), SETTINGS, history=True)


def kept_content(project: Path) -> bytes:
    content = read_kept(project / FILE)
    assert content is not None
    return content


def test_the_same_votes_are_rated_once_and_the_kept_ratings_are_the_same(
    log: Log, rated: Ratings, tmp_path: Path
) -> None:
    rater = Rater(rated)
    first, second = (kept_ratings(tmp_path, log, SETTINGS, ENGINE, rater) for _ in range(2))
    assert rater.asked == 1
    assert first == second == rated
    assert second.strengths.keys() == rated.strengths.keys()
    for axis, strengths in rated.strengths.items():
        read = second.strengths[axis]
        for ours, theirs in ((read.covariance, strengths.covariance), (read.estimate.mu, strengths.estimate.mu)):
            assert ours.dtype == theirs.dtype
            assert np.array_equal(ours, theirs)
    assert second.joint.keys() == rated.joint.keys()
    models = [rating.model for rating in rated.boards[0].ratings]
    assert second.pairs[0][1].between(*models[:2]) == rated.pairs[0][1].between(*models[:2])


def test_other_votes_decisions_names_settings_or_source_are_rated_anew(
    log: Log, rated: Ratings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(of: Log = log, settings: RatingSettings = SETTINGS) -> int:
        rater = Rater(rated)
        kept_ratings(tmp_path, of, settings, ENGINE, rater)
        return rater.asked

    assert (asked(), asked()) == (1, 0)
    entry = log.entries[-1].model_copy(update={"sha256": "0" * HEX})
    longer = replace(log, entries=(*log.entries, entry))
    decided = replace(log, decisions=exclude_all(log, some_table(2)))
    renamed = replace(log, renames=Renames(models={"a": "b"}))
    for other in (longer, decided, renamed):
        assert (asked(other), asked(other)) == (1, 0)
    stricter = SETTINGS.model_copy(update={"min_votes": 4})
    assert (asked(settings=stricter), asked(settings=stricter)) == (1, 0)
    assert asked() == 1
    monkeypatch.setattr(kept, "source_sum", lambda *_: "other source")
    assert (asked(), asked()) == (1, 0)


class Hostile:
    """What a pickle can do to whoever reads it with pickle's own reader."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("harm",)


@pytest.mark.parametrize("what", ["harm", "other records", "cut off", "no pickle"])
def test_a_file_that_is_not_ours_is_rated_anew_and_runs_nothing(
    log: Log, rated: Ratings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rater = Rater(rated)
    kept_ratings(tmp_path, log, SETTINGS, ENGINE, rater)
    content = kept_content(tmp_path)
    key, whole = content[:HEX], content[HEX:]
    put_there = {
        "harm": pickle.dumps(Hostile()),
        "other records": pickle.dumps(rated.boards[0]),
        "cut off": whole[: len(whole) // 2],
        "no pickle": b"\xff" * 100,
    }
    keep(tmp_path / FILE, key + put_there[what])
    assert kept_ratings(tmp_path, log, SETTINGS, ENGINE, rater) == rated
    assert rater.asked == 2
    assert not (tmp_path / "harm").exists()
    assert kept_content(tmp_path)[:HEX] == key
