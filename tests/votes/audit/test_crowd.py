"""The statistics of the crowd: e-values keep their promise, and the mathematics below them is right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.votes.audit.crowd import clicking_log_e_values, left_odds, log_beta_mixture, log_gamma
from arena.votes.audit.vote_arrays import vote_arrays
from arena.votes.table import votes_table
from tests.votes.audit.honest_votes import (
    HONEST,
)


def test_the_e_values_of_the_crowd_keep_their_promise() -> None:
    votes = vote_arrays(votes_table(HONEST))
    trusted = np.ones(len(votes), np.bool_)
    values = np.exp(clicking_log_e_values(votes, left_odds(votes, trusted), trusted))
    assert values.mean() < 1.0
    assert (values > 100).mean() <= 0.01


@given(st.floats(1e-6, 1e6))
def test_the_logarithm_of_the_gamma_function_is_right(value: float) -> None:
    from math import lgamma  # noqa: PLC0415

    assert float(log_gamma(np.array([value]))[0]) == pytest.approx(lgamma(value), rel=1e-12, abs=1e-12)


def test_the_chances_of_a_coin_sum_to_one() -> None:
    from math import comb  # noqa: PLC0415

    heads = np.arange(13.0)
    likely = np.exp(log_beta_mixture(heads, np.full(13, 12.0), np.full(13, 0.3), 10.0))
    assert sum(comb(12, int(k)) * one for k, one in zip(heads, likely, strict=True)) == pytest.approx(1.0)
