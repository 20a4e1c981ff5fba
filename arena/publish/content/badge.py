"""A model's place as a small picture for other sites and readmes: an SVG that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import escape

from arena import wording
from arena.publish.content.site_data import SiteData
from arena.publish.page import Asset
from arena.publish.paths import badge_path
from arena.records import AxisKind, Board, Origin, Rating

HEIGHT = 22
BADGED = {AxisKind.OVERALL: None, AxisKind.CATEGORY: 10, AxisKind.LANGUAGE: 10, AxisKind.CATEGORY_LANGUAGE: 3}
"""How many of a board's first places get a badge, by kind of board; None for all of them."""
_LETTER = 6.8
"""Mean width of a letter at 12 px; each part is stretched to what is drawn for it, so fonts may differ."""
_PAD = 9
_INK, _ACCENT, _NOTE = "#1a1d1c", "#0b6b5e", "#fcf1d0"


@dataclass(frozen=True, slots=True)
class Badge:
    """What one badge says, and its width in pixels; ``place`` is the part on the rank."""

    path: str
    place: str
    text: str
    svg: str
    width: int


def badge_assets(site: SiteData) -> Iterator[Asset]:
    """A badge for every ranked model of an arena, and for the first places of every narrower board."""
    for axis, board in site.boards.items():
        for rating in board.ratings[: BADGED[axis.kind]]:
            badge = badge_of(site, board, rating)
            yield Asset.of_text(badge.path, badge.svg)


def badge_of(site: SiteData, board: Board, rating: Rating) -> Badge:
    """The badge of one model on one board."""
    site_name, axis = site.catalogue.project.name, board.axis
    where = wording.in_sentence(site.arena_name(axis.arena))
    if axis.kind is not AxisKind.OVERALL:
        where = f"{where}: {site.axis_name(axis)}"
    place = f"#{rating.rank} of {len(board.ratings)}, {where}"
    parts = [(site_name, _INK, "#fff"), (place, _ACCENT, "#fff")]
    if Origin.SIMULATED in site.origins_in(axis.arena):
        parts.append(("simulated votes", _NOTE, "#4b3a05"))
    text = f"{site_name}: {site.model(rating.model).name} is {place}"
    noun = site.votes_noun(axis.arena)
    text += f", by {noun}" if noun != "votes" else ""
    svg, width = render_badge(parts, text)
    return Badge(badge_path(axis, rating.model), place, text, svg, width)


def render_badge(parts: Sequence[tuple[str, str, str]], title: str) -> tuple[str, int]:
    """Parts of text, background and colour side by side, and the width in pixels; ``title`` is read out instead."""
    drawn: list[str] = []
    left = 0
    for text, fill, colour in parts:
        inner = round(_LETTER * len(text))
        drawn.append(
            f'<rect x="{left}" width="{inner + 2 * _PAD}" height="{HEIGHT}" fill="{fill}"/>'
            f'<text x="{left + _PAD}" y="15.5" fill="{colour}" textLength="{inner}">{escape(text)}</text>'
        )
        left += inner + 2 * _PAD
    shape = f'<clipPath id="r"><rect width="{left}" height="{HEIGHT}" rx="5"/></clipPath>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left}" height="{HEIGHT}" role="img" '
        f'viewBox="0 0 {left} {HEIGHT}"><title>{escape(title)}</title>{shape}'
        f'<g clip-path="url(#r)" font-family="Verdana,DejaVu Sans,sans-serif" font-size="12">{"".join(drawn)}</g>'
        "</svg>\n"
    )
    return svg, left
