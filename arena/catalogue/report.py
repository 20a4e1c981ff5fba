"""What `arena check` says: every finding, and what was counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.check import empty_arenas
from arena.catalogue.facts import fact_keys, vouching
from arena.catalogue.layout import OUTPUTS_FILE, place
from arena.catalogue.loading import read_catalogue
from arena.catalogue.rules import WARNING_RULES, check_old_sources
from arena.errors import CatalogueError


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the catalogue holds.

    A fact is a key that a file of an organization, model or provider gives, a benchmark value, a count of tokens, a
    price or a story. It has a source where the file's ``sources`` vouch for the key; the others cannot be without.
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
    """The result of checking ``data/``: ``findings`` have to be mended before a build, ``warnings`` may stand.

    ``counts`` cover what could be read; None where there is no data folder that can be listed.
    ``catalogue`` is what ``load_catalogue`` would return, None where it would raise.
    """

    findings: tuple[CatalogueError, ...]
    counts: Counts | None
    catalogue: Catalogue | None = None
    warnings: tuple[CatalogueError, ...] = ()

    @property
    def summary(self) -> str:
        """What was counted, in one line."""
        return self.counts.summary if self.counts else "nothing to check"

    @property
    def passed(self) -> bool:
        return not self.findings


def check_catalogue(data: Path, today: date | None = None) -> CheckReport:
    """Everything that ``load_catalogue`` checks, arenas without models, every image's SHA-256 sum, and what is odd.

    Never raises. With ``today``, sources that are old by then are among the warnings. Nothing is called odd while
    something is wrong.
    """
    catalogue, findings = read_catalogue(data)
    if catalogue is None:
        return CheckReport(tuple(findings), None)
    whole = None if findings else catalogue
    findings.extend(_damaged_images(catalogue))
    findings.extend(empty_arenas(catalogue))
    warnings = _warnings(whole, today) if whole else []
    return CheckReport(tuple(findings), count(catalogue), whole, tuple(warnings))


def _warnings(catalogue: Catalogue, today: date | None) -> list[CatalogueError]:
    found = [finding for rule in WARNING_RULES for finding in rule(catalogue)]
    if today is not None:
        found.extend(check_old_sources(catalogue, today))
    return sorted(found, key=lambda finding: finding.where.partition(":")[0])


def count(catalogue: Catalogue) -> Counts:
    """What the catalogue holds, in numbers."""
    prices = sum(len(offer.prices) for offer in catalogue.offers.values())
    benchmarks = sum(len(model.benchmarks) for model in catalogue.models.values())
    tokens = sum(len(model.tokens_per_image) for model in catalogue.models.values())
    always_sourced = prices + benchmarks + tokens + len(catalogue.stories)
    keys = [
        bool(vouching(key, record.sources))
        for records in (catalogue.organizations, catalogue.models, catalogue.providers)
        for record in records.values()
        for key in fact_keys(record)
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
