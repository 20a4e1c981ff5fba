"""What the app does for each address: parse, ask the desk, answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from arena.records import Origin, Ratings
from arena.template_folders import overrides_folder, templates_folder
from arena.votes.store import Battle
from arena.voting import refusals, views
from arena.voting.ballot import Wish, parse_form, parse_json, parse_wish
from arena.voting.desk import Person, Shown
from arena.voting.guard import answer_json
from arena.voting.openapi import document
from arena.voting.pages import Pages, Progress
from arena.voting.pictures import MEDIA_TYPE, Pictures, fill_up, padded_length
from arena.voting.refusals import Refusal, Refused
from arena.voting.standings import personal_boards
from arena.voting.tokens import TokenRefusedError
from arena.voting.voters import COOKIE, COOKIE_SECONDS

STATIC = {
    "tokens.css": ("static/tokens.css", "text/css"),
    "site.css": ("static/site.css", "text/css"),
    "theme.js": ("static/theme.js", "text/javascript"),
    "icon.svg": ("static/icon.svg", "image/svg+xml"),
    "vote.css": ("vote/static/vote.css", "text/css"),
    "vote.js": ("vote/static/vote.js", "text/javascript"),
}
"""Where each file that voting pages name lies among the templates, and its media type."""
PLACES = ("left", "right", "input")
VISIT = timedelta(hours=1)
"""Votes of so long are called those of the last hour."""
MAKING = 0.5
"""Seconds: pictures that have to be made are ready after this, or a multiple of it, so that the time tells nothing of
how large a model's files are. Most are made when the arena starts, and take no time when they are shown.
"""


@dataclass(frozen=True)
class Handlers:
    """The endpoints of the app. Refusals are raised and become answers in ``fault``."""

    pages: Pages
    pictures: Pictures
    ratings: Ratings
    clock: Callable[[], datetime]

    async def page(self, request: Request) -> Response:
        """The voting page with a battle on it."""
        desk, now = self.pages.desk, self.clock()
        wish = self._wish(request)
        person = self._person(request)
        shown = await desk.draw(person, wish, now)
        await self._prepare(shown.battle)
        view = self.pages.vote_view(wish, shown, await self._progress(person))
        return self._html(request, person, "vote.html", "Vote", "vote", shown.battle, view, wish)

    async def battle(self, request: Request) -> Response:
        """``GET /api/battle``."""
        person = self._person(request)
        shown = await self.pages.desk.draw(person, self._wish(request), self.clock())
        await self._prepare(shown.battle)
        return self._with_cookie(request, person, JSONResponse(self.pages.battle_json(shown)))

    async def vote(self, request: Request) -> Response:
        """``POST /api/votes``."""
        if _media_type(request) != "application/json":
            raise Refused(refusals.NOT_JSON)
        ballot, person, now = parse_json(await request.body()), self._person(request), self.clock()
        desk = self.pages.desk
        before = await desk.battle_of(person, ballot.token)
        known = await desk.standing(before.arena, now)
        battle, vote = await desk.vote(person, ballot, now)
        told = self.pages.revealed(battle, vote, known)
        answer = self.pages.reveal_json(battle, told, ballot.token, await self._progress(person))
        return JSONResponse(answer, 201)

    async def undo(self, request: Request) -> Response:
        """``DELETE /api/votes/{token}``."""
        person = self._person(request)
        battle = await self.pages.desk.retract(person, request.path_params["token"], self.clock())
        progress = await self._progress(person)
        return JSONResponse({"battle": battle.id, "undone": True, "votes": progress.votes})

    async def vote_form(self, request: Request) -> Response:
        """The form of the voting page; the reveal is the page that it leads to."""
        ballot = parse_form(await self._fields(request))
        wish, person = self._wish(request), self._person(request)
        await self.pages.desk.vote(person, ballot, self.clock())
        return RedirectResponse(f"/votes/{ballot.token}?{wish.query}", 303)

    async def undo_form(self, request: Request) -> Response:
        """The undo button of the reveal."""
        token = dict(await self._fields(request)).get("token", "")
        wish = self._wish(request)
        await self.pages.desk.retract(self._person(request), str(token), self.clock())
        return RedirectResponse(f"/votes/{token}?{wish.query}", 303)

    async def reveal_page(self, request: Request) -> Response:
        """The voting page after a vote; only for who cast it."""
        desk, now, token = self.pages.desk, self.clock(), request.path_params["token"]
        wish, person = self._wish(request), self._person(request)
        battle = await desk.battle_of(person, token, expire=False)
        vote = await self.pages.desk.read(desk.store.vote_of, battle.id, battle.voter)
        if vote is None:
            raise Refused(refusals.UNKNOWN_ADDRESS)
        known = await desk.standing(battle.arena, now)
        told = self.pages.revealed(battle, vote, known)
        undo = vote.retracted is None and now - vote.at <= timedelta(seconds=desk.voting.undo_seconds)
        view = self.pages.vote_view(wish, Shown(battle, token), await self._progress(person), told, undo=undo)
        return self._html(request, person, "vote.html", "Who made which", "vote", battle, view, wish)

    async def board(self, request: Request) -> Response:
        """``GET /me``: the personal board."""
        person, desk = self._person(request), self.pages.desk
        progress = await self._progress(person)
        votes = []
        if not progress.needed:
            voters = desk.voters.voters(person.cookie, desk.halls)
            votes = await self.pages.desk.read(desk.store.votes_by_voter, voters)
        boards = await self.pages.desk.read(personal_boards, votes, self.ratings)
        simulated = any(vote.origin is Origin.SIMULATED for vote in votes)
        view = self.pages.board_view(boards, progress, simulated=simulated)
        frame = self.pages.frame("Your own board", "me", simulated=simulated)
        return self._with_cookie(request, person, HTMLResponse(views.render("board.html", frame, view)))

    async def picture(self, request: Request) -> Response:
        """One picture of a battle, for the voter it was drawn for: same headers, same length for both sides."""
        desk = self.pages.desk
        try:
            battle_id, place = desk.tokens.read_picture(request.path_params["name"])
        except TokenRefusedError as error:
            raise Refused(refusals.UNKNOWN_ADDRESS) from error
        battle = await desk.find(battle_id)
        person = self._person(request)
        if battle is None or place not in PLACES or battle.voter != desk.voters.voter(person.cookie, battle.arena):
            raise Refused(refusals.UNKNOWN_ADDRESS)
        made = await self._prepare(battle)
        if place not in made:
            raise Refused(refusals.UNKNOWN_ADDRESS)
        content = fill_up(made[place], padded_length(*made.values()))
        seconds = desk.voting.battle_minutes * 60
        headers = {"Cache-Control": f"private, max-age={seconds}, immutable", "Content-Disposition": "inline"}
        return Response(content, media_type=MEDIA_TYPE, headers=headers)

    async def static(self, request: Request) -> Response:
        """A style sheet or script of the voting pages."""
        name = request.path_params["name"]
        path, media_type = STATIC.get(name, ("", ""))
        if not path:
            raise Refused(refusals.UNKNOWN_ADDRESS)
        content = (templates_folder() / path).read_bytes()
        overrides = overrides_folder(self.pages.catalogue.folder)
        if name == "tokens.css" and overrides and (overrides / path).is_file():
            content += (overrides / path).read_bytes()
        return Response(content, media_type=media_type, headers={"Cache-Control": "public, max-age=300"})

    async def openapi(self, _: Request) -> Response:
        """The API's description."""
        return JSONResponse(document(self.pages.catalogue.project, self.pages.desk.halls))

    async def health(self, _: Request) -> Response:
        """Whether votes can be stored now."""
        well = await self.pages.desk.can_store(self.clock())
        return JSONResponse({"status": "ok" if well else "unavailable"}, 200 if well else 503)

    async def metrics(self, _: Request) -> Response:
        """Counts for Prometheus, from the store, so that they are the same for every worker and every restart."""
        votes = await self.pages.desk.read(self.pages.desk.store.votes_stored)
        text = (
            "# HELP arena_votes_stored Votes in the store that stand (not taken back).\n"
            f"# TYPE arena_votes_stored gauge\narena_votes_stored {votes}\n"
        )
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def fault(self, request: Request, error: Exception) -> Response:
        """The answer to what an endpoint raised: a refusal, what the store could not do, or no such address."""
        if isinstance(error, HTTPException):
            known = {404: refusals.UNKNOWN_ADDRESS, 405: refusals.WRONG_METHOD}
            return self._say(request, known.get(error.status_code, refusals.NOT_ASKED))
        return self._say(request, error.refusal if isinstance(error, Refused) else refusals.UNAVAILABLE)

    def _say(self, request: Request, refusal: Refusal) -> Response:
        """A refusal as JSON for programs, as a page for people."""
        if request.scope["path"].startswith(("/api/", "/pictures/", "/openapi", "/healthz", "/metrics")):
            return answer_json(refusal)
        frame = self.pages.frame("Sorry", "", simulated=False)
        view = views.MessageView("That did not work" if refusal.status != 404 else "Nothing here", refusal.message)
        if refusal.status == 404 and refusal is not refusals.UNKNOWN_ADDRESS:
            view = views.MessageView("No pair to show", refusal.message)
        return HTMLResponse(views.render("message.html", frame, view), refusal.status, headers=refusal.headers)

    async def _prepare(self, battle: Battle) -> dict[str, bytes]:
        """All pictures of a battle. Where some have to be made, that takes ``MAKING``: no less for small files."""
        wanted = self._files(battle)
        ready = {place: self.pictures.kept(path) for place, path in wanted.items()}
        if all(ready.values()):
            return {place: picture for place, picture in ready.items() if picture}
        began = asyncio.get_running_loop().time()
        made = await asyncio.gather(*(asyncio.wrap_future(self.pictures.get(path)) for path in wanted.values()))
        await asyncio.sleep((began - asyncio.get_running_loop().time()) % MAKING)
        return dict(zip(wanted, made, strict=True))

    def all_files(self) -> list[Path]:
        """The files of every picture that a battle may show."""
        catalogue, exhibits = (
            self.pages.catalogue,
            [one for hall in self.pages.desk.halls.values() for one in hall.exhibits],
        )
        inputs = [catalogue.input_path(one.prompt.input_image) for one in exhibits if one.prompt.input_image]
        return inputs + [catalogue.output_path(output) for one in exhibits for output in one.outputs.values()]

    def _files(self, battle: Battle) -> dict[str, Path]:
        catalogue = self.pages.catalogue
        exhibit = self.pages.desk.exhibit(battle)
        if exhibit is None or not {battle.left, battle.right} <= exhibit.outputs.keys():
            raise Refused(refusals.EXPIRED)
        paths = {
            "left": catalogue.output_path(exhibit.outputs[battle.left]),
            "right": catalogue.output_path(exhibit.outputs[battle.right]),
        }
        if exhibit.prompt.input_image:
            paths["input"] = catalogue.input_path(exhibit.prompt.input_image)
        return paths

    async def _progress(self, person: Person) -> Progress:
        desk = self.pages.desk
        voters = desk.voters.voters(person.cookie, desk.halls)
        since = self.clock() - VISIT
        votes, lately = await desk.read(desk.store.count_votes, voters, since) if voters else (0, 0)
        return Progress(votes, lately, max(0, desk.voting.personal_board_votes - votes))

    async def _fields(self, request: Request) -> list[tuple[str, Any]]:
        if _media_type(request) != "application/x-www-form-urlencoded":
            raise Refused(refusals.NOT_A_FORM)
        async with request.form(max_files=0, max_fields=20) as form:
            return list(form.multi_items())

    def _wish(self, request: Request) -> Wish:
        return parse_wish(request.query_params.multi_items(), self.pages.desk.halls, self.pages.catalogue.project)

    def _person(self, request: Request) -> Person:
        cookie = request.cookies.get(COOKIE)
        voters = self.pages.desk.voters
        kept = cookie if cookie and voters.accepts(cookie) else voters.new_cookie()
        address = request.client.host if request.client else None
        return Person(kept, voters.network(address, self.clock().date()))

    def _html(  # noqa: PLR0917 - what a page is made of
        self,
        request: Request,
        person: Person,
        template: str,
        title: str,
        current: str,
        battle: Battle,
        view: Any,
        wish: Wish,
    ) -> Response:
        simulated = battle.origin is Origin.SIMULATED
        frame = self.pages.frame(title, current, simulated=simulated, query=wish.query)
        return self._with_cookie(request, person, HTMLResponse(views.render(template, frame, view)))

    def _with_cookie(self, request: Request, person: Person, response: Response) -> Response:
        if request.cookies.get(COOKIE) != person.cookie:
            response.set_cookie(
                COOKIE,
                person.cookie,
                max_age=COOKIE_SECONDS,
                httponly=True,
                samesite="lax",
                secure=request.scope["scheme"] == "https",
            )
        return response


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
