"""Questions about a model, answered from the catalogue and the ratings alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.catalogue.pricing.tiers import makers_own_first
from arena.catalogue.records import Model
from arena.pairs import Pair
from arena.publish.content.site_data import SiteData
from arena.publish.pages.model.facts import title_line
from arena.publish.pages.model.performance import standing_apart, why_unranked
from arena.publish.pages.model.prices import starts_at
from arena.publish.pages.model.similar import around
from arena.publish.pages.model.state import state_notice
from arena.publish.pages.model.terms import TermsAnswer, outputs_answer, weights_answer
from arena.publish.pages.model.verdict import advice
from arena.records import Axis


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer."""

    question: str
    answer: str


def questions(site: SiteData, model_id: str) -> tuple[Question, ...]:
    """The questions; each has an answer, and an answer that is not known says so."""
    return tuple(_questions(site, model_id))


def _questions(site: SiteData, model_id: str) -> Iterator[Question]:
    model = site.model(model_id)
    name = model.name
    yield Question(f"What is {name}?", f"{title_line(site, model_id)} {model.description}")
    yield Question(f"How good is {name}?", standing_answer(site, model_id))
    yield Question(f"What is {name} best at?", strength_answer(site, model_id))
    yield Question(f"How much does {name} cost?", starts_at(site, model_id) or "We found no price per image.")
    known = [each.text for each in advice(site, model_id)]
    if known:
        yield Question(f"Is there something better than {name} for less?", " ".join(known))
    yield Question(f"Where can I use {name} over an API?", providers_answer(site, model_id))
    for terms in (outputs_answer(model), weights_answer(model)):
        yield Question(terms.question, _answered(terms))
    yield Question(f"Is {name} open source?", openness_answer(model))
    rival = rival_answer(site, model_id)
    if rival:
        yield rival


def _answered(terms: TermsAnswer) -> str:
    read = "; ".join(f"{source.name}, read {source.read.text}" for source in terms.sources)
    told = f" {'Sources' if terms.sources[1:] else 'Source'}: {read}." if read else ""
    return f"{terms.answer}. {terms.line}{told}"


def standing_answer(site: SiteData, model_id: str) -> str:
    """Its rank on every arena that it competes in, with what it rests on."""
    said = []
    for arena in site.model(model_id).arenas:
        place = wording.in_sentence(site.arena_name(arena))
        board = site.boards.get(Axis(arena))
        rating = board.get(model_id) if board else None
        if board and rating:
            span = wording.span(str(rating.rank_low), str(rating.rank_high))
            within = wording.sentence(f"{site.demo(arena)}in {place}")
            said.append(
                f"{within} it ranks #{rating.rank} of {len(board.ratings)} with a score of "
                f"{wording.number(rating.score)}, from {site.votes(rating.votes, arena)} "
                f"(95% interval of the rank: {span})."
            )
        else:
            said.append(f"In {place} it is {wording.in_sentence(why_unranked(site, model_id, arena))}.")
    return " ".join(said) or "It competes on no arena of this site."


def strength_answer(site: SiteData, model_id: str) -> str:
    """Where it holds its best rank, arena by arena, and which categories and languages the votes set clearly apart."""
    said = []
    for arena in site.model(model_id).arenas:
        found = [
            (board.axis, rating)
            for board in site.boards.values()
            if board.axis.arena == arena
            and bool(board.axis.category) != bool(board.axis.language)
            and (rating := board.get(model_id))
        ]
        if found:
            top = min(rating.rank for _, rating in found)
            names = [site.axis_name(axis) for axis, rating in found if rating.rank == top]
            place = wording.sentence(f"{site.demo(arena)}in {wording.in_sentence(site.arena_name(arena))}")
            said.append(f"{place} its best rank is #{top}: {wording.listing(names[:4])}.")
            own = site.boards[Axis(arena)].get(model_id) if Axis(arena) in site.boards else None
            if own:
                said.append(standing_apart(site, own, found))
    if not said:
        return "It has too few votes in any category or language to say."
    noun = site.votes_noun(*site.model(model_id).arenas)
    return f"{' '.join(said)} That is by {noun}, and narrow boards rest on few of them."


def openness_answer(model: Model) -> str:
    """Yes, no or unknown of its weights, and their licence."""
    short = {"unknown": "Unknown", True: "Its weights are open", False: "No, its weights are closed"}[
        model.weights.open
    ]
    named = "" if model.weights.licence == wording.UNKNOWN else f" ({model.weights.licence})"
    return f"{short}{named}. {weights_answer(model).line}"


def providers_answer(site: SiteData, model_id: str) -> str:
    """Who serves it; of a model that is shut down, what to use instead."""
    if (gone := state_notice(site, model_id)) and not site.model(model_id).current:
        return gone.said
    offers = makers_own_first(site.catalogue, site.catalogue.offers_of(model_id), model_id)
    names = [site.catalogue.providers[provider].name for provider in offers]
    if not names:
        return "We found no provider."
    return f"{wording.count(len(names), 'provider')} we know of: {wording.listing(names)}."


def rival_answer(site: SiteData, model_id: str) -> Question | None:
    """The nearest model by rank, and who is likelier to win against it."""
    for arena in site.model(model_id).arenas:
        board = site.boards.get(Axis(arena))
        own = board.get(model_id) if board else None
        if board is None or own is None:
            continue
        close = [rating for rating in around(site, board, model_id, 1) if rating.model != model_id]
        pair = site.pair(arena, model_id, close[0].model) if close else None
        if pair is not None:
            return _rival(site, pair, arena)
    return None


def _rival(site: SiteData, pair: Pair, arena: str) -> Question:
    name, rival = site.model(pair.first).name, site.model(pair.second).name
    met, where = pair.wins + pair.losses + pair.ties, wording.in_sentence(site.arena_name(arena))
    direct = (
        f"They met in {site.votes(met, arena)}: {pair.wins} won, {pair.losses} lost, {pair.ties} tied."
        if met
        else "They have not met in a battle that counts."
    )
    demo = site.demo(arena)
    verdict = ("the votes do not settle it.", "yes, by the votes so far.", "no, by the votes so far.")[pair.favours]
    expected = wording.sentence(f"{demo}in {where} the ratings expect {name} to win")
    return Question(
        f"Is {name} better than {rival}?",
        f"{wording.sentence(f'{demo}{verdict}')} {expected} {wording.percent(pair.win_probability)} of "
        f"battles against {rival}, a tie counted as half. {direct}",
    )
