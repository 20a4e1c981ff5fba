"""The files under ``data/`` of a site, made before its pages, so that the pages can state their sizes and sums."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from arena.publish import exports
from arena.publish.page import Asset
from arena.ratings.table import ratings_rows
from arena.records import Ratings

if TYPE_CHECKING:
    from arena.catalogue import Catalogue
    from arena.publish.edition import Edition
    from arena.publish.page import Page
    from arena.votes.log import Log


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
def made_downloads(catalogue: Catalogue, log: Log, ratings: Ratings) -> Iterator[tuple[Download, ...]]:
    """Write every file into a temporary folder that lasts as long as the context; raises ``PublishError``."""
    with TemporaryDirectory(prefix="arena-data-") as folder:
        yield write_downloads(catalogue, log, ratings, Path(folder))


def write_downloads(catalogue: Catalogue, log: Log, ratings: Ratings, folder: Path) -> tuple[Download, ...]:
    """Write every file into ``folder``, in the order in which the data page lists them."""
    summary = log.summary()
    rated = sum(1 for _ in ratings_rows(ratings, summary.simulated))
    prices = sum(len(offer.prices) for offer in catalogue.offers.values())

    def write_ratings(path: Path) -> None:
        exports.write_ratings(ratings, summary.simulated, path, log_sha256=summary.sha256)

    def write_votes(path: Path) -> None:
        exports.write_votes(log.votes(), path)

    files: Mapping[str, tuple[int, Callable[[Path], object]]] = {
        "ratings.csv": (rated, write_ratings),
        "ratings.parquet": (rated, write_ratings),
        "ratings.json": (rated, write_ratings),
        "votes.csv": (summary.votes, write_votes),
        "votes.parquet": (summary.votes, write_votes),
        "models.csv": (len(catalogue.models), lambda path: exports.write_models(catalogue, path)),
        "prices.csv": (prices, lambda path: exports.write_prices(catalogue, path)),
        "catalogue.json": (len(catalogue.models), lambda path: exports.write_catalogue(catalogue, path)),
    }
    return tuple(_made(folder / name, rows, write) for name, (rows, write) in files.items())


def download_assets(edition: Edition, pages: Sequence[Page]) -> Iterator[Asset]:  # noqa: ARG001 - one of the builders
    """The files of the edition, as they were made."""
    for download in edition.downloads:
        yield Asset.copy_of(download.path, download.file)


def _made(path: Path, rows: int, write: Callable[[Path], object]) -> Download:
    write(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Download(f"data/{path.name}", path, rows, path.stat().st_size, digest)
