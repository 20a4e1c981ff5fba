"""``arena looks``: how far the looks of pictures decide votes, and the ranks at equal looks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena import wording
from arena.cli.group import PATH, json_option, main, project_option
from arena.cli.opening import open_catalogue, say_left_out
from arena.cli.printing import as_json, is_verbose, note, print_result, progress_bar
from arena.cli.reading import reading_options
from arena.cli.tables import print_table
from arena.cli.votes import rating_options, votes_to_rate
from arena.errors import RatingsError

if TYPE_CHECKING:
    from arena.ratings.equal_looks import EqualLooks
    from arena.ratings.results import Ratings
    from arena.records import Board

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.command()
@project_option
@reading_options
@click.argument("files", nargs=-1, type=PATH, metavar="[FILE]...")
@rating_options
@json_option
def looks(project: Path, file_format: str, files: tuple[Path, ...], name_map: Path | None, **options: Any) -> None:
    """Say how far the looks of pictures decide votes.

    Models are ranked as if all pictures looked alike, too.

    Brightness, contrast, saturation, sharpness, lettering, size and shape of both pictures of a battle explain its
    outcome beside the strengths of the models. Votes have to name their pictures, which the project has: arena outputs
    measure measures those that were stored before. -v prints effects that differ from none by chance as well, in long
    prompts and in each common language.
    """
    from arena.ratings import compute_ratings
    from arena.ratings.equal_looks import LEAST_VOTES, equal_looks

    said = {name: options.pop(name) for name in ("arena", "category", "language", "at", "columns")}
    catalogue = open_catalogue(project)
    votes, _, _, settings = votes_to_rate(project, files, file_format, name_map, said, options)
    with progress_bar() as progress:
        ratings = compute_ratings(votes, settings, progress=progress)
        outputs = {output.sha256: output for output in catalogue.outputs}
        lengths = {prompt_id: len(prompt.text) for prompt_id, prompt in catalogue.prompts.items()}
        found = equal_looks(votes, ratings, outputs, lengths)
    say_left_out(ratings)
    if not found:
        raise RatingsError(
            f"no arena has {LEAST_VOTES} votes on two pictures whose looks are known and differ",
            where=str(project / "data" / "outputs"),
            hint="arena outputs measure measures pictures; votes name them as left_output and right_output",
        )
    if as_json():
        print_result("", arenas=[_as_json(arena, each, ratings) for arena, each in found.items()])
        return
    for number, (arena, each) in enumerate(found.items()):
        if number:
            click.echo()
        _print_arena(arena, each, ratings.board(arena))


def _as_json(arena: str, found: EqualLooks, ratings: Ratings) -> dict[str, Any]:
    as_voted = ratings.board(arena)
    moved = [{"model": model, "rank": rank, "at_equal_looks": equal} for model, rank, equal in found.moved(as_voted)]
    ranked = [{**asdict(rating), "shift": found.shift[rating.model]} for rating in found.board.ratings]
    return {"arena": arena, "origin": as_voted.origin, **found.to_dict(), "moved": moved, "ratings": ranked}


def _print_arena(arena: str, found: EqualLooks, as_voted: Board) -> None:
    origin = as_voted.origin.replace("+", " and ")
    left_out = f"; {found.left_out:,} more without known looks" if found.left_out else ""
    effects = [effect for effect in found.effects if effect.clear or not effect.prompts or is_verbose()]
    print_table(
        ("a standard deviation more", "in prompts", "points", "95% interval", "beats an equal", "clear"),
        [
            (
                effect.feature,
                effect.prompts or "all",
                f"{effect.effect:+.2f}",
                f"{effect.low:+.2f} to {effect.high:+.2f}",
                wording.percent(effect.win_rate),
                "yes" if effect.clear else "",
            )
            for effect in effects
        ],
        figures={"points", "beats an equal"},
        title=f"{arena}: {wording.count(found.votes, f'{origin} vote')} with known looks{left_out}",
    )
    moved = found.moved(as_voted)
    if not moved:
        note("No rank changes at equal looks.")
        return
    print_table(
        ("model", "as voted", "at equal looks", "points"),
        [(model, f"#{rank}", f"#{equal}", f"{found.shift[model]:+.2f}") for model, rank, equal in moved],
        figures={"as voted", "at equal looks", "points"},
        title=f"\n{wording.count(len(moved), 'rank')} of {len(as_voted.ratings)} differ at equal looks",
    )
