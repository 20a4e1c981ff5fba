"""Methodology: how votes become ranks, with the settings and counts of this very site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from markupsafe import Markup

from arena import wording
from arena.exports.files import software
from arena.publish.charts.beliefs import Belief, render_beliefs
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.publish.page import Page
from arena.publish.pages.citations import last_vote
from arena.publish.paths import METHODOLOGY
from arena.rating_settings import Method, RatingSettings
from arena.ratings.boards import held_back
from arena.records import Axis, Intervals, Origin, Outcome

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.LEFT: "the left one is better",
    Outcome.RIGHT: "the right one is better",
    Outcome.TIE: "equally good",
    Outcome.BOTH_BAD: "both are bad",
}
ORIGINS: Mapping[Origin, str] = {
    Origin.HUMAN: "cast by people who compared the two pictures",
    Origin.DERIVED: "worked out from people's ratings of single pictures",
    Origin.SIMULATED: "made up by a program",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One rating setting as it was used."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Margin:
    """The draw probability used in one arena, where it comes from, and how many votes single voters call a tie."""

    arena: str
    value: str
    origin: str
    voters: str
    """Empty where voters do not differ, or nothing tells."""


@dataclass(frozen=True, slots=True)
class VoteCount:
    """One kind of vote, how many there are, and their share of all."""

    label: str
    count: str
    share: str


@dataclass(frozen=True, slots=True)
class FirstPlaceRemoval:
    """Who is first in an arena, and how few votes hold that up; ``without`` is empty where no removal was found."""

    leader: ModelRef
    arena: str
    without: str
    challenger: str


@dataclass(frozen=True, slots=True)
class UncertaintyShares:
    """What the variance of the scores of an arena's overall board comes from; a share is empty where nothing tells."""

    arena: str
    votes: str
    voters: str
    prompts: str
    outputs: str


@dataclass(frozen=True)
class MethodologyView:
    """What the page on method says; every number comes from the ratings, the log or the catalogue of this site."""

    simulated: bool
    derived: bool
    batch: bool
    both_bad_ignored: bool
    by_voter: bool
    by_prompt: bool
    prompts_alone: bool
    shares: tuple[UncertaintyShares, ...]
    votes: str
    voters: str
    first: wording.Day | None
    last: wording.Day | None
    outcomes: tuple[VoteCount, ...]
    origins: tuple[VoteCount, ...]
    arenas: str
    categories: str
    languages: str
    boards: str
    ranked_boards: str
    min_votes: str
    apart: str
    first_places: tuple[FirstPlaceRemoval, ...]
    has_looks: bool
    """Whether a board says who would stand where at equal looks."""
    has_reasons: bool
    """Whether a board ranks models by reason."""
    mu: str
    sigma: str
    beta: str
    prior_score: str
    score_figure: Markup
    held_back: str
    """How many models few votes hold back on overall boards; empty for none."""
    settings: tuple[Setting, ...]
    margins: tuple[Margin, ...]
    margin_fitted: bool
    log_sha256: str
    method_version: str
    software: str
    repository: str
    rate_command: str
    sources: str
    conflicts: str


def pages(site: SiteData) -> Iterator[Page]:
    """The one page on method."""
    yield Page(
        path=METHODOLOGY,
        template="methodology.html",
        title="How the ranking works",
        description="What a vote is, how votes become scores and ranks, what the numbers cannot tell, "
        "and how to recompute every one of them.",
        view=_view(site),
        updated=last_vote(site),
    )


def _view(site: SiteData) -> MethodologyView:
    project, summary, settings = site.catalogue.project, site.summary, site.ratings.settings
    ranked = sum(1 for board in site.boards.values() if board.ratings)
    models = site.catalogue.models.values()
    return MethodologyView(
        simulated=site.simulated,
        derived=any(origin is Origin.DERIVED for origin, _ in summary.origins),
        batch=settings.method is Method.BATCH,
        both_bad_ignored=settings.both_bad == "ignore",
        by_voter=site.ratings.intervals in {Intervals.BY_VOTER, Intervals.BY_VOTER_AND_PROMPT},
        by_prompt=site.ratings.intervals is Intervals.BY_VOTER_AND_PROMPT,
        prompts_alone=settings.prompts == "these",
        shares=tuple(_shares(site)),
        votes=site.votes(summary.votes),
        voters=wording.count(summary.voters, "simulated voter" if _all_simulated(site) else "voter"),
        first=wording.day(summary.first.date()) if summary.first else None,
        last=wording.day(summary.last.date()) if summary.last else None,
        outcomes=_tallies([(OUTCOMES[each], count) for each, count in summary.outcomes], summary.votes),
        origins=_tallies([(ORIGINS[each], count) for each, count in summary.origins], summary.votes),
        arenas=wording.listing([arena.name for arena in project.arenas]),
        categories=wording.count(len(project.categories), "category", "categories"),
        languages=wording.count(len(project.languages), "language"),
        boards=wording.count(len(site.boards), "board"),
        ranked_boards=wording.whole(ranked),
        min_votes=wording.whole(settings.min_votes),
        apart=_apart(site),
        first_places=tuple(_first_places(site)),
        has_looks=bool(site.equal_looks),
        has_reasons=bool(site.reason_boards),
        mu=wording.number(settings.mu),
        sigma=wording.number(settings.sigma),
        beta=wording.number(settings.beta),
        prior_score=wording.number(settings.mu - 3 * settings.sigma),
        score_figure=_score_figure(settings),
        held_back=_held_back(site),
        settings=settings_rows(settings),
        margins=_margins(site),
        margin_fitted=settings.draw_probability == "fitted",
        log_sha256=summary.sha256,
        method_version=site.ratings.method_version,
        software=software(),
        repository=project.repository or "",
        rate_command=" ".join(["arena rate votes.csv", *rate_options(settings), "--out ratings.csv"]),
        sources=wording.count(sum(len(model.sources) for model in models), "source"),
        conflicts=wording.count(sum(len(model.conflicts) for model in models), "conflict"),
    )


