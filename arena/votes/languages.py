"""What others call a language, and which language of a project that is.

Names in English and in the languages themselves, and BCP 47 tags, are known from Unicode's CLDR and the IANA registry,
which the packages langcodes and language_data hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# ruff: noqa: PLC0415 - few files have a language that no project lists, and the tables of names are 24 MB

NO_LANGUAGE = frozenset({"", "und", "unknown", "un", "none", "null", "nan", "n/a", "mul", "mis", "zxx"})
"""What files write where the language was not found out, in lower case."""
TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
CLOSE_DISTANCE = 1
"""Between tags by CLDR's table: one language under two codes, as Norwegian (no) and Norwegian Bokmål (nb)."""


@dataclass(frozen=True, slots=True)
class LanguageNames:
    """A language as an entry of ``[[languages]]`` has it."""

    tag: str
    name: str
    own_name: str


@lru_cache(maxsize=4096)
def tag_of(name: str) -> str:
    """The BCP 47 tag of a language by its tag, or its name in English or any other language; empty where it is none."""
    from langcodes import Language, standardize_tag, tag_is_valid

    text = name.strip()
    if text.casefold() in NO_LANGUAGE:
        return ""
    if TAG.fullmatch(text) and tag_is_valid(text):
        return str(standardize_tag(text.replace("_", "-"), macro=True))
    for language in ("en", "und"):  # a name in English first: elsewhere it may be another language's
        if _is_name(text, language):
            return str(standardize_tag(Language.find(text, language).to_tag(), macro=True))
    return ""


def _is_name(text: str, language: str) -> bool:
    """Whether a language is called exactly so; looking it up takes the beginning of a longer word, too."""
    from language_data import names

    try:
        names.name_to_code("language", text, language)
    except (OSError, RuntimeError):
        return False
    return names.normalize_name(text) in names.TRIES[f"{language}/name_to_language"]


def tag_or_name(name: str) -> str:
    """The tag of a language that goes by its name; what is written like a tag, or is no language, stays as it is."""
    return name if TAG.fullmatch(name) else tag_of(name) or name


def project_language(name: str, ids: Iterable[str]) -> str:
    """Which of a project's languages this is; empty where it is none of them.

    As in RFC 4647: the tag itself, or what is left of it when subtags are taken off its end, so ``en-US`` is ``en``. A
    language without a region or script is the project's only variety of it.
    """
    known = list(ids)
    if name in known:
        return name
    tag = tag_of(name)
    if not tag:
        return ""
    by_tag = {(tag_of(language) or language).lower(): language for language in known}
    parts = tag.lower().split("-")
    for length in range(len(parts), 0, -1):
        language = by_tag.get("-".join(parts[:length]))
        if language:
            return language
    varieties = [language for key, language in by_tag.items() if key.startswith(f"{parts[0]}-")]
    if len(parts) == 1 and len(varieties) == 1:
        return varieties[0]
    return _close(tag, by_tag)


def _close(tag: str, by_tag: dict[str, str]) -> str:
    from langcodes import tag_distance

    return next((language for key, language in by_tag.items() if tag_distance(tag, key) <= CLOSE_DISTANCE), "")


def names_of(tag: str) -> LanguageNames:
    """What a language is called in English and in itself."""
    from langcodes import Language

    language = Language.get(tag)
    return LanguageNames(tag, language.display_name("en"), language.autonym())
