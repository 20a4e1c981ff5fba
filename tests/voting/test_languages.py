"""The voting pages in every language: who gets which, that a choice is kept, and that prompts stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from arena.catalogue import load_catalogue
from tests.voting.api_calls import draw, vote
from tests.voting.arenas import NO_LIMITS, Arena, Served, TestClient, open_arena, write_project
from tests.web.axe import violations

QUESTION = {
    "en": "Which picture is better?",
    "es": "¿Qué imagen es mejor?",
    "fr": "Quelle image est la meilleure ?",
    "zh": "哪张图片更好？",
    "ja": "どちらの画像が良いですか？",
    "ar": "أي الصورتين أفضل؟",
}
VOTING = NO_LIMITS.model_copy(update={"personal_board_votes": 2, "undo_seconds": 3600})


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with open_arena(tmp_path_factory.mktemp("languages"), VOTING) as opened:
        yield opened


@pytest.fixture
def voter(arena: Arena) -> TestClient:
    return arena.another_browser()


def choose(client: TestClient, tag: str, **headers: str) -> str:
    """Where the form for choosing a language leads."""
    answer = client.post("/language", data={"language": tag}, headers=headers, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.mark.parametrize("tag", QUESTION)
def test_every_page_is_in_the_language_that_a_browser_asks_for(voter: TestClient, tag: str) -> None:
    voter.headers["Accept-Language"] = f"{tag},en;q=0.5"
    for path in ("/?language=ar", "/me", "/languages", "/nowhere"):
        answer = voter.get(path)
        direction = ' dir="rtl"' if tag == "ar" else ""
        assert answer.text.startswith(f'<!DOCTYPE html>\n<html lang="{tag}"{direction}>'), path
        assert answer.headers["content-language"] == tag
        assert {"Accept-Language", "Cookie"} <= {*answer.headers["vary"].split(", ")}
        assert ("/languages" in answer.text) == (tag != "en" or path == "/languages"), path
    page = voter.get("/?language=ar").text
    assert QUESTION[tag] in page
    assert '<p class="prompt" id="prompt" lang="ar" dir="rtl">شعار مقهى</p>' in page
    said = vote(voter, draw(voter)["token"]).json()["verdict"]
    assert said.startswith("You chose ") == (tag == "en")


def test_a_choice_is_kept_and_leads_back(voter: TestClient) -> None:
    assert choose(voter, "ja", referer="http://testserver/me") == "/me"
    assert voter.cookies["arena_language"] == "ja"
    voter.headers["Accept-Language"] = "es"
    assert QUESTION["ja"] in voter.get("/").text
    assert choose(voter, "en", referer="http://testserver/?arena=text-to-image&category=photo").endswith(
        "category=photo"
    )
    assert QUESTION["en"] in voter.get("/").text


@pytest.mark.parametrize(
    "referer",
    [
        "http://elsewhere.example/me",
        "http://testserver//elsewhere.example/",
        "http://testserver/\\elsewhere.example",
        "http://testserver/site/index.html",
        "http://testserver/me?x=<script>",
        "http://[bad",
        "",
    ],
)
def test_no_referer_leads_to_another_site(voter: TestClient, referer: str) -> None:
    assert choose(voter, "fr", referer=referer) == "/"


@pytest.mark.parametrize("fields", [{"language": "xx"}, {"language": "../../es"}, {}, {"other": "es"}])
def test_a_language_that_is_not_offered_is_refused_and_nothing_is_kept(
    voter: TestClient, fields: dict[str, str]
) -> None:
    answer = voter.post("/language", data=fields, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 422
    assert "arena_language" not in voter.cookies
    voter.cookies.set("arena_language", "<script>")
    assert QUESTION["en"] in voter.get("/").text


def test_another_site_cannot_choose(voter: TestClient) -> None:
    voter.headers["Accept-Language"] = "es"
    answer = voter.post("/language", data={"language": "fr"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "Solo se aceptan votos desde las páginas de este sitio."
    assert answer.headers["content-language"] == "es"


def test_refusals_are_in_the_voters_language_and_their_codes_are_not(voter: TestClient) -> None:
    voter.headers["Accept-Language"] = "fr"
    token = draw(voter)["token"]
    vote(voter, token)
    assert vote(voter, token).json()["error"] == {
        "code": "already_voted",
        "message": "Vous avez déjà voté sur cette paire.",
    }
    assert "category doit être l’une de ces valeurs : photo, logo." in voter.get("/?category=nothing").text


def test_no_script_says_anything_of_its_own(voter: TestClient) -> None:
    page = voter.get("/", headers={"Accept-Language": "ja"}).text
    said = re.findall(r'data-(offline|failed|computing|again|loading)="([^"]+)"', page)
    assert len(said) == 5
    assert not [text for _, text in said if re.search("[A-Za-z]{3}", text)]
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_a_draft_can_be_downloaded_and_only_what_is_offered(voter: TestClient) -> None:
    answer = voter.get("/languages/es.po")
    assert answer.headers["content-type"].startswith("text/x-gettext-translation")
    assert 'msgstr "Siguiente par"' in answer.text
    assert [voter.get(f"/languages/{name}.po").status_code for name in ("de", "..%2Fes", "en")] == [404] * 3


def test_a_project_says_which_languages_its_pages_are_in(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_project(data)
    file, own = data / "arena.toml", tmp_path / "messages"
    file.write_text(f'voting = {{ languages = ["de", "en"] }}\n{file.read_text("utf-8")}', "utf-8")
    own.mkdir()
    (own / "de.po").write_text(
        'msgid "Which picture is better?"\nmsgstr "Welches Bild ist besser?"\n\nmsgid "Logos"\nmsgstr "Signets"\n',
        "utf-8",
    )
    with open_arena(tmp_path, catalogue=load_catalogue(data)) as arena:
        page = arena.client.get("/?category=logo&language=en", headers={"Accept-Language": "fr"}).text
        assert "Welches Bild ist besser?" in page
        assert "Text to image · Signets · Englisch" in page
        assert re.findall(r'name="language" value="(\w+)" lang', page) == ["de", "en"]
        assert arena.client.get("/languages/es.po").status_code == 404


def test_arabic_on_a_phone(browser: Browser, arena: Arena) -> None:
    """Mirrored, but the left picture stays on the left: that is what the voter is asked about."""
    with Served(arena) as served:
        context = browser.new_context(bypass_csp=True, locale="ar", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{served.url}/")
        page.wait_for_selector("#battle[data-ready]")
        lefts = [page.locator(one).bounding_box() for one in ("#left", "#right", ".brand", ".masthead nav")]
        left, right, brand, nav = (box["x"] if box else 0 for box in lefts)
        assert left < right
        assert brand > nav
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(page.locator("#verdict")).to_contain_text("اخترت")
        page.set_viewport_size({"width": 390, "height": 844})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.get_by_role("button", name="Français").click()
        expect(page.get_by_role("heading", name=QUESTION["fr"])).to_be_visible()
        context.close()
