"""Sums of pulls by voter and prompt, computed on the engine: the intervals are those of the votes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import ibis
import numpy as np
import pytest

from arena.rating_settings import RatingSettings
from arena.ratings import cluster_sums, compute_ratings
from arena.ratings.cluster_sums import ClusterNumbers, ClusterWay, load_axis_sums, sums_by_cluster
from arena.ratings.clusters import AxisSums
from arena.ratings.pull_tables import kinds_of
from arena.ratings.solver import Solution, solve
from arena.ratings.tally import AxisTally, Tally, tally
from arena.ratings.uncertainty import Uncertainty, axis_votes, uncertainty_of
from arena.ratings.vote_batches import coded_votes
from arena.ratings.voter_votes import load_voter_votes
from arena.records import Axis, Intervals
from arena.votes.engines import votes_at
from tests.engines.worlds import Place, votes

SETTINGS = RatingSettings(both_bad="tie")
FEW = votes(150, voters=9, prompts=5)
MANY = votes(600, voters=300, prompts=40)


@dataclass(frozen=True)
class Rated:
    tally: Tally
    axes: list[AxisTally]
    solutions: dict[Axis, Solution]

    @classmethod
    def of(cls, table: ibis.Table) -> Rated:
        counted = tally(table).rate_both_bad_as_ties()
        axes = counted.axes()
        return cls(counted, axes, {axis.axis: solve(axis, SETTINGS, 0.1) for axis in axes})

    def sums(self, table: ibis.Table, groups: int) -> dict[Axis, AxisSums]:
        return load_axis_sums(table, self.tally, self.axes, self.solutions, SETTINGS, groups)

    def known(self, table: ibis.Table) -> Iterator[tuple[Axis, Uncertainty]]:
        loaded = load_voter_votes(table, self.tally, SETTINGS)
        rows = dict(loaded.by_axis(self.tally))
        for axis in self.axes:
            solution, codes = self.solutions[axis.axis], self.tally.codes_of(axis.models)
            yield (
                axis.axis,
                uncertainty_of(solution, SETTINGS.sigma, axis_votes(solution, loaded, rows[axis.axis], codes)),
            )


@cache
def few() -> tuple[Rated, dict[Axis, Uncertainty]]:
    """Solved once, with what the votes themselves say."""
    rated = Rated.of(ibis.memtable(FEW))
    return rated, dict(rated.known(ibis.memtable(FEW)))


@cache
def many() -> tuple[Rated, dict[Axis, AxisSums]]:
    """Solved once, with the sums in 64 groups on DuckDB."""
    rated = Rated.of(ibis.memtable(MANY))
    return rated, rated.sums(ibis.memtable(MANY), 64)


def test_few_clusters_are_summed_one_by_one(place: Place) -> None:
    rated, of_votes = few()
    with votes_at(place(FEW)) as there:
        sums = rated.sums(there, 4096)
    assert len(rated.axes) > 6
    for axis, known in of_votes.items():
        found = uncertainty_of(rated.solutions[axis], SETTINGS.sigma, sums[axis])
        assert found.error == pytest.approx(known.error, abs=1e-9, rel=0)
        assert (found.intervals, found.prompts) == (known.intervals, known.prompts)
        if known.variance:
            assert found.variance
            assert found.variance.votes == pytest.approx(known.variance.votes, abs=2e-6)


def test_many_clusters_are_hashed_into_groups_alike_on_every_engine(place: Place) -> None:
    rated, expected = many()
    with votes_at(place(MANY)) as there:
        sums = rated.sums(there, 64)
    for axis, found in sums.items():
        assert found.voters.terms.tolist() == expected[axis].voters.terms.tolist()
    overall = Axis("text-to-image")
    voters, crossings = sums[overall].voters, sums[overall].crossings
    assert crossings is not None
    assert 56 <= len(voters.sizes) <= 128
    assert int(voters.sizes.sum()) == int(crossings.sizes.sum()) == len(MANY)


def test_sums_made_on_the_engine_are_those_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    rated, _ = many()
    monkeypatch.setattr(cluster_sums, "IN_BATCHES", ())
    for groups, most in ((64, 2**22), (64, 1)):
        monkeypatch.setattr(cluster_sums, "MOST_SUMS", most)
        monkeypatch.setattr(cluster_sums, "FEWEST_GROUPS", 16)
        found = rated.sums(ibis.memtable(MANY), groups)
        with monkeypatch.context() as here:
            here.setattr(cluster_sums, "IN_BATCHES", ("duckdb",))
            expected = rated.sums(ibis.memtable(MANY), groups)
        for axis, known in expected.items():
            assert found[axis].voters.terms.tolist() == known.voters.terms.tolist()
            assert (found[axis].prompts is None) == (known.prompts is None)


def test_hashed_groups_tell_the_same_variance_on_average() -> None:
    rated, sums = many()
    overall = Axis("text-to-image")
    found = uncertainty_of(rated.solutions[overall], SETTINGS.sigma, sums[overall])
    known = dict(rated.known(ibis.memtable(MANY)))[overall]
    assert found.error == pytest.approx(known.error, rel=0.4)
    assert float(np.mean(found.error / known.error)) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("prompts", ["like-these", "these"])
def test_a_rating_with_sums_is_the_rating_with_votes(prompts: Literal["like-these", "these"]) -> None:
    settings = RatingSettings(prompts=prompts)
    here = ibis.memtable(FEW)
    loaded, summed = (compute_ratings(here, settings, votes_in_memory=limit) for limit in (1000, 0))
    for board, known in zip(summed.boards, loaded.boards, strict=True):
        assert [rating.model for rating in board.ratings] == [rating.model for rating in known.ratings]
        assert [rating.error for rating in board.ratings] == pytest.approx([rating.error for rating in known.ratings])
    kind = Intervals.BY_VOTER_AND_PROMPT if prompts == "like-these" else Intervals.BY_VOTER
    assert summed.boards[0].intervals is loaded.boards[0].intervals is kind


def test_votes_without_a_language_are_no_board_of_their_own() -> None:
    here = ibis.memtable(FEW)
    counted = tally(here)
    rows = list(load_voter_votes(here, counted, RatingSettings()).by_axis(counted))
    assert len(rows) == len({axis for axis, _ in rows})
    assert len(dict(rows)[Axis("text-to-image")]) == int(counted.counts[:, :3].sum())


@pytest.mark.parametrize("dialect", ["trino", "bigquery"])
def test_sums_are_written_in_the_words_of_engines_that_are_not_here(dialect: str) -> None:
    rated, _ = many()
    there = ibis.table(ibis.memtable(MANY).schema(), name="votes")
    (overall, *_) = kinds_of(rated.tally, rated.axes, rated.solutions)
    numbers = ClusterNumbers(ClusterWay(lambda table: table.voter, heavy=True), ("often",), 64)
    sites = ibis.table(ibis.memtable(overall.as_table()).schema(), name="sites")
    coded = coded_votes(numbers.column(there, "voters", dialect), rated.tally, ["voters"])
    placed = coded.select(site=overall.site_of(coded), cluster=numbers.folded_column(coded["voters"], 32))
    sql = ibis.to_sql(sums_by_cluster(placed, sites), dialect=dialect)
    assert "GROUP BY" in sql
    assert "MD5(" in sql.upper()


def test_axes_of_many_models_take_fewer_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    rated, sums = many()
    monkeypatch.setattr(cluster_sums, "MOST_SUMS", 1)
    monkeypatch.setattr(cluster_sums, "FEWEST_GROUPS", 16)
    fewer = rated.sums(ibis.memtable(MANY), 64)[Axis("text-to-image")].voters
    assert 12 <= len(fewer.sizes) <= 32
    assert int(fewer.sizes.sum()) == len(MANY)
    # Whatever the groups, together they are all votes.
    together = sums[Axis("text-to-image")].voters.terms.sum(axis=0)
    assert fewer.terms.sum(axis=0).tolist() == together.tolist()
