"""Axes with the same votes, which are rated once: those of a project with one category, or of a language's only one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from threading import Lock

from arena.ratings.arrays import Ints
from arena.ratings.boards import Estimate
from arena.ratings.tally import AxisTally
from arena.ratings.voter_votes import VoterVotes
from arena.records import Axis, AxisKind

Key = tuple[object, ...]
EstimateOf = Callable[[AxisTally], Estimate]


def same_counts(axes: Iterable[AxisTally]) -> list[list[AxisTally]]:
    """The axes of one arena that have the same models and the same counts, put together.

    Broad axes come first, also within a group: they take longest, and an error names the first.
    """
    broad_first = sorted(axes, key=lambda tally: bool(tally.axis.category) + bool(tally.axis.language))
    known: dict[tuple[int, ...], bytes] = {}
    return _grouped((_key_of_counts(axis, known), axis) for axis in broad_first)


def same_votes(
    axes: Iterable[AxisTally], rows_of: Mapping[Axis, Ints], votes: VoterVotes | None
) -> list[list[AxisTally]]:
    """The same, but not only as many votes: the same ones, those of ``rows_of``, where there are ``votes`` with voters.

    Two categories may have the same counts by chance, from other voters. What single outputs add to the variance is
    told of whole arenas only, so there the overall axis is by itself.
    """
    told_apart = votes is not None and votes.outputs is not None
    groups: list[list[AxisTally]] = []
    for group in same_counts(axes):
        # Most axes are like no other: only those that may be alike are worth looking at their votes.
        keyed = ((_key_of_rows(axis.axis, rows_of, told_apart), axis) for axis in group)
        groups += _grouped(keyed) if len(group) > 1 else [group]
    return groups


def estimated_once(estimate_of: EstimateOf, axes: Iterable[AxisTally]) -> EstimateOf:
    """``estimate_of``, but of these axes each is made once, whoever asks first: boards and the history do, side by
    side.
    """
    locks, known = {axis.axis: Lock() for axis in axes}, dict[Axis, Estimate]()

    def estimate(axis: AxisTally) -> Estimate:
        if axis.axis not in locks:
            return estimate_of(axis)
        with locks[axis.axis]:
            if axis.axis not in known:
                known[axis.axis] = estimate_of(axis)
            return known[axis.axis]

    return estimate


def _key_of_counts(tally: AxisTally, known: dict[tuple[int, ...], bytes]) -> Key:
    """``known`` has sums by the identity of arrays, which axes may share."""
    arrays = (tally.counts, tally.first, tally.second)
    shared = tuple(map(id, arrays))
    if shared not in known:
        known[shared] = blake2b(b"".join(array.tobytes() for array in arrays)).digest()
    return tally.axis.arena, tally.models, known[shared]


def _key_of_rows(axis: Axis, rows_of: Mapping[Axis, Ints], told_apart: bool) -> Key:
    rows = rows_of.get(axis)
    voted = b"" if rows is None else blake2b(rows.tobytes()).digest()
    return voted, told_apart and axis.kind is AxisKind.OVERALL


def _grouped(keyed: Iterable[tuple[Key, AxisTally]]) -> list[list[AxisTally]]:
    groups: dict[Key, list[AxisTally]] = {}
    for key, axis in keyed:
        groups.setdefault(key, []).append(axis)
    return list(groups.values())
