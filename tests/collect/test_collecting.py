"""Runs as a whole: budgets, interruptions, what stays and what is told."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.catalogue.outputs import Measurement
from arena.catalogue.play import outputs_in_play
from arena.collect.collecting import run_collection
from arena.collect.jobs import NO_COST, Job, JobState
from arena.collect.ledger import Ledger
from arena.collect.offer_choice import CollectOptions
from arena.collect.playing import leave_play
from arena.collect.progress import SUMMARY_COLUMNS, ProgressEvent, measure, percentile
from arena.errors import CatalogueError, CollectError, StoreError, VotesError
from arena.files import only_writer
from arena.records import OutputOrigin
from tests.collect.fakes import GenerationsFake, OpenAIFake, picture
from tests.collect.servers import Reply, serving
from tests.collect.worlds import World, states


@pytest.fixture
def fake() -> Iterator[OpenAIFake]:
    fake = OpenAIFake()
    with serving(fake) as origin:
        fake.origin = origin
        yield fake


@pytest.fixture
def world(tmp_path: Path, fake: OpenAIFake) -> World:
    return World(tmp_path, "openai-images", fake.origin + fake.path, models=("one", "two"), prompts=5)


def test_stops_before_the_next_request_would_pass_the_budget(world: World, fake: OpenAIFake) -> None:
    summary = world.collect(max_cost="0.035")
    assert len(fake.charges) == 3
    assert summary.spent == Decimal("0.03")
    assert summary.stopped == "the next request could pass the budget of 0.035 USD"
    assert summary.providers[0].left == 7
    world.clock.passed += 60
    assert world.collect(max_cost="1").spent == Decimal("0.07")
    assert len(fake.charges) == len(set(fake.charges)) * 2 == 10, "each prompt once for each of two models"


def test_lost_requests_count_against_the_budget(world: World, fake: OpenAIFake) -> None:
    fake.script.extend(["lost"] * 100)
    summary = world.collect(max_cost="0.08")
    assert summary.spent <= Decimal("0.08")
    assert len(fake.asked) <= 8, "what might be charged is never more than the budget"


def test_nothing_is_asked_for_twice(world: World, fake: OpenAIFake) -> None:
    world.collect()
    before = sorted((path, path.read_bytes()) for path in world.data.rglob("*") if path.is_file())
    world.clock.passed += 60
    summary = world.collect()
    assert (summary.providers, summary.spent) == ((), NO_COST)
    assert len(fake.asked) == 10
    assert sorted((path, path.read_bytes()) for path in world.data.rglob("*") if path.is_file()) == before


def test_what_is_collected_enters_play_and_comes_back_with_new_seeds(
    world: World, fake: OpenAIFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.collect()
    today = world.clock.now().date()
    outputs = load_catalogue(world.data, today).outputs
    assert all(output.looks for output in outputs), "pictures are measured when they are stored"
    by_prompt = {output.prompt: {o.entered_play for o in outputs if o.prompt == output.prompt} for output in outputs}
    assert sorted(by_prompt.values(), key=str) == [{None}, *[{today}] * 4], "one prompt of five is an example"
    retired = leave_play(world.data, (), today, everything=True)
    assert (retired.outputs, retired.prompts) == (8, 4)
    world.clock.passed += 60
    assert world.collect().providers == (), "what readers know is there, and is not asked for again"
    world.clock.passed += 60
    address = fake.address
    monkeypatch.setattr(fake, "address", lambda prompt: address(f"another {prompt}"))
    world.collect(options=CollectOptions(new_seeds=True))
    assert len(fake.asked) == 18, "all but those of the example"
    assert len(outputs_in_play(load_catalogue(world.data, today))) == 8


def test_an_interruption_finishes_what_is_under_way(world: World, fake: OpenAIFake) -> None:
    halt = threading.Event()

    class Halting(list[ProgressEvent]):
        def append(self, event: ProgressEvent) -> None:
            super().append(event)
            halt.set()

    world.events = Halting()
    summary = world.collect(halt=halt)
    assert summary.stopped == "interrupted"
    assert 1 <= len(fake.charges) < 10
    assert set(states(world.jobs())) == {"done"}
    assert world.listed() == len(fake.charges)


def test_a_provider_that_is_down_is_given_up(world: World, fake: OpenAIFake) -> None:
    fake.script.extend(["500"] * 200)
    summary = world.collect()
    assert "requests in a row failed" in summary.providers[0].down
    assert len(fake.asked) < 30
    assert summary.spent == 0


def test_one_run_at_a_time(world: World) -> None:
    with only_writer(world.data), pytest.raises(VotesError, match="another process"):
        world.collect()


def test_a_full_disk_is_said_and_nothing_is_lost(
    world: World, fake: OpenAIFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, calls = Ledger.put, []

    def failing(ledger: Ledger, changed: Sequence[Job]) -> None:
        calls.append(changed)
        if len(calls) == 4:
            raise StoreError("the disk is full")
        put(ledger, changed)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "put", failing)
        with pytest.raises(StoreError, match="disk is full"):
            world.collect()
    world.clock.passed += 60
    world.collect()
    world.collect(CollectOptions(doubtful=True))
    assert world.listed() == 10
    assert {job.state for job in world.jobs()} <= {JobState.DONE, JobState.DOUBTFUL}


def test_originals_stay_out_of_data(world: World) -> None:
    plan = world.plan()
    with world.ledger() as ledger, pytest.raises(CollectError, match="where data is published from"):
        run_collection(
            plan,
            load_catalogue(world.data),
            ledger,
            world.secrets(),
            private=world.data / "private",
            max_cost=Decimal(1),
            dependencies=None,  # pyrefly: ignore[bad-argument-type]
        )
    world.collect()
    assert (world.private / ".gitignore").read_text() == "*\n"


def test_a_bad_picture_is_paid_for_and_not_kept(world: World, fake: OpenAIFake) -> None:
    fake.by_url = False
    fake.encoded = lambda prompt: "R0lGODlhAQABAAAAACwAAAAAAQABAAA="  # pyrefly: ignore[method-assign]
    summary = world.collect()
    assert (summary.providers[0].failed, summary.spent) == (10, Decimal("0.10"))
    assert {job.reason for job in world.jobs()} == {"the picture: it is no PNG, JPEG, WebP or AVIF picture"}
    assert list((world.private / "incoming").iterdir()) == []
    kept = sorted((world.private / "unusable").iterdir())
    assert len(kept) == 20, "what was paid for stays, with the reason beside it"
    assert {path.read_bytes()[:6] for path in kept if not path.suffix} == {b"GIF89a"}
    assert "it is no PNG, JPEG, WebP or AVIF picture" in kept[1].read_text()
    assert world.listed() == 0


def test_a_picture_that_cannot_be_fetched_now_is_fetched_by_the_next_run(world: World, fake: OpenAIFake) -> None:
    handle = fake.handle
    fake.handle = lambda seen: Reply(503) if "/pictures/" in seen.path else handle(seen)  # pyrefly: ignore[method-assign]
    world.collect()
    assert set(states(world.jobs())) == {"answered"}
    fake.handle = handle  # pyrefly: ignore[method-assign]
    world.clock.passed += 60
    world.collect()
    assert set(states(world.jobs())) == {"done"}
    assert len(fake.charges) == 10


def test_unfinished_jobs_of_a_provider_without_a_key_wait(tmp_path: Path) -> None:
    fake = GenerationsFake(polls=10**9)
    with serving(fake) as origin:
        fake.origin = origin
        world = World(tmp_path, "generations", origin + fake.path)
        world.collect()
        world.environment.clear()
        world.clock.passed += 60
        summary = world.collect()
    assert summary.notes == ("acme: 1 jobs wait, because ACME_API_KEY is not set",)
    assert states(world.jobs()) == ["accepted"]


def test_simulated_images_stand_in_for_every_model(tmp_path: Path) -> None:
    world = World(tmp_path, models=("one", "two"), prompts=3)
    draw = lambda prompt, model: picture(f"{model} {prompt}", "WEBP")  # noqa: E731
    summary = world.collect(CollectOptions(local=True), max_cost="0", draw_simulated=draw, rng=random.Random(1))
    assert (summary.providers[0].done, summary.spent) == (6, NO_COST)
    assert {output.origin for output in load_catalogue(world.data).outputs} == {OutputOrigin.SIMULATED}
    assert not (world.data / "outputs/measurements.jsonl").exists(), "a simulation is no measurement"


def test_what_is_told_adds_up(world: World, fake: OpenAIFake) -> None:
    fake.script.extend(["refused", "failed"])
    summary = world.collect()
    last = world.events[-1]
    assert len(world.events) == 10
    assert last.line.endswith("(10 of 10)")
    assert last.progress.seconds_left == 0
    (row,) = summary.rows
    told = dict(zip(SUMMARY_COLUMNS, row, strict=True))
    expected = {"provider": "acme", "planned": "10", "done": "8", "failed": "1", "refused": "1", "USD": "0.0800"}
    assert told | expected == told
    plain = json.loads(json.dumps(summary.as_json()))
    assert (plain["spent"], plain["standings"][0]["cost"]) == ("0.08", "0.08")


def test_measures_each_offer_over_thirty_days(world: World, fake: OpenAIFake) -> None:
    fake.script.extend(["refused", "failed"])
    world.collect()
    found = load_catalogue(world.data).measurements
    assert [(one.provider, one.model) for one in found] == [("acme", "org/one"), ("acme", "org/two")]
    assert sum(one.tried for one in found) == 9
    assert (sum(one.made for one in found), sum(one.refused for one in found)) == (8, 1)
    assert sum(one.spent for one in found) == Decimal("0.08")
    assert (found[0].first, found[0].last) == (date(2026, 10, 22), date(2026, 11, 20))
    assert found[0].p50_ms is not None
    with world.ledger() as ledger:
        assert measure(ledger, date(2026, 12, 19)) == tuple(
            one.model_copy(update={"first": date(2026, 11, 20), "last": date(2026, 12, 19)}) for one in found
        )
        assert measure(ledger, date(2026, 12, 20)) == ()


def test_says_how_each_output_came_about(world: World) -> None:
    world.collect(CollectOptions(quality="high", width=1536))
    found = load_catalogue(world.data).collected
    assert {one.sha256 for one in found} == {output.sha256 for output in load_catalogue(world.data).outputs}
    assert (found[0].provider, found[0].asked, found[0].format, found[0].width) == ("acme", "acme/one", "png", 48)
    assert found[0].parameters == {"quality": "high", "size": "1536x1024"}


def test_a_damaged_file_of_facts_is_named_by_line(world: World) -> None:
    world.collect()
    path = world.data / "outputs/measurements.jsonl"
    path.write_text(path.read_text() + '{"provider": "acme"}\n')
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(world.data)
    assert str(caught.value.findings[0]) == (
        'data/outputs/measurements.jsonl:3: model: the key "model" is missing '
        "(arena collect writes this file: restore it, or remove the line)"
    )


@pytest.mark.parametrize(
    ("share", "count", "value"),
    [(0.5, 1, 1), (0.5, 2, 1), (0.5, 3, 2), (0.95, 20, 19), (0.95, 21, 20), (0.95, 100, 95)],
)
def test_percentiles_by_nearest_rank(share: float, count: int, value: int) -> None:
    assert percentile(range(1, count + 1), share) == value


def test_success_is_told_of_what_was_tried() -> None:
    day = date(2026, 11, 20)
    nothing = Measurement(
        provider="a", model="b/c", first=day, last=day, tried=0, made=0, refused=3, timed=0, spent=NO_COST
    )
    assert nothing.success is None
    assert nothing.model_copy(update={"tried": 4, "made": 3}).success == 0.75
