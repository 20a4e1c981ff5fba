"""A price for new voters: what is asked of whom, what a solution is good for, and how it goes without scripts."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pydantic import ValidationError

from arena.catalogue.settings import RateLimit, VotingSettings
from arena.voting.battles import Visitor
from arena.voting.identities import Tokens
from arena.voting.proof_of_work import (
    DEFAULT_TRIES,
    LARGEST_COUNTER,
    ProofOfWork,
    WorkDone,
    price_in_words,
    solves,
    tries_asked,
)
from tests.voting.api_calls import draw, stored, vote
from tests.voting.arenas import NO_LIMITS, SECRET, Arena, Clock, Served, TestClient, open_arena
from tests.web.axe import violations

TRIES = 20
HARD = NO_LIMITS.model_copy(
    update={
        "undo_seconds": 0,
        "new_voter_work": TRIES,
        "new_voter_wait": 20,
        "new_voters_by_wait": RateLimit(count=2, seconds=3600),
    }
)


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """An arena that asks every new voter for work."""
    with open_arena(tmp_path_factory.mktemp("priced"), HARD) as arena:
        yield arena


def solve(challenge: str) -> int:
    tries = int(challenge.split("-")[1])
    return next(counter for counter in range(1000 * tries) if solves(challenge, counter, tries))


def wrong(challenge: str) -> int:
    tries = int(challenge.split("-")[1])
    return next(counter for counter in range(1000 * tries) if not solves(challenge, counter, tries))


def hand_in(client: TestClient, challenge: str, counter: int) -> Any:
    return client.post("/api/work", json={"challenge": challenge, "counter": counter})


def challenge_of(client: TestClient) -> str:
    return str(client.get("/api/work").json()["challenge"])


def test_a_vote_takes_work_once_a_browser(priced: Arena) -> None:
    client = priced.another_browser()
    battle, before = draw(client), stored(client)
    refused = vote(client, battle["token"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "work_needed")
    assert stored(client) == before
    challenge = challenge_of(client)
    assert hand_in(client, challenge, wrong(challenge)).json()["error"]["code"] == "bad_work"
    assert vote(client, battle["token"]).status_code == 403
    assert hand_in(client, challenge, solve(challenge)).json() == {"accepted": True}
    assert vote(client, battle["token"]).status_code == 201
    assert client.get("/api/work").json()["challenge"] is None
    assert vote(client, draw(client)["token"]).status_code == 201
    assert stored(client) == before + 2


def test_a_solution_is_for_one_voter(priced: Arena) -> None:
    first, second = priced.another_browser(), priced.another_browser()
    challenge = challenge_of(first)
    counter = solve(challenge)
    draw(second)
    assert hand_in(second, challenge, counter).status_code == 400
    assert hand_in(first, challenge, counter).status_code == 200
    # The receipt is no better: in another browser it says nothing.
    second.cookies.set("arena_work", first.cookies["arena_work"])
    assert vote(second, draw(second)["token"]).status_code == 403
    assert vote(first, draw(first)["token"]).status_code == 201


def proof(clock: Clock) -> ProofOfWork:
    return ProofOfWork(Tokens(SECRET, clock, timedelta(minutes=30)), random.Random(3))


def test_a_challenge_is_bound_to_cookie_network_and_time_in_every_worker() -> None:
    clock, visitor = Clock(), Visitor("a cookie", "a network")
    one, another = proof(clock), proof(clock)
    challenge = one.issue(TRIES, visitor)
    work = WorkDone(challenge, solve(challenge))
    assert one.is_done(work, visitor)
    assert another.is_done(work, visitor), "workers share the secret and nothing else"
    assert not one.is_done(work, replace(visitor, network="another"))
    assert not one.is_done(work, replace(visitor, cookie="another"))
    easier = re.sub(f"-{TRIES}-", "-1-", challenge)
    assert not one.is_done(WorkDone(easier, 0), visitor)
    stranger = ProofOfWork(Tokens(b"another secret of many bytes", clock, timedelta(minutes=30)), random.Random(3))
    assert not stranger.is_done(work, visitor)
    clock.forward(minutes=31)
    assert not one.is_done(work, visitor)
    clock.forward(minutes=-62)
    assert not one.is_done(work, visitor), "a challenge of the future"


def test_receipts_are_spelt_in_one_way_and_are_no_challenges() -> None:
    work, visitor = proof(Clock()), Visitor("a cookie", "a network")
    receipt = work.receipt(visitor)
    assert work.accepts(receipt, visitor)
    assert work.accepts(receipt, replace(visitor, network="at home")), "who goes home is no new voter"
    others = [None, "", receipt + "=", receipt[:-1], f"x{receipt}", work.issue(TRIES, visitor), "paid", "é", "a" * 9999]
    assert not any(work.accepts(other, visitor) for other in others)


def test_a_check_is_far_cheaper_than_the_work() -> None:
    clock, visitor = Clock(), Visitor("a cookie", "a network")
    work = proof(clock)
    done = WorkDone(work.issue(DEFAULT_TRIES, visitor), 12345)
    began = time.thread_time()
    for _ in range(50):
        work.is_done(done, visitor)
    assert (time.thread_time() - began) / 50 < 0.005


def test_it_takes_as_many_tries_as_it_says() -> None:
    work, visitor = proof(Clock()), Visitor("a cookie", "a network")
    counters = [solve(work.issue(TRIES, visitor)) for _ in range(60)]
    assert 0.5 * TRIES < sum(counters) / 60 < 1.6 * TRIES


ADDRESSES = {
    "8.8.8.8": DEFAULT_TRIES,
    "2001:4860:4860::8888": DEFAULT_TRIES,
    "::ffff:8.8.8.8": DEFAULT_TRIES,
    "127.0.0.1": 0,
    "::1": 0,
    "::ffff:127.0.0.1": 0,
    "192.168.1.7": 0,
    "fe80::1%eth0": 0,
    None: 0,
    "nonsense": 0,
}


@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_only_public_addresses_owe_work_unless_arena_toml_says(address: str | None) -> None:
    assert tries_asked(VotingSettings(), address) == ADDRESSES[address]
    assert tries_asked(VotingSettings(new_voter_work=7), address) == 7
    assert tries_asked(VotingSettings(new_voter_work=0), address) == 0


def test_who_starts_an_arena_reads_the_price() -> None:
    assert price_in_words(VotingSettings()) == "New voters from public addresses do a proof of work of 8,000 hashes."
    assert price_in_words(VotingSettings(new_voter_work=500)) == "New voters do a proof of work of 500 hashes."
    assert price_in_words(VotingSettings(new_voter_work=0)) == "New voters do no proof of work."
    assert price_in_words(VotingSettings(), login=True) == "Who logs in does no proof of work."


def test_settings_are_whole_numbers_within_reason() -> None:
    for bad in ({"new_voter_work": -1}, {"new_voter_work": 1.5}, {"new_voter_work": 10**8}, {"new_voter_wait": 0}):
        with pytest.raises(ValidationError):
            VotingSettings.model_validate(bad)
    with pytest.raises(ValidationError, match="could never vote"):
        VotingSettings(battle_minutes=2, new_voter_wait=120)
    assert VotingSettings(battle_minutes=2, new_voter_wait=119)
    with pytest.raises(ValidationError, match="twice"):
        VotingSettings(reasons=("text", "text"))


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"challenge":"x"}', b'{"challenge":"","counter":1}', b'{"challenge":1,"counter":1}']
    + [b'{"challenge":"x","counter":%s}' % value for value in (b"-1", b"true", b'"1"', b"1.0", b"9007199254740992")],
    ids=str,
)
def test_what_is_no_work_is_refused(priced: Arena, body: bytes) -> None:
    answer = priced.client.post("/api/work", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


def test_work_that_is_made_up_is_refused(priced: Arena) -> None:
    for challenge in (
        "x",
        "x-1-1",
        "x-1-1.aaaa.bbbb",
        "a" * 3000,
        "é",
        "..",
        "0-0-0.AAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ):
        assert hand_in(priced.client, challenge, LARGEST_COUNTER).status_code == 400


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the first form of a page."""
    form = page.partition('<form method="post"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" (?:id="\w+" )?value="([^"]*)"', form))


