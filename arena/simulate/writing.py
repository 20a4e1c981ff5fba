"""Put a simulation on the disk: all of it or nothing, and never at the cost of what people did."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arena.catalogue.records import Output
from arena.errors import CatalogueError, VotesError
from arena.files import only_writer
from arena.records import Origin, OutputOrigin
from arena.simulate.pictures import says_simulated
from arena.simulate.simulation import Simulation
from arena.votes.log import Log, append_votes, open_log

PARTS = ("outputs", "votes")
LISTING = "outputs.jsonl"
NOTE = "simulated votes of a demonstration; nobody cast them"
REPLACE = "--replace takes the simulated ones away and keeps all others; or simulate in a new project (arena init)"


def write_simulation(simulation: Simulation, data: Path, *, replace: bool = False) -> Log:
    """Write outputs and votes into a data folder, and return its log.

    New folders grow beside ``outputs`` and ``votes`` and change places with them when both are whole, the votes last,
    so that a failure leaves all as it was. What is not simulated stays: votes of other origins keep their order and
    notes, outputs of other origins and pictures that people supplied keep their files. Writing what is there already
    changes nothing. Raises ``VotesError`` where there are votes that are not of this simulation, unless ``replace``;
    and ``CatalogueError`` where the folder cannot be written.
    """
    with _as_findings(data), only_writer(data):
        for name in PARTS:
            _recover(data / name)
        log = open_log(data / "votes")
        if not replace:
            if _holds(log, data, simulation):
                return log
            _refuse_mixture(log, data)
        try:
            _stage_outputs(simulation, data)
            _stage_votes(simulation, log)
            _swap(data)
        finally:
            for name in PARTS:
                shutil.rmtree(_beside(data / name, "new"), ignore_errors=True)
    return open_log(data / "votes")


def _holds(log: Log, data: Path, simulation: Simulation) -> bool:
    """Tell whether the log is exactly this simulation, and its outputs are listed."""
    if log.summary().votes != len(simulation.votes):
        return False
    logged = pa.concat_tables([pq.read_table(path) for path in log.paths]).sort_by("battle")
    listed = set(_present_outputs(data))
    return bool(logged.equals(simulation.votes)) and all(output in listed for output, _ in simulation.outputs)


def _refuse_mixture(log: Log, data: Path) -> None:
    found = [(origin, votes) for origin, votes in log.summary().origins if votes]
    if found:
        words = " and ".join(f"{votes:,} {origin.value} votes" for origin, votes in found)
        raise VotesError(f"holds {words} already", where=f"{data.name}/votes", hint=REPLACE)
    if any(output.origin is OutputOrigin.SIMULATED for output in _present_outputs(data)):
        raise VotesError("holds simulated outputs already", where=f"{data.name}/outputs", hint=REPLACE)


def _present_outputs(data: Path) -> list[Output]:
    listing = data / "outputs" / LISTING
    if not listing.exists():
        return []
    return [Output.model_validate_json(line) for line in listing.read_text("utf-8").splitlines() if line.strip()]


def _stage_outputs(simulation: Simulation, data: Path) -> None:
    """Build the new outputs folder: what is not simulated as it is, and the simulated pictures."""
    fresh = _beside(data / "outputs", "new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    kept = _keep_others(data / "outputs", fresh)
    for output, content in simulation.outputs:
        _write(fresh / output.sha256[:2] / f"{output.sha256}.webp", content)
    for name, content in simulation.inputs.items():
        if not (fresh / "inputs" / name).exists():
            _write(fresh / "inputs" / name, content)
    records = sorted(
        [*kept, *(output for output, _ in simulation.outputs)], key=lambda o: (o.prompt, o.model, o.sha256)
    )
    (fresh / LISTING).write_text("".join(f"{record.json_line}\n" for record in records), "utf-8")


def _keep_others(present: Path, fresh: Path) -> list[Output]:
    """Copy all files but those of simulated outputs and inputs; return the records of the outputs that stay."""
    listed = _present_outputs(present.parent)
    kept = [output for output in listed if output.origin is not OutputOrigin.SIMULATED]
    stale = {output.sha256 for output in listed} - {output.sha256 for output in kept}
    for path in sorted(present.rglob("*")) if present.is_dir() else ():
        simulated = path.stem in stale or (path.parent.name == "inputs" and says_simulated(path.read_bytes()))
        if path.is_file() and path.name != LISTING and not simulated:
            _write(fresh / path.relative_to(present), path.read_bytes())
    return kept


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _stage_votes(simulation: Simulation, log: Log) -> None:
    """Build the new log: the votes of other origins entry by entry, then the simulated ones."""
    fresh = _beside(log.folder, "new")
    shutil.rmtree(fresh, ignore_errors=True)
    staged = open_log(fresh)
    for entry, path in zip(log.entries, log.paths, strict=True):
        table = pq.read_table(path)
        kept = table.filter(pc.not_equal(table["origin"], Origin.SIMULATED.value))
        staged = append_votes(staged, kept, entry.note, where=str(path)) if len(kept) else staged
    append_votes(staged, simulation.votes, NOTE, where="the simulated votes")


def _swap(data: Path) -> None:
    """Let both new folders take their places, or neither."""
    targets = [data / name for name in PARTS]
    before = [target for target in targets if target.exists()]
    try:
        for target in targets:
            if target in before:
                target.rename(_beside(target, "old"))
            _beside(target, "new").rename(target)
    except BaseException:
        for target in targets:
            if _beside(target, "old").exists() or target not in before:
                shutil.rmtree(target, ignore_errors=True)
            _recover(target)
        raise
    for target in targets:
        shutil.rmtree(_beside(target, "old"), ignore_errors=True)


def _recover(target: Path) -> None:
    """Mend what a run that was killed between two renames left; clear away a folder that was replaced."""
    old = _beside(target, "old")
    if old.exists() and not target.exists():
        old.rename(target)
    elif old.exists():
        shutil.rmtree(old)


def _beside(target: Path, role: str) -> Path:
    return target.parent / f".{target.name}.{role}"


@contextmanager
def _as_findings(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "check that the folder is writable and has room; nothing was changed"
        raise CatalogueError(f"cannot be written: {error.strerror or error}", where=str(data), hint=hint) from error
