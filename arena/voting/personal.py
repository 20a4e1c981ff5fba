"""A voter's own board: TrueSkill on their votes alone, beside the public rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from arena.ratings import compute_ratings
from arena.records import Axis, Rating, Ratings, RatingSettings, Vote
from arena.votes.table import votes_table


@dataclass(frozen=True, slots=True)
class PersonalRow:
    """One model on a personal board. ``public_rank`` is None where the public board does not rank it."""

    rank: int
    model: str
    score: float
    wins: int
    losses: int
    ties: int
    both_bad: int
    public_rank: int | None


def personal_boards(votes: Sequence[Vote], public: Ratings) -> dict[str, tuple[PersonalRow, ...]]:
    """The board of each arena that these votes are about, best first.

    Few votes hardly ever connect all models, so every model with a vote is placed: under the same prior their scores
    compare, if roughly. Settings are the public board's, with one vote enough and a fixed draw probability of 0.10.
    """
    if not votes:
        return {}
    kept = public.settings.model_dump(include={"both_bad", "mu", "sigma", "beta"})
    settings = RatingSettings(**kept, min_votes=1, draw_probability=0.10)
    engine = ibis.duckdb.connect()
    try:
        engine.con.register("votes", votes_table(votes))
        ratings = compute_ratings(engine.table("votes"), settings)
    finally:
        engine.disconnect()
    boards = {}
    for arena in dict.fromkeys(vote.arena for vote in votes):
        board = ratings.board(Axis(arena))
        boards[arena] = _rows([*board.ratings, *board.unranked], arena, public) if board else ()
    return boards


def _rows(ratings: Sequence[Rating], arena: str, public: Ratings) -> tuple[PersonalRow, ...]:
    board = public.board(Axis(arena))
    ordered = sorted((rating for rating in ratings if rating.votes), key=lambda rating: (-rating.score, rating.model))
    rows = []
    for rating in ordered:
        known = board.get(rating.model) if board else None
        rows.append(
            PersonalRow(
                rank=1 + sum(other.score > rating.score for other in ordered),
                model=rating.model,
                score=rating.score,
                wins=rating.wins,
                losses=rating.losses,
                ties=rating.ties,
                both_bad=rating.both_bad,
                public_rank=known.rank if known else None,
            )
        )
    return tuple(rows)
