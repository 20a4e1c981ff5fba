"""API keys: read from an environment that is passed in, put into one header, and cut out of every text that is kept."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from urllib.parse import quote

from arena.catalogue.records import Access, Provider
from arena.errors import CollectError
from arena.gateways.protocol import AUTH

REDACTED = "[key]"
LONGEST_REASON = 300
"""Characters that are kept of a provider's error message."""
_SHORTEST_KEY = 6
"""A shorter value is no key, and would be cut out of ordinary words."""


class Secrets:
    """The keys that providers name, as the environment has them. ``repr`` shows names only."""

    def __init__(self, environment: Mapping[str, str], names: frozenset[str]) -> None:
        self._keys = {name: environment[name].strip() for name in sorted(names) if environment.get(name, "").strip()}
        spellings = {form for key in self._keys.values() if len(key) >= _SHORTEST_KEY for form in _spellings(key)}
        # Longest first: a spelling that contains another would otherwise leave a part of itself behind.
        longest_first = sorted(spellings, key=len, reverse=True)
        # Codes of errors are read in small letters, and a key in one of them would be a key all the same.
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if spellings else None

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self._keys)})"

    def has(self, access: Access) -> bool:
        """Whether a request can be made: the key is set, or none is needed."""
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

    def hide(self, text: str) -> str:
        """``text`` without any key, however the key is spelt in it."""
        return self._pattern.sub(REDACTED, text) if self._pattern else text

    def redact(self, text: str) -> str:
        """``text`` as one short line without any key."""
        line = self.hide(" ".join("".join(letter if letter.isprintable() else " " for letter in text).split()))
        return line if len(line) <= LONGEST_REASON else f"{line[: LONGEST_REASON - 1]}…"


def key_names(providers: Mapping[str, Provider]) -> frozenset[str]:
    """The environment variables that providers name."""
    return frozenset(provider.access.key for provider in providers.values() if provider.access.key)


def _spellings(key: str) -> set[str]:
    """The key as it is, in a URL, and in base64: error messages quote requests in all of these."""
    basic = base64.b64encode(key.encode()).decode()
    return {key, quote(key, safe=""), quote(key), basic, basic.rstrip("=")}
