"""Everything that the voting app shows now: catalogue, scores and settings read from a project, renewed while the
arena runs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.layout import OUTPUTS_FILE, PROJECT_FILE
from arena.catalogue.settings import VotingSettings
from arena.ratings import compute_ratings
from arena.ratings.tally import COUNTS, count_votes
from arena.records import Ratings
from arena.votes.log import Log, open_log
from arena.votes.manifest import MANIFEST, periods_in
from arena.votes.store import PairCount
from arena.voting.desk import Desk
from arena.voting.exhibition import open_halls
from arena.voting.handlers import Handlers
from arena.voting.pages import Pages
from arena.voting.pictures import Pictures
from arena.voting.reveal import Reveals
from arena.voting.standings import Standings


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


Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass
class Stage:
    """``handlers`` are those of the present edition; a request that began under another ends under it."""

    handlers: Handlers

    def to(self, handle: Callable[[Handlers, Request], Awaitable[Response]]) -> Endpoint:
        """An endpoint that asks the present handlers."""

        async def endpoint(request: Request) -> Response:
            return await handle(self.handlers, request)

        return endpoint

    async def fault(self, request: Request, error: Exception) -> Response:
        """The answer to what a handler raised."""
        return await self.handlers.fault(request, error)

    async def get_ready(self) -> None:
        """Make the pictures that battles may show before anybody asks for them."""
        await self.handlers.pictures.get_ready(self.handlers.all_files())

    def show(self, edition: Edition) -> None:
        """Let battles show another edition from now on. Takes a while, in any thread; the change itself is at once.

        Raises ``StoreUnavailable`` where its outputs cannot be made known to the store; nothing has changed then.
        """
        old = self.handlers
        desk = with_edition(old.pages.desk, edition)
        now = old.clock()
        desk.store.sync_outputs(edition.catalogue)
        for arena in desk.halls:
            desk.standings.now(arena, now)
        self.handlers = open_handlers(edition, desk, old.pictures, site=old.pages.reveals.site)


def with_edition(desk: Desk, edition: Edition) -> Desk:
    """The desk with the same store, voters and open battles, for another edition."""
    halls, voting = open_halls(edition.catalogue), edition.settings.voting
    return replace(
        desk,
        catalogue=edition.catalogue,
        halls=halls,
        standings=Standings(desk.store, edition.ratings, halls, edition.votes),
        voting=voting,
        tokens=replace(desk.tokens, lifetime=timedelta(minutes=voting.battle_minutes)),
    )


def open_handlers(edition: Edition, desk: Desk, pictures: Pictures, *, site: bool) -> Handlers:
    """The handlers of an edition. ``site``: whether the built site is there to link to."""
    simulated = edition.settings.simulated_log
    reveals = Reveals.of(edition.catalogue, edition.ratings, simulated_log=simulated, site=site)
    pages = Pages(edition.catalogue, desk, reveals, edition.settings)
    return Handlers(pages, pictures, edition.ratings, desk.tokens.clock)


def built_site(edition: Edition) -> Path | None:
    """The folder of the built site, where there is one."""
    site = edition.settings.site
    return site if site and (site / "index.html").is_file() else None
