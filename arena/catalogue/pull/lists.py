"""The three public price lists as rows of one kind.

Amounts are read as decimals, never as floats, and rounded to what a list can mean. An entry that cannot be read costs
itself alone: it is named, with its reason, and the others count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from arena import wording
from arena.catalogue.error_messages import show
from arena.catalogue.records import Condition, Unit
from arena.catalogue.rules.text_models import MIN_IMAGE_TOKEN_PRICE
from arena.errors import CatalogueError

_MILLION = Decimal(1_000_000)
_SIGNIFICANT_DIGITS = 12
"""What a list can mean: programs that reckon with floats leave noise in the 16th digit (0.19999999999999998)."""
_DIGITS_BY_THE_PIXEL = 4
"""Prices by the pixel are listed rounded, so what is computed from one means no more digits than these."""
_AMOUNTS = Decimal("1e-15"), Decimal(1_000_000)
_IMAGE_AMOUNTS = Decimal("0.0005"), Decimal("0.2")
"""USD. What a list gives as a price of 1M tokens and lies in this range is the price of one image where nothing else
fits: text costs more by the million, and only few images do."""
_LEAST_INPUT_IMAGE = Decimal("0.00005")
"""USD. OpenRouter's ``image`` is the price of an input image; below this it is that of one of its tokens."""

_SIZE = re.compile(r"([1-9][0-9]{0,4})-x-([1-9][0-9]{0,4})\Z")
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
_IMAGE_TOKENS_OUT = (Unit.OUTPUT_TOKENS, "image")
_IN_WORDS = re.compile(
    r"\$([0-9]{0,4}\.?[0-9]{1,8}) ?(?:USD )?(?:per|/|an|each|for each|for one) ?(?:generated |output )?image\b"
)


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
    cannot be taken as it stands, empty for one that can; ``note`` how it was read where the list writes it otherwise.
    """

    provider: str
    model: str
    amount: Decimal
    unit: Unit
    condition: Condition
    rounded: bool = False
    unclear: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OddEntry:
    """An entry that cannot be read, and why; it has no price here."""

    provider: str
    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """A list's prices of image models, its entries that cannot be read, and how many are not about image models."""

    kind: ListKind
    prices: tuple[ListedPrice, ...]
    odd: tuple[OddEntry, ...]
    passed_over: int


class _UnreadableError(Exception):
    """What is odd about an entry."""


_Entry = tuple[str, str, Any]
"""Provider, model and what the list says of the two."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a list is read: ``entries`` raises what a wrong shape raises, ``prices`` _UnreadableError for its entry."""

    entries: Callable[[Any], Iterator[_Entry]]
    prices: Callable[[str, str, Any], Iterator[ListedPrice]]


