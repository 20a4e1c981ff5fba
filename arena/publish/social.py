"""The picture that other sites show beside a link to a model or a board, drawn once and kept under ``.cache/``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import PIL

from arena.publish import words
from arena.publish.cards import Card, Line, drawable, render_card
from arena.publish.edition import Edition
from arena.publish.keeping import write_kept
from arena.publish.page import Asset
from arena.publish.paths import board_path, model_path
from arena.publish.views.cited import Standing, standings
from arena.records import Axis

DRAWING = 2
"""Changes with the drawing of cards, so that old pictures are not taken for new ones."""
PLACES = 5
CACHE = ".cache/social"


def social_path(edition: Edition, path: str) -> str:
    """Where the picture of the page at ``path`` lies; empty for a page that has none of its own, and where a site has
    no address: what asks for these pictures wants the whole of it.
    """
    if not edition.catalogue.project.base_url:
        return ""
    name, suffix = path.removesuffix(".html"), path.rpartition(".")[2]
    known = suffix == "html" and (name.removeprefix("models/") in edition.catalogue.models or path in _overall(edition))
    return f"social/{name}.png" if known else ""


def social_assets(edition: Edition) -> Iterator[Asset]:
    """A picture for every model and every overall board with a ranking, on a site that knows its address."""
    if not edition.catalogue.project.base_url:
        return
    folder = edition.catalogue.folder.parent / CACHE
    for model_id, places in standings(edition).items():
        path = social_path(edition, model_path(model_id))
        yield Asset(path, partial(_write, model_card(edition, model_id, places), folder))
    for board, axis in _overall(edition).items():
        yield Asset(social_path(edition, board), partial(_write, board_card(edition, axis), folder))


def model_card(edition: Edition, model_id: str, places: Sequence[Standing]) -> Card:
    """Name, maker, its places and its price."""
    model = edition.model(model_id)
    lines = [
        Line(f"No. {each.rank}", f"of {each.place.rpartition(' ')[2]} in {each.arena.lower()}", f"score {each.score}")
        for each in places
        if each.rank
    ]
    price = edition.prices.get(model_id)
    priced = f"from {words.dollars(price.amount)} an image" if price else "price per image unknown"
    return Card(
        site=edition.catalogue.project.name,
        title=model.name if drawable(model.name) else model_id,
        under=f"{_drawable(edition.maker(model_id).name)} · {priced}",
        lines=tuple(lines[:3]) or (Line("", "Not ranked yet"),),
        mark=_mark(edition),
    )


def board_card(edition: Edition, axis: Axis) -> Card:
    """The first places of a board."""
    board = edition.boards[axis]
    return Card(
        site=edition.catalogue.project.name,
        title=f"{edition.arena_name(axis.arena)} leaderboard",
        under=f"{words.count(len(board.ratings), 'model')} from {edition.votes(board.votes)}",
        lines=tuple(
            Line(
                str(rating.rank),
                _drawable(edition.model(rating.model).name) or rating.model,
                words.number(rating.score),
            )
            for rating in board.ratings[:PLACES]
        ),
        mark="",
    )


def _overall(edition: Edition) -> dict[str, Axis]:
    """The overall boards with a ranking, by the path of their page."""
    return {board_path(board.axis): board.axis for board in edition.ranked_arenas.values()}


def _mark(edition: Edition) -> str:
    return "Demonstration: these votes are simulated" if edition.summary.simulated else ""


def _drawable(text: str) -> str:
    return text if drawable(text) else ""


def _write(card: Card, cache: Path, target: Path) -> None:
    """Draw the card, or copy it from the cache."""
    content = f"{DRAWING} {PIL.__version__} {card!r}"
    kept = cache / f"{hashlib.sha256(content.encode()).hexdigest()}.png"
    write_kept(target, kept, partial(render_card, card))
