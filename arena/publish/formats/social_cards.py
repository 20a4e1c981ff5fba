"""The picture that other sites show beside a link to a model, a board or what changed: a card of text, 1200 x 630,
kept under ``.cache/``.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import PIL
from PIL import Image, ImageDraw

from arena import wording
from arena.publish.content.ladder import ladder_of
from arena.publish.content.model_refs import state_in_brief
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import label_in_english
from arena.publish.formats.card_text import ACCENT, INK, PAPER, SOFT, Colour, card_font, drawable, fitted, text_length
from arena.publish.formats.ladder_card import MODELS, LadderCard, render_ladder_card
from arena.publish.output.cache import write_kept
from arena.publish.page import CARD_SIZE, Asset, ForEach
from arena.publish.pages.citations import ArenaRank, arena_ranks
from arena.publish.pages.rank_changes import WeekBlock, week_blocks
from arena.publish.paths import CHANGES, board_path, card_path, model_path
from arena.records import Axis

MARGIN = 72
LEVEL = 3
"""Of compression: higher ones take three times as long and save a sixth."""
LEVELS = 32
"""Shades from the paper to each colour, for smooth edges."""
_COLOURS = (INK, SOFT, ACCENT)
_SHADES = {
    colour: [place * LEVELS + value * LEVELS // 256 if value * LEVELS // 256 else 0 for value in range(256)]
    for place, colour in enumerate(_COLOURS)
}
"""By colour: coverage -> index in the palette; index 0 is the paper."""
_PALETTE = [
    round(paper + (full - paper) * level / (LEVELS - 1))
    for colour in _COLOURS
    for level in range(LEVELS)
    for paper, full in zip(PAPER, colour, strict=True)
]
DRAWING = 3
"""Changes with the drawing of cards, so that old pictures are not taken for new ones."""
MOVED = 3
"""Moves on the card of what changed, which has room for one line more."""
CACHE = ".cache/social"


@dataclass(frozen=True, slots=True)
class CardLine:
    """A row of the card: something short in the accent colour, a text, and a remark at the right edge."""

    lead: str
    text: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a social picture says. ``mark`` is the warning at its foot; empty where there is none."""

    site: str
    title: str
    under: str
    lines: tuple[CardLine, ...]
    mark: str


def render_card(card: Card) -> bytes:
    """The picture as PNG."""
    picture = Image.new("L", CARD_SIZE)
    _logo(picture)
    _write(picture, (MARGIN + 62, 60), card.site, SOFT, 34)
    _fitted(picture, (MARGIN, 128), card.title, INK, 84, room=CARD_SIZE[0] - 2 * MARGIN)
    _fitted(picture, (MARGIN, 236), card.under, SOFT, 36, room=CARD_SIZE[0] - 2 * MARGIN)
    step, size = (62, 38) if len(card.lines) > 3 else (84, 50)
    for place, line in enumerate(card.lines):
        top = 306 + place * step - (6 if step == 62 else 0)
        _write(picture, (MARGIN, top), line.lead, ACCENT, size, bold=1)
        left = MARGIN + max(int(text_length(line.lead, size)) + 28, 96 if step == 62 else 0)
        room = CARD_SIZE[0] - MARGIN - left - (text_length(line.remark, 34) + 30 if line.remark else 0)
        _fitted(picture, (left, top), line.text, INK, size, room=room)
        _write(picture, (CARD_SIZE[0] - MARGIN, top + 6), line.remark, SOFT, 34, anchor="ra")
    if card.mark:
        picture.paste(_SHADES[ACCENT][255], (0, CARD_SIZE[1] - 18, *CARD_SIZE))
        _fitted(picture, (MARGIN, CARD_SIZE[1] - 66), card.mark, SOFT, 30, room=CARD_SIZE[0] - 2 * MARGIN)
    picture.putpalette(_PALETTE)
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=LEVEL, compress_type=zlib.Z_RLE)
    return target.getvalue()


def _logo(picture: Image.Image) -> None:
    for left, coverage in ((MARGIN, 255), (MARGIN + 26, 115)):
        plate = Image.new("L", (21, 39))
        ImageDraw.Draw(plate).rounded_rectangle((0, 0, 20, 38), 5, coverage)
        picture.paste(plate.point(_SHADES[ACCENT]), (left, 60))


def _fitted(picture: Image.Image, at: tuple[int, int], text: str, colour: Colour, size: int, *, room: float) -> None:
    """Write ``text`` as large as ``size`` allows and ``room`` holds."""
    text, fits = fitted(text, size, room)
    lower = (at[0], at[1] + round((size - fits) * 0.6))
    _write(picture, lower, text, colour, fits, bold=2 if size > 60 else 0)


def _write(
    picture: Image.Image,
    at: tuple[int, int],
    text: str,
    colour: Colour,
    size: int,
    *,
    bold: int = 0,
    anchor: str = "la",
) -> None:
    """Write one line; only the box around it is shaded, since shading a whole picture takes long."""
    box, left, top = _drawn(text, size, bold, anchor)
    if box:
        picture.paste(box.point(_SHADES[colour]), (at[0] + left, at[1] + top))


