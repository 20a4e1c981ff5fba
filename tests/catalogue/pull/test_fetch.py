from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from arena.catalogue.pull import LISTS, ListKind, load_named_list, load_price_list
from arena.catalogue.pull import fetch as fetching
from arena.errors import CatalogueError
from tests.catalogue.pull.made_up import LITELLM, OPENROUTER


def answering(status: int, content: bytes = b"") -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, content=content))


def test_from_a_saved_file(tmp_path: Path) -> None:
    path = tmp_path / "saved.json"
    path.write_text(OPENROUTER)
    assert len(load_price_list(ListKind.OPENROUTER, str(path)).prices) == 6


def test_from_where_it_is_published() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, text=LITELLM)

    found = load_price_list(ListKind.LITELLM, transport=httpx.MockTransport(answer))
    assert asked == [LISTS[ListKind.LITELLM].url]
    assert found.passed_over == 1


def test_a_moved_list_is_followed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        moved = request.url.path == "/old"
        return httpx.Response(301, headers={"Location": "/new"}) if moved else httpx.Response(200, text=OPENROUTER)

    transport = httpx.MockTransport(answer)
    assert load_price_list(ListKind.OPENROUTER, "https://list.example/old", transport=transport).prices


@pytest.mark.parametrize("status", [404, 429, 500])
def test_a_server_that_refuses(status: int) -> None:
    with pytest.raises(CatalogueError, match=f"the server answers {status}") as caught:
        load_price_list(ListKind.MODELS_DEV, transport=answering(status))
    assert caught.value.where == "https://models.dev/api.json"


def test_no_connection() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("took too long", request=request)

    with pytest.raises(CatalogueError, match="cannot be fetched: took too long"):
        load_price_list(ListKind.MODELS_DEV, transport=httpx.MockTransport(refuse))


def test_not_an_address() -> None:
    with pytest.raises(CatalogueError, match="cannot be fetched"):
        load_price_list(ListKind.MODELS_DEV, "https://list.example/\x00", transport=answering(200))


def test_a_page_instead_of_a_list() -> None:
    with pytest.raises(CatalogueError, match="is not JSON"):
        load_price_list(ListKind.LITELLM, transport=answering(200, b"<html>"))


def test_no_end_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_MAX_BYTES", 10)
    with pytest.raises(CatalogueError, match="is larger than any price list"):
        load_price_list(ListKind.LITELLM, transport=answering(200, b" " * 11))


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="No such file"):
        load_price_list(ListKind.LITELLM, str(tmp_path / "none.json"))


def test_lists_as_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "a=b.json"
    path.write_text(OPENROUTER)
    assert load_named_list(f"openrouter={path}").kind is ListKind.OPENROUTER
    assert load_named_list("openrouter", transport=answering(200, OPENROUTER.encode())).prices
    found = load_named_list("openrouter=https://list.example/x", transport=answering(200, OPENROUTER.encode()))
    assert len(found.prices) == 6


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("litelm", '"litelm" is not a price list that can be read (did you mean "litellm"?)'),
        ("zzz=x.json", "(the lists are: litellm, models.dev, openrouter)"),
        ("", "(the lists are:"),
    ],
)
def test_a_list_that_nobody_knows(argument: str, said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_named_list(argument)
    assert said in str(caught.value)
