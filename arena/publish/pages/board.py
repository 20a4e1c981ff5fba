"""A board: the ranking on one axis, with what is behind each score and the sentences that say how to read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.publish import paths
from arena.publish.charts.bars import render_ticks, render_whisker
from arena.publish.charts.explore import Explore, explore
from arena.publish.charts.scale import Scale, scale_over
from arena.publish.content.measured import any_timed, quickest
from arena.publish.content.model_refs import (
    ModelRef,
    commercial_use_in_brief,
    licence_in_brief,
    model_ref,
    price_from,
    rank_certainty,
    release_in_brief,
    weights_use_in_brief,
)
from arena.publish.content.rank_changes import change_explained, change_in, last_week
from arena.publish.content.site_data import OVER_AGE, SiteData
from arena.publish.page import Alternate, Crumb, Page
from arena.publish.pages.board_index import Switch, switches
from arena.publish.pages.board_pairs import PairsTable, pairs_table_of
from arena.publish.pages.filters import Filters, RowValues, filters_of, row_values
from arena.publish.pages.sharing import Sharing, board_sharing
from arena.records import Axis, Board, Intervals, Origin, Rating

FEW_VOTERS = 10
"""Voters of an arena below which its boards say that intervals hold for these few."""
FEW_PROMPTS = 5
"""Prompts up to which a board says that its intervals are rough."""


def lede(site: SiteData, board: Board) -> str:
    """One or two sentences: who leads, and whether the votes settle it; and who is first of current models."""
    if not board.ratings:
        return "No model has a rank here yet."
    leader = board.ratings[0]
    first = [rating for rating in board.ratings if rating.rank_low == 1 and rating is not leader]
    name, demo = site.model(leader.model).name, site.demo(board.axis.arena)
    current = next((rating for rating in board.ratings if site.model(rating.model).current), leader)
    models = wording.count(len(board.ratings), "ranked model")
    text = f"{demo}{name} leads {models} with a score of {wording.number(leader.score)}"
    if not first:
        settled = "no other model’s interval reaches first place"
    elif len(first) <= 3:
        names = wording.listing([site.model(rating.model).name for rating in first])
        settled = f"first place is not settled: {names} could hold it too"
    else:
        settled = f"first place is not settled: {len(first)} other models could hold it too"
    text = f"{text}, from {site.votes(board.votes, board.axis.arena)}; {settled}."
    if current is leader:
        return text
    first_current = f"{site.model(current.model).name} (#{current.rank}) ranks highest of those still served"
    return f"{text} {demo}{name} is shut down; {first_current}."


def missing(site: SiteData, board: Board) -> str:
    """Why a board has no ranking; empty where it has one."""
    if board.ratings:
        return ""
    if not board.votes:
        return "No votes have been cast here yet, so there is no ranking."
    text = f"{site.votes(board.votes, board.axis.arena)} here: too few or too scattered to rank any model."
    return text if board.axis == Axis(board.axis.arena) else f"{text} The wider boards above already rank most of them."


def reason_for_no_rank(site: SiteData, rating: Rating, arena: str) -> str:
    """Why a model that has votes on a board has no rank there."""
    fewest = site.ratings.settings.min_votes
    if rating.votes < fewest:
        return f"Fewer than {site.votes(fewest, arena)} that count"
    return "No chain of comparisons links it with most of the board"


def fragility(site: SiteData, board: Board) -> str:
    """How few votes hold up the first place; empty where that was not worked out."""
    if board.fragility is None:
        return ""
    challenger = site.model(board.fragility.challenger).name
    without = site.votes(board.fragility.votes, board.axis.arena)
    demo = site.demo(board.axis.arena)
    return wording.sentence(
        f"{demo}without {without}, chosen to that end, {challenger} would be first; fewer may be enough."
    )


def explanations(site: SiteData, board: Board) -> tuple[str, ...]:
    """What the columns mean, with the settings that were used."""
    settings = site.ratings.settings
    drawn = dict(site.ratings.draw_probability).get(board.axis.arena)
    bad = "left out of the score" if settings.both_bad == "ignore" else "counted as ties"
    both_bad = site.votes(board.both_bad, board.axis.arena)
    rated = f"On this board {both_bad} said that both pictures were bad; they are {bad}."
    margin = (
        f" A tie between equals was taken to have a chance of {wording.percent(drawn, 1)}." if drawn is not None else ""
    )
    return (
        "Score is mu − 3 sigma: TrueSkill’s estimate less three times its uncertainty, so that a model has to prove "
        "its place. "
        f"It starts from mu {wording.number(settings.mu, 1)} and sigma {wording.number(settings.sigma)}, method "
        f"“{settings.method.value}”.{margin}",
        "Rank is one more than how many models score higher. The range below it and the bar beside the score are 95% "
        "intervals. A strong line between two rows opens a new tier: models of one tier cannot be told from its best. "
        f"“Rank uncertain” marks ranges of a quarter of the board or more. {fragility(site, board)}".strip(),
        *intervals_explained(site, board),
        *few_voters(site, board.axis.arena),
        f"Win rate counts a tie as half a win. {rated}",
        "Price is the lowest we know per image at 1024×1024 in medium or standard quality; with a provider chosen as a "
        "filter, it is what that provider asks, and says so where other sources contest it. "
        f"A dash means that no source gives one, or that the model is shut down. {old_prices(site, board)}".strip(),
        *change_explained(site, board.axis),
        *latency_explained(site, board),
    )


def old_prices(site: SiteData, board: Board) -> str:
    """How many of the prices were read long ago; empty where none was."""
    prices = [site.prices[rating.model] for rating in board.ratings if rating.model in site.prices]
    old = sum(site.read_day(price.price.price.read).old for price in prices)
    counted = wording.count(len(prices), "price")
    return f"Of {counted} here {wording.whole(old)} {'was' if old == 1 else 'were'} read {OVER_AGE}." if old else ""


def intervals_explained(site: SiteData, board: Board) -> Iterator[str]:
    """What the intervals of a board are about, and whether its prompts are few; nothing without clusters of votes."""
    prompts = wording.count(board.prompts, "prompt")
    if board.intervals is Intervals.BY_VOTER_AND_PROMPT:
        few = ", so few that they are wide and rough" if board.prompts <= FEW_PROMPTS else ""
        yield f"The intervals are about voters and prompts like these: {prompts} on this board{few}."
    elif board.intervals is Intervals.BY_VOTER and board.prompts:
        yield (
            f"All votes of this board are on {prompts}, too few to tell how others would turn out: the intervals are "
            "about voters like these and no other prompts."
        )
    elif board.intervals is Intervals.BY_VOTER:
        why = "as chosen for this site" if site.ratings.settings.prompts == "these" else "since the votes name none"
        yield f"The intervals are about voters like these, and not about other prompts, {why}."


def few_voters(site: SiteData, arena: str) -> tuple[str, ...]:
    """What intervals from the votes of a handful of people cannot say; nothing where there are more, or no people."""
    voters = site.voters.get(arena, 0)
    if not 0 < voters < FEW_VOTERS or site.demo(arena):
        return ()
    who = "rater" if site.ratings.origin_of(arena) is Origin.DERIVED else "voter"
    return (
        f"All votes of this arena come from {wording.count(voters, who)}. The intervals say how firm ranks are by the "
        "judgement of so few; other people may judge otherwise, and how much otherwise these votes cannot say.",
    )


def latency_explained(site: SiteData, board: Board) -> tuple[str, ...]:
    """What the column of latencies means; nothing where there is none."""
    if not any_timed(site, (rating.model for rating in board.ratings)):
        return ()
    return (
        "Latency is the median of the model’s quickest provider, or of the one chosen as a filter, as this arena "
        "measured it over 30 days; the model’s page has every provider with its date. A dash means that none was "
        "measured.",
    )


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One ranked model, every value as it reads."""

    rank: str
    rank_span: str
    model: ModelRef
    score: str
    interval: str
    whisker: Markup
    votes: str
    record: str
    win_rate: str
    both_bad: str
    price: str
    licence: str
    released: str
    status: str
    opens_tier: bool
    """Whether a line above the row starts a new tier."""
    change: str
    use: str
    weights_use: str
    latency: str
    seconds: str
    """The same as a number, to sort by; empty where it is not known."""
    values: RowValues


