"""The other side of the local gateway: a transport that answers requests by painting.

The painter is handed in: which one it is, and what it draws, is for the caller to know.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable

import httpx

ENDPOINT = "https://painter.invalid/paint"
"""A name that no resolver knows (RFC 6761); only the transport below answers it."""

Painter = Callable[[str, str], bytes]
"""(prompt id, model id) -> an encoded picture."""


class PainterTransport(httpx.AsyncBaseTransport):
    """Answers requests by painting, on another thread."""

    def __init__(self, paint: Painter) -> None:
        self._paint = paint

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Paint what the body names."""
        asked = json.loads(await request.aread())
        picture = await asyncio.to_thread(self._paint, asked["prompt"], asked["model"])
        return httpx.Response(200, json={"image": base64.b64encode(picture).decode()})
