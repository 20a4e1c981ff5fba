"""What the comparison picker needs, as small scripts, which load from a disk too: one on the arenas, one a model.

They hold the records that comparison pages are made from (``content.comparison``), so that the picker says of any two
models what a page would say of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from arena import wording
from arena.catalogue.outputs import Output
from arena.publish import paths
from arena.publish.content.comparison import compared_arena, compared_model, forecast_from, verdict_words
from arena.publish.content.pictures import picture_of
from arena.publish.content.site_data import SiteData
from arena.publish.json_text import json_text
from arena.publish.page import Asset, ForEach
from arena.publish.pages.compare_sides import PROMPT_CLIP, Drawn, boards_compared, drawn_by_model, facts_of, fared

Record = dict[str, object]
ARENAS_PATH = "compare/data/arenas.js"
FORECASTS = 200
"""A model has forecasts against so many models of an arena, the first by rank: with all of them, the time of a build
would grow with the square of the models.
"""


def comparison_path(model_id: str) -> str:
    """Where the picker finds a model's record."""
    return f"compare/data/{model_id}.js"


def arena_assets(site: SiteData) -> Iterator[Asset]:
    """The arenas."""
    yield _script(ARENAS_PATH, "arenaBoards", arena_records(site))


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the records of all models are made from."""

    site: SiteData
    drawn: Drawn


def _shared(site: SiteData) -> _Shared:
    return _Shared(site, drawn_by_model(site))


def _record(shared: _Shared, model_id: str) -> Asset:
    site = shared.site
    pictures = {
        prompt: shown for prompt, output in shared.drawn.get(model_id, {}).items() if (shown := _picture(site, output))
    }
    pairs = {"votes": votes_of_pairs(site, model_id), "forecasts": forecasts_of(site, model_id)}
    record = record_of(site, model_id) | pairs | {"pictures": pictures}
    return _script(comparison_path(model_id), "arenaModel", record)


comparison_records = ForEach[SiteData, _Shared, str, Asset](lambda site: site.catalogue.models, _shared, _record)
"""A record for every model of the catalogue."""


def _script(path: str, function: str, record: object) -> Asset:
    return Asset.of_text(path, f"{function}({json_text(record)});\n")


def arena_records(site: SiteData) -> list[Record]:
    """What sentences say of each ranked arena; ``models`` are those that forecasts are about, in their order, and
    ``boards`` what its boards are called, where they lie and how many models they rank.
    """
    return [
        {
            **asdict(compared_arena(site, arena.id)),
            "words": verdict_words(site.interface),
            "models": forecast_models(site, arena.id),
            "boards": [
                [site.axis_name(axis), paths.board_path(axis), len(site.boards[axis].ratings)]
                for axis in boards_compared(site, arena.id)
            ],
        }
        for arena in site.arenas
        if arena.id in site.ranked_arenas
    ]


def forecast_models(site: SiteData, arena: str) -> list[str]:
    """The first models of an arena by rank."""
    return [rating.model for rating in site.ranked_arenas[arena].ratings[:FORECASTS]]


def record_of(site: SiteData, model_id: str) -> Record:
    """What one model is and where it ranks: by the path of the board, [rank, score, its interval's ends]."""
    compared = compared_model(site, model_id)
    speed = compared.speed
    axes = (axis for arena in site.ranked_arenas for axis in boards_compared(site, arena))
    ranked = ((axis, rating) for axis in axes if (rating := site.boards[axis].get(model_id)))
    return {
        **asdict(compared),
        "speed": [speed.seconds, speed.text, speed.kind] if speed else None,
        "facts": list(facts_of(site, model_id)),
        "places": {
            paths.board_path(axis): [r.rank, wording.number(r.score), round(r.score_low, 6), round(r.score_high, 6)]
            for axis, r in ranked
        },
    }


def votes_of_pairs(site: SiteData, model_id: str) -> dict[str, dict[str, list[int]]]:
    """By arena and opponent: wins, losses, ties, both bad."""
    return {
        arena: {pair.second: [pair.wins, pair.losses, pair.ties, pair.both_bad] for pair in met}
        for arena, pairs in site.pairs.items()
        if (met := pairs.of_model(model_id))
    }


def forecasts_of(site: SiteData, model_id: str) -> dict[str, list[int]]:
    """By arena that ranks the model: verdict, chance and the interval's ends against each of ``forecast_models``, in
    one row.

    A model has an even chance against itself, which nobody asks for.
    """
    found: dict[str, list[int]] = {}
    for arena, board in site.ranked_arenas.items():
        if board.get(model_id) is None:
            continue
        row: list[int] = []
        for chance in site.pairs[arena].chances(model_id, forecast_models(site, arena)):
            forecast = forecast_from(chance) if chance else None
            row += (forecast.verdict, forecast.chance, forecast.low, forecast.high) if forecast else (0, 50, 50, 50)
        found[arena] = row
    return found


def _picture(site: SiteData, output: Output) -> list[object] | None:
    """[prompt, its page, language, direction, English, what it is of, category, picture, width, height, description,
    mark, how it fared]; None where the picture is not shown.
    """
    prompt, picture = site.catalogue.prompts.get(output.prompt), picture_of(site, output.sha256)
    if prompt is None or picture is None:
        return None
    arena = output.prompt.partition("/")[0]
    language = site.language(prompt.language)
    return [
        wording.clipped(prompt.text, PROMPT_CLIP),
        paths.prompt_path(output.prompt),
        language.id,
        language.direction,
        wording.clipped(prompt.english or "", PROMPT_CLIP),
        f"{site.arena_name(arena)}, {site.category_name(prompt.category)}",
        prompt.category,
        picture.smaller[-1].path if picture.smaller else picture.path,
        picture.width,
        picture.height,
        picture.alt,
        picture.mark,
        fared(site, arena, site.prompt_results.get((output.prompt, output.model))),
    ]
