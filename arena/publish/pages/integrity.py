"""Integrity: what the ratings rest on, and what a reader can check: origins, sampling, first places, files, audit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from arena import wording
from arena.catalogue.model_facts import Status
from arena.publish.charts.bars import render_bar
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.publish.output.marker import SUMS
from arena.publish.page import Page
from arena.publish.pages.citations import last_vote
from arena.publish.pages.integrity_audit import (
    AuditTable,
    LeftOutRow,
    PeriodRow,
    audits,
    left_out,
    period_row,
    share_rule,
)
from arena.publish.pages.integrity_blindness import BlindnessSection, blindness_section
from arena.publish.pages.integrity_diagnosis import CheckedArena, checked_arenas
from arena.publish.pages.methodology import ORIGINS, OUTCOMES
from arena.publish.paths import BOARDS, DATA, INTEGRITY, METHODOLOGY, board_path, log_path
from arena.records import Axis, Board, Origin, Rating
from arena.votes.manifest import MANIFEST, SIGNATURE, ManifestEntry
from arena.votes.signing import LogSignature

SHORT = 20


@dataclass(frozen=True, slots=True)
class CountRow:
    """One kind of vote, what becomes of it, how many there are, and their share of all."""

    label: str
    use: str
    count: str
    share: str


@dataclass(frozen=True, slots=True)
class ShareRow:
    """How often a model was shown: ``ratio`` is against an equal share among the models of the arena."""

    model: ModelRef
    battles: str
    share: str
    bar: Markup
    ratio: str
    since: str
    rank: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """The battles of one arena by model, the most shown first; ``unseen`` names those that were in none."""

    id: str
    arena: str
    summary: str
    rows_title: str
    opened: bool
    """Whether the table shows before anybody asks for it: a short one does."""
    caption: str
    rows: tuple[ShareRow, ...]
    unseen_title: str
    unseen: tuple[ModelRef, ...]


@dataclass(frozen=True, slots=True)
class FirstPlaceRow:
    """Who leads an arena, and how few votes hold that up; ``votes`` is empty where no removal was found."""

    arena: str
    path: str
    leader: ModelRef
    score: str
    others: str
    votes: str
    share: str
    challenger: ModelRef | None


@dataclass(frozen=True, slots=True)
class ShutDownRow:
    """A model that its maker no longer serves; its votes stay."""

    model: ModelRef
    day: wording.Day | None
    standing: str


@dataclass(frozen=True, slots=True)
class LogFileRow:
    """One file of the log with its own sum and the chain's hash after it."""

    name: str
    path: str
    month: str
    votes: str
    note: str
    sha256: str
    chain: str


@dataclass(frozen=True, slots=True)
class IntegrityView:
    """The context of ``integrity.html``."""

    lede: str
    simulated: str
    origins: tuple[CountRow, ...]
    left_out: tuple[str, ...]
    """Votes of an arena that are not rated since it has votes of a better origin, a sentence an arena."""
    outcomes: tuple[CountRow, ...]
    votes_noun: str
    samplings: tuple[Sampling, ...]
    checked: tuple[CheckedArena, ...]
    """What the checks of the votes find, arena by arena; none where there are too many votes to ask at every build."""
    first_places: tuple[FirstPlaceRow, ...]
    shut_down: tuple[ShutDownRow, ...]
    files: tuple[LogFileRow, ...]
    head: str
    check: str
    """The command that checks this site."""
    sums_path: str
    manifest_path: str
    signature: LogSignature | None
    signature_path: str
    set_aside: tuple[LeftOutRow, ...]
    """Votes of the log that are not rated, by what was decided and why."""
    set_aside_summary: str
    decisions_sha256: str
    """Of the decisions; empty where there are none."""
    periods: tuple[PeriodRow, ...]
    audits: tuple[AuditTable, ...]
    share_rule: str
    """How far one network may move a model before a person has looked."""
    blindness: BlindnessSection | None
    """None where nobody votes on pictures of models here."""
    method_path: str
    boards_path: str
    data_path: str


def pages(site: SiteData) -> Iterator[Page]:
    """The one page on integrity."""
    yield Page(
        path=INTEGRITY,
        template="integrity.html",
        title="Integrity: what the ratings rest on",
        description="Where votes come from and what became of them, how often each model was shown, how firm first "
        "places are, and the hashes of the log.",
        view=integrity_view(site),
        updated=last_vote(site),
    )


