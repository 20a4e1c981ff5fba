"""Small vote tables for the tests of ratings, and Hypothesis strategies that draw them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from arena.ratings.tally import AxisTally
from arena.records import REQUIRED_VOTE_COLUMNS, Axis

START = datetime(2026, 1, 5, tzinfo=UTC)
MIRROR = {"left": "right", "right": "left", "tie": "tie", "both_bad": "both_bad"}


@dataclass(frozen=True)
class Ballot:
    """A vote without the trimmings; ``number`` makes its battle and its time."""

    left: str
    right: str
    outcome: str
    category: str = "photo"
    language: str = "en"
    arena: str = "text-to-image"
    voter: str = "v"
    number: int = 0

    @property
    def mirrored(self) -> Ballot:
        return replace(self, left=self.right, right=self.left, outcome=MIRROR[self.outcome])


def numbered(ballots: Iterable[Ballot]) -> list[Ballot]:
    return [replace(ballot, number=number) for number, ballot in enumerate(ballots)]


def table(ballots: Iterable[Ballot], step: timedelta = timedelta(minutes=10)) -> ibis.Table:
    """The vote table of these ballots, each ``step`` after the one with the number before."""
    rows = [
        (
            f"b{b.number:06d}",
            START + b.number * step,
            b.arena,
            b.category,
            b.language,
            b.left,
            b.right,
            b.outcome,
            b.voter,
        )
        for b in ballots
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(REQUIRED_VOTE_COLUMNS)
    types = [pa.timestamp("us", "UTC") if name == "at" else pa.string() for name in REQUIRED_VOTE_COLUMNS]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return ibis.memtable(pa.table(dict(zip(REQUIRED_VOTE_COLUMNS, arrays, strict=True))))


def together(*tables: ibis.Table) -> ibis.Table:
    """The votes of several tables as one, with battles of their own."""
    parts = []
    for number, part in enumerate(tables):
        votes = part.to_pyarrow()
        battles = pa.array([f"{number}-{battle}" for battle in votes["battle"].to_pylist()])
        parts.append(votes.set_column(0, "battle", battles))
    return ibis.memtable(pa.concat_tables([part.cast(parts[0].schema) for part in parts]))


def axis_tally(counts: dict[tuple[int, int], tuple[int, int, int]], models: int | None = None) -> AxisTally:
    """The tally of one axis from counts of (wins, losses, ties) by pair of model numbers, the lower first."""
    size = models or 1 + max((second for _, second in counts), default=-1)
    pairs = sorted(counts)
    return AxisTally(
        Axis("text-to-image"),
        tuple(f"m{number:03d}" for number in range(size)),
        np.array([first for first, _ in pairs], np.int64),
        np.array([second for _, second in pairs], np.int64),
        np.array([(*counts[pair], 0) for pair in pairs], np.int64).reshape(-1, 4),
    )


def random_ballots(count: int, models: int, seed: int, voters: int = 20, spread: float = 4.0) -> list[Ballot]:
    """Votes on models of random strength, with ties and both-bads, over two categories and two languages."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(25.0, spread, models)
    ballots = []
    for number in range(count):
        left, right = rng.choice(models, 2, replace=False)
        gap = strength[left] - strength[right] + rng.normal(0.0, 25 / 6 * 2**0.5)
        outcome = "both_bad" if rng.random() < 0.1 else "tie" if abs(gap) < 1 else "left" if gap > 0 else "right"
        ballots.append(
            Ballot(
                f"org/m{left:02d}",
                f"org/m{right:02d}",
                outcome,
                str(rng.choice(["photo", "poster"])),
                str(rng.choice(["en", "zh"])),
                voter=f"v{int(rng.integers(voters)):03d}",
                number=number,
            )
        )
    return ballots


def ballots(
    models: int = 6, most: int = 40, outcomes: tuple[str, ...] = tuple(MIRROR)
) -> st.SearchStrategy[list[Ballot]]:
    """Lists of ballots among up to ``models`` models, over two categories, languages and arenas."""
    sides = st.permutations([f"org/m{number}" for number in range(models)])
    ballot = st.builds(
        lambda sides, **rest: Ballot(sides[0], sides[1], **rest),
        sides,
        outcome=st.sampled_from(outcomes),
        category=st.sampled_from(["photo", "poster"]),
        language=st.sampled_from(["en", "zh"]),
        arena=st.sampled_from(["image-editing", "text-to-image"]),
        voter=st.sampled_from(["v1", "v2", "v3"]),
    )
    return st.lists(ballot, max_size=most).map(numbered)
