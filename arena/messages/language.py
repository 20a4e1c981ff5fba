"""One language of the interface: its translations, its numbers, and the direction in which it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from gettext import NullTranslations
from typing import Any

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent

from arena import wording

_INTEGER_END = re.compile(r"0(?:\.[0#]+)?")
"""In a CLDR pattern such as ``#,##0.###``: the last digit before the decimal point, with what is after it."""
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for the extraction of messages, where its language is not known yet."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence that is told once the reader's language is known: the English text with ``%(name)s`` in it.

    ``plural`` and ``number`` where it depends on a number, which is ``%(count)s``.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    plural: str = ""
    number: int = 0


def lazy_gettext(text: str, /, **values: Any) -> Message:
    """A sentence, and what its placeholders stand for. The name is known to the extraction of messages."""
    return Message(text, values)


def lazy_ngettext(one: str, many: str, number: int, /, **values: Any) -> Message:
    """A sentence that depends on a number, in the singular and in the plural; so is this name."""
    return Message(one, values, many, number)


@dataclass(frozen=True, eq=False)
class InterfaceLanguage:
    """The language that pages and answers are in. Every text is a format: ``%(name)s`` is a value, ``%%`` a per cent
    sign.
    """

    tag: str
    """BCP 47, for ``lang``."""
    own_name: str
    locale: Locale
    translations: NullTranslations
    draft: bool = False
    """Drafted by a machine, and not read by a native speaker yet."""

    @cached_property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, for ``dir``."""
        return str(self.locale.text_direction)

    @property
    def english(self) -> bool:
        return self.tag == "en"

    def gettext(self, text: str, /, **values: Any) -> str:
        """A text in this language."""
        return self.translations.gettext(text) % self._isolated(values)

    def ngettext(self, one: str, many: str, number: int, /, **values: Any) -> str:
        """A text that depends on a number, which ``%(count)s`` stands for."""
        text = self.translations.ngettext(one, many, number)
        return text % self._isolated({"count": self.whole(number), **values})

    def template(self, text: str, *names: str) -> str:
        """A text for a script, which puts values in the place of ``{name}``."""
        return self.gettext(text, **{name: f"{{{name}}}" for name in names})

    def plural_templates(self, one: str, many: str) -> dict[str, str]:
        """The same of a text that depends on a number: by CLDR's category, as ``Intl.PluralRules`` names it."""
        rule = self.locale.plural_form
        examples = {rule(number): number for number in (*range(100, -1, -1), 1_000_000)}
        texts = {
            category: self.translations.ngettext(one, many, number) for category, number in sorted(examples.items())
        }
        return {category: text % self._isolated({"count": "{count}"}) for category, text in texts.items()}

    def say(self, said: Message) -> str:
        """A sentence that was made before its language was known."""
        if said.plural:
            return self.ngettext(said.text, said.plural, said.number, **said.values)
        return self.gettext(said.text, **said.values)

    def name(self, text: str) -> str:
        """A name that a project gave: of an arena, a category. Its own message file may translate it."""
        return self.gettext(text.replace("%", "%%")) if text else text

    def language_name(self, tag: str, english: str) -> str:
        """What a language of prompts is called; ``english`` where that is not known."""
        return english if self.english else self.locale.languages.get(tag.replace("-", "_")) or self.name(english)

    def _isolated(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Names and numbers within a text that runs from right to left keep their own order (Unicode UAX 9)."""
        if self.direction == "ltr":
            return values
        return {
            name: f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}" if str(value) else value
            for name, value in values.items()
        }

    def number(self, value: float, digits: int = 2) -> str:
        """See ``wording.number``; elsewhere as CLDR has it, with a real minus sign, too."""
        if self.english:
            return wording.number(value, digits)
        rounded = round(value, digits) + 0.0  # never minus zero
        pattern = _with_digits(self.locale.decimal_formats[None].pattern, digits)
        return format_decimal(rounded, pattern, self.locale).replace("-", "−")

    def whole(self, value: int) -> str:
        """See ``wording.whole``."""
        return wording.whole(value) if self.english else format_decimal(value, locale=self.locale)

    def share(self, part: int, total: int, digits: int = 0) -> str:
        """See ``wording.share``."""
        if self.english or not total:
            return wording.share(part, total, digits)
        pattern = _with_digits(self.locale.percent_formats[None].pattern, digits)
        return format_percent(Decimal(part) / total, pattern, self.locale)

    def dollars(self, amount: Decimal) -> str:
        """See ``wording.dollars``, whose decimals it has."""
        text = wording.dollars(amount)
        if self.english:
            return text
        rounded = Decimal(text.lstrip("$").replace(",", ""))
        return format_currency(rounded, "USD", locale=self.locale, currency_digits=False, decimal_quantization=False)

    def record(self, wins: int, losses: int, ties: int) -> str:
        """Wins, losses and ties: 12–5–3."""
        return f"{self.whole(wins)}–{self.whole(losses)}–{self.whole(ties)}"


ENGLISH = InterfaceLanguage("en", "English", Locale("en"), NullTranslations())


def _with_digits(pattern: str, digits: int) -> str:
    """A CLDR pattern with exactly so many decimals."""
    return _INTEGER_END.sub("0." + "0" * digits if digits else "0", pattern, count=1)
