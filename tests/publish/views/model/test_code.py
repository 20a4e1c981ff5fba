"""Snippets: code that runs, with the model's own id, and what has to be replaced said."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from typing import Any

import pytest

from arena.catalogue.records import Offer, Provider
from arena.publish.edition import Edition
from arena.publish.views.model.code import Code, code_of
from tests.publish.editions import make_edition, make_model


def edition(**facts: Any) -> Edition:
    return make_edition({"acme/one": make_model("One", **facts)})


def snippets(code: Code) -> dict[str, str]:
    return {snippet.label: snippet.code for snippet in code.snippets}


class Response:
    def __init__(self, body: dict[str, object]) -> None:
        self.body = body

    def json(self) -> dict[str, object]:
        return self.body


class Gateway:
    """Stands for ``requests``: a job that is queued, runs, and ends as it is told to."""

    def __init__(self, end: dict[str, object]) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.left: list[dict[str, object]] = [{"status": "running", "id": "7"}, end]

    def post(self, url: str, **options: Any) -> Response:
        self.asked.append(("POST", url, options["json"]))
        return Response({"status": "queued", "id": "7"})

    def get(self, url: str, **options: Any) -> Response:
        self.asked.append(("GET", url, options["params"]))
        return Response(self.left.pop(0))


@pytest.mark.parametrize(
    ("end", "printed"),
    [
        (
            {"status": "completed", "output": {"media": [{"url": "https://x.example/1.webp"}]}},
            "https://x.example/1.webp",
        ),
        ({"status": "failed", "error": {"message": "too rude"}}, "failed: too rude"),
    ],
)
def test_the_python_snippet_asks_polls_and_prints(
    end: dict[str, object], printed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway = Gateway(end)
    monkeypatch.setitem(__import__("sys").modules, "requests", gateway)
    exec(snippets(code_of(edition(api_id="one-v1"), "acme/one"))["Python"], {})
    assert capsys.readouterr().out.strip() == printed
    method, url, body = gateway.asked[0]
    assert (method, url) == ("POST", "https://YOUR-GATEWAY/v1/generations")
    assert (body["model"], body["wait"], list(body["input"])) == ("one-v1", "auto", ["prompt"])
    assert gateway.asked[1:] == [("GET", f"{url}/7", {"wait": 60})] * 2


def test_the_curl_snippet_sends_the_same_request() -> None:
    code = snippets(code_of(edition(api_id="it's"), "acme/one"))["curl"]
    words = shlex.split(code.replace("\\\n", " "), comments=True)
    body = json.loads(words[words.index("-d") + 1])
    assert (body["model"], body["wait"]) == ("it's", "auto")
    if shutil.which("bash"):
        subprocess.run(["bash", "-n", "-c", code], check=True)


def test_the_javascript_snippet_is_well_formed() -> None:
    code = snippets(code_of(edition(), "acme/one"))["JavaScript"]
    assert '"acme/one"' in code
    if shutil.which("node"):
        subprocess.run(["node", "--check", "--input-type=module", "-"], input=code.encode(), check=True)
    assert code.count("{") == code.count("}")


def test_a_model_that_edits_gets_an_input_picture() -> None:
    editing = code_of(edition(arenas=("image-editing",)), "acme/one")
    assert re.search(r'"image": "https://example\.com/', snippets(editing)["Python"])
    both = code_of(edition(arenas=("text-to-image", "image-editing")), "acme/one")
    assert 'add its address to the input as "image"' in both.note


def test_the_address_is_that_of_a_gateway_that_serves_the_model() -> None:
    providers = {
        "gate": Provider(name="Gate", gateway="generations", endpoint="https://gate.example/v1/generations/"),
        "else": Provider(name="Else", gateway="other", endpoint="https://else.example"),
    }
    offers = {("else", "acme/one"): Offer(model_id="e"), ("gate", "acme/one"): Offer(model_id="gate-one")}
    served = make_edition({"acme/one": make_model("One", api_id="one")}, offers=offers, providers=providers)
    code = code_of(served, "acme/one")
    assert 'URL = "https://gate.example/v1/generations"\n' in snippets(code)["Python"]
    assert '"gate-one"' in snippets(code)["JavaScript"]
    assert code.note.startswith("Through the gateway of Gate")


def test_without_a_gateway_the_note_says_what_to_replace() -> None:
    note = code_of(edition(), "acme/one").note
    assert "replace YOUR-GATEWAY" in note
    assert "acme/one is its id on this site" in note
