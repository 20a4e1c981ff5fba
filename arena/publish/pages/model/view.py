"""A model's page: everything that is known of it, section by section; a section without data says what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from arena import wording
from arena.publish import paths
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.pictures import in_play_words
from arena.publish.content.site_data import SiteData
from arena.publish.pages.citations import Citation, cited
from arena.publish.pages.model.capabilities import CapabilityTable, capability_table
from arena.publish.pages.model.code import Code, PlaygroundForm, code_of, playground_of
from arena.publish.pages.model.examples import Gallery, galleries
from arena.publish.pages.model.facts import (
    STATUS_WORDS,
    BenchmarkRow,
    Disagreement,
    Fact,
    benchmark_rows,
    disagreements,
    facts_of,
    title_line,
)
from arena.publish.pages.model.faq import Question, questions
from arena.publish.pages.model.folds import (
    Fold,
    alike_gist,
    api_gist,
    benchmarks_gist,
    capabilities_gist,
    folds_of,
    licence_gist,
    performance_gist,
    ranks_gist,
    some,
    sources_gist,
)
from arena.publish.pages.model.history import RatingHistory, rating_histories
from arena.publish.pages.model.performance import Performance, RankingRow, performances, ranking_rows
from arena.publish.pages.model.prices import ModelPrices, prices_of
from arena.publish.pages.model.reasons import VoteReasons, vote_reasons
from arena.publish.pages.model.similar import SimilarByRank, SimilarModel, similar_by_rank, similar_models
from arena.publish.pages.model.state import StateNotice, state_notice
from arena.publish.pages.model.terms import TermsAnswer, outputs_answer, weights_answer
from arena.publish.pages.model.verdict import SideCard, Verdict, side_card, verdict
from arena.publish.pages.sharing import Sharing, model_sharing


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """One entry of the page's contents."""

    label: str
    target: str


@dataclass(frozen=True, slots=True)
class ModelStory:
    """A story about the model."""

    title: str
    path: str
    day: wording.Day
    published: wording.Day | None
    """When the source was published, where that is another day."""
    kind: str
    evidence: str
    text: str


@dataclass(frozen=True, slots=True)
class ModelView:
    """The context of ``model.html``."""

    model: ModelRef
    title_line: str
    description: str
    status: str
    notice: StateNotice | None
    contents: tuple[ContentsEntry, ...]
    folds: Mapping[str, Fold]
    """The heads of the folded sections by id, in the order of the page."""
    verdict: Verdict
    card: SideCard
    facts: tuple[Fact, ...]
    highlights: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]
    galleries: tuple[Gallery, ...]
    galleries_lede: str
    in_play: str
    """How many of its pictures are not shown yet, and why; empty where all are."""
    code: Code
    playground: PlaygroundForm | None
    prices: ModelPrices
    benchmarks: tuple[BenchmarkRow, ...]
    rankings: tuple[RankingRow, ...]
    rankings_caption: str
    performances: tuple[Performance, ...]
    reasons: tuple[VoteReasons, ...]
    rating_histories: tuple[RatingHistory, ...]
    similar_by_rank: tuple[SimilarByRank, ...]
    capabilities: CapabilityTable
    terms: tuple[TermsAnswer, ...]
    similar_models: tuple[SimilarModel, ...]
    questions: tuple[Question, ...]
    stories: tuple[ModelStory, ...]
    sources: tuple[Citation, ...]
    sharing: Sharing


def model_view(site: SiteData, model_id: str) -> ModelView:
    """The view of one model."""
    model = site.model(model_id)
    found = ModelView(
        model=model_ref(site, model_id),
        title_line=title_line(site, model_id),
        description=model.description,
        status=STATUS_WORDS[model.status],
        notice=state_notice(site, model_id),
        contents=(),
        folds={},
        verdict=verdict(site, model_id),
        card=side_card(site, model_id),
        facts=facts_of(site, model_id),
        highlights=model.highlights,
        disagreements=disagreements(model.conflicts),
        galleries=galleries(site, model_id),
        galleries_lede=f"Those that won or tied against the best come first, by {site.votes_noun(*model.arenas)}.",
        in_play=in_play_words(
            sum(number for (_, model), number in site.in_play.items() if model == model_id), f" by {model.name}"
        ),
        code=code_of(site, model_id),
        playground=playground_of(site, model_id),
        prices=prices_of(site, model_id),
        benchmarks=benchmark_rows(model.benchmarks),
        rankings=ranking_rows(site, model_id),
        rankings_caption=f"{model.name} on this site’s arenas, from {site.votes_noun(*model.arenas)}",
        performances=performances(site, model_id),
        reasons=vote_reasons(site, model_id),
        rating_histories=rating_histories(site, model_id),
        similar_by_rank=similar_by_rank(site, model_id),
        capabilities=capability_table(site, model_id),
        terms=(weights_answer(model), outputs_answer(model)),
        similar_models=similar_models(site, model_id),
        questions=questions(site, model_id),
        stories=story_lines(site, model_id),
        sources=cited(model.sources),
        sharing=model_sharing(site, model_id),
    )
    folds = folds_of(_gists(site, found))
    entries = [("examples", "Examples"), *((name, fold.label) for name, fold in folds.items())]
    contents = tuple(ContentsEntry(label, f"{found.model.path}#{target}") for target, label in entries)
    return replace(found, folds=folds, contents=contents)


def _gists(site: SiteData, view: ModelView) -> dict[str, str]:
    """What each folded section says in short, by its id."""
    weeks = [part for part in view.rating_histories if part.weeks]
    stories, released = view.stories, next(fact.value for fact in view.facts if fact.label == "Released")
    gists = {
        "performance": performance_gist(view.performances),
        "prices": view.prices.range,
        "api": api_gist(view.code),
        "rankings": ranks_gist(view.card.ranks, site),
        "capabilities": capabilities_gist(view.capabilities),
        "licence": licence_gist(view.terms),
        "similar": _neighbours_gist(view.similar_by_rank),
        "quality": f"score {weeks[0].weeks[-1].score} in the week to {weeks[0].weeks[-1].week.text}"
        if weeks
        else "no week with votes yet",
        "benchmarks": benchmarks_gist(view.benchmarks),
        "alike": alike_gist(view.similar_models),
        "facts": f"made by {view.model.maker}, released {released}",
        "faq": wording.count(len(view.questions), "question"),
        "stories": f"{wording.count(len(stories), 'story', 'stories')}, the last of {stories[0].day.text}"
        if stories
        else "none yet",
        "sources": sources_gist(view.sources),
        "cite": "text to cite, a badge and what you may embed",
    }
    if view.reasons:
        gists["reasons"] = f"what voters said in {wording.listing([part.arena for part in view.reasons])}"
    return gists


def _neighbours_gist(parts: tuple[SimilarByRank, ...]) -> str:
    """The models next to it in the first arena that has any."""
    rows = next((part.rows for part in parts if part.rows), ())
    names = [row.model.name for row in rows if not row.here]
    return f"next to it in rank: {some(names)}" if names else "none yet"


def story_lines(site: SiteData, model_id: str) -> tuple[ModelStory, ...]:
    """The stories about the model, the newest first."""
    return tuple(
        ModelStory(
            title=story.title,
            path=paths.story_path(story_id),
            day=wording.day(story.happened),
            published=wording.day(story.published) if story.published and story.published != story.happened else None,
            kind=story.kind.value.capitalize(),
            evidence=f"{story.evidence.capitalize()} source",
            text=story.text,
        )
        for story_id, story in site.catalogue.stories_of(model_id).items()
    )
