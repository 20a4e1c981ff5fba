"""Online ratings: one pass over the votes in order of ``at``, then ``battle``, then ``voter``.

The update is that of ``trueskill.rate_1vs1``: tau^2 is added to both variances, then the closed form of ``kernels``.
"""

from __future__ import annotations

import ibis
import numpy as np

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Floats
from arena.ratings.kernels import LEFT, RIGHT, TIE, UNRATED, rate_in_order
from arena.ratings.probabilities import draw_margin
from arena.ratings.tally import CELL, Tally, encode
from arena.records import Axis, Outcome


class OrderedVotes:
    """The votes in rating order as codes into the names of a tally: N x 3 cells, left and right models, outcomes."""

    def __init__(self, votes: ibis.Table, tally: Tally, settings: RatingSettings) -> None:
        columns = [*CELL, "left", "right", "outcome"]
        # Votes of one instant are ordered by their ids, so that the order of rows in a file decides nothing.
        rows = votes.order_by(["at", "battle", "voter"]).select(columns).to_pyarrow()
        self.tally = tally
        self.cell = np.column_stack([encode([rows[name]])[1] for name in CELL])
        self.left, self.right = np.split(encode([rows["left"], rows["right"]])[1], 2)
        both_bad = TIE if settings.both_bad == "tie" else UNRATED
        values = {Outcome.LEFT: LEFT, Outcome.RIGHT: RIGHT, Outcome.TIE: TIE, Outcome.BOTH_BAD: both_bad}
        names, codes = encode([rows["outcome"]])
        self.outcome = np.array([values[Outcome(name)] for name in names], np.int8)[codes]

    def rate(
        self, columns: tuple[int, ...], settings: RatingSettings, draw_probability: dict[str, float]
    ) -> dict[Axis, tuple[Floats, Floats]]:
        """Mu and sigma of every model of the tally (M each), by axis made of these columns of a cell.

        All axes are rated in one pass over the votes: the means of an axis stand one after another in one array.
        """
        axis = self.tally.axis_codes(columns, self.cell)
        models = len(self.tally.models)
        mean = np.full((int(axis.max(initial=-1)) + 1) * models, settings.mu)
        variance = np.full_like(mean, settings.sigma**2)
        margins = np.array([draw_margin(draw_probability[arena], settings.beta) for arena in self.tally.arenas])
        rate_in_order(
            axis * models + self.left,
            axis * models + self.right,
            self.outcome,
            margins[self.cell[:, 0]],
            2.0 * settings.beta**2,
            settings.tau**2,
            mean,
            variance,
        )
        rated = {}
        for code in np.unique(axis).tolist():
            part = slice(code * models, (code + 1) * models)
            rated[self.tally.axis_of(columns, code)] = (mean[part], np.sqrt(variance[part]))
        return rated
