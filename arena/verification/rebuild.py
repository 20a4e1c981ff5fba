"""The site once more from its own downloads, and every file of it beside the published one.

A number on a page has no source but the downloads: built from them with the same program, the same templates and the
same day, each file is the same to the byte, or it was changed afterwards. Nothing of the site is run for that; its
pages, scripts and templates are only compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from arena import wording
from arena.messages import ENGLISH, available_tags
from arena.progress import Progress
from arena.publish.layout.overrides import override_sums
from arena.publish.output.marker import MARKER, SUMS, made_with, program_digest
from arena.publish.paths import DATA
from arena.publish.site import build_site
from arena.ratings import compute_ratings
from arena.template_folders import overrides_folder
from arena.verification.differences import first_difference, same_archive, same_csv, same_table
from arena.verification.figures import count_figures, strange_figures
from arena.verification.listing import SiteListing, is_plain, parse_sums, sum_of
from arena.verification.published import CATALOGUE, input_pictures, lay_out, read_catalogue_json, read_json, read_log
from arena.verification.report import Discrepancy, Findings, always_a_verdict

MAX_STRANGE_FIGURES = 3
"""Named of one file; more of them say no more."""
UNKNOWABLE = frozenset({"inputs", "id"})
"""Facts of ``build.json`` that depend on what a project does not publish; the file's own sum holds them."""
_TEXTS = (".html", ".md", ".txt", ".xml", ".json", ".csv", ".svg", ".js", ".css")
_PICTURES = (".webp", ".png")
_PACKERS = frozenset({"pyarrow", "zlib"})
_MATTER = _PACKERS | {"pillow"}
"""Packages whose other versions are known to give other bytes."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The site that the downloads give: where it lies, its sums by path, and how many votes and ratings it rests on."""

    folder: Path
    sums: Mapping[str, str]
    votes: int
    ratings: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparability:
    """Which files must be the same to the byte: all of them, unless something else made the published site."""

    same_program: bool
    changed_makers: frozenset[str]
    """Packages that have another version here than where the site was built."""
    foreign_templates: bool
    """The site was built with templates of the project's own, which are not here."""

    @property
    def exact(self) -> bool:
        """Whether all files must be the same to the byte."""
        return self.same_program and not self.foreign_templates and not self.changed_makers & _MATTER

    def of(self, name: str) -> str:
        """``bytes``, ``table`` and ``archive`` (what tables and ZIP files hold), ``figures`` or ``nothing``."""
        if name.endswith((".csv", ".parquet")):  # a cell may be wrong without a number: who won
            repacked = name.endswith(".parquet") and "pyarrow" in self.changed_makers
            return "bytes" if self.same_program and not repacked else "table"
        if name.endswith(".zip"):
            return "bytes" if self.same_program and not self.changed_makers & _PACKERS else "archive"
        if name.endswith(_PICTURES):
            return "bytes" if self.same_program and "pillow" not in self.changed_makers else "nothing"
        if name.startswith("static/") and name.endswith((".css", ".js")) and not name.endswith("search-index.js"):
            return "nothing" if self.foreign_templates or not self.same_program else "bytes"
        if not self.same_program or (self.foreign_templates and name.endswith(".html")):
            return "figures" if name.endswith(_TEXTS) else "nothing"
        # The page of the downloads has the sizes and sums of files whose bytes are of these versions.
        return "figures" if name == DATA and self.changed_makers & _PACKERS else "bytes"

    def sentences(self, facts: Mapping[str, Any]) -> list[str]:
        """What cannot be compared to the byte, and how it could be."""
        said = []
        if not self.same_program:
            said.append(
                f"The site was built by image-arena {facts.get('version')}, or a changed copy of it, which is not the "
                "program here: pages and API are compared by the numbers in them, not to the byte. Verify with the "
                "same release to compare them wholly."
            )
        if self.foreign_templates:
            said.append(
                "The project has templates of its own, or translations: its pages are compared by the numbers that "
                "they show, its style sheets and scripts not at all. --project DIR takes the templates of a copy of "
                "the project of that time."
            )
        what = {
            "pillow": "smaller pictures and cards",
            "pyarrow": "the bytes of Parquet files (what they hold is)",
            "zlib": "the bytes of archives (what they hold is)",
        }
        for name in sorted(self.changed_makers & what.keys()):
            there = _makers(facts).get(name, "unknown")
            said.append(f"Another version of {name} made the site ({there}): {what[name]} are not compared.")
        return said


@dataclass(frozen=True, slots=True)
class Shown:
    """Pages that are as they should be, and the numbers on them."""

    pages: int
    figures: int


def comparability_of(facts: Mapping[str, Any], templates: Path | None) -> Comparability:
    """How far a site can be compared with what is built here."""
    there = _makers(facts)
    return Comparability(
        same_program=facts.get("program") == program_digest(),
        changed_makers=frozenset(name for name, here in made_with().items() if there.get(name) != here),
        foreign_templates=bool(facts.get("overrides")) and facts["overrides"] != override_sums(templates),
    )


