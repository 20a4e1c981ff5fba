"""Which pictures a board shows: those that its models made of the same few prompts, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from arena.catalogue.outputs import Output
from arena.publish.content.site_data import SiteData
from arena.records import Axis, Board

PICTURES = 4
"""Prompts of a wall, and so pictures of a model."""


def wall_prompts(site: SiteData, board: Board, most: int = PICTURES) -> tuple[str, ...]:
    """The prompts of a board that most of its ranked models have a published picture for, of as many categories as
    there are; none where no two models have a picture for the same prompt.
    """
    ranked = {rating.model for rating in board.ratings}
    pictured = {
        prompt: len(ranked & outputs.keys())
        for prompt, outputs in site.outputs_by_prompt.items()
        if _counts_for(site, prompt, board.axis)
    }
    place = {category.id: at for at, category in enumerate(site.catalogue.project.categories)}

    def order(prompt: str) -> tuple[int, int, str]:
        return -pictured[prompt], place[site.catalogue.prompts[prompt].category], prompt

    prompts = sorted((prompt for prompt, models in pictured.items() if models > 1), key=order)
    return tuple(_mixed(site, prompts))[:most]


def has_wall(site: SiteData, board: Board) -> bool:
    """Whether a board is shown as a wall too: an overall one, or that of a category or a language, with pictures to
    compare. Narrower ones would show what these show.
    """
    narrow = board.axis.category and board.axis.language
    return bool(not narrow and wall_prompts(site, board))


def thumbnail_prompt(site: SiteData, board: Board) -> str:
    """The prompt whose pictures stand beside a board's models: one of its own, or of the nearest wider board that has
    one; empty where none has.
    """
    arena, category, language = board.axis.arena, board.axis.category, board.axis.language
    for axis in (board.axis, Axis(arena, category), Axis(arena, "", language), Axis(arena)):
        if prompts := wall_prompts(site, Board(axis, board.ratings, 0, 0), most=1):
            return prompts[0]
    return ""


def picture_for(site: SiteData, prompt: str, model_id: str) -> Output | None:
    """The published picture of a model for a prompt; the one of the lowest seed where there are several."""
    return site.outputs_by_prompt.get(prompt, {}).get(model_id)


def _counts_for(site: SiteData, prompt_id: str, axis: Axis) -> bool:
    prompt = site.catalogue.prompts.get(prompt_id)
    return (
        prompt is not None
        and prompt_id.partition("/")[0] == axis.arena
        and axis.category in ("", prompt.category)
        and axis.language in ("", prompt.language)
    )


def _mixed(site: SiteData, prompts: Sequence[str]) -> Iterator[str]:
    """A prompt of each category in turn, each category's own in their order."""
    by_category: dict[str, list[str]] = {}
    for prompt in prompts:
        by_category.setdefault(site.catalogue.prompts[prompt].category, []).append(prompt)
    turns = chain.from_iterable(zip_longest(*by_category.values()))
    return (prompt for prompt in turns if prompt is not None)
