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

from arena.gateways.protocol import (
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    RefusedByFilter,
    Reply,
    decode_base64,
    error_reply,
    value_at,
)

REFUSING_FINISH_REASONS = frozenset(
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
    """One request, one answer with the image in it; ``endpoint`` ends in ``/v1beta/models``."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """An edit keeps the shape of its input image; anything else gets the shape asked for."""
        parts: list[dict[str, Any]] = [{"text": wanted.text}]
        parts += [{"inlineData": {"mimeType": image.media_type, "data": image.base64}} for image in wanted.input_images]
        config: dict[str, Any] = {"responseModalities": ["TEXT", "IMAGE"]}
        if not wanted.input_images:
            config["imageConfig"] = {"aspectRatio": wanted.aspect_ratio, **_size(max(wanted.width, wanted.height))}
        body = {"contents": [{"role": "user", "parts": parts}], "generationConfig": {**config, **wanted.parameters}}
        return HttpRequest("POST", f"{endpoint}/{quote(wanted.provider_model)}:generateContent", json=body)

    def read(self, answer: HttpAnswer) -> Reply:
        """The last image that is no draft."""
        if answer.status >= 400:
            error = value_at(answer.body, "error")
            return error_reply(answer.status, value_at(error, "status"), value_at(error, "message"))
        blocked = value_at(answer.body, "promptFeedback", "blockReason")
        if blocked:
            return RefusedByFilter(f"the prompt was blocked: {blocked}")
        candidate = value_at(answer.body, "candidates", 0)
        parts = value_at(candidate, "content", "parts")
        # Backwards: a model that thinks sends its drafts before the image.
        for part in reversed(parts if isinstance(parts, list) else []):
            media = decode_base64(value_at(part, "inlineData", "data"))
            if media and not value_at(part, "thought"):
                return GeneratedImage(media)
        reason = value_at(candidate, "finishReason")
        if isinstance(reason, str) and reason in REFUSING_FINISH_REASONS:
            return RefusedByFilter(f"the answer was stopped: {reason}")
        return GenerationFailed(f"an answer without a picture (finishReason {str(reason)[:40]})")

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """Never called: this protocol has no jobs."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")


def _size(edge: int) -> dict[str, str]:
    return {} if edge <= 1024 else {"imageSize": "2K" if edge <= 2048 else "4K"}
