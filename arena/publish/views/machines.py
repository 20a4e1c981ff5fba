"""For machines: where programs find what people read, and what others may put on their own pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.publish import paths
from arena.publish.api.files import FILES, SCHEMA
from arena.publish.edition import Edition
from arena.publish.llms import LLMS
from arena.publish.page import Page
from arena.publish.ranks import rank_weeks
from arena.publish.views.cited import last_vote
from arena.publish.views.sharing import Sharing, Snippet, badge_snippet, frame_snippet, root_of, sharing
from arena.publish.views.story import STORIES_FEED
from arena.records import Axis


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
class MachinesView:
    """The context of ``machines.html``."""

    simulated: str
    rows: tuple[ApiRow, ...]
    index_path: str
    schema_path: str
    example: str
    feeds: tuple[Feed, ...]
    sharing: Sharing
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
    root = root_of(edition)
    return MachinesView(
        simulated="Every file says, in its field “simulated” or in words, that the votes here are simulated."
        if edition.summary.simulated
        else "",
        rows=tuple(ApiRow(each.path, each.what, each.record, _example(edition, each.record)) for each in FILES),
        index_path=paths.API,
        schema_path=SCHEMA,
        example=f'curl -s {paths.absolute(root, paths.api_path("models"))} | jq ".models[] | {{id, price, places}}"',
        feeds=tuple(_feeds(edition)),
        sharing=sharing(edition, *_snippets(edition)),
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


def _snippets(edition: Edition) -> Iterator[Snippet]:
    """A badge and a board of the first arena that has a ranking, as examples."""
    ranked = (edition.boards.get(Axis(arena.id)) for arena in edition.catalogue.project.arenas)
    board = next((board for board in ranked if board and board.ratings), None)
    if board:
        badge = badge_snippet(edition, board, board.ratings[0].model)
        yield from filter(None, [badge])
        yield frame_snippet(edition, board.axis, f"{edition.arena_name(board.axis.arena)} leaderboard")
