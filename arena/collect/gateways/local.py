"""A gateway in this process: the painter of the demonstration, so that collecting runs without a network or a key.

It follows the shape of an API (a request, an answer with a picture in base64) on a transport of its own. The painter is
handed in: which one it is, and what it draws, is for the caller to know.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable

import httpx

from arena.collect.gateways.protocol import Answer, Ask, Failed, Made, Reply, Request, decoded, dig

ENDPOINT = "https://painter.invalid/paint"
"""A name that no resolver knows (RFC 6761); only the transport below answers it."""

Painter = Callable[[str, str], bytes]
"""(prompt id, model id) -> an encoded picture."""


class Local:
    """Asks the painter for what a model would have made."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """By ids: the painter knows the prompts."""
        return Request("POST", endpoint, json={"prompt": ask.prompt, "model": ask.model})

    def read(self, answer: Answer) -> Reply:
        """The picture, always."""
        media = decoded(dig(answer.body, "image"))
        return Made(media) if media else Failed("the painter painted nothing")

    def poll(self, endpoint: str, handle: str) -> Request:
        """Never called: the painter is done when it answers."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")


class PainterTransport(httpx.AsyncBaseTransport):
    """Answers requests by painting, on another thread."""

    def __init__(self, paint: Painter) -> None:
        self._paint = paint

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Paint what the body names."""
        asked = json.loads(await request.aread())
        picture = await asyncio.to_thread(self._paint, asked["prompt"], asked["model"])
        return httpx.Response(200, json={"image": base64.b64encode(picture).decode()})
