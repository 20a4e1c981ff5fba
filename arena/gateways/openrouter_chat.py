"""Chat with image output, as OpenRouter has it: ``POST /api/v1/chat/completions`` with ``modalities``.

https://openrouter.ai/docs/guides/overview/multimodal/image-generation: ``modalities: ["image", "text"]``; pictures come
as ``choices[0].message.images[].image_url.url``, a ``data:`` URL; ``image_config.aspect_ratio`` asks for a shape, and
is left out for squares because not every upstream takes it. Pictures to edit go along as ``image_url`` parts of the
message. ``usage.cost`` is what was charged, in credits of one USD
(https://openrouter.ai/docs/use-cases/usage-accounting). A 403 with ``error.metadata.reasons`` is moderation
(https://openrouter.ai/docs/api-reference/errors), the only 403 that does not hold for all requests.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from arena.gateways.protocol import (
    JSON,
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    RefusedByFilter,
    Reply,
    error_reply,
    media_from,
    value_at,
)


class OpenRouterChat:
    """One message, one answer with the image in it."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """A message of the prompt and the input images."""
        content: list[dict[str, Any]] = [{"type": "text", "text": wanted.text}]
        content += [{"type": "image_url", "image_url": {"url": image.data_url}} for image in wanted.input_images]
        body: dict[str, Any] = {
            "model": wanted.provider_model,
            "messages": [{"role": "user", "content": content}],
            "modalities": ["image", "text"],
            "usage": {"include": True},
        }
        # Squares are what models make unasked, and some upstreams refuse the field.
        if not wanted.input_images and wanted.width != wanted.height:
            body["image_config"] = {"aspect_ratio": wanted.aspect_ratio}
        return HttpRequest("POST", endpoint, json={**body, **wanted.parameters})

    def read(self, answer: HttpAnswer) -> Reply:
        """The first image of the message. An error may come with status 200."""
        error = value_at(answer.body, "error")
        if answer.status >= 400 or error:
            if value_at(error, "metadata", "reasons"):
                return RefusedByFilter(str(value_at(error, "message") or "flagged by moderation"))
            # The status of the upstream is in the body; the answer's own may be 200.
            code = value_at(error, "code")
            status = code if isinstance(code, int) else answer.status
            return error_reply(status, code, value_at(error, "message"))
        choice = value_at(answer.body, "choices", 0)
        media = media_from(value_at(choice, "message", "images", 0, "image_url", "url"))
        if media:
            return GeneratedImage(media, _cost(value_at(answer.body, "usage", "cost")))
        if value_at(choice, "finish_reason") == "content_filter":
            return RefusedByFilter("stopped by a content filter")
        return GenerationFailed("an answer in words, without a picture")

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """Never called: this protocol has no jobs."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")


def _cost(said: JSON) -> Decimal | None:
    try:
        cost = Decimal(str(said))
    except InvalidOperation:
        return None
    return cost if cost.is_finite() and cost >= 0 else None
