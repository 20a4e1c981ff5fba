"""Where a model stands: its rank on every arena, by category and by language, as tables and as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.publish import paths
from arena.publish.charts.bars import render_ticks, render_whisker
from arena.publish.charts.explore import explore
from arena.publish.charts.heat import Square, render_heat
from arena.publish.charts.scale import Scale, scale_over
from arena.publish.content.site_data import SiteData
from arena.records import Axis, Rating

FEWEST = 4
"""Squares of category and language below which there is no picture."""


@dataclass(frozen=True, slots=True)
class PerformanceGridRow:
    """One category over the languages, each with place and number of ranked models."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PerformanceGrid:
    """A model's places by category and language on one arena."""

    caption: str
    chart: Markup
    explore: Markup
    columns: tuple[str, ...]
    rows: tuple[PerformanceGridRow, ...]


def performance_grid(site: SiteData, model_id: str, arena: str) -> PerformanceGrid | None:
    """The grid of one arena; None where the model is ranked on fewer than four boards of a category and a language."""
    project = site.catalogue.project
    found = {
        (category.id, language.id): place
        for category in project.categories
        for language in project.languages
        if (place := _place(site, Axis(arena, category.id, language.id), model_id))
    }
    if len(found) < FEWEST:
        return None
    categories = [each for each in project.categories if any(key[0] == each.id for key in found)]
    languages = [each for each in project.languages if any(key[1] == each.id for key in found)]
    lines = [[found.get((category.id, language.id)) for language in languages] for category in categories]
    labels, columns = [each.name for each in categories], [each.name for each in languages]
    name, where = site.model(model_id).name, wording.in_sentence(site.arena_name(arena))
    title = f"{name} in {where}: rank by category and prompt language, from {site.votes_noun(arena)}"
    return PerformanceGrid(
        caption=title,
        chart=render_heat(
            labels,
            columns,
            [[_square(place) for place in line] for line in lines],
            title,
            "The number is the rank, the shade how far up the board it is; empty squares have too few votes.",
        ),
        explore=_explored(labels, columns, lines, title),
        columns=tuple(columns),
        rows=tuple(
            PerformanceGridRow(label, tuple(map(_said, line))) for label, line in zip(labels, lines, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    rating: Rating
    of: int

    @property
    def height(self) -> float:
        """1 for the first of a board, 0 for the last."""
        return (self.of - self.rating.rank) / max(self.of - 1, 1)


def _place(site: SiteData, axis: Axis, model_id: str) -> _Place | None:
    board = site.boards.get(axis)
    rating = board.get(model_id) if board else None
    return _Place(rating, len(board.ratings)) if board and rating else None


def _square(place: _Place | None) -> Square | None:
    return Square(place.height, str(place.rating.rank)) if place else None


def _said(place: _Place | None) -> str:
    return f"{place.rating.rank} of {place.of}" if place else wording.NOTHING


def _explored(
    labels: Sequence[str], columns: Sequence[str], lines: Sequence[Sequence[_Place | None]], title: str
) -> Markup:
    return explore(
        {
            "kind": "heat",
            "title": title,
            "rows": labels,
            "columns": columns,
            "values": [[round(place.height, 3) if place else None for place in line] for line in lines],
            "notes": [
                [f"#{_said(place)}, score {wording.number(place.rating.score)}" if place else "" for place in line]
                for line in lines
            ],
        }
    )


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A model on one arena's overall board; ``missing`` says why it is not ranked there."""

    arena: str
    path: str
    rank: str
    rank_span: str
    score: str
    interval: str
    votes: str
    record: str
    win_rate: str
    both_bad: str
    missing: str


@dataclass(frozen=True, slots=True)
class PerformanceRow:
    """A model on one narrower board."""

    label: str
    own_name: str
    code: str
    direction: str
    path: str
    rank: str
    score: str
    interval: str
    whisker: Markup
    votes: str
    win_rate: str


@dataclass(frozen=True, slots=True)
class PerformanceGroup:
    """All categories, or all languages."""

    label: str
    rows: tuple[PerformanceRow, ...]


@dataclass(frozen=True, slots=True)
class Performance:
    """A model by category and language on one arena; ``missing`` names the axes that have too few votes."""

    id: str
    arena: str
    placed: str
    """Where it is placed best and least well, in a sentence."""
    summary: str
    caption: str
    ticks: Markup
    groups: tuple[PerformanceGroup, ...]
    missing: str
    grid: PerformanceGrid | None


def ranking_rows(site: SiteData, model_id: str) -> tuple[RankingRow, ...]:
    """A row for each arena of the project, in its order."""
    return tuple(_ranking_row(site, model_id, arena.id) for arena in site.catalogue.project.arenas)


def _ranking_row(site: SiteData, model_id: str, arena: str) -> RankingRow:
    axis = Axis(arena)
    board = site.boards.get(axis)
    rating = board.get(model_id) if board else None
    name, path = site.marked_name(arena), paths.board_path(axis)
    if board is None or rating is None:
        return RankingRow(name, path, "", "", "", "", "", "", "", "", why_unranked(site, model_id, arena))
    return RankingRow(
        arena=name,
        path=path,
        rank=f"{rating.rank} of {len(board.ratings)}",
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        score=wording.number(rating.score),
        interval=f"{wording.number(rating.score_low, 1)} to {wording.number(rating.score_high, 1)}",
        votes=wording.whole(rating.votes),
        record=wording.record(rating.wins, rating.losses, rating.ties),
        win_rate=wording.percent(rating.win_rate),
        both_bad=wording.share(rating.both_bad, rating.votes + rating.both_bad),
        missing="",
    )


def why_unranked(site: SiteData, model_id: str, arena: str) -> str:
    """Not compared there; has no votes; or has too few."""
    board = site.boards.get(Axis(arena))
    few = next((r for r in board.unranked if r.model == model_id), None) if board else None
    if few is None:
        source = next((each.source for each in site.catalogue.project.arenas if each.id == arena), None)
        if source:
            return f"Not among the models of {source.title}"
        return "Not ranked: no votes yet" if arena in site.model(model_id).arenas else "Not compared in this arena"
    if few.votes >= site.ratings.settings.min_votes:
        return "Not ranked: no chain of comparisons links it with most of the board"
    return f"Not ranked: {site.votes(few.votes, arena)}, and a rank takes {site.ratings.settings.min_votes}"


def performances(site: SiteData, model_id: str) -> tuple[Performance, ...]:
    """One for each arena where the model is ranked."""
    found = []
    for arena in site.catalogue.project.arenas:
        board = site.boards.get(Axis(arena.id))
        rating = board.get(model_id) if board else None
        if rating:
            found.append(_performance(site, model_id, arena.id, rating))
    return tuple(found)


def _performance(site: SiteData, model_id: str, arena: str, overall: Rating) -> Performance:
    project = site.catalogue.project
    axes = {
        "Category": [Axis(arena, category.id) for category in project.categories],
        "Prompt language": [Axis(arena, "", language.id) for language in project.languages],
    }
    ranked: dict[str, list[tuple[Axis, Rating]]] = {}
    few: list[str] = []
    for group, members in axes.items():
        ranked[group] = []
        for axis in members:
            board = site.boards.get(axis)
            rating = board.get(model_id) if board else None
            if rating:
                ranked[group].append((axis, rating))
            elif axis not in site.repeated:
                few.append(site.axis_name(axis))
    every = [rating for members in ranked.values() for _, rating in members]
    scale = scale_over([overall.score, *(edge for r in every for edge in (r.score_low, r.score_high))])
    fewest = site.ratings.settings.min_votes
    name = site.model(model_id).name
    total = site.votes(overall.votes, arena)
    return Performance(
        id=arena,
        arena=site.arena_name(arena),
        placed=_placed(site, [pair for members in ranked.values() for pair in members]),
        summary=_strengths(site, overall, [pair for members in ranked.values() for pair in members]),
        caption=f"{name} in {wording.in_sentence(site.arena_name(arena))} by category and language, from {total}. "
        f"Mark: score; bar: 95% interval; dashed: overall score, {wording.number(overall.score)}.",
        ticks=render_ticks(scale),
        groups=tuple(
            PerformanceGroup(label, tuple(_axis_row(site, axis, r, scale, overall.score) for axis, r in members))
            for label, members in ranked.items()
            if members
        ),
        missing=f"Fewer than {site.votes(fewest, arena)} that count, so not shown: {wording.listing(few)}."
        if few
        else "",
        grid=performance_grid(site, model_id, arena),
    )


def _strengths(site: SiteData, overall: Rating, ranked: list[tuple[Axis, Rating]]) -> str:
    """Where the model is placed best and least well, and which of it is more than chance."""
    if len(ranked) < 2:
        return _placed(site, ranked)
    return (
        f"{_placed(site, ranked)} {standing_apart(site, overall, ranked)} Narrow boards rest on fewer votes, "
        "which lowers every score on them: compare ranks rather than scores across rows."
    )


def _placed(site: SiteData, ranked: list[tuple[Axis, Rating]]) -> str:
    """Where the model is placed best and least well, by rank, ties by more votes and then by name."""
    if len(ranked) < 2:
        return "Too few categories and languages have votes to say where it is strongest."
    ordered = sorted(ranked, key=lambda pair: (pair[1].rank, -pair[1].votes, site.axis_name(pair[0])))

    def said(pair: tuple[Axis, Rating]) -> str:
        return f"{site.axis_name(pair[0])} (#{pair[1].rank} of {len(site.boards[pair[0]].ratings)})"

    demo = site.demo(ordered[0][0].arena)
    return wording.sentence(f"{demo}placed best in {said(ordered[0])}, least well in {said(ordered[-1])}.")


def standing_apart(site: SiteData, overall: Rating, ranked: Sequence[tuple[Axis, Rating]]) -> str:
    """The boards where the 95% interval of the model's rank lies clear of that of its overall rank, in words. Ranks
    count as shares of the board, since boards differ in length.
    """
    if not ranked:
        return ""
    arena = ranked[0][0].arena
    wide, demo = len(site.boards[Axis(arena)].ratings), site.demo(arena)
    better: list[str] = []
    worse: list[str] = []
    for axis, rating in ranked:
        size = len(site.boards[axis].ratings)
        if rating.rank_high / size < overall.rank_low / wide:
            better.append(site.axis_name(axis))
        elif (rating.rank_low - 1) / size > (overall.rank_high - 1) / wide:
            worse.append(site.axis_name(axis))
    if not better and not worse:
        return wording.sentence(f"{demo}the votes set no category or language clearly apart from its overall place.")
    said = [f"{word} in {wording.listing(names)}" for word, names in (("better", better), ("worse", worse)) if names]
    return wording.sentence(f"{demo}clearly {' and clearly '.join(said)} than overall.")


def _axis_row(site: SiteData, axis: Axis, rating: Rating, scale: Scale, overall: float) -> PerformanceRow:
    language = site.language(axis.language) if axis.language else None
    return PerformanceRow(
        label=language.name if language else site.category_name(axis.category),
        own_name=language.own_name if language and language.own_name != language.name else "",
        code=language.id if language else "",
        direction=language.direction if language else "",
        path=paths.board_path(axis),
        rank=f"{rating.rank} of {len(site.boards[axis].ratings)}",
        score=wording.number(rating.score),
        interval=f"{wording.number(rating.score_low, 1)} to {wording.number(rating.score_high, 1)}",
        whisker=render_whisker(scale, rating.score_low, rating.score, rating.score_high, overall),
        votes=wording.whole(rating.votes),
        win_rate=wording.percent(rating.win_rate),
    )