def parse_price_list(kind: ListKind, content: bytes, where: str) -> PriceList:
    """Parse a list; raises CatalogueError for what is not JSON, not of the list's shape, or without a price."""
    hint = f"it should be a copy of {LISTS[kind].url}"
    try:
        parsed = json.loads(content, parse_float=_number, parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise CatalogueError("is not JSON", where=where, hint=hint) from error
    prices: list[ListedPrice] = []
    odd: list[OddEntry] = []
    passed_over = 0
    shape = _SHAPES[kind]
    try:
        for provider, model, entry in shape.entries(parsed):
            try:
                found = list(shape.prices(provider, model, entry))
            except _UnreadableError as error:
                odd.append(OddEntry(provider, model, str(error)))
                continue
            prices.extend(found)
            passed_over += not found
    except (AttributeError, KeyError, TypeError) as error:
        raise CatalogueError(f"is not a price list of {LISTS[kind].name}", where=where, hint=hint) from error
    if not prices:
        said = f": {show(odd[0].model)}: {odd[0].reason}" if odd else ""
        raise CatalogueError(f"lists no price of an image model{said}", where=where, hint=hint)
    return PriceList(kind, tuple(prices), tuple(odd), passed_over)


def _litellm_entries(parsed: Any) -> Iterator[_Entry]:
    for key, entry in parsed.items():
        if key != "sample_spec":  # explains the fields of an entry; no model
            provider = str(entry.get("litellm_provider", "")) if isinstance(entry, Mapping) else ""
            yield provider, key, entry


def _litellm_prices(provider: str, key: str, entry: Any) -> Iterator[ListedPrice]:
    """The image prices of an entry, whose key holds the model's id: see ``_litellm_id``."""
    costs = _table(entry, "it")
    image_model = str(costs.get("mode", "")).startswith("image_")
    if not image_model and not _IMAGE_FIELDS & costs.keys():
        return
    model, quality, size, unclear = _litellm_id(key, provider)
    condition = Condition(quality=quality, size=size)
    by_image = list(_litellm_by_image(costs, size))
    for price in (*by_image, *_litellm_by_token(costs, by_image, image_model=image_model)):
        under = condition.model_copy(update={"mode": price.condition.mode})
        yield replace(price, provider=provider, model=model, condition=under, unclear=unclear or price.unclear)


def _litellm_by_image(costs: Mapping[str, Any], size: str | None) -> Iterator[ListedPrice]:
    """The prices by the image or pixel; of the condition, only the mode is theirs."""
    put_in, made = _amount(costs, "input_cost_per_image"), _amount(costs, "output_cost_per_image")
    pixel = _amount(costs, "output_cost_per_pixel") or _amount(costs, "input_cost_per_pixel")
    if made or put_in:
        # Entries that give one of the two mean the image that is made, whichever of the names they have for it.
        yield _price(made or put_in, Unit.IMAGE)
        if made and put_in:
            yield _price(put_in, Unit.IMAGE, "input image")
    elif pixel and size:
        width, height = size.split("x")
        yield _price(_rounded(pixel * int(width) * int(height), _DIGITS_BY_THE_PIXEL), Unit.IMAGE, rounded=True)
    if pixel and not size:
        yield _price(_rounded(pixel * _MILLION, _DIGITS_BY_THE_PIXEL), Unit.MEGAPIXEL, rounded=True)


def _litellm_by_token(
    costs: Mapping[str, Any], by_image: list[ListedPrice], *, image_model: bool
) -> Iterator[ListedPrice]:
    tokens = {
        what: _rounded(cost * _MILLION, _SIGNIFICANT_DIGITS)
        for field, what in _LITELLM_TOKENS.items()
        if (cost := _amount(costs, field))
    }
    why = ""
    if image_model and _IMAGE_TOKENS_OUT not in tokens:
        by_token = set(tokens.values())
        amount, why = _image_as_tokens(by_token), _no_token_price(by_token)
        if amount and not by_image:
            yield _price(amount, Unit.IMAGE, note=_said_as_tokens(amount))
        if amount and all(price.amount == amount for price in by_image[:1]):
            return  # the price of the image, and none of tokens
    for (unit, mode), amount in tokens.items():
        yield _price(amount, unit, mode, why=why)


def _price(
    amount: Decimal, unit: Unit, mode: str | None = None, *, rounded: bool = False, why: str = "", note: str = ""
) -> ListedPrice:
    """A price whose provider and model are filled in later."""
    return ListedPrice("", "", amount, unit, Condition(mode=mode), rounded, why, note)


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


def _models_dev_entries(parsed: Any) -> Iterator[_Entry]:
    for provider, offered in parsed.items():
        models = offered.get("models") if isinstance(offered, Mapping) else None
        if not isinstance(models, Mapping):
            yield provider, "", offered
            continue
        for model, entry in models.items():
            yield provider, model, entry


def _models_dev_prices(provider: str, model: str, entry: Any) -> Iterator[ListedPrice]:
    for price in _models_dev_costs(model, entry):
        yield replace(price, provider=provider, model=model)


def _models_dev_costs(model: str, entry: Any) -> Iterator[ListedPrice]:
    if not model:
        raise _UnreadableError("the provider has no table of models")
    outputs = _outputs(_table(entry, "it"), "modalities", "output")
    if "image" not in outputs:
        return
    costs = _table(entry.get("cost", {}), "its cost")

    paid_in, cached, paid_out = (_amount(costs, field) for field in ("input", "cache_read", "output"))
    mixed, why = "", ""
    if outputs != ["image"]:
        mixed = "the list does not say whether it is for tokens of text or of images"
    elif not paid_out or paid_out < MIN_IMAGE_TOKEN_PRICE:
        # The list has no field for a price by the image: it stands in those for tokens, or in the description.
        if amount := _image_as_tokens({cost for cost in (paid_in, paid_out) if cost}):
            yield _price(amount, Unit.IMAGE, note=_said_as_tokens(amount))
            return
        if amount := _in_words(entry.get("description")):
            yield _price(amount, Unit.IMAGE, note="From the description of the model on the list.")
        why = _no_token_price({paid_out} if paid_out else set())
    for amount, unit, mode, reason in (
        (paid_in, Unit.INPUT_TOKENS, "text", why),
        (cached, Unit.INPUT_TOKENS, "cached text", why),
        (paid_out, Unit.OUTPUT_TOKENS, "image", mixed or why),
    ):
        if amount:
            yield _price(amount, unit, mode, why=reason)


def _in_words(description: Any) -> Decimal:
    """The one price by the image that a description names; zero where it names none or several."""
    named = set(_IN_WORDS.findall(description)) if isinstance(description, str) else set()
    return Decimal(named.pop()) if len(named) == 1 else Decimal(0)


def _openrouter_entries(parsed: Any) -> Iterator[_Entry]:
    if not isinstance(parsed["data"], list):
        raise TypeError
    for entry in parsed["data"]:
        yield "openrouter", str(entry.get("id", "")) if isinstance(entry, Mapping) else "", entry


def _openrouter_prices(provider: str, model: str, entry: Any) -> Iterator[ListedPrice]:
    outputs = _outputs(_table(entry, "it"), "architecture", "output_modalities")
    if "image" not in outputs:
        return
    if not model:
        raise _UnreadableError("it has no id")
    costs, written = _table(entry.get("pricing"), "its pricing"), "text" if "text" in outputs else "image"
    # A model that chooses another one has -1: the price depends on which.
    depends = [field for field, value in costs.items() if str(value) == "-1"]
    costs = {field: value for field, value in costs.items() if field not in depends}
    found = False
    for field, unit, mode, times in (
        ("image", Unit.IMAGE, "input image", Decimal(1)),
        ("prompt", Unit.INPUT_TOKENS, "text", _MILLION),
        ("input_cache_read", Unit.INPUT_TOKENS, "cached text", _MILLION),
        ("completion", Unit.OUTPUT_TOKENS, written, _MILLION),
        ("image_output", Unit.OUTPUT_TOKENS, "image", _MILLION),
    ):
        cost = _amount(costs, field)
        if field == "completion" and written == "image" and _amount(costs, "image_output"):
            continue  # image tokens have a price of their own, and the model writes no text
        if field == "image" and cost < _LEAST_INPUT_IMAGE:
            unit, mode, times = Unit.INPUT_TOKENS, "image", _MILLION  # noqa: PLW2901 - the row says otherwise
        if cost:
            found = True
            yield ListedPrice(provider, model, _rounded(cost * times, _SIGNIFICANT_DIGITS), unit, Condition(mode=mode))
    if depends and not found:
        raise _UnreadableError(f"{depends[0]} is negative: the price depends on the model that it chooses")


def _table(value: Any, name: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    raise _UnreadableError(f"{name} is {_said(value)}, not a table")


def _outputs(entry: Mapping[str, Any], table: str, field: str) -> list[Any]:
    """What a model returns; nothing where the entry leaves it out."""
    outputs = _table(entry.get(table, {}), f"its {table}").get(field, [])
    if isinstance(outputs, list):
        return outputs
    raise _UnreadableError(f"{field} is {_said(outputs)}, not a list")


def _amount(costs: Mapping[str, Any], field: str) -> Decimal:
    """The amount that a field gives, or zero: the lists write 0, null or nothing for what they have no price for."""
    value = costs.get(field)
    if value is None:
        return Decimal(0)
    amount = _number(value) if isinstance(value, str) else value  # OpenRouter writes amounts as texts
    if not isinstance(amount, Decimal):
        raise _UnreadableError(f"{field} is {_said(value)}, not an amount")
    if amount < 0:
        raise _UnreadableError(f"{field} is negative: {_said(value)}")
    return _rounded(amount, _SIGNIFICANT_DIGITS) if amount else Decimal(0)


def _number(text: str) -> Decimal | str:
    try:
        number = Decimal(text)
        return number if not number or _AMOUNTS[0] <= number.copy_abs() <= _AMOUNTS[1] else text
    except InvalidOperation:  # also what is too large for any decimal
        return text


def _said(value: Any) -> str:
    return "null" if value is None else show(value)


def _rounded(amount: Decimal, digits: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(amount.adjusted() - digits + 1)).normalize()


def _image_as_tokens(by_token: set[Decimal]) -> Decimal:
    """The price of one image that is listed as that of 1M tokens (``input_cost_per_token: 4e-08``); zero for others."""
    amount = next(iter(by_token)) if len(by_token) == 1 else Decimal(0)
    return amount if _IMAGE_AMOUNTS[0] <= amount < _IMAGE_AMOUNTS[1] else Decimal(0)


def _said_as_tokens(amount: Decimal) -> str:
    return f"The list gives {wording.exact(amount)} USD for 1M tokens, which can only be meant for one image."


def _no_token_price(by_token: set[Decimal]) -> str:
    """Why prices of 1M tokens are left out: as cheap as text or cheaper, and no price of an image either."""
    least = min((amount for amount in by_token if amount < MIN_IMAGE_TOKEN_PRICE), default=None)
    if least is None or max(by_token) >= MIN_IMAGE_TOKEN_PRICE:
        return ""
    return f"{wording.exact(least)} USD for 1M tokens is too little for image tokens, and may be the price of an image"


_SHAPES: Mapping[ListKind, _Shape] = {
    ListKind.LITELLM: _Shape(_litellm_entries, _litellm_prices),
    ListKind.MODELS_DEV: _Shape(_models_dev_entries, _models_dev_prices),
    ListKind.OPENROUTER: _Shape(_openrouter_entries, _openrouter_prices),
}
