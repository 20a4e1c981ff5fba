"""What commands need that sign the log: the key, and its password."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from arena.cli.opening import open_votes
from arena.errors import ArenaError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from arena.votes.signing import LogSignature

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

PASSWORD_VARIABLE = "ARENA_SIGNING_PASSWORD"  # noqa: S105 - the name of a variable


def signer(project: Path, key_file: Path | None, now: datetime) -> Callable[[], LogSignature] | None:
    """What signs the log as it is when called; None without a key.

    The key is opened at once, so that a wrong password is told before anything is sealed, and wiped when the command
    ends.
    """
    from arena.votes.signing import sign_log, signing_key

    if key_file is None:
        return None
    key = click.get_current_context().with_resource(signing_key(key_file.expanduser(), project, _password))
    return lambda: sign_log(open_votes(project), key, now)


def _password() -> str:
    if PASSWORD_VARIABLE in os.environ:
        return os.environ[PASSWORD_VARIABLE]
    if not sys.stdin.isatty():
        hint = f"set {PASSWORD_VARIABLE}, or run this on a terminal"
        raise ArenaError("the key has a password, and nobody can be asked for it", where="--sign", hint=hint)
    return str(click.prompt("Password of the signing key", hide_input=True, err=True))
