"""Everything that one site is built from, with the look-ups that several pages need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from arena import wording
from arena.catalogue.fields import Language
from arena.catalogue.outputs import Collected, Measurement, Output
from arena.catalogue.pricing.estimate import (
    CheapestOffer,
)
from arena.catalogue.reads import plain
from arena.catalogue.records import Model, Organization
from arena.catalogue.settings import Arena
from arena.messages import InterfaceLanguage, load_language
from arena.pairs import Pair, Pairs
from arena.publish.charts.bars import Strip, strip_over
from arena.publish.content.comparison_pairs import ComparisonPair, comparison_pairs_of
from arena.publish.content.downloads import Download
from arena.publish.content.examples import Example
from arena.publish.content.offer_prices import OfferPrices
from arena.publish.content.once import once
from arena.publish.content.prompt_results import PromptResult
from arena.publish.content.read_day import ReadDay, read_day
from arena.publish.content.vote_reasons import ModelReason
from arena.ratings.diagnose import Diagnosis
from arena.ratings.equal_looks import EqualLooks
from arena.ratings.reason_boards import ReasonBoards
from arena.ratings.results import Ratings
from arena.records import Axis, Board, HistoryPoint, LogSummary, Origin, OutputOrigin
from arena.votes.audit import AuditReport
from arena.votes.decision_file import NO_DECISIONS, LeftOutByDecision, LogDecisions
from arena.votes.manifest import ManifestEntry
from arena.votes.signing import LogSignature

MAKER_HUES = 7
"""Makers with a colour of their own: more than so many are not told apart by everybody."""


@dataclass(frozen=True)
class SiteData(OfferPrices):
    """The input of every page builder. Mappings are keyed by id and sorted by it unless said otherwise."""

    ratings: Ratings
    summary: LogSummary
    boards: Mapping[Axis, Board]
    """In the order of ratings.csv; without those that repeat a wider one."""
    prices: Mapping[str, CheapestOffer]
    """By model; models without a price per image are left out."""
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    """By model, first those that won or tied against the best, for prompts in the language of the pages."""
    against: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    """By output: its record against the highest-ranked opponents, best first."""
    pairs: Mapping[str, Pairs] = field(default_factory=dict)
    """By arena: head to head of its ranked models."""
    history: Mapping[tuple[str, str], tuple[HistoryPoint, ...]] = field(default_factory=dict)
    """By arena and model, oldest first."""
    outputs: Mapping[str, Output] = field(default_factory=dict)
    """By SHA-256."""
    prompt_results: Mapping[tuple[str, str], PromptResult] = field(default_factory=dict)
    """By prompt and model."""
    reasons: Mapping[str, tuple[ModelReason, ...]] = field(default_factory=dict)
    """Why people preferred a model or another one to it, by model; empty where no vote says."""
    entries: tuple[ManifestEntry, ...] = ()
    """The files of the log as its manifest lists them."""
    log_files: tuple[Path, ...] = ()
    """The log itself, which the site publishes as it was sealed."""
    signature: LogSignature | None = None
    """That of the log, where it is signed."""
    sealed_audits: tuple[AuditReport, ...] = ()
    """What the audit found when votes were sealed into the log, one a period, oldest first."""
    decisions: LogDecisions = NO_DECISIONS
    """What was decided about votes of the log."""
    left_out: tuple[LeftOutByDecision, ...] = ()
    """The votes of the log that are not rated for it, by what was decided and why."""
    audit: Callable[[], AuditReport] | None = None
    """Works out what the rules of the audit find in the log as it stands; None for a log that is too long for that."""
    diagnosis: Callable[[], Diagnosis] | None = None
    """Works out what the checks of ``arena diagnose`` find in the rated votes; None for more than it takes too long."""
    equal_looks: Mapping[str, EqualLooks] = field(default_factory=dict)
    """What the looks of pictures are worth, and the board without, by arena; arenas without known looks are left out.
    """
    reason_boards: Mapping[str, ReasonBoards] = field(default_factory=dict)
    """The boards of second questions, by arena; arenas are left out in which no reason has enough votes."""
    voters: Mapping[str, int] = field(default_factory=dict)
    """How many voters an arena's rated votes come from, by arena."""
    repeated: Mapping[Axis, Axis] = field(default_factory=dict)
    """Boards that repeat a wider one since they have the very same votes, by axis: the board that is shown instead."""
    downloads: Mapping[str, Download] = field(default_factory=dict)
    """The files under data/ by name, in the order in which the data page lists them."""

    @cached_property
    def votes_licence(self) -> str:
        """The licences of the published votes: the project's, and those of published data sets by arena."""
        own = self.catalogue.project.votes_licence
        sets: dict[str, list[str]] = {}
        for arena in self.catalogue.project.arenas:
            if arena.source:
                sets.setdefault(arena.source.licence, []).append(arena.name)
        return "; ".join(
            [*([own] if own else []), *(f"{wording.listing(names)}: {licence}" for licence, names in sets.items())]
        )

    def model(self, model_id: str) -> Model:
        return self.catalogue.models[model_id]

    def maker(self, model_id: str) -> Organization:
        return self.catalogue.organization_of(model_id)

    @cached_property
    def interface(self) -> InterfaceLanguage:
        """The language of the site's own words. Raises ArenaError where its message file is missing or wrong."""
        return load_language(self.catalogue.project.language, self.catalogue.folder)

    @cached_property
    def maker_hues(self) -> Mapping[str, str]:
        """The CSS class of a maker's colour, by organization: of those with most ranked models, then by id."""
        ranked = {rating.model for board in self.ranked_arenas.values() for rating in board.ratings}
        makers = Counter(model_id.partition("/")[0] for model_id in sorted(ranked))
        chosen = sorted(makers, key=lambda maker: (-makers[maker], maker))[:MAKER_HUES]
        return {maker: f"maker-{hue}" for hue, maker in enumerate(chosen, 1)}

    def hue_of(self, model_id: str) -> str:
        """The CSS class that colours a model: its maker's."""
        return self.maker_hues.get(model_id.partition("/")[0], "maker-other")

    def pair(self, arena: str, one: str, other: str) -> Pair | None:
        """The record of ``one`` against ``other``, seen from ``one``; None where not both are ranked."""
        pairs = self.pairs.get(arena)
        return None if pairs is None else pairs.between(one, other)

    def arena_name(self, arena_id: str) -> str:
        return self._arena_names[arena_id]

    @cached_property
    def _arena_names(self) -> Mapping[str, str]:
        return {arena.id: arena.name for arena in self.catalogue.project.arenas}

    def category_name(self, category_id: str) -> str:
        return self._category_names[category_id]

    @cached_property
    def _category_names(self) -> Mapping[str, str]:
        return {category.id: category.name for category in self.catalogue.project.categories}

    def language(self, language_id: str) -> Language:
        return self._languages[language_id]

    @cached_property
    def _languages(self) -> Mapping[str, Language]:
        return {language.id: language for language in self.catalogue.project.languages}

    def shown_axis(self, axis: Axis) -> Axis:
        """The axis whose board is shown for ``axis``: its own, or that of a wider one with the same votes."""
        return self.repeated.get(axis, axis)

    @once
    def axis_name(self, axis: Axis) -> str:
        """What an axis is about within its arena: Overall, Posters, Arabic prompts, Posters in Arabic."""
        category = self.category_name(axis.category) if axis.category else ""
        language = self.language(axis.language).name if axis.language else ""
        if category and language:
            return f"{category} in {language}"
        if language:
            return f"{language} prompts"
        return category or "Overall"

    @cached_property
    def comparison_pairs(self) -> Mapping[tuple[str, str], ComparisonPair]:
        """Every two models with a page that sets them side by side, the smaller id first, by their ids."""
        return comparison_pairs_of(self.boards, self.history, self.ratings.settings.min_votes)

    def comparison_pair(self, one: str, other: str) -> ComparisonPair | None:
        """The page of two models in either order; None where they have none."""
        return self.comparison_pairs.get((min(one, other), max(one, other)))

    @cached_property
    def comparison_pairs_with(self) -> Mapping[str, list[ComparisonPair]]:
        """The same by model."""
        found: dict[str, list[ComparisonPair]] = {}
        for comparison_pair in self.comparison_pairs.values():
            for model_id in (comparison_pair.first, comparison_pair.second):
                found.setdefault(model_id, []).append(comparison_pair)
        return found

    def read_day(self, read: date) -> ReadDay:
        """The day on which a price was read, for a page."""
        return read_day(read, self.catalogue.today)

    @cached_property
    def measured(self) -> Mapping[tuple[str, str], Measurement]:
        """By provider and model."""
        return {(found.provider, found.model): found for found in self.catalogue.measurements}

    @cached_property
    def collected(self) -> Mapping[str, Collected]:
        """How outputs came about, by SHA-256; what a program drew in the place of a model is not in it."""
        made = {sha256 for sha256, output in self.outputs.items() if output.origin is not OutputOrigin.SIMULATED}
        return {found.sha256: found for found in self.catalogue.collected if found.sha256 in made}

    @cached_property
    def in_play(self) -> Mapping[tuple[str, str], int]:
        """By prompt and model: how many pictures are in play, and so not among ``outputs``."""
        return {(entry.prompt, entry.model): entry.pictures for entry in self.catalogue.in_play}

    @cached_property
    def made_by(self) -> Mapping[str, list[Output]]:
        """The outputs that are shown and that models made, by model."""
        found: dict[str, list[Output]] = {}
        for output in self.outputs.values():
            if output.origin is not OutputOrigin.SIMULATED:
                found.setdefault(output.model, []).append(output)
        return found

    @cached_property
    def outputs_by_prompt(self) -> Mapping[str, Mapping[str, Output]]:
        """By prompt and model: the picture that is shown where there is room for one, that of the lowest seed."""
        found: dict[str, dict[str, Output]] = {}
        for output in sorted(self.outputs.values(), key=lambda each: (each.seed or 0, each.sha256)):
            found.setdefault(output.prompt, {}).setdefault(output.model, output)
        return found

    @cached_property
    def ranked_arenas(self) -> Mapping[str, Board]:
        """The overall boards with a ranking, by arena."""
        return {axis.arena: board for axis, board in self.boards.items() if axis == Axis(axis.arena) and board.ratings}

    @cached_property
    def strips(self) -> Mapping[str, Strip]:
        """All scores of each ranked arena as a chart, by arena."""
        return {arena: strip_over(board.ratings) for arena, board in self.ranked_arenas.items()}

    @cached_property
    def pictures_simulated(self) -> bool:
        """Whether any output is simulated."""
        return any(output.origin is OutputOrigin.SIMULATED for output in self.catalogue.outputs)

    @property
    def simulated(self) -> bool:
        """Whether any vote or output is simulated."""
        return self.summary.simulated or self.pictures_simulated

    @once
    def origins_in(self, *arenas: str) -> frozenset[Origin]:
        """The origins of the votes that these arenas are rated from; without arenas, or votes in them, the site's."""
        known = (self.ratings.origin_of(arena) for arena in arenas)
        here = frozenset(origin for origin in known if origin)
        return here or frozenset(origin for origin, _ in self.summary.origins)

    @once
    def marked_name(self, arena: str) -> str:
        """An arena's name where ranks of several arenas stand side by side: it says so where votes are simulated."""
        mark = self.simulated_mark(arena) if self.ratings.origin_of(arena) else ""
        return f"{self.arena_name(arena)}{mark}"

    @cached_property
    def arenas(self) -> tuple[Arena, ...]:
        """The project's arenas, those with simulated votes last."""
        return tuple(
            sorted(
                self.catalogue.project.arenas,
                key=lambda arena: self.ratings.origin_of(arena.id) is Origin.SIMULATED,
            )
        )

    @property
    def arenas_of_today_first(self) -> tuple[Arena, ...]:
        """Those that advise readers who choose today, then those of published data sets: as readers choose boards."""
        return tuple(sorted(self.catalogue.project.arenas, key=lambda arena: arena.source is not None))

    def arenas_of(self, model_id: str) -> tuple[str, ...]:
        """The arenas that have votes on a model."""
        return self._arenas_by_model.get(model_id, ())

    @cached_property
    def _arenas_by_model(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for axis, board in self.boards.items():
            if axis == Axis(axis.arena):
                for rating in (*board.ratings, *board.unranked):
                    found[rating.model] = (*found.get(rating.model, ()), axis.arena)
        return found

    @once
    def simulated_mark(self, *arenas: str) -> str:
        """What titles and file names add where votes of these arenas are simulated: all of them, or some."""
        origins = self.origins_in(*arenas)
        if Origin.SIMULATED not in origins:
            return ""
        return " (simulated votes)" if len(origins) == 1 else " (some votes simulated)"

    @once
    def demo(self, *arenas: str) -> str:
        """What advice begins with where votes of one of these arenas are simulated, and nothing where none are.

        Whoever writes that a model is better, leads or is worth its price asks this first: a program's votes advise
        nobody, and each such sentence must say so where it is quoted alone.
        """
        return "Demo: " if Origin.SIMULATED in self.origins_in(*arenas) else ""

    @once
    def vote_noun(self, *arenas: str) -> str:
        """What a vote is called in these arenas, in the singular: it says so where it is not a plain human vote."""
        origins = self.origins_in(*arenas)
        if origins == {Origin.SIMULATED}:
            return "simulated vote"
        return "derived vote" if origins == {Origin.DERIVED} else "vote"

    @once
    def votes_noun(self, *arenas: str) -> str:
        """The same in the plural; a mixture is called one."""
        origins = self.origins_in(*arenas)
        if len(origins) > 1 and Origin.SIMULATED in origins:
            return "votes (some simulated)"
        return f"{self.vote_noun(*arenas)}s"

    def votes(self, value: int, *arenas: str) -> str:
        """1 simulated vote, 2,345 simulated votes."""
        return wording.count(value, self.vote_noun(*arenas), self.votes_noun(*arenas))

    @property
    def all_votes(self) -> str:
        """The votes of the whole site in words; those of several origins are counted one by one."""
        if len(self.summary.origins) < 2:
            return self.votes(self.summary.votes)
        nouns = {
            Origin.HUMAN: "",
            Origin.DERIVED: " derived from human ratings",
            Origin.SIMULATED: " that are simulated",
        }
        return wording.listing(
            [f"{wording.count(votes, 'vote')}{nouns[origin]}" for origin, votes in self.summary.origins]
        )

    @cached_property
    def data_until(self) -> date | None:
        """The day of the newest fact: the last vote, or the last day that a source was read. Every page tells it."""
        days = [source.read for model in self.catalogue.models.values() for source in model.sources]
        days += [price.read for offer in plain(self.catalogue.offers).values() for price in offer.prices]
        days += [found.last for found in self.catalogue.measurements]
        if self.summary.last is not None:
            days.append(self.summary.last.date())
        return max(days, default=None)
