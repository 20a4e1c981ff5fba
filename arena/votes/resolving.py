"""From the names that vote files use to the ids of a catalogue: models, and languages."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena import wording
from arena.catalogue import Catalogue
from arena.catalogue.error_messages import near
from arena.catalogue.fields import SLUG
from arena.catalogue.names import ModelNames, loose_key, name_key
from arena.csv_text import from_cell
from arena.errors import ArenaError, VotesError
from arena.votes.checks import MODEL_ID_PATTERN
from arena.votes.columns import distinct, replaced
from arena.votes.contents import Source, read_text_bytes
from arena.votes.languages import names_of, project_language, tag_of, tag_or_name
from arena.votes.parsed import LoadedVotes
from arena.votes.row_errors import raise_findings, shorten
from arena.votes.table import MODEL_COLUMNS

MAP_HEADERS = {("theirs", "ours"), ("name", "id"), ("name", "model"), ("from", "to")}
"""What the first line of a list of names may say of its two columns, in lower case."""
WAYS_ON = "say which model it is in a list of names (--map names.csv), or start an entry for it (--new-models)"

MAKER_AND_MODEL = re.compile(rf"({SLUG})/([^/\s][^/]*)", re.ASCII | re.IGNORECASE)
"""A name that says who made the model, as on Hugging Face."""
SUM_DIGITS = 8
"""Of the hexadecimal sum that stands in an id for letters which are none of a to z."""

NameMap = Mapping[str, str]
"""What a file calls a model -> what it is called here: by the name as it is written and, where names that differ in
case, spaces and hyphens only lead to the same model, by its ``name_key``."""


@dataclass(frozen=True)
class Resolved:
    """Votes under ids, and the names of models that the catalogue does not have yet, by id."""

    loaded: LoadedVotes
    new: Mapping[str, str] = field(default_factory=dict)


def read_name_map(source: Source) -> NameMap:
    """The names of a CSV file of two columns, theirs and ours; a first line that says so is passed over.

    Raises ``VotesError`` for a line that has no two names, and for a name that stands for two models.
    """
    text = str(read_text_bytes(source), "utf-8")
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    names: dict[str, str] = {}
    by_key: dict[str, set[str]] = {}
    findings: list[ArenaError] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for number, row in enumerate(reader, 1):
        cells = [from_cell(cell.strip()) for cell in row]
        if not any(cells) or (number == 1 and tuple(cell.casefold() for cell in cells) in MAP_HEADERS):
            continue
        where = f"{source}:{reader.line_num}"
        if len(cells) != 2 or not all(cells):
            hint = "a line has two names: theirs, and ours"
            findings.append(VotesError("does not name two things", where=where, hint=hint))
        elif names.setdefault(cells[0], cells[1]) != cells[1]:
            what = f"{shorten(cells[0])} is {shorten(names[cells[0]])} on another line"
            findings.append(VotesError(what, where=where, hint="a name leads to one model"))
        else:
            by_key.setdefault(name_key(cells[0]), set()).add(cells[1])
    raise_findings(findings)
    return {key: next(iter(ours)) for key, ours in by_key.items() if len(ours) == 1} | names


def _mapped(names: NameMap, name: str) -> str:
    """What the list calls a name, which stays where it is not on the list."""
    return names.get(name) or names.get(name_key(name), name)


def resolved(loaded: LoadedVotes, catalogue: Catalogue, names: NameMap, *, new_models: bool) -> Resolved:
    """The votes under the ids of the catalogue. ``new_models`` gives ids to models that it does not have.

    Raises ``VotesError`` with one finding for each name that leads to no model or language, or to several.
    """
    models = _Models(ModelNames(catalogue), names, loaded, new_models)
    findings: list[ArenaError] = []
    ids = _each(loaded, MODEL_COLUMNS, models.id_of, findings)
    findings += models.collisions() or models.same_on_both_sides(ids)
    known = [language.id for language in catalogue.project.languages]
    languages = _each(loaded, ("language",), lambda name: _language(name, known), findings)
    raise_findings(findings)
    return Resolved(_without_selves(loaded, _renamed(loaded, ids, languages)), models.new)


def resolved_for_rating(loaded: LoadedVotes, catalogue: Catalogue | None, names: NameMap) -> LoadedVotes:
    """The votes under ids where names lead to some, and under their names where not.

    Without a catalogue only the names of ``names`` change. Raises ``VotesError`` for a name of several models.
    """
    models = ModelNames(catalogue) if catalogue else None
    known = [language.id for language in catalogue.project.languages] if catalogue else []

    def id_of(name: str) -> str | tuple[str, str]:
        ours = _mapped(names, name)
        ids = models.models_of(ours) if models else ()
        return _several(name, ids) if len(ids) > 1 else ids[0] if ids else ours

    findings: list[ArenaError] = []
    ids = _each(loaded, MODEL_COLUMNS, id_of, findings)
    languages = _each(loaded, ("language",), lambda name: project_language(name, known) or tag_or_name(name), findings)
    raise_findings(findings)
    return _renamed(loaded, ids, languages)


def _several(name: str, ids: tuple[str, ...]) -> tuple[str, str]:
    return f"the name {shorten(name)} is that of {len(ids)} models", f"write the id, or --map it: {' or '.join(ids)}"


def _each(
    loaded: LoadedVotes,
    columns: tuple[str, ...],
    lead: Callable[[str], str | tuple[str, str]],
    findings: list[ArenaError],
) -> dict[str, str]:
    """What each value of the columns leads to; one that leads nowhere (what, hint) is a finding with its votes."""
    counts: dict[str, int] = {}
    firsts: dict[str, int] = {}
    for column in columns:
        values, numbers = distinct(loaded.table[column])
        used, rows, uses = np.unique(numbers, return_index=True, return_counts=True)
        for number, row, count in zip(used.tolist(), rows.tolist(), uses.tolist(), strict=True):
            value = values[number]
            counts[value] = counts.get(value, 0) + count
            firsts[value] = min(row, firsts.get(value, row))
    found: dict[str, str] = {}
    for value in sorted(counts, key=lambda value: (firsts[value], value)):
        led = lead(value)
        if isinstance(led, str):
            found[value] = led
        else:
            votes = f"{counts[value]:,} {'vote' if counts[value] == 1 else 'votes'}"
            findings.append(VotesError(f"{led[0]}, in {votes}", where=loaded.locate(firsts[value]), hint=led[1]))
    return found


def _renamed(loaded: LoadedVotes, models: Mapping[str, str], languages: Mapping[str, str]) -> LoadedVotes:
    table = loaded.table
    for column, change in (*((side, models) for side in MODEL_COLUMNS), ("language", languages)):
        index = table.column_names.index(column)
        table = table.set_column(index, table.schema.field(index), replaced(table[column], change))
    return replace(loaded, table=table)


@dataclass
class _Models:
    """Leads names of models to ids, and keeps the names of those that are new."""

    known: ModelNames
    mapped: NameMap
    loaded: LoadedVotes
    new_models: bool
    new: dict[str, str] = field(default_factory=dict)
    slugs: dict[str, set[str]] = field(default_factory=dict)
    """The names that became an id, by id."""

    def id_of(self, name: str) -> str | tuple[str, str]:
        """The id, or what is wrong with the name and what to do."""
        ours = _mapped(self.mapped, name)
        ids = self.known.models_of(ours)
        if len(ids) > 1:
            return _several(ours, ids)
        if ids:
            return ids[0]
        if not self.new_models:
            nearest = self.known.hint(ours)
            return f"unknown model {shorten(ours)}", f"{nearest} otherwise {WAYS_ON}" if nearest else WAYS_ON
        model = ours if re.fullmatch(MODEL_ID_PATTERN.strip("^$"), ours) else self._made(ours)
        self.slugs.setdefault(model, set()).add(ours)
        # An id that the file itself writes says nothing more than the id; a name that leads to one does.
        shown = "" if name == model else name if ours == model else ours
        self.new.setdefault(model, self.loaded.names.get(ours, shown))
        return model

    def _made(self, name: str) -> str:
        """An id of the name in lower case, under its maker (``acme/LoRA v2``), or where it names none under the
        organization of such models.

        Letters that no id can have would be gone, and two names become one: a sum of the name stands for them.
        """
        made_by = MAKER_AND_MODEL.fullmatch(name)
        organization, model = made_by.groups() if made_by else (self.loaded.organization, name)
        plain = unicodedata.normalize("NFKD", model.lower())
        slug = re.sub(r"[^a-z0-9.]+", "-", "".join(letter for letter in plain if not unicodedata.combining(letter)))
        slug = re.sub(r"[.-]*[-.][.-]*", lambda run: run[0][0], slug).strip(".-")
        if not slug or any(letter.isalnum() and not letter.isascii() for letter in plain):
            sum_ = hashlib.sha256(name_key(name).encode()).hexdigest()[:SUM_DIGITS]
            slug = f"{slug}-{sum_}" if slug else f"model-{sum_}"
        return f"{organization.lower()}/{slug}"

    def collisions(self) -> list[VotesError]:
        """Findings for names that would become one model although they are not the same name."""
        return [
            VotesError(
                f"{' and '.join(shorten(name) for name in sorted(names))} would both be {model}",
                hint="say which models they are in a list of names (--map names.csv)",
            )
            for model, names in self.slugs.items()
            if len({loose_key(name) for name in names}) > 1
        ]

    def same_on_both_sides(self, ids: Mapping[str, str]) -> list[VotesError]:
        """Findings for two names that differ in case or punctuation only, and are set against each other in the file.

        Names that differ in more lead to one model because somebody said so: by an alias, by a merger, with --map.
        """
        sides = self.loaded.table.select(MODEL_COLUMNS).group_by(list(MODEL_COLUMNS)).aggregate([]).to_pylist()
        pairs = {frozenset(row.values()) for row in sides}
        same = sorted(sorted(pair) for pair in pairs if len(pair) == 2 and len({ids.get(n, n) for n in pair}) == 1)
        return [
            VotesError(
                f"{shorten(left)} and {shorten(right)} are both {ids[left]}, and there are battles between the two",
                hint="say which model each of the two is in a list of names (--map names.csv)",
            )
            for left, right in same
            if left in ids and loose_key(left) == loose_key(right)
        ]


def _without_selves(named: LoadedVotes, loaded: LoadedVotes) -> LoadedVotes:
    """The votes without those whose two names have become one model; what is one model in the file stays for checks."""
    both = pc.and_(
        pc.equal(loaded.table["left"], loaded.table["right"]), pc.not_equal(named.table["left"], named.table["right"])
    ).to_numpy()
    if not both.any():
        return loaded
    rows, number = np.flatnonzero(~both), int(both.sum())
    return replace(
        loaded,
        table=loaded.table.take(pa.array(rows)),
        locate=lambda row: named.locate(int(rows[row])),
        left_out=loaded.left_out + number,
        notes=(
            *loaded.notes,
            f"{wording.count(number, 'battle')} left out, because both names are those of one model.",
        ),
    )


def _language(name: str, known: list[str]) -> str | tuple[str, str]:
    """The project's language, or what to do where it has none such."""
    language = project_language(name, known)
    if language:
        return language
    tag = tag_of(name)
    if not tag:
        nearest = near(name, known)
        hint = "write its BCP 47 tag, as in en; empty or unknown takes --language"
        return f"unknown language {shorten(name)}", f"{nearest} otherwise {hint}" if nearest else hint
    names = names_of(tag)
    entry = f'id = "{tag}", name = "{names.name}", own_name = "{names.own_name}"'
    nearest = near(name, known)
    hint = f"add it to [[languages]] in data/arena.toml: {entry}"
    shown = shorten(name) if name == tag else f"{shorten(name)} ({tag})"
    return f"{shown} is no language of this project", f"{nearest} otherwise {hint}" if nearest else hint
