"""What the records of the catalogue are made of: kinds of values, and the small tables that many files have."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

Direction = Literal["ltr", "rtl"]
_STRONG: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}
"""By bidirectional class (Unicode Standard Annex 9): the classes of letters; digits and signs have others."""


def direction_of(text: str) -> Direction | None:
    """The direction of most letters of the text, left to right among equals; None where no letter has one."""
    letters = Counter(_STRONG.get(unicodedata.bidirectional(character)) for character in text)
    del letters[None]
    if not letters:
        return None
    return "rtl" if letters["rtl"] > letters["ltr"] else "ltr"


SLUG = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
Slug = Annotated[str, StringConstraints(pattern=rf"^{SLUG}$")]
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def _printable(text: str) -> str:
    """Refuse what no XML document may hold (XML 1.0, 2.2): the stories become a feed."""
    if match := _UNPRINTABLE.search(text):
        raise ValueError(f"holds the control character U+{ord(match[0]):04X}, which no page can show")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)]
MAX_NAME_LETTERS = 120
"""Of a name or title: what is longer is a text, or two entries in one."""
_TURNS_TEXT = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates (Unicode Standard Annex 9): what stands behind them on a page runs backwards."""
_INVISIBLE = "\u115f\u1160\u2800\u3164\uffa0"
"""Fillers that Unicode counts among letters and signs, and that leave no mark."""


def _readable(name: str) -> str:
    """Refuse a name that takes more than a line, turns the text around it, or cannot be seen."""
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in name):
        raise ValueError("has a line break or tab in it; a name is one line")
    if match := _TURNS_TEXT.search(name):
        raise ValueError(f"holds U+{ord(match[0]):04X}, which turns the direction of the text")
    if not any(unicodedata.category(character)[0] in "LNPS" and character not in _INVISIBLE for character in name):
        raise ValueError("has no letter that can be seen")
    return name


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME_LETTERS),
    AfterValidator(_printable),
    AfterValidator(_readable),
]
"""What readers see as a name, and what others call a model: one line that can be read."""


def _without_user(url: str) -> str:
    """Refuse an address with a user's name or password, which every page would show."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(f"is no web address: {error}") from error
    if "@" in parts.netloc:
        raise ValueError("has user information before the host; write it without")
    return url


EngineAddress = Annotated[str, StringConstraints(pattern=r"^(duckdb|polars|datafusion)://$|^spark://[^#@?\s]*$")]

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$"), AfterValidator(_without_user)]
ModelId = Annotated[str, StringConstraints(pattern=rf"^{SLUG}/{SLUG}$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$")]


def _unquoted(value: object, info: ValidationInfo) -> object:
    """Refuse a number in quotes; JSON has no decimals, so there they come as text."""
    if isinstance(value, str) and info.mode != "json":
        raise PydanticCustomError("decimal_type", "must be a number without quotes")
    return value


Day = Annotated[date, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[Decimal, BeforeValidator(_unquoted)]
Count = Annotated[int, Field(gt=0, strict=True)]
CountFromZero = Annotated[int, Field(ge=0)]
Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Record(BaseModel):
    """Strict and frozen: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def json_line(self) -> str:
        """As a line of a file that has one JSON object a line; keys with their default are left out."""
        return json.dumps(self.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)


class Source(Record):
    """Where facts were read and when; ``facts`` names the keys it vouches for, empty meaning the whole file."""

    name: Text
    read: Day
    url: Url | None = None
    facts: tuple[Text, ...] = ()


class Named(Record):
    """An id with the name that people read, as listed in arena.toml."""

    id: Slug
    name: Name


class Category(Named):
    """A kind of prompts."""

    former_ids: tuple[Slug, ...] = ()
    """What it was called in votes that were cast already: they count for it."""


class Language(Record):
    """A language of prompts: BCP 47 code, its English name, its own name, and the direction it is written in."""

    id: LanguageCode
    name: Name
    own_name: Name
    former_ids: tuple[LanguageCode, ...] = ()
    """The codes that it had in votes that were cast already: they count for it."""
    direction: Direction = Field(default_factory=lambda given: direction_of(given.get("own_name", "")) or "ltr")
    """Where it is not stated, that of the letters of ``own_name``."""
