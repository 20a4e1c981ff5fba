"""A model's page: everything that is known of it, section by section; a section without data says what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.catalogue.records import Model
from arena.publish import paths
from arena.publish.charts.bars import render_strip
from arena.publish.content.model_refs import (
    ModelRef,
    commercial_use_in_brief,
    licence_in_brief,
    model_ref,
    price_from,
    state_in_brief,
    weights_use_in_brief,
)
from arena.publish.content.pictures import in_play_words
from arena.publish.content.site_data import SiteData
from arena.publish.pages.citations import Citation, cited
from arena.publish.pages.model.capabilities import CapabilityTable, capability_table
from arena.publish.pages.model.code import Code, PlaygroundForm, code_of, playground_of
from arena.publish.pages.model.examples import Gallery, SimilarByRank, galleries, similar_by_rank
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
from arena.publish.pages.model.faq import Advice, Question, advice, questions
from arena.publish.pages.model.history import RatingHistory, rating_histories
from arena.publish.pages.model.performance import Performance, RankingRow, performances, ranking_rows
from arena.publish.pages.model.prices import ModelPrices, prices_of
from arena.publish.pages.model.reasons import VoteReasons, vote_reasons
from arena.publish.pages.model.similar import SimilarModel, similar_models
from arena.publish.pages.model.state import StateNotice, state_notice
from arena.publish.pages.model.terms import TermsAnswer, outputs_answer, weights_answer
from arena.publish.pages.sharing import Sharing, model_sharing

SECTIONS = (
    ("facts", "Facts"),
    ("capabilities", "What it can do"),
    ("examples", "Examples"),
    ("api", "API"),
    ("prices", "Providers and prices"),
    ("rankings", "Rankings"),
    ("performance", "By category and language"),
    ("reasons", "Why people preferred it"),
    ("quality", "Quality over time"),
    ("similar", "Similar models"),
    ("benchmarks", "Benchmarks elsewhere"),
    ("licence", "Licence and terms"),
    ("alike", "Models like it"),
    ("faq", "FAQ"),
    ("stories", "Stories"),
    ("sources", "Sources"),
    ("cite", "Cite and embed"),
)


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """One entry of the page's contents."""

    label: str
    target: str


@dataclass(frozen=True, slots=True)
class Glance:
    """One figure at the top of the page with what it stands for."""

    label: str
    value: str
    note: str
    strip: Markup | None = None
    """Of a rank: where the model stands among all."""
    last: str = ""
    """Of a rank: how many there are."""


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
    glances: tuple[Glance, ...]
    advice: tuple[Advice, ...]
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
    return ModelView(
        model=model_ref(site, model_id),
        title_line=title_line(site, model_id),
        description=model.description,
        status=STATUS_WORDS[model.status],
        notice=state_notice(site, model_id),
        contents=tuple(
            ContentsEntry(label, f"{paths.model_path(model_id)}#{target}")
            for target, label in SECTIONS
            if target != "reasons" or model_id in site.reasons
        ),
        glances=glances(site, model_id),
        advice=advice(site, model_id),
        facts=facts_of(site, model_id),
        highlights=model.highlights,
        disagreements=disagreements(model.conflicts),
        galleries=galleries(site, model_id),
        galleries_lede=f"{model.name}’s pictures from the highest-ranked matchups: prompt, opponent and what "
        f"{site.votes_noun(*model.arenas)} said.",
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


def glances(site: SiteData, model_id: str) -> tuple[Glance, ...]:
    """Rank on each arena, price, weights and output use: what most readers came for."""
    model = site.model(model_id)
    found = []
    for arena in site.arenas:
        board = site.ranked_arenas.get(arena.id)
        rating = board.get(model_id) if board else None
        if board and rating:
            size, span = len(board.ratings), wording.span(str(rating.rank_low), str(rating.rank_high))
            votes = site.votes(rating.votes, arena.id)
            told = f"{votes}. {label}" if (label := site.label_of(arena.id)) else votes
            note = f"of {size} (95% interval {span}), score {wording.number(rating.score)}, {told}"
            strip = render_strip(site.strips[arena.id], rating) if size > 1 else None
            found.append(Glance(arena.name, f"#{rating.rank}", note, strip, str(size)))
    price = site.prices.get(model_id)
    unknown = "no price per image known" if model.current else state_in_brief(model)
    via = f"per image via {site.catalogue.providers[price.provider].name}" if price else unknown
    found.append(Glance("Price from", price_from(site, model_id), via))
    found.append(
        Glance("Weights", "Open" if model.weights.open is True else licence_in_brief(model), _weights_note(model))
    )
    found.append(Glance("Commercial use", commercial_use_in_brief(model), "of outputs, by the maker’s terms"))
    return tuple(found)


def _weights_note(model: Model) -> str:
    """The licence of weights that can be downloaded, and whether it lets one use them commercially."""
    if model.weights.open is False:
        return "cannot be downloaded"
    named = "licence unknown" if model.weights.licence == wording.UNKNOWN else model.weights.licence
    return f"{named}; commercial use: {weights_use_in_brief(model).lower()}"


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
