"""Streams of random numbers."""

from hypothesis import given
from hypothesis import strategies as st

from arena.simulate.streams import stream


@given(st.integers(0, 2**63), st.lists(st.text(max_size=8), max_size=3))
def test_same_seed_and_names_give_the_same_numbers(seed: int, names: list[str]) -> None:
    assert stream(seed, *names).random(4).tolist() == stream(seed, *names).random(4).tolist()


def test_another_name_or_seed_gives_other_numbers() -> None:
    streams = [stream(1, "a"), stream(1, "b"), stream(2, "a"), stream(1, "a", "b"), stream(1, "ab"), stream(1)]
    assert len({rng.random() for rng in streams}) == len(streams)
