"""States: what a model's file says about deprecation and withdrawal fits together, and fits the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.layout import Kind
from arena.catalogue.model_facts import GONE, Status
from arena.errors import CatalogueError


def check_states(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """Only what is deprecated or withdrawn has a day for it, the days are in order, and no model replaces itself."""
    for model_id, model in catalogue.models.items():
        where = catalogue.where(Kind.MODEL, model_id)
        days = [(key, day) for key in ("deprecated", "shut_down") if (day := getattr(model, key))]
        for key, day in days:
            if model.status not in GONE:
                yield CatalogueError(
                    f"{key} is {day}, and the model is {model.status.value}",
                    where=f"{where}: {key}",
                    hint='write status = "deprecated", or "withdrawn" once it is shut down; or remove the day',
                )
            if model.released and day < model.released:
                yield CatalogueError(
                    f"{key} is {day}, before the release on {model.released}",
                    where=f"{where}: {key}",
                    hint="one of the two dates is wrong",
                )
        if len(days) > 1 and days[0][1] > days[1][1]:
            yield CatalogueError(
                f"shut_down is {days[1][1]}, before it was deprecated on {days[0][1]}",
                where=f"{where}: shut_down",
                hint="one of the two dates is wrong",
            )
        if model.replaced_by == model_id:
            yield CatalogueError(
                "the model replaces itself", where=f"{where}: replaced_by", hint="name the model to use instead"
            )


def check_undated_withdrawals(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A withdrawn model says since when."""
    for model_id, model in catalogue.models.items():
        if model.status is Status.WITHDRAWN and model.shut_down is None:
            yield CatalogueError(
                "the model is withdrawn, and no day says since when",
                where=catalogue.where(Kind.MODEL, model_id, "shut_down"),
                hint="add the day on which its maker stopped serving it, for example: shut_down = 2026-10-23",
            )


def check_due_states(catalogue: Catalogue, today: date) -> Iterator[CatalogueError]:
    """What files say is so on ``today``: no model's day has come unsaid, and what replaces a model can be had."""
    for model_id, model in catalogue.models.items():
        where, status = catalogue.where(Kind.MODEL, model_id), model.status_on(today)
        if status is not model.status:
            came = "came by" if status is Status.WITHDRAWN else "is after"
            yield CatalogueError(
                f"its day of shutdown, {model.shut_down}, {came} {today}, and the file says {model.status.value}",
                where=f"{where}: status",
                hint=f'read the source again, and write status = "{status.value}" if it is so',
            )
        successor = catalogue.models.get(model.replaced_by or "")
        if successor and successor.status_on(today) is Status.WITHDRAWN:
            yield CatalogueError(
                f"{model.replaced_by} is withdrawn itself",
                where=f"{where}: replaced_by",
                hint="name what its maker says to use by now, or leave it out",
            )
