"""Files that fit together: arena.toml is usable, and every picture and key that an entry names is there."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.error_messages import keys_beside, near, show
from arena.catalogue.fields import Language, Named
from arena.catalogue.layout import (
    INPUTS_FOLDER,
    LICENCES_FOLDER,
    OUTPUTS_FILE,
    PROJECT_FILE,
    Kind,
    location,
    record_path,
)
from arena.catalogue.outputs import Output
from arena.errors import ArenaError, CatalogueError
from arena.gateways import GATEWAYS
from arena.messages import available_tags, load_language
from arena.messages.files import SUFFIX, project_folder

Findings = Iterator[CatalogueError]

EDITING_ARENA = "image-editing"

PROTOCOLS = tuple(name for name in GATEWAYS if name != "local")
"""Protocols that a reader's browser can speak; ``local`` is no server but a part of this program."""
_HOST = r"(?:https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?)"
_ORIGIN = re.compile(_HOST)
_ENDPOINT = re.compile(rf"{_HOST}(?:/[A-Za-z0-9._~/%-]*)?")


def check_project(catalogue: Catalogue) -> Findings:
    """arena.toml lists at least one arena, and nothing twice."""
    if PROJECT_FILE in catalogue.unread:
        return
    project, where = catalogue.project, location(catalogue.folder, PROJECT_FILE)
    if not project.arenas:
        yield CatalogueError(
            "lists no arena", where=f"{where}: arenas", hint='add [[arenas]] with id = "text-to-image"'
        )
    lists: dict[str, tuple[Named | Language, ...]] = {
        "arenas": project.arenas,
        "categories": project.categories,
        "languages": project.languages,
    }
    for key, entries in lists.items():
        for name, count in Counter(entry.id for entry in entries).items():
            if count > 1:
                yield CatalogueError(f"{show(name)} is listed {count} times", where=f"{where}: {key}", hint="keep one")


def check_messages(catalogue: Catalogue) -> Findings:
    """The languages that arena.toml asks for have messages, and the project's own message files can be used."""
    file = catalogue.folder / PROJECT_FILE
    if PROJECT_FILE in catalogue.unread or not file.is_file():
        return  # a published catalogue is no project, and has no folder beside it
    project, where = catalogue.project, location(catalogue.folder, PROJECT_FILE)
    known = available_tags(catalogue.folder)
    wanted = [("language", project.language), *(("voting.languages", tag) for tag in project.voting.languages or ())]
    for key, tag in wanted:
        if tag not in known:
            hint = f"there are {', '.join(known)}; arena messages {tag} begins the file of another"
            yield CatalogueError(f"no messages in {show(tag)}", where=f"{where}: {key}", hint=hint)
    for path in sorted(project_folder(catalogue.folder).glob(f"*{SUFFIX}")):
        try:
            load_language(path.stem, catalogue.folder)
        except ArenaError as error:
            yield from (CatalogueError(each.message, where=each.where, hint=each.hint) for each in error.findings)


def check_licence_notices(catalogue: Catalogue) -> Findings:
    """The words that a data set's licence asks to be kept are there."""
    for index, arena in enumerate(catalogue.project.arenas):
        notice = arena.source and arena.source.notice
        if notice and not (catalogue.folder / LICENCES_FOLDER / notice).is_file():
            where = f"{location(catalogue.folder, PROJECT_FILE)}: arenas[{index}].source.notice"
            folder = location(catalogue.folder, LICENCES_FOLDER)
            yield CatalogueError(
                f"{show(notice)} is not in {folder}/", where=where, hint="put the licence's text there"
            )


def empty_arenas(catalogue: Catalogue) -> Findings:
    """Arenas that no model competes in. Loading allows them, since an import may bring the models."""
    if PROJECT_FILE in catalogue.unread or any(path.startswith("models/") for path in catalogue.unread):
        return
    where = location(catalogue.folder, PROJECT_FILE, "arenas")
    for arena in catalogue.project.arenas:
        if not any(arena.id in model.arenas for model in catalogue.models.values()):
            models = location(catalogue.folder, "models")
            hint = f'add "{arena.id}" to the arenas of a model under {models}/, or remove the arena'
            yield CatalogueError(f'no model competes in the arena "{arena.id}"', where=where, hint=hint)


