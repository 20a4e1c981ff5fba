"""What can go wrong with a store.

StoreError                  the store's URL, file or server is not as it should be
├── AlreadyMet              a battle of two models that its voter has met on the prompt
├── AlreadyVoted            a second vote on a battle, or one after an undo
├── BattleGone              a battle that is unknown, expired or another voter's
└── StoreUnavailable        unreachable, locked, full or read-only: trying again later may do
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from arena.errors import StoreError


class AlreadyMet(StoreError):  # noqa: N818 - says what happened, as its callers do
    """The voter has a battle of the same models on the prompt that was voted on, or still can be."""


class AlreadyVoted(StoreError):  # noqa: N818
    """The voter has voted on the battle, be it that the vote was retracted."""


class BattleGone(StoreError):  # noqa: N818
    """There is no such battle for this voter, or its time is over."""


class StoreUnavailable(StoreError):  # noqa: N818
    """The store cannot do it now; nothing of it was done."""


_SQLITE: tuple[tuple[str, str, str, type[StoreError]], ...] = (
    ("SQLITE_FULL", "the disk is full", "make room; it goes on without a restart", StoreUnavailable),
    ("SQLITE_BUSY", "is locked by another process", "end what holds it, or try again", StoreUnavailable),
    ("SQLITE_LOCKED", "is locked by another process", "end what holds it, or try again", StoreUnavailable),
    ("SQLITE_READONLY", "is read-only", "check the permissions of the file and its folder", StoreUnavailable),
    ("SQLITE_CANTOPEN", "cannot be opened", "check that the folder exists and may be written", StoreUnavailable),
    ("SQLITE_IOERR", "cannot be read or written", "check the disk, and whether it is full", StoreUnavailable),
    ("SQLITE_NOTADB", "is not a SQLite database", "name another file", StoreError),
    ("SQLITE_CORRUPT", "is damaged", "restore it from a backup", StoreError),
)

_POSTGRESQL: tuple[tuple[str, str, str, type[StoreError]], ...] = (
    ("53100", "the server's disk is full", "make room; it goes on without a restart", StoreUnavailable),
    ("53", "the server is out of resources", "see its log; it goes on without a restart", StoreUnavailable),
    ("25006", "is read-only", "connect to the primary, as a user that may write", StoreUnavailable),
    ("55P03", "is locked by another transaction", "end what holds the lock, or try again", StoreUnavailable),
    ("57014", "took too long", "see what keeps the server busy", StoreUnavailable),
    ("40", "lost against another transaction several times", "try again", StoreUnavailable),
    ("57P", "the server is stopping or starting", "it goes on without a restart", StoreUnavailable),
    ("42501", "the user may not do this", "grant the user the schema", StoreError),
)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise what the database raises as a ``StoreError``; ``where`` is the store's URL without a password."""
    try:
        yield
    except exc.TimeoutError as error:
        message = "all connections are busy"
        raise StoreUnavailable(message, where=where, hint="try again; fewer threads at once") from error
    except exc.DBAPIError as error:
        raise _in_words(error, where) from error


def _in_words(error: exc.DBAPIError, where: str) -> StoreError:
    name = str(getattr(error.orig, "sqlite_errorname", "") or "")
    state = str(getattr(error.orig, "sqlstate", "") or "")
    for known, code in ((_SQLITE, name), (_POSTGRESQL, state)):
        for start, message, hint, kind in known:
            if code.startswith(start):
                return kind(message, where=where, hint=hint)
    reason = " ".join(str(error.orig).split())
    if isinstance(error, exc.OperationalError) and not name:
        return StoreUnavailable(
            f"cannot be reached: {reason}", where=where, hint="is the server running, and the URL right?"
        )
    return StoreError(f"refuses: {reason}", where=where, hint="nothing was changed")


def lost_a_race(error: exc.DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is run again at once: a deadlock, or a serialization failure."""
    return str(getattr(error.orig, "sqlstate", "") or "").startswith("40")
