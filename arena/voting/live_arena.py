"""Everything that the voting app shows now: catalogue, scores and settings, read from a project."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.layout import OUTPUTS_FILE, PROJECT_FILE
from arena.catalogue.settings import VotingSettings
from arena.ratings import compute_ratings
from arena.ratings.tally import COUNTS, count_votes
from arena.records import Ratings
from arena.votes.log import Log, open_log
from arena.votes.manifest import MANIFEST, periods_in
from arena.votes.store import PairCount


@dataclass(frozen=True, slots=True)
class AppSettings:
    """``site`` is the folder of the built site, which need not be there. ``simulated_log``: some published votes were
    made up by a program, so that scores and records from them are called simulated. ``housekeeping_seconds`` lie
    between two removals of what expired, ``news_seconds`` between two looks whether the project has changed.
    """

    voting: VotingSettings
    site: Path | None = None
    simulated_log: bool = False
    housekeeping_seconds: float = 600.0
    news_seconds: float = 10.0


FOLDERS = ("organizations", "models", "providers", "prompts", "stories")
Counts = Mapping[tuple[str, str], PairCount]
Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class PublishedVotes:
    """What the log holds: the votes by pair of each arena, and the last sealed period of each store (by lineage).

    The periods tell which votes of a store are in the counts already.
    """

    pairs: Mapping[str, Counts] = field(default_factory=dict)
    periods: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """All that the voting app is made of, apart from the store. ``votes`` are those that ``ratings`` come from."""

    catalogue: Catalogue
    ratings: Ratings
    settings: AppSettings
    votes: PublishedVotes = field(default_factory=PublishedVotes)


def read_edition(project: Path) -> Edition:
    """The edition of a project folder as it is now. Raises ``ArenaError`` where it cannot be read."""
    catalogue, log = load_catalogue(project / "data"), open_log(project / "data" / "votes")
    ratings = compute_ratings(log.votes(), catalogue.project.ratings)
    settings = AppSettings(catalogue.project.voting, project / "site", log.summary().simulated)
    return Edition(catalogue, ratings, settings, published_votes(log))


def published_votes(log: Log) -> PublishedVotes:
    """The counts of a log, ranked models or not, and which periods are among them."""
    pairs: dict[str, dict[tuple[str, str], PairCount]] = {}
    for row in count_votes(log.votes(), by=("arena",)).to_pyarrow().to_pylist():
        pair = (row["first"], row["second"])
        pairs.setdefault(row["arena"], {})[pair] = PairCount(*pair, *(row[name] for name in COUNTS))
    periods: dict[str, int] = {}
    for period, _ in periods_in(log.entries):
        periods[period.lineage] = max(period.number, periods.get(period.lineage, 0))
    return PublishedVotes(pairs, periods)


class News:
    """Looks whether a project has changed, by the times and sizes of its files: a few milliseconds, no file is read."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._shown = self._last = stamp_of(project)

    def __call__(self) -> Edition | None:
        """A new edition once a change has settled, which is when two looks in a row see the same; None otherwise.

        Raises ``ArenaError`` where the changed project cannot be read; it is read again after the next change.
        """
        now = stamp_of(self._project)
        settled, self._last = now == self._last, now
        if now == self._shown or not settled:
            return None
        self._shown = now
        return read_edition(self._project)


def stamp_of(project: Path) -> Stamp:
    """Name, time, size and inode of every file that an edition is read from; pictures go by what lists them."""
    data = project / "data"
    files = [data / PROJECT_FILE, data / OUTPUTS_FILE, data / "votes" / MANIFEST]
    files += [path for folder in FOLDERS for path in (data / folder).rglob("*.toml")]
    found = []
    for path in files:
        with suppress(FileNotFoundError):
            stat = path.stat()
            found.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(sorted(found))
