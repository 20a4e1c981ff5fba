"""Battles, votes, refusals, what it takes to be refused, and what expired is forgotten while the app serves."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from arena.catalogue.settings import RateLimit, VotingSettings
from arena.errors import StoreError
from arena.messages import ENGLISH, OfferedLanguages
from arena.records import Origin, Outcome
from arena.votes.store import Store, StoreUnavailable
from arena.voting.app import forget_regularly
from arena.voting.ballot import Ballot, BattleFilter
from arena.voting.battles import Visitor
from arena.voting.estimates import PersonalRating
from arena.voting.identities import Tokens
from arena.voting.live_arena import AppSettings, LiveArena
from arena.voting.pages import Pages
from arena.voting.reveal import Reveals, VoterProgress
from tests.catalogue.projects import put
from tests.voting.api_calls import draw, stored, vote
from tests.voting.arenas import NO_LIMITS, NO_RATINGS, SECRET, Arena, TestClient, open_arena, write_project
from tests.waiting import PATIENCE, run_apart, wait_until

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_a_vote_is_stored_and_revealed(arena: Arena) -> None:
    battle = draw(arena.client)
    answer = vote(arena.client, battle["token"], reasons=["text", "style"], dwell_ms=4200)
    assert answer.status_code == 201
    told = answer.json()
    kept = arena.store.battle(battle["battle"])
    assert kept
    assert (told["left"]["model"], told["right"]["model"]) == (kept.left, kept.right)
    assert told["others"]["votes"] == 0
    assert told["progress"] == {
        "votes": 1,
        "lately": 1,
        "needed": 19,
        "text": "1 vote so far. 19 more for a board of your own.",
    }
    found = arena.store.vote_of(kept.id, kept.voter)
    assert found
    assert (found.outcome, found.dwell_ms, [*found.reasons]) == ("left", 4200, ["text", "style"])
    assert stored(arena.client) == 1


def test_others_are_counted_without_the_voters_own_vote(arena: Arena) -> None:
    seen: list[tuple[frozenset[str], int]] = []
    for _ in range(12):
        client = arena.another_browser()
        told = vote(client, draw(client, "category=photo")["token"], "tie").json()
        pair = frozenset((told["left"]["model"], told["right"]["model"]))
        arena.clock.forward(minutes=1)
        assert told["others"]["votes"] == told["others"]["tie"] == sum(before == pair for before, _ in seen)
        seen.append((pair, 1))


def test_a_second_vote_is_refused(arena: Arena) -> None:
    token = draw(arena.client)["token"]
    assert vote(arena.client, token).status_code == 201
    again = vote(arena.client, token, "right")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_voted")
    assert stored(arena.client) == 1


def test_an_expired_battle_is_gone(arena: Arena) -> None:
    token = draw(arena.client)["token"]
    arena.clock.forward(minutes=31)
    assert vote(arena.client, token).status_code == 410
    assert stored(arena.client) == 0


def test_tokens_work_for_nobody_else(arena: Arena) -> None:
    token = draw(arena.client)["token"]
    other = arena.another_browser()
    own = draw(other)["token"]
    assert vote(other, token).status_code == 400
    battle, _, rest = own.partition(".")
    stolen = token.partition(".")[0]
    forged = [f"{stolen}.{rest}", token[:-1] + ("A" if token[-1] != "A" else "B"), battle, f"{battle}.", "." * 9]
    forged += ["x" * 4000, f"{battle}.zzzz.zzzz", "٣" * 20, "", "\x00", own.upper()]
    for text in forged:
        assert vote(other, text).status_code in (400, 422), text
    assert stored(arena.client) == 0
    assert vote(other, own).status_code == 201


def test_a_vote_is_final_once_its_models_are_known(arena: Arena) -> None:
    token = draw(arena.client)["token"]
    assert "model" in vote(arena.client, token).json()["left"]
    for method, path in (("DELETE", f"/api/votes/{token}"), ("POST", "/undo"), ("DELETE", f"/votes/{token}")):
        assert arena.client.request(method, path, data={"token": token}).status_code in (404, 405), path
    assert vote(arena.client, token, "right").status_code == 409
    assert stored(arena.client) == 1


def test_limits_of_a_voter_say_when_to_come_back(tmp_path: Path) -> None:
    with open_arena(tmp_path, VotingSettings()) as arena:
        answers = [vote(arena.client, draw(arena.client)["token"]) for _ in range(8)]
        assert [answer.status_code for answer in answers] == [201] * 6 + [429] * 2
        wait = int(answers[-1].headers["retry-after"])
        assert 1 <= wait <= 10
        arena.clock.forward(seconds=wait)
        assert vote(arena.client, draw(arena.client)["token"]).status_code == 201


def test_a_network_is_limited_across_its_browsers(tmp_path: Path) -> None:
    with open_arena(tmp_path, VotingSettings(network_factor=2)) as arena:
        clients = [arena.another_browser() for _ in range(16)]
        codes = [vote(client, draw(client)["token"]).status_code for client in clients]
        assert codes == [201] * 12 + [429] * 4


WEEK = 7 * 24 * 3600


def with_network(**limits: int) -> VotingSettings:
    """No limits but these of a network, each so many a week."""
    return NO_LIMITS.model_copy(
        update={
            "network": NO_LIMITS.network.model_copy(
                update={name: RateLimit(count=many, seconds=WEEK) for name, many in limits.items()}
            )
        }
    )


def test_a_network_has_so_many_new_voters_a_week_and_old_ones_go_on(tmp_path: Path) -> None:
    with open_arena(tmp_path, with_network(new_voters=3)) as arena:
        browsers = [arena.another_browser() for _ in range(5)]
        answers = [vote(browser, draw(browser)["token"]) for browser in browsers]
        assert [answer.status_code for answer in answers] == [201] * 3 + [429] * 2
        assert "from your network" in answers[-1].json()["error"]["message"]
        assert int(answers[-1].headers["retry-after"]) == WEEK // 3
        assert [vote(browser, draw(browser)["token"]).status_code for browser in browsers] == [201] * 3 + [429] * 2
        handlers = arena.current.handlers
        handlers.battles.have_voted.clear()
        assert vote(browsers[0], draw(browsers[0])["token"]).status_code == 201, "after a restart the store knows them"
        arena.clock.forward(seconds=WEEK // 3 + 1)
        assert vote(browsers[3], draw(browsers[3])["token"]).status_code == 201


def test_a_network_skips_so_many_battles_a_week_and_one_for_each_vote(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_arena(tmp_path, with_network(skips=6)) as arena:
        for _ in range(4):
            browser = arena.another_browser()
            for _ in range(6):
                token = draw(browser, "category=logo")["token"]
                assert draw(browser, "category=logo")["token"] != token, "the next one is drawn ahead"
                assert vote(browser, token).status_code == 201
        codes = [arena.another_browser().get("/api/battle").status_code for _ in range(8)]
        assert codes == [200] * 6 + [429] * 2
        assert arena.another_browser().get("/").status_code == 429
    assert [record.message.partition(";")[0] for record in caplog.records] == [
        "a network has reached [voting.network] skips"
    ], "once"


def test_only_a_vote_that_was_stored_gives_skips_back(tmp_path: Path) -> None:
    with open_arena(tmp_path, with_network(skips=4)) as arena:
        token = draw(arena.client)["token"]
        assert vote(arena.client, token).status_code == 201
        codes = [arena.another_browser().get("/api/battle").status_code for _ in range(4)]
        assert [vote(arena.client, token).status_code for _ in range(4)] == [409] * 4
        codes += [arena.another_browser().get("/api/battle").status_code for _ in range(2)]
        assert codes == [200] * 4 + [429] * 2


def test_an_office_of_a_hundred_people_behind_one_address_is_not_locked_out(tmp_path: Path) -> None:
    """With the limits as they come: within an hour all look, twenty-five at once, a third leave, the others vote."""
    with open_arena(tmp_path, VotingSettings()) as arena:
        battles = arena.current.handlers.battles
        wanted = BattleFilter("text-to-image")

        async def come_and_go(person: int) -> None:
            visitor = Visitor(battles.pseudonyms.new_cookie(), battles.pseudonyms.network("192.0.2.1"))
            drawn = [await battles.draw(visitor, wanted, arena.clock()) for _ in range(3)]
            for one in drawn[:2] if person % 3 else ():
                await battles.vote(visitor, one.battle, Ballot(one.token, Outcome.LEFT, (), None), arena.clock())

        async def all_come_and_go() -> None:
            for hour_quarter in range(4):
                await asyncio.gather(*(come_and_go(25 * hour_quarter + number) for number in range(25)))
                arena.clock.forward(minutes=15)

        assert arena.client.portal
        arena.client.portal.call(all_come_and_go)
        assert arena.store.votes_stored() == 132


def test_withdrawn_models_and_pairs_already_voted_on_never_come(arena: Arena) -> None:
    seen = set()
    for _ in range(6):
        kept = arena.store.battle(draw(arena.client, "category=photo")["battle"])
        assert kept
        assert "zeta/gone" not in (kept.left, kept.right)
        pair = frozenset((kept.left, kept.right))
        assert pair not in seen
        seen.add(pair)
        token = draw(arena.client, "category=photo")["token"] if len(seen) == 6 else None
        shown = arena.current.handlers.battles.tokens.issue(kept.id, kept.voter)
        assert vote(arena.client, token or shown).status_code == 201
    assert len(seen) == 6
    answer = arena.client.get("/api/battle?category=photo")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_battle_left")


def test_votes_on_simulated_pictures_are_simulated_votes(tmp_path: Path) -> None:
    catalogue = write_project(tmp_path / "data", origin="simulated")
    with open_arena(tmp_path, catalogue=catalogue) as arena:
        battle = draw(arena.client)
        assert battle["simulated"] is True
        assert "Simulated pictures" in arena.client.get("/").text
        vote(arena.client, battle["token"])
        kept = arena.store.battle(battle["battle"])
        assert kept
        (cast,) = arena.store.votes_by_voter([kept.voter])
        assert cast.origin is Origin.SIMULATED


def test_a_voter_is_somebody_else_in_another_arena(arena: Arena) -> None:
    kept = [
        arena.store.battle(draw(arena.client, f"arena={name}")["battle"]) for name in ("text-to-image", "image-editing")
    ]
    assert kept[0]
    assert kept[1]
    assert kept[0].voter != kept[1].voter


def test_a_board_of_ones_own_after_twenty_votes(tmp_path: Path) -> None:
    with open_arena(tmp_path, NO_LIMITS.model_copy(update={"personal_board_votes": 10})) as arena:
        assert "It takes 10 votes; you have 0." in arena.client.get("/me").text
        for _ in range(10):
            vote(arena.client, draw(arena.client)["token"])
        page = arena.client.get("/me").text
        assert page.count('<th scope="row">') >= 2
        assert "From your own 10 votes" in page


def test_a_board_of_ones_own_says_what_public_ranks_rest_on(tmp_path: Path) -> None:
    catalogue = write_project(tmp_path / "data")
    ratings = replace(NO_RATINGS, origins=(("text-to-image", Origin.SIMULATED),))
    live = LiveArena(catalogue, ratings, AppSettings(NO_LIMITS))
    tokens = Tokens(SECRET, lambda: datetime(2026, 5, 1, tzinfo=UTC), timedelta(hours=1))
    pages = Pages(live, Reveals.of(live, tokens, site=False), ENGLISH, OfferedLanguages({"en": ENGLISH}))
    rated = PersonalRating(1, "acme/one", 20.0, 3, 2, 1, 0, 1)
    boards = {"text-to-image": [rated], "image-editing": [rated]}
    view = pages.boards_view(boards, VoterProgress(20, 0, 0), simulated=True)
    assert [board.basis for board in view.boards] == ["Public ranks come from simulated votes.", ""]


def test_without_scripts_forms_vote_and_reveal(arena: Arena) -> None:
    page = arena.client.get("/?language=ar")
    assert 'lang="ar" dir="rtl"' in page.text
    token = re.findall(r'id="token" value="([^"]+)"', page.text)[0]
    fields = {"token": token, "outcome": "right", "reasons": ["text", "style"]}
    reveal = arena.client.post("/vote?arena=text-to-image&language=ar", data=fields)
    assert reveal.url.path == f"/votes/{token}"
    assert "You chose" in reveal.text
    leads_to = re.findall(r'(?:action|href|data-query)="([^"]*language=ar)"', page.text + reveal.text)
    assert {address.rpartition("?")[0] for address in leads_to} == {"", "/", "/vote"}, "each keeps the filter"
    assert not [address for address in leads_to if "??" in address]
    assert arena.client.post("/vote", data=fields).status_code == 409
    assert arena.client.post("/vote", data={"token": "x"}).status_code == 422
    assert arena.another_browser().get(f"/votes/{token}").status_code == 400


def test_unknown_filters_are_refused(arena: Arena) -> None:
    for query in ("arena=chess", "category=nope", "language=xx", "arena=text-to-image&arena=image-editing"):
        assert arena.client.get(f"/api/battle?{query}").status_code == 422
        assert arena.client.get(f"/?{query}").status_code == 422
    assert "input_image" in draw(arena.client, "arena=image-editing&category=&language=")["prompt"]


def test_tokens_of_a_project_follow_ours(arena: Arena) -> None:
    ours = arena.client.get("/static/tokens.css").text
    assert arena.client.get("/favicon.ico").content[:4] == b"\0\0\1\0"
    assert arena.client.get("/static/bricolage-grotesque.woff2").content[:4] == b"wOF2"
    put(arena.catalogue.folder.parent, "templates/static/tokens.css", ":root { --accent: #a00; }\n")
    assert arena.client.get("/static/tokens.css").text == ours + ":root { --accent: #a00; }\n"
    put(arena.catalogue.folder.parent, "templates/static/favicon.ico", "mine")
    assert arena.client.get("/favicon.ico").text == "mine"


def test_a_store_that_fails_says_try_again(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    token = draw(arena.client)["token"]

    def full(*_: object) -> None:
        raise StoreUnavailable("the disk is full", where="arena.sqlite", hint="make room")

    with monkeypatch.context() as patch:
        patch.setattr(arena.store, "write", full)
        answer = vote(arena.client, token)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert vote(arena.client, token).status_code == 201


def test_battles_that_expired_go_when_the_arena_starts_again(tmp_path: Path) -> None:
    with open_arena(tmp_path) as arena:
        battle = arena.client.get("/api/battle").json()["battle"]
        assert arena.store.battle(battle) is not None
        arena.clock.forward(days=1)
        with TestClient(arena.client.app):
            wait_until(lambda: arena.store.battle(battle) is None, "it is forgotten")


def test_a_store_that_fails_is_asked_again_later() -> None:
    times: list[datetime] = []

    class Failing:
        def forget_expired(self, now: datetime) -> int:
            times.append(now)
            raise StoreError("out of reach")

    async def serve() -> None:
        clock = iter(NOW + timedelta(minutes=10 * n) for n in range(1000))
        task = asyncio.create_task(forget_regularly(cast("Store", Failing()), lambda: next(clock), 0.001))
        while len(times) < 3:
            await asyncio.sleep(0.001)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    run_apart(asyncio.wait_for(serve(), PATIENCE))
    assert times[:3] == [NOW, NOW + timedelta(minutes=10), NOW + timedelta(minutes=20)]
