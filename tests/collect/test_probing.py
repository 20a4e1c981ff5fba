"""``arena collect --probe``: one request, its answer told without the key, and booked whatever becomes of it."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result

from arena.catalogue import load_catalogue
from arena.collect.dependencies import Dependencies
from arena.collect.ledger import Ledger
from arena.collect.offer_choice import CollectOptions
from arena.collect.probe_report import report_lines, shortened
from arena.collect.probing import choose_probe, run_probe
from arena.collect.secrets import Secrets
from arena.votes.store import open_store
from tests.cli.shell import arena
from tests.collect.exchanges import Exchange, exchanges
from tests.collect.fakes import AUTH, FAKES, Fake, picture
from tests.collect.servers import Reply, Seen, says, serving
from tests.collect.test_exchanges import LOOSE, STANDARD
from tests.collect.worlds import DAY, KEY, World, states, write

CASES = tuple(exchanges())
ENDPOINT = "https://api.example/v1"


@pytest.fixture(params=FAKES)
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    fake: Fake = FAKES[request.param](KEY)
    with serving(fake) as origin:
        fake.origin = origin
        yield fake


@pytest.fixture
def protocol(fake: Fake) -> str:
    return next(name for name, kind in FAKES.items() if type(fake) is kind)


@pytest.fixture
def world(tmp_path: Path, fake: Fake, protocol: str, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("ACME_API_KEY", KEY)
    auth = AUTH.get(protocol, "bearer")
    world = World(tmp_path, protocol, fake.origin + fake.path, auth=auth, models=("one", "two"), prompts=2)
    monkeypatch.setenv("ARENA_DATABASE_URL", world.url)
    return world


def probe(world: World, *more: str, cost: str = "0.05") -> Result:
    return arena("collect", "--project", world.root, "--probe", "acme", "--max-cost", cost, *more)


def without_key(text: str) -> bool:
    spellings = (KEY, KEY.replace("/", "%2F"), base64.b64encode(KEY.encode()).decode().rstrip("="), KEY[:12], KEY[-8:])
    return not any(spelling in text for spelling in spellings)


def test_tells_the_request_the_answer_and_the_picture(world: World, fake: Fake, protocol: str) -> None:
    ran = probe(world)
    assert ran.exit_code == 0, ran.output
    assert f"protocol: {protocol}" in ran.stdout
    assert "model: org/one, asked for as acme/one" in ran.stdout
    assert "A red circle on a white background." in ran.stdout
    assert re.search(r"^ANSWER 1: 20\d, understood as ", ran.stdout, re.M)
    assert "a picture: PNG, 48 x 48 pixels, " in ran.stdout
    booked = "0.0123 USD, by the answer's own word" if "openrouter" in protocol else "0.01 USD, the offer's price"
    assert f"booked: {booked}" in ran.stdout
    assert "Python 3." in ran.stdout and "arena 0" in ran.stdout
    assert len(fake.asked) == len(fake.charges) == 1
    assert without_key(ran.output)
    assert str(world.root) not in ran.stdout and "base64," not in ran.stdout.replace("base64,...", "")


def test_is_booked_and_is_no_output(world: World, protocol: str) -> None:
    assert probe(world).exit_code == 0
    (job,) = world.jobs()
    assert (job.state.value, job.prompt, job.doubt, job.requests) == ("done", "probe", Decimal(0), 1)
    assert job.cost == Decimal("0.0123" if "openrouter" in protocol else "0.01")
    assert world.listed() == 0
    (kept,) = (world.private / "probes").iterdir()
    assert kept.read_bytes() == picture("A red circle on a white background.")
    world.collect()
    assert world.listed() == 4, "a run after it asks for all that is missing, and lists no probe"
    assert {measured.tried for measured in load_catalogue(world.data).measurements} == {2}, "a probe measures nothing"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("unauthorized", "an error that holds for all requests to this provider: 401"),
        ("refused", "a refusal by a content filter: "),
        ("failed", "a failure of this request: "),
        ("429", "a provider that cannot answer now: "),
        ("500", "a provider that cannot answer now: "),
        ("html", "no answer that can be read: answered text/html instead of JSON"),
        ("malformed", "no answer that can be read: answered malformed JSON"),
        ("lost", "no end: the connection broke"),
        ("elsewhere", "no answer that can be read: 302"),
    ],
)
def test_anything_else_is_told_by_its_kind(world: World, fake: Fake, mode: str, words: str) -> None:
    fake.script.append(mode)
    ran = probe(world)
    assert ran.exit_code == 1
    assert words in ran.stdout
    assert len(fake.asked) == 1, "one request, whatever the answer"
    assert without_key(ran.output)
    (job,) = world.jobs()
    if mode in ("html", "malformed", "lost"):
        assert job.booked == Decimal("0.01"), "what may have been charged is booked"
    elif mode not in ("refused", "failed"):  # those differ by protocol: see tests/data/exchanges
        assert job.booked == 0
    assert not world.plan().unfinished


def test_asks_for_the_cheapest_or_the_one_that_is_named(world: World, fake: Fake) -> None:
    path = world.data / "providers/acme/org/two.toml"
    path.write_text(path.read_text().replace("0.01", "0.004"))
    assert "model: org/two, asked for as acme/two" in probe(world).stdout
    assert "model: org/one, asked for as acme/one" in probe(world, "--model", "org/one").stdout


def test_costs_no_more_than_allowed(world: World, fake: Fake) -> None:
    ran = probe(world, cost="0.009")
    assert (ran.exit_code, fake.asked, world.jobs()) == (1, [], [])
    assert "the cheapest picture there is estimated at 0.01 USD (org/one)" in ran.stderr
    assert "--max-cost 0.01" in ran.stderr
    ran = arena("collect", "--project", world.root, "--probe", "acme")
    assert (ran.exit_code, fake.asked) == (2, [])


def test_says_which_key_is_missing_and_shows_the_request_without_one(
    world: World, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ACME_API_KEY")
    ran = probe(world)
    assert (ran.exit_code, fake.asked) == (1, [])
    assert "ACME_API_KEY is not set" in ran.stderr
    ran = arena("collect", "--project", world.root, "--probe", "acme", "--dry-run")
    assert (ran.exit_code, fake.asked) == (0, [])
    assert "POST http" in ran.stdout and "[key]" in ran.stdout and "Nothing was sent." in ran.stdout


def test_as_json(world: World, fake: Fake) -> None:
    fake.script.append("unauthorized")
    ran = probe(world, "--json")
    said = json.loads(ran.stdout)
    assert (ran.exit_code, said["passed"], said["understood"], said["state"]) == (1, False, False, "failed")
    assert without_key(ran.stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--probe", "acm"), 'no provider "acm"'),
        (("--probe", "acme", "--model", "org/on"), 'no model "org/on"'),
    ],
)
def test_names_that_nobody_has(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    world = World(tmp_path, "openai-images")
    ran = arena("collect", "--project", world.root, "--max-cost", "1", *arguments)
    assert ran.exit_code == 1
    assert words in ran.stderr and "did you mean" in ran.stderr


def test_a_provider_that_cannot_be_asked_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_API_KEY", KEY)
    world = World(tmp_path, "openai-images")
    write(world.data / "providers/acme/org/one.toml", 'model_id = "acme/one"\nnot_asked = "it is a test"\n')
    ran = probe(world)
    assert ran.exit_code == 1
    assert "no model that can be asked" in ran.stderr and "org/one: it is a test" in ran.stderr


class Gone(BaseException):
    """The process died."""


@pytest.mark.parametrize("when", ["before the answer", "while it is polled"])
def test_a_probe_that_is_killed_is_in_doubt_and_nothing_goes_on_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    world = World(tmp_path, "generations", "https://api.example/v1/generations")

    def die(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" or when == "before the answer":
            raise Gone
        return httpx.Response(200, json={"id": "g1", "status": "queued"})

    with pytest.raises(Gone):
        probed(world, die)
    (job,) = world.jobs()
    assert (job.state.value, job.booked) == ("doubtful", Decimal("0.01"))
    plan = world.plan()
    assert (plan.unfinished, len(plan.images)) == ((), 1)


def probed(world: World, answer: Any, key: str = KEY) -> str:
    """The report of a probe against a transport, as text."""
    catalogue = load_catalogue(world.data)
    secrets = Secrets({"ACME_API_KEY": key}, frozenset({"ACME_API_KEY"}))
    planned = choose_probe(catalogue, "acme", CollectOptions(), secrets, qualities=("low", "medium"), on=DAY)
    transport = httpx.MockTransport(answer)
    with open_store(world.url) as store:
        result = run_probe(
            planned,
            catalogue,
            Ledger(store),
            secrets,
            private=world.private,
            max_cost=Decimal(1),
            dependencies=Dependencies(
                random.Random(1), clock=world.clock, transport=lambda _: transport, resolver=anywhere
            ),
        )
    return "\n".join(report_lines(result, secrets, {"arena": "1"}))


async def anywhere(_: str) -> list[str]:
    await asyncio.sleep(0)
    return ["93.184.216.34"]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_every_exchange_is_told_and_booked(tmp_path: Path, case: Exchange) -> None:
    answers = list(case.answers)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "93.184.216.34":
            return httpx.Response(200, content=picture("a lamp"))
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        text = body if isinstance(body, str) else json.dumps(body)
        text = text.replace("PICTURE-LOOSE", json.dumps(LOOSE)[1:-1]).replace("PICTURE", STANDARD)
        kind = "text/plain" if isinstance(body, str) else "application/json"
        return httpx.Response(status, text=text, headers={"content-type": kind})

    world = World(tmp_path, case.protocol, ENDPOINT)
    told = probed(world, answer)
    (job,) = world.jobs()
    repeated = case.answers[0][0] in (402, 429, 502) or "asked again" in case.label
    if repeated and case.state == "answered":
        assert "a provider that cannot answer now" in told, "a probe sends one request"
        return
    assert ("a picture: PNG, 48 x 48" in told) is (case.state == "answered")
    assert job.state.value == ("done" if case.state == "answered" else case.state)
    assert (job.cost, job.doubt) == (Decimal(case.cost), Decimal(case.doubt))
    assert STANDARD[:40] not in told and LOOSE[:40] not in told and "\n".join(told.splitlines()) == told
    assert max(map(len, told.splitlines())) < 500


@pytest.mark.parametrize(
    "spelt",
    [
        KEY,
        f"Bearer {KEY}",
        KEY.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D"),
        base64.b64encode(KEY.encode()).decode(),
        "x" * 110 + KEY,
        f"https://api.example/v1?key={KEY}",
        f"\x1b[31m{KEY}\x1b[0m",
    ],
)
def test_a_key_that_the_answer_repeats_is_nowhere(tmp_path: Path, spelt: str) -> None:
    world = World(tmp_path, "openai-images", ENDPOINT)
    body = {"error": {"message": spelt, spelt: {"deep": [spelt]}}, "data": [spelt]}
    told = probed(world, lambda _: httpx.Response(400, json=body))
    (job,) = world.jobs()
    assert without_key(told) and without_key(repr(job)) and "\x1b" not in told
    told = probed(world, lambda _: httpx.Response(500, text=f"<html><title>{spelt}</title>{spelt}"))
    assert without_key(told)


def test_large_and_deep_answers_stay_short(tmp_path: Path) -> None:
    deep = json.loads('{"x": [' * 400 + '"end"' + "]}" * 400)
    body = {"deep": deep, "wide": {f"k{n}": n for n in range(5000)}, "long": list(range(9000)), "b": "A" * 500_000}
    told = probed(World(tmp_path, "openai-images", ENDPOINT), lambda _: httpx.Response(400, json=body))
    assert len(told.splitlines()) < 150
    assert 'b: string "[500,000 letters]"' in told
    assert "k39" in told and "k40" not in told and "... 4960 more" in told


def test_texts_are_cut_after_keys_pictures_and_queries_were_taken_out() -> None:
    secrets = Secrets({"K": KEY}, frozenset({"K"}))
    assert shortened("see https://cdn.example/a.png?X-Signature=abc&y=1 now", secrets) == (
        "see https://cdn.example/a.png?... now"
    )
    assert shortened("![x](data:image/png;base64,iVBORw0KGgo=)", secrets) == "![x](data:image/png;base64,...)"
    assert shortened("word " * 60, secrets).endswith("... (300 characters)")


def test_a_long_job_is_told_by_its_first_and_last_answers(tmp_path: Path) -> None:
    fake = FAKES["generations"]("", polls=12)
    with serving(fake) as origin:
        fake.origin = origin
        world = World(tmp_path, "generations", origin + fake.path)
        told = probed_live(world)
    assert "... 9 more answers" in told and "ANSWER 14: " in told and "ANSWER 3: " not in told


def probed_live(world: World) -> str:
    catalogue, secrets = load_catalogue(world.data), world.secrets()
    planned = choose_probe(catalogue, "acme", CollectOptions(), secrets, qualities=("medium",), on=DAY)
    with open_store(world.url) as store:
        result = run_probe(
            planned,
            catalogue,
            Ledger(store),
            secrets,
            private=world.private,
            max_cost=Decimal(1),
            dependencies=Dependencies(random.Random(1), clock=world.clock),
        )
    return "\n".join(report_lines(result, secrets, {}))


def test_a_job_that_does_not_end_is_in_doubt(tmp_path: Path) -> None:
    world = World(tmp_path, "generations", ENDPOINT)
    told = probed(world, lambda _: httpx.Response(200, json={"id": "g1", "status": "running"}))
    (job,) = world.jobs()
    assert "no end: not done after" in told
    assert (job.state.value, job.doubt, world.plan().unfinished) == ("doubtful", Decimal("0.01"), ())


def test_a_picture_that_cannot_be_used_is_kept_and_told(tmp_path: Path) -> None:
    world = World(tmp_path, "openai-images", ENDPOINT)
    odd = base64.b64encode(b"GIF89a and nothing").decode()
    told = probed(world, lambda _: httpx.Response(200, json={"data": [{"b64_json": odd}]}))
    assert "a picture that cannot be used: the picture: " in told
    assert "booked: 0.01 USD, the offer's price" in told
    (kept,) = (world.private / "probes").iterdir()
    assert kept.read_bytes() == b"GIF89a and nothing"
    assert states(world.jobs()) == ["failed"]


def test_answers_of_a_server_that_sends_elsewhere_are_not_followed(tmp_path: Path) -> None:
    def handle(_: Seen) -> Reply:
        return says({"data": [{"url": "http://169.254.169.254/latest/meta-data"}]})

    with serving(handle) as origin:
        world = World(tmp_path, "openai-images", f"{origin}/v1/images")
        told = probed_live(world)
    assert "a picture that cannot be used" in told and states(world.jobs()) == ["failed"]
