"""Where images are kept: originals in a private folder, the copies that an arena shows in data/outputs."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from arena.catalogue.fields import Record
from arena.catalogue.layout import COLLECTED_FILE, OUTPUTS_FILE
from arena.catalogue.looks import measure_looks
from arena.catalogue.outputs import Collected, Output
from arena.collect.image_checks import SUFFIXES, check_image, format_of
from arena.collect.jobs import Job, JobState
from arena.errors import CollectError
from arena.files import write_bytes
from arena.records import OutputOrigin

FSYNC_THREADS = 16
_PART = ".arriving"
"""The suffix of a file that is being written."""


class ImageStore:
    """The images of a project: ``data`` is its data folder, ``private`` a folder that is never published.

    An image that arrives is first kept under the id of its job (``private/incoming``), then checked and copied, and
    gets its final name only when it is listed. So a run that dies in between leaves files whose names tell the next
    run what to go on with, and what to remove.
    """

    def __init__(self, data: Path, private: Path, entering_play: Collection[str] = ()) -> None:
        if private.resolve().is_relative_to(data.resolve()):
            message = "originals would lie where data is published from"
            raise CollectError(message, where=str(private), hint="name a folder outside data/")
        self.data = data
        self._entering_play = entering_play
        self._incoming = private / "incoming"
        self._originals = private / "originals"
        self._unusable = private / "unusable"
        self._probes = private / "probes"
        self._incoming.mkdir(parents=True, exist_ok=True)
        (data / "outputs").mkdir(exist_ok=True)
        ignore = private / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", "utf-8")

    def remove_leftovers(self, unfinished: Iterable[Job]) -> None:
        """Remove what a dead run left half written, and what arrived for jobs that have ended."""
        ids = {job.id for job in unfinished}
        for path in self._incoming.iterdir():
            if path.name not in ids:
                path.unlink()
        for path in (self.data / "outputs").glob(f"*/.*{_PART}"):
            path.unlink()

    def remove_simulated(self, jobs: Iterable[Job]) -> None:
        """Remove what is left of the images of rehearsals: copies that no list names yet, and what is private."""
        for job in jobs:
            if job.state is JobState.STORED:
                self._copy_path(job.sha256).unlink(missing_ok=True)
            kept = [self._incoming / job.id, self._unusable / job.id, self._unusable / f"{job.id}.txt"]
            for path in [*kept, *([self.original_path(job)] if job.original else [])]:
                path.unlink(missing_ok=True)

    def save_incoming(self, job: Job, content: bytes) -> None:
        """Keep what arrived for a job."""
        _write(self._incoming / job.id, content)

    def has_incoming(self, job: Job) -> bool:
        """Whether an image for the job has arrived, checked or not."""
        return (self._incoming / job.id).exists()

    def has_both_files(self, job: Job) -> bool:
        """Whether both files of a stored job are here: a machine that lost its power may have lost them."""
        path = self._copy_path(job.sha256)
        has_original = self.has_incoming(job) or self.original_path(job).exists()
        return has_original and path.exists() and path.stat().st_size == job.copy_bytes

    def store(self, job: Job, content: bytes | None = None) -> Job:
        """Check what arrived (read anew if not passed in) and write its copy; the job with what is known of both.

        Raises ``InvalidImage``.
        """
        if content is None:
            content = (self._incoming / job.id).read_bytes()
        checked, copy = check_image(content)
        sha256 = hashlib.sha256(copy.content).hexdigest()
        path = self._copy_path(sha256)
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

    def set_aside(self, job: Job) -> None:
        """Keep what arrived for a job that failed, with the reason beside it: it was paid for, and may be looked at."""
        arrived = self._incoming / job.id
        if arrived.exists():
            self._unusable.mkdir(exist_ok=True)
            told = f"{job.provider} {job.model} {job.prompt}\n{job.reason}\n"
            (self._unusable / f"{job.id}.txt").write_text(told, "utf-8")
            arrived.replace(self._unusable / job.id)

    def keep_probe(self, job_id: str, content: bytes) -> Path:
        """Keep what a probe got, whatever it is, apart from the originals of outputs."""
        self._probes.mkdir(exist_ok=True)
        path = self._probes / f"{job_id}.{SUFFIXES.get(format_of(content) or '', 'bin')}"
        write_bytes(path, content)
        return path

    def original_path(self, job: Job) -> Path:
        """The image as returned."""
        return self._originals / job.original[:2] / f"{job.original}.{SUFFIXES[job.format]}"

    def list_outputs(self, jobs: Sequence[Job]) -> list[Job]:
        """List stored jobs in data/outputs, and return them as done; all of it is on the disk then.

        Outputs for the prompts of ``entering_play`` enter play.

        The order matters where the machine stops in between: files before the lists that name them, lists before the
        ledger says that the jobs are done.
        """
        for job in jobs:
            incoming, original = self._incoming / job.id, self.original_path(job)
            if incoming.exists():
                original.parent.mkdir(parents=True, exist_ok=True)
                incoming.replace(original)
        flush_files(path for job in jobs for path in (self.original_path(job), self._copy_path(job.sha256)))
        merge_records(self.data / OUTPUTS_FILE, (self._output(job) for job in jobs))
        merge_records(self.data / COLLECTED_FILE, map(_collected, jobs))
        return [replace(job, state=JobState.DONE) for job in jobs]

    def _copy_path(self, sha256: str) -> Path:
        return copy_path(self.data, sha256)

    def _output(self, job: Job) -> Output:
        enters = job.prompt in self._entering_play and not job.is_simulated
        return Output(
            model=job.model,
            prompt=job.prompt,
            sha256=job.sha256,
            width=job.copy_width,
            height=job.copy_height,
            bytes=job.copy_bytes,
            origin=OutputOrigin.SIMULATED if job.is_simulated else OutputOrigin.MODEL,
            entered_play=(job.ended or job.began).date() if enters else None,
            looks=measure_looks(self._copy_path(job.sha256).read_bytes()),
        )


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; threads that write one path write the same content."""
    # Two models may return the same image at the same moment: each thread has a part file of its own.
    part = path.with_name(f".{path.name}.{threading.get_ident()}{_PART}")
    part.write_bytes(content)
    part.replace(path)