def _makers(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The versions of packages that made a site; none where it does not say so."""
    makers = facts.get("made_with")
    return makers if isinstance(makers, dict) else {}


def build_again(
    site: Path, listing: SiteListing, work: Path, *, templates: Path | None, processes: int, progress: Progress | None
) -> Rebuilt:
    """Build the site again from its downloads in the folder ``work``. Raises ArenaError where they do not make a site.

    ``templates`` are those of the project, where the site says that it was built with some.
    """
    # Other templates than those that the site was built with, as of a project that is another one, show nothing.
    own = None if comparability_of(listing.facts, templates).foreign_templates else templates
    own = own if listing.facts.get("overrides") else None
    with always_a_verdict("cannot be built again from its downloads", CATALOGUE):
        return _build(site, listing, work, templates=own, processes=processes, progress=progress)


def _build(
    site: Path, listing: SiteListing, work: Path, *, templates: Path | None, processes: int, progress: Progress | None
) -> Rebuilt:
    today = listing.facts.get("today")
    content = read_json(site / CATALOGUE, CATALOGUE)
    catalogue = read_catalogue_json(content, work / "data", date.fromisoformat(today) if today else None)
    if catalogue.project.language not in available_tags(None):  # a language of the project's own, which is not here
        catalogue = replace(catalogue, project=catalogue.project.model_copy(update={"language": ENGLISH.tag}))
    lay_out(catalogue, input_pictures(content), site)
    if templates is not None:
        (work / "templates").symlink_to(templates.resolve())
    log, settings = read_log(site, catalogue), catalogue.project.ratings
    # A site built without ratings over time says so; with none it has less to show, and nothing that is not so.
    history = listing.facts.get("history") is not False
    ratings = compute_ratings(log.counted_votes(), settings, history=history, threads=processes, progress=progress)
    out = work / "site"
    build_site(catalogue, log, ratings, out, processes=processes, progress=progress)
    facts = json.loads((out / MARKER).read_text("utf-8"))
    rated = sum(len(board.ratings) for board in ratings.boards)
    return Rebuilt(out, parse_sums((out / SUMS).read_bytes()), facts["votes"], rated, facts)


def templates_of(project: Path | None) -> Path | None:
    """The templates of a project's own; None where there is no project, or it has none."""
    return overrides_folder(project / "data") if project else None


def compare(site: Path, listing: SiteListing, rebuilt: Rebuilt, comparable: Comparability, findings: Findings) -> Shown:
    """Compare every file with the one that the downloads give."""
    pages = figures = 0
    versions = {str(listing.facts.get("version")), *map(str, _makers(listing.facts).values())}
    sizes = (wording.readable_size((site / name).stat().st_size) for name in listing.sums if is_plain(site / name))
    known = frozenset(listing.sums.values()) | versions | {size.partition(" ")[0] for size in sizes}
    for name, expected in sorted(rebuilt.sums.items()):
        path, how = site / name, comparable.of(name)
        found = sum_of(path)
        if found is None:
            findings.add(name, "is missing, but the downloads give it")
            continue
        same = found == expected or how == "nothing"
        if not same:
            contents = path.read_bytes(), (rebuilt.folder / name).read_bytes()
            wrong = list(_wrong_in(name, *contents, how=how, known=known))
            findings.found += wrong
            same = not wrong
        if same and name.endswith(".html"):
            pages += 1
            figures += count_figures(path.read_text("utf-8", errors="replace"))
    if comparable.same_program:
        for name in sorted(listing.sums.keys() - rebuilt.sums.keys()):
            if not (comparable.foreign_templates and name.startswith("static/")):  # the only folder they can add to
                findings.add(name, "is listed, but the downloads do not give it")
    _compare_facts(listing.facts, rebuilt.facts, comparable, findings)
    return Shown(pages, figures)


def _same_content(name: str, how: str, published: bytes, expected: bytes) -> bool:
    """Whether two files hold the same, as far as ``how`` says that they can be compared."""
    if how == "table":
        return same_csv(published, expected) if name.endswith(".csv") else same_table(published, expected)
    return how == "archive" and same_archive(published, expected)


def _wrong_in(
    name: str, published: bytes, expected: bytes, *, how: str, known: frozenset[str]
) -> Iterator[Discrepancy]:
    """What is wrong with a file whose bytes are not those that the downloads give; nothing may be."""
    if how == "figures":
        said, should = (content.decode("utf-8", errors="replace") for content in (published, expected))
        strange = strange_figures(said, should, known, html=name.endswith(".html"))
        for line, token in islice(strange, MAX_STRANGE_FIGURES):
            yield Discrepancy(name, f'shows "{token}", which the downloads do not give', f"line {line}")
    elif not _same_content(name, how, published, expected):
        found = first_difference(name, published, expected)
        yield Discrepancy(name, "is not what the downloads give", found.place, found.says, found.expected)


def _compare_facts(
    said: Mapping[str, Any], should: Mapping[str, Any], comparable: Comparability, findings: Findings
) -> None:
    """The facts of ``build.json``: those of the data always, those of files where files must be the same."""
    names = set(should) if comparable == Comparability(True, frozenset(), False) else {"log_head", "votes", "models"}
    for name in sorted(names - UNKNOWABLE - {"sha256"}):
        if said.get(name) != should[name]:
            found = first_difference("x.json", json.dumps(said.get(name)).encode(), json.dumps(should[name]).encode())
            place = f"$.{name}{found.place.removeprefix('$')}"
            message = "is not what the downloads give"
            findings.add(MARKER, message, place=place, says=found.says, expected=found.expected)
