"""Conflicts: what another source says is about a key that the file can have, and is not what the file says too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import keys_beside, near, record_in, show
from arena.catalogue.layout import Kind
from arena.catalogue.model_facts import Conflict
from arena.catalogue.pricing.in_force import prices_in_force
from arena.catalogue.records import Model, Offer, Price, Unit
from arena.catalogue.rules.spellings import value_key
from arena.errors import CatalogueError

ORGANIZATION = "organization"
"""The one fact of a model that is no key: it is the first part of the id."""
_UNITS = {
    "an image": Unit.IMAGE,
    "a megapixel": Unit.MEGAPIXEL,
    "a step": Unit.STEP,
    "per 1M input tokens": Unit.INPUT_TOKENS,
    "per 1M output tokens": Unit.OUTPUT_TOKENS,
}
_AMOUNT = r"\d+(?:\.\d+)?"
_PRICE = re.compile(
    rf"(?P<least>from )?(?P<amount>{_AMOUNT})(?P<range> to {_AMOUNT})? USD"
    rf"(?: (?P<unit>{'|'.join(_UNITS)}))?(?:, (?P<condition>.+))?",
    re.DOTALL,
)


def check_conflicts(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """A conflict is about a key of the file or the price at a provider, in the key's own form, and differs from it."""
    for model_id, model in catalogue.models.items():
        for index, conflict in enumerate(model.conflicts):
            where = catalogue.where(Kind.MODEL, model_id, f"conflicts[{index}]")
            if conflict.provider:
                found = _price_finding(catalogue, model_id, conflict)
            elif conflict.fact == ORGANIZATION:
                organization = catalogue.organizations.get(model_id.partition("/")[0])
                own = {model_id.partition("/")[0], organization.name if organization else ""}
                found = _same(conflict) if value_key(conflict.value) in {value_key(name) for name in own} else None
            else:
                found = _fact_finding(model, conflict)
            if found:
                key, message, hint = found
                yield CatalogueError(message, where=f"{where}.{key}", hint=hint)


_Finding = tuple[str, str, str]
"""The key of the conflict that is wrong, what is wrong, and how to mend it."""


def _same(conflict: Conflict) -> _Finding:
    return "value", f"{show(conflict.value)} is what the file says as well", "remove the conflict, or mend the value"


def _fact_finding(model: Model, conflict: Conflict) -> _Finding | None:
    path = tuple(conflict.fact.split("."))
    known = [key for key in keys_beside(Model, path) if key not in ("conflicts", "sources")]
    if path[-1] not in known:
        hint = near(path[-1], known) or 'name a key of the file, "organization", or "prices." and a provider'
        return "fact", f"{show(conflict.fact)} is no key of the file", hint
    own: Any = model
    for key in path:
        own = getattr(own, key, None)
    if allowed := _wrong_form(_annotation(path), conflict.value):
        return "value", f"{show(conflict.value)} is not {allowed}", f"write it as {conflict.fact} is written"
    return _same(conflict) if value_key(conflict.value) in _said(own) else None


def _annotation(path: tuple[str, ...]) -> Any:
    """The type of the key that a path of known keys leads to."""
    record: type[BaseModel] = Model
    for key in path[:-1]:
        record = record_in(record.model_fields[key].annotation) or record
    return record.model_fields[path[-1]].annotation


def _wrong_form(annotation: Any, value: str) -> str:
    """What a value of this type has to be, where ``value`` is not that; empty for all that is text or a list."""
    kinds = _kinds(annotation)
    choices = [
        str(choice)
        for kind in kinds
        for choice in (
            [member.value for member in kind]
            if isinstance(kind, type) and issubclass(kind, Enum)
            else get_args(kind)
            if get_origin(kind) is Literal
            else ("true", "false")
            if kind is bool
            else ()
        )
    ]
    if choices:
        return "" if value in choices else f"one of {', '.join(choices)}"
    if date in kinds:
        try:
            date.fromisoformat(value)
        except ValueError:
            return "a day such as 2026-04-21"
    return ""


def _kinds(annotation: Any) -> list[Any]:
    """The types of a union, without what annotates them."""
    if get_origin(annotation) in (Union, UnionType):
        return [kind for part in get_args(annotation) for kind in _kinds(part)]
    return _kinds(get_args(annotation)[0]) if hasattr(annotation, "__metadata__") else [annotation]


def _said(own: Any) -> set[str]:
    """The ways to write what the file says; none for what it does not say."""
    if own is None or own == ():
        return set()
    if isinstance(own, tuple):
        return {value_key(", ".join(str(part) for part in own))}
    if isinstance(own, bool):
        return {str(own).lower()}
    if isinstance(own, Decimal):
        return {str(own), format(own.normalize(), "f")}
    return {value_key(str(own))}


def _price_finding(catalogue: Catalogue, model_id: str, conflict: Conflict) -> _Finding | None:
    if conflict.provider not in catalogue.providers:
        hint = near(conflict.provider, catalogue.providers) or "name a folder of data/providers"
        return "fact", f"no file defines the provider {show(conflict.provider)}", hint
    said = _PRICE.fullmatch(conflict.value)
    if not said:
        hint = f'for example: "0.04 USD an image, high quality, 1024x1024"; units are {", ".join(_UNITS)}'
        return "value", f"{show(conflict.value)} is not written as a price", hint
    offer = catalogue.offers.get((conflict.provider, model_id), Offer())
    if said["least"] or said["range"]:
        return None  # no price of ours is a range
    return _same(conflict) if any(_agrees(price, said) for price in prices_in_force(offer)) else None


def is_of(price: Price, conflict: Conflict) -> bool:
    """Whether a conflict gives one amount for what ``price`` is for: its unit, and its whole condition."""
    said = _PRICE.fullmatch(conflict.value)
    return bool(said and not said["least"] and not said["range"] and _same_thing(price, said))


def _agrees(price: Price, said: re.Match[str]) -> bool:
    """Whether the price has the amount and unit that a conflict names, under a condition that it names too."""
    return price.amount == Decimal(said["amount"]) and _same_thing(price, said)


def _same_thing(price: Price, said: re.Match[str]) -> bool:
    named = value_key(said["condition"] or "")
    return (said["unit"] is None or _UNITS[said["unit"]] is price.unit) and all(
        value_key(part) in named for part in price.condition.model_dump(exclude_none=True).values()
    )
