"""Put a simulation on the disk: all of it or nothing, and never beside what people did."""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arena.catalogue.layout import COLLECTED_FILE
from arena.catalogue.outputs import Output
from arena.errors import CatalogueError, VotesError
from arena.files import only_writer
from arena.records import Origin, OutputOrigin
from arena.simulate.pictures import Picture, says_simulated
from arena.simulate.simulation import Simulation
from arena.votes.decision_file import DECISIONS
from arena.votes.log import Log, append_votes, open_log
from arena.votes.manifest import MANIFEST, periods_in
from arena.votes.origins import refuse_beside_real
from arena.votes.table import as_votes

PARTS = ("outputs", "votes")
LISTING = "outputs.jsonl"
NOTE = "simulated votes of a demonstration; nobody cast them"
REPLACE = "--replace makes them anew; --remove takes them out"


def write_simulation(simulation: Simulation, data: Path, *, replace: bool = False) -> Log:
    """Write outputs and votes into a data folder, and return its log.

    New folders grow beside ``outputs`` and ``votes`` and change places with them when both are whole, the votes last,
    so that a failure leaves all as it was. Votes of published data sets keep their order and notes, and pictures that
    people supplied keep their files. Writing what is there already changes nothing. Raises ``VotesError`` where there
    are votes of people or outputs of models, or, unless ``replace``, a simulation that is not this one; and
    ``CatalogueError`` where the folder cannot be written.
    """
    with changing(data) as log:
        present = present_outputs(data)
        refuse_beside_real(present, log.votes(), simulation.data_sets, project=str(data.parent))
        if not replace:
            if _holds(log, present, simulation):
                return log
            _refuse_mixture(log, present, data)
        stage_outputs(data, simulation.outputs, simulation.inputs)
        stage_votes(log, simulation.votes)
        swap(data)
    return open_log(data / "votes")


@contextmanager
def changing(data: Path) -> Generator[Log]:
    """Be the only one who writes to a data folder and its log, which is yielded; clear away what was only staged."""
    with _as_findings(data), only_writer(data):
        for name in PARTS:
            _recover(data / name)
        log = open_log(data / "votes")
        # The log's own lock too: a vote that is imported or sealed meanwhile would go with the old folder.
        with only_writer(log.folder) if log.folder.is_dir() else nullcontext():
            try:
                yield log
            finally:
                for name in PARTS:
                    shutil.rmtree(_beside(data / name, "new"), ignore_errors=True)


def _holds(log: Log, present: Sequence[Output], simulation: Simulation) -> bool:
    """Tell whether the simulated votes of the log are exactly this simulation's, and its outputs are listed."""
    if dict(log.summary().origins).get(Origin.SIMULATED, 0) != len(simulation.votes):
        return False
    logged = pa.concat_tables([as_votes(pq.read_table(path)) for path in log.paths])
    simulated = logged.filter(_is_simulated(logged))
    # Older simulations are without looks, and other versions of the decoder may measure a little otherwise.
    listed, drawn = (
        {output.model_copy(update={"looks": None}) for output in outputs}
        for outputs in (present, (output for output, _ in simulation.outputs))
    )
    return drawn <= listed and bool(simulated.sort_by("battle").equals(simulation.votes))


def _refuse_mixture(log: Log, present: Sequence[Output], data: Path) -> None:
    votes = dict(log.summary().origins).get(Origin.SIMULATED, 0)
    if votes:
        raise VotesError(f"holds {votes:,} simulated votes already", where=f"{data.name}/votes", hint=REPLACE)
    if any(output.origin is OutputOrigin.SIMULATED for output in present):
        raise VotesError("holds simulated outputs already", where=f"{data.name}/outputs", hint=REPLACE)


def present_outputs(data: Path) -> list[Output]:
    """The outputs that a data folder lists; none without a listing."""
    listing = data / "outputs" / LISTING
    if not listing.exists():
        return []
    return [Output.model_validate_json(line) for line in listing.read_text("utf-8").splitlines() if line.strip()]


