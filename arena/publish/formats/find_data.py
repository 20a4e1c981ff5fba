"""What the sentence "I need posters in Chinese ..." needs to answer any choice: one script, which works from a disk."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from arena.publish import paths
from arena.publish.content.blind_battles import first_prompt
from arena.publish.content.finder import PRICES, Answer, Need, Use, answer_of, board_for, usable
from arena.publish.content.model_refs import ESTABLISHED, model_ref, price_said, rank_certainty
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import demo_said, votes_said
from arena.publish.json_text import json_text
from arena.publish.page import Asset
from arena.publish.pages.find import (
    CHEAPER,
    FEWER,
    FIRST,
    NEXT,
    NOT_ONE,
    arenas_asked,
    board_name,
    picture_for,
    sure_of,
    too_thin,
    use_of,
)
from arena.records import Axis, Board, Rating

Row = list[object]


def find_assets(site: SiteData) -> Iterator[Asset]:
    """The data of every arena with a ranking of today; none where no arena has one."""
    if not arenas_asked(site):
        return
    text = json_text(FindData(site).everything())
    yield Asset.of_text(paths.FIND_DATA, f"arenaFinder({text});\n")


class FindData:
    """Collects boards, models and pictures, each once; rows name them by their index."""

    def __init__(self, site: SiteData) -> None:
        self.site = site
        self.asked = first_prompt(site)
        self.boards: dict[Axis, Row] = {}
        self.models: dict[str, Row] = {}
        self.pictures: dict[str, Row] = {}

    def everything(self) -> dict[str, object]:
        """``asked`` leads from ``arena|category|language`` to the index of a board and a note."""
        asked = {
            f"{axis.arena}|{axis.category}|{axis.language}": self.answering(axis)
            for arena in arenas_asked(self.site)
            for axis in self.axes(arena)
        }
        return {
            "words": self.words(),
            "asked": asked,
            "boards": list(self.boards.values()),
            "models": list(self.models.values()),
            "pictures": list(self.pictures.values()),
        }

    def words(self) -> dict[str, object]:
        """What the script says; ``{name}`` is where it puts a value."""
        _ = self.site.interface.gettext
        return {
            "first": _(FIRST),
            "next": _(NEXT),
            "cheaper": _(CHEAPER, saved="{saved}", name="{name}"),
            "none": _(NOT_ONE),
            "fewer": {count: _(text) for count, text in FEWER.items()},
            "by": _("By %(board)s: %(votes)s", board="{board}", votes="{votes}"),
        }

    def axes(self, arena: str) -> Iterator[Axis]:
        """Every choice of category and language."""
        project = self.site.catalogue.project
        categories = ["", *(category.id for category in project.categories)]
        languages = ["", *(language.id for language in project.languages)]
        for category, language in product(categories, languages):
            yield Axis(arena, category, language)

    def answering(self, axis: Axis) -> Row:
        """The index of the board that answers for an axis, and what a reader must know of that. Raises ValueError
        where the arena has no ranking.
        """
        board = board_for(self.site, axis)
        if board is None:
            raise ValueError(f"{axis.arena} has no ranking")
        if board.axis not in self.boards:
            self.boards[board.axis] = [
                board_name(self.site, board.axis),
                paths.board_path(board.axis),
                votes_said(self.site, board.votes, axis.arena),
                [self.row(board, rating) for rating in self.needed(board)],
                demo_said(self.site, axis.arena),
            ]
        thin = board.axis != self.site.shown_axis(axis)
        return [list(self.boards).index(board.axis), too_thin(self.site, axis) if thin else ""]

    def needed(self, board: Board) -> list[Rating]:
        """The rows that any choice of price and use can lead to, in the board's order."""
        axis = board.axis
        needs = (
            Need(axis.arena, axis.category, axis.language, under, use) for under, use in product((None, *PRICES), Use)
        )
        answers: list[Answer | None] = [answer_of(self.site, need) for need in needs]
        kept = {rating.model for answer in answers if answer for rating in answer.fitting}
        return [rating for rating in board.ratings if rating.model in kept]

    def row(self, board: Board, rating: Rating) -> Row:
        """Model, rank, how sure that is, whether it is uncertain, picture."""
        picture = picture_for(self.site, board.axis, rating.model, self.asked)
        at = None
        if picture:
            small = picture.smaller[0] if picture.smaller else None
            self.pictures.setdefault(
                picture.path,
                [small.path if small else picture.path, picture.width, picture.height, picture.alt, picture.mark],
            )
            at = list(self.pictures).index(picture.path)
        uncertain = rank_certainty(rating) != ESTABLISHED
        return [
            self.model(rating.model),
            rating.rank,
            rating.rank_low,
            rating.rank_high,
            sure_of(self.site, board.axis.arena, rating),
            int(uncertain),
            at,
        ]

    def model(self, model_id: str) -> int:
        """The index of a model; its row: name, page, colour, maker, price as number and text, what allows each use."""
        if model_id not in self.models:
            ref, price = model_ref(self.site, model_id), self.site.prices.get(model_id)
            model = self.site.model(model_id)
            uses = {
                use.value: use_of(self.site, model_id, use) for use in (Use.COMMERCIAL, Use.OWN) if usable(model, use)
            }
            amount = float(price.amount) if price else None
            self.models[model_id] = [
                ref.name,
                ref.path,
                ref.hue,
                ref.maker,
                amount,
                price_said(self.site, model_id),
                uses,
            ]
        return list(self.models).index(model_id)
