"""The section of a board on second questions: who stands where by the votes cast for one reason alone."""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.publish import paths
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.ratings.reason_boards import Agreement, ReasonBoards
from arena.records import Axis, Board, Rating

SAME = 0.98
"""A correlation beyond which two boards rank alike: where the interval reaches it, no difference is claimed."""

WIDEST = 1.5
"""Of an interval from -1 to 1: with a wider one nothing is known."""


@dataclass(frozen=True, slots=True)
class ReasonColumn:
    """A reason, and how many votes were cast for it."""

    name: str
    votes: str


@dataclass(frozen=True, slots=True)
class ReasonRank:
    """A model's rank and range on one board; a dash where it has none."""

    rank: str
    span: str


@dataclass(frozen=True, slots=True)
class RanksByReason:
    """A model: its rank by all votes, and by those for each reason."""

    model: ModelRef
    ranks: tuple[ReasonRank, ...]


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """How far the boards of two reasons agree."""

    reasons: str
    correlation: str
    interval: str
    shared: str


@dataclass(frozen=True, slots=True)
class ReasonsSection:
    """Ranks by reason, and how far they agree, which a sentence sums up."""

    lede: str
    caption: str
    columns: tuple[ReasonColumn, ...]
    rows: tuple[RanksByReason, ...]
    agreements_caption: str
    agreements: tuple[AgreementRow, ...]
    basis: str
    method_path: str


def reasons_section(site: SiteData, board: Board) -> ReasonsSection | None:
    """That of an overall board; None where voters gave too few reasons."""
    found = site.reason_boards.get(board.axis.arena)
    if found is None or board.axis != Axis(board.axis.arena) or not board.ratings:
        return None
    heading, noun = site.arena_name(board.axis.arena), site.votes_noun(board.axis.arena)
    return ReasonsSection(
        lede=_lede(site, found),
        caption=f"{heading}: ranks by all {noun}, and by those for one reason alone",
        columns=tuple(
            ReasonColumn(wording.reason_name(reason), wording.whole(by_reason.votes))
            for reason, by_reason in found.boards.items()
        ),
        rows=tuple(_rows(site, found, board)),
        agreements_caption=f"{heading}: how far two reasons rank the same models alike, from {noun}",
        agreements=tuple(_agreement(each) for each in found.agreements),
        basis=_basis(found),
        method_path=f"{paths.METHODOLOGY}#reasons",
    )


def _lede(site: SiteData, found: ReasonBoards) -> str:
    """The two reasons that agree least; of a single one, who is first by it."""
    if not found.agreements:
        firsts = [
            f"{site.model(board.ratings[0].model).name} is first for “{wording.reason_name(reason)}”"
            for reason, board in found.boards.items()
        ]
        return f"Voters can say why they chose. By the votes for one reason alone, {wording.listing(firsts)}."
    text = "Voters can say why they chose."
    # The pair that surely agrees least, and not the one of which least is known.
    least = min(found.agreements, key=lambda each: (each.high, each.correlation))
    first, second = (f"“{wording.reason_name(reason)}”" for reason in (least.first, least.second))
    if least.high > SAME:
        which = f"{first} and {second} do not" if len(found.agreements) == 1 else "No two reasons"
        return f"{text} {which} clearly rank the models differently."
    alike = f"their correlation is {wording.number(least.correlation)}"
    ahead, behind = site.model(least.apart).name, site.model(least.other).name
    return (
        f"{text} {first} and {second} rank the models {'least alike' if len(found.agreements) > 1 else 'differently'}: "
        f"{alike}. {ahead} stands higher by {first}, {behind} by {second}."
    )


def _rows(site: SiteData, found: ReasonBoards, board: Board) -> list[RanksByReason]:
    """The models of the overall board in its order, and then those that only the board of a reason ranks."""
    order = [rating.model for rating in board.ratings]
    others = {rating.model for each in found.boards.values() for rating in each.ratings} - set(order)
    return [
        RanksByReason(
            model=model_ref(site, model),
            ranks=tuple(_rank(each.get(model)) for each in (board, *found.boards.values())),
        )
        for model in [*order, *sorted(others)]
    ]


def _rank(rating: Rating | None) -> ReasonRank:
    if rating is None:
        return ReasonRank(wording.NOTHING, "")
    return ReasonRank(f"#{rating.rank}", wording.span(str(rating.rank_low), str(rating.rank_high)))


def _agreement(found: Agreement) -> AgreementRow:
    return AgreementRow(
        reasons=f"{wording.reason_name(found.first)} and {wording.in_sentence(wording.reason_name(found.second))}",
        correlation=wording.number(found.correlation) if found.high - found.low < WIDEST else "unknown",
        interval=f"{wording.number(found.low)} to {wording.number(found.high)}",
        shared=wording.percent(found.shared),
    )


def _basis(found: ReasonBoards) -> str:
    text = "A vote with several reasons counts for each of them."
    if found.left_out:
        rarer = wording.count(found.left_out, "rarer reason has", "rarer reasons have")
        text += f" {wording.sentence(rarer)} no board."
    return (
        f"{text} Small figures are 95% intervals. A correlation is of the strengths of models that both boards rank: "
        "the chance in the votes is taken out, and so is what both boards have from the same votes."
    )
