"""The sentence that readers fill in, "I need posters in Chinese under 5 cents for commercial use", and its answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arena import wording
from arena.catalogue.fields import Language
from arena.messages import N_
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
    cents_said,
    common_needs,
)
from arena.publish.content.model_refs import ESTABLISHED, ModelRef, model_ref, price_said, rank_certainty
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import axis_said, demo_said, name_within, votes_said
from arena.publish.page import Crumb, Page
from arena.publish.pages.filters import FilterOption
from arena.ratings.boards import ESTABLISHED_VOTES
from arena.records import Axis, Rating

FIND_A_MODEL = N_("Find a model")
FIRST = N_("ranks highest of the models that fit")
NEXT = N_("the next in rank")
CHEAPER = N_("%(saved)s cheaper than %(name)s")
NOT_ONE = N_(
    "No ranked model surely meets all of this. Leave out one condition: what is unknown does not count as a yes."
)
FEWER = {1: N_("Only one ranked model surely fits."), 2: N_("Only two ranked models surely fit.")}


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
    yield find_page(site, needs[0], Crumb(FIND_A_MODEL, paths.FIND), others, asked)
    for need, other in zip(needs, others, strict=True):
        yield find_page(site, need, other, others, asked)


def find_page(site: SiteData, need: Need, page: Crumb, others: tuple[Crumb, ...], asked: str) -> Page:
    """The page of one need at the path of ``page``; ``asked`` is that of ``picture_for``."""
    path = page.path
    heading = site.interface.gettext(FIND_A_MODEL) if path == paths.FIND else page.label
    finder = finder_of(site, need, asked)
    names = [card.model.name for card in finder.cards]
    named = (wording.listing(names) if site.interface.english else ", ".join(names)) or finder.note
    by = site.interface.gettext("By %(votes)s.", votes=finder.basis)
    return Page(
        path=path,
        template="find.html",
        title=heading,
        description=f"{heading}: {named.removesuffix('.')}. {by}",
        view=FindView(heading, finder, others),
        section=paths.HOME,
        crumbs=() if path == paths.FIND else (Crumb(FIND_A_MODEL, paths.FIND),),
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
    _ = site.interface.gettext
    kind = name_within(site, site.category_name(need.category)) if need.category else _("any picture")
    said = [_("Models for %(kind)s", kind=kind)]
    if need.language:
        said.append(in_language(site, site.language(need.language)))
    if need.under is not None:
        said.append(_("under %(amount)s", amount=cents_said(site, need.under)))
    if need.use is not Use.ANY:
        said.append(_(USE_LABELS[need.use]))
    return f"{' '.join(said)}: {name_within(site, site.arena_name(need.arena))}"


def in_language(site: SiteData, language: Language) -> str:
    """``in Chinese``: a language of prompts, as the sentence says it."""
    return site.interface.gettext("in %(language)s", language=site.interface.language_name(language.id, language.name))


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
        basis=votes_said(site, answer.board.votes, need.arena),
        board_name=name,
        board_path=paths.board_path(answer.board.axis),
    )


def board_name(site: SiteData, axis: Axis) -> str:
    """``Text to image: Posters``."""
    interface = site.interface
    arena = interface.name(site.arena_name(axis.arena))
    if axis == Axis(axis.arena):
        return arena
    return f"{arena}: {site.axis_name(axis) if interface.english else axis_said(site, axis)}"


def choices(site: SiteData, need: Need) -> tuple[Choice, ...]:
    """The choices of the sentence in its order; the arena only where there are several."""
    project, arenas = site.catalogue.project, arenas_asked(site)
    voted = {axis for axis in (*site.boards, *site.repeated) if axis.arena in arenas}
    kinds = {axis.category for axis in voted}
    tongues = {axis.language for axis in voted}
    _ = site.interface.gettext
    made = [
        Choice(
            "for",
            _("Kind of picture"),
            (
                FilterOption("", _("any picture")),
                *(FilterOption(k.id, name_within(site, k.name)) for k in project.categories if k.id in kinds),
            ),
            need.category,
        ),
        Choice(
            "in",
            _("Language of the prompt"),
            (
                FilterOption("", _("in any language")),
                *(FilterOption(each.id, in_language(site, each)) for each in project.languages if each.id in tongues),
            ),
            need.language,
        ),
        Choice(
            "under",
            _("Price of an image"),
            (
                FilterOption("", _("at any price")),
                *(FilterOption(f"{p:f}", _("under %(amount)s", amount=cents_said(site, p))) for p in PRICES),
            ),
            "" if need.under is None else f"{need.under:f}",
        ),
        Choice("use", _("Use"), tuple(FilterOption(use, _(label)) for use, label in USE_LABELS.items()), need.use),
    ]
    if len(arenas) > 1:
        options = tuple(FilterOption(arena, task_of(site, arena, arenas)) for arena in arenas)
        made.append(Choice("arena", _("Task"), options, need.arena))
    return tuple(made)


def task_of(site: SiteData, arena: str, arenas: Sequence[str]) -> str:
    """What models start from in an arena, or its name where that is the same in another one or not known."""
    starts = [
        {bool(prompt.input_image) for prompt in site.catalogue.prompts_of(each).values()} for each in (arena, *arenas)
    ]
    if len(starts[0]) == 1 and starts.count(starts[0]) == 2:  # its own, and itself among all
        edits = starts[0] == {True}
        return site.interface.gettext(N_("made from a picture to edit") if edits else N_("made from a text prompt"))
    return site.interface.gettext("in %(arena)s", arena=name_within(site, site.arena_name(arena)))


def find_card(site: SiteData, answer: Answer, at: int, asked: str) -> FindCard:
    """One model of an answer."""
    rating, need = answer.fitting[at], answer.need
    lead = wording.sentence(demo_said(site, need.arena) + lead_of(site, answer, at))
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
        return site.interface.gettext(FIRST)
    first, here = (site.prices.get(answer.fitting[place].model) for place in (0, at))
    if first and here and here.amount < first.amount:
        saved = wording.percent(float(1 - here.amount / first.amount))
        return site.interface.gettext(CHEAPER, saved=saved, name=site.model(answer.fitting[0].model).name)
    return site.interface.gettext(NEXT)


def use_of(site: SiteData, model_id: str, use: Use) -> str:
    """What its terms say of the use that was asked for; empty where none was."""
    _ = site.interface.gettext
    if use is Use.COMMERCIAL:
        return " " + _("Its maker allows commercial use of the pictures.")
    if use is Use.OWN:
        licence = site.model(model_id).weights.licence
        if licence == wording.UNKNOWN:
            return " " + _("Its weights can be downloaded.")
        return " " + _("Its weights can be downloaded: %(licence)s.", licence=licence)
    return ""


def sure_of(site: SiteData, arena: str, rating: Rating) -> str:
    """How sure a rank is, in a sentence."""
    _ = site.interface.gettext
    votes, ranks = votes_said(site, rating.votes, arena), f"#{rating.rank_low}"
    if rating.rank_high > rating.rank_low:
        ranks = _("#%(low)s to #%(high)s", low=rating.rank_low, high=rating.rank_high)
    if rating.votes < ESTABLISHED_VOTES:
        return _("Few votes: %(ranks)s by %(votes)s.", ranks=ranks, votes=votes)
    if rank_certainty(rating) == ESTABLISHED:
        return _("95%% sure: %(ranks)s, by %(votes)s.", ranks=ranks, votes=votes)
    return _("Rank uncertain: 95%% sure only of %(ranks)s, by %(votes)s.", ranks=ranks, votes=votes)


def note_of(site: SiteData, answer: Answer) -> str:
    """What a reader must know of an answer: that too few fit, or that a wider board had to answer."""
    few = NOT_ONE if not answer.fitting else FEWER.get(len(answer.fitting), "")
    said = [site.interface.gettext(few) if few else ""]
    if answer.too_thin:
        said.append(too_thin(site, answer.too_thin))
    return " ".join(filter(None, said))


def too_thin(site: SiteData, axis: Axis) -> str:
    """That a narrower board has too few votes to tell models apart."""
    name = wording.in_sentence(site.axis_name(axis)) if site.interface.english else axis_said(site, axis)
    return site.interface.gettext(
        "Votes on %(board)s alone are too few to tell models apart, so a wider board answers.", board=name
    )


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