def integrity_view(site: SiteData) -> IntegrityView:
    """The view of the page; every number comes from the log, the ratings or the catalogue."""
    summary = site.summary
    return IntegrityView(
        lede=f"Everything on this site is computed from {site.votes(summary.votes)} and a catalogue with sources. "
        "This page says what a reader can check, and what speaks against trusting a number.",
        simulated=_simulated(site),
        origins=tuple(
            CountRow(origin.value.capitalize(), ORIGINS[origin], wording.whole(n), wording.share(n, summary.votes, 1))
            for origin, n in summary.origins
        ),
        left_out=tuple(_left_out(site)),
        outcomes=_outcomes(site),
        votes_noun=site.votes_noun(),
        samplings=tuple(
            _sampling(site, arena.id, site.boards[Axis(arena.id)])
            for arena in site.catalogue.project.arenas
            if Axis(arena.id) in site.boards
        ),
        checked=tuple(checked_arenas(site)),
        first_places=tuple(_first_places(site)),
        shut_down=_shut_down(site),
        files=tuple(
            LogFileRow(
                entry.file,
                log_path(entry.file),
                entry.month,
                _votes_of(site, entry),
                entry.note,
                entry.sha256,
                entry.hash,
            )
            for entry in site.entries
        ),
        head=summary.sha256,
        check=f"arena verify {site.catalogue.project.base_url or 'ADDRESS'}",
        sums_path=SUMS,
        manifest_path=log_path(MANIFEST),
        signature=site.signature,
        signature_path=log_path(SIGNATURE),
        set_aside=tuple(left_out(site)),
        set_aside_summary=_set_aside(site),
        decisions_sha256=site.decisions.sha256 if site.decisions.rows else "",
        periods=tuple(period_row(number, report) for number, report in enumerate(site.sealed_audits, 1)),
        audits=tuple(audits(site)),
        share_rule=share_rule(site.catalogue.project.audit),
        blindness=blindness_section(site),
        method_path=METHODOLOGY,
        boards_path=BOARDS,
        data_path=DATA,
    )


def _simulated(site: SiteData) -> str:
    """The plainest words for the plainest fact; empty where nobody simulated anything."""
    made_up = dict(site.summary.origins).get(Origin.SIMULATED, 0)
    if not made_up:
        return ""
    if made_up == site.summary.votes:
        part, where = "All of them", "on this site"
    else:
        names = [name for arena, name in _arena_names(site) if site.ratings.origin_of(arena) is Origin.SIMULATED]
        part, where = f"{wording.whole(made_up)} of them", f"in {wording.listing(names)}"
    return (
        f"{part} were made up by a program. No person compared these pictures, so no rank {where} says anything "
        "about a real model. The page shows what it will show of real votes."
    )


def _arena_names(site: SiteData) -> list[tuple[str, str]]:
    return [(arena.id, arena.name) for arena in site.catalogue.project.arenas]


def _left_out(site: SiteData) -> Iterator[str]:
    for entry in site.ratings.left_out:
        if site.ratings.origin_of(entry.arena) is Origin.DERIVED:
            why = "is rated from votes worked out from people's ratings of single pictures"
        else:
            why = "is rated from the votes of people"
        yield (
            f"{wording.count(entry.votes, f'{entry.origin.value} vote')} in {site.arena_name(entry.arena)} "
            f"{'is' if entry.votes == 1 else 'are'} left out: this arena {why}, and these two kinds are never mixed."
        )


def _set_aside(site: SiteData) -> str:
    """How many votes of the log are left out by decisions; empty where the log holds none."""
    logged, aside = sum(entry.votes for entry in site.entries), sum(entry.votes for entry in site.left_out)
    if not logged:
        return ""
    if not aside:
        return "No vote of the log was set aside."
    return (
        f"{wording.whole(aside)} of the {wording.count(logged, 'vote')} in the log "
        f"{'is' if aside == 1 else 'are'} not rated. They stay in it, and the decisions beside it name each of them."
    )


def _votes_of(site: SiteData, entry: ManifestEntry) -> str:
    """Called what they are only where that holds for all votes of the site, and none is left out; the note tells."""
    plain = site.ratings.left_out or len(site.origins_in()) > 1
    return wording.count(entry.votes, "vote") if plain else site.votes(entry.votes)


def _outcomes(site: SiteData) -> tuple[CountRow, ...]:
    """By outcome: what the votes said, and whether they are rated."""
    summary = site.summary
    ignored = site.ratings.settings.both_bad == "ignore"
    return tuple(
        CountRow(
            wording.sentence(OUTCOMES[outcome]),
            "not rated: it does not say who is better" if outcome.value == "both_bad" and ignored else "rated",
            wording.whole(n),
            wording.share(n, summary.votes, 1),
        )
        for outcome, n in summary.outcomes
    )


