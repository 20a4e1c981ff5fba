"""The language of the voting pages: a voter's choice of it, and how to correct a translation."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from arena.catalogue import Catalogue
from arena.messages import OfferedLanguages, available_tags, load_language
from arena.messages.files import SUFFIX, message_files
from arena.voting import refusals
from arena.voting.ballot import not_one_of
from arena.voting.guard import inner_path
from arena.voting.handlers import LANGUAGE_COOKIE, Handlers, form_fields, html_page
from arena.voting.identities import COOKIE_SECONDS
from arena.voting.login import LOGIN_COOKIE
from arena.voting.refusals import RequestRefused

_PAGES = re.compile(r"/(?:me|languages|votes/[\w.~-]+)?")
"""The pages that one can be on while choosing a language, below the app."""
_QUERY = re.compile(r"[\w=&.%+~-]*")


def offered_languages(catalogue: Catalogue) -> OfferedLanguages:
    """The languages that voting pages are in. Raises ArenaError where a message file is missing or wrong."""
    project, data = catalogue.project, catalogue.folder
    tags = project.voting.languages
    if tags is None:
        tags = (project.language, *(tag for tag in available_tags(data) if tag != project.language))
    return OfferedLanguages({tag: load_language(tag, data) for tag in tags})


async def choose_language(handlers: Handlers, request: Request) -> Response:
    """``POST /language``: keeps the choice in a cookie, and leads back to the page that it was made on."""
    tag = str(dict(await form_fields(request)).get("language", ""))
    if tag not in handlers.languages.by_tag:
        raise RequestRefused(not_one_of("language", handlers.languages.by_tag))
    answer = RedirectResponse(f"{handlers.reveals.root}{page_before(request)}", 303)
    handlers.keep(request, answer, LANGUAGE_COOKIE, tag, COOKIE_SECONDS)
    return answer


def page_before(request: Request) -> str:
    """The page of this app, with its query, that a form was sent from; ``/`` where the browser does not say.

    Only what is a page here: whatever else a Referer holds, nobody is led to another site by it.
    """
    try:
        before = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    path = inner_path({**request.scope, "path": before.path})
    if before.netloc != request.url.netloc or not _PAGES.fullmatch(path) or not _QUERY.fullmatch(before.query):
        return "/"
    return f"{path}?{before.query}" if before.query else path


async def languages_page(handlers: Handlers, request: Request) -> Response:
    """``GET /languages``: which translations are drafts, and how to correct one."""
    pages = handlers.pages(request)
    frame = pages.frame(pages.language.gettext("Languages"), "languages", simulated=False)
    if handlers.login:
        frame = replace(frame, login=handlers.login.account(request.cookies.get(LOGIN_COOKIE)) is not None)
    return html_page("languages.html", frame, pages.languages_view())


async def message_file(handlers: Handlers, request: Request) -> Response:
    """``GET /languages/{tag}.po``: the messages of a language, to be corrected."""
    tag = request.path_params["tag"]
    paths = message_files(handlers.live.catalogue.folder).get(tag, []) if tag in handlers.languages.by_tag else []
    if not paths:
        raise RequestRefused(refusals.UNKNOWN_ADDRESS)
    headers = {"Content-Disposition": f'attachment; filename="{tag}{SUFFIX}"'}
    return Response(paths[0].read_bytes(), media_type="text/x-gettext-translation; charset=utf-8", headers=headers)
