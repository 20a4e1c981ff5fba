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

from arena.gateways.protocol import JSON, Answer, Ask, Failed, Made, Refused, Reply, Request, dig, fault, media_of


class OpenRouterChat:
    """One message, one answer with the picture in it."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """A message of text and pictures."""
        content: list[dict[str, Any]] = [{"type": "text", "text": ask.text}]
        content += [{"type": "image_url", "image_url": {"url": picture.data_url}} for picture in ask.pictures]
        body: dict[str, Any] = {
            "model": ask.asked,
            "messages": [{"role": "user", "content": content}],
            "modalities": ["image", "text"],
            "usage": {"include": True},
        }
        if not ask.pictures and ask.width != ask.height:
            body["image_config"] = {"aspect_ratio": ask.aspect_ratio}
        return Request("POST", endpoint, json={**body, **ask.parameters})

    def read(self, answer: Answer) -> Reply:
        """The first picture of the message. An error may come with status 200."""
        error = dig(answer.body, "error")
        if answer.status >= 400 or error:
            if dig(error, "metadata", "reasons"):
                return Refused(str(dig(error, "message") or "flagged by moderation"))
            code = dig(error, "code")
            status = code if isinstance(code, int) else answer.status
            return fault(status, code, dig(error, "message"))
        choice = dig(answer.body, "choices", 0)
        media = media_of(dig(choice, "message", "images", 0, "image_url", "url"))
        if media:
            return Made(media, _cost(dig(answer.body, "usage", "cost")))
        if dig(choice, "finish_reason") == "content_filter":
            return Refused("stopped by a content filter")
        return Failed("an answer in words, without a picture")

    def poll(self, endpoint: str, handle: str) -> Request:
        """Never called: this protocol has no jobs."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")


def _cost(said: JSON) -> Decimal | None:
    try:
        cost = Decimal(str(said))
    except InvalidOperation:
        return None
    return cost if cost.is_finite() and cost >= 0 else None
