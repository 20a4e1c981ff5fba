"""Every adapter replays whole exchanges after its provider's documentation: what was understood, booked and asked."""

from __future__ import annotations

import asyncio
import base64
import json
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from arena.catalogue.records import Access
from arena.collect.job_runner import JobRunner
from arena.collect.jobs import Job, JobState
from arena.collect.planning import Budget
from arena.collect.provider_client import ProviderClient
from arena.gateways import GATEWAYS, ImageRequest
from tests.collect.exchanges import CELLS, END, START, Exchange, exchanges, table
from tests.collect.fakes import picture
from tests.collect.test_ledger import job as new_job
from tests.collect.worlds import TestClock

CASES = tuple(exchanges())
WANTED = ImageRequest("org/one", "acme/one", "text-to-image/0", "a lamp")
PICTURE = picture("a lamp")
STANDARD = base64.b64encode(PICTURE).decode()
LOOSE = "\n".join(STANDARD[at : at + 60] for at in range(0, len(STANDARD), 60))
LOOSE = LOOSE.replace("+", "-").replace("/", "_").rstrip("=")
ENDPOINT = "https://api.example/v1"
DOCS = Path(__file__).resolve().parents[2] / "docs" / "collecting.md"


class Writer:
    """A ledger that only remembers."""

    async def put(self, job: Job) -> Job:
        return job


class Server:
    """Gives the answers of an exchange one after the other."""

    def __init__(self, case: Exchange) -> None:
        self.answers = list(case.answers)
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(body, str):
            return httpx.Response(status, text=body)
        text = json.dumps(body).replace("PICTURE-LOOSE", json.dumps(LOOSE)[1:-1]).replace("PICTURE", STANDARD)
        return httpx.Response(status, text=text, headers={"content-type": "application/json"})


def replay(case: Exchange) -> tuple[Any, Server, ProviderClient]:
    gateway, clock, server = GATEWAYS[case.protocol], TestClock(), Server(case)
    asking = replace(new_job(0), began=clock.now(), estimate=Decimal("0.01"))

    async def run() -> tuple[Any, Server, ProviderClient]:
        provider = ProviderClient(ENDPOINT, Access(), {}, read=gateway.read, clock=clock, rng=random.Random(1))
        async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
            runner = JobRunner(
                gateway,
                provider,
                client,
                writer=Writer(),
                budget=Budget(Decimal(1)),
                clock=clock,
                redact=str,
            )
            return await runner.request(asking, WANTED, asking.estimate), server, provider

    return asyncio.run(run())


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_is_understood(case: Exchange) -> None:
    result, server, provider = replay(case)
    job = result.job
    assert (job.state, job.cost, job.doubt) == (JobState(case.state), Decimal(case.cost), Decimal(case.doubt))
    assert case.says in job.reason
    assert bool(provider.breaker.gave_up) is case.for_all
    assert result.no_such_model is case.for_model
    assert server.asked == len(case.answers), "not once more than the exchange has answers"
    if case.state == "answered" and result.content is not None:
        assert result.content == PICTURE
    else:
        assert job.media == ("https://pictures.example/1.png" if case.state == "answered" else "")


def test_each_protocol_has_each_kind_of_answer() -> None:
    kinds = {(case.protocol, case.cell) for case in CASES}
    assert kinds == {(protocol, cell) for protocol in GATEWAYS if protocol != "local" for cell in CELLS}
    assert all(case.source.startswith("https://") and case.read for case in CASES)
    assert len({case.id for case in CASES}) == len(CASES)


def test_the_table_in_the_documentation_is_that_of_the_tests() -> None:
    text = DOCS.read_text("utf-8")
    assert text.partition(START)[2].partition(END)[0].strip() == table(), "renew it: python -m tests.collect.exchanges"


@pytest.mark.parametrize(
    ("model", "modalities"),
    [
        ("black-forest-labs/flux.2-pro", ["image"]),
        ("openai/gpt-image-2", ["image"]),
        ("google/gemini-3-pro-image", ["image", "text"]),
        ("openai/gpt-5-image", ["image", "text"]),
    ],
)
def test_models_that_only_draw_are_asked_for_pictures_only(model: str, modalities: list[str]) -> None:
    request = GATEWAYS["openrouter-chat"].request(ENDPOINT, replace(WANTED, provider_model=model))
    assert request.json["modalities"] == modalities
