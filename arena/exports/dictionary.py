"""The data dictionary: what every column of every published file means.

The columns of ratings, models and prices say it where they are declared; those of votes are described here, as are the
lists of catalogue.json. A column without a description raises KeyError, and a test asserts that none is left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from arena.catalogue.outputs import Blindness, Collected, InputPicture, Measurement, Output, PicturesInPlay
from arena.catalogue.records import Model, Offer, Organization, Project, Prompt, Provider, Story
from arena.exports.catalogue import ModelColumns, PriceColumns
from arena.exports.columns import Column, ColumnText, columns_of
from arena.exports.ratings import COLUMNS
from arena.records import Vote

RATINGS_MEANING = (
    "One row for each model on each board that it has enough votes for. The JSON file holds the rows under ratings, "
    "beside software, simulated, note, log_sha256, decisions_sha256, settings, draw_probability, ties, method_version "
    "and intervals; the Parquet file has the same in its metadata."
)
VOTES_MEANING = (
    "One row for each vote in the log. The ratings are computed from those whose decision is counted, and from nothing "
    "else."
)
MODELS_MEANING = "One row for each model, for use in a spreadsheet."
PRICES_MEANING = "One row for each price that a provider asks under a condition."
CATALOGUE_MEANING = (
    "All facts, prices, prompts and stories with their sources, as in the files under data/. "
    "Amounts are text, so that they stay exact."
)

VOTES: Mapping[str, ColumnText] = {
    "battle": ColumnText("The battle: two outputs for one prompt.", "Drawn when the battle was made."),
    "at": ColumnText("When the vote was cast.", "ISO 8601 in CSV, microseconds in Parquet.", unit="UTC"),
    "arena": ColumnText("The task.", "The arena of the prompt."),
    "category": ColumnText("The category of the prompt.", "The prompt's file."),
    "language": ColumnText("The language of the prompt (BCP 47).", "The prompt's file."),
    "left": ColumnText("The model whose output stood on the left.", "Revealed after the vote."),
    "right": ColumnText("The model whose output stood on the right.", "Revealed after the vote."),
    "outcome": ColumnText("left, right, tie, or both_bad.", "What the voter chose."),
    "voter": ColumnText("A pseudonym that is the same for all votes of one voter.", "Says nothing about the person."),
    "prompt": ColumnText("The prompt's id.", "The path of the prompt's file.", missing="Not known."),
    "left_output": ColumnText("SHA-256 of the image on the left.", "The image file.", missing="Not known."),
    "right_output": ColumnText("SHA-256 of the image on the right.", "The image file.", missing="Not known."),
    "dwell_ms": ColumnText(
        "Time from showing the battle to the vote. Of votes cast here, the step that it is in: rounded up to 1, 2, 5, "
        "10, 20 or 60 s; 300 s stand for longer.",
        "Measured in the browser.",
        unit="milliseconds",
        missing="Not measured, or not published.",
    ),
    "origin": ColumnText(
        "human, derived (from ratings of single images) or simulated (by a program).",
        "Stated when the votes were imported.",
    ),
    "reasons": ColumnText(
        "The words that the voter ticked for why, joined with ; in CSV.",
        "Ticked beside the vote.",
        missing="Nobody asked, or the voter ticked none.",
    ),
}

DECISION_COLUMN = Column(
    "decision",
    "text",
    "",
    "counted, or what keeps the vote out of the ratings: set_aside, or unknown until a person has looked.",
    "decisions.csv beside the log, as data/log/ has it where anything was decided.",
)
SIMULATED_SOURCE = "origin of the outputs"
CATALOGUE_HEAD = (
    Column("software", "text", "", "What wrote the file.", "The installed version."),
    Column("simulated", "true or false", "", "Whether any output in the file is simulated.", SIMULATED_SOURCE),
    Column("note", "text", "", "What is simulated and what is not; empty when nothing is.", SIMULATED_SOURCE),
)


@dataclass(frozen=True, slots=True)
class CatalogueKey:
    """A key of catalogue.json: its meaning, the record behind it, and the keys that a list adds to each record."""

    meaning: str
    record: type[BaseModel]
    added: tuple[str, ...] = ()
    form: str = "list"

    def column(self, name: str) -> Column:
        """As the dictionary lists it: the meaning, then the keys of the records."""
        keys = ", ".join((*self.added, *self.record.model_fields))
        return Column(name, self.form, "", f"{self.meaning}: {keys}.", "data/")


CATALOGUE_KEYS: Mapping[str, CatalogueKey] = {
    "project": CatalogueKey("Name, arenas, categories, languages and rating settings", Project, form="record"),
    "organizations": CatalogueKey("Who makes models", Organization, ("id",)),
    "models": CatalogueKey("Every released version of an image model", Model, ("id",)),
    "providers": CatalogueKey("Who serves models", Provider, ("id",)),
    "offers": CatalogueKey("Provider x model, with prices", Offer, ("provider", "model")),
    "prompts": CatalogueKey("The texts that models were given", Prompt, ("id",)),
    "stories": CatalogueKey("Dated news items", Story, ("id",)),
    "outputs": CatalogueKey("One image a row, with its SHA-256", Output),
    "input_pictures": CatalogueKey("The pictures that editing prompts name, with their SHA-256", InputPicture),
    "in_play": CatalogueKey("How many pictures are in play, and so not among the outputs yet", PicturesInPlay),
    "blindness": CatalogueKey("How far a program named who made the pictures in play", Blindness),
    "measurements": CatalogueKey(
        "Latency in milliseconds and success of offers over 30 days, as measured here", Measurement
    ),
    "collected": CatalogueKey("How an output was asked for, and what it was as returned", Collected),
}


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """One kind of content, published under one or more file names."""

    id: str
    title: str
    files: tuple[str, ...]
    meaning: str
    columns: tuple[Column, ...]


def data_dictionary() -> tuple[DictionaryEntry, ...]:
    """Every published file with every column, in the order in which they stand in the file."""
    ratings = ("ratings.csv", "ratings.parquet", "ratings.json")
    catalogue = (*CATALOGUE_HEAD, *(key.column(name) for name, key in CATALOGUE_KEYS.items()))
    return (
        DictionaryEntry("ratings", "Ratings", ratings, RATINGS_MEANING, COLUMNS),
        DictionaryEntry(
            "votes", "Votes", ("votes.csv", "votes.parquet"), VOTES_MEANING, (*columns_of(Vote, VOTES), DECISION_COLUMN)
        ),
        DictionaryEntry("models", "Models", ("models.csv",), MODELS_MEANING, columns_of(ModelColumns)),
        DictionaryEntry("prices", "Prices", ("prices.csv",), PRICES_MEANING, columns_of(PriceColumns)),
        DictionaryEntry("catalogue", "Catalogue", ("catalogue.json",), CATALOGUE_MEANING, catalogue),
    )
