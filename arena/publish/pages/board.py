"""A board: the ranking on one axis, with what is behind each score and the sentences that say how to read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.catalogue.catalogue import offers_fact
from arena.catalogue.reads import as_recorded, paused
from arena.publish import paths
from arena.publish.charts.bars import render_interval
from arena.publish.charts.scale import Scale, scale_over
from arena.publish.content.ladder import LadderFigure, ladder_by_mu, ladder_explored, ladder_figure
from arena.publish.content.measured import ModelSpeed, any_speed, speed_of
from arena.publish.content.model_refs import (
    ModelRef,
    WeightsTags,
    commercial_use_in_brief,
    model_ref,
    price_from,
    rank_certainty,
    release_in_brief,
    weights_tags,
    weights_use_in_brief,
)
from arena.publish.content.own_ranking import own_ranking_path
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.rank_changes import change_in, last_week, leader_in_words
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import label_said
from arena.publish.content.wall import has_wall, picture_for, thumbnail_prompt
from arena.publish.page import Alternate, Crumb, ForEach, Page
from arena.publish.pages.board_index import Switch, chosen_of, switches
from arena.publish.pages.board_looks import LooksSection, looks_section
from arena.publish.pages.board_pairs import PairsTable, pairs_table_of
from arena.publish.pages.board_reading import explanations
from arena.publish.pages.board_reasons import ReasonsSection, reasons_section
from arena.publish.pages.filters import Filters, RowValues, filters_of, row_values
from arena.publish.pages.sharing import Sharing, board_sharing
from arena.ratings.boards import held_back
from arena.records import Axis, Board, OutputOrigin, Rating


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


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One ranked model, every value as it reads."""

    rank: str
    rank_span: str
    model: ModelRef
    score: str
    mu: str
    held_back: str
    """The rank by mu of a model that few votes hold back; empty for all others."""
    interval: str
    bar: Markup
    picture: Picture | None
    votes: str
    record: str
    win_rate: str
    both_bad: str
    price: str
    weights: WeightsTags
    released: str
    status: str
    opens_tier: bool
    """Whether a line above the row starts a new tier."""
    change: str
    use: str
    weights_use: str
    speed: ModelSpeed | None
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
class BoardPictures:
    """What the pictures beside the names are: of which prompt, with its page, and what it must be said of them."""

    text: str
    path: str
    prompt: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """The context of ``board.html``."""

    heading: str
    label: str
    """What the votes are: those of people, derived or simulated."""
    lede: str
    leader: str
    """Since when the first model leads for sure; empty where that is not worked out."""
    switches: tuple[Switch, ...]
    chosen: str
    """What the switches stand at, in one line."""
    path: str
    wall_path: str
    """The same board as pictures; empty where it has none."""
    ladder: LadderFigure | None
    by_mu: LadderFigure | None
    """The ladder in the order of mu, on overall boards."""
    caption: str
    pictures: BoardPictures | None
    rows: tuple[BoardRow, ...]
    filters: Filters
    change_column: str
    speed_column: str
    basis: str
    file_name: str
    scores: Markup | None
    pairs_table: PairsTable | None
    looks: LooksSection | None
    reasons: ReasonsSection | None
    sharing: Sharing | None
    missing: str
    unranked: tuple[UnrankedRow, ...]
    unranked_caption: str
    explanations: tuple[str, ...]
    own_path: str
    """Where readers weigh this board against others; empty where they cannot."""
    method_path: str
    data_path: str


def _axes(site: SiteData) -> Iterator[Axis]:
    """The overall axis of every arena, and every other axis that has votes."""
    for arena in site.arenas:
        overall = Axis(arena.id)
        yield overall
        yield from (axis for axis in site.boards if axis.arena == arena.id and axis != overall)


@dataclass(frozen=True, slots=True)
class ModelColumns:
    """What every board says of a model, whatever its rank there."""

    model: ModelRef
    price: str
    weights: WeightsTags
    released: str
    use: str
    weights_use: str
    speed: ModelSpeed | None
    values: RowValues


def columns_of(site: SiteData, models: Iterable[str]) -> Mapping[str, ModelColumns]:
    """By model; to read an entry counts as reading the offers of the model."""
    with paused(site.catalogue.offers):
        found = {
            model_id: ModelColumns(
                model=model_ref(site, model_id),
                price=price_from(site, model_id),
                weights=weights_tags(site.model(model_id)),
                released=release_in_brief(site.model(model_id)),
                use=commercial_use_in_brief(site.model(model_id)),
                weights_use=weights_use_in_brief(site.model(model_id)),
                speed=speed_of(site, model_id),
                values=row_values(site, model_id),
            )
            for model_id in models
        }
    return as_recorded(site.catalogue.offers, found, offers_fact)


@dataclass(frozen=True, slots=True)
class _Shared:
    site: SiteData
    columns: Mapping[str, ModelColumns]


def _shared(site: SiteData) -> _Shared:
    """Once for all boards: on 25 boards of 1,000 models ``row_values`` alone took 37% of the time for rows."""
    return _Shared(site, columns_of(site, {rating.model for board in site.boards.values() for rating in board.ratings}))


