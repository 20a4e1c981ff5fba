"""Mu, sigma and score of models explained: what is believed of each strength as a curve, wider where votes are few."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from arena import wording
from arena.publish.charts.scale import Scale, scale_over

ROW = 104
"""Pixels from one curve to the next."""
TITLE = 18
"""Pixels above a curve that belong to its words."""
CURVE = 62
"""Pixels from the baseline of a curve to its top."""
AXIS = 22
POINTS = 60
"""Steps from one end of a curve to the other."""
REACH = 3.4
"""Standard deviations that a curve shows on either side."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of one model's strength: normal with ``mu`` and ``sigma``, in points, and whose it is."""

    name: str
    mu: float
    sigma: float

    @property
    def score(self) -> float:
        return self.mu - 3.0 * self.sigma


def render_beliefs(beliefs: Sequence[Belief], title: str, description: str) -> Markup:
    """A curve for each of one or more beliefs on one scale of points, with its mu as a line and its score as a dot."""
    scale = scale_over((belief.mu + side * REACH * belief.sigma for belief in beliefs for side in (-1.0, 1.0)), ticks=6)
    height = ROW * len(beliefs) + AXIS
    label = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    rows = "".join(_row(belief, scale, ROW * row) for row, belief in enumerate(beliefs))
    ticks = "".join(
        f'<text class="tick" x="{scale.percent(tick)}%" y="{height - 6}">{wording.number(tick, 0)}</text>'
        for tick in scale.ticks
    )
    return Markup(  # noqa: S704 - numbers, and escaped texts
        f'<svg class="beliefs" role="img" height="{height}">{label}{rows}{ticks}</svg>'
    )


def _row(belief: Belief, scale: Scale, top: int) -> str:
    base = top + TITLE + CURVE
    mu, score = scale.percent(belief.mu), scale.percent(belief.score)
    words = (
        f"{belief.name}: μ {wording.number(belief.mu, 1)}, σ {wording.number(belief.sigma, 1)}, "
        f"score {wording.number(belief.score, 1)}"
    )
    return (
        f'<text x="0" y="{top + 12}">{escape(words)}</text>'
        f'<svg y="{top + TITLE}" width="100%" height="{CURVE}" viewBox="0 0 1000 {CURVE}" preserveAspectRatio="none">'
        f'<path class="curve" d="{_curve(belief, scale)}"/></svg>'
        f'<line class="base" x1="0" x2="100%" y1="{base}" y2="{base}"/>'
        f'<line class="mu" x1="{mu}%" x2="{mu}%" y1="{top + TITLE}" y2="{base}"/>'
        f'<line class="caution" x1="{score}%" x2="{mu}%" y1="{base}" y2="{base}"/>'
        f'<circle class="score" cx="{score}%" cy="{base}" r="5"/>'
    )


def _curve(belief: Belief, scale: Scale) -> str:
    """The density, each curve as high as the others: its width says how sure it is."""
    steps = [REACH * (2.0 * step / POINTS - 1.0) for step in range(POINTS + 1)]
    points = [
        f"{10 * scale.percent(belief.mu + step * belief.sigma):.1f} {CURVE * (1.0 - math.exp(-0.5 * step * step)):.1f}"
        for step in steps
    ]
    return f"M{'L'.join(points)}Z"
