"""A model against others: examples from its highest-ranked matchups, and its neighbours on each arena."""

from __future__ import annotations

from dataclasses import dataclass

from arena.catalogue.records import Output
from arena.publish import paths, words
from arena.publish.edition import Edition, Example
from arena.publish.pictures import Picture, picture_of
from arena.publish.refs import ModelRef, commercial_use_in_brief, licence_in_brief, model_ref, price_from
from arena.publish.views.model.returned import Returned, returned_of
from arena.records import Axis, Board, Rating

NEIGHBOURS = 3
"""Similar models shown above and below a model on each arena."""
FEWEST_SHOTS = 4
"""Below this many pictures from matchups, an arena also shows collected pictures that nobody has compared yet."""


@dataclass(frozen=True, slots=True)
class Shot:
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
    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A page that sets the model beside another, by the other's name."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class NeighbourRow:
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
class Neighbours:
    """Similar models on one arena; ``missing`` says why there are none."""

    id: str
    arena: str
    path: str
    caption: str
    rows: tuple[NeighbourRow, ...]
    beside: tuple[Beside, ...]
    missing: str


def galleries(edition: Edition, model_id: str) -> tuple[Gallery, ...]:
    """The examples by arena, those against the highest-ranked opponents first; an arena without any is left out.

    Where there are few, collected pictures that were in no such battle follow, by prompt.
    """
    examples = edition.examples.get(model_id, ())
    found = []
    for arena in edition.catalogue.project.arenas:
        chosen = [example for example in examples if example.arena == arena.id]
        made = [_shot(edition, example.output, example.prompt, example) for example in chosen]
        more = _uncompared(edition, model_id, arena.id, {example.output for example in chosen})
        more = more[: max(0, FEWEST_SHOTS - len(made))]
        made += [_shot(edition, output.sha256, output.prompt, None) for output in more]
        shots = tuple(shot for shot in made if shot)
        if shots:
            found.append(Gallery(arena.name, shots))
    return tuple(found)


def _uncompared(edition: Edition, model_id: str, arena: str, shown: set[str]) -> list[Output]:
    """Collected pictures of a model that are not among ``shown``, by prompt."""
    own = (output for output in edition.collected_of.get(model_id, ()) if output.prompt.startswith(f"{arena}/"))
    return sorted((output for output in own if output.sha256 not in shown), key=lambda o: (o.prompt, o.sha256))


def _shot(edition: Edition, sha256: str, prompt_id: str, example: Example | None) -> Shot | None:
    picture = picture_of(edition, sha256)
    prompt = edition.catalogue.prompts.get(prompt_id)
    if picture is None or prompt is None:
        return None
    language = edition.language(prompt.language)
    return Shot(
        picture=picture,
        prompt=prompt.text,
        prompt_path=paths.prompt_path(prompt_id),
        language=language.id,
        direction=language.direction,
        english=prompt.english or "",
        category=edition.category_name(prompt.category),
        opponent=model_ref(edition, example.opponent) if example else None,
        opponent_rank=f"no. {example.opponent_rank}" if example else "",
        outcome=outcome_word(example) if example else "",
        detail=outcome_detail(edition, example) if example else "",
        returned=returned_of(edition, sha256),
    )


def outcome_word(example: Example) -> str:
    """Won, Lost, Tied or Both bad: what most votes on these two pictures said."""
    if example.wins != example.losses:
        return "Won" if example.wins > example.losses else "Lost"
    if example.both_bad > example.wins + example.losses + example.ties:
        return "Both bad"
    return "Tied"


def outcome_detail(edition: Edition, example: Example) -> str:
    """How many votes stand behind the outcome."""
    total = example.wins + example.losses + example.ties + example.both_bad
    if total == 1:
        return f"by 1 {edition.vote_noun}"
    parts = [
        f"{words.whole(value)} {word}"
        for value, word in (
            (example.wins, "won"),
            (example.losses, "lost"),
            (example.ties, "tied"),
            (example.both_bad, "both bad"),
        )
        if value
    ]
    return f"of {edition.votes(total)}: {', '.join(parts)}"


def neighbours(edition: Edition, model_id: str) -> tuple[Neighbours, ...]:
    """The neighbours on each arena that the model competes in."""
    return tuple(_neighbours(edition, model_id, arena) for arena in edition.model(model_id).arenas)


def _neighbours(edition: Edition, model_id: str, arena: str) -> Neighbours:
    board = edition.boards.get(Axis(arena))
    place, path = edition.arena_name(arena), paths.board_path(Axis(arena))
    name = edition.model(model_id).name
    if board is None or board.get(model_id) is None:
        return Neighbours(arena, place, path, "", (), (), f"{name} is not ranked here yet, so it has no neighbours.")
    if len(board.ratings) == 1:
        return Neighbours(arena, place, path, "", (), (), f"{name} is the only ranked model here.")
    near = around(board, model_id)
    return Neighbours(
        id=arena,
        arena=place,
        path=path,
        caption=f"Models ranked next to {name} in {place.lower()}. Record and predicted win rate are {name}’s against "
        f"each, from {edition.votes(board.votes)}",
        rows=tuple(_neighbour_row(edition, board, model_id, rating) for rating in near),
        beside=_beside(edition, board, model_id, {rating.model for rating in near}),
        missing="",
    )


def _beside(edition: Edition, board: Board, model_id: str, shown: set[str]) -> tuple[Beside, ...]:
    """The pages on the model and others of the board than those shown, from the top of the board."""
    duos = (duo for duo in edition.duos_with.get(model_id, ()) if board.axis.arena in duo.arenas)
    others = {duo.second if duo.first == model_id else duo.first for duo in duos} - shown
    ranked = sorted((other for other in others if board.get(other)), key=board.place)
    return tuple(Beside(edition.model(other).name, paths.compare_path(model_id, other)) for other in ranked)


def comparison(edition: Edition, one: str, other: str) -> str:
    """Where two models are set side by side: their page, or the picker without one."""
    return paths.compare_path(one, other) if edition.duo(one, other) else paths.any_comparison(one, other)


def around(board: Board, model_id: str, each_side: int = NEIGHBOURS) -> tuple[Rating, ...]:
    """The model and the nearest on either side; at an end of the board, more of the other side."""
    position = board.place(model_id)
    width = 2 * each_side + 1
    start = max(0, min(position - each_side, len(board.ratings) - width))
    return board.ratings[start : start + width]


def _neighbour_row(edition: Edition, board: Board, model_id: str, rating: Rating) -> NeighbourRow:
    pair = edition.pair(board.axis.arena, model_id, rating.model)
    here = rating.model == model_id
    met = pair is not None and pair.wins + pair.losses + pair.ties > 0
    return NeighbourRow(
        model=model_ref(edition, rating.model),
        here=here,
        rank=str(rating.rank),
        score=words.number(rating.score),
        record=words.record(pair.wins, pair.losses, pair.ties)
        if pair and met
        else (words.NOTHING if here else "never met"),
        probability=words.percent(pair.win_probability) if pair else words.NOTHING,
        probability_span=words.span(words.percent(pair.low), words.percent(pair.high)) if pair else "",
        price=price_from(edition, rating.model),
        licence=licence_in_brief(edition.model(rating.model)),
        use=commercial_use_in_brief(edition.model(rating.model)),
        compare="" if here else comparison(edition, model_id, rating.model),
    )
