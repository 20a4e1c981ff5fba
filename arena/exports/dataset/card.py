"""What people read in a data set: README.md (the card of Hugging Face), the data dictionary, licences and the citation.

The head of README.md is YAML as https://huggingface.co/docs/hub/datasets-cards describes it, with one configuration a
table. Values are written as JSON, which is YAML too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from arena import wording
from arena.exports.columns import Column
from arena.exports.dataset.facts import NOT_STATED, DatasetFacts, Licence
from arena.exports.dataset.tables import DataTable
from arena.exports.files import software
from arena.records import Origin

SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
LARGEST_SIZE = "n>1T"
HUGGING_FACE_LICENCES = frozenset(
    {
        "apache-2.0",
        "cc-by-3.0",
        "cc-by-4.0",
        "cc-by-nc-4.0",
        "cc-by-nc-sa-4.0",
        "cc-by-sa-4.0",
        "cc0-1.0",
        "mit",
        "odbl",
        "odc-by",
        "pddl",
    }
)
"""Of the licences that its list knows, those of data; all others are ``other`` with a name."""
EMPTY_CELLS = "An empty cell in CSV is null in Parquet, or empty text in a column of text."
APOSTROPHE = (
    "In CSV, text that begins with =, +, - or @ has an apostrophe in front: a spreadsheet would take it for a formula."
)
VOTES_TABLE = "votes"
HEADINGS = {
    "collection": "How it was collected",
    "consent": "What voters agreed to",
    "annotators": "Who voted",
    "sensitive": "Personal and sensitive information",
    "limitations": "Limitations",
    "biases": "Biases",
    "use_cases": "What it is for",
    "social_impact": "Social impact",
    "maintenance": "Maintenance",
}


def readme(facts: DatasetFacts) -> str:
    """The card: YAML for the loader, and then what somebody should know before using the data."""
    lines = ["---", *_head(facts), "---", "", f"# {facts.title}", ""]
    lines += _note(facts)
    lines += [facts.description, "", *_snapshot(facts), "", "## Tables", "", *_tables(facts.tables), ""]
    lines += [
        "Each table is there twice, as Parquet and as CSV with the same rows. `DICTIONARY.md` says what each column",
        "means, `datapackage.json` (Frictionless) and `croissant.json` (Croissant 1.1) say it to programs.",
        "",
        "```python",
        "import pandas as pd",
        'ratings = pd.read_parquet("data/ratings.parquet")',
        'ratings[ratings.axis == "overall"].groupby("arena").head(3)',
        "```",
        "",
        "## Recompute it",
        "",
        "`arena verify` on this folder checks every file against `SHA256SUMS`, and computes ratings, pairs, covariance",
        "and history from the votes with the settings in `dataset.json`. `data/log/` has the log as it was sealed; its",
        "head stands for every byte of it, and for this snapshot.",
        "",
    ]
    for key, heading in HEADINGS.items():
        lines += [f"## {heading}", "", facts.texts[key], ""]
    lines += [
        "## Licences",
        "",
        *_licence_lines(facts.licences),
        "",
        "## Citation",
        "",
        "```bibtex",
        facts.citation,
        "```",
    ]
    return "\n".join(lines) + "\n"


def _note(facts: DatasetFacts) -> list[str]:
    """What every file for people says first where votes are simulated."""
    return [f"> **{facts.note}** Please keep it said in whatever you make of it.", ""] if facts.note else []


def _snapshot(facts: DatasetFacts) -> Iterator[str]:
    summary = facts.summary
    yield f"* Version {facts.version}, by {software()}."
    if facts.log_head:
        yield f"* Snapshot: the log with the head `{facts.log_head}`."
    if summary.first and summary.last:
        votes, voters = wording.count(summary.votes, "vote"), wording.count(summary.voters, "voter")
        first, last = wording.day(summary.first.date()).text, wording.day(summary.last.date()).text
        yield f"* {votes} by {voters}, from {first} to {last}."
    for arena, origin in facts.ratings.origins:
        yield f"* {facts.arenas.get(arena, arena)}: rated from {origin.value} votes."
    yield "* `CHANGES.md` says what changed since the last version."


def _tables(tables: Iterable[DataTable]) -> Iterator[str]:
    yield "| table | rows | what a row is |"
    yield "| --- | ---: | --- |"
    for table in tables:
        yield f"| `{table.name}` | {wording.whole(len(table.rows))} | {table.meaning} |"


def _head(facts: DatasetFacts) -> Iterator[str]:
    yield f"pretty_name: {_yaml(facts.title)}"
    yield from _licence_head(facts.licences)
    languages = dict.fromkeys(language.partition("-")[0] for language in facts.languages)
    if languages:
        yield f"language: {_yaml(list(languages))}"
    tags = ["image-generation", "human-preference", "leaderboard", "pairwise-comparison", "trueskill"]
    yield f"tags: {_yaml(tags + ['simulated', 'synthetic'] * facts.simulated)}"
    yield f"size_categories: {_yaml([_size(facts.summary.votes)])}"
    origins = {origin for _, origin in facts.ratings.origins}
    creators = {Origin.HUMAN: "crowdsourced", Origin.DERIVED: "found", Origin.SIMULATED: "machine-generated"}
    yield f"annotations_creators: {_yaml([creators[origin] for origin in Origin if origin in origins])}"
    yield f"source_datasets: {_yaml(['extended' if facts.sources else 'original'])}"
    yield "configs:"
    for table in facts.tables:
        yield f"- config_name: {_yaml(table.name)}"
        if table.name == VOTES_TABLE:
            yield "  default: true"
        yield "  data_files:"
        yield "  - split: train"
        yield f"    path: {_yaml(table.files[0])}"


def _licence_head(licences: tuple[Licence, ...]) -> Iterator[str]:
    names = list(dict.fromkeys(licence.name.lower() for licence in licences))
    if len(names) == 1 and names[0] in HUGGING_FACE_LICENCES:
        yield f"license: {_yaml(names[0])}"
    elif names and all(name in HUGGING_FACE_LICENCES for name in names):
        yield f"license: {_yaml(names)}"
    elif names:
        yield "license: other"
        yield f"license_name: {_yaml('-and-'.join(name.replace(' ', '-') for name in names))}"
        yield "license_link: LICENCES.md"
    else:
        yield "license: unknown"


def _size(votes: int) -> str:
    return next((name for limit, name in SIZES if votes < limit), LARGEST_SIZE)


def _yaml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def dictionary(facts: DatasetFacts) -> str:
    """DICTIONARY.md: type, unit, meaning, missing values and source of each column of each table."""
    lines = ["# Data dictionary", "", *_note(facts), EMPTY_CELLS, "", APOSTROPHE, ""]
    for table in facts.tables:
        lines += [f"## {table.name}", "", f"`{table.files[0]}`, `{table.files[1]}`. {table.meaning}", ""]
        if table.key:
            lines += [f"A row is told by {wording.listing([f'`{name}`' for name in table.key])}.", ""]
        lines += ["| column | type | unit | meaning | without a value | source or formula |"]
        lines += ["| --- | --- | --- | --- | --- | --- |", *map(_column_line, table.columns), ""]
    return "\n".join(lines)


def _column_line(column: Column) -> str:
    cells = (column.type, column.unit, column.meaning, column.missing, column.source)
    shown = [cell.replace("|", "/") or wording.NOTHING for cell in cells]
    return f"| `{column.name}` | {' | '.join(shown)} |"


def licences(facts: DatasetFacts, notices: Iterable[str]) -> str:
    """LICENCES.md: which licence is of what, where the words of each are, and what has none."""
    lines = ["# Licences", "", *_note(facts), *_licence_lines(facts.licences), ""]
    for source in facts.sources:
        lines += [f"Derived from {source.title}, {source.url}, under {source.licence}, read on {source.read}.", ""]
    names = list(notices)
    if names:
        lines += [
            "The words that go with these data sets are in " + wording.listing([f"`{name}`" for name in names]) + "."
        ]
        lines += [""]
    return "\n".join(lines)


def _licence_lines(found: tuple[Licence, ...]) -> Iterator[str]:
    for licence in found:
        yield f"* {wording.sentence(licence.of)} {_linked(licence)}."
    if not found:
        yield f"* {NOT_STATED} Ask before you publish anything made of it."


def _linked(licence: Licence) -> str:
    return f"[{licence.name}]({licence.address})" if licence.spdx else licence.name


def citation_file(facts: DatasetFacts) -> str:
    """CITATION.cff, version 1.2.0 of its format."""
    spdx = list(dict.fromkeys(licence.name for licence in facts.licences if licence.spdx))
    fields: Mapping[str, object] = {
        "cff-version": "1.2.0",
        "message": "If you use this data set, please cite it with its version and the head of its log.",
        "type": "dataset",
        "title": facts.title,
        "abstract": facts.description,
        "authors": [{"name": name} for name in facts.creators],
        "version": facts.version,
        "date-released": facts.date.isoformat(),
        "license": (spdx[0] if len(spdx) == 1 else spdx) or None,
        "url": facts.url or None,
        "doi": facts.doi or None,
        "identifiers": [{"type": "other", "value": facts.log_head, "description": "Head of the log of votes"}]
        if facts.log_head
        else None,
        "keywords": ["image models", "human preference", "leaderboard"] + ["simulated"] * facts.simulated,
    }
    return "".join(f"{key}: {_yaml(value)}\n" for key, value in fields.items() if value)
