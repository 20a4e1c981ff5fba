import pytest

from benchmarks.coverage import WORLDS, World, coverage

ARENAS = 60


@pytest.mark.parametrize("world", WORLDS[:3], ids=lambda world: world.name)
def test_intervals_hold_the_truth_19_times_in_20(world: World) -> None:
    mu, rank, _ = coverage(world, ARENAS)[0]
    assert 0.93 <= mu <= 0.97
    assert 0.93 <= rank <= 0.98


def test_heavy_voters_do_not_fool_them_as_they_fool_intervals_that_ignore_voters() -> None:
    clustered, ignorant = coverage(WORLDS[-1], ARENAS)
    assert clustered[0] >= 0.92
    assert clustered[1] >= 0.92
    assert ignorant[0] < 0.90
