"""The tables of a data set, as Arrow, with what describes them; and their text as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

import pyarrow as pa

from arena.catalogue import Catalogue
from arena.csv_text import csv_text
from arena.exports.catalogue import ModelColumns, PriceColumns, iter_models, iter_prices
from arena.exports.columns import Column, arrow_schema, columns_of
from arena.exports.dataset.columns import (
    DECISION_TEXTS,
    CovarianceColumns,
    HistoryColumns,
    LeftOutVote,
    OfferColumns,
    PairColumns,
    PromptColumns,
    RequestColumns,
)
from arena.exports.dictionary import VOTES
from arena.exports.files import votes_table
from arena.exports.ratings import COLUMNS as RATING_COLUMNS
from arena.exports.ratings import RATINGS_SCHEMA, iter_ratings, rounded
from arena.ratings.results import Ratings
from arena.records import Vote
from arena.votes.decision_file import STATES, VoteState
from arena.votes.files import csv_bytes
from arena.votes.log import Log
from arena.votes.origins import published_votes
from arena.votes.reasons import REASONS_TYPE, SEPARATOR

HISTORY = tuple(each.name for each in fields(HistoryColumns) if each.name != "origin")
"""Fields of ``HistoryPoint``, in the order of the columns."""


@dataclass(frozen=True, eq=False)
class DataTable:
    """One table: what it is, its columns and rows, which columns make a row unique, and which name models."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    rows: pa.Table
    key: tuple[str, ...]
    models: tuple[str, ...] = ()
    """The columns whose values are those of ``model`` in the table ``models``."""

    @property
    def title(self) -> str:
        return self.name.capitalize()

    @property
    def files(self) -> tuple[str, str]:
        """Its paths in the folder: Parquet and CSV, with the same rows in the same order."""
        return f"data/{self.name}.parquet", f"data/{self.name}.csv"


def data_tables(catalogue: Catalogue, log: Log, ratings: Ratings) -> tuple[DataTable, ...]:
    """Every table; ``ratings`` are those of the log's counted votes, with history."""
    return (*vote_tables(log, ratings), *rating_tables(ratings), *_catalogue_tables(catalogue))


def vote_tables(log: Log, ratings: Ratings) -> tuple[DataTable, DataTable]:
    """The votes that ratings are computed from, and those that decisions leave out, with why.

    Simulated votes of an arena that people voted in are in neither.
    """
    counted = votes_table(published_votes(log.counted_votes(), ratings.left_out))
    judged = log.judged_votes()
    others = published_votes(judged.filter(judged.decision != VoteState.COUNTED.value), ratings.left_out)
    return (
        DataTable(
            "votes",
            "One row a vote. This is all that the ratings are computed from.",
            columns_of(Vote, VOTES),
            counted,
            ("battle", "voter"),
            ("left", "right"),
        ),
        DataTable(
            "left_out",
            "One row for each vote that no rating rests on, since a rule or a person set it aside, and why.",
            columns_of(LeftOutVote, {**VOTES, **DECISION_TEXTS}),
            _left_out_rows(log, votes_table(others.drop("decision"))),
            ("battle", "voter"),
            ("left", "right"),
        ),
    )


def _left_out_rows(log: Log, votes: pa.Table) -> pa.Table:
    """The votes with what was decided about each: columns of ``LeftOutVote``."""
    held = [
        log.decisions.holding(*key) for key in zip(votes["battle"].to_pylist(), votes["voter"].to_pylist(), strict=True)
    ]
    columns = {
        "decision": pa.array([STATES[row.ruling].value if row else "" for row in held], pa.string()),
        "rules": pa.array([list(row.rules) if row and row.by_audit else None for row in held], REASONS_TYPE),
        "because": pa.array([row.because if row and not row.by_audit else None for row in held], pa.string()),
    }
    for name, column in columns.items():
        votes = votes.append_column(name, column)
    return votes


def rating_tables(ratings: Ratings) -> tuple[DataTable, ...]:
    """What is computed from the votes: ratings, pairs, covariance and history."""
    two = ("first", "second")
    return (
        DataTable(
            "ratings",
            "One row for each model on each board that it has enough votes for.",
            RATING_COLUMNS,
            _table(RATINGS_SCHEMA, iter_ratings(ratings)),
            ("arena", "axis", "category", "language", "model"),
            ("model",),
        ),
        DataTable(
            "pairs",
            "One row for every two ranked models with votes between them, with the forecast of their next battle.",
            *_columns_and_rows(PairColumns, iter_pairs(ratings)),
            ("arena", *two),
            two,
        ),
        DataTable(
            "covariance",
            "How the errors of strengths on the overall boards go together: half of a square of models an arena.",
            *_columns_and_rows(CovarianceColumns, iter_covariances(ratings)),
            ("arena", *two),
            two,
        ),
        DataTable(
            "history",
            "One row for each model and week: its overall rating from all votes until then.",
            *_columns_and_rows(HistoryColumns, iter_history(ratings)),
            ("arena", "model", "week"),
            ("model",),
        ),
    )


