from collections import Counter

from hypothesis import HealthCheck, given, settings

from arena.ratings.tally import count_votes, tally
from arena.records import Axis
from tests.ratings.voting import Ballot, ballots, random_ballots, table


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
