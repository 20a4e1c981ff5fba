"""Add pictures that somebody has to a project's outputs: all of them, or none where anything is wrong with one."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.error_messages import show
from arena.catalogue.layout import OUTPUTS_FILE, Kind, location, record_path
from arena.catalogue.looks import measure_looks
from arena.catalogue.names import ModelNames, PromptNames
from arena.catalogue.outputs import Output
from arena.collect.image_checks import FILE_FORMATS, UNDECODABLE, InvalidImage, check_image
from arena.collect.image_store import copy_path, flush_files, merge_records
from arena.collect.manifests import PictureFile, raise_by_value
from arena.errors import CollectError
from arena.files import only_writer
from arena.progress import Progress
from arena.records import OutputOrigin

_STAGING = ".adding-"
"""Folders that copies wait in begin with this, below data/outputs."""

Key = tuple[str, str, str]
"""Prompt, model and the sum of the copy (or of the file that it was made from): what tells outputs apart."""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What was added. ``files`` = added + present + same.

    ``present`` were listed already; ``same`` are the same picture as another new file of their model and prompt.
    """

    files: int
    added: int
    present: int
    same: int
    models: int
    prompts: int


@dataclass(frozen=True, slots=True)
class _Copied:
    """A file with its ids and what was made of it; ``output`` is the listed one where it is there already."""

    file: PictureFile
    output: Output


