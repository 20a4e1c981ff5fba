"""What the descriptions of a data set say alike: its names, licences, counts and texts, found out once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from arena import wording
from arena.catalogue import Catalogue
from arena.catalogue.settings import ArenaSource
from arena.exports.dataset.tables import DataTable
from arena.exports.files import simulated_note
from arena.ratings.results import Ratings
from arena.records import LogSummary, Origin
from arena.votes.log import Log
from arena.votes.manifest import period_of

NOT_STATED = "Not stated."
FEW_VOTERS = 10
SPDX = re.compile(r"[A-Za-z0-9.+-]+")
BIBTEX = re.compile(r"[{}\\]")
KEYWORDS = (
    "image models",
    "text-to-image",
    "human preference",
    "pairwise comparison",
    "leaderboard",
    "TrueSkill",
    "prices",
)


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence, and what of the data set it is of."""

    of: str
    name: str

    @property
    def spdx(self) -> bool:
        """Whether its name can be an identifier of the SPDX list."""
        return SPDX.fullmatch(self.name) is not None

    @property
    def address(self) -> str:
        """Its page on the SPDX list; its name where it is none of these."""
        return f"https://spdx.org/licenses/{self.name}.html" if self.spdx else self.name


@dataclass(frozen=True)
class DatasetFacts:
    """All that the descriptions say besides the columns of the tables."""

    title: str
    creators: tuple[str, ...]
    url: str
    doi: str
    date: date
    """The day that the data set is of."""
    log_head: str
    """The head of the log: the id of the snapshot."""
    summary: LogSummary
    ratings: Ratings
    licences: tuple[Licence, ...]
    sources: tuple[ArenaSource, ...]
    """The published data sets whose votes are in it."""
    languages: tuple[str, ...]
    arenas: Mapping[str, str]
    """Names of arenas with votes, by id."""
    texts: Mapping[str, str]
    """By key of ``[dataset]``, what is said; ``NOT_STATED`` where nobody said it."""
    missing: tuple[str, ...]
    """What of arena.toml would make it complete."""
    tables: tuple[DataTable, ...] = field(repr=False, default=())

    @property
    def version(self) -> str:
        """The day as a version of three numbers, which orders as days do: 2026.11.9."""
        return f"{self.date.year}.{self.date.month}.{self.date.day}"

    @property
    def simulated(self) -> bool:
        return self.ratings.simulated

    @property
    def note(self) -> str:
        """What readers of simulated data must know; empty where there is none."""
        return simulated_note(self.ratings)

    @property
    def description(self) -> str:
        """One paragraph."""
        votes = wording.count(self.summary.votes, "vote")
        own = (
            f"{votes} on pairs of pictures by image models, the ratings computed from them with their intervals and "
            "covariances, and a catalogue of models, offers, prices and prompts with sources."
        )
        return f"{self.note} {own}".strip()

    @property
    def citation(self) -> str:
        """A BibTeX entry; braces and backslashes of names, which mean something there, are left out."""
        fields = {
            "title": BIBTEX.sub("", self.title),
            # In braces, so that a name is not taken apart into first and last ones.
            "author": " and ".join(f"{{{BIBTEX.sub('', name)}}}" for name in self.creators),
            "year": str(self.date.year),
            "version": self.version,
            "doi": self.doi,
            "url": self.url,
            "note": f"log {self.log_head}" if self.log_head else "",
        }
        lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
        return "\n".join(["@misc{image-arena-votes,", *lines, "}"])


def dataset_facts(
    catalogue: Catalogue,
    log: Log,
    ratings: Ratings,
    *,
    summary: LogSummary,
    tables: tuple[DataTable, ...],
    day: date,
) -> DatasetFacts:
    """The facts of a data set of these tables; ``summary`` is of its votes."""
    project = catalogue.project
    said = project.dataset
    arenas = {arena.id: arena.name for arena in project.arenas if ratings.origin_of(arena.id)}
    shown = [arena.source for arena in project.arenas if arena.source and arena.id in arenas]
    sources = tuple({(source.url, source.title): source for source in shown}.values())
    url = said.url or project.base_url or project.repository or ""
    title = said.title or f"{project.name}: votes on pictures by image models, and ratings"
    votes = tables[0].rows
    return DatasetFacts(
        title=f"{title} (simulated)" if wholly_simulated(ratings) else title,
        creators=said.creators or (f"{project.name} contributors",),
        url=str(url),
        doi=said.doi or "",
        date=day,
        log_head=log.head,
        summary=summary,
        ratings=ratings,
        licences=tuple(_licences(catalogue, arenas)),
        sources=sources,
        languages=tuple(sorted(pc.unique(votes["language"]).to_pylist())),
        arenas=arenas,
        texts=dataset_texts(catalogue, log, ratings, summary, votes),
        missing=tuple(_missing(catalogue, str(url), own_votes=len(shown) < len(arenas))),
        tables=tables,
    )


def wholly_simulated(ratings: Ratings) -> bool:
    """Whether all arenas are rated from simulated votes, and there is one at least."""
    return bool(ratings.origins) and all(origin is Origin.SIMULATED for _, origin in ratings.origins)


