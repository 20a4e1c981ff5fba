"""From catalogue, log and ratings to the data of a site: every look-up is made once, before any page."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from arena.catalogue import Catalogue
from arena.catalogue.picture_features import PictureFeatures
from arena.catalogue.play import without_pictures_in_play
from arena.catalogue.pricing.estimate import CheapestOffer, cheapest_offer
from arena.errors import ArenaError, PublishError
from arena.kept import CACHE
from arena.publish.content.examples import PictureRecords, find_picture_records
from arena.publish.content.prompt_results import PromptResult, find_prompt_results
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_reasons import ModelReason, find_reasons
from arena.ratings.diagnose import Diagnosis, read_for_diagnosis
from arena.ratings.equal_looks import EqualLooks, equal_looks
from arena.ratings.kept import keep_records, ratings_key, read_records
from arena.ratings.reason_boards import ReasonBoards, reason_boards
from arena.ratings.results import Ratings
from arena.records import Axis, Board, HistoryPoint, LogSummary
from arena.votes.audit import AuditReport, audit_log
from arena.votes.log import Log
from arena.votes.signing import read_signature
from arena.votes.table import summarize
from arena.votes.verify import audits_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

AUDITED = 200_000
"""Votes of a log up to which every build asks what audit and checks find in it; more of them would take too long."""

ANSWERS = f"{CACHE}/ratings/answers.pickle"
DIAGNOSIS = f"{CACHE}/ratings/diagnosis.pickle"


def prepare_site_data(catalogue: Catalogue, log: Log, ratings: Ratings, *, keep: bool = False) -> SiteData:
    """The data of the site of these ratings, and of those votes alone that they were computed from.

    Its catalogue has no picture that is in play: of these it is only known how many there are. ``keep`` says that the
    ratings are those of the log as the project says; what follows from them alone is then kept for the next build.

    Raises PublishError when they rate something that the catalogue does not know.
    """
    check_known(catalogue, ratings)
    catalogue = without_pictures_in_play(catalogue)
    said = _kept_answers(catalogue, log, ratings) if keep else _answers(catalogue, log, ratings)
    summary = said.summary
    boards = {board.axis: board for board in ratings.boards}
    repeated = repeated_boards(boards)
    return SiteData(
        catalogue=catalogue,
        ratings=ratings,
        summary=summary,
        boards={axis: board for axis, board in boards.items() if axis not in repeated},
        repeated=repeated,
        voters=said.voters,
        prices=dict(_prices(catalogue)),
        examples=said.pictures.examples,
        against=said.pictures.against,
        pairs={axis.arena: pairs for axis, pairs in ratings.pairs},
        history=history_by_model(ratings),
        outputs={output.sha256: output for output in catalogue.outputs},
        prompt_results=said.prompt_results,
        reasons=said.reasons,
        entries=tuple(log.entries),
        log_files=log.files,
        decisions=log.decisions,
        left_out=log.left_out(),
        signature=read_signature(log.folder) if log.entries else None,
        sealed_audits=tuple(report for _, report in audits_of(log)),
        audit=_audit(log, ratings, summary.last) if summary.last and summary.votes <= AUDITED else None,
        equal_looks=said.equal_looks,
        reason_boards=said.reason_boards,
        diagnosis=_diagnosis(catalogue, log, ratings, keep=keep)
        if ratings.strengths and summary.votes <= AUDITED
        else None,
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """What the rated votes are asked for: the fields of ``SiteData`` with the same names, and how pictures fared."""

    summary: LogSummary
    voters: Mapping[str, int]
    pictures: PictureRecords
    prompt_results: Mapping[tuple[str, str], PromptResult]
    reasons: Mapping[str, tuple[ModelReason, ...]]
    equal_looks: Mapping[str, EqualLooks]
    reason_boards: Mapping[str, ReasonBoards]


def _answers(catalogue: Catalogue, log: Log, ratings: Ratings) -> Answers:
    """Ask the votes."""
    votes = ratings.rated(log.counted_votes())
    ranks = {
        (board.axis.arena, rating.model): rating.rank
        for board in ratings.boards
        if board.axis == Axis(board.axis.arena)
        for rating in board.ratings
    }
    looks = equal_looks(votes, ratings, PictureFeatures.of_outputs(catalogue.outputs), catalogue.prompt_lengths)
    return Answers(
        summary=summarize(votes, log.head),
        voters=voters_by_arena(votes),
        pictures=find_picture_records(votes, ranks, {output.sha256 for output in catalogue.outputs}),
        prompt_results=find_prompt_results(votes),
        reasons=find_reasons(votes),
        equal_looks={each.arena: each for each in looks.arenas},
        reason_boards={each.arena: each for each in reason_boards(votes, ratings).arenas},
    )


def _kept_answers(catalogue: Catalogue, log: Log, ratings: Ratings) -> Answers:
    """The answers of the last build, where votes, ratings, pictures and prompts are the same."""
    path, of_ratings = _kept_beside_ratings(catalogue, log, ratings, ANSWERS)
    asked_of = [of_ratings, repr(catalogue.outputs), sorted(catalogue.prompt_lengths.items())]
    key = hashlib.sha256(json.dumps(asked_of).encode()).hexdigest()
    found = read_records(path, key, Answers)
    if found is None:
        found = _answers(catalogue, log, ratings)
        keep_records(path, key, found)
    return found


def _kept_beside_ratings(catalogue: Catalogue, log: Log, ratings: Ratings, name: str) -> tuple[Path, str]:
    """Where something is kept that follows from the ratings, and what these hang on."""
    return catalogue.folder.parent / name, ratings_key(log, ratings.settings, catalogue.project.log.engine)


def voters_by_arena(votes: ir.Table) -> dict[str, int]:
    """How many voters each arena has."""
    counted = votes.group_by("arena").aggregate(voters=votes.voter.nunique())
    return {row["arena"]: row["voters"] for row in counted.order_by("arena").to_pyarrow().to_pylist()}


def repeated_boards(boards: Mapping[Axis, Board]) -> dict[Axis, Axis]:
    """Boards with the very votes of a wider one, by axis, and the widest of these: where an arena's votes are all of
    one category or language, its narrower boards say the same again. A narrower board has a part of a wider one's
    votes, so those with as many have the same.
    """
    repeated: dict[Axis, Axis] = {}
    for axis, board in boards.items():
        wider = (Axis(axis.arena), replace(axis, language=""), replace(axis, category=""))
        for other in wider:
            same = boards.get(other) if other != axis else None
            if same and (same.votes, same.both_bad) == (board.votes, board.both_bad):
                repeated[axis] = other
                break
    return repeated


def _audit(log: Log, ratings: Ratings, now: datetime) -> Callable[[], AuditReport]:
    """Asks the rules about the votes of the log that may be rated, and says what the decisions there are make of them.

    The files are read when it is called, in a process that writes pages and cannot ask the database.
    """
    return lambda: audit_log(log, now=now, origins=dict(ratings.origins)).standing


def _diagnosis(catalogue: Catalogue, log: Log, ratings: Ratings, *, keep: bool) -> Callable[[], Diagnosis]:
    """Asks the checks about the votes, which are read now; models and makers are called by their names."""
    models = {model_id: model.name for model_id, model in catalogue.models.items()}
    makers = {maker_id: maker.name for maker_id, maker in catalogue.organizations.items()}
    labels = models | makers
    path, of_ratings = _kept_beside_ratings(catalogue, log, ratings, DIAGNOSIS)
    key = hashlib.sha256(json.dumps([of_ratings, labels]).encode()).hexdigest()
    if keep and (found := read_records(path, key, Diagnosis)):
        return lambda: found
    read = read_for_diagnosis(ratings.rated(log.counted_votes()), ratings, labels=labels)

    def diagnose() -> Diagnosis:
        made = read.diagnosis()
        if keep:
            keep_records(path, key, made)
        return made

    return diagnose


def check_known(catalogue: Catalogue, ratings: Ratings) -> None:
    """Every arena, category, language and model of the ratings is one of the catalogue's."""
    project = catalogue.project
    known = {
        "arena": {arena.id for arena in project.arenas},
        "category": {category.id for category in project.categories} | {""},
        "language": {language.id for language in project.languages} | {""},
        "model": set(catalogue.models),
    }
    used: set[tuple[str, str]] = set()
    for board in ratings.boards:
        axis = board.axis
        used |= {("arena", axis.arena), ("category", axis.category), ("language", axis.language)}
        used |= {("model", rating.model) for rating in (*board.ratings, *board.unranked)}
    findings: list[ArenaError] = [
        PublishError(
            f"there are votes on the {kind} {name!r}, which the catalogue does not know",
            where="data/votes",
            hint=f"add data/models/{name}.toml" if kind == "model" else f"add this {kind} to data/arena.toml",
        )
        for kind, name in sorted(used)
        if name not in known[kind]
    ]
    if findings:
        raise PublishError.of(findings)


def history_by_model(ratings: Ratings) -> dict[tuple[str, str], tuple[HistoryPoint, ...]]:
    """Weekly points by arena and model, oldest first."""
    grouped: dict[tuple[str, str], list[HistoryPoint]] = defaultdict(list)
    for point in ratings.history:
        grouped[point.arena, point.model].append(point)
    return {key: tuple(sorted(points, key=lambda point: point.week)) for key, points in grouped.items()}


def _prices(catalogue: Catalogue) -> Iterator[tuple[str, CheapestOffer]]:
    for model_id in catalogue.models:
        if cheapest := cheapest_offer(catalogue, model_id, catalogue.today):
            yield model_id, cheapest
