"""What readers take along: how to cite a page, badges, and boards for other sites to show in a frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.publish import paths
from arena.publish.content.badge import BADGED, HEIGHT, badge_of
from arena.publish.content.ladder import LegendMaker, ladder_figure
from arena.publish.content.model_refs import ModelRef
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import label_in_english
from arena.publish.page import Page
from arena.publish.paths import board_path, embed_path
from arena.records import Axis, AxisKind, Board

PLACEHOLDER = "https://arena.example"
"""Stands for the site's address in what readers copy, where that is not known."""
PLACES = 10


@dataclass(frozen=True, slots=True)
class Snippet:
    """Something to paste, and what it shows; sizes in pixels, ``picture`` empty where it is no picture."""

    label: str
    code: str
    picture: str = ""
    width: int = 0
    height: int = 0
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The snippets of a page; ``note`` says what to put in the place of an address that is not known."""

    snippets: tuple[Snippet, ...]
    note: str


def root_of(site: SiteData) -> str:
    """The site's address, or what stands for it."""
    return site.catalogue.project.base_url or PLACEHOLDER


def sharing(site: SiteData, *snippets: Snippet) -> Sharing:
    """These snippets with the note that they need."""
    known = site.catalogue.project.base_url or not any(PLACEHOLDER in snippet.code for snippet in snippets)
    return Sharing(snippets, "" if known else f"Replace {PLACEHOLDER} with the address of this site.")


def citation(site: SiteData, title: str, path: str, *arenas: str) -> Snippet:
    """A page as a reference. The sum of the log pins the votes, whatever the page shows later."""
    project, until = site.catalogue.project, site.data_until
    mark = site.simulated_mark(*arenas)
    parts = [
        f"{project.name}: {title}{mark}",
        f"data up to {wording.day(until).text}" if until else "",
        f"log {site.summary.sha256[:16]}" if site.summary.sha256 else "",
        paths.absolute(project.base_url, path) if project.base_url else "",
    ]
    return Snippet("Cite", f"{', '.join(filter(None, parts))}.")


def has_badge(board: Board, model_id: str) -> bool:
    """Whether a ranked model stands high enough on a board for a badge."""
    most = BADGED.get(board.axis.kind, 0)
    return most is None or board.index_of(model_id) < most


def badge_snippet(site: SiteData, board: Board, model_id: str) -> Snippet | None:
    """The badge of a model on a board, as Markdown; None where it has none."""
    rating = board.get(model_id)
    if rating is None or not has_badge(board, model_id):
        return None
    badge, root = badge_of(site, board, rating), root_of(site)
    target = paths.absolute(root, paths.model_path(model_id))
    code = f"[![{badge.text}]({paths.absolute(root, badge.path)})]({target})"
    return Snippet(f"A badge: {badge.place} (Markdown)", code, badge.path, badge.width, HEIGHT, badge.text)


def frame_snippet(site: SiteData, axis: Axis, title: str) -> Snippet:
    """The first places of a board in a frame, as HTML."""
    address = paths.absolute(root_of(site), paths.embed_path(axis))
    code = f'<iframe src="{address}" title="{title}" width="480" height="720" loading="lazy"></iframe>'
    return Snippet("A board in a frame (HTML)", code)


def model_sharing(site: SiteData, model_id: str) -> Sharing:
    """A citation of a model's page, and the badges of its places: overall first, then its best by category."""
    name = site.model(model_id).name
    found = [badge_snippet(site, board, model_id) for board in _best_boards(site, model_id)]
    return sharing(
        site, citation(site, name, paths.model_path(model_id), *site.arenas_of(model_id)), *filter(None, found)
    )


def _best_boards(site: SiteData, model_id: str, most: int = 3) -> list[Board]:
    """Overall boards, and then the narrower ones with badges on which the model ranks highest."""
    ranked = [
        (bool(axis.category) + bool(axis.language), rating.rank, -len(board.ratings), at, board)
        for at, (axis, board) in enumerate(site.boards.items())
        if (rating := board.get(model_id)) and has_badge(board, model_id)
    ]
    return [board for *_, board in sorted(ranked, key=lambda item: item[:4])[:most]]


def board_sharing(site: SiteData, board: Board, heading: str) -> Sharing | None:
    """A citation of a board, its frame, and its leader's badge; None for a board without a ranking."""
    if not board.ratings:
        return None
    return sharing(
        site, citation(site, heading, paths.board_path(board.axis), board.axis.arena), *_of_board(site, board, heading)
    )


def _of_board(site: SiteData, board: Board, heading: str) -> Iterator[Snippet]:
    yield frame_snippet(site, board.axis, f"{heading} leaderboard")
    if badge := badge_snippet(site, board, board.ratings[0].model):
        yield badge


@dataclass(frozen=True, slots=True)
class EmbedRow:
    """One place; ``banded`` as its tier is on the ladder."""

    rank: str
    rank_span: str
    model: ModelRef
    score: str
    banded: bool


@dataclass(frozen=True, slots=True)
class EmbedView:
    """The context of ``embed.html``: a ladder of the first places."""

    heading: str
    label: str
    caption: str
    path: str
    more: str
    plot: Markup
    rows: tuple[EmbedRow, ...]
    makers: tuple[LegendMaker, ...]


def pages(site: SiteData) -> Iterator[Page]:
    """One page for each ranking; no search engine needs to know it."""
    for axis, board in site.boards.items():
        if view := embed_view(site, board):
            yield Page(
                path=embed_path(axis),
                template="embed.html",
                title=view.heading,
                description=view.caption,
                view=view,
                listed=False,
                arenas=(axis.arena,),
            )


def embed_view(site: SiteData, board: Board) -> EmbedView | None:
    """The first places of a board; None for one without a ranking."""
    figure = ladder_figure(site, board, PLACES)
    if figure is None:
        return None
    arena = site.arena_name(board.axis.arena)
    if board.axis.kind is not AxisKind.OVERALL:
        arena = f"{arena}: {site.axis_name(board.axis)}"
    return EmbedView(
        heading=f"{arena} leaderboard",
        label=label_in_english(site, board.axis.arena),
        caption=f"{arena}: the first {wording.whole(min(PLACES, len(board.ratings)))} of "
        f"{wording.count(len(board.ratings), 'model')}, from {site.votes(board.votes, board.axis.arena)}",
        path=board_path(board.axis),
        more="The whole board, with votes, prices and licences",
        plot=figure.plot,
        rows=tuple(
            EmbedRow(
                rank=name.rank,
                rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
                model=name.model,
                score=wording.number(rating.score),
                banded=name.banded,
            )
            for name, rating in zip(figure.names, board.ratings, strict=False)
        ),
        makers=figure.makers,
    )
