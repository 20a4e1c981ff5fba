"""Which of the catalogue's models take part: a demonstration needs enough votes a model more than it needs them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from arena.catalogue.records import Model
from arena.simulate.strengths import published_value


def choose_roster(models: Mapping[str, Model], places: int) -> dict[str, Model]:
    """Choose at most ``places`` models: two thirds by a published value, then the newest, at most two of a maker.

    Places that stay empty go to whoever is left, the newest first. Without a date a model counts as the oldest.
    """
    newest = sorted(models, key=lambda model_id: (-(models[model_id].released or date.min).toordinal(), model_id))
    chosen = [model_id for model_id in newest if published_value(models[model_id]) is not None][: -(-2 * places // 3)]
    makers: Counter[str] = Counter()
    for model_id in newest:
        maker = model_id.partition("/")[0]
        if len(chosen) < places and model_id not in chosen and makers[maker] < 2:
            makers[maker] += 1
            chosen.append(model_id)
    rest = [model_id for model_id in newest if model_id not in chosen]
    return {model_id: models[model_id] for model_id in sorted([*chosen, *rest[: max(0, places - len(chosen))]])}
