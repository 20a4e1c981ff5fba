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

from arena.gateways.answers import base64_bytes
from arena.gateways.errors import COMMON_CODES, error_reply, status_said, table, unwrapped
from arena.gateways.protocol import (
    JSON,
    Charge,
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    RefusedByFilter,
    Reply,
    value_at,
)

CODES = {
    **COMMON_CODES,
    **table(
        for_all="API_KEY_INVALID API_KEY_EXPIRED API_KEY_SERVICE_BLOCKED API_KEY_HTTP_REFERRER_BLOCKED "
        "API_KEY_IP_ADDRESS_BLOCKED SERVICE_DISABLED CONSUMER_SUSPENDED CONSUMER_INVALID BILLING_DISABLED "
        "FAILED_PRECONDITION UNAUTHENTICATED",
    ),
}
"""Reasons of ``error.details[]`` and values of ``error.status``. A wrong key is a 400 INVALID_ARGUMENT with the reason
API_KEY_INVALID; FAILED_PRECONDITION is a country without a free tier, or billing that is not set up
(https://ai.google.dev/gemini-api/docs/troubleshooting).
"""
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
        body = unwrapped(answer.body)
        if answer.status >= 400 or value_at(body, "error"):
            return error_reply(status_said(body, answer.status), body, CODES)
        if blocked := value_at(body, "promptFeedback", "blockReason"):
            return RefusedByFilter(f"the prompt was blocked: {blocked}")
        candidate = value_at(body, "candidates", 0)
        parts = value_at(candidate, "content", "parts")
        # Backwards: a model that thinks sends its drafts before the image.
        for part in reversed(parts if isinstance(parts, list) else []):
            inline = value_at(part, "inlineData") or value_at(part, "inline_data")
            media = base64_bytes(value_at(inline, "data"))
            if media and not value_at(part, "thought"):
                return GeneratedImage(media)
        return _without_image(candidate, parts, body)

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """Never called: this protocol has no jobs."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")


def _size(edge: int) -> dict[str, str]:
    return {} if edge <= 1024 else {"imageSize": "2K" if edge <= 2048 else "4K"}


def _without_image(candidate: JSON, parts: JSON, body: JSON) -> RefusedByFilter | GenerationFailed:
    """By ``finishReason``. Tokens that the model made are charged, so that an answer of none costs nothing."""
    charge = Charge.NONE if value_at(body, "usageMetadata", "candidatesTokenCount") == 0 else Charge.OFFER_PRICE
    reason, said = value_at(candidate, "finishReason"), value_at(candidate, "finishMessage")
    told = f"{reason}: {said}" if isinstance(said, str) and said else str(reason)
    if isinstance(reason, str) and reason in REFUSING_FINISH_REASONS:
        return RefusedByFilter(f"the answer was stopped: {told}", charge=charge)
    texts = (value_at(part, "text") for part in (parts if isinstance(parts, list) else []))
    words = " ".join(text for text in texts if isinstance(text, str))
    return GenerationFailed(f"an answer without a picture (finishReason {told}) {words}".strip(), charge=charge)
