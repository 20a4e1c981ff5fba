"""A price list from a saved file, or from where it is published."""

from __future__ import annotations

from pathlib import Path

import httpx

from arena.catalogue.error_messages import near, show
from arena.catalogue.parsing import read_bytes
from arena.catalogue.pull.lists import LISTS, ListKind, PriceList, parse_price_list
from arena.errors import CatalogueError

TIMEOUT = 30.0
"""Seconds to wait for a server to say something."""
_MAX_BYTES = 64 * 1024 * 1024


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
    parts: list[bytes] = []
    size = 0
    # Counted while it arrives: a server may leave its length out, or send more than it says.
    for part in response.iter_bytes():
        size += len(part)
        if size > _MAX_BYTES:
            raise CatalogueError("is larger than any price list", where=url, hint="check the address")
        parts.append(part)
    return b"".join(parts)
