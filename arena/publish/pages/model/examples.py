"""A model's pictures against those of its highest-ranked opponents, with what was asked for and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena import wording
from arena.catalogue.records import Collected, Output
from arena.publish import paths
from arena.publish.content.examples import Example
from arena.publish.content.model_refs import ModelRef, commercial_use_in_brief, licence_in_brief, model_ref, price_from
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.site_data import SiteData
from arena.records import Axis, Board, Rating

NEIGHBOURS = 3
"""Similar models shown above and below a model on each arena."""
FEWEST_SHOTS = 4
"""Below this many pictures from matchups, an arena also shows pictures that nobody has compared yet."""


@dataclass(frozen=True, slots=True)
class ReturnedFact:
    """One parameter of the request, or one property of what came back."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Returned:
    """How a picture came about, in brief and in full."""

    summary: str
    facts: tuple[ReturnedFact, ...]


def returned_of(site: SiteData, sha256: str) -> Returned | None:
    """How an output came about; None where nothing is known of it."""
    found = site.collected.get(sha256)
    if found is None:
        return _added(site.outputs[sha256]) if sha256 in site.outputs else None
    provider = site.catalogue.providers.get(found.provider)
    via = provider.name if provider else found.provider
    took = "" if found.latency_ms is None else f"{wording.seconds(found.latency_ms)}, "
    facts = [
        ReturnedFact("Provider", via),
        ReturnedFact("Its model id", found.asked),
        *_asked(found.parameters),
        ReturnedFact(
            "Returned", f"{found.width}×{found.height} {found.format.upper()}, {wording.readable_size(found.bytes)}"
        ),
        ReturnedFact("Shown here", _shown(site, found)),
        ReturnedFact("Latency", "not measured" if found.latency_ms is None else wording.seconds(found.latency_ms)),
        ReturnedFact("Cost", wording.dollars(found.cost)),
        ReturnedFact("Made on", wording.day(found.at.date()).text),
    ]
    return Returned(f"As returned by {via}: {took}{wording.dollars(found.cost)}", tuple(facts))


def _added(output: Output) -> Returned | None:
    """What is known of a picture that was added from a file."""
    told = (
        ("Seed", "" if output.seed is None else str(output.seed)),
        ("Asked for size", output.size or ""),
        ("Cost", "" if output.cost is None else wording.dollars(output.cost)),
    )
    facts = tuple(ReturnedFact(label, value) for label, value in told if value)
    return Returned("How it was made", facts) if facts else None


def _asked(parameters: Mapping[str, object]) -> list[ReturnedFact]:
    """Quality, size and whatever else the provider was asked for."""
    return [
        ReturnedFact(
            f"Asked for {name.replace('_', ' ')}", str(value).lower() if isinstance(value, bool) else str(value)
        )
        for name, value in parameters.items()
        if value is not None
    ]


def _shown(site: SiteData, found: Collected) -> str:
    copy = site.outputs[found.sha256]
    return f"a copy of {copy.width}×{copy.height}, without metadata"


@dataclass(frozen=True, slots=True)
class ExamplePicture:
    """One output with its prompt, its opponent and how votes decided between the two; None and empty where no votes
    on it against a ranked model are there yet.
    """

    picture: Picture
    prompt: str
    prompt_path: str
    language: str
    direction: str
    english: str
    category: str
    opponent: ModelRef | None
    opponent_rank: str
    outcome: str
    detail: str
    returned: Returned | None


@dataclass(frozen=True, slots=True)
class Gallery:
    """The examples of one arena."""

    arena: str
    shots: tuple[ExamplePicture, ...]


@dataclass(frozen=True, slots=True)
class OtherComparison:
    """A page that sets the model beside another, by the other's name."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class SimilarRow:
    """A model of similar rank; the record and the probability are from the side of the page's model."""

    model: ModelRef
    here: bool
    rank: str
    score: str
    record: str
    probability: str
    probability_span: str
    price: str
    licence: str
    use: str
    compare: str


@dataclass(frozen=True, slots=True)
class SimilarByRank:
    """Similar models on one arena; ``missing`` says why there are none."""

    id: str
    arena: str
    path: str
    caption: str
    rows: tuple[SimilarRow, ...]
    beside: tuple[OtherComparison, ...]
    missing: str


def galleries(site: SiteData, model_id: str) -> tuple[Gallery, ...]:
    """The examples by arena, those against the highest-ranked opponents first; an arena without any is left out.

    Where there are few, pictures that were in no such battle follow, by prompt.
    """
    examples = site.examples.get(model_id, ())
    found = []
    for arena in site.catalogue.project.arenas:
        chosen = [example for example in examples if example.arena == arena.id]
        made = [_shot(site, example.output, example.prompt, example) for example in chosen]
        more = _uncompared(site, model_id, arena.id, {example.output for example in chosen})
        more = more[: max(0, FEWEST_SHOTS - len(made))]
        made += [_shot(site, output.sha256, output.prompt, None) for output in more]
        shots = tuple(shot for shot in made if shot)
        if shots:
            found.append(Gallery(arena.name, shots))
    return tuple(found)


def _uncompared(site: SiteData, model_id: str, arena: str, shown: set[str]) -> list[Output]:
    """Pictures that a model made and that are not among ``shown``, by prompt."""
    own = (output for output in site.made_by.get(model_id, ()) if output.prompt.startswith(f"{arena}/"))
    return sorted((output for output in own if output.sha256 not in shown), key=lambda o: (o.prompt, o.sha256))


