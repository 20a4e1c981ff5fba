"""What commands open in a project folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from arena import wording
from arena.cli.printing import note
from arena.errors import ArenaError

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from arena.catalogue import Catalogue
    from arena.progress import Progress
    from arena.ratings.history import KeptWeeks
    from arena.ratings.results import Ratings
    from arena.ratings.vote_counts import VoteCounts
    from arena.votes.log import Log

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

SQLITE = "sqlite:///"
DATABASE_VARIABLE = "ARENA_DATABASE_URL"
NO_STORE = "arena serve or arena collect makes one; arena audit --log judges the votes in the log"


def open_catalogue(project: Path, today: date | None = None) -> Catalogue:
    """The catalogue under data/; with ``today``, as it is on that day."""
    from arena.catalogue import load_catalogue

    return load_catalogue(project / "data", today)


def open_votes(project: Path, catalogue: Catalogue | None = None) -> Log:
    """The log under data/votes/, with the names that things have in the catalogue."""
    from arena.votes.project import open_votes

    return open_votes(project, catalogue)


def open_project(project: Path, today: date | None = None) -> tuple[Catalogue, Log]:
    """The catalogue and the log of a project: every arena has models, and every vote is about what is defined."""
    from arena.votes.project import open_project

    return open_project(project, today)


def rate_log(
    catalogue: Catalogue, log: Log, *, history: bool, threads: int = 1, progress: Progress | None = None
) -> Ratings:
    """The ratings of a project's log with the settings of its arena.toml; says which votes were left out."""
    from arena.ratings import compute_ratings
    from arena.ratings.kept_counts import count_log

    settings = catalogue.project
    counts = count_log(log, catalogue.folder.parent).counts
    votes = log.on(settings.log.engine).counted_votes()
    ratings = compute_ratings(
        votes, settings.ratings, history=history, threads=threads, counts=counts, progress=progress
    )
    say_set_aside(log)
    say_left_out(ratings)
    return ratings


def rate_or_read_kept(
    project: Path, catalogue: Catalogue, log: Log, *, threads: int = 1, progress: Progress | None = None
) -> Ratings:
    """As ``rate_log``, over time too; those of the last run where neither votes nor settings have changed."""
    from arena.ratings import compute_ratings
    from arena.ratings.kept import kept_ratings

    settings, engine = catalogue.project.ratings, catalogue.project.log.engine

    def rate(counts: VoteCounts, weeks: KeptWeeks) -> Ratings:
        votes = log.on(engine).counted_votes()
        return compute_ratings(
            votes, settings, history=True, threads=threads, counts=counts, weeks=weeks, progress=progress
        )

    ratings = kept_ratings(project, log, settings, engine, rate)
    say_set_aside(log)
    say_left_out(ratings)
    return ratings


def published(catalogue: Catalogue, log: Log) -> tuple[Catalogue, ir.Table]:
    """The catalogue and the votes as others get them: nothing simulated in an arena that people voted in, and no
    picture that is in play. The votes have the column ``decision`` of ``Log.judged_votes``.
    """
    from dataclasses import replace

    from arena.catalogue.play import without_pictures_in_play
    from arena.votes.origins import choose_origins, published_votes, shown_outputs

    origins, left_out = choose_origins(log.counted_votes(), catalogue.project.ratings.origins)
    outputs = shown_outputs(catalogue.outputs, origins.items())
    shown = without_pictures_in_play(replace(catalogue, outputs=outputs))
    return shown, published_votes(log.judged_votes(), left_out)


def say_set_aside(log: Log) -> None:
    """Say how many votes of the log are not rated, by the decisions beside it."""
    from arena.votes.decision_file import DECISIONS, VoteState

    if not log.decisions.rows:
        return
    counts = log.count_states()
    parts = [(VoteState.SET_ASIDE, "set aside"), (VoteState.UNKNOWN, "waiting until somebody has looked")]
    said = [f"{counts[state]:,} {words}" for state, words in parts if counts[state]]
    if said:
        votes = wording.count(counts[VoteState.SET_ASIDE] + counts[VoteState.UNKNOWN], "vote")
        note(f"Left out: {votes} of the log ({wording.listing(said)}): {log.folder / DECISIONS} says why.")


def say_left_out(ratings: Ratings) -> None:
    """Say which votes are not rated, since their arena has votes of a better origin."""
    for entry in ratings.left_out:
        votes = wording.count(entry.votes, f"{entry.origin.value} vote")
        rated = f"which is rated from {ratings.origin_of(entry.arena)} votes alone"
        note(f"Left out: {votes} in {entry.arena}, {rated}.")


def database(project: Path) -> str:
    """The store's address: ``ARENA_DATABASE_URL``, or a file of the project."""
    from arena.catalogue.layout import STORE_FILE

    return os.environ.get(DATABASE_VARIABLE) or f"{SQLITE}{(project / 'data' / STORE_FILE).resolve()}"


def store_if_any(project: Path) -> str | None:
    """The store's address; None where it would be a file that is not there."""
    url = database(project)
    there = not url.startswith(SQLITE) or Path(url.removeprefix(SQLITE)).exists()
    return url if there else None


def existing_store(project: Path) -> str:
    """The store's address, where there is one: auditing an empty one that was just made would say nothing."""
    url = store_if_any(project)
    if url is None:
        path = database(project).removeprefix(SQLITE)
        raise ArenaError("there is no store", where=path, hint=NO_STORE)
    return url


def refuse_to_simulate(project: Path, catalogue: Catalogue) -> None:
    """Raise where a project holds votes of people or outputs of models, beside which nothing simulated goes."""
    from arena.records import Origin
    from arena.votes.origins import refuse_beside_real
    from arena.votes.store import open_store

    waiting = 0
    if url := store_if_any(project):
        with open_store(url) as store:
            waiting = store.waiting_votes(Origin.HUMAN)
    votes = open_votes(project, catalogue).votes()
    data_sets = catalogue.project.data_sets
    refuse_beside_real(catalogue.outputs, votes, data_sets, project=str(project), waiting=waiting)