def add_outputs(
    data: Path, files: Sequence[PictureFile], *, threads: int = 1, progress: Progress | None = None
) -> AddReport:
    """Copy pictures into ``data/outputs`` as ``arena collect`` does, and list them in outputs.jsonl.

    Models and prompts may be named in any way that ``ModelNames`` and ``PromptNames`` know. A picture that is listed
    already changes nothing but for a file name or a fact that was not known. Raises ArenaError with a finding for each
    value that is wrong, and where the disk fails or somebody else writes; all is as it was then.
    """
    with only_writer(data):
        for left in (data / "outputs").glob(f"{_STAGING}*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        catalogue = load_catalogue(data)
        known = {_key(output): output for output in catalogue.outputs}
        by_original = {(o.prompt, o.model, o.original): o for o in catalogue.outputs if o.original}
        named = _resolved(catalogue, files)
        (data / "outputs").mkdir(exist_ok=True)
        with TemporaryDirectory(prefix=_STAGING, dir=data / "outputs") as staging:
            copied = _copied(named, by_original, Path(staging), threads, progress)
            listed = _merged(known, copied)
            changed = [output for key, output in listed.items() if known.get(key) != output]
            with _placed(data, Path(staging), {output.sha256 for output in changed}):
                merge_records(data / OUTPUTS_FILE, changed, renew=True)
    added = {_key(item.output) for item in copied} - known.keys()
    present = sum(_key(item.output) in known for item in copied)
    return AddReport(
        files=len(copied),
        added=len(added),
        present=present,
        same=len(copied) - present - len(added),
        models=len({item.output.model for item in copied}),
        prompts=len({item.output.prompt for item in copied}),
    )


def measure_outputs(data: Path, *, threads: int = 1, progress: Progress | None = None) -> int:
    """Measure the looks of those listed outputs that have none, and say how many there were.

    Raises CollectError with a finding for each picture that is missing, cannot be read or has been replaced; nothing
    is changed then.
    """
    with only_writer(data):
        catalogue = load_catalogue(data)
        asked = [output for output in catalogue.outputs if output.looks is None]

        def measure(output: Output) -> Output | CollectError:
            path = catalogue.output_path(output)
            try:
                content = path.read_bytes()
                if hashlib.sha256(content).hexdigest() != output.sha256:
                    hint = "restore it: the file is called by its SHA-256, and holds other bytes now"
                    return CollectError("is not the picture that was stored", where=str(path), hint=hint)
                return output.model_copy(update={"looks": measure_looks(content)})
            except UNDECODABLE as error:
                return CollectError(f"cannot be read: {error}", where=str(path), hint="arena check names its entry")

        measured: list[Output] = []
        findings: list[CollectError] = []
        with ThreadPoolExecutor(threads) as pool:
            for done, result in enumerate(pool.map(measure, asked), 1):
                if isinstance(result, CollectError):
                    findings.append(result)
                else:
                    measured.append(result)
                if progress:
                    progress("Measuring pictures", done, len(asked))
        raise_by_value(findings)
        merge_records(data / OUTPUTS_FILE, measured, renew=True)
    return len(measured)


def _key(output: Output) -> Key:
    return output.prompt, output.model, output.sha256


def _resolved(catalogue: Catalogue, files: Iterable[PictureFile]) -> list[tuple[PictureFile, str, str]]:
    """Each file with the ids of its model and prompt. Raises CollectError with a finding for each unknown name."""
    models, prompts = ModelNames(catalogue), PromptNames(catalogue)
    named: list[tuple[PictureFile, str, str]] = []
    findings: list[CollectError] = []
    for file in files:
        model, prompt = models.resolve(file.model), prompts.resolve(file.prompt)
        if model is None:
            hint = models.hint(file.model) or "arena model new ORG/NAME starts an entry; its aliases may name it"
            findings.append(CollectError(f"unknown model {show(file.model)}", where=file.where, hint=hint))
        if prompt is None:
            written = location(catalogue.folder, record_path(Kind.PROMPT, "<arena>/<name>"))
            hint = prompts.hint(file.prompt) or f"write {written}, or name a prompt that is there"
            findings.append(CollectError(f"unknown prompt {show(file.prompt)}", where=file.where, hint=hint))
        if model is None or prompt is None:
            continue
        arena = prompt.partition("/")[0]
        if arena not in catalogue.models[model].arenas:
            hint = f'add "{arena}" to the arenas of {catalogue.where(Kind.MODEL, model)}'
            findings.append(CollectError(f"{model} does not compete in {arena}", where=file.where, hint=hint))
        elif not file.path.is_file():
            what = "is a folder" if file.path.is_dir() else "there is no such file"
            hint = "name the pictures in it" if file.path.is_dir() else "paths are relative to the list's folder"
            findings.append(CollectError(f"{file.path}: {what}", where=file.where, hint=hint))
        else:
            named.append((file, model, prompt))
    raise_by_value(findings)
    return named


def _copied(
    named: Sequence[tuple[PictureFile, str, str]],
    by_original: Mapping[Key, Output],
    staging: Path,
    threads: int,
    progress: Progress | None,
) -> list[_Copied]:
    """Check every picture and put its copy into ``staging``. Raises CollectError with all that cannot be read."""

    def copy(item: tuple[PictureFile, str, str]) -> _Copied | CollectError:
        file, model, prompt = item
        try:
            content = file.path.read_bytes()
            original = hashlib.sha256(content).hexdigest()
            listed = by_original.get((prompt, model, original))
            if listed:
                return _Copied(file, listed)
            _, made = check_image(content, FILE_FORMATS)
        except InvalidImage as error:
            return CollectError(f"{file.path}: {error}", where=file.where, hint="save it as PNG, JPEG, WebP or AVIF")
        except OSError as error:
            return CollectError(f"{file.path}: cannot be read: {error.strerror}", where=file.where)
        sha256 = hashlib.sha256(made.content).hexdigest()
        # Files with the same content write the same bytes, each whole before the next thread's.
        (staging / f"{sha256}.webp").write_bytes(made.content)
        output = Output(
            model=model,
            prompt=prompt,
            sha256=sha256,
            width=made.width,
            height=made.height,
            bytes=len(made.content),
            origin=OutputOrigin.MODEL,
            original=original,
            looks=measure_looks(made.content),
        )
        return _Copied(file, output)

    copied: list[_Copied] = []
    findings: list[CollectError] = []
    with ThreadPoolExecutor(threads) as pool:
        try:
            for done, result in enumerate(pool.map(copy, named), 1):
                if isinstance(result, CollectError):
                    findings.append(result)
                else:
                    copied.append(result)
                if progress:
                    progress("Copying pictures", done, len(named))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    raise_by_value(findings)
    return copied


def _merged(known: dict[Key, Output], copied: Iterable[_Copied]) -> dict[Key, Output]:
    """The outputs by key with what the files say of them; a fact that is known stays, a new file name is added."""
    listed: dict[Key, Output] = {}
    for item in copied:
        key, file = _key(item.output), item.file
        before = listed.get(key) or known.get(key) or item.output
        facts = {"original": item.output.original, "seed": file.seed, "size": file.size, "cost": file.cost}
        new: dict[str, Any] = {name: value for name, value in facts.items() if getattr(before, name) is None}
        names = before.file_names if file.name in before.file_names else (*before.file_names, file.name)
        listed[key] = before.model_copy(update={**new, "file_names": names})
    return listed


@contextmanager
def _placed(data: Path, staging: Path, sums: Iterable[str]) -> Generator[None]:
    """Move copies from ``staging`` to their places, on the disk; they are taken away again if anything fails."""
    placed: list[Path] = []
    try:
        for sha256 in sorted(sums):
            staged, target = staging / f"{sha256}.webp", copy_path(data, sha256)
            if staged.exists() and not target.exists():
                target.parent.mkdir(exist_ok=True)
                placed.append(target)
                staged.rename(target)
        flush_files(placed)
        yield
    except BaseException:
        for path in placed:
            with suppress(OSError):
                path.unlink()
                path.parent.rmdir()  # only where it is empty
        raise
