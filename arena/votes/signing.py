"""Signatures of a log: whoever has the maintainers' public key can tell that its votes are the ones that they sealed.

What is signed is the manifest, which holds the head and so stands for every byte of the log. Keys and signatures are
those of minisign, so that ``minisign -Vm manifest.json -P KEY`` checks them without this program. A log that grew since
is signed up to the votes that it had then: its manifest of that time can be written again from that of today.
"""

from __future__ import annotations

import base64
import re
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from arena.errors import ArenaError, VotesError
from arena.files import write_bytes
from arena.votes.log import Log
from arena.votes.manifest import MANIFEST, SIGNATURE, ManifestEntry, render_manifest

MAX_SIGNATURE_BYTES = 4096
INSTALL = "pip install 'image-arena[sign]'"
SIGN_AGAIN = "sign the log again: arena seal --sign"
# Of minisign: "Ed" or "ED", eight bytes that tell keys apart, lowest first, then 64 bytes of signature or 32 of a key.
_SIGNATURE_BYTES = 2 + 8 + 64
_COMMENT = "trusted comment: "


@dataclass(frozen=True, slots=True)
class LogSignature:
    """What a signature says of itself, which is worth nothing until it is checked with a key."""

    key_id: str
    """16 digits that tell keys apart, as minisign prints them."""
    comment: str
    """What its maker wrote in it: when, the head of the log, and the sum of the decisions beside it."""

    @property
    def stated(self) -> dict[str, str]:
        """The comment by key, as ``sign_log`` writes it; of another comment whatever looks like that."""
        parts = (part.partition(":") for part in self.comment.split("\t"))
        return {key: value for key, colon, value in parts if colon}


def read_signature(folder: Path) -> LogSignature | None:
    """The signature beside a log; None where there is none. Raises ``VotesError`` where it is none of minisign's."""
    path = folder / SIGNATURE
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > MAX_SIGNATURE_BYTES:
            raise ValueError
        lines = path.read_text("utf-8").splitlines()
        signature = base64.b64decode(lines[1], validate=True)
        if len(signature) != _SIGNATURE_BYTES or not lines[2].startswith(_COMMENT):
            raise ValueError
    except (ValueError, IndexError) as error:
        raise VotesError("is not a signature of minisign", where=str(path), hint=SIGN_AGAIN) from error
    return LogSignature(signature[9:1:-1].hex().upper(), lines[2].removeprefix(_COMMENT))


@contextmanager
def signing_key(path: Path, project: Path, password: Callable[[], str]) -> Generator[Any]:
    """The secret key in a file of minisign, wiped from memory afterwards; ``password`` is asked where it has one.

    Raises ArenaError where others may read the file, it lies in the project, which is published, or it is no such key.
    """
    minisign = _minisign()
    _check_key_file(path, project)
    try:
        with minisign.SecretKey.from_file(path) as key:
            if key.is_encrypted():
                key.decrypt(password())
            yield key
    except minisign.Error as error:
        raise ArenaError(f"cannot be used: {error}", where=str(path), hint="minisign -G makes a key") from error


def sign_log(log: Log, key: Any, now: datetime) -> LogSignature:
    """Sign the log as it stands with a key of ``signing_key``; the signature lies beside its manifest then.

    Raises ``VotesError`` where the log is empty, or the signature cannot be written.
    """
    if not log.entries:
        raise VotesError("has no votes to sign", where=str(log.folder), hint="seal or import votes first")
    votes = sum(entry.votes for entry in log.entries)
    # Decisions leave votes out and are no part of the manifest, so that the comment, which is signed, has their sum.
    decisions = f"\tdecisions:{log.decisions.sha256}" if log.decisions.rows else ""
    comment = f"timestamp:{int(now.timestamp())}\tfile:{MANIFEST}\thead:{log.head}\tvotes:{votes}{decisions}"
    signature = key.sign(render_manifest(log.entries), trusted_comment=comment)
    write_bytes(log.folder / SIGNATURE, bytes(signature) + b"\n")
    found = read_signature(log.folder)
    if found is None:
        raise VotesError("is gone after it was written", where=str(log.folder / SIGNATURE), hint=SIGN_AGAIN)
    return found


def signed_entries(folder: Path, entries: tuple[ManifestEntry, ...], public_key: str) -> int:
    """How many entries of a log, from the first on, the signature beside it stands for.

    ``public_key`` is the text of a key (``RW...``) or the path of its file. Raises ``VotesError`` where the log is not
    signed, or not with that key, and ArenaError where the key is none.
    """
    minisign, key, path = _minisign(), public_key_of(public_key), folder / SIGNATURE
    if read_signature(folder) is None:
        raise VotesError("the log is not signed", where=str(path), hint=SIGN_AGAIN)
    try:
        signature = minisign.Signature.from_file(path)
    except (minisign.Error, ValueError) as error:
        raise VotesError(f"is not a signature of minisign: {error}", where=str(path), hint=SIGN_AGAIN) from error
    for signed in range(len(entries), 0, -1):
        try:
            key.verify(render_manifest(entries[:signed]), signature)
        except minisign.VerifyError:
            continue
        return signed
    message = "is not a signature of this log, or of any that it grew from, by the key that was given"
    raise VotesError(message, where=str(path), hint="compare the key with the one that the maintainers publish")


def public_key_of(text: str) -> Any:
    """A public key from its text or its file. Raises ArenaError where it is none."""
    minisign = _minisign()
    try:
        if re.fullmatch(r"[A-Za-z0-9+/]{50,60}=*", text):
            return minisign.PublicKey.from_base64(text)
        return minisign.PublicKey.from_file(Path(text))
    except (OSError, ValueError, minisign.Error) as error:
        hint = "give the line that begins with RW, or the file that minisign -G wrote, minisign.pub"
        raise ArenaError("is no public key of minisign", where=f"--key {text}", hint=hint) from error


def _check_key_file(path: Path, project: Path) -> None:
    hint = "minisign -G makes a key and keeps it in ~/.minisign/minisign.key"
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ArenaError(f"cannot be read: {error.strerror}", where=str(path), hint=hint) from error
    if path.resolve().is_relative_to(project.resolve()):
        raise ArenaError("lies in the project, which others get to see", where=str(path), hint="move it elsewhere")
    if not stat.S_ISREG(mode):
        raise ArenaError("is no file", where=str(path), hint=hint)
    if stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise ArenaError("may be read by others", where=str(path), hint=f"chmod 600 {path}")


def _minisign() -> Any:
    try:
        import minisign  # noqa: PLC0415 - an extra, and what it needs is slow to load
    except ImportError as error:
        raise ArenaError("signatures need the extra “sign”", where="py-minisign", hint=INSTALL) from error
    return minisign
