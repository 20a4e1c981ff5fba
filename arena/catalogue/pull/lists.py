"""The three public price lists, from a saved file or from where they are published, as rows of one kind.

Amounts are exact: the lists are parsed with decimals, never with floats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx

from arena.catalogue.error_messages import near, show
from arena.catalogue.parsing import read_bytes
from arena.catalogue.records import Condition, Unit
from arena.errors import CatalogueError

TIMEOUT = 30.0
"""Seconds to wait for a server to say something."""
_MAX_BYTES = 64 * 1024 * 1024
_MILLION = Decimal(1_000_000)

_SIZE = re.compile(r"(\d+)-x-(\d+)\Z")
_QUALITIES = ("low", "medium", "high", "standard", "hd", "auto")
_QUALITY_OF_STEPS = {"50-steps": "standard", "max-steps": "premium"}
"""Bedrock's qualities, which LiteLLM names by their steps."""
_IMAGE_FIELDS = frozenset({"output_cost_per_image", "output_cost_per_image_token"})
_LITELLM_TOKENS = {
    "input_cost_per_token": (Unit.INPUT_TOKENS, "text"),
    "cache_read_input_token_cost": (Unit.INPUT_TOKENS, "cached text"),
    "input_cost_per_image_token": (Unit.INPUT_TOKENS, "image"),
    "cache_read_input_image_token_cost": (Unit.INPUT_TOKENS, "cached image"),
    "output_cost_per_token": (Unit.OUTPUT_TOKENS, "text"),
    "output_cost_per_image_token": (Unit.OUTPUT_TOKENS, "image"),
}


class ListKind(StrEnum):
    """The public lists whose shape is known."""

    LITELLM = "litellm"
    MODELS_DEV = "models.dev"
    OPENROUTER = "openrouter"


@dataclass(frozen=True, slots=True)
class ListInfo:
    """``name`` is what prices from the list have as their source, ``url`` where it is published."""

    name: str
    url: str


LISTS: Mapping[ListKind, ListInfo] = {
    ListKind.LITELLM: ListInfo(
        "LiteLLM model prices",
        "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
    ),
    ListKind.MODELS_DEV: ListInfo("models.dev", "https://models.dev/api.json"),
    ListKind.OPENROUTER: ListInfo("OpenRouter models", "https://openrouter.ai/api/v1/models?output_modalities=image"),
}


@dataclass(frozen=True, slots=True)
class ListedPrice:
    """One price as a list gives it. ``provider`` and ``model`` are the list's own names.

    ``rounded`` where the amount was computed from a rounded one, as a price by the pixel; ``unclear`` says why a price
    cannot be taken as it stands, empty for one that can.
    """

    provider: str
    model: str
    amount: Decimal
    unit: Unit
    condition: Condition
    rounded: bool = False
    unclear: str = ""


@dataclass(frozen=True, slots=True)
class PriceList:
    """A list's prices of image models, and how many of its entries are not about image models."""

    kind: ListKind
    prices: tuple[ListedPrice, ...]
    passed_over: int


def load_price_list(
    kind: ListKind, source: str | None = None, *, transport: httpx.BaseTransport | None = None
) -> PriceList:
    """Read a list from ``source``: a file, an https address, or where the list is published.

    ``transport`` carries the requests; the network does without one. Raises CatalogueError for what cannot be read,
    is not JSON, or not of the list's shape.
    """
    where = source or LISTS[kind].url
    content = _fetch(where, transport) if where.startswith(("https://", "http://")) else read_bytes(Path(where), where)
    return parse_price_list(kind, content, where)


def load_named_list(argument: str, *, transport: httpx.BaseTransport | None = None) -> PriceList:
    """Read the list that ``NAME`` or ``NAME=FILE`` or ``NAME=URL`` stands for, as on the command line.

    Raises CatalogueError as ``load_price_list`` does, and for a name that is no list's.
    """
    name, _, source = argument.partition("=")
    if name not in tuple(ListKind):
        known = ", ".join(ListKind)
        message = f"{show(name)} is not a price list that can be read"
        raise CatalogueError(message, hint=near(name, ListKind) or f"the lists are: {known}")
    return load_price_list(ListKind(name), source or None, transport=transport)


