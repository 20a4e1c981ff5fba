"""What the catalogue knows of a model: facts, where sources disagree, benchmarks from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.catalogue.benchmarking import providers_to_ask
from arena.catalogue.model_facts import Benchmark, Conflict, Level, Status
from arena.catalogue.records import Model
from arena.publish import paths
from arena.publish.content.site_data import SiteData

STATUS_WORDS = {
    Status.ACTIVE: "Available",
    Status.PREVIEW: "Preview",
    Status.DEPRECATED: "Deprecated",
    Status.WITHDRAWN: "Shut down",
}
LEVEL_WORDS = {
    Level.RELEASE: "Release: a model as it came out",
    Level.VARIANT: "Variant: one of several of a release",
    Level.FAMILY: "Family: one id for a whole line",
}
NOT_KNOWN = "Unknown"


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
    rank: str
    value: str
    interval: str
    unit: str
    source: str
    url: str
    read: wording.Day


def task_words(model: Model) -> str:
    """``generation``, ``editing`` or ``generation and editing``, by what the model can be asked for.

    Arenas of a data set are named after it and the task: ``imagenhub-image-editing``.
    """
    tasks = {"text-to-image": "generation", "image-editing": "editing"}
    known = [word for task, word in tasks.items() if any(arena.endswith(task) for arena in model.arenas)]
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
    if model.deprecated:
        yield Fact("Deprecated since", wording.day(model.deprecated).text)
    if model.shut_down:
        yield Fact("Shut down on" if not model.current else "Will be shut down on", wording.day(model.shut_down).text)
    if model.replaced_by:
        after = site.catalogue.models.get(model.replaced_by)
        yield Fact("To use instead", after.name if after else model.replaced_by, paths.model_path(model.replaced_by))
    yield Fact("Level", LEVEL_WORDS[model.level])
    yield Fact("Competes in", _tasks(site, model) or "No arena")
    yield Fact("Can be tested here", benchmarked_here(site, model_id))
    if ranked := [
        f"{outside_rank(each)} in {each.name}, says {each.source} (read {wording.day(each.read).text})"
        for each in model.benchmarks
        if each.rank
    ]:
        yield Fact("Ranked elsewhere", "; ".join(ranked), f"{paths.model_path(model_id)}#benchmarks")
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


def benchmarked_here(site: SiteData, model_id: str) -> str:
    """Whether pictures of the model can be asked for, and of whom; derived from its offers."""
    names = [site.catalogue.providers[provider].name for provider in providers_to_ask(site.catalogue, model_id)]
    if names:
        return f"Yes, through {wording.listing(names, 'or')}"
    if not site.model(model_id).current:
        return "No: it is shut down"
    return "No: we found no API documentation and model id for it"


def outside_rank(benchmark: Benchmark) -> str:
    """``#3 of 76``; a dash where the source gives no rank."""
    if benchmark.rank is None:
        return wording.NOTHING
    of = f" of {wording.whole(benchmark.listed)}" if benchmark.listed else ""
    return f"#{wording.whole(benchmark.rank)}{of}"


def _tasks(site: SiteData, model: Model) -> str:
    return wording.sentence(wording.listing([wording.in_sentence(site.arena_name(arena)) for arena in model.arenas]))


def _plural(kinds: tuple[str, ...]) -> list[str]:
    return ["images" if kind == "image" else kind for kind in kinds]


def disagreements(conflicts: tuple[Conflict, ...]) -> tuple[Disagreement, ...]:
    """What other sources say."""
    return tuple(
        Disagreement(
            fact=_disputed(conflict),
            value=conflict.value,
            source=conflict.source,
            read=wording.day(conflict.read),
            note=conflict.note or "",
        )
        for conflict in conflicts
    )


def _disputed(conflict: Conflict) -> str:
    """What a conflict is about, for readers: ``weights.licence`` -> Weights: licence."""
    if conflict.provider:
        return f"Price at {conflict.provider}"
    return wording.sentence(conflict.fact.replace(".", ": ").replace("_", " "))


def benchmark_rows(benchmarks: tuple[Benchmark, ...]) -> tuple[BenchmarkRow, ...]:
    """Benchmarks in the catalogue's order."""
    return tuple(
        BenchmarkRow(
            name=benchmark.name,
            slice=benchmark.slice.replace("_", " "),
            rank=outside_rank(benchmark),
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