def stage_outputs(
    data: Path, added: Sequence[Picture] = (), inputs: Mapping[str, bytes] | None = None, *, keep_inputs: bool = False
) -> None:
    """Build the new outputs folder: what is not simulated as it is, and the pictures that are added.

    ``inputs`` are drawn pictures that prompts start from, by file name. ``keep_inputs``: simulated ones stay.
    """
    fresh = _beside(data / "outputs", "new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    kept = _keep_others(data / "outputs", fresh, keep_inputs)
    for output, content in added:
        _write(fresh / output.sha256[:2] / f"{output.sha256}.webp", content)
    for name, content in (inputs or {}).items():
        if not (fresh / "inputs" / name).exists():
            _write(fresh / "inputs" / name, content)
    records = sorted([*kept, *(output for output, _ in added)], key=lambda o: (o.prompt, o.model, o.sha256))
    if records:
        (fresh / LISTING).write_text("".join(f"{record.json_line}\n" for record in records), "utf-8")


def _keep_others(present: Path, fresh: Path, keep_inputs: bool) -> list[Output]:
    """Copy all files but those of simulated outputs and inputs; return the records of the outputs that stay."""
    listed = present_outputs(present.parent)
    kept = [output for output in listed if output.origin is not OutputOrigin.SIMULATED]
    stale = {output.sha256 for output in listed} - {output.sha256 for output in kept}
    collected = present.parent / COLLECTED_FILE
    for path in sorted(present.rglob("*")) if present.is_dir() else ():
        is_input = path.parent.name == "inputs" and not keep_inputs
        if not path.is_file() or path.name == LISTING or path.stem in stale:
            continue
        if path == collected:
            lines = [line for line in path.read_text("utf-8").splitlines() if json.loads(line)["sha256"] not in stale]
            if lines:
                _write(fresh / path.name, "".join(f"{line}\n" for line in lines).encode())
        elif not (is_input and says_simulated(path.read_bytes())):
            _write(fresh / path.relative_to(present), path.read_bytes())
    return kept


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def stage_votes(log: Log, added: pa.Table | None = None) -> None:
    """Build the new log: entry by entry the votes that are not simulated, then those that are added.

    Other files of the folder stay, apart from audits of periods that no entry names any more. Decisions about single
    votes go with these votes: a new simulation may give others the same ids.
    """
    fresh = _beside(log.folder, "new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    staged, gone = open_log(fresh), list[tuple[str, str]]()
    for entry, path in zip(log.entries, log.paths, strict=True):
        table = pq.read_table(path)
        simulated = table.filter(_is_simulated(table))
        gone += zip(simulated["battle"].to_pylist(), simulated["voter"].to_pylist(), strict=True)
        kept = table.filter(pc.invert(_is_simulated(table)))
        staged = append_votes(staged, kept, entry.note, where=str(path)) if len(kept) else staged
    if added is not None:
        staged = append_votes(staged, added, NOTE, where="the simulated votes")
    before, after = ({period.audit_file for period, _ in periods_in(each.entries)} for each in (log, staged))
    decisions = log.decisions.without_votes(gone)
    if decisions.rows:
        _write(fresh / DECISIONS, decisions.content)
    passed_over = {MANIFEST, DECISIONS, *(path.name for path in (*log.paths, *log.leftovers)), *(before - after)}
    for path in sorted(log.folder.iterdir()) if log.folder.is_dir() else ():
        if path.is_file() and path.name not in passed_over:
            _write(fresh / path.name, path.read_bytes())


def _is_simulated(votes: pa.Table) -> pa.ChunkedArray:
    return pc.equal(votes["origin"], Origin.SIMULATED.value)


def swap(data: Path) -> None:
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
        if not any(target.iterdir()):
            target.rmdir()


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
def _as_findings(data: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        hint = "check that the folder is writable and has room; nothing was changed"
        raise CatalogueError(f"cannot be written: {error.strerror or error}", where=str(data), hint=hint) from error
