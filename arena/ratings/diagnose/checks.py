"""All checks of an arena, in the order in which they are read, and the verdicts that they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import ibis
import numpy as np

from arena import wording
from arena.errors import RatingsError
from arena.ratings.diagnose import calibration, first_place, pairs, parts, sides, times, voters
from arena.ratings.diagnose.records import Answer, ArenaDiagnosis, Diagnosis
from arena.ratings.diagnose.statistics import holm
from arena.ratings.diagnose.votes import TIE, DiagnosedVotes, batch, load_columns
from arena.ratings.results import Ratings
from arena.ratings.solver import solve
from arena.ratings.tally import tally
from arena.records import AxisKind, Board

CHECKS: tuple[Callable[[DiagnosedVotes], Answer], ...] = (
    first_place.best,
    first_place.first_place,
    sides.position_bias,
    sides.sides_drawn,
    sides.exposure,
    sides.connection,
    voters.concentration,
    voters.voter_tastes,
    voters.one_answer,
    voters.against_the_board,
    voters.maker_votes,
    pairs.pair_fit,
    pairs.rounds,
    pairs.clones,
    calibration.win_calibration,
    calibration.tie_calibration,
    parts.parts_order,
    parts.prompts_order,
    parts.prompt_influence,
    parts.weeks_order,
    times.drift,
    times.bursts,
    times.twins,
)

LEAST_VOTES = 30
"""Of an arena, from which on tests are asked: fewer show nothing but chance."""


def diagnose_votes(
    votes: ibis.Table, ratings: Ratings, *, seed: int = 0, labels: Mapping[str, str] | None = None
) -> Diagnosis:
    """What the votes show that ``ratings`` were computed from.

    ``votes`` may hold others too, which are left out as for the ratings. The rated votes are read once, by one query
    without aggregation, so memory grows with votes: about 500 bytes each. ``seed`` chooses which voters a forecast is
    tested on, and the draws behind rounds of models; equal votes and seeds give an equal diagnosis. ``labels`` are
    names of models and makers to be said in place of their ids.
    """
    return read_for_diagnosis(votes, ratings, seed=seed, labels=labels or {}).diagnosis()


@dataclass(frozen=True, slots=True)
class VotesToDiagnose:
    """The votes of each arena as they were read; checking them asks no database any more."""

    arenas: tuple[DiagnosedVotes | ArenaDiagnosis, ...]

    def diagnosis(self) -> Diagnosis:
        """What all checks find."""
        return Diagnosis(
            tuple(arena if isinstance(arena, ArenaDiagnosis) else diagnosis_of(arena) for arena in self.arenas)
        )


def read_for_diagnosis(
    votes: ibis.Table, ratings: Ratings, *, seed: int = 0, labels: Mapping[str, str]
) -> VotesToDiagnose:
    """The first half of ``diagnose_votes``, which reads the votes.

    Raises RatingsError where ratings come without the strengths that they were made from.
    """
    rated = ratings.rated(votes)
    counts, settings = tally(rated), ratings.settings
    if settings.both_bad == "tie":
        counts = counts.rate_both_bad_as_ties()
    axes = [axis for axis in counts.axes() if axis.axis.kind is AxisKind.OVERALL]
    columns = load_columns(rated, {axis.axis.arena: axis.models for axis in axes}, settings.both_bad)
    shared = shared_pictures(rated)
    draws, in_batch = dict(ratings.draw_probability), batch(settings)
    found: list[DiagnosedVotes | ArenaDiagnosis] = []
    for axis in axes:
        arena = axis.axis.arena
        board = ratings.board(arena)
        if axis.axis not in ratings.strengths:
            raise RatingsError("these ratings do not keep strengths", where=arena, hint="rate the votes: arena.rate")
        if arena not in columns:
            found.append(_without_votes(board, len(axis.models)))
            continue
        solution, strengths = solve(axis, in_batch, draws[arena]), ratings.strengths[axis.axis]
        index = {model: number for number, model in enumerate(axis.models)}
        found.append(
            DiagnosedVotes(
                columns=columns[arena],
                board=board,
                tally=axis,
                settings=in_batch,
                draw_probability=draws[arena],
                mu=solution.mu,
                sigma=solution.sigma,
                margin=strengths.margin,
                strengths=strengths,
                seed=seed,
                shared=tuple((index[one], index[other], number) for one, other, number in shared.get(arena, ())),
                labels=labels,
            )
        )
    return VotesToDiagnose(tuple(found))


def diagnosis_of(votes: DiagnosedVotes) -> ArenaDiagnosis:
    """All checks of one arena; those that are tests share 3% of false alarms."""
    answers = [check(votes) for check in CHECKS]
    if len(votes.columns) < LEAST_VOTES:
        few = (
            f"because {wording.count(len(votes.columns), 'vote')} {'is' if len(votes.columns) == 1 else 'are'} too few"
        )
        answers = [answer if answer.p is None else replace(answer, unknown=answer.unknown or few) for answer in answers]
    known = [None if answer.unknown else answer.p for answer in answers]
    adjusted, tests = holm(known), sum(p is not None for p in known)
    board = votes.board
    return ArenaDiagnosis(
        arena=board.axis.arena,
        origin=board.origin,
        models=votes.size,
        votes=board.votes,
        both_bad=board.both_bad,
        ties=int((votes.columns.outcome == TIE).sum()),
        voters=len(votes.voters[1]),
        leader=board.ratings[0].model if board.ratings else "",
        checks=tuple(answer.judged(p, tests) for answer, p in zip(answers, adjusted, strict=True)),
    )


def _without_votes(board: Board, models: int) -> ArenaDiagnosis:
    return ArenaDiagnosis(board.axis.arena, board.origin, models, 0, board.both_bad, 0, 0, "", ())


def shared_pictures(votes: ibis.Table) -> dict[str, list[tuple[str, str, int]]]:
    """By arena the pairs of models of which the same picture was shown, and how many pictures; one group-by."""
    if "left_output" not in votes.columns:
        return {}
    shown = ibis.union(
        *(
            votes.filter(votes[f"{side}_output"] != "").select(
                "arena", model=votes[side], output=votes[f"{side}_output"]
            )
            for side in ("left", "right")
        ),
        distinct=True,
    )
    several = shown.group_by("arena", "output").agg(models=shown.model.nunique()).filter(lambda row: row.models > 1)
    rows = shown.semi_join(several, ["arena", "output"]).order_by(["arena", "output", "model"]).to_pyarrow().to_pylist()
    by_output: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        by_output.setdefault((row["arena"], row["output"]), []).append(row["model"])
    counted: dict[tuple[str, str, str], int] = {}
    for (arena, _), models in by_output.items():
        for one, other in zip(*(np.array(models)[side] for side in np.triu_indices(len(models), 1)), strict=True):
            counted[arena, str(one), str(other)] = counted.get((arena, str(one), str(other)), 0) + 1
    found: dict[str, list[tuple[str, str, int]]] = {}
    for (arena, one, other), number in sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])):
        found.setdefault(arena, []).append((one, other, number))
    return found
