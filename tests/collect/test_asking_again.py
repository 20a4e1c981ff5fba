"""What is asked again and what is not: refusals, answers without a picture, errors that hold for all requests."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from arena.catalogue import load_catalogue
from arena.collect.ledger import Ledger, job_table
from arena.collect.offer_choice import CollectOptions
from arena.votes.store import open_store
from tests.cli.shell import arena
from tests.collect.fakes import GenerationsFake, OpenAIFake, OpenRouterFake
from tests.collect.servers import Reply, Seen, says, serving
from tests.collect.worlds import KEY, World, states, write

AGAIN = CollectOptions(refused=True)


@pytest.fixture
def fake() -> Iterator[OpenAIFake]:
    fake = OpenAIFake()
    with serving(fake) as origin:
        fake.origin = origin
        yield fake


@pytest.fixture
def world(tmp_path: Path, fake: OpenAIFake) -> World:
    return World(tmp_path, "openai-images", fake.origin + fake.path)


def another_night(world: World, options: CollectOptions | None = None) -> list[str]:
    world.clock.passed += 86_400
    world.collect(options or CollectOptions())
    return states(world.jobs())


def change_prompt(world: World) -> None:
    write(
        world.data / "prompts/text-to-image/lamp-0.toml",
        'text = "a green lamp"\nlanguage = "en"\ncategory = "photo"\n',
    )


def change_parameters(world: World) -> None:
    path = world.data / "providers/acme/org/one.toml"
    path.write_text("parameters = { seed = 7 }\n" + path.read_text())


def change_offer(world: World) -> None:
    path = world.data / "providers/acme/org/one.toml"
    path.write_text(path.read_text().replace("acme/one", "acme/one-2"))


@pytest.mark.parametrize("change", [change_prompt, change_parameters, change_offer])
def test_a_refusal_is_about_one_request(world: World, fake: OpenAIFake, change: Any) -> None:
    fake.script.append("refused")
    world.collect()
    assert another_night(world) == ["refused"]
    change(world)
    assert another_night(world) == ["refused", "done"]
    (measured,) = load_catalogue(world.data).measurements
    assert (measured.made, measured.refused) == (1, 0), "by now the picture is there"


def test_what_was_refused_is_asked_again_when_told_to(world: World, fake: OpenAIFake) -> None:
    fake.script.extend(["refused", "refused"])
    world.collect()
    assert another_night(world, AGAIN) == ["refused", "refused"]
    assert load_catalogue(world.data).measurements[0].refused == 1
    assert another_night(world) == ["refused", "refused"]
    assert another_night(world, AGAIN) == ["refused", "refused", "done"]


def test_jobs_of_earlier_releases_are_compared_by_what_they_have(world: World, fake: OpenAIFake) -> None:
    fake.script.append("refused")
    world.collect()
    with open_store(world.url) as store, store.writing() as connection:
        for column in ("request", "unusable"):
            connection.execute(text(f"ALTER TABLE {job_table.name} DROP COLUMN {column}"))
        connection.execute(text("UPDATE collect_version SET version = 1"))
    assert another_night(world) == ["refused"]
    change_parameters(world)
    assert another_night(world) == ["refused", "done"]
    with open_store(world.url) as store:
        assert Ledger(store).open_jobs() == []


def test_an_answer_without_a_picture_is_neither_free_nor_endless(tmp_path: Path) -> None:
    fake = OpenRouterFake()
    fake.begin = lambda prompt: {"choices": [{"message": {"content": "no"}}], "usage": {"cost": 0.0387}}  # pyrefly: ignore[method-assign]
    with serving(fake) as origin:
        fake.origin = origin
        world = World(tmp_path, "openrouter-chat", origin + fake.path)
        assert world.collect().spent == Decimal("0.0387")
        assert another_night(world) == ["failed"] * 2
        assert another_night(world) == ["failed"] * 3
        assert another_night(world) == ["failed"] * 3, "three runs are enough"
        assert len(fake.charges) == 3
        (left,) = world.plan().left_out
        assert left.reason.startswith("no picture from acme in 3 runs (--ask-refused): an answer in words")
        assert "it cost 0.0387 USD by the answer's own word" in left.reason
        assert another_night(world, AGAIN) == ["failed"] * 4
    assert sum(job.booked for job in world.jobs()) == 4 * Decimal("0.0387")


def test_answers_without_a_picture_count_against_the_budget(tmp_path: Path) -> None:
    fake = OpenRouterFake()
    fake.begin = lambda prompt: {"choices": [{"message": {"content": "no"}}], "usage": {"cost": 0.0387}}  # pyrefly: ignore[method-assign]
    with serving(fake) as origin:
        fake.origin = origin
        world = World(tmp_path, "openrouter-chat", origin + fake.path, prompts=20)
        summary = world.collect(max_cost="0.1")
    # The first cost more than the offer's price of 0.01: from then on as much is reserved, whatever is out at a time.
    assert len(fake.charges) == 2
    assert summary.spent == 2 * Decimal("0.0387")
    assert summary.stopped


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, {"code": "billing_hard_limit_reached", "message": "Billing hard limit has been reached"}),
        (403, {"message": "Your account has been flagged"}),
        (429, {"code": "insufficient_quota", "message": "You exceeded your current quota"}),
    ],
)
def test_an_error_for_all_is_one_request_one_line_exit_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, error: Any
) -> None:
    asked: list[Seen] = []

    def handle(seen: Seen) -> Reply:
        asked.append(seen)
        return says({"error": error}, status)

    monkeypatch.setenv("ACME_API_KEY", KEY)
    with serving(handle) as origin:
        world = World(tmp_path, "openai-images", f"{origin}/v1/images", models=("one", "two"), prompts=20)
        ran = arena("collect", "--project", world.root, "--max-cost", "5")
    assert (ran.exit_code, len(asked)) == (1, 1)
    assert len([line for line in ran.output.splitlines() if " failed: " in line]) == 1
    assert f"acme: given up: {status}: {error['message']}" in ran.output


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, {"message": "No such model: acme/two"}),
        (404, {"code": "model_not_found", "message": "The model 'acme/two' does not exist"}),
        (410, {"message": "gone since June"}),
        (403, {"message": "Your organization must be verified to use the model `acme/two`"}),
        (400, {"code": "invalid_value", "message": "The model 'acme/two' does not exist"}),
    ],
)
def test_a_model_that_is_not_there_is_one_request_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, error: Any
) -> None:
    fake, missing = OpenAIFake(), []

    def handle(seen: Seen) -> Reply:
        if seen.method == "POST" and seen.json["model"] == "acme/two":
            missing.append(seen)
            return says({"error": error}, status)
        return fake(seen)

    monkeypatch.setenv("ACME_API_KEY", KEY)
    with serving(handle) as origin:
        fake.origin = origin
        world = World(tmp_path, "openai-images", f"{origin}/v1/images", models=("one", "two", "three"), prompts=12)
        ran = arena("collect", "--project", world.root, "--max-cost", "5")
    assert (ran.exit_code, len(missing), world.listed()) == (0, 1, 24)
    assert len([line for line in ran.output.splitlines() if "org/two" in line and " failed: " in line]) == 1
    assert f"acme: org/two given up, 11 more not asked for: {status}: {error['message']}" in ran.output


def test_a_parameter_that_is_wrong_is_about_one_request(tmp_path: Path) -> None:
    def handle(_: Seen) -> Reply:
        return says({"error": {"code": "invalid_value", "message": "unknown model parameter 'steps'"}}, 400)

    with serving(handle) as origin:
        world = World(tmp_path, "openai-images", f"{origin}/v1/images", prompts=3)
        world.collect()
    assert states(world.jobs()) == ["failed"] * 3


def test_a_job_that_a_poll_does_not_find_says_nothing_of_its_model(tmp_path: Path) -> None:
    fake = GenerationsFake()
    fake.due = lambda job: True  # pyrefly: ignore[method-assign]
    with serving(lambda seen: says({"error": "no such job"}, 404) if seen.method == "GET" else fake(seen)) as origin:
        fake.origin = origin
        world = World(tmp_path, "generations", origin + fake.path, prompts=3)
        world.collect()
    assert states(world.jobs()) == ["failed"] * 3
