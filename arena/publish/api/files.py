"""The files of the API: documents, their index, and the JSON Schema of their records."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic.json_schema import models_json_schema

from arena.publish import paths
from arena.publish.api import records as api
from arena.publish.api.making import Made, board_document, board_summary, met, model_document, offered
from arena.publish.edition import Edition
from arena.publish.page import Asset

SCHEMA = paths.api_path("schema")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: tuple[type[api.Document], ...] = (
    api.Index,
    api.Models,
    api.ModelDocument,
    api.Boards,
    api.BoardDocument,
    api.Pairs,
    api.Prices,
)
FILES = (
    api.FileEntry(path="api/v1/models.json", what="every model", record="Models"),
    api.FileEntry(
        path="api/v1/models/{organization}/{model}.json", what="one model, with all there is", record="ModelDocument"
    ),
    api.FileEntry(path="api/v1/boards.json", what="every board that has votes", record="Boards"),
    api.FileEntry(path="api/v1/boards/{arena}/{board}.json", what="one board", record="BoardDocument"),
    api.FileEntry(path="api/v1/pairs/{arena}.json", what="head-to-head records of models that met", record="Pairs"),
    api.FileEntry(path="api/v1/prices.json", what="every offer with all of its prices", record="Prices"),
)


def api_assets(edition: Edition) -> Iterator[Asset]:
    """Every file of the API, and the schema."""
    yield Asset.of_text(SCHEMA, render_schema())
    for path, document in iter_documents(edition):
        yield Asset.of_text(path, render_document(document))


def iter_documents(edition: Edition) -> Iterator[tuple[str, api.Document]]:
    """Each document with its path."""
    made = Made(edition)
    ratings = edition.ratings
    yield (
        paths.API,
        api.Index(
            **made.about,
            schema_path=SCHEMA,
            settings=ratings.settings,
            draw_probability=dict(ratings.draw_probability),
            files=FILES,
        ),
    )
    yield paths.api_path("models"), api.Models(**made.about, models=tuple(made.summaries.values()))
    for model_id in edition.catalogue.models:
        yield paths.api_path(f"models/{model_id}"), model_document(made, model_id)
    boards = edition.boards.values()
    yield paths.api_path("boards"), api.Boards(**made.about, boards=tuple(board_summary(edition, b) for b in boards))
    for board in boards:
        yield board_summary(edition, board).data, board_document(made, board)
    for axis, pairs in ratings.pairs:
        found = tuple(met(axis.arena, pair) for pair in pairs.met.values())
        yield paths.api_path(f"pairs/{axis.arena}"), api.Pairs(**made.about, arena=axis.arena, pairs=found)
    offers = tuple(
        offered(edition, provider, model, offer) for (provider, model), offer in edition.catalogue.offers.items()
    )
    yield paths.api_path("prices"), api.Prices(**made.about, offers=offers)


def render_document(document: api.Document) -> str:
    """One line of JSON."""
    return document.model_dump_json() + "\n"


def render_schema() -> str:
    """The JSON Schema of all documents: one under ``$defs`` for each record, by its name."""
    _, schema = models_json_schema([(record, "serialization") for record in DOCUMENTS], ref_template="#/$defs/{model}")
    named = {"$schema": DIALECT, "title": "Image Arena API v1", **schema}
    named["anyOf"] = [{"$ref": f"#/$defs/{record.__name__}"} for record in DOCUMENTS]
    return json.dumps(named, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
