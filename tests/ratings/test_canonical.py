import numpy as np

from arena.ratings.solver import canonical_order
from tests.ratings.voting import axis_tally


def test_models_with_records_that_nothing_tells_apart_are_one_class() -> None:
    ring = {(0, 1): (2, 1, 0), (1, 2): (2, 1, 0), (2, 3): (2, 1, 0), (0, 3): (1, 2, 0)}
    order, classes = canonical_order(axis_tally(ring))
    assert sorted(order.tolist()) == [0, 1, 2, 3]
    assert len(np.unique(classes)) == 1


def test_a_difference_far_away_tells_models_apart() -> None:
    chain = {(number, number + 1): (1, 0, 0) for number in range(9)}
    _, classes = canonical_order(axis_tally(chain))
    assert len(np.unique(classes)) == 10
    twins = {(0, 1): (1, 0, 0), (2, 3): (1, 0, 0), (3, 4): (1, 1, 0)}
    _, classes = canonical_order(axis_tally(twins))
    assert len(np.unique(classes)) == 5


def test_the_order_follows_the_records_not_the_names() -> None:
    rng = np.random.default_rng(0)
    counts = {(i, j): tuple(rng.integers(0, 5, 3).tolist()) for i in range(12) for j in range(i + 1, 12)}
    order, _ = canonical_order(axis_tally(counts))
    names = rng.permutation(12)
    renamed = {}
    for (i, j), (wins, losses, ties) in counts.items():
        k, m = int(names[i]), int(names[j])
        renamed[min(k, m), max(k, m)] = (wins, losses, ties) if k < m else (losses, wins, ties)
    renamed_order, _ = canonical_order(axis_tally(renamed))
    assert renamed_order.tolist() == names[order].tolist()