@lru_cache(maxsize=256)
def _drawn(text: str, size: int, bold: int, anchor: str) -> tuple[Image.Image | None, int, int]:
    """The coverage of one line in the box around it, and where that begins; cards have about half of theirs in common.

    None where there is nothing to see.
    """
    font = card_font(size)
    left, top, right, bottom = map(int, font.getbbox(text, stroke_width=bold, anchor=anchor))
    if right <= left or bottom <= top:
        return None, left, top
    box = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(box).text((-left, -top), text, 255, font, anchor, stroke_width=bold, stroke_fill=255)
    return box, left, top


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the cards of all pages are made from."""

    site: SiteData
    models: Mapping[str, tuple[str, tuple[ArenaRank, ...]]]
    """Models and their ranks, by the path of their page."""
    boards: Mapping[str, Axis]


def _shared(site: SiteData) -> _Shared:
    models = {model_path(model_id): (model_id, ranks) for model_id, ranks in arena_ranks(site).items()}
    return _Shared(site, models, _overall(site))


def _pages_with_cards(site: SiteData) -> Iterator[str]:
    """Every model, every overall board with a ranking, and the page of changes, on a site that knows its address."""
    if not site.catalogue.project.base_url:
        return
    yield from map(model_path, arena_ranks(site))
    yield from _overall(site)
    if week_blocks(site):
        yield CHANGES


def _asset(shared: _Shared, path: str) -> Asset:
    """The card of the page at a path."""
    site = shared.site
    card: Card | LadderCard
    if path in shared.models:
        card = model_card(site, *shared.models[path])
    elif path in shared.boards:
        card = board_card(site, shared.boards[path])
    else:
        card = changes_card(site, week_blocks(site))
    return Asset(card_path(path), partial(_write_card, card, site.catalogue.folder.parent / CACHE))


social_assets = ForEach[SiteData, _Shared, str, Asset](_pages_with_cards, _shared, _asset)
"""A picture for links to each page that has one."""


def model_card(site: SiteData, model_id: str, places: Sequence[ArenaRank]) -> Card:
    """Name, maker, its places and its price."""
    model = site.model(model_id)
    lines = [
        CardLine(
            f"#{each.rank}",
            f"of {each.place.rpartition(' ')[2]} in {wording.in_sentence(each.arena)}",
            f"score {each.score}",
        )
        for each in places
        if each.rank
    ]
    return Card(
        site=site.catalogue.project.name,
        title=model.name if drawable(model.name) else model_id,
        under=f"{_drawable(site.maker(model_id).name)} · {_terms(site, model_id)}",
        lines=tuple(lines[:3]) or (CardLine("", "Not ranked yet"),),
        mark=_mark(site, model_id),
    )


def _terms(site: SiteData, model_id: str) -> str:
    """Its state where readers must know it before they choose the model, and its price while it has one."""
    model = site.model(model_id)
    said = state_in_brief(model)
    if not model.current:
        return said
    price = site.prices.get(model_id)
    priced = f"from {wording.dollars(price.amount)} an image" if price else "price per image unknown"
    return f"{said} · {priced}" if said else priced


def board_card(site: SiteData, axis: Axis) -> LadderCard:
    """The ladder of a board with its first models."""
    board = site.boards[axis]
    shown = board.ratings[:MODELS]
    first = f"the first {wording.whole(MODELS)} of " if len(board.ratings) > MODELS else ""
    models = wording.count(len(board.ratings), "model")
    return LadderCard(
        site=site.catalogue.project.name,
        title=f"{site.arena_name(axis.arena)} leaderboard",
        under=wording.sentence(f"{first}{models} from {site.votes(board.votes, axis.arena)}, with 95% intervals"),
        ranks=tuple(str(rating.rank) for rating in shown),
        names=tuple(_drawable(site.model(rating.model).name) or rating.model for rating in shown),
        scores=tuple(wording.number(rating.score) for rating in shown),
        ladder=ladder_of(site, shown),
        mark=label_in_english(site, axis.arena),
    )


def changes_card(site: SiteData, weeks: Sequence[WeekBlock]) -> Card:
    """The last week that changed ranks, or else anything: the largest moves, then models and prices."""
    week = next((week for week in weeks if week.arenas), weeks[0])
    moves = [
        CardLine(row.change.replace("▲ ", "+").replace("▼ ", "−"), row.model.name, row.text)
        for part in week.arenas
        for row in part.moves[:MOVED]
    ]
    others = [CardLine("", change.said.removesuffix(".")) for change in week.catalogue]
    lines = [line for line in (*moves[:MOVED], *others) if drawable(line.text)]
    return Card(
        site=site.catalogue.project.name,
        title="What changed",
        under=f"In the week to {week.until.text}",
        lines=tuple(lines[: MOVED + 1]) or (CardLine("", "New models"),),
        mark=" · ".join(dict.fromkeys(label_in_english(site, part.id) for part in week.arenas)),
    )


def _overall(site: SiteData) -> dict[str, Axis]:
    """The overall boards with a ranking, by the path of their page."""
    return {board_path(board.axis): board.axis for board in site.ranked_arenas.values()}


def _mark(site: SiteData, model_id: str) -> str:
    """What the votes of the arenas are that a model is ranked in, those of people first."""
    labels = dict.fromkeys(
        label_in_english(site, arena.id) for arena in site.arenas if arena.id in site.arenas_of(model_id)
    )
    return " · ".join(filter(None, labels))


def _drawable(text: str) -> str:
    return text if drawable(text) else ""


def _write_card(card: Card | LadderCard, cache: Path, target: Path) -> None:
    """Draw the card, or copy it from the cache."""
    render = partial(render_ladder_card, card) if isinstance(card, LadderCard) else partial(render_card, card)
    content = f"{DRAWING} {PIL.__version__} {card!r}"
    kept = cache / f"{hashlib.sha256(content.encode()).hexdigest()}.png"
    write_kept(target, kept, render)
