"""For machines: where programs find what people read, and what others may put on their own pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.publish import paths
from arena.publish.api.files import FILES, SCHEMA
from arena.publish.badge import HEIGHT, badge_of
from arena.publish.edition import Edition
from arena.publish.llms import LLMS
from arena.publish.page import Page
from arena.publish.ranks import rank_weeks
from arena.publish.views.cited import last_vote
from arena.publish.views.story import STORIES_FEED
from arena.records import Axis, Board

PLACEHOLDER = "https://arena.example"
"""Stands for the site's address in what readers copy, where that is not known."""


@dataclass(frozen=True, slots=True)
class ApiRow:
    """A file of the API, or a family of files; ``example`` is one of them."""

    path: str
    what: str
    record: str
    example: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Something to follow or to read by program."""

    label: str
    path: str
    what: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """Something to paste, and what it shows; sizes in pixels, ``picture`` empty where it is no picture."""

    label: str
    code: str
    picture: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class MachinesView:
    """The context of ``machines.html``."""

    simulated: str
    rows: tuple[ApiRow, ...]
    index_path: str
    schema_path: str
    example: str
    feeds: tuple[Feed, ...]
    snippets: tuple[Snippet, ...]
    snippets_note: str
    data_path: str


def pages(edition: Edition) -> Iterator[Page]:
    """The one page."""
    yield Page(
        path=paths.MACHINES,
        template="machines.html",
        title="For machines: API, feeds and embeds",
        description="A static JSON API with a schema, Atom feeds, Markdown, llms.txt, badges and boards to embed.",
        view=machines_view(edition),
        section=paths.DATA,
        crumbs=(),
        updated=last_vote(edition),
    )


def machines_view(edition: Edition) -> MachinesView:
    """The view of the page: only what this site has."""
    base_url = edition.catalogue.project.base_url
    root = base_url or PLACEHOLDER
    return MachinesView(
        simulated="Every file says, in its field “simulated” or in words, that the votes here are simulated."
        if edition.summary.simulated
        else "",
        rows=tuple(ApiRow(each.path, each.what, each.record, _example(edition, each.record)) for each in FILES),
        index_path=paths.API,
        schema_path=SCHEMA,
        example=f'curl -s {paths.absolute(root, paths.api_path("models"))} | jq ".models[] | {{id, price, places}}"',
        feeds=tuple(_feeds(edition)),
        snippets=tuple(_snippets(edition, root)),
        snippets_note="" if base_url else f"Put the address of this site in the place of {PLACEHOLDER}.",
        data_path=paths.DATA,
    )


def _example(edition: Edition, record: str) -> str:
    """A file of the kind that there is, for the reader to look at; empty where there is none."""
    models, boards = list(edition.catalogue.models), list(edition.boards)
    arenas = [axis.arena for axis, _ in edition.ratings.pairs]
    files = {
        "Models": paths.api_path("models"),
        "ModelDocument": paths.api_path(f"models/{models[0]}") if models else "",
        "Boards": paths.api_path("boards"),
        "BoardDocument": paths.api_path(paths.board_path(boards[0]).removesuffix(".html")) if boards else "",
        "Pairs": paths.api_path(f"pairs/{arenas[0]}") if arenas else "",
        "Prices": paths.api_path("prices"),
    }
    return files[record]


def _feeds(edition: Edition) -> Iterator[Feed]:
    if any(rank_weeks(edition)):
        yield Feed("Changes of rank", paths.CHANGES_FEED, "Atom, an entry a week and arena")
    if edition.catalogue.stories:
        yield Feed("Stories", STORIES_FEED, "Atom, an entry a story")
    yield Feed("llms.txt", LLMS, "what this site is and where its data lies, for language models")
    models = list(edition.catalogue.models)
    if models:
        example = paths.markdown_path(models[0])
        yield Feed(f"/{example}", example, "every model’s page as Markdown: .md in the place of .html")


def _snippets(edition: Edition, root: str) -> Iterator[Snippet]:
    """A badge and a board of the first arena that has a ranking, as examples."""
    ranked = (edition.boards.get(Axis(arena.id)) for arena in edition.catalogue.project.arenas)
    board = next((board for board in ranked if board and board.ratings), None)
    if board:
        yield _badge(edition, board, root)
        address = paths.absolute(root, paths.embed_path(board.axis.arena))
        title = f"{edition.arena_name(board.axis.arena)} leaderboard"
        frame = f'<iframe src="{address}" title="{title}" width="480" height="640" loading="lazy"></iframe>'
        yield Snippet("A board in a frame (HTML)", frame, "", 0, 0, "")


def _badge(edition: Edition, board: Board, root: str) -> Snippet:
    badge = badge_of(edition, board, board.ratings[0])
    target = paths.absolute(root, paths.model_path(board.ratings[0].model))
    code = f"[![{badge.text}]({paths.absolute(root, badge.path)})]({target})"
    return Snippet("A badge of a model’s place (Markdown)", code, badge.path, badge.width, HEIGHT, badge.text)