def check_source_facts(catalogue: Catalogue) -> Findings:
    """The ``facts`` that a source vouches for are keys that such a file, or a table in it, can have."""
    for kind, records in (
        (Kind.ORGANIZATION, catalogue.organizations),
        (Kind.MODEL, catalogue.models),
        (Kind.PROVIDER, catalogue.providers),
        (Kind.STORY, catalogue.stories),
        (Kind.OFFER, {f"{provider}/{model}": offer for (provider, model), offer in catalogue.offers.items()}),
    ):
        for record_id, record in records.items():
            for index, source in enumerate(record.sources):
                for fact in source.facts:
                    known = keys_beside(type(record), tuple(fact.split(".")))
                    if fact.rpartition(".")[2] not in known:
                        where = catalogue.where(kind, record_id, f"sources[{index}].facts")
                        hint = near(fact, known) or f"known keys: {', '.join(known or type(record).model_fields)}"
                        yield CatalogueError(f"unknown key {show(fact)}", where=where, hint=hint)


def check_prompt_inputs(catalogue: Catalogue) -> Findings:
    """Once there are input pictures, every editing prompt names one, and every picture that is named is there."""
    inputs = catalogue.folder / INPUTS_FOLDER
    if not inputs.is_dir():
        return
    names = {path.name for path in inputs.iterdir()}
    folder = location(catalogue.folder, INPUTS_FOLDER)
    for prompt_id, prompt in catalogue.prompts.items():
        where = catalogue.where(Kind.PROMPT, prompt_id, "input_image")
        if prompt.input_image is None:
            if prompt_id.startswith(f"{EDITING_ARENA}/"):
                yield CatalogueError(
                    "an editing prompt without a picture to edit", where=where, hint=f"name a file in {folder}/"
                )
        elif prompt.input_image not in names:
            yield CatalogueError(f"{show(prompt.input_image)} is not in {folder}/", where=where, hint="put it there")


def check_outputs(catalogue: Catalogue) -> Findings:
    """No output is listed twice, and its image file has the stated size."""
    file, seen = location(catalogue.folder, OUTPUTS_FILE), set()
    folder = os.fspath(catalogue.folder)
    for output in catalogue.outputs:
        where = f"{file}: {output.sha256[:12]}"
        key = (output.model, output.prompt, output.sha256)
        if key in seen:
            yield CatalogueError(
                f"the same output of {output.model} is listed twice", where=where, hint="keep one line"
            )
        seen.add(key)
        try:
            # No Path: to make one takes longer than to ask for the file, and there may be thousands.
            stored = os.stat(f"{folder}/outputs/{output.sha256[:2]}/{output.sha256}.webp").st_size  # noqa: PTH116
        except OSError:
            stored = None
        if stored != output.bytes:
            yield _image_finding(catalogue, output, stored, where)


def _image_finding(catalogue: Catalogue, output: Output, stored: int | None, where: str) -> CatalogueError:
    path = catalogue.output_path(output)
    if stored is None:
        hint = f"put the image at {location(catalogue.folder, path)}, or remove the line"
        return CatalogueError("the image file is missing", where=where, hint=hint)
    hint = f"restore {location(catalogue.folder, path)} from where it came from"
    return CatalogueError(f"the image file has {stored} bytes instead of {output.bytes}", where=where, hint=hint)


def check_playground(catalogue: Catalogue) -> Iterator[CatalogueError]:
    """The endpoint is HTTPS or loopback, pictures come from whole hosts, and the provider's protocol is known."""
    playground = catalogue.project.playground
    if playground is None:
        return
    where = location(catalogue.folder, PROJECT_FILE, "playground")
    if not _ENDPOINT.fullmatch(playground.endpoint):
        yield CatalogueError(
            f"{show(playground.endpoint)} is no endpoint that a reader's key may be sent to",
            where=f"{where}.endpoint",
            hint="use https:// and a host, or http://127.0.0.1 to try it out, without user, query and fragment",
        )
    for origin in playground.pictures:
        if not _ORIGIN.fullmatch(origin):
            yield CatalogueError(
                f"{show(origin)} is no host for pictures",
                where=f"{where}.pictures",
                hint='write it like "https://cdn.example", without a path',
            )
    yield from _provider_findings(catalogue, playground.provider, f"{where}.provider")


def _provider_findings(catalogue: Catalogue, provider_id: str, where: str) -> Iterator[CatalogueError]:
    path = record_path(Kind.PROVIDER, provider_id)
    if path in catalogue.unread:
        return
    provider = catalogue.providers.get(provider_id)
    if provider is None:
        hint = near(provider_id, catalogue.providers) or f"add {location(catalogue.folder, path)}"
        yield CatalogueError(f"no file defines the provider {show(provider_id)}", where=where, hint=hint)
    elif provider.gateway not in PROTOCOLS:
        said = show(provider.gateway) if provider.gateway else "none"
        yield CatalogueError(
            f"the protocol of {provider_id} is {said}, which the playground does not speak",
            where=where,
            hint=f"set gateway in {location(catalogue.folder, path)} to one of: {', '.join(PROTOCOLS)}",
        )
