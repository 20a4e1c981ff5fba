"""The style sheets, scripts, fonts and icons of the voting pages."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from arena.template_folders import overrides_folder, templates_folder
from arena.voting import refusals
from arena.voting.handlers import Handlers
from arena.voting.refusals import RequestRefused

STATIC_FILES = {
    "tokens.css": ("static/tokens.css", "text/css"),
    "site.css": ("static/site.css", "text/css"),
    "theme.js": ("static/theme.js", "text/javascript"),
    "bricolage-grotesque.woff2": ("static/bricolage-grotesque.woff2", "font/woff2"),
    "icon.svg": ("static/icon.svg", "image/svg+xml"),
    "vote.css": ("vote/static/vote.css", "text/css"),
    "vote.js": ("vote/static/vote.js", "text/javascript"),
    "work.js": ("vote/static/work.js", "text/javascript"),
}
"""The file of each name that voting pages use, within the folder of templates, and its media type."""


async def static_file(handlers: Handlers, request: Request) -> Response:
    """``GET /static/{name}``: a style sheet or script of the voting pages."""
    name = request.path_params["name"]
    path, media_type = STATIC_FILES.get(name, ("", ""))
    if not path:
        raise RequestRefused(refusals.UNKNOWN_ADDRESS)
    content = (templates_folder() / path).read_bytes()
    overrides = overrides_folder(handlers.live.catalogue.folder)
    if name == "tokens.css" and overrides and (overrides / path).is_file():
        content += (overrides / path).read_bytes()
    return Response(content, media_type=media_type, headers={"Cache-Control": "public, max-age=300"})


async def favicon(handlers: Handlers, _: Request) -> Response:
    """``GET /favicon.ico``: what browsers ask for unasked; a project's own in the place of ours."""
    path = Path("static/favicon.ico")
    overrides = overrides_folder(handlers.live.catalogue.folder)
    own = overrides / path if overrides and (overrides / path).is_file() else templates_folder() / path
    return Response(own.read_bytes(), media_type="image/x-icon", headers={"Cache-Control": "public, max-age=86400"})
