"""The functions of ``import arena``: what people write as arguments, led to the functions that do the work."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from arena.catalogue import Catalogue
from arena.catalogue import load_catalogue as read_catalogue
from arena.catalogue.picture_features import PictureFeatures
from arena.errors import RatingsError, VotesError
from arena.progress import Progress
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings, override, rating_settings
from arena.ratings.diagnose import Diagnosis, diagnose_votes
from arena.ratings.equal_looks import LooksReport
from arena.ratings.equal_looks import equal_looks as looks_report
from arena.ratings.reason_boards import ReasonsReport
from arena.ratings.reason_boards import reason_boards as reasons_report
from arena.ratings.results import Ratings
from arena.records import VOTE_COLUMNS
from arena.votes.feature_columns import read_features
from arena.votes.files import Defaults, LoadedVotes
from arena.votes.files import load_votes as load_sources
from arena.votes.handed_over import in_python, sources_of
from arena.votes.log import open_log
from arena.votes.manifest import MANIFEST
from arena.votes.project import open_project
from arena.votes.resolving import NameMap, read_name_map, resolved_for_rating
from arena.votes.row_errors import did_you_mean, raise_findings, shorten
from arena.votes.table import OUTPUT_COLUMNS, as_votes

if TYPE_CHECKING:
    from arena.publish.site import SiteReport
    from arena.ratings.history import KeptWeeks
    from arena.ratings.vote_counts import VoteCounts

PathLike = str | os.PathLike[str]
WITH_FEATURES = ("arena", "fastchat", "lmarena", "pairs")
"""The formats of which a row is a vote, with columns beside it."""


class RatingOptions(TypedDict, total=False):
    """The fields of ``RatingSettings``, each of which may be left out."""

    method: Literal["batch", "online"]
    draw_probability: float | Literal["fitted", "observed"]
    both_bad: Literal["ignore", "tie"]
    min_votes: int
    origins: Literal["human", "derived"]
    prompts: Literal["like-these", "these"]
    mu: float
    sigma: float
    beta: float
    tau: float


def load_votes(
    source: Any,
    *,
    format: str = "arena",  # noqa: A002 - the option of the command line
    columns: Mapping[str, str] | None = None,
    arena: str | None = None,
    category: str | None = None,
    language: str | None = None,
    at: datetime | None = None,
    names: Mapping[str, str] | PathLike | None = None,
    catalogue: Catalogue | None = None,
    features: Mapping[str, tuple[str, str]] | None = None,
    progress: Progress | None = None,
) -> LoadedVotes:
    """Checked votes from files, frames or records, in the order in which they come.

    ``source`` is a path or an open file (CSV, JSON, JSON Lines or Parquet, packed with gzip or not); a frame of pandas,
    polars, pyarrow, DuckDB or any other library with Arrow's PyCapsule interface; a list of ``Vote``, or of dicts with
    the names of columns as keys; a list of paths, files and frames; the folder of a log; or a project, whose log is
    read. The last two give the votes that are rated, under the present ids of models, with the hash of the log; those
    that decisions beside the log leave out are counted in ``left_out``.

    The other arguments are as the options of ``arena rate``. ``format`` is ``arena`` (columns ``battle, at, arena,
    category, language, left, right, outcome, voter``, where battle and voter may be missing), ``pairs`` (two models
    and a winner, under the names that most people use), ``fastchat``, ``lmarena`` or ``imagenhub``. ``columns`` leads
    our names to those of the source: ``{"left": "model_a"}``.
    ``arena``, ``category``, ``language`` and ``at`` (a time with its zone) are said of votes that do not say theirs.
    ``names`` leads what the source calls models to what they are called here: a mapping, or a CSV file of two columns.
    With a ``catalogue``, models and languages may go by any name that it knows. ``features`` are numbers that the
    source has of the two pictures, for ``equal_looks``: a name for each, and the columns of the left and of the right
    one (``{"brightness": ("brightness_a", "brightness_b")}``; a dot leads into a column of objects).

    Raises VotesError with all findings, each with its row: nothing is repaired or left out silently.
    """
    folder = Path(source) if isinstance(source, (str, os.PathLike)) else None
    if folder is not None and format == "arena" and folder.is_dir():
        if features:
            raise VotesError("is a folder", where=str(folder), hint="features are columns of a file or a frame")
        return _votes_of_folder(folder)
    raise_findings(
        VotesError(f"columns: {shorten(name)} is none of our columns", hint=did_you_mean(name, VOTE_COLUMNS))
        for name in columns or {}
        if name not in VOTE_COLUMNS
    )
    if at is not None and not (isinstance(at, datetime) and at.tzinfo):
        raise VotesError("at is no time with its zone", hint="datetime(..., tzinfo=UTC)")
    defaults = Defaults(arena, category, language, at and at.astimezone(UTC), columns or {})
    try:
        sources, pictures = sources_of(source), None
        if features:
            if format not in WITH_FEATURES:
                raise VotesError(f"features cannot be read of {format}", hint=did_you_mean(format, WITH_FEATURES))
            sources, pictures = read_features(sources, features)
            # The pictures go by the names that they have just got.
            theirs = {ours: name for ours, name in defaults.columns.items() if ours not in OUTPUT_COLUMNS}
            defaults = replace(defaults, columns=theirs)
        loaded = replace(load_sources(sources, format, defaults, progress), pictures=pictures)
        return resolved_for_rating(loaded, catalogue, _name_map(names))
    except VotesError as error:
        raise in_python(error) from None


def _votes_of_folder(folder: Path) -> LoadedVotes:
    """The votes of a log or of a project that are rated: without those that decisions leave out, which are counted.

    Raises ``VotesError`` for any other folder.
    """
    if (folder / "data" / "arena.toml").is_file():
        log = open_project(folder)[1]
    elif (folder / MANIFEST).is_file():
        log = open_log(folder)
    else:
        hint = f"name vote files, a project, or the folder of a log (it has {MANIFEST})"
        raise VotesError("is a folder without a log", where=str(folder), hint=hint)
    table = as_votes(log.counted_votes().order_by(["at", "battle", "voter"]).to_pyarrow())
    left_out = sum(entry.votes for entry in log.left_out())
    return LoadedVotes(table, lambda row: f"{folder}: vote {row + 1}", left_out=left_out, head=log.head)


def _name_map(names: Mapping[str, str] | PathLike | None) -> NameMap:
    if names is None:
        return {}
    return read_name_map(Path(names)) if isinstance(names, (str, os.PathLike)) else names


def rate(
    votes: Any,
    *,
    settings: RatingSettings | None = None,
    history: bool = True,
    intervals: bool = True,
    threads: int = 1,
    progress: Progress | None = None,
    **options: Unpack[RatingOptions],
) -> Ratings:
    """Rate every model on every board that has votes: overall, by category, by language, and by both.

    ``votes`` are those of ``load_votes``, or anything that it takes without further arguments. ``settings`` (by default
    those of ``RatingSettings``) may be changed by single ``options``, which are its fields: ``draw_probability=0.1``.
    Without ``history`` the weekly ratings are left out, without ``intervals`` the errors that keep each voter's votes
    together, and fragility; both take time that grows with votes. ``threads`` boards are rated at a time, which changes
    no number.

    All values are in points, the unit of ``settings.mu``; method and sources are in docs/ratings.md. The ratings keep
    an M x M correlation matrix of each board (M models). Without votes there are no boards. Raises RatingsError where a
    setting is out of range, or a rating does not converge; VotesError where votes are not as ``load_votes`` takes them.
    """
    if threads < 1:
        raise RatingsError(f"threads is {threads}", hint="give a whole number from 1")
    asked = rating_settings(**options) if settings is None else override(settings, **options)
    loaded = votes if isinstance(votes, LoadedVotes) else load_votes(votes)
    rated = compute_ratings(
        loaded.votes(),
        asked,
        history=history,
        intervals=intervals,
        covariances=True,
        threads=threads,
        progress=progress,
    )
    return replace(rated, log_sha256=loaded.head)


def diagnose(
    votes: Any, ratings: Ratings | None = None, *, seed: int = 0, **options: Unpack[RatingOptions]
) -> Diagnosis:
    """Whether votes can bear ratings: 23 checks of each arena, from position bias to the votes that decide first place.

    ``votes`` are those of ``load_votes``, or anything that it takes without further arguments. ``ratings`` are those of
    these votes, if there are any already; else they are rated first, with ``options`` as ``rate`` takes them. The
    answer is about the overall board of each arena: print it, or see ``arena().checks`` and ``to_dict()``, which has
    what ``arena diagnose --json`` prints. ``seed`` chooses the voters that forecasts are tested on, and random draws:
    equal votes and seeds give an equal answer. docs/diagnose.md explains every check. Raises as ``rate`` does.
    """
    loaded = votes if isinstance(votes, LoadedVotes) else load_votes(votes)
    rated = rate(loaded, history=False, **options) if ratings is None else ratings
    return diagnose_votes(loaded.votes(), rated, seed=seed)


def equal_looks(
    votes: Any, ratings: Ratings | None = None, *, catalogue: Catalogue | None = None, **options: Unpack[RatingOptions]
) -> LooksReport:
    """Who would stand where if all pictures looked alike, and what each look wins or loses, with 95% intervals.

    ``votes`` are a project, whose pictures were measured when they were stored; votes of ``load_votes`` with
    ``features``; or any votes that name pictures of a ``catalogue`` as ``left_output`` and ``right_output``.
    ``ratings`` are those of these votes, if there are any already; else they are rated first, with ``options`` as
    ``rate`` takes them. The answer is about the overall board of each arena: print it, or see ``arena()``, its
    ``effects``, ``moved`` and ``ranks``, which is a table, too; ``missing`` says of the other arenas why nothing can be
    told. docs/ratings.md explains the method. Raises as ``rate`` does, and RatingsError where nothing is known of the
    pictures.
    """
    loaded = votes if isinstance(votes, LoadedVotes) else load_votes(votes)
    if catalogue is None and isinstance(votes, (str, os.PathLike)) and (Path(votes) / "data" / "arena.toml").is_file():
        catalogue = load_catalogue(votes)
    pictures = loaded.pictures
    if pictures is None and catalogue is None:
        hint = "give a project, catalogue=arena.load_catalogue(project), or load_votes(..., features={...})"
        raise RatingsError("it is not known what the pictures look like", hint=hint)
    rated = rate(loaded, history=False, **options) if ratings is None else ratings
    if pictures is None:
        pictures = PictureFeatures.of_outputs(catalogue.outputs if catalogue else ())
    return looks_report(loaded.votes(), rated, pictures, catalogue.prompt_lengths if catalogue else {})


def reason_boards(votes: Any, ratings: Ratings | None = None, **options: Unpack[RatingOptions]) -> ReasonsReport:
    """Boards of the second questions: from the votes cast for one reason ("prompt", "style"), and how far they agree.

    ``votes`` are those of ``load_votes``, or anything that it takes without further arguments. ``ratings`` are those of
    these votes, if there are any already; else they are rated first, with ``options`` as ``rate`` takes them. The
    answer is about the overall board of each arena in which a reason has 100 votes: print it, or see ``arena()``, its
    ``boards`` and ``agreements``. Raises as ``rate`` does.
    """
    loaded = votes if isinstance(votes, LoadedVotes) else load_votes(votes)
    rated = rate(loaded, history=False, **options) if ratings is None else ratings
    return reasons_report(loaded.votes(), rated)


def load_catalogue(project: PathLike, today: date | None = None) -> Catalogue:
    """What a project knows of models, makers, providers, prices, prompts and stories.

    ``project`` is its folder, or the folder ``data`` in it. With ``today``, models that reached a day of deprecation or
    shutdown by then have that status. Raises CatalogueError with all findings.
    """
    folder = Path(project)
    return read_catalogue(folder / "data" if (folder / "data" / "arena.toml").is_file() else folder, today)


def build_site(
    project: PathLike,
    out: PathLike | None = None,
    *,
    today: date | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> SiteReport:
    """Build the site of a project folder, as ``arena build`` does; its folder changes in one step or not at all.

    ``out`` is by default ``site`` in the project. ``today`` is the day that the site is of: which models are shut down,
    which prices old; without it, models are as their files say, whatever the day. Raises ArenaError with all findings
    about the project, and PublishError where ``out`` holds anything that is no site.
    """
    from arena.publish.site import build_site as build_whole_site  # noqa: PLC0415 - who rates votes needs no pages
    from arena.ratings.kept import kept_ratings  # noqa: PLC0415

    folder = Path(project)
    catalogue, log = open_project(folder, today)

    settings, engine = catalogue.project.ratings, catalogue.project.log.engine

    def rate(counts: VoteCounts, weeks: KeptWeeks) -> Ratings:
        votes = log.on(engine).counted_votes()
        return compute_ratings(
            votes, settings, history=True, threads=processes, counts=counts, weeks=weeks, progress=progress
        )

    def ratings() -> Ratings:
        return kept_ratings(catalogue.folder.parent, log, settings, engine, rate)

    where = folder / "site" if out is None else Path(out)
    return build_whole_site(catalogue, log, ratings, where, processes=processes, progress=progress)