def _fetch(url: str, transport: httpx.BaseTransport | None) -> bytes:
    hint = "try again later, or save the list to a file and name that"
    try:
        with (
            httpx.Client(transport=transport, timeout=TIMEOUT, follow_redirects=True) as client,
            client.stream("GET", url, headers={"Accept": "application/json"}) as response,
        ):
            if response.is_error:
                said = f"the server answers {response.status_code} {response.reason_phrase}".rstrip()
                raise CatalogueError(said, where=url, hint=hint)
            return _limited(response, url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = str(error) or type(error).__name__
        raise CatalogueError(f"cannot be fetched: {said}", where=url, hint=hint) from error


def _limited(response: httpx.Response, url: str) -> bytes:
    parts, size = [], 0
    # Counted while it arrives: a server may leave its length out, or send more than it says.
    for part in response.iter_bytes():
        size += len(part)
        if size > _MAX_BYTES:
            raise CatalogueError("is larger than any price list", where=url, hint="check the address")
        parts.append(part)
    return b"".join(parts)


def parse_price_list(kind: ListKind, content: bytes, where: str) -> PriceList:
    """Parse a list; raises CatalogueError for what is not JSON, not of the list's shape, or without an image model."""
    try:
        parsed = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise CatalogueError("is not JSON", where=where, hint=f"it should be a copy of {LISTS[kind].url}") from error
    prices: list[ListedPrice] = []
    passed_over = 0
    try:
        for entry_prices in _PARSERS[kind](parsed):
            prices.extend(entry_prices)
            passed_over += not entry_prices
    except (AttributeError, KeyError, TypeError, InvalidOperation) as error:
        message = f"is not a price list of {LISTS[kind].name}"
        raise CatalogueError(message, where=where, hint=f"it should be a copy of {LISTS[kind].url}") from error
    if not prices:
        hint = f"it should be a copy of {LISTS[kind].url}"
        raise CatalogueError("lists no price of an image model", where=where, hint=hint)
    return PriceList(kind, tuple(prices), passed_over)


def _litellm(parsed: Any) -> Iterator[list[ListedPrice]]:
    """The image prices of each entry, whose keys hold the model's id: see ``_litellm_id``."""
    for key, entry in parsed.items():
        if key == "sample_spec":  # explains the fields of an entry; no model
            continue
        image = str(entry.get("mode", "")).startswith("image_") or bool(_IMAGE_FIELDS & entry.keys())
        yield list(_litellm_prices(key, entry)) if image else []


def _litellm_prices(key: str, entry: Mapping[str, Any]) -> Iterator[ListedPrice]:
    provider = str(entry.get("litellm_provider", ""))
    model, quality, size, unclear = _litellm_id(key, provider)

    def listed(amount: Decimal, unit: Unit, mode: str | None = None, *, rounded: bool = False) -> ListedPrice:
        condition = Condition(quality=quality, size=size, mode=mode)
        return ListedPrice(provider, model, amount, unit, condition, rounded, unclear)

    put_in, made = _amount(entry, "input_cost_per_image"), _amount(entry, "output_cost_per_image")
    if made or put_in:
        # Entries that give one of the two mean the image that is made, whichever of the names they have for it.
        yield listed(made or put_in, Unit.IMAGE)
    if made and put_in:
        yield listed(put_in, Unit.IMAGE, "input image")
    pixel = _amount(entry, "output_cost_per_pixel") or _amount(entry, "input_cost_per_pixel")
    if pixel and size:
        width, height = size.split("x")
        yield listed(_four_digits(pixel * int(width) * int(height)), Unit.IMAGE, rounded=True)
    elif pixel:
        yield listed(_four_digits(pixel * _MILLION), Unit.MEGAPIXEL, rounded=True)
    for field, (unit, mode) in _LITELLM_TOKENS.items():
        if cost := _amount(entry, field):
            yield listed(cost * _MILLION, unit, mode)


def _litellm_id(key: str, provider: str) -> tuple[str, str | None, str | None, str]:
    """The model's id, and the quality and size that stand before it, with what is not understood of them.

    ``azure/hd/1024-x-1792/dall-e-3`` -> dall-e-3, hd, 1024x1792.
    """
    quality = size = None
    unclear = ""
    rest = []
    for part in key.split("/"):
        if match := _SIZE.match(part):
            size = f"{match[1]}x{match[2]}"
        elif part in _QUALITY_OF_STEPS or (part in _QUALITIES and key.count("/")):
            quality = _QUALITY_OF_STEPS.get(part, part)
        elif part == "max-x-max":
            unclear = "the size is not a number"
        else:
            rest.append(part)
    # Keys begin with the provider, under a name that may be written with hyphens; OpenAI's do not.
    if len(rest) > 1 and rest[0].replace("-", "_") in (provider, provider.partition("-")[0]):
        del rest[0]
    return "/".join(rest), quality, size, unclear


def _models_dev(parsed: Any) -> Iterator[list[ListedPrice]]:
    for provider, offered in parsed.items():
        for model, entry in offered["models"].items():
            outputs = entry.get("modalities", {}).get("output", [])
            yield list(_models_dev_prices(provider, model, entry, outputs)) if "image" in outputs else []


def _models_dev_prices(
    provider: str, model: str, entry: Mapping[str, Any], outputs: list[str]
) -> Iterator[ListedPrice]:
    costs = entry.get("cost", {})
    mixed = "" if outputs == ["image"] else "the list does not say whether it is for tokens of text or of images"
    for field, unit, mode, unclear in (
        ("input", Unit.INPUT_TOKENS, "text", ""),
        ("cache_read", Unit.INPUT_TOKENS, "cached text", ""),
        ("output", Unit.OUTPUT_TOKENS, "image", mixed),
    ):
        if cost := _amount(costs, field):
            yield ListedPrice(provider, model, cost, unit, Condition(mode=mode), unclear=unclear)


def _openrouter(parsed: Any) -> Iterator[list[ListedPrice]]:
    for entry in parsed["data"]:
        outputs = entry.get("architecture", {}).get("output_modalities", [])
        yield list(_openrouter_prices(entry, outputs)) if "image" in outputs else []


def _openrouter_prices(entry: Mapping[str, Any], outputs: list[str]) -> Iterator[ListedPrice]:
    costs, written = entry["pricing"], "text" if "text" in outputs else "image"
    for field, unit, mode, times in (
        ("image", Unit.IMAGE, "input image", Decimal(1)),
        ("prompt", Unit.INPUT_TOKENS, "text", _MILLION),
        ("input_cache_read", Unit.INPUT_TOKENS, "cached text", _MILLION),
        ("completion", Unit.OUTPUT_TOKENS, written, _MILLION),
        ("image_output", Unit.OUTPUT_TOKENS, "image", _MILLION),
    ):
        if field == "completion" and written == "image" and _amount(costs, "image_output"):
            continue  # image tokens have a price of their own, and the model writes no text
        if cost := _amount(costs, field):
            yield ListedPrice("openrouter", entry["id"], cost * times, unit, Condition(mode=mode))


def _amount(costs: Mapping[str, Any], field: str) -> Decimal:
    """The amount above zero that a field gives, or zero: the lists write 0 for what they have no price for."""
    # OpenRouter writes amounts as texts, and -1 where the price depends on the model that it chooses.
    value = costs.get(field)
    amount = Decimal(str(value)) if value is not None else Decimal(0)
    return max(amount, Decimal(0)) if amount.is_finite() else Decimal(0)


def _four_digits(amount: Decimal) -> Decimal:
    """Rounded to four significant digits: a price by the pixel is listed with no more."""
    return amount.quantize(Decimal(1).scaleb(amount.adjusted() - 3)).normalize()


_PARSERS: Mapping[ListKind, Callable[[Any], Iterator[list[ListedPrice]]]] = {
    ListKind.LITELLM: _litellm,
    ListKind.MODELS_DEV: _models_dev,
    ListKind.OPENROUTER: _openrouter,
}
"""From a list's JSON to the image prices of each of its entries; an entry that is not about images has none."""
