"""``Ratings``: all that rating votes gives, with the questions that people ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

import ibis

from arena import wording
from arena.arrow_tables import ArrowTable, table_of
from arena.errors import RatingsError
from arena.pairs import Pairs
from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Floats
from arena.ratings.joint import JointStrengths, OwnRank
from arena.ratings.leader import LeaderClaim, leader_since
from arena.ratings.strengths import Comparison, Strengths
from arena.ratings.ties import TieModel
from arena.records import Axis, Board, HistoryPoint, Intervals, LeftOutVotes, Origin
from arena.votes.origins import rated_votes

if TYPE_CHECKING:
    import pyarrow as pa
    import trueskill


@dataclass(frozen=True, slots=True)
class Ratings(ArrowTable):
    """All that rating votes gives: boards, pairs and history, with the settings used.

    As a table it has the rows of all boards, one board after the other: see ``Board``. Methods that ask about one board
    take its ``arena``, which may be left out where there is one only, and its ``category`` and ``language``, which are
    empty for the overall board.
    """

    settings: RatingSettings
    draw_probability: tuple[tuple[str, float], ...]
    """The probability actually used, by arena."""
    boards: tuple[Board, ...]
    """Sorted by ``Axis.sort_key``."""
    pairs: tuple[tuple[Axis, Pairs], ...] = ()
    """For each arena's overall axis: every two of its ranked models."""
    history: tuple[HistoryPoint, ...] = ()
    """Sorted by arena, model, week."""
    leaders: tuple[LeaderClaim, ...] = ()
    """Who was proven to lead each arena, and from which week on; by arena, the oldest first. Needs the history."""
    ties: tuple[tuple[str, TieModel], ...] = ()
    """When the voters of each arena call a tie, by arena: its draw probability, how it was found, and more."""
    intervals: Intervals = Intervals.NONE
    method_version: str = ""
    """``arena.ratings.METHOD_VERSION`` of the program that computed them."""
    origins: tuple[tuple[str, Origin], ...] = ()
    """The origin of the votes that each arena is rated from, by arena."""
    left_out: tuple[LeftOutVotes, ...] = ()
    """Votes that are not rated since their arena has votes of a better origin, by arena."""
    log_sha256: str = ""
    """The head of the log that the votes are from; empty where they are from elsewhere."""
    strengths: Mapping[Axis, Strengths] = field(default_factory=dict, compare=False, repr=False)
    """The joint distributions that boards and pairs were made from: of the overall axes, or of all where asked for."""

    joint: Mapping[str, JointStrengths] = field(default_factory=dict, compare=False, repr=False)
    """What the boards of an arena, its categories and its languages say together, for rankings by own weights, by
    arena. Only batch ratings with intervals have it, and arenas with a ranking.
    """

    def __repr__(self) -> str:
        """How much there is: every two of a thousand models would be 80 MB of text."""
        arenas = len({board.axis.arena for board in self.boards})
        return f"Ratings({wording.count(len(self.boards), 'board')} of {wording.count(arenas, 'arena')})"

    @property
    def simulated(self) -> bool:
        """Whether any arena is rated from simulated votes."""
        return any(origin is Origin.SIMULATED for _, origin in self.origins)

    def origin_of(self, arena: str) -> Origin | None:
        """The origin of the votes that an arena is rated from, or None where it has no votes."""
        return dict(self.origins).get(arena)

    def rated(self, votes: ibis.Table) -> ibis.Table:
        """Those of the votes of a log that the ratings were computed from."""
        return rated_votes(votes, dict(self.origins), self.left_out)

    def get(self, axis: Axis) -> Board | None:
        """The board of ``axis``, or None where no vote was cast on it."""
        return next((board for board in self.boards if board.axis == axis), None)

    def leader_since(self, arena: str) -> LeaderClaim | None:
        """The claim that the first model of an arena's overall board leads for sure; None where nothing proves it."""
        board = self.get(Axis(arena))
        return leader_since(self.leaders, arena, board.ratings[0].model) if board and board.ratings else None

    def board(self, arena: str = "", *, category: str = "", language: str = "") -> Board:
        """The ranking of an arena, or of a category, a language or both within it.

        Raises RatingsError where there are no votes on it, with the names that there are.
        """
        axis = self._axis(arena, category, language)
        board = self.get(axis)
        if board is None:
            raise RatingsError("no votes on this board", where=axis.name, hint=self._hint(axis))
        return board

    def pairs_of(self, arena: str = "", *, category: str = "", language: str = "") -> Pairs:
        """Every two ranked models of a board: their votes against each other, and the forecast for their next battle.

        Raises RatingsError as ``board`` does.
        """
        board = self.board(arena, category=category, language=language)
        strengths = self._strengths(arena, category, language)
        return strengths.pairs([rating.model for rating in board.ratings])

    def covariance(self, arena: str = "", *, category: str = "", language: str = "") -> tuple[tuple[str, ...], Floats]:
        """The ids of all M models with votes on a board, sorted, and the covariance of their mu (M x M).

        In squared points; its diagonal holds the squares of ``Rating.error``. See ``Strengths.covariance``. Raises
        RatingsError as ``board`` does, and on a board of more than 1,000 models.
        """
        strengths = self._strengths(arena, category, language)
        return strengths.models, strengths.covariance

    def win_probability(
        self, first: str, second: str, arena: str = "", *, category: str = "", language: str = ""
    ) -> float:
        """The chance that ``first`` wins its next battle against ``second``, a tie counted as half a win; 0 to 1.

        It is the forecast of the published pairs: see ``Strengths.pair`` for the formula. Raises RatingsError as
        ``board`` does, and for a model without votes on it.
        """
        return self._strengths(arena, category, language).pair(first, second).win_probability

    def compare(
        self, first: str, second: str, arena: str = "", *, category: str = "", language: str = ""
    ) -> Comparison:
        """Two models of one board: the difference of their strengths, their votes and their forecast.

        Raises RatingsError as ``board`` does, for a model without votes on it, and for a model with itself.
        """
        return self._strengths(arena, category, language).compare(first, second)

    def p_best(self, arena: str = "", *, category: str = "", language: str = "") -> dict[str, float]:
        """The chance of each ranked model of a board to be its strongest, in the order of the board; they add up to 1.

        See ``Strengths.p_best`` for the method. Raises RatingsError as ``board`` does.
        """
        strengths = self._strengths(arena, category, language)
        return strengths.p_best(
            [rating.model for rating in self.board(arena, category=category, language=language).ratings]
        )

    def own_ranking(
        self,
        arena: str = "",
        *,
        categories: Mapping[str, float] | None = None,
        languages: Mapping[str, float] | None = None,
        costs: Mapping[str, float] | None = None,
    ) -> tuple[OwnRank, ...]:
        """A ranking by weights of one's own: ``own_ranking(categories={"poster": 3}, languages={"zh": 2})``.

        Strength is the weighted mean of mu on these boards, without weights that of the overall board, less ``costs``
        in points by model. See ``JointStrengths`` for the covariance between boards and ``JointStrengths.rank`` for who
        is left out. It is about the first 100 models of the overall board. Raises RatingsError as ``board`` does, for a
        category or a language without a ranking, and for ratings without intervals by voter.
        """
        axis = self.board(arena).axis
        joint = self.joint.get(axis.arena)
        if joint is None:
            raise RatingsError(
                "nothing is known of boards together", where=axis.name, hint="rate in batch, with intervals"
            )
        weights = {Axis(axis.arena, category): weight for category, weight in (categories or {}).items()}
        weights |= {Axis(axis.arena, "", language): weight for language, weight in (languages or {}).items()}
        return joint.rank(weights, costs)

    def environment(self, arena: str = "") -> trueskill.TrueSkill:
        """The settings, with the draw probability used in ``arena``, as an environment of the package ``trueskill``.

        Raises RatingsError where the arena has no votes.
        """
        used, axis = dict(self.draw_probability), self._axis(arena, "", "")
        if axis.arena not in used:
            raise RatingsError("no votes in this arena", where=axis.name, hint=self._hint(axis))
        return self.settings.environment(used[axis.arena])

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""
        import pyarrow as pa  # noqa: PLC0415 - loaded when somebody asks for it

        empty = Board(Axis(""), (), 0, 0).to_arrow()
        return pa.concat_tables([empty, *(board.to_arrow() for board in self.boards)])

    def history_table(self) -> pa.Table:
        """The points of ``history`` as a table, a row a model and week; a column a field of ``HistoryPoint``."""
        return table_of(HistoryPoint, self.history)

    def _axis(self, arena: str, category: str, language: str) -> Axis:
        arenas = sorted({board.axis.arena for board in self.boards})
        if arena or len(arenas) == 1:
            return Axis(arena or arenas[0], category, language)
        hint = f"name one of {', '.join(arenas)}" if arenas else "there are no votes"
        raise RatingsError("no arena is named, and there is not one only", hint=hint)

    def _strengths(self, arena: str, category: str, language: str) -> Strengths:
        axis = self.board(arena, category=category, language=language).axis
        if axis not in self.strengths:
            hint = "compute_ratings(..., covariances=True) keeps them; arena.rate does"
            raise RatingsError("the covariances of narrower boards were not kept", where=axis.name, hint=hint)
        return self.strengths[axis]

    def _hint(self, axis: Axis) -> str:
        """What there is in place of the first part of an axis that nothing is known of."""
        axes = [board.axis for board in self.boards]
        for part in ("arena", "category", "language"):
            known = sorted({getattr(other, part) for other in axes if getattr(other, part)})
            asked = getattr(axis, part)
            if asked and asked not in known:
                near = get_close_matches(asked, known, 1)
                listed = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known) or 'none'}"
                return f"{part}: {listed}"
            axes = [other for other in axes if not asked or getattr(other, part) == asked]
        return "each of them has votes, but no vote has all of them"
