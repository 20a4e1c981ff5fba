"""What pages ask of a site again and again, such as how a model is named, is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from arena.catalogue.reads import RecordedMapping

Site = TypeVar("Site", bound=Any)
"""``SiteData``, or a part of it, whose methods this is for as well."""
Asked = ParamSpec("Asked")
Said = TypeVar("Said")


def once(ask: Callable[Concatenate[Site, Asked], Said]) -> Callable[Concatenate[Site, Asked], Said]:
    """Let a function of a site work out each answer once: it is kept with the site, and must not be changed.

    To be told a kept answer counts as reading the facts that it was made of (``arena.catalogue.reads``).
    """
    name = f"{ask.__module__}.{ask.__qualname__}"

    @wraps(ask)
    def answer(site: Site, /, *asked: Asked.args, **named: Asked.kwargs) -> Said:
        kept: dict[Any, tuple[Said, frozenset[str]]] = site.__dict__.setdefault(name, {})
        question = (*asked, *named.items()) if named else asked
        offers = site.catalogue.offers
        reads = offers.reads if isinstance(offers, RecordedMapping) else None
        if (found := kept.get(question)) is None:
            if reads is None:
                found = ask(site, *asked, **named), frozenset()
            else:
                with reads.recorded() as facts:
                    said = ask(site, *asked, **named)
                found = said, frozenset(facts)
            kept[question] = found
        if reads is not None:
            for fact in found[1]:
                reads.add(fact)
        return found[0]

    return answer
