"""What is known of pictures in numbers: the looks of a project's outputs, or whatever else somebody measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena.catalogue.outputs import Output

Floats = npt.NDArray[np.float64]
LEAST_SHARPNESS = 1e-3
"""What a flat picture counts as: its logarithm has no bound."""


def _measured(name: str) -> Callable[[Output], float]:
    return lambda output: float(getattr(output.looks, name))


LOOKS: Mapping[str, Callable[[Output], float]] = {
    "size": lambda output: math.log2(output.width * output.height),
    "width": lambda output: math.log2(output.width / output.height),
    "brightness": _measured("brightness"),
    "contrast": _measured("contrast"),
    "saturation": _measured("saturation"),
    "sharpness": lambda output: math.log2(max(_measured("sharpness")(output), LEAST_SHARPNESS)),
    "lettering": _measured("lettering"),
}
"""What is measured of an output with looks. Sizes, shapes and sharpness count by doublings."""


@dataclass(frozen=True, eq=False)
class PictureFeatures:
    """Numbers of P pictures: ``values`` (P x F) has those called ``names`` (F), all of them finite.

    ``sums`` (P) are what votes call the pictures in ``left_output`` and ``right_output``.
    """

    sums: tuple[str, ...]
    names: tuple[str, ...]
    values: Floats

    @classmethod
    def of_outputs(cls, outputs: Iterable[Output]) -> PictureFeatures:
        """The looks of those outputs that were measured."""
        known = {output.sha256: output for output in outputs if output.looks}
        values = [[look(output) for look in LOOKS.values()] for output in known.values()]
        return cls(tuple(known), tuple(LOOKS), np.array(values, np.float64).reshape(len(known), len(LOOKS)))
