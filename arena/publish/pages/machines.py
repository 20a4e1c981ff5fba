"""For machines: where programs find what people read, and what others may put on their own pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.publish import paths
from arena.publish.content.rank_changes import rank_weeks
from arena.publish.content.site_data import SiteData
from arena.publish.page import Page
from arena.publish.pages.citations import last_vote
from arena.publish.pages.sharing import Sharing, Snippet, badge_snippet, frame_snippet, root_of, sharing
from arena.records import Axis

API_FILES = (
    ("api/v1/models.json", "every model", "Models"),
    ("api/v1/models/{organization}/{model}.json", "one model, with all there is", "ModelDocument"),
    ("api/v1/boards.json", "every board that has votes", "Boards"),
    ("api/v1/boards/{arena}/{board}.json", "one board", "BoardDocument"),
    ("api/v1/pairs/{arena}.json", "head-to-head records of models that met", "PairsDocument"),
    ("api/v1/prices.json", "every offer with all of its prices", "PricesDocument"),
)
"""The files of the JSON API: path, what each holds, and the record that its schema describes."""


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


def pages(site: SiteData) -> Iterator[Page]:
    """The one page."""
    yield Page(
        path=paths.MACHINES,
        template="machines.html",
        title="For machines: API, feeds and embeds",
        description="A static JSON API with a schema, Atom feeds, Markdown, llms.txt, badges and boards to embed.",
        view=machines_view(site),
        section=paths.DATA,
        crumbs=(),
        updated=last_vote(site),
    )


def machines_view(site: SiteData) -> MachinesView:
    """The view of the page: only what this site has."""
    root = root_of(site)
    return MachinesView(
        simulated="Every file says, in its field “simulated” or in words, whether votes in it are simulated."
        if site.summary.simulated
        else "",
        rows=tuple(ApiRow(path, what, record, _example(site, record)) for path, what, record in API_FILES),
        index_path=paths.API,
        schema_path=paths.API_SCHEMA,
        example=f'curl -s {paths.absolute(root, paths.api_path("models"))} | jq ".models[] | {{id, price, places}}"',
        feeds=tuple(_feeds(site)),
        sharing=sharing(site, *_snippets(site)),
        data_path=paths.DATA,
    )


def _example(site: SiteData, record: str) -> str:
    """A file of the kind that there is, for the reader to look at; empty where there is none."""
    models, boards = list(site.catalogue.models), list(site.boards)
    arenas = [axis.arena for axis, _ in site.ratings.pairs]
    files = {
        "Models": paths.api_path("models"),
        "ModelDocument": paths.api_path(f"models/{models[0]}") if models else "",
        "Boards": paths.api_path("boards"),
        "BoardDocument": paths.api_path(paths.board_path(boards[0]).removesuffix(".html")) if boards else "",
        "PairsDocument": paths.api_path(f"pairs/{arenas[0]}") if arenas else "",
        "PricesDocument": paths.api_path("prices"),
    }
    return files[record]


def _feeds(site: SiteData) -> Iterator[Feed]:
    if any(rank_weeks(site)):
        yield Feed("What changed", paths.CHANGES_FEED, "Atom, an entry a week and arena")
    if site.catalogue.stories:
        yield Feed("Stories", paths.STORIES_FEED, "Atom, an entry a story")
    yield Feed("llms.txt", paths.LLMS, "what this site is and where its data lies, for language models")
    models = list(site.catalogue.models)
    if models:
        example = paths.markdown_path(models[0])
        yield Feed(f"/{example}", example, "every model’s page as Markdown: .md in the place of .html")


def _snippets(site: SiteData) -> Iterator[Snippet]:
    """A badge and a board of the first arena that has a ranking, as examples."""
    ranked = (site.boards.get(Axis(arena.id)) for arena in site.arenas_of_today_first)
    board = next((board for board in ranked if board and board.ratings), None)
    if board:
        badge = badge_snippet(site, board, board.ratings[0].model)
        yield from filter(None, [badge])
        yield frame_snippet(site, board.axis, f"{site.arena_name(board.axis.arena)} leaderboard")
