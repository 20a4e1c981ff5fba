"""No command says or keeps a key, a password or a secret, whatever goes wrong: canaries through all of them."""

from __future__ import annotations

import base64
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import click
import pytest

from arena.cli import main
from arena.cli.signing import PASSWORD_VARIABLE
from tests.cli.shell import HEADER, arena
from tests.collect.fakes import OpenAIFake
from tests.collect.servers import serving
from tests.collect.worlds import KEY, World

DATABASE_PASSWORD = "canary/of the+database"
LOGIN_SECRET, ARENA_SECRET, SIGNING_PASSWORD = (
    "canary-of-the-login",
    "canary-of-the-arena-32-bytes-long",
    "canary-of-a-key",
)
CANARIES = (KEY, DATABASE_PASSWORD, LOGIN_SECRET, ARENA_SECRET, SIGNING_PASSWORD)
LOGIN = 'issuer = "http://127.0.0.1:9/"\nclient_id = "x"\nname = "X"\nclient_secret_env = "CANARY_LOGIN"\n'

COMMANDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("audit",): ("--json",),
    ("build",): ("--base-url", "nowhere", "-v"),
    ("check",): ("--json",),
    ("collect",): ("--max-cost", "1"),
    ("diagnose",): ("--json",),
    ("export",): ("catalogue", "--out", "-"),
    ("import",): ("votes.csv", "--new-models", "-v"),
    ("init",): ("other",),
    ("looks",): ("--json",),
    ("messages",): ("es",),
    ("model", "list"): (),
    ("model", "merge"): ("org/one", "org/two"),
    ("model", "new"): ("org/new", "--source", "S"),
    ("model", "rename"): ("org/one", "org/uno"),
    ("model", "retire"): ("org/uno",),
    ("outputs", "add"): ("votes.csv",),
    ("outputs", "measure"): (),
    ("outputs", "play"): (),
    ("outputs", "retire"): (),
    ("preview",): ("--port", "BUSY"),
    ("prices", "pull"): ("votes.csv",),
    ("rate",): ("-v",),
    ("reasons",): ("--json",),
    ("review", "exclude"): ("--vote", "b", "--because", "x"),
    ("review", "forget"): ("--vote", "b", "--because", "x"),
    ("review", "list"): ("--json",),
    ("review", "release"): ("--vote", "b", "--because", "x"),
    ("seal",): ("-v", "--json"),
    ("serve",): ("--port", "BUSY"),
    ("simulate",): ("--votes", "10"),
    ("verify",): ("--json",),
}
"""What each command is asked to do; most of it fails, which is where texts come from everywhere."""


WITH_A_STORE = {("collect",), ("seal",), ("audit",), ("review", "list"), ("review", "exclude")}
"""Those that open a store, each in its own way."""


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def spellings(secret: str) -> set[bytes]:
    forms = {secret, quote(secret), quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("=")}
    return {form.encode() for form in forms}


def test_every_command_is_tried() -> None:
    assert set(COMMANDS) == set(commands(main))


def test_no_command_says_or_keeps_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake = OpenAIFake(KEY)
    monkeypatch.chdir(tmp_path)
    Path("votes.csv").write_text(HEADER + "b,2026-05-01T00:00:00Z,text-to-image,photo,en,org/one,org/two,left,v\n")
    said = []
    with serving(fake) as origin, socket.create_server(("127.0.0.1", 0)) as busy:
        fake.origin = origin
        world = World(tmp_path / "project", "openai-images", origin + fake.path, prompts=4)
        with (world.data / "arena.toml").open("a") as settings:
            settings.write(f"\n[login]\n{LOGIN}")
        model = world.data / "models/org/one.toml"
        model.write_text(model.read_text().replace('["text-to-image"]', '["text-to-image", "image-editing"]'))
        database = f"postgresql://arena:{quote(DATABASE_PASSWORD, safe='')}@127.0.0.1:9/arena"
        for name, value in (
            ("ACME_API_KEY", KEY),
            ("CANARY_LOGIN", LOGIN_SECRET),
            ("ARENA_SECRET", ARENA_SECRET),
            (PASSWORD_VARIABLE, SIGNING_PASSWORD),
        ):
            monkeypatch.setenv(name, value)
        for command, options in COMMANDS.items():
            # With a store of the project, and with one whose server is away and whose address has a password.
            for url in ("", database) if command in WITH_A_STORE else ("",):
                monkeypatch.setenv("ARENA_DATABASE_URL", url)
                fake.script.extend(["unauthorized", "html", "malformed"] if command == ("collect",) else [])
                port = str(busy.getsockname()[1])
                arguments = [port if option == "BUSY" else option for option in options]
                project = [] if command in (("init",), ("prices", "pull")) else ["--project", str(world.root)]
                ran = arena(*command, *arguments, *project)
                assert ran.exception is None or isinstance(ran.exception, SystemExit), (command, ran.exception)
                said.append(ran.output + ran.stderr)
    assert any("401" in text or "wrong key" in text for text in said), "the key was refused, and that was said"
    assert any("127.0.0.1:9" in text for text in said), "the server was away, and that was said"
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for canary in CANARIES:
        for spelling in spellings(canary):
            assert not [text for text in (*said, caplog.text) if spelling in text.encode()], spelling
            assert not [content for content in kept if spelling in content], spelling
