"""``arena reasons``: boards of the second questions that voters answer when they say why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena.cli.group import PATH, json_option, main, optional_project_option
from arena.cli.opening import say_left_out
from arena.cli.printing import print_each, progress_bar
from arena.cli.reading import reading_options
from arena.cli.tables import print_table
from arena.cli.votes import rating_options, votes_to_rate
from arena.errors import RatingsError

if TYPE_CHECKING:
    from arena.ratings.reason_boards import ReasonBoards

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.command()
@optional_project_option
@reading_options
@click.argument("files", nargs=-1, type=PATH, metavar="[FILE]...")
@rating_options
@json_option
def reasons(
    project: Path | None, file_format: str, files: tuple[Path, ...], name_map: Path | None, **options: Any
) -> None:
    """Rank models by the votes cast for each reason.

    It is said how far these boards agree, too.

    Voters may tick why they chose: "prompt" is another question than "style". Reasons that fewer than 100 votes have in
    an arena are left out.
    """
    from arena.ratings import compute_ratings
    from arena.ratings.reason_boards import LEAST_VOTES, reason_boards

    said = {name: options.pop(name) for name in ("arena", "category", "language", "at", "columns")}
    given = votes_to_rate(project, files, file_format, name_map, said, options)
    votes = given.votes
    with progress_bar() as progress:
        ratings = compute_ratings(votes, given.settings, counts=given.counts, progress=progress)
        report = reason_boards(votes, ratings)
    say_left_out(ratings)
    if not report.arenas:
        where = str(files[0]) if files else "data/votes"
        hint = "reasons of [voting] in arena.toml says what voters may tick; vote files have a column reasons"
        raise RatingsError(f"no reason has {LEAST_VOTES} votes in any arena", where=where, hint=hint)
    print_each(report.arenas, _print_arena, **report.to_dict())


def _print_arena(found: ReasonBoards) -> None:
    origin = found.origin.replace("+", " and ")
    models = {rating.model for board in found.boards.values() for rating in board.ratings}
    first = next(iter(found.boards.values()))
    order = [each.model for each in first.ratings] + sorted(model for model in models if first.get(model) is None)
    ranks = {reason: {each.model: f"#{each.rank}" for each in board.ratings} for reason, board in found.boards.items()}
    counted = ", ".join(f"{reason} {board.votes:,}" for reason, board in found.boards.items())
    print_table(
        ("model", *found.boards),
        [(model, *(ranks[reason].get(model, "–") for reason in found.boards)) for model in order],
        figures=frozenset(found.boards),
        title=f"{found.arena}: ranks by {origin} votes for a reason ({counted})",
    )
    for each in found.agreements:
        click.echo(each.sentence)
