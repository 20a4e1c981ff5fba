from collections import Counter

import ibis
import numpy as np
import pytest
from hypothesis import given

from arena.ratings.tally import AxisTally, count_votes, tally
from arena.records import REQUIRED_VOTE_COLUMNS, Axis
from tests.ratings.voting import Ballot, ballots, random_ballots, table


@given(ballots())
def test_counts_are_those_of_the_votes(votes: list[Ballot]) -> None:
    expected: Counter[tuple[Axis, str, str, int]] = Counter()
    for vote in votes:
        first, second = sorted([vote.left, vote.right])
        column = ["left", "right", "tie", "both_bad"].index(vote.outcome)
        if column < 2 and vote.left == second:
            column = 1 - column
        for category in ("", vote.category):
            for language in ("", vote.language):
                expected[Axis(vote.arena, category, language), first, second, column] += 1
    axes = tally(table(votes)).axes()
    found = Counter(
        {
            (axis.axis, axis.models[first], axis.models[second], column): int(count)
            for axis in axes
            for first, second, counts in zip(axis.first, axis.second, axis.counts, strict=True)
            for column, count in enumerate(counts)
            if count
        }
    )
    assert found == expected
    assert [axis.axis for axis in axes] == sorted({key[0] for key in expected}, key=lambda axis: axis.sort_key)


def test_one_row_a_cell_and_pair_however_many_votes() -> None:
    votes = random_ballots(2000, 3, seed=1)
    assert count_votes(table(votes)).count().to_pyarrow().as_py() == 3 * 4


def test_totals_are_seen_from_each_model() -> None:
    votes = [Ballot("a/1", "a/2", "left"), Ballot("a/2", "a/1", "tie"), Ballot("a/3", "a/1", "left")]
    (overall,) = [axis for axis in tally(table(votes)).axes() if axis.axis == Axis("text-to-image")]
    assert overall.models == ("a/1", "a/2", "a/3")
    assert overall.totals().tolist() == [[1, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 0]]
    assert overall.rated.tolist() == [3, 2, 1]


@pytest.mark.parametrize("engine", ["duckdb", "postgres", "bigquery", "clickhouse", "trino", "pyspark"])
def test_the_group_by_runs_on_any_engine(engine: str) -> None:
    votes = ibis.table(
        {name: "timestamp" if name == "at" else "string" for name in REQUIRED_VOTE_COLUMNS}, name="votes"
    )
    sql = ibis.to_sql(count_votes(votes), dialect=engine)
    assert sql.count("SELECT") == 2
    assert "GROUP BY" in sql


def test_pairs_of_thousands_of_models_are_counted_by_sorting() -> None:
    rng = np.random.default_rng(0)
    models = 3000
    left = rng.integers(0, models, 5000)
    right = (left + rng.integers(1, models, 5000)) % models
    outcome = rng.integers(0, 4, 5000)
    names = tuple(f"m{number:04d}" for number in range(models))
    found = AxisTally.count(Axis("x"), names, left, right, outcome)
    expected: Counter[tuple[str, str, int]] = Counter()
    for i, j, column in zip(left.tolist(), right.tolist(), outcome.tolist(), strict=True):
        first, second = sorted([names[i], names[j]])
        expected[first, second, 1 - column if i > j and column < 2 else column] += 1
    counted = Counter(
        {
            (found.models[i], found.models[j], column): int(count)
            for i, j, counts in zip(found.first, found.second, found.counts, strict=True)
            for column, count in enumerate(counts)
            if count
        }
    )
    assert counted == expected
    few = AxisTally.count(Axis("x"), names[:40], left % 40, (left % 40 + 1) % 40, outcome)
    assert few.counts.sum() == 5000