@dataclass(frozen=True, slots=True)
class UnrankedRow:
    """A model without a rank, and why it has none."""

    model: ModelRef
    votes: str
    record: str
    both_bad: str
    reason: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """The context of ``board.html``."""

    heading: str
    label: str
    """What the votes are: those of people, derived or simulated."""
    lede: str
    switches: tuple[Switch, ...]
    caption: str
    ticks: Markup
    rows: tuple[BoardRow, ...]
    filters: Filters
    change_column: str
    latency_column: str
    basis: str
    file_name: str
    scores: Explore | None
    pairs_table: PairsTable | None
    sharing: Sharing | None
    missing: str
    unranked: tuple[UnrankedRow, ...]
    unranked_caption: str
    explanations: tuple[str, ...]
    method_path: str
    data_path: str


def pages(site: SiteData) -> Iterator[Page]:
    """The overall board of every arena, and a board for every other axis that has votes."""
    for arena in site.arenas:
        overall = Axis(arena.id)
        axes = [overall, *(axis for axis in site.boards if axis.arena == arena.id and axis != overall)]
        for axis in axes:
            yield board_page(site, site.boards.get(axis) or Board(axis, (), 0, 0))


def board_page(site: SiteData, board: Board) -> Page:
    """The page of one board."""
    axis = board.axis
    arena = site.arena_name(axis.arena)
    crumbs = [Crumb("Boards", paths.BOARDS)]
    if axis != Axis(axis.arena):
        crumbs.append(Crumb(arena, paths.board_path(Axis(axis.arena))))
    view = board_view(site, board)
    last, path = site.summary.last, paths.board_path(axis)
    return Page(
        path=path,
        template="board.html",
        title=f"{view.heading} leaderboard",
        description=view.lede,
        view=view,
        section=paths.BOARDS,
        crumbs=tuple(crumbs),
        updated=last.date() if last else None,
        alternates=_alternates(view, path),
        card=_card(site, board, path),
        arenas=(axis.arena,),
    )


