"""Two models side by side: a comparison page for each pair that is or long was close in rank."""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.publish.content.comparison import (
    Verdict,
    VotesBetween,
    compared_model,
    differences,
    price_sentence,
    verdicts,
    votes_between,
)
from arena.publish.content.comparison_pairs import ComparisonPair
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, ForEach, Page
from arena.publish.pages.compare_sides import (
    ComparedBoards,
    Drawn,
    FactRow,
    SamePrompt,
    apart,
    axis_tables,
    drawn_by_model,
    fact_rows,
    same_prompts,
)
from arena.publish.paths import COMPARE, METHODOLOGY, any_comparison, compare_path

STAYS = "This page stays at its address, whatever the ranks become."
PASSES = "The two have not been neighbours for long: should their ranks part soon, this page goes."
UNRANKED = "No arena ranks both, so there is no forecast for the two."
SAME_LEDE = "One prompt of each category in turn, by name. How the pictures fared plays no part in choosing them."


@dataclass(frozen=True, slots=True)
class CompareView:
    """The context of ``compare.html``."""

    first: ModelRef
    second: ModelRef
    verdicts: tuple[Verdict, ...]
    differences: str
    votes_between: tuple[VotesBetween, ...]
    facts: tuple[FactRow, ...]
    facts_caption: str
    tables: tuple[ComparedBoards, ...]
    apart: tuple[str, ...]
    unranked: str
    same: tuple[SamePrompt, ...]
    same_lede: str
    method_path: str
    compare_path: str
    picker_path: str
    lasts: bool
    stays: str
    """Whether this page stays at its address, and in words."""


def _page(shared: tuple[SiteData, Drawn], both: tuple[str, str]) -> Page:
    (site, drawn), comparison_pair = shared, shared[0].comparison_pairs[both]
    first, second = (model_ref(site, model_id) for model_id in both)
    same = same_prompts(site, drawn, *both)
    said = verdicts(site, *both)
    there = site.arenas_of(second.id)
    view = CompareView(
        first=first,
        second=second,
        verdicts=said,
        differences=differences(compared_model(site, first.id), compared_model(site, second.id)),
        votes_between=votes_between(site, *both),
        facts=fact_rows(site, *both),
        facts_caption=f"{first.name} and {second.name}; prices for one 1024×1024 image in medium or standard quality",
        tables=axis_tables(site, *both),
        apart=apart(site, *both),
        unranked=" ".join((UNRANKED, *apart(site, *both))),
        same=same,
        same_lede=SAME_LEDE if same else "",
        method_path=METHODOLOGY,
        compare_path=COMPARE,
        picker_path=any_comparison(first.id, second.id),
        lasts=comparison_pair.kept,
        stays=STAYS if comparison_pair.kept else PASSES,
    )
    return Page(
        path=compare_path(*both),
        template="compare.html",
        title=f"{first.name} vs {second.name}",
        description=summary(site, comparison_pair, said),
        view=view,
        section=COMPARE,
        crumbs=(Crumb("Compare", COMPARE),),
        updated=site.data_until,
        listed=comparison_pair.kept,
        arenas=tuple(arena for arena in site.arenas_of(first.id) if arena in there),
    )


def summary(site: SiteData, comparison_pair: ComparisonPair, said: tuple[Verdict, ...] | None = None) -> str:
    """Who is better where, and who costs less: the page in two sentences, for other sites.

    ``said`` are the verdicts on the two, where they are known already.
    """
    both = comparison_pair.first, comparison_pair.second
    told = verdicts(site, *both) if said is None else said
    better = [f"{each.title} ({wording.in_sentence(each.arena)})." for each in told]
    one, other = (compared_model(site, model_id) for model_id in both)
    return " ".join([*better, price_sentence(one, other)])


pages = ForEach[SiteData, tuple[SiteData, Drawn], tuple[str, str], Page](
    lambda site: site.comparison_pairs, lambda site: (site, drawn_by_model(site)), _page
)
"""A page for each two that are neighbours or were for long, by their ids."""
