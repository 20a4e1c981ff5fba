"""What a reader must know before choosing a model that is on its way out or gone: since when, what instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.catalogue.fields import Source
from arena.catalogue.model_facts import GONE, Status
from arena.catalogue.records import Model
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.publish.pages.citations import Citation, cited

_FACTS = frozenset({"status", "deprecated", "shut_down", "replaced_by"})
"""The keys of a model's file that say what state it is in."""
_STATES = {
    Status.DEPRECATED: ", which is deprecated itself",
    Status.WITHDRAWN: ", which is shut down itself",
}


@dataclass(frozen=True, slots=True)
class Replacement:
    """A model to use instead, with the words before and after its name."""

    before: str
    model: ModelRef
    after: str


@dataclass(frozen=True, slots=True)
class StateNotice:
    """What stands at the top of the page of a model that is deprecated or shut down."""

    label: str
    text: str
    instead: tuple[Replacement, ...]
    sources: tuple[Citation, ...]

    @property
    def said(self) -> str:
        """All of it but the sources, as plain text."""
        named = (f"{each.before}{each.model.name}{each.after}" for each in self.instead)
        return " ".join([self.text, *named])


def state_notice(site: SiteData, model_id: str) -> StateNotice | None:
    """The notice of a model that is deprecated or shut down; None for any other."""
    model = site.model(model_id)
    if model.status not in GONE:
        return None
    instead = tuple(_instead(site, model_id))
    said = "" if instead else " We found no successor named by its maker."
    return StateNotice(
        label="Deprecated" if model.current else "Shut down",
        text=f"{shut_down_words(site, model_id) or deprecation_words(model)}{said}",
        instead=instead,
        sources=cited(_sources(model)),
    )


def shut_down_words(site: SiteData, model_id: str) -> str:
    """That its maker shut the model down, and when, as a sentence; empty for a model that is still there."""
    model = site.model(model_id)
    if model.current:
        return ""
    maker = site.maker(model_id).name
    said = f"{maker} shut it down on {wording.day(model.shut_down).text}." if model.shut_down else ""
    return said or f"{maker} no longer serves it; we found no date."


def deprecation_words(model: Model) -> str:
    """Since when a model is deprecated, and when it will be shut down, as a sentence."""
    since = f"deprecated since {wording.day(model.deprecated).text}" if model.deprecated else "deprecated"
    if model.shut_down:
        return f"It is {since} and will be shut down on {wording.day(model.shut_down).text}."
    return f"It is {since}; no day of its shutdown is known."


def _instead(site: SiteData, model_id: str) -> Iterator[Replacement]:
    """What its maker says to use instead; where that is on its way out too, what its maker says of that one as well."""
    seen, following = {model_id}, site.model(model_id).replaced_by
    before = "Use "
    while following and following not in seen and following in site.catalogue.models:
        seen.add(following)
        model = site.model(following)
        later = model.replaced_by
        goes_on = model.status in GONE and later and later not in seen and later in site.catalogue.models
        state = _STATES.get(model.status, "")
        yield Replacement(before, model_ref(site, following), f" instead{state}{':' if goes_on else '.'}")
        if not goes_on:
            return
        before, following = "then use ", later


def _sources(model: Model) -> list[Source]:
    """Those that vouch for the state; where none names it, those that vouch for the whole file."""
    named = [source for source in model.sources if _FACTS & set(source.facts)]
    return named or [source for source in model.sources if not source.facts]
