"""Every sample is run against a gateway that follows its protocol, and gets its picture."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arena.catalogue.records import Access, Offer, Provider
from arena.gateways import GATEWAYS, InputImage, image_request
from arena.publish.samples import LANGUAGES, Task, blank_of
from arena.publish.samples.python import render_python
from tests.collect.fakes import AUTH, FAKES, Fake, picture
from tests.collect.servers import serving
from tests.conftest import ROOT
from tests.waiting import PATIENCE

KEY = "sk-test-4f9aXQ/2b+7e=51"
PROMPT = 'It\'s a "$5" poster: `50%` off \\ «ночь» @ {here}'
OFFER = Offer.model_validate({"model_id": "acme/one", "parameters": {"style": "it's $1"}})
PROGRAMS = {"python": [sys.executable], "curl": ["bash", "-e"], "javascript": ["node"]}
NAMES = {"python": "ask.py", "curl": "ask.sh", "javascript": "ask.mjs"}
NEEDS = {"python": (), "curl": ("bash", "curl", "jq"), "javascript": ("node",)}
PAUSES = {"time.sleep(1)": "time.sleep(0.01)", "sleep 1\n": "sleep 0.01\n", "(done, 1000)": "(done, 10)"}
"""What a sample that polls waits for a second by, and what it waits by here, since the fake gateway is quick."""


@pytest.fixture(params=FAKES)
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    """A gateway whose answers hold pictures as its documentation shows them: by address where there are jobs."""
    protocol = str(request.param)
    made: Fake = FAKES[protocol](KEY, by_url=protocol in ("generations", "replicate-predictions", "fal-queue"))
    with serving(made) as made.origin:
        yield made


def provider_of(fake: Fake) -> Provider:
    (protocol,) = [name for name, kind in FAKES.items() if type(fake) is kind]
    access = Access.model_validate({"auth": AUTH.get(protocol, "bearer"), "key": "ACME_API_KEY"})
    return Provider(name="Acme", gateway=protocol, endpoint=fake.origin + fake.path, access=access)


def run(language: str, code: str, folder: Path) -> None:
    missing = [program for program in NEEDS[language] if shutil.which(program) is None]
    if missing:
        pytest.skip(f"no {missing[0]} here")
    for pause, short in PAUSES.items():
        code = code.replace(pause, short)
    (folder / NAMES[language]).write_text(code, "utf-8")
    (folder / "photo.png").write_bytes(picture("a photo"))
    environment = {"PATH": os.environ["PATH"], "ACME_API_KEY": KEY, "HOME": str(folder)}
    program = [*PROGRAMS[language], NAMES[language]]
    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr.decode()


def sent(fake: Fake) -> Any:
    """What arrived, as far as it does not hang on how a form is written down."""
    (seen,) = fake.asked
    return seen.path, seen.body if seen.headers["content-type"].startswith("multipart") else seen.json


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize("language", [language for language, _, _ in LANGUAGES])
def test_a_sample_gets_its_picture(fake: Fake, language: str, task: Task, tmp_path: Path) -> None:
    provider = provider_of(fake)
    blank = blank_of("acme", provider, OFFER, model="org/one", asked="acme/one", task=task)
    render = {name: render for name, _, render in LANGUAGES}[language]
    run(language, render(blank, PROMPT), tmp_path)
    assert (tmp_path / "picture.png").read_bytes() == picture(PROMPT)
    assert fake.charges == [PROMPT]
    polling = provider.gateway in ("replicate-predictions", "fal-queue", "generations")
    assert len(fake.polled) > 1 or not polling, "it asks again while the job runs"
    path, body = sent(fake)
    photo = (InputImage(picture("a photo"), "image/png"),) if task is Task.EDIT else ()
    settings = {"quality": "medium", "size": "1024x1024", "parameters": {"style": "it's $1"}}
    facts = {"model": "org/one", "provider_model": "acme/one", "prompt": "", "text": PROMPT}
    wanted = image_request(settings, **facts, input_images=photo)
    would = GATEWAYS[provider.gateway or ""].request(provider.endpoint or "", wanted)
    assert fake.origin + path == would.url
    if would.files:
        assert picture("a photo") in body
        for name, value in would.form.items():
            assert f'name="{name}"\r\n\r\n{value}\r\n'.encode() in body
    else:
        assert body == would.json, "the sample sends what the collector would send"


@pytest.mark.parametrize("language", [language for language, _, _ in LANGUAGES])
def test_a_sample_without_a_key_needs_none(language: str, tmp_path: Path) -> None:
    fake = FAKES["generations"]()
    with serving(fake) as fake.origin:
        provider = provider_of(fake).model_copy(update={"access": Access(auth="none")})
        blank = blank_of("acme", provider, OFFER, model="org/one", asked="acme/one", task=Task.MAKE)
        render = {name: render for name, _, render in LANGUAGES}[language]
        run(language, render(blank, PROMPT), tmp_path)
    assert (tmp_path / "picture.png").read_bytes() == picture(PROMPT)
    assert "authorization" not in fake.asked[0].headers


@pytest.mark.parametrize(
    ("provider_id", "protocol", "task"),
    [("azure", "openai-images", Task.EDIT), ("fal", "fal-queue", Task.MAKE)],
    ids=["azure", "fal"],
)
def test_the_samples_for_azure_and_fal_follow_what_the_catalogue_says_of_them(
    provider_id: str, protocol: str, task: Task, tmp_path: Path
) -> None:
    model, folder = "gpt-image-2", ROOT / "data" / "providers" / provider_id
    provider = Provider.model_validate(tomllib.loads((folder / "provider.toml").read_text("utf-8")))
    offer = Offer.model_validate(tomllib.loads((folder / "openai" / f"{model}.toml").read_text("utf-8")))
    fake: Fake = FAKES[protocol](KEY, by_url=protocol == "fal-queue")
    host = (provider.endpoint or "").removesuffix("/openai/v1/images")
    fake.path = (provider.endpoint or "").removeprefix(host)
    if provider_id == "azure":
        fake.key_header = ("api-key", "{}")
    with serving(fake) as fake.origin:
        access = provider.access.model_copy(update={"key": "ACME_API_KEY"})
        local = provider.model_copy(update={"endpoint": fake.origin + fake.path, "access": access})
        asked = offer.model_id or ""
        blank = blank_of(provider_id, local, offer, model=f"openai/{model}", asked=asked, task=task)
        run("python", render_python(blank, PROMPT), tmp_path)
    assert (tmp_path / "picture.png").read_bytes() == picture(PROMPT)
    (seen,) = fake.asked
    if provider_id == "fal":
        assert seen.path.endswith("/openai/gpt-image-2")
        assert (seen.json["quality"], seen.json["image_size"]) == ("medium", {"width": 1024, "height": 1024})
    else:
        assert seen.path == "/openai/v1/images/edits"
