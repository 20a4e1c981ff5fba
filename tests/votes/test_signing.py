"""Signatures of the log: by minisign's own tool and by ours, of the log as it is and as it was."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import minisign
import pytest

from arena.errors import ArenaError, VotesError
from arena.votes.log import Log, append_votes, open_log
from arena.votes.manifest import MANIFEST, SIGNATURE, ManifestEntry, render_manifest
from arena.votes.signing import LogSignature, read_signature, sign_log, signed_entries, signing_key
from arena.votes.table import votes_table
from arena.votes.verify import verify
from tests.cli.shell import arena, one_line_error
from tests.votes.examples import some_votes

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ENTRY = ManifestEntry(file="2026-01.0001.parquet", month="2026-01", votes=3, sha256="0" * 64, note="", previous="")
TOOL_KEY = "RWT8K+5sRRW6EIu9Wu4uFZDRM8kMFRvCvg9okelUW45c/VUQ1hbO0dnq"
TOOL_SIGNATURE = """untrusted comment: signature from minisign secret key
RUT8K+5sRRW6EMK02nQ9MSQY/FSUS7MG7YhQrCirEsWQYi4zA/859+I9SogAVmafwsD9XJQlRsIYTr1jS58g7uVcymmgzaBStA4=
trusted comment: by hand
DxqSHHDUJjhTRuINO7mCpszEVcOZhIsfP0gV5YP3qZX7fIEIRAuqVkA+stZ0ICg9iKb065A7Ql3IfElzqjdWAg==
"""
"""What minisign 0.11 wrote with its key for a manifest with ``ENTRY`` alone."""


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "secret.key"
    path.write_bytes(bytes(minisign.KeyPair.generate().secret_key))
    path.chmod(0o600)
    return path


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return append_votes(open_log(tmp_path / "project" / "votes"), votes_table(some_votes(6)))


def no_password() -> str:
    raise AssertionError("the key has no password")


def sign(log: Log, key_file: Path) -> tuple[LogSignature, str]:
    """Sign, and give the public key as text."""
    with signing_key(key_file, log.folder.parent, no_password) as key:
        return sign_log(log, key, NOW), key.get_public_key().to_base64().decode()


def test_what_the_tool_minisign_signed_is_checked(tmp_path: Path) -> None:
    (tmp_path / SIGNATURE).write_text(TOOL_SIGNATURE)
    assert read_signature(tmp_path) == LogSignature("10BA15456CEE2BFC", "by hand")
    assert signed_entries(tmp_path, (ENTRY,), TOOL_KEY) == 1
    (tmp_path / "key.pub").write_text(f"untrusted comment: minisign public key 10BA15456CEE2BFC\n{TOOL_KEY}\n")
    assert signed_entries(tmp_path, (ENTRY,), str(tmp_path / "key.pub")) == 1
    with pytest.raises(VotesError, match="not a signature of this log"):
        signed_entries(tmp_path, (ENTRY.model_copy(update={"votes": 4}),), TOOL_KEY)


def test_a_log_that_grew_is_signed_up_to_where_it_was(log: Log, key_file: Path) -> None:
    signature, public = sign(log, key_file)
    assert f"head:{log.head}\tvotes:6" in signature.comment
    assert (log.folder / SIGNATURE in open_log(log.folder).files, verify(log.folder).passed) == (True, True)
    grown = append_votes(log, votes_table(some_votes(4, first=6)))
    assert len(log.entries) < len(grown.entries)
    assert signed_entries(grown.folder, grown.entries, public) == len(log.entries)
    signed_again, _ = sign(grown, key_file)
    assert signed_entries(grown.folder, grown.entries, public) == len(grown.entries)
    assert signed_again.key_id == signature.key_id


def test_another_key_another_comment_and_no_signature_are_refused(log: Log, key_file: Path) -> None:
    with pytest.raises(VotesError, match="is not signed"):
        signed_entries(log.folder, log.entries, TOOL_KEY)
    _, public = sign(log, key_file)
    with pytest.raises(VotesError, match="by the key that was given"):
        signed_entries(log.folder, log.entries, TOOL_KEY)
    path = log.folder / SIGNATURE
    path.write_text(path.read_text().replace("votes:6", "votes:7"))
    with pytest.raises(VotesError, match="by the key that was given"):
        signed_entries(log.folder, log.entries, public)
    path.write_text("a\nb\nc\nd\n")
    with pytest.raises(VotesError, match="not a signature of minisign"):
        read_signature(log.folder)
    with pytest.raises(ArenaError, match="no public key"):
        signed_entries(log.folder, log.entries, "nowhere.pub")


def readable_by_all(key: Path) -> Path:
    key.chmod(0o644)
    return key


def in_the_project(key: Path) -> Path:
    return key.rename(key.parent / "project" / "key")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (readable_by_all, "may be read by others"),
        (in_the_project, "lies in the project"),
        (lambda key: key.parent / "none", "cannot be read"),
        (lambda key: key.parent, "is no file"),
    ],
    ids=["readable", "published", "missing", "folder"],
)
def test_a_key_that_is_not_kept_safe_signs_nothing(
    log: Log, key_file: Path, spoil: Callable[[Path], Path], message: str
) -> None:
    with pytest.raises(ArenaError, match=message), signing_key(spoil(key_file), log.folder.parent, no_password):
        pass
    assert not (log.folder / SIGNATURE).exists()


def locked_key(path: Path) -> tuple[Path, str]:
    """A key with the password "right", which takes less work to open than minisign's own do; and its public key."""
    pair = minisign.KeyPair.generate()
    pair.secret_key.encrypt("right", opslimit=32768, memlimit=16_777_216)
    path.write_bytes(bytes(pair.secret_key))
    path.chmod(0o600)
    return path, pair.public_key.to_base64().decode()


def test_the_command_reads_the_password_from_the_environment_or_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = locked_key(tmp_path / "secret.key")
    command = ("seal", "--sign", path, "--project", tmp_path / "project")
    monkeypatch.delenv("ARENA_SIGNING_PASSWORD", raising=False)
    one_line_error(arena(*command), "nobody can be asked", "ARENA_SIGNING_PASSWORD")
    monkeypatch.setenv("ARENA_SIGNING_PASSWORD", "wrong")
    one_line_error(arena(*command), "wrong password")
    monkeypatch.setenv("ARENA_SIGNING_PASSWORD", "right")
    assert "password" not in arena(*command).stderr
    monkeypatch.setitem(sys.modules, "minisign", None)
    one_line_error(arena(*command), "pip install 'image-arena[sign]'")


def test_a_key_with_a_password_needs_it(log: Log, tmp_path: Path) -> None:
    path, public = locked_key(tmp_path / "secret.key")
    with pytest.raises(ArenaError, match="wrong password"), signing_key(path, log.folder.parent, lambda: "wrong"):
        pass
    with signing_key(path, log.folder.parent, lambda: "right") as key:
        sign_log(log, key, NOW)
    assert key.is_wiped()
    assert signed_entries(log.folder, log.entries, public) == len(log.entries)


def test_an_empty_log_is_not_signed(tmp_path: Path, key_file: Path) -> None:
    empty = open_log(tmp_path / "project" / "votes")
    with pytest.raises(VotesError, match="no votes to sign"):
        sign(empty, key_file)
    assert render_manifest(()) != b""
    assert not (tmp_path / "project" / "votes" / MANIFEST).exists()
