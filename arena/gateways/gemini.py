"""Gemini: ``POST {endpoint}/{model}:generateContent`` with image parts in and out.

https://ai.google.dev/api/generate-content and https://ai.google.dev/gemini-api/docs/image-generation:
``contents[].parts`` hold ``text`` and ``inlineData`` (``mimeType``, base64 ``data``);
``generationConfig.responseModalities`` asks for pictures, ``imageConfig.aspectRatio`` for their shape and ``imageSize``
(2K, 4K; 1K where it is left out) for more than 1024 pixels a side, which not every model takes. Pictures come as
``inlineData`` parts of ``candidates[0].content``; parts marked ``thought`` are drafts. A filter says no by
``promptFeedback.blockReason``, or by one of the ``finishReason`` values below. Auth is the header ``x-goog-api-key``: a
key in the URL would end in logs.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from arena.gateways.protocol import Answer, Ask, Failed, Made, Refused, Reply, Request, decoded, dig, fault

REFUSALS = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
    }
)


class Gemini:
    """One request, one answer with the picture in it; ``endpoint`` ends in ``/v1beta/models``."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """An edit keeps the shape of its picture; anything else gets the shape asked for."""
        parts: list[dict[str, Any]] = [{"text": ask.text}]
        parts += [{"inlineData": {"mimeType": item.media_type, "data": item.base64}} for item in ask.pictures]
        config: dict[str, Any] = {"responseModalities": ["TEXT", "IMAGE"]}
        if not ask.pictures:
            config["imageConfig"] = {"aspectRatio": ask.aspect_ratio, **_size(max(ask.width, ask.height))}
        body = {"contents": [{"role": "user", "parts": parts}], "generationConfig": {**config, **ask.parameters}}
        return Request("POST", f"{endpoint}/{quote(ask.asked)}:generateContent", json=body)

    def read(self, answer: Answer) -> Reply:
        """The last picture that is no draft."""
        if answer.status >= 400:
            return fault(answer.status, dig(answer.body, "error", "status"), dig(answer.body, "error", "message"))
        blocked = dig(answer.body, "promptFeedback", "blockReason")
        if blocked:
            return Refused(f"the prompt was blocked: {blocked}")
        candidate = dig(answer.body, "candidates", 0)
        parts = dig(candidate, "content", "parts")
        for part in reversed(parts if isinstance(parts, list) else []):
            media = decoded(dig(part, "inlineData", "data"))
            if media and not dig(part, "thought"):
                return Made(media)
        reason = dig(candidate, "finishReason")
        if isinstance(reason, str) and reason in REFUSALS:
            return Refused(f"the answer was stopped: {reason}")
        return Failed(f"an answer without a picture (finishReason {str(reason)[:40]})")

    def poll(self, endpoint: str, handle: str) -> Request:
        """Never called: this protocol has no jobs."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")


def _size(edge: int) -> dict[str, str]:
    return {} if edge <= 1024 else {"imageSize": "2K" if edge <= 2048 else "4K"}
