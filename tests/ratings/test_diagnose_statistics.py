"""Chances far out, several tests at once, and groups that depart from the rest."""

from __future__ import annotations

import numpy as np
import pytest

from arena.ratings.diagnose.statistics import (
    bridge_tail,
    chi_square_quantile,
    chi_square_tail,
    holm,
    outlying_groups,
    poisson_tail,
    several,
    t_tail,
)


@pytest.mark.parametrize(
    ("found", "exact"),
    [
        (t_tail(2.0, 5), 0.050970),
        (t_tail(-1.0, 10), 0.829553),
        (t_tail(6.0, 20), 3.6e-6),
        (chi_square_tail(18.307, 10), 0.05),
        (chi_square_tail(90.0, 40), 1.0237e-5),
        (bridge_tail(1.3581), 0.05),
        (poisson_tail(3, 1.0), 0.080301),
        (poisson_tail(80, 60.0), 0.007818),
        (several(1e-9, 1000), 1e-6),
        (chi_square_quantile(0.95, 10), 18.307),
    ],
)
def test_tails_are_right_to_a_few_per_cent(found: float, exact: float) -> None:
    assert found == pytest.approx(exact, rel=0.12)


def test_holm_shares_one_rate_of_false_alarms() -> None:
    assert holm([0.01, None, 0.04, 0.02]) == [pytest.approx(0.03), None, pytest.approx(0.04), pytest.approx(0.04)]
    assert holm([]) == []


def test_a_group_far_out_does_not_hide_itself() -> None:
    rng = np.random.default_rng(5)
    weight = np.full(40, 20.0)
    sums = rng.normal(0.0, 2.0, 40) + weight * rng.normal(0.0, 0.1, 40)
    sums[7] = 40.0
    tests = outlying_groups(sums, np.full(40, 4.0), weight, np.ones(40, bool))
    assert int(np.nanargmax(tests.z)) == 7
    assert tests.p_highest() < 1e-6
    sums[7] = 0.0
    assert outlying_groups(sums, np.full(40, 4.0), weight, np.ones(40, bool)).p_farthest() > 0.05