def _sampling(site: SiteData, arena: str, board: Board) -> Sampling:
    battles = {rating.model: rating.votes + rating.both_bad for rating in (*board.ratings, *board.unranked)}
    total = sum(battles.values())
    equal = 1 / len(battles) if battles else 0.0
    most = max(battles.values(), default=0) / total if total else 1.0
    ranks = {rating.model: rating.rank for rating in board.ratings}
    order = sorted(battles, key=lambda model: (-battles[model], model))
    rows = tuple(
        ShareRow(
            model=model_ref(site, model),
            battles=wording.whole(battles[model]),
            share=wording.share(battles[model], total, 1),
            bar=render_bar(battles[model] / total / most if total else 0.0, equal / most if most else None),
            ratio=f"×{wording.number(battles[model] / total / equal)}" if total else wording.NOTHING,
            since=_since(site, arena, model),
            rank=wording.whole(ranks[model]) if model in ranks else wording.NOTHING,
        )
        for model in order
    )
    name = site.arena_name(arena)
    unseen = [m for m, model in site.catalogue.models.items() if arena in model.arenas and m not in battles]
    return Sampling(
        id=arena,
        arena=name,
        summary=_sampling_words(rows),
        caption=f"{name}: battles by model, from {site.votes(board.votes + board.both_bad, arena)}; "
        f"the dashed line is an equal share, {wording.percent(equal, 1)}",
        rows_title=f"Every model’s share in {wording.in_sentence(name)}",
        opened=len(rows) <= SHORT,
        rows=rows,
        unseen_title=f"{wording.count(len(unseen), 'model')} of this arena without a battle so far",
        unseen=tuple(model_ref(site, model) for model in unseen),
    )


def _sampling_words(rows: tuple[ShareRow, ...]) -> str:
    if len(rows) < 2:
        return ""
    most, least = rows[0], rows[-1]
    return (
        f"{most.model.name} was shown most ({most.battles} battles, {most.ratio} an equal share), {least.model.name} "
        f"least ({least.battles}, {least.ratio}). A model that joined later has had less time; one that was shown "
        "less has a wider interval and a lower score, never a higher one."
    )


def _since(site: SiteData, arena: str, model: str) -> str:
    """The week of the model's first vote."""
    points = site.history.get((arena, model), ())
    return _short_day(points[0].week) if points else wording.NOTHING


def _short_day(value: date) -> str:
    return f"{value.day} {wording.short_month(value)}"


def _first_places(site: SiteData) -> Iterator[FirstPlaceRow]:
    for arena in site.catalogue.project.arenas:
        board = site.boards.get(Axis(arena.id))
        if not board or not board.ratings:
            continue
        leader, weak = board.ratings[0], board.fragility
        yield FirstPlaceRow(
            arena=arena.name,
            path=board_path(board.axis),
            leader=model_ref(site, leader.model),
            score=wording.number(leader.score),
            others=_could_lead(board, leader),
            votes=site.votes(weak.votes, arena.id) if weak else "",
            share=wording.share(weak.votes, board.votes, 1) if weak else "",
            challenger=model_ref(site, weak.challenger) if weak else None,
        )


def _could_lead(board: Board, leader: Rating) -> str:
    """How many others' 95% interval of the rank reaches the first place."""
    others = sum(1 for rating in board.ratings if rating.rank_low == 1 and rating is not leader)
    return f"{wording.count(others, 'other model')} could be first" if others else "no other interval reaches it"


def _shut_down(site: SiteData) -> tuple[ShutDownRow, ...]:
    ranked = {
        (rating.model, axis.arena): rating.rank
        for axis, board in site.boards.items()
        if axis == Axis(axis.arena)
        for rating in board.ratings
    }
    rows = []
    for model_id, model in site.catalogue.models.items():
        if model.status is Status.WITHDRAWN:
            places = [
                f"#{ranked[model_id, arena.id]} in {wording.in_sentence(arena.name)}"
                for arena in site.catalogue.project.arenas
                if (model_id, arena.id) in ranked
            ]
            standing = f"keeps its place: {wording.listing(places)}" if places else "not ranked"
            rows.append(
                ShutDownRow(
                    model_ref(site, model_id), wording.day(model.shut_down) if model.shut_down else None, standing
                )
            )
    return tuple(rows)
