"""Every gateway: what it puts into a request, against a server that follows its protocol, and against each way in which
such a server fails.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from arena.collect import provider_client
from arena.collect.jobs import NO_COST, JobState
from arena.collect.progress import RunSummary
from arena.gateways import GATEWAYS, ImageRequest, InputImage
from tests.cli.shell import arena
from tests.collect.fakes import AUTH, FAILURES, FAKES, Fake, body_of, picture
from tests.collect.servers import serving
from tests.collect.worlds import KEY, World, states, write

EDIT = ImageRequest(
    "org/m", "acme/m", "p", "a lamp", input_images=(InputImage(b"x", "image/png"), InputImage(b"y", "image/png"))
)
PAID = ("malformed", "html", "huge")
"""Failures after which the provider may have charged."""
JOBS = ("generations", "replicate-predictions", "fal-queue")
"""The protocols that poll."""


@pytest.fixture(params=FAKES)
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fake(protocol: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    fake: Fake = FAKES[protocol](KEY)
    monkeypatch.setattr(asyncio, "timeout", giving_up(asyncio.timeout, fake))
    with serving(fake) as origin:
        fake.origin = origin
        yield fake


def giving_up(timeout: Callable[[float | None], asyncio.Timeout], fake: Fake) -> Callable[..., asyncio.Timeout]:
    """As ``asyncio.timeout``, but over as soon as a request came that is never answered, and not before."""

    def giving(seconds: float | None) -> asyncio.Timeout:
        loop, patience = asyncio.get_running_loop(), timeout(seconds)
        fake.given_up = lambda: loop.call_soon_threadsafe(lambda: patience.reschedule(loop.time()))
        return patience

    return giving


@pytest.fixture
def world(tmp_path: Path, protocol: str, fake: Fake) -> World:
    return World(tmp_path, gateway=protocol, endpoint=fake.origin + fake.path, auth=AUTH.get(protocol, "bearer"))


def test_gets_its_pictures(world: World, fake: Fake) -> None:
    summary = world.collect()
    (job,) = world.jobs()
    assert (job.state, job.requests, job.format, job.width) == (JobState.DONE, 1, "PNG", 48)
    assert fake.charges == ["a lamp, number 0"]
    assert (summary.providers[0].done, summary.stopped) == (1, "")
    assert summary.spent == (Decimal("0.0123") if world.gateway.startswith("openrouter") else Decimal("0.01"))
    original = world.private / "originals" / job.original[:2] / f"{job.original}.png"
    assert original.read_bytes() == picture("a lamp, number 0")
    assert world.listed() == 1


@pytest.mark.parametrize("by_url", [True, False])
def test_takes_pictures_by_address_and_as_data(world: World, fake: Fake, by_url: bool) -> None:
    fake.by_url = by_url
    world.collect()
    assert states(world.jobs()) == ["done"]


@pytest.mark.parametrize("failure", ["429", "500", "lost", "cut", "slow"])
def test_tries_again_what_may_do_later(world: World, fake: Fake, failure: str) -> None:
    fake.script.extend([failure])
    world.collect()
    (job,) = world.jobs()
    assert (job.state, job.requests) == (JobState.DONE, 1 if failure in ("429", "500") else 2)
    lost = failure in ("lost", "cut", "slow")
    assert job.doubt == (Decimal("0.01") if lost else NO_COST), "what was lost on the way may have been charged"
    assert len(fake.asked) == 2
    assert world.listed() == 1


def test_waits_as_long_as_the_server_says(world: World, fake: Fake) -> None:
    fake.script.extend(["429", "429"])
    world.collect()
    assert [nap for nap in world.clock.naps if nap >= 2] == [2.0, 2.0]
    assert len(fake.asked) == 3


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("malformed", "malformed JSON"),
        ("html", "text/html instead of JSON"),
        ("huge", "larger than 1,000,000 bytes"),
        ("elsewhere", "302"),
        ("failed", ""),
    ],
)
def test_a_failure_ends_in_its_record(
    world: World, fake: Fake, failure: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_client, "LARGEST_ANSWER", 1_000_000)
    fake.script.extend([failure])
    summary = world.collect()
    (job,) = world.jobs()
    assert job.state is JobState.FAILED
    # fal may charge for what its model found wrong, OpenRouter's chat does for words.
    paid = world.gateway in ("fal-queue", "openrouter-chat")
    assert words in job.reason
    assert job.reason
    assert (summary.providers[0].failed, world.listed()) == (1, 0)
    assert job.booked == (Decimal("0.01") if failure in (*PAID, *(["failed"] if paid else [])) else NO_COST)
    assert states_after_another_run(world) == ["failed", "done"], "a failed picture is asked for in the next run"


def states_after_another_run(world: World) -> list[str]:
    world.clock.passed += 60
    world.collect()
    return states(world.jobs())


@pytest.mark.parametrize("failure", ["500", "lost"])
def test_gives_up_after_five_attempts(world: World, fake: Fake, failure: str) -> None:
    fake.script.extend([failure] * 5)
    world.collect()
    (job,) = world.jobs()
    assert len(fake.asked) == 5
    assert job.state is (JobState.FAILED if failure == "500" else JobState.DOUBTFUL)
    assert job.booked == (NO_COST if failure == "500" else Decimal("0.05"))


def test_a_refusal_is_no_error_and_not_asked_again(world: World, fake: Fake) -> None:
    fake.script.extend(["refused"])
    summary = world.collect()
    (job,) = world.jobs()
    assert (job.state, job.booked) == (
        JobState.REFUSED,
        Decimal("0.01") if world.gateway in ("fal-queue", "gemini") else NO_COST,
    )
    assert (summary.providers[0].refused, summary.providers[0].failed) == (1, 0)
    plan = world.plan()
    assert plan.images == ()
    assert plan.left_out[0].reason == "refused by acme on 2026-11-20 (--ask-refused)"


def test_a_wrong_key_ends_the_provider(tmp_path: Path, protocol: str, fake: Fake) -> None:
    world = World(
        tmp_path,
        gateway=protocol,
        endpoint=fake.origin + fake.path,
        auth=AUTH.get(protocol, "bearer"),
        prompts=20,
        access={"concurrency": 1},
    )
    fake.script.extend(["unauthorized"] * 20)
    summary = world.collect()
    assert "401" in summary.providers[0].down
    assert len(fake.asked) == 1, "no other request can work"
    assert summary.providers[0].left == 19


def look_for_keys(world: World, summary: RunSummary, log: str) -> None:
    said = [log, repr(summary), repr(summary.as_json()), repr(world.secrets()), *(event.line for event in world.events)]
    kept = [path.read_bytes() for path in world.root.rglob("*") if path.is_file()]
    assert len(kept) > 8
    for key in (KEY, base64.b64encode(KEY.encode()).decode().rstrip("="), "sk-test-4f9aXQ%2F2b"):
        assert all(key not in text for text in said)
        assert all(key.encode() not in content for content in kept)


def test_keys_are_nowhere(
    tmp_path: Path, protocol: str, fake: Fake, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_client, "LARGEST_ANSWER", 1_000_000)
    caplog.set_level(logging.DEBUG)
    access = {"concurrency": 1}
    auth = AUTH.get(protocol, "bearer")
    world = World(tmp_path, protocol, fake.origin + fake.path, auth, prompts=20, access=access)
    fake.script.extend(mode for failure in FAILURES for mode in (failure, "ok"))
    fake.script.pop()
    summary = world.collect()
    if protocol == "generations":
        model = world.data / "models/org/one.toml"
        model.write_text(model.read_text().replace('"text-to-image"', '"text-to-image", "image-editing"'))
        built = arena("build", "--project", world.root)
        assert built.exit_code == 0, built.output
    look_for_keys(world, summary, caplog.text)
    assert not fake.script, "every failure was met"


@pytest.mark.parametrize("protocol", ["generations"], indirect=True)
@pytest.mark.parametrize("failure", [failure for failure in FAILURES if failure != "slow"])
def test_keys_are_nowhere_after_the_same_failure_five_times(
    world: World, fake: Fake, failure: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_client, "LARGEST_ANSWER", 1_000_000)
    caplog.set_level(logging.DEBUG)
    fake.script.extend([failure] * 5)
    look_for_keys(world, world.collect(), caplog.text)


@pytest.mark.parametrize("protocol", JOBS, indirect=True)
def test_a_job_that_never_ends_is_polled_by_the_next_run(world: World, fake: Fake) -> None:
    fake.polls = 10**9
    summary = world.collect()
    (job,) = world.jobs()
    assert (job.state, summary.providers[0].running) == (JobState.ACCEPTED, 1)
    assert "not done after 900 s" in job.reason
    assert summary.spent == Decimal("0.01"), "it may still be charged"
    for found in fake.jobs.values():
        found["left"] = 0
    world.clock.passed += 60
    world.collect()
    assert states(world.jobs()) == ["done"]
    assert (len(fake.asked), len(fake.charges)) == (1, 1)


@pytest.mark.parametrize("protocol", JOBS, indirect=True)
def test_a_job_is_not_waited_for_after_a_day(world: World, fake: Fake) -> None:
    fake.polls = 10**9
    world.collect()
    world.clock.passed += 90_000
    world.collect()
    (job,) = world.jobs()
    assert job.state is JobState.FAILED
    assert "over a day ago" in job.reason
    assert job.booked == Decimal("0.01")


@pytest.mark.parametrize("protocol", JOBS, indirect=True)
def test_polling_is_repeated_and_never_asks_again(world: World, fake: Fake) -> None:
    answer, faults = fake.poll, ["500", "lost", "429"]
    fake.poll = lambda seen: fake.scripted(seen, faults.pop()) if faults else answer(seen)  # pyrefly: ignore[method-assign]
    world.collect()
    assert states(world.jobs()) == ["done"]
    assert (len(fake.asked), faults) == (1, [])


@pytest.mark.parametrize("protocol", JOBS, indirect=True)
def test_an_outage_while_polling_leaves_the_job_for_the_next_run(world: World, fake: Fake) -> None:
    answer, faults = fake.poll, ["500"] * 6
    fake.poll = lambda seen: fake.scripted(seen, faults.pop()) if faults else answer(seen)  # pyrefly: ignore[method-assign]
    world.collect()
    assert states(world.jobs()) == ["accepted"]
    world.clock.passed += 60
    world.collect()
    assert states(world.jobs()) == ["done"]
    assert len(fake.charges) == 1


@pytest.mark.parametrize("protocol", ["openai-images"], indirect=True)
def test_a_repeated_request_carries_its_key(tmp_path: Path, fake: Fake) -> None:
    access = {"idempotency": "Idempotency-Key"}
    world = World(tmp_path, gateway="openai-images", endpoint=fake.origin + fake.path, access=access)
    fake.idempotent = True
    fake.script.extend(["cut", "cut"])
    world.collect()
    (job,) = world.jobs()
    assert (job.state, job.doubt, job.requests) == (JobState.DONE, NO_COST, 3)
    assert len({seen.headers["idempotency-key"] for seen in fake.asked}) == 1
    assert len(fake.charges) == 1


@pytest.mark.parametrize("protocol", ["openai-images"], indirect=True)
def test_a_request_without_an_answer_keeps_its_key_for_the_next_run(tmp_path: Path, fake: Fake) -> None:
    access = {"idempotency": "Idempotency-Key"}
    world = World(tmp_path, gateway="openai-images", endpoint=fake.origin + fake.path, access=access)
    fake.idempotent = True
    fake.script.extend(["cut"] * 5)
    world.collect()
    assert states(world.jobs()) == ["asking"]
    world.clock.passed += 60
    world.collect()
    assert states(world.jobs()) == ["done"]
    assert len(fake.charges) == 1


def test_edits_carry_the_picture(world: World, fake: Fake) -> None:
    model = (world.data / "models/org/one.toml").read_text().replace('"text-to-image"', '"image-editing"')
    write(world.data / "models/org/one.toml", model)
    text = 'text = "make it evening"\nlanguage = "en"\ncategory = "photo"\ninput_image = "room.png"\n'
    write(world.data / "prompts/image-editing/room.toml", text)
    before = picture("room")
    path = world.data / "outputs/inputs/room.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(before)
    world.collect()
    assert states(world.jobs()) == ["done"]
    (seen,) = fake.asked
    if world.gateway == "openai-images":
        assert seen.path.endswith("/edits")
        assert before in seen.body
        assert b'name="image[]"; filename="1.png"' in seen.body
    else:
        assert base64.b64encode(before).decode() in repr(body_of(seen))


@pytest.mark.parametrize(("named", "key", "sent"), [("image_url", "image_url", 1), ("images[]", "images", 2)])
@pytest.mark.parametrize("gateway", ["fal-queue", "generations", "openai-images", "replicate-predictions"])
def test_an_offer_names_the_field_of_the_picture(gateway: str, named: str, key: str, sent: int) -> None:
    request = GATEWAYS[gateway].request("https://api.example/v1/images", replace(EDIT, image_parameter=named))
    fields = request.json.get("input", request.json)
    urls = [image.data_url for image in EDIT.input_images]
    assert fields[key] == (urls if sent == 2 else urls[0])
    assert not request.files


def test_those_who_speak_as_openai_does_get_no_parameters_but_their_own() -> None:
    wanted = replace(EDIT, input_images=(), parameters={"width": 512})
    theirs = GATEWAYS["openai-images"].request("https://api.example/v1/images", wanted)
    assert (theirs.url, theirs.json) == (
        "https://api.example/v1/images/generations",
        {"model": "acme/m", "prompt": "a lamp", "width": 512},
    )
    openais_own = replace(wanted, provider_model="gpt-image-2")
    own = GATEWAYS["openai-images"].request("https://api.example/v1/images", openais_own)
    fields = {"n": 1, "size": "1024x1024", "quality": "medium", "output_format": "png"}
    assert {key: own.json[key] for key in fields} == fields


@pytest.mark.parametrize(("edge", "size"), [(1024, None), (2048, "2K"), (4096, "4K")])
def test_gemini_is_asked_for_the_size_that_is_paid_for(edge: int, size: str | None) -> None:
    wanted = replace(EDIT, input_images=(), width=edge, height=edge)
    request = GATEWAYS["gemini"].request("https://api.example/v1beta/models", wanted)
    config = request.json["generationConfig"]["imageConfig"]
    assert (config["aspectRatio"], config.get("imageSize")) == ("1:1", size)