def _catalogue_tables(catalogue: Catalogue) -> Iterator[DataTable]:
    yield DataTable(
        "models",
        "One row a model, with its facts.",
        *_columns_and_rows(ModelColumns, iter_models(catalogue)),
        ("model",),
    )
    yield DataTable(
        "offers",
        "One row for each model at each provider.",
        *_columns_and_rows(OfferColumns, iter_offers(catalogue)),
        ("provider", "model"),
        ("model",),
    )
    yield DataTable(
        "prices",
        "One row for each price that a provider asks under a condition.",
        *_columns_and_rows(PriceColumns, iter_prices(catalogue)),
        (),
        ("model",),
    )
    yield DataTable(
        "prompts",
        "One row for each text that models were given. Votes of published data sets may name none.",
        *_columns_and_rows(PromptColumns, iter_prompts(catalogue)),
        ("prompt",),
    )
    yield DataTable(
        "requests",
        "One row for each offer that pictures were asked of: how many arrived, failed and were refused. Not a quality.",
        *_columns_and_rows(RequestColumns, iter_requests(catalogue)),
        ("provider", "model", "first", "last"),
        ("model",),
    )


def _columns_and_rows(record: type, rows: Iterable[object]) -> tuple[tuple[Column, ...], pa.Table]:
    columns = columns_of(record)
    cells = map(attrgetter(*(each.name for each in fields(record))), rows)
    return columns, _table(arrow_schema(columns), cells)


def _table(schema: pa.Schema, rows: Iterable[Iterable[Any]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema)


def iter_pairs(ratings: Ratings) -> Iterator[PairColumns]:
    """Pairs with votes, by arena, first and second."""
    origins = dict(ratings.origins)
    for axis, pairs in ratings.pairs:
        for pair in pairs.with_votes.values():
            yield PairColumns(
                axis.arena,
                pair.first,
                pair.second,
                pair.wins,
                pair.losses,
                pair.ties,
                pair.both_bad,
                rounded(pair.win_probability),
                rounded(pair.low),
                rounded(pair.high),
                origins[axis.arena],
            )


def iter_covariances(ratings: Ratings) -> Iterator[CovarianceColumns]:
    """Half of the covariance of each arena's overall board, by arena, first and second; boards too large for one have
    no rows.
    """
    for axis, _ in ratings.pairs:
        strengths, origin = ratings.strengths[axis], dict(ratings.origins)[axis.arena]
        if not strengths.has_covariance:
            continue
        covariance = strengths.covariance
        for row, first in enumerate(strengths.models):
            for column in range(row, len(strengths.models)):
                value = rounded(float(covariance[row, column]))
                yield CovarianceColumns(axis.arena, first, strengths.models[column], value, origin)


def iter_history(ratings: Ratings) -> Iterator[HistoryColumns]:
    """The weeks of each arena and model, numbers rounded."""
    origins = dict(ratings.origins)
    for point in ratings.history:
        cells: tuple[Any, ...] = (*map(_rounded, attrgetter(*HISTORY)(point)), origins[point.arena])
        yield HistoryColumns(*cells)


def _rounded(value: Any) -> Any:
    return rounded(value) if isinstance(value, float) else value


def iter_offers(catalogue: Catalogue) -> Iterator[OfferColumns]:
    """Offers by provider and model."""
    for (provider, model), offer in catalogue.offers.items():
        yield OfferColumns(
            provider=provider,
            provider_name=catalogue.providers[provider].name,
            model=model,
            provider_model_id=offer.model_id,
            prices=len(offer.prices),
            rate_limit=offer.rate_limit,
            regions=";".join(offer.regions),
            url=offer.url,
        )


def iter_prompts(catalogue: Catalogue) -> Iterator[PromptColumns]:
    """Prompts by id."""
    for prompt_id, prompt in catalogue.prompts.items():
        yield PromptColumns(
            prompt=prompt_id,
            arena=prompt_id.partition("/")[0],
            category=prompt.category,
            language=prompt.language,
            text=prompt.text,
            english=prompt.english,
            input_image=prompt.input_image,
            author=prompt.author,
        )


def iter_requests(catalogue: Catalogue) -> Iterator[RequestColumns]:
    """What was measured of offers, by provider, model and days."""
    for each in sorted(catalogue.measurements, key=lambda each: (each.provider, each.model, each.first, each.last)):
        yield RequestColumns(
            provider=each.provider,
            model=each.model,
            first=each.first,
            last=each.last,
            tried=each.tried,
            made=each.made,
            failed=each.tried - each.made,
            refused=each.refused,
            p50_ms=each.p50_ms,
            p95_ms=each.p95_ms,
            spent=each.spent,
        )


def table_csv(table: DataTable) -> bytes:
    """The rows as CSV: UTF-8, a header, line feeds, floats with 6 decimals, true and false, empty without a value."""
    if table.name == "votes":
        return csv_bytes(table.rows)
    return csv_text(table.rows.column_names, _cells_of(table.rows)).encode()


def _cells_of(rows: pa.Table) -> Iterator[Iterator[Any]]:
    for batch in rows.to_batches(max_chunksize=10_000):
        columns = [batch.column(number).to_pylist() for number in range(batch.num_columns)]
        yield from (map(_cell, row) for row in zip(*columns, strict=True))


_TEXT_OF: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: str(value).lower(),
    float: lambda value: f"{value:.6f}",
    Decimal: lambda value: f"{value.normalize():f}",
    date: date.isoformat,
    datetime: lambda value: value.strftime("%Y-%m-%dT%H:%M:%S.%fZ").replace(".000000Z", "Z"),
    list: SEPARATOR.join,
}


def _cell(value: Any) -> Any:
    """A value as CSV shows it; decimals without the zeros that their column's type adds."""
    text = _TEXT_OF.get(type(value))
    return text(value) if text else value
