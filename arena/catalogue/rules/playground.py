"""The playground sends a reader's key: to an endpoint that is safe to send it to, and by a protocol that is known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import near, show
from arena.catalogue.layout import PROJECT_FILE, Kind, place, record_path
from arena.errors import CatalogueError
from arena.gateways import GATEWAYS

PROTOCOLS = tuple(name for name in GATEWAYS if name != "local")
_HOST = r"(?:https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?)"
_ORIGIN = re.compile(_HOST)
_ENDPOINT = re.compile(rf"{_HOST}(?:/[A-Za-z0-9._~/%-]*)?")


def check_playground(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """The endpoint is HTTPS or loopback, pictures come from whole hosts, and the provider's protocol is known."""
    playground = catalogue.project.playground
    if playground is None:
        return
    where = place(catalogue.folder, PROJECT_FILE, "playground")
    if not _ENDPOINT.fullmatch(playground.endpoint):
        yield CatalogueError(
            f"{show(playground.endpoint)} is no endpoint that a reader's key may be sent to",
            where=f"{where}.endpoint",
            hint="use https:// and a host, or http://127.0.0.1 to try it out, without user, query and fragment",
        )
    for origin in playground.pictures:
        if not _ORIGIN.fullmatch(origin):
            yield CatalogueError(
                f"{show(origin)} is no host for pictures",
                where=f"{where}.pictures",
                hint='write it like "https://cdn.example", without a path',
            )
    yield from _provider_findings(catalogue, playground.provider, f"{where}.provider")


def _provider_findings(catalogue: Catalogue, provider_id: str, where: str) -> Iterator[CatalogueError]:
    path = record_path(Kind.PROVIDER, provider_id)
    if path in catalogue.unread:
        return
    provider = catalogue.providers.get(provider_id)
    if provider is None:
        hint = near(provider_id, catalogue.providers) or f"add {place(catalogue.folder, path)}"
        yield CatalogueError(f"no file defines the provider {show(provider_id)}", where=where, hint=hint)
    elif provider.gateway not in PROTOCOLS:
        said = show(provider.gateway) if provider.gateway else "none"
        yield CatalogueError(
            f"the protocol of {provider_id} is {said}, which the playground does not speak",
            where=where,
            hint=f"set gateway in {place(catalogue.folder, path)} to one of: {', '.join(PROTOCOLS)}",
        )
