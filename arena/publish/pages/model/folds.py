"""The sections of a model's page: all but the pictures are folded, under a head that says the gist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arena import wording
from arena.publish.content.site_data import SiteData
from arena.publish.pages.citations import Citation
from arena.publish.pages.model.capabilities import CapabilityTable
from arena.publish.pages.model.code import Code
from arena.publish.pages.model.facts import BenchmarkRow
from arena.publish.pages.model.performance import Performance
from arena.publish.pages.model.similar import SimilarModel
from arena.publish.pages.model.terms import TermsAnswer
from arena.publish.pages.model.verdict import ArenaRank

SHORT = 28
"""Characters of a capability that a head has room for."""
NAMED = 3
"""Providers, models or capabilities that a head names; it counts the others."""
LABELS = {
    "performance": "By category and language",
    "prices": "Providers and prices",
    "api": "API",
    "rankings": "Rankings",
    "capabilities": "What it can do",
    "licence": "Licence and terms",
    "similar": "Similar models",
    "reasons": "Why people preferred it",
    "quality": "Quality over time",
    "benchmarks": "Benchmarks elsewhere",
    "alike": "Models like it",
    "facts": "Facts",
    "faq": "FAQ",
    "stories": "Stories",
    "sources": "Sources",
    "cite": "Cite and embed",
}
"""By the id of the section, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Fold:
    """The head of a folded section."""

    label: str
    gist: str


def folds_of(gists: Mapping[str, str]) -> dict[str, Fold]:
    """The heads of the sections that have a gist, in the order of the page; those without are not on the page."""
    return {name: Fold(label, wording.sentence(gists[name])) for name, label in LABELS.items() if name in gists}


def api_gist(code: Code) -> str:
    """The programming languages and the providers; that it is a generic example, or that there is none."""
    if not code.providers:
        return "shut down: no code"
    languages = wording.listing([each.label for each in code.languages])
    named = [each.name for each in code.providers if each.path]
    return f"{languages} for {some(named)}" if named else f"a generic example in {languages}"


def ranks_gist(ranks: Sequence[ArenaRank], site: SiteData) -> str:
    """``#21 of 44 in text to image``, arena by arena."""
    said = [f"#{each.rank} of {each.size} in {wording.in_sentence(each.arena)}" for each in ranks]
    return f"{site.demo(*(each.id for each in ranks))}{wording.listing(said)}" if said else "not ranked yet"


def performance_gist(performances: Sequence[Performance]) -> str:
    """Where it is placed best and least well, in the first arena."""
    return performances[0].placed if performances else "not ranked yet"


def capabilities_gist(table: CapabilityTable) -> str:
    """Some of what is stated, in short."""
    short = [f"{row.label.lower()}: {row.value.lower()}" for row in table.rows if len(row.value) <= SHORT]
    if not table.rows:
        return "not known"
    said = ", ".join(short[:NAMED])
    return said or wording.count(len(table.rows), "capability", "capabilities")


def licence_gist(terms: Sequence[TermsAnswer]) -> str:
    """The answers alone: ``commercial use of weights: no; of outputs: yes``."""
    weights, outputs = terms
    return f"commercial use of outputs: {outputs.answer.lower()}; of weights: {weights.answer.lower()}"


def benchmarks_gist(rows: Sequence[BenchmarkRow]) -> str:
    """Ranks that others publish, else how many values."""
    ranked = [f"{row.rank} in {row.name}" for row in rows if row.rank != wording.NOTHING]
    if ranked:
        return some(ranked)
    return wording.count(len(rows), "published value") if rows else "none found"


def alike_gist(models: Sequence[SimilarModel]) -> str:
    """The closest by name."""
    return some([each.model.name for each in models]) if models else "no rank, so none is close"


def sources_gist(sources: Sequence[Citation]) -> str:
    """How many, and when one was last read."""
    if not sources:
        return "none"
    last = max(sources, key=lambda source: source.read.iso)
    return f"{wording.count(len(sources), 'source')}, last read {last.read.text}"


def some(names: Sequence[str]) -> str:
    """The first names, and how many others there are."""
    more = len(names) - NAMED
    if more < 2:
        return wording.listing(names)
    return f"{', '.join(names[:NAMED])} and {wording.whole(more)} others"
