"""``arena serve``: where people vote."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path

import click

from arena.cli.group import main, project_option
from arena.cli.opening import database
from arena.cli.printing import note

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


PATHS_OF_THE_APP = frozenset(
    {
        "vote",
        "votes",
        "me",
        "login",
        "logout",
        "api",
        "pictures",
        "static",
        "site",
        "openapi.json",
        "healthz",
        "metrics",
    }
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

    What is drawn is in play: see arena outputs. Simulated pictures are always drawn, and their votes say nothing.

    ARENA_DATABASE_URL names the store; without it, the store is a file of the project. ARENA_SECRET signs battles;
    without it, a secret is made once and kept with the store. Where arena.toml has [login], the variable that it names
    has the secret of the client at the provider.
    """
    from arena.voting.serving import ListenAddress
    from arena.voting.serving import serve as serve_arena

    secret = os.environ.get("ARENA_SECRET")
    serve_arena(
        project,
        ListenAddress(host, port, trusted, root),
        database=database(project),
        secret=secret.encode() if secret else None,
        environment=os.environ,
        workers=workers,
        tell=note,
        announce=lambda address, entry: click.echo(f"Vote at {address} (Ctrl-C ends it)\n{entry}"),
    )
