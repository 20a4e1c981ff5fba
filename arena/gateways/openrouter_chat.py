"""Chat with image output, as OpenRouter has it: ``POST /api/v1/chat/completions`` with ``modalities``.

https://openrouter.ai/docs/guides/overview/multimodal/image-generation: ``modalities`` are ``["image", "text"]``, and
``["image"]`` for models that only make pictures, which answer 404 to the other; pictures come as
``choices[0].message.images[].image_url.url``, a ``data:`` URL; ``image_config.aspect_ratio`` asks for a shape, and is
left out for squares because not every upstream takes it. Pictures to edit go along as ``image_url`` parts of the
message. ``usage.cost`` is what was charged, in credits of one USD
(https://openrouter.ai/docs/use-cases/usage-accounting); an answer that ended in an error is not charged
(https://openrouter.ai/docs/guides/features/zero-completion-insurance). Errors: ``arena.gateways.openrouter_errors``.
"""

from __future__ import annotations

from typing import Any

from arena.gateways.answers import cost_in, picture_in, without_picture
from arena.gateways.gemini import REFUSING_FINISH_REASONS
from arena.gateways.openrouter_errors import openrouter_error
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

MODELS_THAT_WRITE = ("google/gemini", "openai/gpt-4", "openai/gpt-5", "openrouter/")
"""How the ids of models begin that answer in words as well: the others are asked for pictures only.

``architecture.output_modalities`` of OpenRouter's list (``GET /api/v1/models``) says it of each model, but an adapter
sends nothing, and the catalogue has no such field: how a model answers is a fact about one API. An offer's own
``modalities`` count before this list, and the Images endpoint needs neither (``arena.gateways.openrouter_images``).
"""


class OpenRouterChat:
    """One message, one answer with the image in it."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """A message of the prompt and the input images."""
        content: list[dict[str, Any]] = [{"type": "text", "text": wanted.text}]
        content += [{"type": "image_url", "image_url": {"url": image.data_url}} for image in wanted.input_images]
        writes = wanted.provider_model.startswith(MODELS_THAT_WRITE)
        body: dict[str, Any] = {
            "model": wanted.provider_model,
            "messages": [{"role": "user", "content": content}],
            "modalities": ["image", "text"] if writes else ["image"],
            "usage": {"include": True},
        }
        # Squares are what models make unasked, and some upstreams refuse the field.
        if not wanted.input_images and wanted.width != wanted.height:
            body["image_config"] = {"aspect_ratio": wanted.aspect_ratio}
        return HttpRequest("POST", endpoint, json={**body, **wanted.parameters})

    def read(self, answer: HttpAnswer) -> Reply:
        """The first image of the message, wherever in it. An error may come with status 200, in any place."""
        body = answer.body
        choice = value_at(body, "choices", 0)
        error = value_at(body, "error") or value_at(choice, "error")
        if answer.status >= 400 or error:
            return openrouter_error(answer.status, {"error": error} if error else body)
        message = value_at(choice, "message")
        for place in (value_at(message, "images"), value_at(message, "content"), choice, body):
            # The message may quote the picture to edit in words of its own, so that its images come first.
            if media := picture_in(place):
                return GeneratedImage(media, cost_in(body))
        return _without_image(choice, message, body)

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """Never called: this protocol has no jobs."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")


def _without_image(choice: JSON, message: JSON, body: JSON) -> RefusedByFilter | GenerationFailed:
    """Why the answer has no image: a filter's word, the model's, or none."""
    reason, native = value_at(choice, "finish_reason"), value_at(choice, "native_finish_reason")
    refusal = value_at(message, "refusal")
    if reason == "content_filter" or (isinstance(native, str) and native.upper() in REFUSING_FINISH_REASONS):
        said = native if isinstance(native, str) and native else reason
        return RefusedByFilter(f"stopped by a content filter: {said}", cost_in(body), Charge.OFFER_PRICE)
    if isinstance(refusal, str) and refusal:
        return RefusedByFilter(f"the model refused: {refusal}", cost_in(body), Charge.OFFER_PRICE)
    words = value_at(message, "content")
    said = f": {words}" if isinstance(words, str) and words.strip() else ""
    charge = Charge.NONE if reason == "error" else Charge.OFFER_PRICE
    return without_picture(f"an answer in words, without a picture (finish_reason {reason}){said}", body, charge)
