"""Take a rehearsal out again: simulated outputs, the simulated votes of the log, and what the store has of them.

The log goes first and the store second, each of them whole. A run that is killed between the two leaves a log without
simulated votes and a store that still has them; the next run finishes it, since neither step looks at the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from arena.catalogue import Catalogue
from arena.catalogue.layout import INPUTS_FOLDER
from arena.catalogue.outputs import Output
from arena.records import Origin, OutputOrigin
from arena.simulate.pictures import says_simulated
from arena.simulate.writing import changing, present_outputs, stage_outputs, stage_votes, swap
from arena.votes.log import Log, open_log
from arena.votes.manifest import SealedPeriod
from arena.votes.store import Store
from arena.votes.store.auditing import lock_table
from arena.votes.store.schema import (
    ON_BATTLE,
    QUARANTINED,
    battles,
    decisions,
    outputs,
    quarantine,
    seals,
    skips,
    voters,
    votes,
    waiting,
)

SIMULATED_BATTLE = battles.c.origin == Origin.SIMULATED.value
OF_SIMULATED_BATTLE = select(battles.c.id).where(SIMULATED_BATTLE)
SHOWS_OUTPUT = and_(
    battles.c.prompt == outputs.c.prompt,
    or_(
        and_(battles.c.left_output == outputs.c.sha256, battles.c["left"] == outputs.c.model),
        and_(battles.c.right_output == outputs.c.sha256, battles.c["right"] == outputs.c.model),
    ),
)
"""A battle that shows an output."""
SKIPPED_OUTPUT = and_(outputs.c.prompt == skips.c.prompt, outputs.c.model.in_((skips.c["left"], skips.c["right"])))
"""An output that a skipped battle may have shown: skips name models and prompt, and no outputs."""


@dataclass(frozen=True, slots=True)
class SimulatedContents:
    """What a project holds that is simulated."""

    outputs: int
    inputs: int
    """Drawn pictures that prompts start from."""
    votes: int
    """In the log."""
    stored_battles: int
    stored_votes: int
    """In the store, sealed ones included."""

    @property
    def nothing(self) -> bool:
        return not (self.outputs or self.inputs or self.votes or self.stored_battles)


def simulated_contents(catalogue: Catalogue, store: Store | None) -> SimulatedContents:
    """Count what ``remove_simulated`` would take out. Raises ``ArenaError`` where the log or the store is damaged."""
    data = catalogue.folder
    stored = (0, 0)
    if store is not None:
        with store.reading() as connection:
            stored = _stored(connection)
    listed = present_outputs(data)
    made = sum(output.origin is OutputOrigin.SIMULATED for output in listed)
    return SimulatedContents(made, len(_inputs(catalogue, listed)), _logged(open_log(data / "votes")), *stored)


def remove_simulated(catalogue: Catalogue, store: Store | None, *, now: datetime) -> SimulatedContents:
    """Take everything simulated out of a project's data folder and its store; what it was.

    Log and outputs change together or not at all: entries without simulated votes keep their bytes, those that follow
    get other hashes. Audit reports stay as long as an entry names them. Periods of the store that were sealed count
    what is left of them. Pictures that prompts start from stay where any of them is used or was supplied. Run again, it
    finishes what was interrupted, and otherwise changes nothing. Raises ``ArenaError`` where the log or the store
    cannot be read or written.
    """
    found = simulated_contents(catalogue, store)
    data = catalogue.folder
    with changing(data) as log:
        listed = present_outputs(data)
        inputs = _inputs(catalogue, listed)
        if _logged(log) or inputs or any(output.origin is OutputOrigin.SIMULATED for output in listed):
            stage_outputs(data, keep_inputs=not inputs)
            stage_votes(log)
            swap(data)
    if store is not None:
        with store.writing() as connection:
            _remove_from_store(connection, data / "votes", now)
    return found


def _logged(log: Log) -> int:
    return dict(log.summary().origins).get(Origin.SIMULATED, 0)


def _inputs(catalogue: Catalogue, listed: Iterable[Output]) -> Collection[Path]:
    """The drawn pictures that prompts start from and that may go.

    None where people supplied one, since then every prompt needs its own, or where a model was given one to edit.
    """
    folder = catalogue.folder / INPUTS_FOLDER
    pictures = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    edited = {output.prompt for output in listed if output.origin is OutputOrigin.MODEL}
    used = any(prompt.input_image for prompt_id, prompt in catalogue.prompts.items() if prompt_id in edited)
    return [] if used or not all(says_simulated(path.read_bytes()) for path in pictures) else pictures


def _stored(connection: Connection) -> tuple[int, int]:
    """How many battles are simulated, and how many votes there are on them."""
    shown = connection.execute(select(func.count()).select_from(battles).where(SIMULATED_BATTLE)).scalar_one()
    on_them = select(func.count()).select_from(votes.join(battles, ON_BATTLE)).where(SIMULATED_BATTLE)
    return int(shown), int(connection.execute(on_them).scalar_one())


def _remove_from_store(connection: Connection, log_folder: Path, now: datetime) -> None:
    """Delete simulated battles with all that hangs on them, and let sealed periods count the votes that are left."""
    for table in ("seals", "battles", "votes"):
        lock_table(connection, table)
    sealed = (
        select(votes.c.seal, func.count())
        .select_from(votes.join(battles, ON_BATTLE))
        .where(SIMULATED_BATTLE, votes.c.seal.is_not(None), ~QUARANTINED)
        .group_by(votes.c.seal)
    )
    removed = [{"of_seal": number, "removed": count} for number, count in connection.execute(sealed)]
    if removed:
        fewer = update(seals).where(seals.c.number == bindparam("of_seal"))
        connection.execute(fewer.values(votes=seals.c.votes - bindparam("removed")), removed)
    # A period that was begun and holds nothing any more has nothing to put into the log, so it ends here, and no entry
    # will ever name the report that it may have left there.
    emptied = and_(seals.c.votes == 0, seals.c.finished.is_(None))
    for lineage, number in connection.execute(select(seals.c.lineage, seals.c.number).where(emptied)):
        (log_folder / SealedPeriod(lineage, number, "").audit_file).unlink(missing_ok=True)
    connection.execute(update(seals).where(emptied).values(finished=now, seed=None))
    for table_of_votes in (quarantine, waiting, decisions, votes):
        connection.execute(delete(table_of_votes).where(table_of_votes.c.battle.in_(OF_SIMULATED_BATTLE)))
    connection.execute(delete(battles).where(SIMULATED_BATTLE))
    for table_of_voters, voter in ((decisions, decisions.c.voter), (voters, voters.c.id)):
        connection.execute(delete(table_of_voters).where(~exists().where(battles.c.voter == voter)))
    simulated = outputs.c.origin == OutputOrigin.SIMULATED.value
    only_simulated = exists().where(SKIPPED_OUTPUT, simulated), ~exists().where(SKIPPED_OUTPUT, ~simulated)
    connection.execute(delete(skips).where(*only_simulated))
    connection.execute(delete(outputs).where(simulated, ~exists().where(SHOWS_OUTPUT)))