def _alternates(view: BoardView, path: str) -> tuple[Alternate, ...]:
    """The board's document of the API; a board without a ranking has none."""
    if not view.rows:
        return ()
    document = paths.api_path(path.removesuffix(".html"))
    return (Alternate(document, "application/json", f"{view.heading} as JSON"),)


def _card(site: SiteData, board: Board, path: str) -> str:
    """The picture for links to an overall board with a ranking."""
    known = site.catalogue.project.base_url and site.ranked_arenas.get(board.axis.arena) is board
    return paths.card_path(path) if known else ""


def board_view(site: SiteData, board: Board) -> BoardView:
    """The view of one board."""
    axis = board.axis
    name = site.arena_name(axis.arena)
    heading = name if axis == Axis(axis.arena) else f"{name}: {site.axis_name(axis)}"
    week = last_week(site, axis)
    scale = scale_over(edge for rating in board.ratings for edge in (rating.score_low, rating.score_high))
    rows = tuple(
        board_row(site, rating, scale, before.tier != rating.tier, change_in(site, week, rating.model))
        for before, rating in zip((*board.ratings[:1], *board.ratings), board.ratings, strict=False)
    )
    return BoardView(
        heading=heading,
        label=site.label_of(axis.arena),
        lede=lede(site, board),
        switches=switches(site, axis),
        caption=f"{heading}: {wording.count(len(board.ratings), 'model')} by score, "
        f"from {site.votes(board.votes, axis.arena)}",
        ticks=render_ticks(scale),
        rows=rows,
        filters=filters_of(site, [row.values for row in rows]),
        change_column="7 days" if week else "",
        latency_column="Latency" if any_timed(site, (rating.model for rating in board.ratings)) else "",
        basis=site.votes_noun(axis.arena),
        file_name=paths.board_path(axis).removeprefix("boards/").removesuffix(".html").replace("/", "-"),
        scores=scores_explored(site, board, heading),
        pairs_table=pairs_table_of(site, board),
        sharing=board_sharing(site, board, heading),
        missing=missing(site, board),
        unranked=tuple(unranked_row(site, rating, axis.arena) for rating in board.unranked),
        unranked_caption=f"Models without a rank here, and the {site.votes_noun(axis.arena)} they have",
        explanations=explanations(site, board),
        method_path=paths.METHODOLOGY,
        data_path=paths.DATA,
    )


def scores_explored(site: SiteData, board: Board, heading: str) -> Explore | None:
    """The scores with their intervals, to explore; None for a board without a ranking."""
    if not board.ratings:
        return None
    return explore(
        {
            "kind": "whisker",
            "title": f"{heading}: score and its 95% interval, from {site.votes(board.votes, board.axis.arena)}",
            "labels": [f"{rating.rank}  {site.model(rating.model).name}" for rating in board.ratings],
            "values": [round(rating.score, 3) for rating in board.ratings],
            "low": [round(rating.score_low, 3) for rating in board.ratings],
            "high": [round(rating.score_high, 3) for rating in board.ratings],
            "notes": [site.votes(rating.votes, board.axis.arena) for rating in board.ratings],
        }
    )


def board_row(site: SiteData, rating: Rating, scale: Scale, opens_tier: bool, change: str) -> BoardRow:
    """One row; the both-bad rate is over all votes that the model was in, those not rated included."""
    model = site.model(rating.model)
    timed = quickest(site, rating.model)
    latency = timed.p50_ms if timed else None
    return BoardRow(
        rank=str(rating.rank),
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        model=model_ref(site, rating.model),
        score=wording.number(rating.score),
        interval=f"{wording.number(rating.score_low, 1)} to {wording.number(rating.score_high, 1)}",
        whisker=render_whisker(scale, rating.score_low, rating.score, rating.score_high),
        votes=wording.whole(rating.votes),
        record=wording.record(rating.wins, rating.losses, rating.ties),
        win_rate=wording.percent(rating.win_rate),
        both_bad=wording.share(rating.both_bad, rating.votes + rating.both_bad),
        price=price_from(site, rating.model),
        licence=licence_in_brief(model),
        released=release_in_brief(model),
        status=rank_certainty(rating),
        opens_tier=opens_tier,
        change=change,
        use=commercial_use_in_brief(model),
        weights_use=weights_use_in_brief(model),
        latency=wording.NOTHING if latency is None else wording.seconds(latency),
        seconds="" if latency is None else f"{latency / 1000:g}",
        values=row_values(site, rating.model),
    )


def unranked_row(site: SiteData, rating: Rating, arena: str) -> UnrankedRow:
    """One row of the models without a rank."""
    return UnrankedRow(
        model=model_ref(site, rating.model),
        votes=wording.whole(rating.votes),
        record=wording.record(rating.wins, rating.losses, rating.ties),
        both_bad=wording.whole(rating.both_bad),
        reason=reason_for_no_rank(site, rating, arena),
    )
