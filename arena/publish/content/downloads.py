"""The files under ``data/`` of a site, made before its pages, so that the pages can state their sizes and sums."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from arena.exports import files
from arena.exports.ratings import count_rows
from arena.ratings.results import Ratings
from arena.votes.origins import published_votes
from arena.votes.table import summarize

if TYPE_CHECKING:
    from arena.catalogue import Catalogue
    from arena.votes.log import Log


OF_VOTES = ("ratings.csv", "ratings.parquet", "ratings.json", "votes.csv", "votes.parquet")
"""The files that the log and the ratings decide alone."""
DATASET = "dataset.zip"
"""The data set of ``arena export dataset``, where ``[dataset]`` says that the site offers it."""


@dataclass(frozen=True, slots=True)
class Download:
    """One file of data: ``path`` in the site, the ``file`` that it is copied from, its rows and its bytes."""

    path: str
    file: Path
    rows: int
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@contextmanager
def made_downloads(
    catalogue: Catalogue, log: Log, ratings: Ratings, kept: Mapping[str, Download] | None = None
) -> Generator[dict[str, Download]]:
    """Write every file into a temporary folder that lasts as long as the context; raises ``PublishError``.

    ``kept`` has those ``OF_VOTES`` where they are known already: all of them, or none.
    """
    with TemporaryDirectory(prefix="arena-data-") as folder:
        yield write_downloads(catalogue, log, ratings, Path(folder), kept)


def write_downloads(
    catalogue: Catalogue, log: Log, ratings: Ratings, folder: Path, kept: Mapping[str, Download] | None = None
) -> dict[str, Download]:
    """Write every file into ``folder`` but those ``kept``; by name, in the order in which the data page lists them."""
    made = dict(kept or _write_votes(log, ratings, folder))
    models, prices = len(catalogue.models), sum(len(offer.prices) for offer in catalogue.offers.values())
    rows = {"models.csv": models, "prices.csv": prices, "catalogue.json": models}
    files.write_models(catalogue, folder / "models.csv")
    files.write_prices(catalogue, folder / "prices.csv")
    files.write_catalogue(catalogue, folder / "catalogue.json")
    if catalogue.project.dataset.in_site:
        summary = summarize(published_votes(log.judged_votes(), ratings.left_out), log.head)
        if day := catalogue.today or (summary.last and summary.last.date()):
            from arena.exports.dataset.writing import dataset_archive  # noqa: PLC0415 - most sites offer none

            rows[DATASET] = summary.votes
            (folder / DATASET).write_bytes(dataset_archive(catalogue, log, ratings, day))
    return made | {name: _made(folder / name, many) for name, many in rows.items()}


def _write_votes(log: Log, ratings: Ratings, folder: Path) -> dict[str, Download]:
    """Write the files ``OF_VOTES``."""
    votes = published_votes(log.judged_votes(), ratings.left_out)
    rated = [folder / name for name in OF_VOTES if name.startswith("ratings.")]
    voted = [folder / name for name in OF_VOTES if name.startswith("votes.")]
    files.write_ratings(ratings, *rated, log_sha256=log.head, decisions_sha256=log.decisions.sha256)
    files.write_votes(votes, *voted)
    ranked, cast = count_rows(ratings), summarize(votes, log.head).votes
    return {path.name: _made(path, ranked) for path in rated} | {path.name: _made(path, cast) for path in voted}


def _made(path: Path, rows: int) -> Download:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Download(f"data/{path.name}", path, rows, path.stat().st_size, digest)
