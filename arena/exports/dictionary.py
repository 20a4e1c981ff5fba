"""The data dictionary: what every column of every published file means.

Columns and types come from where each file declares them; a column without an entry here is a defect that raises
``KeyError``, and a test asserts that no entry is left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from pydantic import BaseModel

from arena.catalogue.measurements import Collected, Measurement
from arena.catalogue.records import Model, Offer, Organization, Output, Project, Prompt, Provider, Story
from arena.exports.catalogue import MODEL_SCHEMA, PRICE_SCHEMA
from arena.exports.files import RATINGS_SCHEMA
from arena.votes.table import VOTE_SCHEMA

Entry = tuple[str, str, str]
"""Unit, meaning, source or formula."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type as stored in Parquet, its unit (empty where it has none) and where its value comes from."""

    name: str
    type: str
    unit: str
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One kind of content, published under one or more file names."""

    id: str
    title: str
    files: tuple[str, ...]
    meaning: str
    columns: tuple[Column, ...]


RATINGS: Mapping[str, Entry] = {
    "arena": ("", "The task that models compete in.", "The arena of the battle; ids as in arena.toml."),
    "axis": ("", "What the board is about: overall, category, language, or category+language.", "The columns below."),
    "category": ("", "The category of the prompts; empty where the axis has none.", "The prompt's category."),
    "language": ("", "The language of the prompts (BCP 47); empty where the axis has none.", "The prompt's language."),
    "model": ("", "The model, as organization/model.", "The path of the model's file in the catalogue."),
    "rank": (
        "",
        "Place on the board; equal scores share a place. Empty where no comparison connects the model with the rest.",
        "1 + how many models on the axis score higher.",
    ),
    "rank_low": ("", "Best place in the 95% interval.", "See intervals on the methodology page."),
    "rank_high": ("", "Worst place in the 95% interval.", "See intervals on the methodology page."),
    "score": ("points", "The conservative TrueSkill score that boards are sorted by.", "mu - 3 sigma"),
    "score_low": ("points", "Lower bound of the score's 95% interval.", "See intervals on the methodology page."),
    "score_high": ("points", "Upper bound of the score's 95% interval.", "See intervals on the methodology page."),
    "mu": ("points", "Mean of the belief about the model's strength.", "TrueSkill, with the settings stated."),
    "sigma": ("points", "Standard deviation of that belief.", "TrueSkill, with the settings stated."),
    "votes": ("votes", "Rated votes on the model on this axis.", "wins + losses + ties"),
    "wins": ("votes", "Votes that preferred this model.", "Counted in the log."),
    "losses": ("votes", "Votes that preferred the other model.", "Counted in the log."),
    "ties": ("votes", "Votes that called the two outputs equal.", "Counted in the log."),
    "both_bad": (
        "votes",
        "Votes that called both outputs bad; not part of votes unless the settings say tie.",
        "Counted in the log.",
    ),
    "win_rate": ("share, 0 to 1", "Share of rated votes won, a tie being half.", "(wins + ties / 2) / votes"),
    "method": (
        "",
        "How the rating was computed: batch (all votes at once) or online (one after the other).",
        "The method setting.",
    ),
    "origin": (
        "",
        "Who cast the votes of the board: human, derived (from ratings of single images) or simulated (by a program); "
        "several are joined with +",
        "The origins of these votes.",
    ),
}

VOTES: Mapping[str, Entry] = {
    "battle": ("", "The battle: two outputs for one prompt.", "Drawn when the battle was made."),
    "at": ("UTC", "When the vote was cast.", "ISO 8601 in CSV, microseconds in Parquet."),
    "arena": ("", "The task.", "The arena of the prompt."),
    "category": ("", "The category of the prompt.", "The prompt's file."),
    "language": ("", "The language of the prompt (BCP 47).", "The prompt's file."),
    "left": ("", "The model whose output stood on the left.", "Revealed after the vote."),
    "right": ("", "The model whose output stood on the right.", "Revealed after the vote."),
    "outcome": ("", "left, right, tie, or both_bad.", "What the voter chose."),
    "voter": ("", "A pseudonym that is the same for all votes of one voter.", "Says nothing about the person."),
    "prompt": ("", "The prompt's id; empty where it is not known.", "The path of the prompt's file."),
    "left_output": ("", "SHA-256 of the image on the left; empty where it is not known.", "The image file."),
    "right_output": ("", "SHA-256 of the image on the right; empty where it is not known.", "The image file."),
    "dwell_ms": (
        "milliseconds",
        "Time from showing the battle to the vote; empty where it is not known.",
        "Measured in the browser.",
    ),
    "origin": (
        "",
        "human, derived (from ratings of single images) or simulated (by a program).",
        "Stated when the votes were imported.",
    ),
}

MODELS: Mapping[str, Entry] = {
    "model": ("", "The model, as organization/model.", "The path of its file."),
    "name": ("", "The name that people read.", "The sources of the model."),
    "organization": ("", "Id of the organization that made it.", "The first part of the id."),
    "organization_name": ("", "Name of that organization.", "The organization's file."),
    "released": ("date", "When this version was released; empty where no source says.", "The sources of the model."),
    "status": ("", "active, preview, deprecated or withdrawn.", "The sources of the model."),
    "family": ("", "The family of versions that it belongs to.", "The sources of the model."),
    "predecessor": ("", "The model that it follows.", "The sources of the model."),
    "arenas": ("", "The arenas that it can compete in, joined with ;", "What its inputs allow."),
    "inputs": ("", "What it takes: text, image, joined with ;", "The sources of the model."),
    "outputs": ("", "What it gives: text, image, joined with ;", "The sources of the model."),
    "max_resolution": ("pixels", "Largest output, in the words of the source.", "The sources of the model."),
    "api_id": ("", "The id that the maker's own API knows it by.", "The sources of the model."),
    "weights_open": ("", "Whether the weights can be downloaded: true, false or unknown.", "The sources of the model."),
    "weights_licence": ("", "The licence of the weights. Says nothing about outputs.", "The sources of the model."),
    "commercial_use": (
        "",
        "Whether the maker's terms let outputs be used commercially: allowed, conditional, forbidden or unknown.",
        "The terms of the maker.",
    ),
    "providers": ("offers", "How many providers offer it.", "The offers in the catalogue."),
    "price": (
        "USD per image",
        "The lowest reference price: 1024x1024 at medium or standard quality; empty where no source gives one.",
        "The offers in the catalogue.",
    ),
    "price_provider": ("", "The provider that asks this price.", "The offers in the catalogue."),
    "sources": ("", "Who the facts were read from, joined with ;", "catalogue.json has addresses and dates."),
}

PRICES: Mapping[str, Entry] = {
    "provider": ("", "Who serves the model.", "The path of the offer's file."),
    "model": ("", "The model, as organization/model.", "The path of the offer's file."),
    "provider_model_id": ("", "The id that the provider's API knows the model by.", "The offer's file."),
    "amount": ("currency per unit", "The price, exact.", "The source in the same row."),
    "currency": ("", "Always USD.", "Prices in other currencies are not taken in."),
    "unit": (
        "",
        "What the amount is for: image, megapixel, 1M input tokens, 1M output tokens, step.",
        "The source in the same row.",
    ),
    "quality": (
        "",
        "Quality for which it holds; empty where the source tells no difference.",
        "The source in the same row.",
    ),
    "size": (
        "pixels",
        "Size for which it holds; empty where the source tells no difference.",
        "The source in the same row.",
    ),
    "mode": ("", "Mode or kind of token for which it holds, such as batch or edit.", "The source in the same row."),
    "effective": ("date", "When it took effect; empty where the source does not say.", "The source in the same row."),
    "read": ("date", "When we read it.", "The catalogue."),
    "source": ("", "Where it was read.", "The catalogue."),
    "url": ("", "The address of the source, where it has one.", "The catalogue."),
    "contested": ("true or false", "Whether other sources contradict it; the note says how.", "The catalogue."),
    "note": ("", "What a reader should know about it.", "The catalogue."),
}

_LISTS: Mapping[str, tuple[str, type[BaseModel], tuple[str, ...]]] = {
    "project": ("Name, arenas, categories, languages and rating settings", Project, ()),
    "organizations": ("Who makes models", Organization, ("id",)),
    "models": ("Every released version of an image model", Model, ("id",)),
    "providers": ("Who serves models", Provider, ("id",)),
    "offers": ("Provider x model, with prices", Offer, ("provider", "model")),
    "prompts": ("The texts that models were given", Prompt, ("id",)),
    "stories": ("Dated news items", Story, ("id",)),
    "outputs": ("One image a row, with its SHA-256", Output, ()),
    "measurements": ("Latency in milliseconds and success of offers over 30 days, as measured here", Measurement, ()),
    "collected": ("How an output was asked for, and what it was as returned", Collected, ()),
}


_PLAIN_LISTS = ("outputs", "measurements", "collected")
"""Lists whose records have no id beside their fields."""


def data_dictionary() -> tuple[FileEntry, ...]:
    """Every published file with every column, in the order in which they stand in the file."""
    return (
        FileEntry(
            "ratings",
            "Ratings",
            ("ratings.csv", "ratings.parquet", "ratings.json"),
            _RATINGS_MEANING,
            _columns(RATINGS_SCHEMA, RATINGS),
        ),
        FileEntry("votes", "Votes", ("votes.csv", "votes.parquet"), _VOTES_MEANING, _columns(VOTE_SCHEMA, VOTES)),
        FileEntry(
            "models",
            "Models",
            ("models.csv",),
            "One row for each model, for use in a spreadsheet.",
            _columns(MODEL_SCHEMA, MODELS),
        ),
        FileEntry(
            "prices",
            "Prices",
            ("prices.csv",),
            "One row for each price that a provider asks under a condition.",
            _columns(PRICE_SCHEMA, PRICES),
        ),
        FileEntry("catalogue", "Catalogue", ("catalogue.json",), _CATALOGUE_MEANING, _catalogue_keys()),
    )


_RATINGS_MEANING = (
    "One row for each model on each board that it has enough votes for. The JSON file holds the rows under ratings, "
    "beside software, simulated, note, log_sha256, settings, draw_probability, method_version and intervals; the "
    "Parquet file has the same in its metadata."
)
_VOTES_MEANING = "One row for each vote in the log. This is all that the ratings are computed from."
_CATALOGUE_MEANING = (
    "All facts, prices, prompts and stories with their sources, as in the files under data/. "
    "Amounts are text, so that they stay exact."
)


def _columns(schema: pa.Schema, entries: Mapping[str, Entry]) -> tuple[Column, ...]:
    return tuple(Column(field.name, _type_name(field.type), *entries[field.name]) for field in schema)


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "time"
    if pa.types.is_decimal(kind):
        return "decimal"
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_integer(kind):
        return "integer"
    return "number" if pa.types.is_floating(kind) else "text"


def _catalogue_keys() -> tuple[Column, ...]:
    head = (
        Column("software", "text", "", "What wrote the file.", "The installed version."),
        Column(
            "simulated", "true or false", "", "Whether any output in the file is simulated.", "origin of the outputs"
        ),
        Column(
            "note", "text", "", "What is simulated and what is not; empty when nothing is.", "origin of the outputs"
        ),
    )
    return head + tuple(
        Column(
            key,
            "list" if extra or key in _PLAIN_LISTS else "record",
            "",
            f"{meaning}: {_keys(record, extra)}.",
            "data/",
        )
        for key, (meaning, record, extra) in _LISTS.items()
    )


def _keys(record: type[BaseModel], extra: tuple[str, ...]) -> str:
    return ", ".join((*extra, *record.model_fields))
