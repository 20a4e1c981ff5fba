"""What `arena check` says: every finding, and what was counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.check import empty_arenas
from arena.catalogue.layout import OUTPUTS_FILE, place
from arena.catalogue.loading import read_catalogue
from arena.catalogue.records import Model, Organization, Provider, Source
from arena.errors import CatalogueError

UNSOURCED_KEYS = frozenset({"sources", "conflicts", "benchmarks"})
"""Keys of a file that are not facts themselves: benchmarks carry a source each and are counted one by one."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the catalogue holds.

    A fact is a key that a file of an organization, model or provider gives, a benchmark value, a price or a story.
    It has a source where the file's ``sources`` vouch for the key; benchmarks, prices and stories cannot be without.
    """

    organizations: int
    models: int
    providers: int
    offers: int
    prices: int
    prompts: int
    stories: int
    outputs: int
    facts: int
    sourced_facts: int

    @property
    def summary(self) -> str:
        """For example ``96 models of 27 organizations, 182 offers ..., 1,203 of 1,400 facts with a source``."""
        return (
            f"{_many(self.models, 'model')} of {_many(self.organizations, 'organization')}, "
            f"{_many(self.offers, 'offer')} of {_many(self.providers, 'provider')} with {_many(self.prices, 'price')}, "
            f"{_many(self.prompts, 'prompt')}, {self.stories:,} {'story' if self.stories == 1 else 'stories'}, "
            f"{_many(self.outputs, 'output')}, {self.sourced_facts:,} of {_many(self.facts, 'fact')} with a source"
        )


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of checking ``data/``: ``findings`` have to be mended before anything is built.

    ``counts`` cover what could be read; None where there is no data folder. ``catalogue`` is what ``load_catalogue``
    would return, None where it would raise.
    """

    findings: tuple[CatalogueError, ...]
    counts: Counts | None
    catalogue: Catalogue | None = None

    @property
    def summary(self) -> str:
        """What was counted, in one line."""
        return self.counts.summary if self.counts else "nothing to check"

    @property
    def passed(self) -> bool:
        return not self.findings


def check_catalogue(data: Path) -> CheckReport:
    """Everything that ``load_catalogue`` checks, arenas without models and every image's SHA-256 sum; never raises."""
    catalogue, findings = read_catalogue(data)
    if catalogue is None:
        return CheckReport(tuple(findings), None)
    whole = None if findings else catalogue
    findings.extend(_damaged_images(catalogue))
    findings.extend(empty_arenas(catalogue))
    return CheckReport(tuple(findings), count(catalogue), whole)


def count(catalogue: Catalogue) -> Counts:
    """What the catalogue holds, in numbers."""
    prices = sum(len(offer.prices) for offer in catalogue.offers.values())
    benchmarks = sum(len(model.benchmarks) for model in catalogue.models.values())
    always_sourced = prices + benchmarks + len(catalogue.stories)
    keys = [
        _vouched(key, record.sources)
        for records in (catalogue.organizations, catalogue.models, catalogue.providers)
        for record in records.values()
        for key in _fact_keys(record)
    ]
    return Counts(
        organizations=len(catalogue.organizations),
        models=len(catalogue.models),
        providers=len(catalogue.providers),
        offers=len(catalogue.offers),
        prices=prices,
        prompts=len(catalogue.prompts),
        stories=len(catalogue.stories),
        outputs=len(catalogue.outputs),
        facts=len(keys) + always_sourced,
        sourced_facts=sum(keys) + always_sourced,
    )


def _fact_keys(record: Organization | Model | Provider) -> Iterator[str]:
    return (key for key in type(record).model_fields if key in record.model_fields_set and key not in UNSOURCED_KEYS)


def _vouched(key: str, sources: tuple[Source, ...]) -> bool:
    """Whether a source vouches for the whole file, for the key, or for a key inside its table."""
    return any(not source.facts or any(fact.partition(".")[0] == key for fact in source.facts) for source in sources)


def _damaged_images(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """Images that have the right size (so loading has not reported them) and other bytes than when they were listed."""
    for output in catalogue.outputs:
        path = catalogue.output_path(output)
        if path.is_file() and path.stat().st_size == output.bytes:
            try:
                content = path.read_bytes()
            except OSError as error:
                message = f"the image file cannot be read: {error.strerror}"
            else:
                if hashlib.sha256(content).hexdigest() == output.sha256:
                    continue
                message = "the image file is not the one that was listed: its SHA-256 sum differs"
            where = f"{place(catalogue.folder, OUTPUTS_FILE)}: {output.sha256[:12]}"
            hint = f"restore {place(catalogue.folder, path)} from where it came from, or remove the line"
            yield CatalogueError(message, where=where, hint=hint)
