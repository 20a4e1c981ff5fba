"""A board as a wall of pictures: what each of its models made of the same few prompts, in the order of the board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.publish import paths
from arena.publish.content.model_refs import ModelRef, model_ref, price_from
from arena.publish.content.pictures import Picture, shown
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import label_said
from arena.publish.content.wall import has_wall, picture_for, wall_prompts
from arena.publish.page import Crumb, ForEach, Page
from arena.publish.pages.board_index import Switch, chosen_of, switches
from arena.records import Axis, Board, OutputOrigin, Rating


@dataclass(frozen=True, slots=True)
class WallPrompt:
    """A prompt that the pictures of a wall were made for, in the order of each model's pictures: its beginning in
    English.
    """

    text: str
    language: str
    path: str


@dataclass(frozen=True, slots=True)
class WallPicture:
    """A model's picture for one prompt, and where it is shown large."""

    picture: Picture
    path: str


@dataclass(frozen=True, slots=True)
class WallRow:
    """A model with a picture for each prompt in their order; None where it has none."""

    rank: str
    rank_span: str
    model: ModelRef
    score: str
    price: str
    pictures: tuple[WallPicture | None, ...]


@dataclass(frozen=True, slots=True)
class BoardWallView:
    """The context of ``board_wall.html``."""

    heading: str
    label: str
    lede: str
    switches: tuple[Switch, ...]
    chosen: str
    path: str
    table_path: str
    prompts: tuple[WallPrompt, ...]
    rows: tuple[WallRow, ...]


def _axes(site: SiteData) -> Iterator[Axis]:
    return (axis for axis, board in site.boards.items() if has_wall(site, board))


def wall_page(site: SiteData, axis: Axis) -> Page:
    """The wall of one board that has one."""
    view = wall_view(site, site.boards[axis])
    return Page(
        path=paths.wall_path(axis),
        template="board_wall.html",
        title=f"{view.heading} in pictures",
        description=view.lede,
        view=view,
        section=paths.BOARDS,
        crumbs=(Crumb("Boards", paths.BOARDS), Crumb(view.heading, view.table_path)),
        arenas=(axis.arena,),
    )


pages = ForEach[SiteData, SiteData, Axis, Page](_axes, lambda site: site, wall_page)
"""A wall for every board that has one."""


def wall_view(site: SiteData, board: Board) -> BoardWallView:
    """The wall of a board that has one."""
    axis = board.axis
    name = site.arena_name(axis.arena)
    heading = name if axis == Axis(axis.arena) else f"{name}: {site.axis_name(axis)}"
    prompts = wall_prompts(site, board)
    ratings = [rating for rating in board.ratings if any(picture_for(site, key, rating.model) for key in prompts)]
    return BoardWallView(
        heading=heading,
        label=label_said(site, axis.arena),
        lede=_lede(site, board, prompts, len(ratings)),
        switches=switches(site, axis, wall=True),
        chosen=chosen_of(site, axis),
        path=paths.wall_path(axis),
        table_path=paths.board_path(axis),
        prompts=tuple(
            WallPrompt(
                wording.clipped(prompt.english or prompt.text, 90),
                site.language(prompt.language).name,
                paths.prompt_path(prompt_id),
            )
            for prompt_id, prompt in ((key, site.catalogue.prompts[key]) for key in prompts)
        ),
        rows=tuple(_row(site, rating, prompts) for rating in ratings),
    )


def _lede(site: SiteData, board: Board, prompts: tuple[str, ...], models: int) -> str:
    what = "the same prompt" if len(prompts) == 1 else f"the same {wording.whole(len(prompts))} prompts"
    text = f"What {wording.count(models, 'model')} made of {what}, in the order of the board."
    outputs = [picture_for(site, prompt, rating.model) for prompt in prompts for rating in board.ratings]
    if any(output and output.origin is OutputOrigin.SIMULATED for output in outputs):
        return f"{text} Pictures marked as simulated are not the models’ work: a program drew them."
    return text


def _row(site: SiteData, rating: Rating, prompts: tuple[str, ...]) -> WallRow:
    return WallRow(
        rank=wording.whole(rating.rank),
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        model=model_ref(site, rating.model),
        score=wording.number(rating.score),
        price=price_from(site, rating.model),
        pictures=tuple(_picture(site, rating.model, number, prompt) for number, prompt in enumerate(prompts, 1)),
    )


def _picture(site: SiteData, model_id: str, number: int, prompt: str) -> WallPicture | None:
    output = picture_for(site, prompt, model_id)
    if output is None:
        return None
    what = "Simulated picture in place of one by" if output.origin is OutputOrigin.SIMULATED else "Picture by"
    return WallPicture(
        shown(output, f"{what} {site.model(model_id).name} for prompt {number}"),
        paths.large_view(prompt, output.sha256),
    )
