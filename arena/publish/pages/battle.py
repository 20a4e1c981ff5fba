"""A battle to try: two pictures without names, and the page that says who made them and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.catalogue.outputs import Output
from arena.catalogue.records import Prompt
from arena.publish import paths
from arena.publish.content.blind_battles import BlindBattle, blind_battles
from arena.publish.content.comparison import Verdict, compared_arena, forecast_of, verdict_in
from arena.publish.content.model_refs import ModelRef, WeightsTags, model_ref, price_said, weights_tags
from arena.publish.content.pictures import Picture, input_of, picture_of, shown
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page
from arena.records import OutputOrigin


@dataclass(frozen=True, slots=True)
class Contestant:
    """One side of a battle: ``blind`` is its picture as it is shown before a choice, ``picture`` after it."""

    side: str
    blind: Picture
    picture: Picture
    model: ModelRef
    rank: str
    rank_span: str
    price: str
    weights: WeightsTags


@dataclass(frozen=True, slots=True)
class BattleView:
    """The context of ``battle.html``; ``board`` says by what votes models have their ranks, ``upcoming`` is the battle
    that the page asks next, None where there is no other.
    """

    path: str
    number: int
    of: int
    prompt: str
    language: str
    direction: str
    english: str
    about: str
    input: Picture | None
    simulated: bool
    sides: tuple[Contestant, ...]
    verdict: Verdict | None
    board: str
    board_path: str
    prompt_path: str
    compare_path: str
    next_path: str
    upcoming: BattleView | None


def pages(site: SiteData) -> Iterator[Page]:
    """One page for each battle, which leads to the next; the last one leads to the first."""
    views = battle_views(site)
    for view in views:
        names = " and ".join(side.model.name for side in view.sides)
        yield Page(
            path=view.path,
            template="battle.html",
            title=f"{names}: two pictures for one prompt",
            description=f"Two pictures for one prompt, by {names}: who made which, and where they rank.",
            view=view,
            section=paths.PROMPTS,
            crumbs=(Crumb("Prompts", paths.PROMPTS),),
            listed=False,
            arenas=(view.prompt_path.split("/")[1],),
        )


def battle_views(site: SiteData) -> tuple[BattleView, ...]:
    """Every battle in its order; each knows the next one, whose own next is left out."""
    battles = blind_battles(site)
    last = [battle_view(site, battle, battles, None) for battle in battles]
    return tuple(
        battle_view(site, battle, battles, last[number % len(battles)] if len(battles) > 1 else None)
        for number, battle in enumerate(battles, 1)
    )


def battle_view(
    site: SiteData, battle: BlindBattle, battles: tuple[BlindBattle, ...], upcoming: BattleView | None
) -> BattleView:
    """The view of one battle."""
    prompt = site.catalogue.prompts[battle.prompt]
    language, number = site.language(prompt.language), battles.index(battle) + 1
    pair = site.pair(battle.arena, battle.left.model, battle.right.model)
    names = (site.model(battle.left.model).name, site.model(battle.right.model).name)
    board, path = site.ranked_arenas[battle.arena], paths.battle_path(battle.prompt)
    return BattleView(
        path=path,
        number=number,
        of=len(battles),
        prompt=prompt.text,
        language=language.id,
        direction=language.direction,
        english=prompt.english or "",
        about=f"{site.category_name(prompt.category)}, {language.name}",
        input=input_of(site, prompt),
        simulated=OutputOrigin.SIMULATED in (battle.left.origin, battle.right.origin),
        sides=(contestant(site, battle, "left", prompt), contestant(site, battle, "right", prompt)),
        verdict=verdict_in(site.interface, compared_arena(site, battle.arena), forecast_of(pair), *names)
        if pair
        else None,
        board=f"{site.arena_name(battle.arena)}: {wording.count(len(board.ratings), 'model')}, "
        f"{site.votes(board.votes, battle.arena)}",
        board_path=paths.board_path(board.axis),
        prompt_path=paths.prompt_path(battle.prompt),
        compare_path=compare_path(site, battle),
        next_path=f"{path}#next" if len(battles) > 1 else "",
        upcoming=upcoming,
    )


def compare_path(site: SiteData, battle: BlindBattle) -> str:
    """The page of the two models, or the picker with both of them."""
    models = (battle.left.model, battle.right.model)
    return paths.compare_path(*models) if site.comparison_pair(*models) else paths.any_comparison(*models)


def contestant(site: SiteData, battle: BlindBattle, side: str, prompt: Prompt) -> Contestant:
    """One side, with where its model stands. Raises ValueError for a battle that ``blind_battles`` would not choose."""
    output: Output = battle.left if side == "left" else battle.right
    rating = site.ranked_arenas[battle.arena].get(output.model)
    picture = picture_of(site, output.sha256)
    if rating is None or picture is None:
        raise ValueError(f"{output.model} has no rank in {battle.arena}, or its picture may not be shown")
    asked = wording.clipped(prompt.english or prompt.text, 90)
    which = "First" if side == "left" else "Second"
    what = "simulated picture" if output.origin is OutputOrigin.SIMULATED else "picture"
    return Contestant(
        side=side,
        blind=shown(output, f"{which} {what} for the prompt “{asked}”"),
        picture=picture,
        model=model_ref(site, output.model),
        rank=str(rating.rank),
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        price=price_said(site, output.model),
        weights=weights_tags(site.model(output.model)),
    )
