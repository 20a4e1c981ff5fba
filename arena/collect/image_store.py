"""Where pictures lie: originals in a private folder, the copies that an arena shows in data/outputs."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from arena.catalogue.layout import OUTPUTS_FILE
from arena.catalogue.measurements import COLLECTED_FILE, Collected
from arena.catalogue.records import Output, Record
from arena.collect.image_checks import SUFFIXES, check_picture
from arena.collect.jobs import Job, State
from arena.errors import CollectError
from arena.files import write_bytes
from arena.records import OutputOrigin

LOCAL = "local"
"""The provider whose pictures are painted here, and simulated."""


_PART = ".arriving"
FLUSHERS = 16


class Shelf:
    """The pictures of a project: ``data`` is its data folder, ``private`` a folder that is never published."""

    def __init__(self, data: Path, private: Path) -> None:
        if private.resolve().is_relative_to(data.resolve()):
            message = "originals would lie where data is published from"
            raise CollectError(message, where=str(private), hint="name a folder outside data/")
        self.data = data
        self._incoming = private / "incoming"
        self._originals = private / "originals"
        self._incoming.mkdir(parents=True, exist_ok=True)
        (data / "outputs").mkdir(exist_ok=True)
        ignore = private / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", "utf-8")

    def sweep(self, unfinished: Iterable[Job]) -> None:
        """Remove what a dead run left half written, and what arrived for jobs that have ended."""
        ids = {job.id for job in unfinished}
        for path in self._incoming.iterdir():
            if path.name not in ids:
                path.unlink()
        for path in (self.data / "outputs").glob(f"*/.*{_PART}"):
            path.unlink()

    def take_in(self, job: Job, content: bytes) -> None:
        """Keep what arrived for a job."""
        _write(self._incoming / job.id, content)

    def arrived(self, job: Job) -> bool:
        """Whether a picture for the job is here, checked or not."""
        return (self._incoming / job.id).exists()

    def whole(self, job: Job) -> bool:
        """Whether both pictures of a stored job are here: a machine that lost its power may have lost them."""
        path = self._copy(job.sha256)
        here = self.arrived(job) or self.original(job).exists()
        return here and path.exists() and path.stat().st_size == job.copy_bytes

    def keep(self, job: Job, content: bytes | None = None) -> Job:
        """Check what arrived (read anew if not at hand) and write its copy; the job with what is known of both.

        Raises ``NotAPicture``.
        """
        if content is None:
            content = (self._incoming / job.id).read_bytes()
        checked, copy = check_picture(content)
        sha256 = hashlib.sha256(copy.content).hexdigest()
        path = self._copy(sha256)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            _write(path, copy.content)
        return replace(
            job,
            sha256=sha256,
            copy_width=copy.width,
            copy_height=copy.height,
            copy_bytes=len(copy.content),
            original=hashlib.sha256(content).hexdigest(),
            format=checked.format,
            width=checked.width,
            height=checked.height,
            bytes=len(content),
        )

    def discard(self, job: Job) -> None:
        """Remove what arrived for a job and is no picture."""
        (self._incoming / job.id).unlink(missing_ok=True)

    def _copy(self, sha256: str) -> Path:
        return self.data / "outputs" / sha256[:2] / f"{sha256}.webp"

    def original(self, job: Job) -> Path:
        """The picture as returned."""
        return self._originals / job.original[:2] / f"{job.original}.{SUFFIXES[job.format]}"

    def enlist(self, jobs: Sequence[Job]) -> list[Job]:
        """List stored jobs in data/outputs, and return them as done; all of it is on the disk then."""
        for job in jobs:
            arrived, place = self._incoming / job.id, self.original(job)
            if arrived.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                arrived.replace(place)
        with ThreadPoolExecutor(FLUSHERS) as pool:
            files = [path for job in jobs for path in (self.original(job), self._copy(job.sha256))]
            list(pool.map(_flush, files))
        _merge(self.data / OUTPUTS_FILE, map(_output, jobs))
        _merge(self.data / COLLECTED_FILE, map(_collected, jobs))
        return [replace(job, state=State.DONE) for job in jobs]


def is_simulated(job: Job) -> bool:
    """Whether the painter made it."""
    return job.provider == LOCAL


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all; threads that write one path write the same content."""
    part = path.with_name(f".{path.name}.{threading.get_ident()}{_PART}")
    part.write_bytes(content)
    part.replace(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _output(job: Job) -> Output:
    return Output(
        model=job.model,
        prompt=job.prompt,
        sha256=job.sha256,
        width=job.copy_width,
        height=job.copy_height,
        bytes=job.copy_bytes,
        origin=OutputOrigin.SIMULATED if is_simulated(job) else OutputOrigin.MODEL,
    )


def _flat(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """``image_size = { width = 1024 }`` as ``image_size.width = 1024``; lists as text."""
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            yield from _flat({f"{name}.{inner}": found for inner, found in value.items()})
        else:
            yield name, ", ".join(value) if isinstance(value, list) else value


def _collected(job: Job) -> Collected:
    asked: dict[str, Any] = json.loads(job.parameters)
    own = asked.pop("parameters")
    return Collected(
        sha256=job.sha256,
        model=job.model,
        prompt=job.prompt,
        provider=job.provider,
        asked=job.asked,
        parameters=asked | dict(_flat(own)),
        at=job.ended or job.began,
        format=SUFFIXES[job.format],
        width=job.width,
        height=job.height,
        bytes=job.bytes,
        latency_ms=job.latency_ms,
        cost=job.cost,
    )


def _merge(path: Path, records: Iterable[Record]) -> None:
    """Add records to a file of one JSON object a line, sorted by prompt, model and sum; what is there stays."""
    present = path.read_text("utf-8").splitlines() if path.exists() else []
    added = [json.dumps(record.model_dump(mode="json"), ensure_ascii=False) for record in records]
    known = {_key(line) for line in present}
    lines = sorted([*present, *dict.fromkeys(line for line in added if _key(line) not in known)], key=_key)
    if lines != present:
        write_bytes(path, "".join(f"{line}\n" for line in lines).encode())


def _key(line: str) -> tuple[str, str, str]:
    record = json.loads(line)
    return record["prompt"], record["model"], record["sha256"]
