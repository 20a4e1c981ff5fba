"""``arena looks``: how far the looks of pictures decide votes, and the ranks at equal looks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena import wording
from arena.cli.group import PATH, json_option, main, project_option
from arena.cli.opening import open_catalogue, say_left_out
from arena.cli.printing import as_json, is_verbose, note, print_each, progress_bar
from arena.cli.reading import reading_options
from arena.cli.tables import print_table
from arena.cli.votes import rating_options, votes_to_rate
from arena.errors import RatingsError

if TYPE_CHECKING:
    from arena.ratings.equal_looks import EqualLooks

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
    from arena.catalogue.picture_features import PictureFeatures
    from arena.ratings import compute_ratings
    from arena.ratings.equal_looks import equal_looks

    said = {name: options.pop(name) for name in ("arena", "category", "language", "at", "columns")}
    catalogue = open_catalogue(project)
    given = votes_to_rate(project, files, file_format, name_map, said, options)
    votes = given.votes
    with progress_bar() as progress:
        ratings = compute_ratings(votes, given.settings, counts=given.counts, progress=progress)
        pictures = PictureFeatures.of_outputs(catalogue.outputs)
        report = equal_looks(votes, ratings, pictures, catalogue.prompt_lengths)
    say_left_out(ratings)
    if not report.arenas:
        where = str(project / "data" / "outputs")
        hint = "arena outputs measure measures pictures; votes name them as left_output and right_output"
        whys = [f"{arena}: {why}" for arena, why in report.missing.items()] or ["there are no votes"]
        raise RatingsError.of([RatingsError(why, where=where, hint=hint) for why in whys])
    print_each(report.arenas, _print_arena, **report.to_dict())
    for arena, why in () if as_json() else report.missing.items():
        note(f"{arena}: {why}.")


def _print_arena(found: EqualLooks) -> None:
    origin = found.as_voted.origin.replace("+", " and ")
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
        title=f"{found.arena}: {wording.count(found.votes, f'{origin} vote')} with known looks{left_out}",
    )
    if found.inseparable:
        note(f"Left out, since pictures differ in that by who made them alone: {wording.listing(found.inseparable)}.")
    if not found.moved:
        note("No rank changes at equal looks.")
        return
    print_table(
        ("model", "as voted", "at equal looks", "points"),
        [(each.model, f"#{each.rank}", f"#{each.equal_rank}", f"{each.shift:+.2f}") for each in found.moved],
        figures={"as voted", "at equal looks", "points"},
        title=f"\n{wording.count(len(found.moved), 'rank')} of {len(found.ranks)} differ at equal looks",
    )
