"""How a key goes along with a request, by the name that ``access.auth`` in provider.toml gives."""

from __future__ import annotations

from collections.abc import Mapping

AUTH: Mapping[str, tuple[str, str]] = {
    "bearer": ("Authorization", "Bearer "),
    "key": ("Authorization", "Key "),
    "x-api-key": ("x-api-key", ""),
    "x-goog-api-key": ("x-goog-api-key", ""),
}
"""The header, and what stands in it before the key; ``none`` has neither."""
