"""API keys: read from an environment that is handed in, put into one header, and cut out of every text that is kept."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote

from arena.catalogue.records import Access, Provider
from arena.errors import CollectError
from arena.gateways.protocol import AUTH

HIDDEN = "[key]"
LONGEST_REASON = 300
_SHORTEST = 6
"""A shorter value is no key, and would be found everywhere."""


class Secrets:
    """The keys of an environment that providers name. Its text is never one of them."""

    def __init__(self, environment: Mapping[str, str], names: frozenset[str]) -> None:
        self._keys = {name: environment[name].strip() for name in sorted(names) if environment.get(name, "").strip()}
        spellings = {form for key in self._keys.values() if len(key) >= _SHORTEST for form in _spellings(key)}
        self._spellings = sorted(spellings, key=len, reverse=True)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self._keys)})"

    def has(self, access: Access) -> bool:
        """Whether a request can be made: there is a key, or none is needed."""
        return access.auth == "none" or access.key in self._keys

    def headers(self, provider_id: str, access: Access) -> dict[str, str]:
        """The header that carries the key. Raises ``CollectError`` where the environment has none."""
        if access.auth == "none":
            return {}
        if access.key is None or access.key not in self._keys:
            name = access.key or "the variable that access.key names"
            raise CollectError("no key", where=f"provider {provider_id}", hint=f"set {name} in the environment")
        key = self._keys[access.key]
        if not (key.isascii() and key.isprintable()):
            raise CollectError("the key is not plain text", where=f"provider {provider_id}", hint=f"mend {access.key}")
        header, scheme = AUTH[access.auth]
        return {header: scheme + key}

    def clean(self, text: str) -> str:
        """One short line of ``text`` without any key, however it is spelt."""
        line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
        for spelling in self._spellings:
            line = line.replace(spelling, HIDDEN)
        return line if len(line) <= LONGEST_REASON else f"{line[: LONGEST_REASON - 1]}…"


def _spellings(key: str) -> set[str]:
    basic = base64.b64encode(key.encode()).decode()
    return {key, quote(key, safe=""), quote(key), basic, basic.rstrip("=")}


def key_names(providers: Mapping[str, Provider]) -> frozenset[str]:
    """The environment variables that providers name."""
    return frozenset(provider.access.key for provider in providers.values() if provider.access.key)
