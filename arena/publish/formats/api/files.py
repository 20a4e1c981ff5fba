"""The files of the API: one for each document, and their schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

from pydantic.json_schema import models_json_schema

from arena.publish import paths
from arena.publish.content.site_data import SiteData
from arena.publish.formats.api import records as api
from arena.publish.formats.api.documents import (
    SharedParts,
    about_arenas,
    board_document,
    board_summary,
    met,
    model_document,
    offered,
)
from arena.publish.page import Asset, ForEach
from arena.publish.pages.machines import API_FILES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: tuple[type[api.Document], ...] = (
    api.Index,
    api.Models,
    api.ModelDocument,
    api.Boards,
    api.BoardDocument,
    api.PairsDocument,
    api.PricesDocument,
)
FILES = tuple(api.ApiFile(path=path, what=what, record=record) for path, what, record in API_FILES)


def api_assets(site: SiteData) -> Iterator[Asset]:
    """Every file of the API but those with prices, and the schema."""
    yield Asset.of_text(paths.API_SCHEMA, render_schema())
    for path, document in _about_votes(SharedParts(site)):
        yield Asset.of_text(path, render_document(document))


def price_assets(site: SiteData) -> Iterator[Asset]:
    """The files of the API that tell prices of all models."""
    for path, document in _about_prices(SharedParts(site)):
        yield Asset.of_text(path, render_document(document))


def _model_asset(made: SharedParts, model_id: str) -> Asset:
    document = model_document(made, model_id)
    return Asset.of_text(paths.api_path(f"models/{model_id}"), render_document(document))


model_documents = ForEach[SiteData, SharedParts, str, Asset](
    lambda site: site.catalogue.models, SharedParts, _model_asset
)
"""A file of the API for every model."""


def iter_documents(site: SiteData) -> Iterator[tuple[str, api.Document]]:
    """Each document with its path."""
    made = SharedParts(site)
    yield from _about_votes(made)
    yield from _about_prices(made)
    for model_id in site.catalogue.models:
        yield paths.api_path(f"models/{model_id}"), model_document(made, model_id)


def _about_votes(made: SharedParts) -> Iterator[tuple[str, api.Document]]:
    """The index, boards and pairs: all that tell no price."""
    site = made.site
    ratings = site.ratings
    yield (
        paths.API,
        api.Index(
            **made.about,
            schema_path=paths.API_SCHEMA,
            settings=ratings.settings,
            draw_probability=dict(ratings.draw_probability),
            ties=dict(ratings.ties),
            method_version=ratings.method_version,
            intervals=ratings.intervals,
            files=FILES,
        ),
    )
    boards = site.boards.values()
    yield paths.api_path("boards"), api.Boards(**made.about, boards=tuple(board_summary(site, b) for b in boards))
    for board in boards:
        yield board_summary(site, board).data, board_document(made, board)
    for axis, pairs in ratings.pairs:
        found = tuple(met(axis.arena, pair) for pair in pairs.with_votes.values())
        own = {**made.about, **about_arenas(site, [axis.arena])}
        yield paths.api_path(f"pairs/{axis.arena}"), api.PairsDocument(**own, arena=axis.arena, pairs=found)


def _about_prices(made: SharedParts) -> Iterator[tuple[str, api.Document]]:
    """The list of models, which tells the lowest price of each, and the list of offers."""
    site = made.site
    models = tuple(made.summary(model_id) for model_id in site.catalogue.models)
    yield paths.api_path("models"), api.Models(**made.about, models=models)
    offers = tuple(offered(site, provider, model, offer) for (provider, model), offer in site.catalogue.offers.items())
    yield paths.api_path("prices"), api.PricesDocument(**{**made.about, **about_arenas(site, [])}, offers=offers)


def render_document(document: api.Document) -> str:
    """One line of JSON."""
    return document.model_dump_json() + "\n"


@cache
def render_schema() -> str:
    """The JSON Schema of all documents: one under ``$defs`` for each record, by its name."""
    _, schema = models_json_schema([(record, "serialization") for record in DOCUMENTS], ref_template="#/$defs/{model}")
    named = {"$schema": DIALECT, "title": "Image Arena API v1", **schema}
    named["anyOf"] = [{"$ref": f"#/$defs/{record.__name__}"} for record in DOCUMENTS]
    return json.dumps(named, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
