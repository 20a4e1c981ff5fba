"""Spellings: one value is written in one way wherever it stands, so that filters and comparisons find all of it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import show
from arena.catalogue.layout import Kind
from arena.catalogue.records import Condition, Model, Price
from arena.errors import CatalogueError

_TIMES = re.compile(r"(?<=\d) ?[x×*] ?(?=\d)")


def value_key(text: str) -> str:
    """Values that differ in case, width or spaces only are the same, as are 1024 × 1024 and 1024x1024."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _TIMES.sub("x", plain)


def condition_key(condition: Condition) -> tuple[str, str, str]:
    """Quality, size and mode as ``value_key`` has them, empty where the condition does not name them."""
    return value_key(condition.quality or ""), value_key(condition.size or ""), value_key(condition.mode or "")


def indexed_prices(catalogue: Catalogue) -> Iterator[tuple[str, str, int, Price]]:
    """Every price with its provider, its model and its place in the offer's file."""
    for (provider_id, model_id), offer in catalogue.offers.items():
        for index, price in enumerate(offer.prices):
            yield provider_id, model_id, index, price


def check_spellings(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """No quality, size, mode, licence, family, country or name of a benchmark is written in two ways."""
    written: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for vocabulary, value, where in _values(catalogue):
        written[vocabulary, value_key(value)].append((value, where))
    for entries in written.values():
        ways = Counter(value for value, _ in entries)
        if len(ways) == 1:
            continue
        # The way that most files write it is right; of equals, the first in alphabetical order.
        usual = min(ways, key=lambda value: (-ways[value], value))
        for value, where in entries:
            if value != usual:
                yield CatalogueError(
                    f"{show(value)} is written {show(usual)} elsewhere", where=where, hint="write it in one way"
                )


def _values(catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """Vocabulary, value and place of every value that files share."""
    for organization_id, organization in catalogue.organizations.items():
        if organization.country:
            yield "country", organization.country, catalogue.where(Kind.ORGANIZATION, organization_id, "country")
    for model_id, model in catalogue.models.items():
        yield from _model_values(model, catalogue.where(Kind.MODEL, model_id))
    for provider_id, model_id, index, price in indexed_prices(catalogue):
        where = catalogue.where(Kind.OFFER, f"{provider_id}/{model_id}", f"prices[{index}].condition")
        for key, text in price.condition.model_dump(exclude_none=True).items():
            yield key, text, f"{where}.{key}"


def _model_values(model: Model, where: str) -> Iterator[tuple[str, str, str]]:
    single = {"family": model.family, "max_resolution": model.max_resolution}
    yield from ((key, value, f"{where}: {key}") for key, value in single.items() if value)
    yield "licence", model.weights.licence, f"{where}: weights.licence"
    for index, row in enumerate(model.tokens_per_image):
        for key, stated in (("quality", row.quality), ("size", row.size)):
            if stated:
                yield key, stated, f"{where}: tokens_per_image[{index}].{key}"
    for index, benchmark in enumerate(model.benchmarks):
        for key, text in (("name", benchmark.name), ("unit", benchmark.unit), ("slice", benchmark.slice)):
            yield f"benchmark {key}", text, f"{where}: benchmarks[{index}].{key}"
