"""``arena serve`` and ``verify``: where people vote, and how anybody can check what became of it."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path

import click

from arena import wording
from arena.cli.group import json_option, main, optional_project_option, project_option, require_project
from arena.cli.opening import database
from arena.cli.printing import print_result, progress_bar
from arena.errors import ArenaError

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


PATHS_OF_THE_APP = frozenset(
    {"vote", "votes", "me", "api", "pictures", "static", "site", "openapi.json", "healthz", "metrics"}
)
"""A root path that begins like these could not be told from them behind a proxy that takes the root path away."""


class Proxies(click.ParamType[str]):
    """Addresses or networks with commas between them, or ``*`` for all."""

    name = "addresses"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        for address in value.split(","):
            try:
                ipaddress.ip_network(address.strip())
            except ValueError:
                if value != "*":
                    self.fail(
                        f"{address.strip()!r} is no address or network, such as 10.0.0.7 or 10.0.0.0/8", param, ctx
                    )
        return value


class RootPath(click.ParamType[str]):
    """A path that the app is below, such as /arena; empty for none."""

    name = "path"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        path = value.strip("/")
        if not path:
            return ""
        if not re.fullmatch(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*", path) or {".", ".."} & set(path.split("/")):
            self.fail(f"{value!r} is no path such as /arena", param, ctx)
        if path.partition("/")[0] in PATHS_OF_THE_APP:
            self.fail(f"{value!r} begins like an address of the app itself: choose another, such as /arena", param, ctx)
        return f"/{path}"


@main.command()
@project_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(min=1), help="How many processes answer requests."
)
@click.option(
    "--trusted",
    type=Proxies(),
    default="127.0.0.1",
    show_default=True,
    help="Addresses of trusted proxies, separated by commas.",
)
@click.option("--root-path", "root", type=RootPath(), default="", help="The path that all is below, such as /arena.")
def serve(project: Path, host: str, port: int, workers: int, trusted: str, root: str) -> None:  # noqa: PLR0917
    """Let people vote, and show the built site under /site/.

    ARENA_DATABASE_URL names the store; without it, the store is a file of the project. ARENA_SECRET signs battles;
    without it, a secret is made once and kept with the store.
    """
    from arena.voting.serving import ListenAddress
    from arena.voting.serving import serve as serve_arena

    secret = os.environ.get("ARENA_SECRET")
    serve_arena(
        project,
        ListenAddress(host, port, trusted, root),
        database=database(project),
        secret=secret.encode() if secret else None,
        workers=workers,
        announce=lambda address, price: click.echo(f"Vote at {address} (Ctrl-C ends it)\n{price}"),
    )


@main.command()
@optional_project_option
@click.argument("where", required=False, metavar="[DIR|URL]")
@click.option(
    "--head", help="A head of the log that you noted earlier; fails if votes from before it are missing or changed."
)
@json_option
def verify(project: Path | None, where: str | None, head: str | None) -> None:
    """Check the log, or the ratings of a built site, to the byte.

    DIR is a log, or the folder of a built site; URL is the address of a site. A log's files must be as they were
    sealed; a site's ratings must be those that its votes give. The default is the log of the project.
    """
    from arena.exports.verify import read_address, read_folder, recompute
    from arena.votes.verify import verify as verify_log

    is_address = where is not None and where.startswith(("https://", "http://"))
    folder = Path(where) if where and not is_address else require_project(project) / "data" / "votes"
    if where and (is_address or (folder / "build.json").exists()):
        read = read_address(where) if is_address else read_folder(folder)
        with progress_bar() as progress:
            recomputed = recompute(read, progress)
        if not recomputed.passed:
            message = f"the ratings are not those of the votes: {recomputed.difference}"
            raise ArenaError(message, where=where, hint="- is what is published, + what the votes give")
        said = f"{recomputed.ratings:,} ratings are those of the {recomputed.votes:,} votes beside them, to the byte."
        print_result(said, votes=recomputed.votes, ratings=recomputed.ratings)
        return
    if not folder.is_dir():
        raise ArenaError("there is no such folder", where=str(folder), hint="name a log, or a site that was built")
    with progress_bar() as progress:
        report = verify_log(folder, head=head, progress=progress)
    if not report.passed:
        raise ArenaError.of(list(report.findings))
    counted = f"{wording.count(report.votes, 'vote')} in {wording.count(report.files, 'file')}"
    said = f"{counted}, all as they were sealed. Head: {report.head or 'none'}"
    print_result(said, votes=report.votes, files=report.files, head=report.head or None)