def test_without_scripts_the_server_counts_a_wait(priced: Arena) -> None:
    client, clock = priced.another_browser(), priced.clock
    before = stored(client)
    fields = {**form_of(client.get("/").text), "outcome": "left", "reasons": "text"}
    assert fields["challenge"]
    clock.forward(seconds=7)
    waiting = client.post("/vote", data=fields)
    assert "in <strong>13 seconds</strong>" in waiting.text
    assert stored(client) == before
    again = form_of(waiting.text)
    assert again == fields, "a page that is asked for again waits no longer"
    clock.forward(seconds=13)
    assert "Who made which" in client.post("/vote", data=again).text
    assert stored(client) == before + 1
    following = form_of(client.get("/").text)
    assert "challenge" not in following, "once a browser"


def test_waiting_is_for_a_few_new_voters_of_a_network(tmp_path: Path) -> None:
    with open_arena(tmp_path, HARD) as arena:
        browsers = [arena.another_browser() for _ in range(4)]
        forms = [{**form_of(browser.get("/").text), "outcome": "tie"} for browser in browsers]
        arena.clock.forward(seconds=60)
        answers = [browser.post("/vote", data=form) for browser, form in zip(browsers, forms, strict=True)]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
        assert "Allow scripts here, or vote in 30 minutes" in answers[-1].text
        assert int(answers[-1].headers["Retry-After"]) > 1700
        # Work is not limited, and what was waited for elsewhere is worth nothing here.
        challenge = challenge_of(browsers[3])
        assert hand_in(browsers[3], challenge, solve(challenge)).status_code == 200
        assert vote(browsers[3], forms[3]["token"]).status_code == 201
        assert stored(arena.client) == 3
        browser = arena.another_browser()
        fields = {**form_of(browser.get("/").text), "outcome": "tie", "challenge": forms[2]["challenge"]}
        assert "in <strong>20 seconds</strong>" in browser.post("/vote", data=fields).text


def test_a_browser_works_while_its_person_looks(browser: Browser, priced: Arena) -> None:
    with Served(priced) as served:
        context = browser.new_context()
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(served.url)
        page.get_by_role("button", name="Left is better").click()  # at once: the vote waits for the work
        expect(page.locator("#verdict")).to_contain_text("You chose")
        assert not complaints
        # A challenge that does not hold any more is done anew, and the vote goes through.
        context.clear_cookies(name="arena_work")
        page.get_by_role("link", name="Next pair").click()
        page.get_by_role("button", name="Right is better").click()
        expect(page.locator("#right")).to_have_class("side won")
        assert [cookie for cookie in context.cookies() if cookie.get("name") == "arena_work"]
        context.close()
        # Where a browser cannot hash (plain http elsewhere than on loopback), the form without scripts is used.
        context = browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 844})
        context.add_init_script("Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined })")
        page = context.new_page()
        page.goto(served.url)
        page.get_by_role("button", name="Upper is better").click()
        expect(page.locator("h1")).to_have_text("One moment, once")
        assert violations(page) == []
        context.close()