def copy_path(data: Path, sha256: str) -> Path:
    """Where the copy of this sum lies below the data folder."""
    return data / "outputs" / sha256[:2] / f"{sha256}.webp"


def flush_files(paths: Iterable[Path]) -> None:
    """Wait until the content of files is on the disk, many at a time: one by one, each would hold up all others."""
    with ThreadPoolExecutor(FSYNC_THREADS) as pool:
        list(pool.map(_flush, paths))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _collected(job: Job) -> Collected:
    settings: dict[str, Any] = json.loads(job.parameters)
    own = settings.pop("parameters")
    return Collected(
        sha256=job.sha256,
        model=job.model,
        prompt=job.prompt,
        provider=job.provider,
        asked=job.provider_model,
        parameters=settings | dict(_flattened(own)),
        at=job.ended or job.began,
        format=SUFFIXES[job.format],
        width=job.width,
        height=job.height,
        bytes=job.bytes,
        latency_ms=job.latency_ms,
        cost=job.cost,
    )


def _flattened(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """``image_size = { width = 1024 }`` as ``image_size.width = 1024``; lists as text."""
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            yield from _flattened({f"{name}.{inner}": inner_value for inner, inner_value in value.items()})
        else:
            yield name, ", ".join(value) if isinstance(value, list) else value


def merge_records(path: Path, records: Iterable[Record], *, renew: bool = False) -> None:
    """Add records to a file of one JSON object a line, sorted by prompt, model and sum.

    What is there stays; with ``renew`` a record takes the place of the one with its prompt, model and sum.
    """
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    present = {_key(line): line for line in lines}
    # A run that died after this and before the ledger knew of it lists the same jobs again.
    added = {_key(record.json_line): record.json_line for record in records}
    merged = present | added if renew else added | present
    merged_lines = [line for _, line in sorted(merged.items())]
    if merged_lines != lines:
        write_bytes(path, "".join(f"{line}\n" for line in merged_lines).encode())


def _key(line: str) -> tuple[str, str, str]:
    record = json.loads(line)
    return record["prompt"], record["model"], record["sha256"]
