"""The parts of a site, each of which is made alone: and kept from the site before where nothing that it read changed.

A part is what a builder makes: all of it, or one page or file of a builder that makes one after another. While a part
is made, it is noted which facts it reads: offers, prices, stories, downloads (``arena.catalogue.reads``). All else that
a site is made of is one fingerprint, ``base``: where that differs, every part is made anew. So a change of a price
makes those parts anew that read an offer of this model.

The notes lie under ``.cache/`` of the project and not in the site. They name files by the SHA-256 of their bytes, so
that no file is kept but the one that was made of these facts; whoever deletes or damages them loses time alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from arena.catalogue import Catalogue
from arena.catalogue.catalogue import OFFERS, STORIES, offers_at_fact, offers_fact, stories_fact, story_fact
from arena.catalogue.reads import Reads, RecordedMapping
from arena.errors import PublishError
from arena.kept import CACHE, keep, read_kept
from arena.publish.content.downloads import OF_VOTES, Download
from arena.publish.content.site_data import SiteData
from arena.publish.layout.render import render_page
from arena.publish.output.placing import PlacedFile, link_kept, place
from arena.publish.output.site_files import SiteFiles
from arena.publish.page import Asset, ForEach, Listing, Page

NOTES = f"{CACHE}/site/parts.json"
"""One file a project, about the site that was built last."""
FORM = 1
"""Changes with what stands in the notes."""
DOWNLOADS = "downloads"
"""All files under data/, as a fact."""
Builder = Callable[[SiteData], Iterator[Page | Asset]]
Facts = Mapping[str, str]
"""What each fact says, as a sum, by its name; a fact that is not there says nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is made at once: all of a builder, every ``step``-th of what it makes from the ``first`` on, or the page or
    file of one ``key`` alone.
    """

    builder: Builder
    first: int = 0
    step: int = 1
    key: Any = None

    @property
    def name(self) -> str:
        """The same in each build."""
        if isinstance(self.builder, ForEach):
            return f"{self.builder.make.__module__}.{self.builder.make.__qualname__} {self.key!r}"
        return f"{self.builder.__module__}.{self.builder.__qualname__} {self.first}/{self.step}"


@dataclass(frozen=True, slots=True)
class MadePart:
    """What became of a part: its files, the pages among them as the sitemap lists them, and the facts that it read."""

    name: str
    files: tuple[PlacedFile, ...]
    pages: tuple[Listing, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """Of the site that was built last: what all of it was made of, what the facts said, and its parts by name."""

    base: str
    facts: Facts
    parts: Mapping[str, MadePart]


def recording(site: SiteData, reads: Reads) -> SiteData:
    """The same data, which notes what is read of offers, prices, stories and downloads.

    What is worked out of them later, and kept, is made with ``as_recorded``.
    """
    return replace(
        site,
        catalogue=site.catalogue.recording(reads),
        prices=RecordedMapping(site.prices, reads, offers_fact, OFFERS),
        downloads=RecordedMapping(site.downloads, reads, _download_fact, DOWNLOADS),
    )


def _download_fact(name: str) -> str:
    return f"download {name}"


def facts_of_catalogue(catalogue: Catalogue) -> dict[str, str]:
    """What the facts of a catalogue say that ``Catalogue.recording`` notes."""
    parts: dict[str, list[str]] = {OFFERS: [], STORIES: []}
    for (provider, model), offer in catalogue.offers.items():
        told = repr((provider, model, offer))
        parts[OFFERS].append(told)
        parts.setdefault(offers_fact(model), []).append(told)
        parts.setdefault(offers_at_fact(provider), []).append(told)
    for story_id, story in catalogue.stories.items():
        told = repr((story_id, story))
        for fact in {STORIES, story_fact(story_id), *map(stories_fact, story.models)}:
            parts.setdefault(fact, []).append(told)
    return {fact: _sum(json.dumps(told)) for fact, told in parts.items()}


def download_facts(downloads: Mapping[str, Download]) -> dict[str, str]:
    """What is said of the files under data/."""
    facts = {_download_fact(name): f"{made.sha256} {made.rows}" for name, made in downloads.items()}
    return {**facts, DOWNLOADS: _sum(json.dumps(facts))}


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Building:
    """What parts are made of, and where: ``fresh`` is the new site, ``out`` the one before."""

    site: SiteData
    """Notes in ``reads`` what is read of it."""
    reads: Reads
    fresh: Path
    out: Path

    @classmethod
    def of(cls, site: SiteData, fresh: Path, out: Path) -> Building:
        reads = Reads()
        return cls(recording(site, reads), reads, fresh, out)

    def make(self, parts: Sequence[Part]) -> list[MadePart]:
        """Make parts of one builder, one after another."""
        builder = parts[0].builder
        if not isinstance(builder, ForEach):
            return [self._made(part, islice(builder(self.site), part.first, None, part.step)) for part in parts]
        with self.reads.recorded() as shared:  # what is prepared for all is read by each
            each = builder.of(self.site, [part.key for part in parts])
        return [self._made(part, islice(each, 1), shared) for part in parts]

    def _made(self, part: Part, each: Iterable[Page | Asset], shared: Iterable[str] = ()) -> MadePart:
        """Make and write one part, and beside each page the twins that are made of the same view."""
        pages: list[Listing] = []
        files: list[PlacedFile] = []
        with self.reads.recorded() as facts:
            for made in each:
                if isinstance(made, Page):
                    html = Asset.of_text(made.path, render_page(self.site, made))
                    files += [place(asset, self.fresh, self.out) for asset in (html, *made.twins)]
                    pages.append(made.listing)
                else:
                    files.append(place(made, self.fresh, self.out))
        return MadePart(part.name, tuple(files), tuple(pages), tuple(sorted(facts.union(shared))))

    def keep(self, parts: Sequence[MadePart]) -> list[MadePart]:
        """Put the files of these parts into the new site, as they are in the one before."""
        link_kept((file.path for part in parts for file in part.files), self.fresh, self.out)
        return list(parts)


class SiteReplacedError(PublishError):
    """Another build has replaced the site since its files were read, so that none of them can be kept."""


@dataclass(frozen=True, slots=True)
class SiteBefore:
    """What is known of the site before, and what the new one is made of: ``base`` and the ``facts``."""

    base: str
    facts: Facts
    notes: Notes | None
    files: SiteFiles
    """Those of the site before."""

    @property
    def _comparable(self) -> Notes | None:
        """The notes, where nothing but facts can have changed since."""
        return self.notes if self.notes and self.notes.base == self.base else None

    def downloads(self, out: Path) -> dict[str, Download] | None:
        """The files under data/ that votes and ratings decide, as they are in the site before, which is in ``out``."""
        if (notes := self._comparable) is None:
            return None
        found = {}
        for name in OF_VOTES:
            sha256, _, rows = notes.facts.get(_download_fact(name), "").partition(" ")
            path = f"data/{name}"
            if not rows.isdecimal() or self.files.sums.get(path) != sha256:
                return None
            found[name] = Download(path, out / path, int(rows), (out / path).stat().st_size, sha256)
        return found

    def kept_parts(self, parts: Iterable[Part]) -> dict[str, MadePart]:
        """The parts, by name, that need not be made: nothing that they read has changed, and their files are there."""
        facts = self.facts
        if (notes := self._comparable) is None:
            return {}
        changed = {fact for fact in notes.facts.keys() | facts.keys() if notes.facts.get(fact) != facts.get(fact)}
        noted = (notes.parts.get(part.name) for part in parts)
        return {
            part.name: part
            for part in noted
            if part
            and changed.isdisjoint(part.facts)
            and all(self.files.sums.get(file.path) == file.sha256 for file in part.files)
        }


def write_notes(project: Path, notes: Notes) -> None:
    """Keep the notes for the next build."""
    names = {fact: number for number, fact in enumerate(notes.facts)}
    extra = sorted({fact for part in notes.parts.values() for fact in part.facts} - names.keys())
    names |= {fact: len(names) + number for number, fact in enumerate(extra)}
    parts = [
        [
            part.name,
            [[file.path, file.sha256] for file in part.files],
            [[page.path, page.updated.isoformat() if page.updated else None, page.listed] for page in part.pages],
            [names[fact] for fact in part.facts],
        ]
        for part in notes.parts.values()
    ]
    content = {"form": FORM, "base": notes.base, "facts": list(notes.facts.items()), "names": extra, "parts": parts}
    keep(project / NOTES, json.dumps(content, separators=(",", ":")).encode())


def read_notes(project: Path) -> Notes | None:
    """The notes of the last build; None where there are none, or none that this program understands."""
    content = read_kept(project / NOTES)
    if content is None:
        return None
    try:
        found: Any = json.loads(content)
        if found["form"] != FORM:
            return None
        facts = dict(found["facts"])
        names = [*facts, *found["names"]]
        parts = (
            MadePart(
                name,
                tuple(PlacedFile(path, sha256, anew=False) for path, sha256 in files if _inside(path)),
                tuple(Listing(path, date.fromisoformat(day) if day else None, listed) for path, day, listed in pages),
                tuple(names[number] for number in read),
            )
            for name, files, pages, read in found["parts"]
        )
        return Notes(found["base"], facts, {part.name: part for part in parts})
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _inside(path: str) -> bool:
    """Whether it is a path of a site; notes that somebody else wrote shall not lead out of it."""
    if path.startswith("/") or ".." in path.split("/"):
        raise ValueError(path)
    return True
