"""Independent streams of random numbers, one a purpose: what one draws never shifts what another draws."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the generator that ``seed`` and ``names`` always lead to, whatever else is drawn elsewhere.

    A model's stream depends on its own id alone, so that other models may come and go without touching it.
    """
    key = "\x1f".join((str(seed), *names)).encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(key).digest()[:16], "big"))
