"""What the comparison picker needs of each model: a small script a model, which works from a disk."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from arena import wording
from arena.publish import paths
from arena.publish.content.pictures import picture_of
from arena.publish.content.site_data import SiteData
from arena.publish.page import Asset
from arena.publish.pages.compare_sides import facts_of
from arena.records import Axis, AxisKind, OutputOrigin

Record = dict[str, object]


def comparison_path(model_id: str) -> str:
    """Where the picker finds a model's record."""
    return f"compare/data/{model_id}.js"


def comparing_assets(site: SiteData) -> Iterator[Asset]:
    """A record for every model of the catalogue."""
    met, drawn = _met(site), _drawn(site)
    for model_id in site.catalogue.models:
        made = record_of(site, model_id) | {"met": met.get(model_id, {}), "pictures": drawn.get(model_id, {})}
        text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
        yield Asset.of_text(comparison_path(model_id), f"arenaModel({text});\n")


def record_of(site: SiteData, model_id: str) -> Record:
    """Facts and places of one model; places as [arena, board, its path, rank, of how many, score]. ``price`` is what an
    image costs at least in dollars, null where that is not known. By the name of each ranked arena: ``basis`` calls its
    votes, ``demo`` is what advice by them begins with, and ``inside`` is the name as it reads within a sentence.
    """
    model, price = site.model(model_id), site.prices.get(model_id)
    return {
        "id": model_id,
        "name": model.name,
        "page": paths.model_path(model_id),
        "basis": {site.arena_name(arena): site.votes_noun(arena) for arena in site.ranked_arenas},
        "demo": {site.arena_name(arena): site.demo(arena) for arena in site.ranked_arenas},
        "inside": {site.arena_name(arena): wording.in_sentence(site.arena_name(arena)) for arena in site.ranked_arenas},
        "price": float(price.amount) if price else None,
        "facts": [[label, wording.sentence(value)] for label, value in facts_of(site, model_id)],
        "places": [
            [
                site.arena_name(axis.arena),
                site.axis_name(axis),
                paths.board_path(axis),
                r.rank,
                len(board.ratings),
                wording.number(r.score),
            ]
            for axis, board in sorted(site.boards.items(), key=lambda item: _order(site, item[0]))
            if axis.kind is not AxisKind.CATEGORY_LANGUAGE and (r := board.get(model_id))
        ],
    }


def _order(site: SiteData, axis: Axis) -> tuple[int, bool]:
    arenas = [arena.id for arena in site.catalogue.project.arenas]
    return arenas.index(axis.arena), axis.kind is not AxisKind.OVERALL


def _met(site: SiteData) -> dict[str, dict[str, dict[str, list[int]]]]:
    """By model, arena and opponent: wins, losses, ties, both bad."""
    found: dict[str, dict[str, dict[str, list[int]]]] = defaultdict(lambda: defaultdict(dict))
    for arena, pairs in site.pairs.items():
        name = site.arena_name(arena)
        for pair in pairs.both_ways():
            found[pair.first][name][pair.second] = [pair.wins, pair.losses, pair.ties, pair.both_bad]
    return found


def _drawn(site: SiteData) -> dict[str, dict[str, list[object]]]:
    """By model and prompt: [prompt, its page, its language, picture, width, height, whether it is simulated].

    Of several pictures of a model for a prompt it is the first, as on comparison pages.
    """
    found: dict[str, dict[str, list[object]]] = defaultdict(dict)
    for output in sorted(site.catalogue.outputs, key=lambda output: output.sha256, reverse=True):
        prompt, picture = site.catalogue.prompts.get(output.prompt), picture_of(site, output.sha256)
        if prompt and picture:
            found[output.model][output.prompt] = [
                wording.clipped(prompt.text, 120),
                paths.prompt_path(output.prompt),
                prompt.language,
                picture.smaller[-1].path if picture.smaller else picture.path,
                picture.width,
                picture.height,
                output.origin is OutputOrigin.SIMULATED,
            ]
    return found
