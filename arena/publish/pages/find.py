"""The sentence that readers fill in, "I need posters in Chinese under 5 cents for commercial use", and its answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arena import wording
from arena.publish import paths
from arena.publish.content.blind_battles import PAGES_IN, arenas_of_today, first_prompt
from arena.publish.content.finder import (
    PRICES,
    USE_LABELS,
    Answer,
    Need,
    Use,
    answer_of,
    cents,
    common_needs,
)
from arena.publish.content.model_refs import ESTABLISHED, ModelRef, model_ref, price_said, rank_certainty
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page
from arena.publish.pages.filters import FilterOption
from arena.ratings.boards import ESTABLISHED_VOTES
from arena.records import Axis, Rating

FIRST = "ranks highest of the models that fit"
NEXT = "the next in rank"
CHEAPER = "{saved} cheaper than {name}"
NOT_ONE = "No ranked model surely meets all of this. Leave out one condition: what is unknown does not count as a yes."
FEWER = {1: "Only one ranked model surely fits.", 2: "Only two ranked models surely fit."}


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of the sentence; ``name`` and ``value`` stand in the address."""

    name: str
    label: str
    options: tuple[FilterOption, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class FindCard:
    """A model that fits: why, and how sure its rank is; ``uncertain`` where its range is hatched."""

    model: ModelRef
    rank: str
    rank_span: str
    price: str
    reason: str
    sure: str
    uncertain: bool
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Finder:
    """The sentence with its choices and the answer to what is chosen; ``basis`` names the board and its votes."""

    action: str
    data_path: str
    choices: tuple[Choice, ...]
    cards: tuple[FindCard, ...]
    note: str
    basis: str
    board_name: str
    board_path: str


@dataclass(frozen=True, slots=True)
class FindView:
    """The context of ``find.html``; ``others`` are the questions that have a page of their own."""

    heading: str
    finder: Finder
    others: tuple[Crumb, ...]


def pages(site: SiteData) -> Iterator[Page]:
    """A page for the sentence, and one for each common need of each arena that has a ranking of today."""
    needs = [need for arena in arenas_asked(site) for need in common_needs(site, arena)]
    if not needs:
        return
    others = tuple(Crumb(heading_of(site, need), paths.find_path(address_of(need))) for need in needs)
    asked = first_prompt(site)
    yield find_page(site, needs[0], Crumb("Find a model", paths.FIND), others, asked)
    for need, other in zip(needs, others, strict=True):
        yield find_page(site, need, other, others, asked)


def find_page(site: SiteData, need: Need, page: Crumb, others: tuple[Crumb, ...], asked: str) -> Page:
    """The page of one need at the path of ``page``; ``asked`` is that of ``picture_for``."""
    heading, path = page.label, page.path
    finder = finder_of(site, need, asked)
    named = wording.listing([card.model.name for card in finder.cards]) or finder.note
    return Page(
        path=path,
        template="find.html",
        title=heading,
        description=f"{heading}: {named.removesuffix('.')}. By {finder.basis}.",
        view=FindView(heading, finder, others),
        section=paths.HOME,
        crumbs=() if path == paths.FIND else (Crumb("Find a model", paths.FIND),),
        updated=site.data_until,
        arenas=(need.arena,),
    )


def arenas_asked(site: SiteData) -> tuple[str, ...]:
    """The arenas with a ranking of today's models."""
    return tuple(arena.id for arena in arenas_of_today(site) if arena.id in site.ranked_arenas)


def address_of(need: Need) -> str:
    """``text-to-image/poster-under-5-cents-commercial``; ``any`` where nothing is asked."""
    said = (
        need.category,
        need.language and f"in-{need.language}",
        f"under-{cents(need.under).replace(' ', '-')}" if need.under is not None else "",
        need.use.value,
    )
    return f"{need.arena}/{'-'.join(filter(None, said)) or 'any'}"


def heading_of(site: SiteData, need: Need) -> str:
    """``Image models for posters in Chinese, under 5 cents, for commercial use (text to image)``."""
    kind = wording.in_sentence(site.category_name(need.category)) if need.category else "any picture"
    said = f"Models for {kind}{f' in {site.language(need.language).name}' if need.language else ''}"
    if need.under is not None:
        said += f" under {cents(need.under)}"
    if need.use is not Use.ANY:
        said += f" {USE_LABELS[need.use]}"
    return f"{said}: {wording.in_sentence(site.arena_name(need.arena))}"


def finder_of(site: SiteData, need: Need, asked: str = "") -> Finder:
    """The sentence with a need filled in; ``asked`` is that of ``picture_for``.

    Raises ValueError where the arena has no ranking.
    """
    answer = answer_of(site, need)
    if answer is None:
        raise ValueError(f"{need.arena} has no ranking")
    name = board_name(site, answer.board.axis)
    return Finder(
        action=paths.FIND,
        data_path=paths.FIND_DATA,
        choices=choices(site, need),
        cards=tuple(find_card(site, answer, at, asked) for at in range(len(answer.fitting))),
        note=note_of(site, answer),
        basis=site.votes(answer.board.votes, need.arena),
        board_name=name,
        board_path=paths.board_path(answer.board.axis),
    )


def board_name(site: SiteData, axis: Axis) -> str:
    """``Text to image: Posters``."""
    arena = site.arena_name(axis.arena)
    return arena if axis == Axis(axis.arena) else f"{arena}: {site.axis_name(axis)}"


def choices(site: SiteData, need: Need) -> tuple[Choice, ...]:
    """The choices of the sentence in its order; the arena only where there are several."""
    project, arenas = site.catalogue.project, arenas_asked(site)
    voted = {axis for axis in (*site.boards, *site.repeated) if axis.arena in arenas}
    kinds = {axis.category for axis in voted}
    tongues = {axis.language for axis in voted}
    made = [
        Choice(
            "for",
            "Kind of picture",
            (
                FilterOption("", "any picture"),
                *(FilterOption(k.id, wording.in_sentence(k.name)) for k in project.categories if k.id in kinds),
            ),
            need.category,
        ),
        Choice(
            "in",
            "Language of the prompt",
            (
                FilterOption("", "in any language"),
                *(FilterOption(each.id, f"in {each.name}") for each in project.languages if each.id in tongues),
            ),
            need.language,
        ),
        Choice(
            "under",
            "Price of an image",
            (FilterOption("", "at any price"), *(FilterOption(f"{p:f}", f"under {cents(p)}") for p in PRICES)),
            "" if need.under is None else f"{need.under:f}",
        ),
        Choice("use", "Use", tuple(FilterOption(use, label) for use, label in USE_LABELS.items()), need.use),
    ]
    if len(arenas) > 1:
        options = tuple(FilterOption(arena, task_of(site, arena, arenas)) for arena in arenas)
        made.append(Choice("arena", "Task", options, need.arena))
    return tuple(made)


def task_of(site: SiteData, arena: str, arenas: Sequence[str]) -> str:
    """What models start from in an arena, or its name where that is the same in another one or not known."""
    starts = [
        {bool(prompt.input_image) for prompt in site.catalogue.prompts_of(each).values()} for each in (arena, *arenas)
    ]
    if len(starts[0]) == 1 and starts.count(starts[0]) == 2:  # its own, and itself among all
        return "made from a picture to edit" if starts[0] == {True} else "made from a text prompt"
    return f"in {wording.in_sentence(site.arena_name(arena))}"


def find_card(site: SiteData, answer: Answer, at: int, asked: str) -> FindCard:
    """One model of an answer."""
    rating, need = answer.fitting[at], answer.need
    lead = wording.sentence(site.demo(need.arena) + lead_of(site, answer, at))
    return FindCard(
        model=model_ref(site, rating.model),
        rank=str(rating.rank),
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        price=price_said(site, rating.model),
        reason=f"{lead}.{use_of(site, rating.model, need.use)}",
        sure=sure_of(site, need.arena, rating),
        uncertain=rank_certainty(rating) != ESTABLISHED,
        picture=picture_for(site, answer.board.axis, rating.model, asked),
    )


def lead_of(site: SiteData, answer: Answer, at: int) -> str:
    """Why this one: it ranks highest, it saves money against the first, or it is next."""
    if at == 0:
        return FIRST
    first, here = (site.prices.get(answer.fitting[place].model) for place in (0, at))
    if first and here and here.amount < first.amount:
        saved = wording.percent(float(1 - here.amount / first.amount))
        return CHEAPER.format(saved=saved, name=site.model(answer.fitting[0].model).name)
    return NEXT


def use_of(site: SiteData, model_id: str, use: Use) -> str:
    """What its terms say of the use that was asked for; empty where none was."""
    if use is Use.COMMERCIAL:
        return " Its maker allows commercial use of the pictures."
    if use is Use.OWN:
        licence = site.model(model_id).weights.licence
        return f" Its weights can be downloaded{'' if licence == wording.UNKNOWN else f': {licence}'}."
    return ""


def sure_of(site: SiteData, arena: str, rating: Rating) -> str:
    """How sure a rank is, in a sentence."""
    votes, ranks = site.votes(rating.votes, arena), wording.rank_range(rating.rank_low, rating.rank_high)
    if rating.votes < ESTABLISHED_VOTES:
        return f"Few votes: {ranks} by {votes}."
    if rank_certainty(rating) == ESTABLISHED:
        return f"95% sure: {ranks}, by {votes}."
    return f"Rank uncertain: 95% sure only of {ranks}, by {votes}."


def note_of(site: SiteData, answer: Answer) -> str:
    """What a reader must know of an answer: that too few fit, or that a wider board had to answer."""
    said = [NOT_ONE if not answer.fitting else FEWER.get(len(answer.fitting), "")]
    if answer.too_thin:
        said.append(too_thin(site, answer.too_thin))
    return " ".join(filter(None, said))


def too_thin(site: SiteData, axis: Axis) -> str:
    """That a narrower board has too few votes to tell models apart."""
    name = wording.in_sentence(site.axis_name(axis))
    return f"Votes on {name} alone are too few to tell models apart, so a wider board answers."


def picture_for(site: SiteData, axis: Axis, model_id: str, asked: str) -> Picture | None:
    """A picture by the model for a prompt of the board, or else for another one of its arena; None without any.

    That for the prompt ``asked`` comes last: the home page asks who made it, so it shall not say so elsewhere.
    """
    found = sorted(
        (prompt == asked, *_distance(site, axis, prompt), prompt, outputs[model_id].sha256)
        for prompt, outputs in site.outputs_by_prompt.items()
        if model_id in outputs and prompt.partition("/")[0] == axis.arena
    )
    return picture_of(site, found[0][-1]) if found else None


def _distance(site: SiteData, axis: Axis, prompt_id: str) -> tuple[bool, bool]:
    """Whether a prompt is beside the board, and whether it is in another language than the pages."""
    prompt = site.catalogue.prompts.get(prompt_id)
    if prompt is None:
        return True, True
    on_board = axis.category in ("", prompt.category) and axis.language in ("", prompt.language)
    return not on_board, prompt.language != PAGES_IN