def _score_figure(settings: RatingSettings) -> Markup:
    """Two models made up to explain the score: one with many votes, and one that may be stronger, with few."""
    sure = Belief("Model A, many votes", settings.mu + 0.35 * settings.sigma, 0.09 * settings.sigma)
    unsure = Belief("Model B, few votes", settings.mu + 0.6 * settings.sigma, 0.36 * settings.sigma)
    return render_beliefs(
        (sure, unsure),
        "Mu and score of two made-up models",
        f"Model A has mu {wording.number(sure.mu, 1)} and score {wording.number(sure.score, 1)}. Model B, with a wider "
        f"curve, has the higher mu, {wording.number(unsure.mu, 1)}, and the lower score, "
        f"{wording.number(unsure.score, 1)}.",
    )


def _held_back(site: SiteData) -> str:
    count = sum(len(held_back(board.ratings)) for axis, board in site.boards.items() if axis == Axis(axis.arena))
    return wording.count(count, "model") if count else ""


def _apart(site: SiteData) -> str:
    """How many models some board leaves without a rank because no comparison connects them; empty for none."""
    models = {rating.model for board in site.boards.values() for rating in board.unranked if not rating.comparable}
    return wording.count(len(models), "model") if models else ""


def _first_places(site: SiteData) -> Iterator[FirstPlaceRemoval]:
    """One for each arena whose overall board was rated in a way that tells how firm its first place is."""
    for arena in site.catalogue.project.arenas:
        board = site.boards.get(Axis(arena.id))
        if board and len(board.ratings) > 1 and site.ratings.settings.method is Method.BATCH:
            weak = board.fragility
            yield FirstPlaceRemoval(
                leader=model_ref(site, board.ratings[0].model),
                arena=arena.name,
                without=site.votes(weak.votes, arena.id) if weak else "",
                challenger=site.model(weak.challenger).name if weak else "",
            )


def _shares(site: SiteData) -> Iterator[UncertaintyShares]:
    """One for each arena whose intervals keep the votes of a voter together."""
    for arena in site.catalogue.project.arenas:
        board = site.boards.get(Axis(arena.id))
        if board and board.variance:
            parts = (getattr(board.variance, part.name) for part in fields(board.variance))
            yield UncertaintyShares(arena.name, *("" if part is None else wording.percent(part) for part in parts))


def settings_rows(settings: RatingSettings) -> tuple[Setting, ...]:
    """Every setting of the run with what it means, in the order of the record."""
    both_bad = "not rated, counted apart" if settings.both_bad == "ignore" else "rated as a tie"
    draw = settings.draw_probability
    return (
        Setting("method", settings.method.value, "all votes at once, or one after the other"),
        Setting(
            "draw_probability",
            draw if isinstance(draw, str) else _short(draw),
            "chance of a tie between equals; fitted: the one under which the arena’s votes are likeliest; "
            "observed: ties / rated votes of the arena",
        ),
        Setting("both_bad", settings.both_bad, both_bad),
        Setting("min_votes", wording.whole(settings.min_votes), "how many rated votes a place on a board takes"),
        Setting("origins", settings.origins, "which votes an arena with both human and derived ones is rated from"),
        Setting("prompts", settings.prompts, "what intervals are about: prompts like these, or these alone"),
        Setting("mu", _short(settings.mu), "mean of the belief before any vote"),
        Setting("sigma", _short(settings.sigma), "standard deviation of that belief"),
        Setting("beta", _short(settings.beta), "how much the quality of one output varies"),
        Setting("tau", _short(settings.tau), "how much a model may drift from vote to vote"),
    )


def rate_options(settings: RatingSettings) -> list[str]:
    """The options of ``arena rate`` that give these settings: those that differ from the defaults of the method."""
    usual = RatingSettings(method=settings.method)
    options = [] if settings.method is Method.BATCH else [f"--method {settings.method.value}"]
    for name in ("draw_probability", "both_bad", "min_votes", "origins", "prompts", "mu", "sigma", "beta", "tau"):
        value = getattr(settings, name)
        if value != getattr(usual, name):
            options.append(f"--{name.replace('_', '-')} {value}")
    return options


def _margins(site: SiteData) -> tuple[Margin, ...]:
    """The draw probability of each arena that has votes, as the ratings say it."""
    rows = []
    for arena_id, ties in site.ratings.ties:
        board = site.boards.get(Axis(arena_id))
        origin = {"fitted": "fitted to ", "observed": "observed in ", "set": "set"}[ties.found]
        if board and ties.found != "set":
            origin += site.votes(board.votes, arena_id)
        low, high = (wording.percent(share) for share in ties.voters.middle())
        voters = f"{low} to {high} of votes" if ties.voters.spread else ""
        rows.append(Margin(site.arena_name(arena_id), _short(ties.draw_probability), origin, voters))
    return tuple(rows)


def _all_simulated(site: SiteData) -> bool:
    return [origin for origin, _ in site.summary.origins] == [Origin.SIMULATED]


def _tallies(counts: Sequence[tuple[str, int]], total: int) -> tuple[VoteCount, ...]:
    """Counts with their share of all votes; none where there are no votes to share."""
    if not total:
        return ()
    return tuple(VoteCount(label, wording.whole(count), wording.percent(count / total, 1)) for label, count in counts)


def _short(value: float | str) -> str:
    """As many digits as tell the value, at most six decimals."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
