"""The columns of tables that only a data set has; those of votes, ratings, models and prices are declared elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from arena.exports.columns import ColumnText
from arena.records import Origin, Vote

MODEL = "The path of the model's file in the catalogue."
COUNTED = "Counted in the log."
OFFER = "The offer's file."
PROMPT = "The prompt's file."
FORECAST = "The ratings; see methodology."
COLLECTED = "Counted by arena collect."
ORIGIN = ColumnText(
    "Who cast the votes behind it: human, derived (from ratings of single images) or simulated (by a program).",
    "The origin that the arena is rated from.",
)
FIRST_WEEK = "There is no earlier week to compare with, or no vote in this one."


@dataclass(frozen=True, slots=True)
class PairColumns:
    """Two models that were compared in an arena: a row of pairs."""

    arena: Annotated[str, ColumnText("The task that the two compete in.", "The arena of the battles.")]
    first: Annotated[str, ColumnText("One of the two models; its id is the smaller.", MODEL)]
    second: Annotated[str, ColumnText("The other model.", MODEL)]
    wins: Annotated[int, ColumnText("Votes that preferred the first.", COUNTED, unit="votes")]
    losses: Annotated[int, ColumnText("Votes that preferred the second.", COUNTED, unit="votes")]
    ties: Annotated[int, ColumnText("Votes that called them equal.", COUNTED, unit="votes")]
    both_bad: Annotated[int, ColumnText("Votes that called both bad.", COUNTED, unit="votes")]
    win_probability: Annotated[
        float,
        ColumnText(
            "Forecast for their next battle: the chance that the first wins, a tie being half a win.",
            FORECAST,
            unit="share, 0 to 1",
        ),
    ]
    low: Annotated[float, ColumnText("Lower bound of its 95% interval.", FORECAST, unit="share, 0 to 1")]
    high: Annotated[float, ColumnText("Upper bound of its 95% interval.", FORECAST, unit="share, 0 to 1")]
    origin: Annotated[Origin, ORIGIN]


@dataclass(frozen=True, slots=True)
class CovarianceColumns:
    """How the errors of two strengths go together: a row of covariance. Half of the square, its diagonal included."""

    arena: Annotated[str, ColumnText("The task; the overall board is meant.", "The arena of the battles.")]
    first: Annotated[str, ColumnText("A model; its id is the smaller, or the same.", MODEL)]
    second: Annotated[str, ColumnText("Another model, or the same.", MODEL)]
    covariance: Annotated[
        float,
        ColumnText(
            "Covariance of their mu about the mean of the board; of a model with itself the square of its error.",
            FORECAST,
            unit="squared points",
        ),
    ]
    origin: Annotated[Origin, ORIGIN]


@dataclass(frozen=True, slots=True)
class HistoryColumns:
    """A model's overall rating from all votes up to the end of a week: a row of history."""

    arena: Annotated[str, ColumnText("The task.", "The arena of the battles.")]
    model: Annotated[str, ColumnText("The model.", MODEL)]
    week: Annotated[date, ColumnText("The Sunday that ends the week.", "The times of the votes.", unit="date")]
    mu: Annotated[float, ColumnText("Mean of the belief about its strength.", FORECAST, unit="points")]
    sigma: Annotated[float, ColumnText("Standard deviation of that belief.", FORECAST, unit="points")]
    score: Annotated[float, ColumnText("The conservative score.", "mu - 3 sigma", unit="points")]
    score_low: Annotated[float, ColumnText("Lower bound of the score's 95% interval.", FORECAST, unit="points")]
    score_high: Annotated[float, ColumnText("Upper bound of the score's 95% interval.", FORECAST, unit="points")]
    votes: Annotated[int, ColumnText("Rated votes on it up to the end of the week.", COUNTED, unit="votes")]
    week_votes: Annotated[int, ColumnText("Rated votes on it within the week.", COUNTED, unit="votes")]
    drift: Annotated[
        float | None,
        ColumnText(
            "Points that it won in the week above what its earlier votes let expect (win 1, tie 1/2), a vote.",
            FORECAST,
            unit="share, -1 to 1",
            missing=FIRST_WEEK,
        ),
    ]
    drift_low: Annotated[
        float | None,
        ColumnText("Lower bound of its 95% interval.", FORECAST, unit="share, -1 to 1", missing=FIRST_WEEK),
    ]
    drift_high: Annotated[
        float | None,
        ColumnText("Upper bound of its 95% interval.", FORECAST, unit="share, -1 to 1", missing=FIRST_WEEK),
    ]
    flagged: Annotated[
        bool,
        ColumnText("Whether it departed past 3 standard errors, corrected for looking at many weeks.", FORECAST),
    ]
    origin: Annotated[Origin, ORIGIN]


