"""OpenRouter's Images endpoint: ``POST /api/v1/images``, for models that only make pictures as for those that chat.

https://openrouter.ai/docs/api/api-reference/images/generate-an-image: ``prompt``, ``aspect_ratio``, ``resolution`` (1K,
2K, 4K; which of them a model takes differs) and ``input_references`` for pictures to edit; the answer holds
``data[].b64_json`` with ``media_type``, and ``usage.cost`` in USD. A generation that failed is an error and is not
billed. Errors: ``arena.gateways.openrouter_errors``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from arena.gateways.answers import cost_in, picture_in
from arena.gateways.openrouter_errors import openrouter_error
from arena.gateways.protocol import (
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    Reply,
    value_at,
)


class OpenRouterImages:
    """One request, one answer with the image in it; ``endpoint`` ends in ``/api/v1/images``."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """A shape and a resolution only where they are not what a model makes unasked."""
        body: dict[str, Any] = {"model": wanted.provider_model, "prompt": wanted.text}
        if wanted.input_images:
            urls = (image.data_url for image in wanted.input_images)
            body["input_references"] = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
        elif wanted.width != wanted.height:
            body["aspect_ratio"] = wanted.aspect_ratio
        edge = max(wanted.width, wanted.height)
        if not wanted.input_images and edge > 1536:
            body["resolution"] = "2K" if edge <= 2048 else "4K"
        return HttpRequest("POST", endpoint, json={**body, **wanted.parameters})

    def read(self, answer: HttpAnswer) -> Reply:
        """The first image of ``data``."""
        body = answer.body
        if answer.status >= 400 or value_at(body, "error"):
            return openrouter_error(answer.status, body)
        cost = cost_in(body)
        if media := picture_in(value_at(body, "data")):
            return GeneratedImage(media, cost)
        # Nothing is billed without one image at least, unless the answer says so itself.
        return GenerationFailed("an answer without a picture", cost=cost if cost is not None else Decimal(0))

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """Never called: this protocol has no jobs."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")
