"""Translated texts in Jinja2 templates: ``{% trans %}...{% endtrans %}``, and ``_("...")`` within an expression.

A block without a plural is replaced in the template's source, before Jinja2 reads it. So a page costs the same in every
language, and in English it is, byte for byte, what stands in the template.
"""

from __future__ import annotations

import re
from functools import partial

from jinja2 import Environment
from jinja2.ext import Extension

from arena.messages.checking import PLACEHOLDER
from arena.messages.language import FIRST_STRONG_ISOLATE, POP_ISOLATE, InterfaceLanguage

_BLOCK = re.compile(r"\{%\s*trans\s*%\}(.*?)\{%\s*endtrans\s*%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_BREAK = re.compile(r"\s*\n\s*")


class TranslatedBlocks(Extension):
    """Puts the text of ``environment.language`` in the place of each block; what it does not know is left to Jinja2."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """The source with its texts in the environment's language."""
        language: InterfaceLanguage = self.environment.language  # pyrefly: ignore[missing-attribute]
        return _BLOCK.sub(partial(_translated, language), source)


def translate_templates(environment: Environment, language: InterfaceLanguage) -> Environment:
    """Let an environment's templates speak a language; the extensions have to come before any template is loaded."""
    environment.extend(language=language)
    environment.add_extension(TranslatedBlocks)
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    texts = language.translations
    environment.install_gettext_callables(texts.gettext, texts.ngettext, newstyle=True)  # pyrefly: ignore[missing-attribute]
    return environment


def block_text(body: str) -> str:
    """The English text of a block as message files have it: what Jinja2's own extraction makes of it."""
    return _VALUE.sub(r"%(\1)s", _BREAK.sub(" ", body.strip()).replace("%", "%%"))


def _translated(language: InterfaceLanguage, found: re.Match[str]) -> str:
    body = found[1]
    if "{%" in body or "{#" in body:  # a plural, or what Jinja2 has to refuse
        return found[0]
    text = block_text(body)
    translation = language.translations.gettext(text)
    if translation == text:
        return body.strip()
    first, last = (FIRST_STRONG_ISOLATE, POP_ISOLATE) if language.direction == "rtl" else ("", "")
    return PLACEHOLDER.sub(lambda mark: f"{first}{{{{ {mark[1]} }}}}{last}" if mark[1] else "%", translation)
