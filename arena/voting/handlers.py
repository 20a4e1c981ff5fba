"""What the app does for each URL: parse the request, ask ``Battles``, answer.

HEAD is answered as GET is, without a body. It draws no battle, and makes nobody a voter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from arena.messages import ENGLISH, InterfaceLanguage, OfferedLanguages
from arena.records import Origin, Vote
from arena.votes.store import Battle
from arena.voting import refusals
from arena.voting.api import battle_json, openapi_document, reveal_json
from arena.voting.ballot import BattleFilter, parse_filter, parse_form, parse_json
from arena.voting.battles import Battles, DrawnBattle, Visitor
from arena.voting.estimates import personal_boards
from arena.voting.guard import inner_path, language_headers, refusal_response
from arena.voting.identities import COOKIE, COOKIE_SECONDS, TokenRefusedError
from arena.voting.live_arena import LiveArena
from arena.voting.login import LOGIN_COOKIE, LOGIN_DAYS, STATE_COOKIE, Login
from arena.voting.pages import Pages
from arena.voting.pictures import MEDIA_TYPE, PictureCache, fill_up, padded_length
from arena.voting.proof_of_work import COOKIE_OF_RECEIPT, ROUNDS, ProofOfWork, parse_work, tries_asked
from arena.voting.refusals import Refusal, RequestRefused
from arena.voting.reveal import Reveals, VoterProgress
from arena.voting.views import VoteView, VotingFrame, WaitView, render

LANGUAGE_COOKIE = "arena_language"
"""The tag of the language that a voter chose, and nothing else."""
PICTURE_SLOTS = ("left", "right", "input")
LATELY = timedelta(hours=1)
"""Votes of so long are called those of the last hour."""
MAKING_SECONDS = 0.5
"""Pictures that have to be made are ready after this, or a multiple of it."""


@dataclass(frozen=True)
class Handlers:
    """The endpoints of the app, for one ``LiveArena``. Refusals are raised and become answers in ``answer_error``."""

    battles: Battles
    reveals: Reveals
    pictures: PictureCache
    clock: Callable[[], datetime]
    login: Login | None = None
    """Who people log in with; None where anybody votes."""
    languages: OfferedLanguages = field(default_factory=lambda: OfferedLanguages({ENGLISH.tag: ENGLISH}))

    @property
    def live(self) -> LiveArena:
        """What these endpoints show."""
        return self.battles.live

    def pages(self, request: Request) -> Pages:
        """The pages in the language of whoever asks."""
        language = self.language_of(request)
        return Pages(self.live, self.reveals, language, self.languages, self.live.catalogue.project.login)

    def language_of(self, request: Request) -> InterfaceLanguage:
        """The language of the interface, which is not that of the prompt: see ``OfferedLanguages.choose``."""
        return self.languages.choose(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))

    async def page(self, request: Request) -> Response:
        """``GET /``: the voting page with a battle on it."""
        wanted = self._filter(request)
        if request.method == "HEAD":
            return _without_body(HTMLResponse())
        visitor = self._visitor(request)
        drawn = await self.battles.draw(visitor, wanted, self.clock())
        await self._prepare(drawn.battle)
        challenge = self._challenge(request, visitor)
        pages = self.pages(request)
        view = pages.vote_view(wanted, drawn, await self._progress(visitor), challenge=challenge)
        return self._vote_page(request, visitor, pages.language.gettext("Vote"), drawn.battle, view, wanted)

    async def battle(self, request: Request) -> Response:
        """``GET /api/battle``."""
        wanted = self._filter(request)
        if request.method == "HEAD":
            return _without_body(JSONResponse({}))
        visitor = self._visitor(request)
        drawn = await self.battles.draw(visitor, wanted, self.clock())
        await self._prepare(drawn.battle)
        language = self.language_of(request)
        answer = battle_json(drawn, self.reveals.blind(drawn.battle), language)
        return self._with_cookie(request, visitor, JSONResponse(answer, headers=language_headers(language)))

    async def vote(self, request: Request) -> Response:
        """``POST /api/votes``."""
        if _media_type(request) != "application/json":
            raise RequestRefused(refusals.NOT_JSON)
        ballot, visitor, now = parse_json(await request.body()), self._visitor(request), self.clock()
        if self._owed(request, visitor):
            raise RequestRefused(refusals.WORK_NEEDED)
        battle = await self.battles.battle_of(visitor, ballot.token)
        # How others voted is looked up before the vote: nothing that can fail comes between storing and answering.
        estimates = await self.battles.estimates_of(battle.arena, now)
        vote = await self.battles.vote(visitor, battle, ballot, now)
        reveal, progress = self.reveals.reveal(battle, vote, estimates), await self._progress(visitor)
        language = self.language_of(request)
        return JSONResponse(reveal_json(battle, reveal, progress, language), 201, language_headers(language))

    async def vote_form(self, request: Request) -> Response:
        """``POST /vote``: the form of the voting page; the reveal is the page that it leads to.

        A new voter's browser that has not done its work waits instead.
        """
        fields = await form_fields(request)
        ballot = parse_form([field for field in fields if field[0] != "challenge"])
        wanted, visitor, now = self._filter(request), self._visitor(request), self.clock()
        battle = await self.battles.battle_of(visitor, ballot.token)
        owed = self._owed(request, visitor)
        if owed:
            challenge = str(dict(fields).get("challenge", ""))
            left, challenge = self.work.seconds_left(challenge, owed, visitor, self.battles.voting)
            if left:
                view = WaitView(left, challenge, ballot, wanted.query)
                pages = self.pages(request)
                title = pages.language.gettext("One moment")
                frame = pages.frame(title, "vote", simulated=False, query=wanted.query)
                return self._with_cookie(request, visitor, html_page("wait.html", frame, view))
            await self.battles.count_new_voter_by_wait(visitor, now)
        await self.battles.vote(visitor, battle, ballot, now)
        answer = RedirectResponse(f"{self.reveals.root}/votes/{ballot.token}?{wanted.query}", 303)
        return self._with_receipt(request, visitor, answer) if owed else answer

    async def work_wanted(self, request: Request) -> Response:
        """``GET /api/work``: the proof of work that this browser owes before its first vote, if any."""
        visitor = self._visitor(request)
        answer = {"challenge": self._challenge(request, visitor) or None, "rounds": ROUNDS}
        return self._with_cookie(request, visitor, JSONResponse(answer))

    async def work_done(self, request: Request) -> Response:
        """``POST /api/work``: the solution of a challenge, for a cookie that says so from now on."""
        if _media_type(request) != "application/json":
            raise RequestRefused(refusals.NOT_JSON)
        work, visitor = parse_work(await request.body()), self._visitor(request)
        if not self.work.is_done(work, visitor):
            raise RequestRefused(refusals.BAD_WORK)
        return self._with_receipt(request, visitor, JSONResponse({"accepted": True}))

    async def reveal_page(self, request: Request) -> Response:
        """``GET /votes/{token}``: the voting page after a vote; only for who cast it."""
        battles, now, token = self.battles, self.clock(), request.path_params["token"]
        wanted, visitor = self._filter(request), self._visitor(request)
        battle = await battles.battle_of(visitor, token, expire=False)
        vote = await battles.read(battles.store.vote_of, battle.id, battle.voter)
        if vote is None:
            raise RequestRefused(refusals.UNKNOWN_ADDRESS)
        reveal = self.reveals.reveal(battle, vote, await battles.estimates_of(battle.arena, now))
        progress = await self._progress(visitor)
        pages = self.pages(request)
        view = pages.vote_view(wanted, DrawnBattle(battle, token), progress, reveal)
        return self._vote_page(request, visitor, pages.language.gettext("Who made which"), battle, view, wanted)

    async def log_in(self, request: Request) -> Response:
        """``GET /login``: to the provider, and from there to ``/login/done``."""
        if self.login is None:
            raise RequestRefused(refusals.UNKNOWN_ADDRESS)
        url = request.url
        return await self.login.begin(request, f"{url.scheme}://{url.netloc}{self.reveals.root}/login/done")

    async def logged_in(self, request: Request) -> Response:
        """``GET /login/done``: back from the provider."""
        if self.login is None:
            raise RequestRefused(refusals.UNKNOWN_ADDRESS)
        account = await self.login.finish(request)
        answer = RedirectResponse(f"{self.reveals.root}/", 303)
        answer.delete_cookie(STATE_COOKIE, path=request.url.path)
        self.keep(request, answer, LOGIN_COOKIE, self.login.cookie(account), LOGIN_DAYS * 24 * 3600)
        return answer

    async def log_out(self, _: Request) -> Response:
        """``POST /logout``: forgets who is logged in in this browser; the provider keeps its own login."""
        if self.login is None:
            raise RequestRefused(refusals.UNKNOWN_ADDRESS)
        answer = RedirectResponse(f"{self.reveals.root}/", 303)
        answer.delete_cookie(LOGIN_COOKIE, path=f"{self.reveals.root}/")
        return answer

    async def board(self, request: Request) -> Response:
        """``GET /me``: the voter's own boards."""
        visitor, battles = self._visitor(request), self.battles
        progress = await self._progress(visitor)
        votes: list[Vote] = []
        if not progress.needed:
            voters = battles.pseudonyms.voters(visitor.cookie, self.live.pools)
            votes = await battles.read(battles.store.votes_by_voter, voters)
        boards = await battles.read(personal_boards, votes, self.live.ratings)
        simulated = any(vote.origin is Origin.SIMULATED for vote in votes)
        pages = self.pages(request)
        view = pages.boards_view(boards, progress, simulated=simulated)
        frame = pages.frame(pages.language.gettext("Your own board"), "me", simulated=simulated)
        return self._with_cookie(request, visitor, html_page("board.html", frame, view))

    async def picture(self, request: Request) -> Response:
        """``GET /pictures/{name}``: for the voter the battle was drawn for; same headers and length for both sides."""
        battles = self.battles
        try:
            battle_id, slot = battles.tokens.read_picture(request.path_params["name"])
        except TokenRefusedError as error:
            raise RequestRefused(refusals.UNKNOWN_ADDRESS) from error
        battle, visitor = await battles.find(battle_id), self._visitor(request)
        # The same answer for each reason: nobody learns which battles there are that are not theirs.
        if battle is None or slot not in PICTURE_SLOTS:
            raise RequestRefused(refusals.UNKNOWN_ADDRESS)
        if battle.voter != battles.pseudonyms.voter(visitor.cookie, battle.arena):
            raise RequestRefused(refusals.UNKNOWN_ADDRESS)
        pictures = await self._prepare(battle)
        if slot not in pictures:
            raise RequestRefused(refusals.UNKNOWN_ADDRESS)
        content = fill_up(pictures[slot], padded_length(*pictures.values()))
        seconds = battles.voting.battle_minutes * 60
        headers = {"Cache-Control": f"private, max-age={seconds}, immutable", "Content-Disposition": "inline"}
        return Response(content, media_type=MEDIA_TYPE, headers=headers)

    async def openapi(self, _: Request) -> Response:
        """``GET /openapi.json``: the API's description."""
        return JSONResponse(openapi_document(self.live.catalogue.project, self.live.pools, self.reveals.root))

    async def health(self, _: Request) -> Response:
        """``GET /healthz``: whether votes can be stored now."""
        well = await self.battles.can_store(self.clock())
        return JSONResponse({"status": "ok" if well else "unavailable"}, 200 if well else 503)

    async def metrics(self, _: Request) -> Response:
        """``GET /metrics``, for Prometheus: from the store, so that every worker says the same after every restart."""
        votes = await self.battles.read(self.battles.store.votes_stored)
        text = (
            "# HELP arena_votes_stored Votes in the store that stand (not taken back).\n"
            f"# TYPE arena_votes_stored gauge\narena_votes_stored {votes}\n"
        )
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def answer_error(self, request: Request, error: Exception) -> Response:
        """The answer to what an endpoint raised: a refusal, what the store could not do, or no such address."""
        if isinstance(error, HTTPException):
            known = {404: refusals.UNKNOWN_ADDRESS, 405: refusals.WRONG_METHOD}
            return self._answer_refusal(request, known.get(error.status_code, refusals.NOT_ASKED))
        refusal = error.refusal if isinstance(error, RequestRefused) else refusals.UNAVAILABLE
        return self._answer_refusal(request, refusal)

    def _answer_refusal(self, request: Request, refusal: Refusal) -> Response:
        """A refusal as JSON for programs, as a page for people."""
        if inner_path(request.scope).startswith(("/api/", "/pictures/", "/openapi", "/healthz", "/metrics")):
            return refusal_response(refusal, self.language_of(request))
        pages = self.pages(request)
        frame = pages.frame(pages.language.gettext("Sorry"), "", simulated=False)
        view = pages.refusal_view(refusal)
        provider = self.live.catalogue.project.login
        if provider and refusal.code.startswith("login_"):
            frame, view = replace(frame, login=False), pages.login_view(refusal, provider)
        return html_page("message.html", frame, view, refusal.status, refusal.headers)

    async def _prepare(self, battle: Battle) -> dict[str, bytes]:
        """All pictures of a battle, by slot."""
        wanted = self._files(battle)
        ready = {slot: self.pictures.kept(path) for slot, path in wanted.items()}
        if all(ready.values()):
            return {slot: picture for slot, picture in ready.items() if picture}
        # Making a picture takes longer, the larger the file is, and some models' files are larger than others': the
        # answer waits until a multiple of MAKING_SECONDS, so that its time does not tell who made it. Most pictures
        # are made when the arena starts, and take no time here.
        began = asyncio.get_running_loop().time()
        made = await asyncio.gather(*(asyncio.wrap_future(self.pictures.get(path)) for path in wanted.values()))
        await asyncio.sleep((began - asyncio.get_running_loop().time()) % MAKING_SECONDS)
        return dict(zip(wanted, made, strict=True))

    def all_files(self) -> list[Path]:
        """The files of every picture that a battle may show."""
        catalogue, prompts = self.live.catalogue, [entry for pool in self.live.pools.values() for entry in pool.prompts]
        inputs = [catalogue.input_path(entry.prompt.input_image) for entry in prompts if entry.prompt.input_image]
        return inputs + [catalogue.output_path(output) for entry in prompts for output in entry.all_outputs]

    def _files(self, battle: Battle) -> dict[str, Path]:
        catalogue, shown = self.live.catalogue, self.battles.prompt_of(battle)
        left = shown.output(battle.left, battle.left_output) if shown else None
        right = shown.output(battle.right, battle.right_output) if shown else None
        if shown is None or left is None or right is None:
            raise RequestRefused(refusals.EXPIRED)
        paths = {"left": catalogue.output_path(left), "right": catalogue.output_path(right)}
        if shown.prompt.input_image:
            paths["input"] = catalogue.input_path(shown.prompt.input_image)
        return paths

    async def _progress(self, visitor: Visitor) -> VoterProgress:
        battles = self.battles
        voters = battles.pseudonyms.voters(visitor.cookie, self.live.pools)
        since = self.clock() - LATELY
        votes, lately = await battles.read(battles.store.count_votes, voters, since) if voters else (0, 0)
        return VoterProgress(votes, lately, max(0, battles.voting.personal_board_votes - votes))

    def _filter(self, request: Request) -> BattleFilter:
        return parse_filter(request.query_params.multi_items(), self.live.pools, self.live.catalogue.project)

    @property
    def work(self) -> ProofOfWork:
        return ProofOfWork(self.battles.tokens, self.battles.rng)

    def _owed(self, request: Request, visitor: Visitor) -> int:
        """The tries that this browser still owes before it may vote; 0 for none."""
        if self.login:
            return 0
        if self.work.accepts(request.cookies.get(COOKIE_OF_RECEIPT), visitor):
            return 0
        return tries_asked(self.battles.voting, request.client.host if request.client else None)

    def _challenge(self, request: Request, visitor: Visitor) -> str:
        """The work for this browser; empty where it owes none."""
        owed = self._owed(request, visitor)
        return self.work.issue(owed, visitor) if owed else ""

    def _visitor(self, request: Request) -> Visitor:
        """Who asks, by cookie; raises RequestRefused 401 where people log in and this one has not."""
        cookie, pseudonyms = request.cookies.get(COOKIE), self.battles.pseudonyms
        network = pseudonyms.network(request.client.host if request.client else None)
        if self.login:
            account = self.login.account(request.cookies.get(LOGIN_COOKIE))
            if account is None:
                raise RequestRefused(refusals.LOGIN_NEEDED)
            # In the place of the cookie's number, from which it differs in form: the same person in each browser.
            return Visitor(f"account {account}", network)
        return Visitor(cookie if cookie and pseudonyms.accepts(cookie) else pseudonyms.new_cookie(), network)

    def _vote_page(  # noqa: PLR0917 - what the page is made of
        self, request: Request, visitor: Visitor, title: str, battle: Battle, view: VoteView, wanted: BattleFilter
    ) -> Response:
        simulated = battle.origin is Origin.SIMULATED
        frame = self.pages(request).frame(title, "vote", simulated=simulated, query=wanted.query)
        return self._with_cookie(request, visitor, html_page("vote.html", frame, view))

    def _with_cookie(self, request: Request, visitor: Visitor, response: Response) -> Response:
        if not self.login and request.cookies.get(COOKIE) != visitor.cookie:
            self.keep(request, response, COOKIE, visitor.cookie)
        return response

    def _with_receipt(self, request: Request, visitor: Visitor, response: Response) -> Response:
        self.keep(request, response, COOKIE_OF_RECEIPT, self.work.receipt(visitor))
        return response

    def keep(self, request: Request, response: Response, name: str, value: str, seconds: int = COOKIE_SECONDS) -> None:
        """Set a cookie of this arena, as all of them are set."""
        # Lax: a link from elsewhere opens the page as this voter, a form posted from elsewhere comes without it.
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=f"{self.reveals.root}/",
            httponly=True,
            samesite="lax",
            secure=request.scope["scheme"] == "https",
        )


def html_page(
    template: str, frame: VotingFrame, view: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A page, which says the language that it is in."""
    return HTMLResponse(
        render(template, frame, view), status, headers={**(headers or {}), **language_headers(frame.language)}
    )


async def form_fields(request: Request) -> list[tuple[str, Any]]:
    """The fields of a form. Raises RequestRefused 415 where it is none."""
    if _media_type(request) != "application/x-www-form-urlencoded":
        raise RequestRefused(refusals.NOT_A_FORM)
    async with request.form(max_files=0, max_fields=20) as form:
        return list(form.multi_items())


def _without_body(response: Response) -> Response:
    """The answer to HEAD: nobody knows how long the page would have been."""
    response.body = b""
    del response.headers["content-length"]
    return response


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
