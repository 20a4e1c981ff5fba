"""What people decided, vote by vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.votes.audit.frame import Bools, Ints
from arena.votes.audit.report import DecisionFinding
from arena.votes.decisions import Decision, Ruling

BY_HAND = "by hand"
"""The reason of votes that a person excluded."""
NONE = -1


@dataclass(frozen=True)
class Decided:
    """Which decision holds for each vote: a place in ``decisions``, or ``NONE``."""

    decisions: Sequence[Decision]
    which: Ints

    @property
    def released(self) -> Bools:
        """Votes that count, whatever the rules find."""
        return self._ruled(Ruling.RELEASE)

    @property
    def excluded(self) -> Bools:
        """Votes that are set aside, whatever the rules find."""
        return self._ruled(Ruling.EXCLUDE)

    def _ruled(self, ruling: Ruling) -> Bools:
        places = [place for place, decision in enumerate(self.decisions) if decision.ruling is ruling]
        return np.isin(self.which, places)

    def findings(self, asked: Bools) -> tuple[DecisionFinding, ...]:
        """For the report: each decision that holds for one of the votes that a verdict was asked of."""
        held = self.which[asked & (self.released | self.excluded)]
        counts = np.bincount(held, minlength=len(self.decisions))
        return tuple(
            DecisionFinding(decision.ruling.value, decision.because, f"{decision.decided:%Y-%m-%d}", int(count))
            for decision, count in zip(self.decisions, counts, strict=True)
            if count
        )


def decided_of(votes: pa.Table, decisions: Sequence[Decision]) -> Decided:
    """The last decision about each vote; without one, the last about its voter."""
    by_voter = {decision.voter: place for place, decision in enumerate(decisions) if decision.battle is None}
    by_battle = {decision.battle: place for place, decision in enumerate(decisions) if decision.battle is not None}
    forgotten = {place for place, decision in enumerate(decisions) if decision.ruling is Ruling.FORGET}
    for battle in [battle for battle, place in by_battle.items() if place in forgotten]:
        del by_battle[battle]
    of_voter, of_battle = _places(votes["voter"], by_voter), _places(votes["battle"], by_battle)
    return Decided(decisions, np.where(of_battle == NONE, of_voter, of_battle))


def _places(column: pa.ChunkedArray, places: dict[str, int]) -> Ints:
    """The place of each element's decision, ``NONE`` where it has none."""
    if not places:
        return np.full(len(column), NONE, np.int64)
    found = pc.index_in(column, pa.array(list(places), pa.string())).fill_null(NONE).to_numpy()
    return np.asarray(np.array([*places.values(), NONE], np.int64)[found])