def _licences(catalogue: Catalogue, arenas: Mapping[str, str]) -> Iterator[Licence]:
    project = catalogue.project
    own = [arena.name for arena in project.open_arenas if arena.id in arenas]
    if project.votes_licence and own:
        yield Licence(f"votes and ratings of {wording.listing(own)}", project.votes_licence)
    for arena in project.arenas:
        if arena.source and arena.id in arenas:
            yield Licence(f"votes and ratings of {arena.name}", arena.source.licence)
    if project.dataset.catalogue_licence:
        yield Licence("models, offers, prices, prompts and requests", project.dataset.catalogue_licence)


def _missing(catalogue: Catalogue, url: str, *, own_votes: bool) -> Iterator[str]:
    """Keys of arena.toml that are not there, in the order of the file."""
    project = catalogue.project
    if own_votes and not project.votes_licence:
        yield "votes_licence"
    if not project.contact:
        yield "contact"
    if not url:
        yield "dataset.url"
    for key in ("creators", "catalogue_licence", *TEXT_KEYS):
        if not getattr(project.dataset, key):
            yield f"dataset.{key}"


TEXT_KEYS = (
    "collection",
    "consent",
    "annotators",
    "sensitive",
    "limitations",
    "biases",
    "use_cases",
    "social_impact",
    "maintenance",
)
"""What people say and the data cannot."""


def dataset_texts(
    catalogue: Catalogue, log: Log, ratings: Ratings, summary: LogSummary, votes: pa.Table
) -> dict[str, str]:
    """By key: what follows from the data, and then what ``[dataset]`` says."""
    known = {
        "collection": _collection(catalogue, log, ratings, votes),
        "sensitive": (
            "Votes name nobody. Those that were cast here have random names of voters and battles, new in every sealed "
            "period, and times without seconds; no address or network is in the data. Imported votes keep the ids that "
            "their files gave to voters. Prompts are texts by the authors named in their table."
        ),
        "limitations": _limitations(ratings, summary, votes),
        "biases": _biases(ratings, votes),
        "use_cases": (
            "Comparing image models by preference, studying rating methods and voters, and recomputing the published "
            "boards. Not for judging single pictures, and not for learning who a voter is."
        ),
        "maintenance": (
            "The votes are an append-only log; each export names its head, and CHANGES.md says what changed since the "
            "last one." + (f" Contact: {catalogue.project.contact}." if catalogue.project.contact else "")
        ),
    }
    texts = {}
    for key in TEXT_KEYS:
        said = getattr(catalogue.project.dataset, key)
        texts[key] = " ".join(part for part in (known.get(key, ""), said) if part) or NOT_STATED
    return texts


def _collection(catalogue: Catalogue, log: Log, ratings: Ratings, votes: pa.Table) -> str:
    by_arena = {row["values"]: row["counts"] for row in pc.value_counts(votes["arena"]).to_pylist()}
    sentences = []
    for arena in catalogue.project.arenas:
        origin, count = ratings.origin_of(arena.id), wording.count(by_arena.get(arena.id, 0), "vote")
        if origin is Origin.SIMULATED:
            sentences.append(f"{arena.name}: {count} by a program; no human voted, and no model drew the pictures.")
        elif arena.source:
            note = " ".join((arena.source.note or "").split())
            where = f"{arena.source.title} ({arena.source.url}, {arena.source.licence})"
            sentences.append(f"{arena.name}: {count} derived from {where}. {note}".strip())
        elif origin:
            sentences.append(f"{arena.name}: {count} of people.")
    sealed = sum(entry.votes for entry in log.entries if period_of(entry))
    if sealed:
        sentences.append(
            f"{wording.count(sealed, 'vote')} of the log were cast in this project's voting app: two pictures for one "
            "prompt, sides drawn at random, names of models shown after the vote. Models with few votes, and models of "
            "similar strength, were drawn more often. Votes were audited by published rules before they were sealed."
        )
    if log.entries and sealed < sum(entry.votes for entry in log.entries):
        sentences.append("The others were imported from files.")
    return " ".join(sentences)


def _limitations(ratings: Ratings, summary: LogSummary, votes: pa.Table) -> str:
    prompts = len({*pc.unique(votes["prompt"]).to_pylist()} - {""})
    languages = pc.count_distinct(votes["language"]).as_py()
    sentences = [
        "Votes say which of two pictures somebody preferred, not whether it is right, safe or lawful.",
        f"They are about {wording.count(prompts, 'known prompt')} in {wording.count(languages, 'language')}: other "
        "prompts, settings or later versions of a model may give other ranks.",
    ]
    if summary.votes and summary.voters < FEW_VOTERS:
        voters = wording.count(summary.voters, "voter")
        sentences.append(f"They come from {voters}: what other people prefer, the intervals cannot say.")
    if ratings.simulated:
        sentences.append("Simulated votes say nothing about the models whose names they carry.")
    if any(origin is Origin.DERIVED for _, origin in ratings.origins):
        sentences.append("Derived votes were worked out from ratings of single pictures: nobody saw the pairs.")
    return " ".join(sentences)


def _biases(ratings: Ratings, votes: pa.Table) -> str:
    counts = {row["values"]: row["counts"] for row in pc.value_counts(votes["language"]).to_pylist()}
    if not counts:
        return ""
    most = max(sorted(counts), key=lambda language: counts[language])
    share = wording.share(counts[most], len(votes))
    languages = f"{share} of the votes are on prompts in one language ({most})."
    if wholly_simulated(ratings):
        return f"{languages} The tastes of the simulated voters are made up."
    return f"{languages} Who votes was not sampled: votes lean to the tastes of those who came."
