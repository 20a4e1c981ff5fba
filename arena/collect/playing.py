"""Pictures enter play and leave it: the days are written into outputs.jsonl."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.error_messages import near
from arena.catalogue.layout import OUTPUTS_FILE
from arena.catalogue.outputs import Output
from arena.catalogue.play import Leaving, leaving_play, outputs_in_play, outputs_to_enter
from arena.collect.image_store import merge_records
from arena.errors import CollectError
from arena.files import only_writer
from arena.votes.log import open_log
from arena.votes.renames import renames_of
from arena.votes.table import battles_by_output


@dataclass(frozen=True, slots=True)
class PlayReport:
    """What entered or left play, and the catalogue as it is now. ``held_back`` are prompts that would have left it had
    their arena enough others.
    """

    outputs: int
    prompts: int
    held_back: tuple[str, ...]
    catalogue: Catalogue


def enter_play(data: Path, prompts: Collection[str], day: date) -> PlayReport:
    """From ``day`` on the pictures of models are in play: of all prompts but the examples, or of these prompts alone.

    Pictures that left play stay as they are. Raises ArenaError for a prompt that is not there, or where somebody else
    writes.
    """
    with only_writer(data):
        catalogue = _catalogue(data, prompts, day)
        entering = outputs_to_enter(catalogue, prompts)
        return _written(data, day, [output.model_copy(update={"entered_play": day}) for output in entering])


def leave_play(data: Path, prompts: Collection[str], day: date, *, everything: bool = False) -> PlayReport:
    """From ``day`` on pictures have left play: those that have been in it for long enough, or those of ``prompts``, or
    everything. Raises ArenaError as ``enter_play`` does, and where the log is damaged.
    """
    with only_writer(data):
        catalogue = _catalogue(data, prompts, day)
        held_back: tuple[str, ...] = ()
        if prompts or everything:
            leaving = [o for o in outputs_in_play(catalogue) if everything or o.prompt in prompts]
        else:
            due = due_to_leave(catalogue, day)
            leaving = [output for entry in due.leaving for output in entry.outputs]
            held_back = tuple(entry.prompt for entry in due.held_back)
        # Never before it entered, whatever clock of whatever machine wrote that day.
        left = [o.model_copy(update={"left_play": max(day, o.entered_play or day)}) for o in leaving]
        return _written(data, day, left, held_back)


def due_to_leave(catalogue: Catalogue, day: date) -> Leaving:
    """What leaves play on ``day`` by the log and the rules of arena.toml."""
    if not outputs_in_play(catalogue):
        return Leaving((), ())
    log = open_log(catalogue.folder / "votes", renames_of(catalogue))
    return leaving_play(catalogue, battles_by_output(log.votes()), day)


def _catalogue(data: Path, prompts: Iterable[str], day: date) -> Catalogue:
    catalogue = load_catalogue(data, day)
    findings = [
        CollectError(f'no prompt "{name}"', where="--prompt", hint=near(name, list(catalogue.prompts)))
        for name in prompts
        if name not in catalogue.prompts
    ]
    if findings:
        raise CollectError.of([*findings])
    return catalogue


def _written(data: Path, day: date, changed: Collection[Output], held_back: tuple[str, ...] = ()) -> PlayReport:
    merge_records(data / OUTPUTS_FILE, changed, renew=True)
    prompts = len({output.prompt for output in changed})
    return PlayReport(len(changed), prompts, held_back, load_catalogue(data, day))
