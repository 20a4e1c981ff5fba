"""The types of numpy arrays in this package, by what an element is. Shapes are said where an array is used."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.signedinteger[Any]]
"""Indexes into a tuple of names, in whatever integers hold them."""
Shorts = npt.NDArray[np.int32]
