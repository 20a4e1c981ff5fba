"""How far voters differ in how readily they call a tie."""

from __future__ import annotations

import numpy as np
import pytest

from arena.ratings.arrays import Ints
from arena.ratings.voter_ties import VoterTies, count_voters_by_ties, fit_voter_ties, voter_ties
from tests.ratings.voting import Ballot, numbered, table


def records(share: float, spread: float, voters: int, votes: int) -> Ints:
    """Rows of votes, ties and voters, one for each voter."""
    rng = np.random.default_rng(3)
    known = (1.0 - spread) / spread if spread else np.inf
    own = rng.beta(share * known, (1.0 - share) * known, voters) if spread else np.full(voters, share)
    return np.column_stack([np.full(voters, votes), rng.binomial(votes, own), np.ones(voters, np.int64)])


@pytest.mark.parametrize(("share", "spread"), [(0.2, 0.05), (0.3, 0.15), (0.5, 0.6)])
def test_a_known_spread_is_recovered(share: float, spread: float) -> None:
    found = fit_voter_ties(records(share, spread, 2000, 15))
    assert found.mean == pytest.approx(share, abs=0.02)
    assert found.spread == pytest.approx(spread, abs=0.025)


def test_voters_who_tie_alike_have_no_spread() -> None:
    assert fit_voter_ties(records(0.3, 0.0, 2000, 15)).spread < 0.005
    each_the_same = np.array([[10, 3, 100]])
    assert fit_voter_ties(each_the_same) == VoterTies(0.3, 0.3, 0.0)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], VoterTies()),
        ([(1, 0, 700), (1, 1, 300)], VoterTies(0.3, 0.3, 0.0)),  # one vote each, as in a log that names no voters
        ([(1000, 300, 1)], VoterTies(0.3, 0.3, 0.0)),  # one voter
        ([(5, 0, 40)], VoterTies(0.0, 0.0, 0.0)),
        ([(5, 5, 40)], VoterTies(1.0, 1.0, 0.0)),
    ],
)
def test_where_nothing_tells_the_spread_is_0(rows: list[tuple[int, int, int]], expected: VoterTies) -> None:
    assert fit_voter_ties(np.array(rows, np.int64).reshape(-1, 3)) == expected


def test_voters_who_tie_always_or_never_have_a_spread_of_nearly_1() -> None:
    found = fit_voter_ties(np.array([(8, 0, 500), (8, 8, 500)]))
    assert found.spread > 0.99
    low, high = found.middle()
    assert low < 0.001
    assert high > 0.999


def test_a_record_of_a_million_votes_counts_by_its_share() -> None:
    found = fit_voter_ties(np.array([(1_000_000, 200_000, 1), (1_000_000, 400_000, 1), (3_000_000, 900_000, 1)]))
    assert found.share == 0.3
    assert found.mean == pytest.approx(0.3, abs=0.01)
    assert 0.0 < found.spread < 0.1


def test_a_voters_votes_take_the_share_from_the_mean_to_their_own() -> None:
    voters = VoterTies(share=0.4, mean=0.3, spread=0.1)
    assert voters.share_after(0, 0) == pytest.approx(0.3)
    assert voters.share_after(9, 9) == pytest.approx((0.3 * 9 + 9) / 18)
    assert voters.share_after(80_000, 100_000) == pytest.approx(0.8, abs=0.001)
    assert VoterTies(0.3, 0.3, 0.0).share_after(9, 9) == 0.3
    low, high = voters.middle()
    draws = np.random.default_rng(0).beta(2.7, 6.3, 400_000)
    assert (low, high) == pytest.approx(tuple(np.quantile(draws, (0.05, 0.95))), abs=0.003)


def test_engines_count_voters_by_their_rated_votes_and_ties() -> None:
    said = {"ann": ("left", "tie", "tie"), "ben": ("right", "tie", "left", "both_bad"), "cy": ("tie", "tie", "left")}
    votes = table(numbered(Ballot("a", "b", word, voter=voter) for voter, words in said.items() for word in words))
    for both_bad_ties, expected in ((False, {(3, 2): 2, (3, 1): 1}), (True, {(3, 2): 2, (4, 2): 1})):
        rows = count_voters_by_ties(votes, both_bad_ties=both_bad_ties).to_pyarrow().to_pylist()
        assert {(row["votes"], row["ties"]): row["voters"] for row in rows} == expected
    assert voter_ties(votes, both_bad_ties=False)["text-to-image"].share == pytest.approx(5 / 9, abs=1e-6)
    assert voter_ties(table([]), both_bad_ties=False) == {}