@dataclass(frozen=True, slots=True)
class OfferColumns:
    """A model at a provider: a row of offers. Its prices are in prices."""

    provider: Annotated[str, ColumnText("Who serves the model.", OFFER)]
    provider_name: Annotated[str, ColumnText("The provider's name.", "The provider's file.")]
    model: Annotated[str, ColumnText("The model, as organization/model.", OFFER)]
    provider_model_id: Annotated[
        str | None, ColumnText("The id that the provider's API knows it by.", OFFER, missing="No source tells it.")
    ]
    prices: Annotated[int, ColumnText("How many prices are listed, past ones included.", OFFER, unit="prices")]
    rate_limit: Annotated[
        str | None, ColumnText("How much the provider takes in a time.", OFFER, missing="No source says.")
    ]
    regions: Annotated[str, ColumnText("Where it is served, joined with ;", OFFER, missing="No source says.")]
    url: Annotated[str | None, ColumnText("The provider's page of it.", OFFER, missing="None is known.")]


@dataclass(frozen=True, slots=True)
class PromptColumns:
    """A text that models were asked for: a row of prompts."""

    prompt: Annotated[str, ColumnText("The prompt, as arena/name; votes name it.", "The path of its file.")]
    arena: Annotated[str, ColumnText("The task.", "The folder of its file.")]
    category: Annotated[str, ColumnText("What kind of picture it asks for.", PROMPT)]
    language: Annotated[str, ColumnText("Its language (BCP 47).", PROMPT)]
    text: Annotated[str, ColumnText("The text that models were given.", PROMPT)]
    english: Annotated[
        str | None, ColumnText("What it says in English.", PROMPT, missing="It is English, or nobody translated it.")
    ]
    input_image: Annotated[
        str | None, ColumnText("File name of the picture to edit.", PROMPT, missing="There is none.")
    ]
    author: Annotated[str, ColumnText("Who wrote it.", PROMPT)]


@dataclass(frozen=True, slots=True)
class RequestColumns:
    """What became of requests to an offer: a row of requests. Says nothing about how good pictures are."""

    provider: Annotated[str, ColumnText("Who was asked.", COLLECTED)]
    model: Annotated[str, ColumnText("For pictures of which model.", COLLECTED)]
    first: Annotated[date, ColumnText("The first day that is counted.", COLLECTED, unit="date")]
    last: Annotated[date, ColumnText("The last day that is counted.", COLLECTED, unit="date")]
    tried: Annotated[int, ColumnText("Pictures asked for, without refused ones.", "made + failed", unit="pictures")]
    made: Annotated[int, ColumnText("Pictures that arrived.", COLLECTED, unit="pictures")]
    failed: Annotated[
        int, ColumnText("Pictures that did not arrive, for technical reasons.", "tried - made", unit="pictures")
    ]
    refused: Annotated[int, ColumnText("Pictures that a content filter refused.", COLLECTED, unit="pictures")]
    p50_ms: Annotated[
        int | None,
        ColumnText("Half of the pictures took no longer.", COLLECTED, unit="milliseconds", missing="None was timed."),
    ]
    p95_ms: Annotated[
        int | None,
        ColumnText("95% of the pictures took no longer.", COLLECTED, unit="milliseconds", missing="None was timed."),
    ]
    spent: Annotated[Decimal, ColumnText("What they cost, and what lost requests may have.", COLLECTED, unit="USD")]


DECISION_TEXTS: Mapping[str, ColumnText] = {
    "decision": ColumnText("set_aside, or unknown while it waits for a person.", "The log's decisions.csv."),
    "rules": ColumnText(
        "The published rules that found it, joined with ; in CSV.",
        "The log's decisions.csv.",
        missing="A person decided.",
    ),
    "because": ColumnText(
        "What the person who decided wrote.", "The log's decisions.csv.", missing="The rules decided."
    ),
}


@dataclass(frozen=True, slots=True)
class LeftOutVote(Vote):
    """A vote of the log that no rating rests on, and why: a row of left_out."""

    decision: str = ""
    rules: tuple[str, ...] = ()
    because: str = ""
