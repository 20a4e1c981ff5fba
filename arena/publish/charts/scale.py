"""Linear scales: values -> per cent of a chart's width, with ticks at round numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """``low`` and ``high`` stand ``inset`` per cent from the edges; ``ticks`` are round numbers between them."""

    low: float
    high: float
    ticks: tuple[float, ...]
    inset: float = 4.0

    def percent(self, value: float) -> float:
        """Where ``value`` stands, in per cent of the width, held within the chart."""
        part = (value - self.low) / (self.high - self.low)
        return round(self.inset + (100 - 2 * self.inset) * min(max(part, 0.0), 1.0), 2)


def scale_over(values: Iterable[float], ticks: int = 4) -> Scale:
    """A scale that all ``values`` fit on, with about ``ticks`` ticks at multiples of 1, 2 or 5 times a power of ten."""
    known = [value for value in values if math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    step = _round_step((high - low) / ticks)
    first = math.ceil(low / step)
    last = math.floor(high / step)
    return Scale(low, high, tuple(round(index * step, 10) for index in range(first, last + 1)))


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
