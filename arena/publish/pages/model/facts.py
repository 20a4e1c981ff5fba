"""What the catalogue knows of a model: facts, where sources disagree, benchmarks from elsewhere, licence and terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.catalogue.model_facts import Benchmark, CommercialUse, Conflict, Status
from arena.catalogue.records import Model
from arena.publish import paths
from arena.publish.content.model_refs import commercial_use_in_brief
from arena.publish.content.site_data import SiteData

STATUS_WORDS = {
    Status.ACTIVE: "Available",
    Status.PREVIEW: "Preview",
    Status.DEPRECATED: "Deprecated",
    Status.WITHDRAWN: "Withdrawn",
}
NOT_KNOWN = "Unknown: no source we read tells it"


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the facts. ``path`` leads to a page of the site, empty where there is none."""

    label: str
    value: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Another value than the one shown, with who gives it."""

    fact: str
    value: str
    source: str
    read: wording.Day
    note: str


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """A value that somebody else published."""

    name: str
    slice: str
    value: str
    interval: str
    unit: str
    source: str
    url: str
    read: wording.Day


@dataclass(frozen=True, slots=True)
class Licence:
    """Licence of the weights and terms of output use: two things, each with its own words."""

    weights: str
    weights_url: str
    weights_text: str
    use: str
    use_url: str
    use_text: str


def task_words(model: Model) -> str:
    """``generation``, ``editing`` or ``generation and editing``, by what the model can be asked for."""
    tasks = {"text-to-image": "generation", "image-editing": "editing"}
    known = [word for arena, word in tasks.items() if arena in model.arenas]
    return wording.listing(known) or "generation"


def title_line(site: SiteData, model_id: str) -> str:
    """GPT Image 2 is an image generation and editing model by OpenAI, released in April 2026."""
    model = site.model(model_id)
    released = f"released in {wording.month(model.released)}" if model.released else "release date unknown"
    return f"{model.name} is an image {task_words(model)} model by {site.maker(model_id).name}, {released}."


def facts_of(site: SiteData, model_id: str) -> tuple[Fact, ...]:
    """The rows of the fact list; what is unknown says so."""
    return tuple(_facts(site, model_id))


def _facts(site: SiteData, model_id: str) -> Iterator[Fact]:
    model = site.model(model_id)
    yield Fact("Made by", site.maker(model_id).name, paths.organization_path(model_id.partition("/")[0]))
    yield Fact("Released", wording.day(model.released).text if model.released else NOT_KNOWN)
    yield Fact("Status", STATUS_WORDS[model.status])
    yield Fact("Competes in", _tasks(site, model) or "No arena")
    yield Fact("Takes", wording.sentence(wording.listing(_plural(model.inputs))))
    yield Fact("Returns", wording.sentence(wording.listing(_plural(model.outputs))))
    yield Fact("Largest image", wording.dimensions(model.max_resolution or NOT_KNOWN))
    yield Fact("API model id", model.api_id or NOT_KNOWN)
    if model.aliases:
        yield Fact("Also called", ", ".join(model.aliases))
    if model.family:
        yield Fact("Family", model.family)
    if model.predecessor:
        before = site.catalogue.models.get(model.predecessor)
        yield Fact("Follows", before.name if before else model.predecessor, paths.model_path(model.predecessor))
    for other in site.catalogue.successors_of(model_id):
        yield Fact("Followed by", site.model(other).name, paths.model_path(other))


def _tasks(site: SiteData, model: Model) -> str:
    return wording.sentence(wording.listing([site.arena_name(arena).lower() for arena in model.arenas]))


def _plural(kinds: tuple[str, ...]) -> list[str]:
    return ["images" if kind == "image" else kind for kind in kinds]


def disagreements(conflicts: tuple[Conflict, ...]) -> tuple[Disagreement, ...]:
    """What other sources say."""
    return tuple(
        Disagreement(
            fact=wording.sentence(conflict.fact.replace("_", " ")),
            value=conflict.value,
            source=conflict.source,
            read=wording.day(conflict.read),
            note=conflict.note or "",
        )
        for conflict in conflicts
    )


def benchmark_rows(benchmarks: tuple[Benchmark, ...]) -> tuple[BenchmarkRow, ...]:
    """Benchmarks in the catalogue's order."""
    return tuple(
        BenchmarkRow(
            name=benchmark.name,
            slice=benchmark.slice.replace("_", " "),
            value=f"{benchmark.value:,f}",
            interval=f"{benchmark.low:,f} to {benchmark.high:,f}"
            if benchmark.low is not None and benchmark.high is not None
            else wording.NOTHING,
            unit=benchmark.unit,
            source=benchmark.source,
            url=benchmark.url or "",
            read=wording.day(benchmark.read),
        )
        for benchmark in benchmarks
    )


def licence_of(model: Model) -> Licence:
    """What the two licences allow, in sentences that claim no more than the catalogue knows."""
    weights, terms = model.weights, model.output_terms
    named = "" if weights.licence == wording.UNKNOWN else f" ({weights.licence})"
    if weights.open == "unknown":
        short, text = f"Unknown{named}", "No source we read says whether the weights can be downloaded."
    elif weights.open:
        short, text = f"Open{named}", "The weights can be downloaded and run under this licence."
    else:
        short, text = f"Closed{named}", "The weights cannot be downloaded; the model is used over an API."
    uses = {
        CommercialUse.YES: "The maker’s terms allow commercial use of outputs.",
        CommercialUse.CONDITIONAL: "The maker’s terms allow commercial use of outputs under conditions.",
        CommercialUse.NO: "The maker’s terms forbid commercial use of outputs.",
        CommercialUse.UNKNOWN: "No source we read says whether outputs may be used commercially; "
        "read the maker’s terms first.",
    }
    return Licence(
        weights=short,
        weights_url=weights.url or "",
        weights_text=text,
        use=commercial_use_in_brief(model),
        use_url=terms.url or "",
        use_text=f"{uses[terms.commercial_use]} {terms.note or ''}".strip(),
    )
