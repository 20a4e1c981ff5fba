import pytest

from benchmarks.coverage import WORLDS, World, coverage

ARENAS = 60


@pytest.mark.parametrize("world", WORLDS[:3], ids=lambda world: world.name)
def test_intervals_hold_the_truth_19_times_in_20(world: World) -> None:
    mu, rank, pairs, _ = coverage(world, ARENAS)[0]
    assert 0.93 <= pairs <= 0.97
    assert 0.93 <= mu <= 0.97
    assert 0.93 <= rank <= 0.98


def test_few_prompts_do_not_fool_them_as_they_fool_intervals_by_voter() -> None:
    (world,) = (world for world in WORLDS if (world.votes, world.prompts) == (12000, 20))
    both, by_voter = coverage(world, ARENAS // 2)
    assert 0.93 <= both[0] <= 0.975
    assert 0.93 <= both[1] <= 0.98
    assert 0.93 <= both[2] <= 0.975
    assert by_voter[0] < 0.85


def test_heavy_voters_do_not_fool_them_as_they_fool_intervals_that_ignore_voters() -> None:
    (world,) = (world for world in WORLDS if world.heavy and world.habit > 2)
    clustered, ignorant = coverage(world, ARENAS)
    assert clustered[0] >= 0.92
    assert clustered[1] >= 0.92
    assert ignorant[0] < 0.90