def _shot(site: SiteData, sha256: str, prompt_id: str, example: Example | None) -> ExamplePicture | None:
    picture = picture_of(site, sha256)
    prompt = site.catalogue.prompts.get(prompt_id)
    if picture is None or prompt is None:
        return None
    language = site.language(prompt.language)
    return ExamplePicture(
        picture=picture,
        prompt=prompt.text,
        prompt_path=paths.prompt_path(prompt_id),
        language=language.id,
        direction=language.direction,
        english=prompt.english or "",
        category=site.category_name(prompt.category),
        opponent=model_ref(site, example.opponent) if example else None,
        opponent_rank=f"#{example.opponent_rank}" if example else "",
        outcome=outcome_word(example) if example else "",
        detail=outcome_detail(site, example) if example else "",
        returned=returned_of(site, sha256),
    )


def outcome_word(example: Example) -> str:
    """Won, Lost, Tied or Both bad: what most votes on these two pictures said."""
    if example.wins != example.losses:
        return "Won" if example.wins > example.losses else "Lost"
    if example.both_bad > example.wins + example.losses + example.ties:
        return "Both bad"
    return "Tied"


def outcome_detail(site: SiteData, example: Example) -> str:
    """How many votes stand behind the outcome."""
    total = example.wins + example.losses + example.ties + example.both_bad
    if total == 1:
        return f"by 1 {site.vote_noun(example.arena)}"
    parts = [
        f"{wording.whole(value)} {word}"
        for value, word in (
            (example.wins, "won"),
            (example.losses, "lost"),
            (example.ties, "tied"),
            (example.both_bad, "both bad"),
        )
        if value
    ]
    return f"of {site.votes(total, example.arena)}: {', '.join(parts)}"


def similar_by_rank(site: SiteData, model_id: str) -> tuple[SimilarByRank, ...]:
    """The neighbours on each arena that the model competes in."""
    return tuple(_neighbours(site, model_id, arena) for arena in site.model(model_id).arenas)


def _neighbours(site: SiteData, model_id: str, arena: str) -> SimilarByRank:
    board = site.boards.get(Axis(arena))
    place, path = site.arena_name(arena), paths.board_path(Axis(arena))
    name = site.model(model_id).name
    if board is None or board.get(model_id) is None:
        return SimilarByRank(arena, place, path, "", (), (), f"{name} is not ranked here yet, so it has no neighbours.")
    if len(board.ratings) == 1:
        return SimilarByRank(arena, place, path, "", (), (), f"{name} is the only ranked model here.")
    near = around(site, board, model_id)
    if len(near) == 1:
        missing = f"Every other model that is ranked here is shut down, so {name} has no neighbours."
        return SimilarByRank(arena, place, path, "", (), (), missing)
    return SimilarByRank(
        id=arena,
        arena=place,
        path=path,
        caption=f"Models ranked next to {name} in {wording.in_sentence(place)}. Record and predicted win rate are "
        f"{name}’s against each, from {site.votes(board.votes, arena)}",
        rows=tuple(_neighbour_row(site, board, model_id, rating) for rating in near),
        beside=_beside(site, board, model_id, {rating.model for rating in near}),
        missing="",
    )


def _beside(site: SiteData, board: Board, model_id: str, shown: set[str]) -> tuple[OtherComparison, ...]:
    """The pages on the model and others of the board than those shown, from the top of the board."""
    comparison_pairs = (
        comparison_pair
        for comparison_pair in site.comparison_pairs_with.get(model_id, ())
        if board.axis.arena in comparison_pair.arenas
    )
    others = {
        comparison_pair.second if comparison_pair.first == model_id else comparison_pair.first
        for comparison_pair in comparison_pairs
    } - shown
    ranked = sorted((other for other in others if board.get(other)), key=board.index_of)
    return tuple(OtherComparison(site.model(other).name, paths.compare_path(model_id, other)) for other in ranked)


def comparison(site: SiteData, one: str, other: str) -> str:
    """Where two models are set side by side: their page, or the picker without one."""
    return paths.compare_path(one, other) if site.comparison_pair(one, other) else paths.any_comparison(one, other)


def around(site: SiteData, board: Board, model_id: str, each_side: int = NEIGHBOURS) -> tuple[Rating, ...]:
    """The model and the nearest on either side that are not shut down; at an end of the board, more of the other
    side.
    """
    there = [rating for rating in board.ratings if rating.model == model_id or site.model(rating.model).current]
    position = next(index for index, rating in enumerate(there) if rating.model == model_id)
    width = 2 * each_side + 1
    start = max(0, min(position - each_side, len(there) - width))
    return tuple(there[start : start + width])


def _neighbour_row(site: SiteData, board: Board, model_id: str, rating: Rating) -> SimilarRow:
    pair = site.pair(board.axis.arena, model_id, rating.model)
    here = rating.model == model_id
    met = pair is not None and pair.wins + pair.losses + pair.ties > 0
    return SimilarRow(
        model=model_ref(site, rating.model),
        here=here,
        rank=str(rating.rank),
        score=wording.number(rating.score),
        record=wording.record(pair.wins, pair.losses, pair.ties)
        if pair and met
        else (wording.NOTHING if here else "never met"),
        probability=wording.percent(pair.win_probability) if pair else wording.NOTHING,
        probability_span=wording.span(wording.percent(pair.low), wording.percent(pair.high)) if pair else "",
        price=price_from(site, rating.model),
        licence=licence_in_brief(site.model(rating.model)),
        use=commercial_use_in_brief(site.model(rating.model)),
        compare="" if here else comparison(site, model_id, rating.model),
    )
