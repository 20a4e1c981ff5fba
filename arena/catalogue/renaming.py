"""Rename, merge and retire models: the files that change, ready to be looked at, written, and reviewed as a diff."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.editing import write_checked
from arena.catalogue.entries import check_model_id, organization_text
from arena.catalogue.layout import COLLECTED_FILE, MEASUREMENTS_FILE, OUTPUTS_FILE, Kind, location, record_path
from arena.catalogue.names import ModelNames, name_key
from arena.errors import CatalogueError
from arena.wording import count

REFERENCES = ("predecessor", "replaced_by")
"""The keys of a model's file that name another model."""


@dataclass
class CatalogueChange:
    """Files of a catalogue that get other texts (None: that are removed), and what changes in them, in words."""

    catalogue: Catalogue
    texts: dict[Path, str | None] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Write all of it, or nothing; raises CatalogueError as ``write_checked`` does."""
        write_checked(self.catalogue.folder, self.texts)

    def edit(self, path: Path, change: Callable[[TOMLDocument], bool], what: str) -> None:
        """Change a TOML file; comments and order stay. ``change`` says whether it changed anything."""
        text = self.texts.get(path)
        document = tomlkit.parse(text if text is not None else path.read_text(encoding="utf-8"))
        if change(document):
            self.texts[path] = tomlkit.dumps(document)
            self.lines.append(f"{self._where(path)}: {what}")

    def move(self, source: Path, target: Path) -> None:
        """Move a file, with what was changed in it before."""
        text = self.texts.get(source)
        self.texts[target] = source.read_text(encoding="utf-8") if text is None else text
        self.texts[source] = None
        self.lines.append(f"{self._where(source)}: moved to {self._where(target)}")

    def add(self, path: Path, text: str) -> None:
        """Add a file."""
        self.texts[path] = text
        self.lines.append(f"{self._where(path)}: started; add what is known of it")

    def remove(self, path: Path) -> None:
        """Remove a file."""
        self.texts[path] = None
        self.lines.append(f"{self._where(path)}: removed")

    def _where(self, path: Path) -> str:
        return location(self.catalogue.folder, path)


def rename_model(catalogue: Catalogue, old: str, new: str) -> CatalogueChange:
    """Give a model another id: its file, offers, outputs, and whatever refers to it; votes follow by ``former_ids``.

    A maker that has no entry gets one. Raises CatalogueError where no model is called ``old``, or ``new`` is no id or
    is taken.
    """
    old = known_model(catalogue, old)
    check_model_id(new, "the new id")
    owner = next((key for key, model in catalogue.models.items() if new == key or new in model.former_ids), None)
    if owner not in (None, old):
        hint = f"arena model merge {old} {owner} makes one of two models"
        raise CatalogueError(f"{new} stands for {owner}", where="the new id", hint=hint)
    if new == old:
        raise CatalogueError("the model is called so already", where=old)
    change = CatalogueChange(catalogue)
    maker = new.partition("/")[0]
    if maker not in catalogue.organizations:
        source = catalogue.models[old].sources[0]
        text = organization_text(maker, source.name, source.read)
        change.add(catalogue.folder / record_path(Kind.ORGANIZATION, maker), text)
    change.edit(_model_file(catalogue, old), lambda document: _add_former(document, old, new), f"former id {old}")
    change.move(_model_file(catalogue, old), _model_file(catalogue, new))
    for provider in catalogue.offers_of(old):
        change.move(_offer_file(catalogue, provider, old), _offer_file(catalogue, provider, new))
    _redirect_references(change, old, new)
    return change


def merge_models(catalogue: Catalogue, old: str, into: str) -> CatalogueChange:
    """Make one of two entries of the same model: ``into`` stays, and gets the names, offers, outputs and votes of both.

    Raises CatalogueError where a model is unknown, and where both have an offer at one provider: which of the two holds
    is for people to say.
    """
    old, into = known_model(catalogue, old), known_model(catalogue, into)
    if old == into:
        raise CatalogueError("these are one model already", where=old, hint="name two")
    both = sorted(catalogue.offers_of(old).keys() & catalogue.offers_of(into).keys())
    if both:
        where = location(catalogue.folder, _offer_file(catalogue, both[0], old))
        raise CatalogueError(
            f"both models have an offer at {' and at '.join(both)}", where=where, hint="remove one of the two files"
        )
    change, merged = CatalogueChange(catalogue), catalogue.models[old]
    names = [merged.name, *merged.aliases, *filter(None, [merged.api_id])]

    def take_over(document: TOMLDocument) -> bool:
        _add_former(document, old, into, *merged.former_ids)
        kept = catalogue.models[into]
        known = {name_key(name) for name in (kept.name, kept.api_id or "", *kept.aliases)}
        new = list({name_key(name): name for name in names if name_key(name) not in known}.values())
        if new:
            document["aliases"] = [*kept.aliases, *new]
        return True

    change.edit(_model_file(catalogue, into), take_over, f"former id and names of {old}")
    for provider in catalogue.offers_of(old):
        change.move(_offer_file(catalogue, provider, old), _offer_file(catalogue, provider, into))
    _redirect_references(change, old, into)
    change.texts.pop(_model_file(catalogue, old), None)
    change.remove(_model_file(catalogue, old))
    return change


def retire_model(
    catalogue: Catalogue,
    model: str,
    *,
    on: date | None = None,
    replaced_by: str | None = None,
    source: str | None = None,
    url: str | None = None,
    read: date,
) -> CatalogueChange:
    """Say that a model is no longer served: it is asked for nothing and in no battle, and keeps its votes and page.

    ``on`` is the day from which its maker no longer serves it, ``source`` who says so, ``read`` when that was read.
    Raises CatalogueError for an unknown model.
    """
    model = known_model(catalogue, model)
    successor = known_model(catalogue, replaced_by) if replaced_by else None
    facts: dict[str, Any] = {"status": "withdrawn", "shut_down": on, "replaced_by": successor}
    stated = {key: value for key, value in facts.items() if value is not None}

    where = location(catalogue.folder, _model_file(catalogue, model))

    def retire(document: TOMLDocument) -> bool:
        if all(document.get(key) == value for key, value in stated.items()):
            return False
        for key, value in stated.items():
            document[key] = value
        if source:
            told = {"name": source, "read": read, "url": url, "facts": list(stated)}
            _add_source(document, {key: value for key, value in told.items() if value is not None}, where)
        return True

    change = CatalogueChange(catalogue)
    told = ", ".join(f"{key} = {value}" for key, value in stated.items())
    change.edit(_model_file(catalogue, model), retire, told)
    return change


def _add_source(document: TOMLDocument, told: dict[str, Any], where: str) -> None:
    sources = document["sources"]
    if not isinstance(sources, AoT):
        hint = "write each under [[sources]]"
        raise CatalogueError("the sources are written in one line", where=f"{where}: sources", hint=hint)
    if not sources[-1].as_string().endswith("\n\n"):
        sources[-1].add(tomlkit.nl())
    entry = tomlkit.table()
    entry.update(told)
    sources.append(entry)


def known_model(catalogue: Catalogue, name: str) -> str:
    """The id of a model by any of its names. Raises CatalogueError for a name that no model or several have."""
    names = ModelNames(catalogue)
    model = names.resolve(name)
    if model is None:
        raise CatalogueError("no model is called so", where=name, hint=names.hint(name) or "see data/models/")
    return model


def _model_file(catalogue: Catalogue, model: str) -> Path:
    return catalogue.folder / record_path(Kind.MODEL, model)


def _offer_file(catalogue: Catalogue, provider: str, model: str) -> Path:
    return catalogue.folder / record_path(Kind.OFFER, f"{provider}/{model}")


def _add_former(document: TOMLDocument, old: str, new: str, *more: str) -> bool:
    """Add to the former ids; a model that gets an earlier id back has it no longer among them."""
    before = [str(former) for former in document.get("former_ids", [])]
    document["former_ids"] = [former for former in dict.fromkeys([*before, *more, old]) if former != new]
    return True


def _redirect_references(change: CatalogueChange, old: str, new: str) -> None:
    """Let other models, stories and the lists of outputs name ``new`` where they named ``old``."""
    catalogue = change.catalogue
    for model_id, model in catalogue.models.items():
        keys = [key for key in REFERENCES if getattr(model, key) == old]
        if keys and model_id != old:
            own = model_id == new
            refer = partial(_refer, keys=keys, model="" if own else new)
            change.edit(_model_file(catalogue, model_id), refer, ", ".join(keys))
    for story_id in catalogue.stories_of(old):
        path = catalogue.folder / record_path(Kind.STORY, story_id)
        change.edit(path, lambda document: _replace_in_list(document, "models", old, new), "models")
    for name in (OUTPUTS_FILE, COLLECTED_FILE, MEASUREMENTS_FILE):
        _relabel(change, catalogue.folder / name, old, new)


def _refer(document: TOMLDocument, keys: list[str], model: str) -> bool:
    """Let these keys name the model; nobody refers to itself, so without one they go."""
    for key in keys:
        if model:
            document[key] = model
        else:
            del document[key]
    return True


def _replace_in_list(document: TOMLDocument, key: str, old: str, new: str) -> bool:
    listed = [str(entry) for entry in document[key]]
    document[key] = list(dict.fromkeys(new if entry == old else entry for entry in listed))
    return True


def _relabel(change: CatalogueChange, path: Path, old: str, new: str) -> None:
    """Give the lines about a model its new id; of two that would then be the same output, the first stays."""
    if not path.exists():
        return
    lines = path.read_text("utf-8").splitlines()
    relabelled = list(_relabelled(lines, old, new))
    changed = sum(json.loads(line)["model"] == old for line in lines)
    if changed:
        change.texts[path] = "".join(f"{line}\n" for line in relabelled)
        where = location(change.catalogue.folder, path)
        change.lines.append(f"{where}: {count(changed, 'line')}")


def _relabelled(lines: list[str], old: str, new: str) -> Iterator[str]:
    told: dict[tuple[str, ...], str] = {}
    for line in lines:
        record = json.loads(line)
        if record["model"] == old:
            record["model"] = new
            line = json.dumps(record, ensure_ascii=False)  # noqa: PLW2901
        # Outputs are sorted and told apart by the first three, measurements by the last three.
        key = tuple(str(record.get(name, "")) for name in ("prompt", "model", "sha256", "provider", "first"))
        told.setdefault(key, line)
    yield from (
        (line for _, line in sorted(told.items())) if lines and "sha256" in json.loads(lines[0]) else told.values()
    )
