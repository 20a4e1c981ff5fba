"""The files under ``data/`` of a site, made before its pages, so that the pages can state their sizes and sums."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from arena.exports import files
from arena.exports.dataset.writing import dataset_archive
from arena.exports.ratings import count_rows
from arena.ratings.results import Ratings
from arena.votes.origins import published_votes
from arena.votes.table import summarize

if TYPE_CHECKING:
    from arena.catalogue import Catalogue
    from arena.votes.log import Log


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
def made_downloads(catalogue: Catalogue, log: Log, ratings: Ratings) -> Generator[dict[str, Download]]:
    """Write every file into a temporary folder that lasts as long as the context; raises ``PublishError``."""
    with TemporaryDirectory(prefix="arena-data-") as folder:
        yield write_downloads(catalogue, log, ratings, Path(folder))


def write_downloads(catalogue: Catalogue, log: Log, ratings: Ratings, folder: Path) -> dict[str, Download]:
    """Write every file into ``folder``; by name, in the order in which the data page lists them."""
    votes = published_votes(log.judged_votes(), ratings.left_out)
    summary = summarize(votes, log.head)
    rated, models = count_rows(ratings), len(catalogue.models)
    prices = sum(len(offer.prices) for offer in catalogue.offers.values())
    rows = {
        "ratings.csv": rated,
        "ratings.parquet": rated,
        "ratings.json": rated,
        "votes.csv": summary.votes,
        "votes.parquet": summary.votes,
        "models.csv": models,
        "prices.csv": prices,
        "catalogue.json": models,
    }
    path = {name: folder / name for name in rows}
    same = (path[f"ratings.{suffix}"] for suffix in ("csv", "parquet", "json"))
    files.write_ratings(ratings, *same, log_sha256=summary.sha256, decisions_sha256=log.decisions.sha256)
    files.write_votes(votes, path["votes.csv"], path["votes.parquet"])
    files.write_models(catalogue, path["models.csv"])
    files.write_prices(catalogue, path["prices.csv"])
    files.write_catalogue(catalogue, path["catalogue.json"])
    day = catalogue.today or (summary.last and summary.last.date())
    if catalogue.project.dataset.in_site and day:
        rows[DATASET], path[DATASET] = summary.votes, folder / DATASET
        path[DATASET].write_bytes(dataset_archive(catalogue, log, ratings, day))
    return {name: _made(path[name], many) for name, many in rows.items()}


def _made(path: Path, rows: int) -> Download:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Download(f"data/{path.name}", path, rows, path.stat().st_size, digest)