def board_page(shared: _Shared, axis: Axis) -> Page:
    """The page of one board."""
    site = shared.site
    board = site.boards.get(axis) or Board(axis, (), 0, 0)
    arena = site.arena_name(axis.arena)
    crumbs = [Crumb("Boards", paths.BOARDS)]
    if axis != Axis(axis.arena):
        crumbs.append(Crumb(arena, paths.board_path(Axis(axis.arena))))
    view = board_view(site, board, shared.columns)
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


def board_view(site: SiteData, board: Board, columns: Mapping[str, ModelColumns] | None = None) -> BoardView:
    """The view of one board; ``columns`` are those of its ranked models, and of others."""
    axis = board.axis
    if columns is None:
        columns = columns_of(site, [rating.model for rating in board.ratings])
    name = site.arena_name(axis.arena)
    heading = name if axis == Axis(axis.arena) else f"{name}: {site.axis_name(axis)}"
    week, prompt = last_week(site, axis), thumbnail_prompt(site, board)
    scale = scale_over(edge for rating in board.ratings for edge in (rating.score_low, rating.score_high))
    held = held_back(board.ratings)
    rows = tuple(
        board_row(
            site,
            rating,
            columns[rating.model],
            scale,
            mu_rank=held.get(rating.model, 0),
            opens_tier=before.tier != rating.tier,
            change=change_in(site, week, rating.model),
            prompt=prompt,
        )
        for before, rating in zip((*board.ratings[:1], *board.ratings), board.ratings, strict=False)
    )
    return BoardView(
        heading=heading,
        label=label_said(site, axis.arena),
        lede=lede(site, board),
        leader=leader_in_words(site, board),
        switches=switches(site, axis),
        chosen=chosen_of(site, axis),
        path=paths.board_path(axis),
        wall_path=paths.wall_path(axis) if has_wall(site, board) else "",
        ladder=ladder_figure(site, board),
        by_mu=ladder_by_mu(site, board) if axis == Axis(axis.arena) else None,
        caption=f"{heading}: {wording.count(len(board.ratings), 'model')} by score, "
        f"from {site.votes(board.votes, axis.arena)}",
        pictures=pictures_of_board(site, board, prompt),
        rows=rows,
        filters=filters_of(site, [row.values for row in rows]),
        change_column="7 days" if week else "",
        speed_column="Speed" if any_speed(site, (rating.model for rating in board.ratings)) else "",
        basis=site.votes_noun(axis.arena),
        file_name=paths.board_path(axis).removeprefix("boards/").removesuffix(".html").replace("/", "-"),
        scores=ladder_explored(site, board, heading),
        pairs_table=pairs_table_of(site, board),
        looks=looks_section(site, board),
        reasons=reasons_section(site, board),
        sharing=board_sharing(site, board, heading),
        missing=missing(site, board),
        unranked=tuple(unranked_row(site, rating, axis.arena) for rating in board.unranked),
        unranked_caption=f"Models without a rank here, and the {site.votes_noun(axis.arena)} they have",
        explanations=explanations(site, board),
        own_path=own_ranking_path(site, axis),
        method_path=paths.METHODOLOGY,
        data_path=paths.DATA,
    )


def pictures_of_board(site: SiteData, board: Board, prompt_id: str) -> BoardPictures | None:
    """What the pictures beside the names were made for; None where there are none."""
    outputs = [picture_for(site, prompt_id, rating.model) for rating in board.ratings]
    if not any(outputs):
        return None
    simulated = any(output and output.origin is OutputOrigin.SIMULATED for output in outputs)
    prompt = site.catalogue.prompts[prompt_id]
    return BoardPictures(
        text="Simulated pictures, drawn by a program, for" if simulated else "Pictures for",
        path=paths.prompt_path(prompt_id),
        prompt=wording.clipped(prompt.english or prompt.text, 60),
    )


def board_row(
    site: SiteData,
    rating: Rating,
    columns: ModelColumns,
    scale: Scale,
    *,
    mu_rank: int,
    opens_tier: bool,
    change: str,
    prompt: str,
) -> BoardRow:
    """One row, with the model's picture for ``prompt``; the both-bad rate is over all votes that the model was in,
    those not rated included. ``mu_rank`` is the rank by mu of a model that few votes hold back, and 0 for others.
    """
    output = picture_for(site, prompt, rating.model)
    return BoardRow(
        rank=str(rating.rank),
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        model=columns.model,
        score=wording.number(rating.score),
        mu=wording.number(rating.mu),
        held_back=f"#{mu_rank}" if mu_rank else "",
        interval=f"{wording.number(rating.score_low, 1)} to {wording.number(rating.score_high, 1)}",
        bar=render_interval(scale, rating.score_low, rating.score, rating.score_high),
        picture=picture_of(site, output.sha256) if output else None,
        votes=wording.whole(rating.votes),
        record=wording.record(rating.wins, rating.losses, rating.ties),
        win_rate=wording.percent(rating.win_rate),
        both_bad=wording.share(rating.both_bad, rating.votes + rating.both_bad),
        price=columns.price,
        weights=columns.weights,
        released=columns.released,
        status=rank_certainty(rating),
        opens_tier=opens_tier,
        change=change,
        use=columns.use,
        weights_use=columns.weights_use,
        speed=columns.speed,
        values=columns.values,
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


pages = ForEach[SiteData, _Shared, Axis, Page](_axes, _shared, board_page)
"""The overall board of every arena, and a board for every other axis that has votes."""
