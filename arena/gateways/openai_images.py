"""OpenAI images: ``POST {endpoint}/generations`` and, with pictures to edit, ``POST {endpoint}/edits`` as a form.

https://platform.openai.com/docs/api-reference/images (read through OpenAPI document 2.3.0): GPT image models take
``quality`` (low, medium, high), ``size`` and ``output_format`` (png, jpeg, webp) and always answer ``data[].b64_json``;
dall-e models take ``quality`` (standard, hd) and ``response_format`` (url, b64_json). ``/edits`` takes the pictures as
``image[]``. A filter's refusal is a 400 whose ``error.code`` is ``moderation_blocked`` (GPT image models) or
``content_policy_violation`` (dall-e). There are no jobs and no idempotency keys.
"""

from __future__ import annotations

from typing import Any

from arena.gateways.faults import fault
from arena.gateways.protocol import Answer, Ask, Failed, Made, Reply, Request, decoded, dig, media_of

DALL_E_QUALITIES = {"low": "standard", "medium": "standard", "high": "hd"}


class OpenAIImages:
    """One request, one answer with the picture in it."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """A form with files where there is something to edit."""
        fields = {**_fields(ask), **ask.parameters}
        if not ask.pictures:
            return Request("POST", f"{endpoint}/generations", json=fields)
        name = ask.image_parameter or "image[]"
        files = tuple(
            (name, (f"{number}.{picture.media_type.partition('/')[2]}", picture.content, picture.media_type))
            for number, picture in enumerate(ask.pictures, 1)
        )
        return Request(
            "POST", f"{endpoint}/edits", form={key: str(value) for key, value in fields.items()}, files=files
        )

    def read(self, answer: Answer) -> Reply:
        """The first picture of ``data``."""
        if answer.status >= 400:
            return fault(answer.status, dig(answer.body, "error", "code"), dig(answer.body, "error", "message"))
        item = dig(answer.body, "data", 0)
        media = decoded(dig(item, "b64_json")) or media_of(dig(item, "url"))
        return Made(media) if media else Failed("an answer without a picture")

    def poll(self, endpoint: str, handle: str) -> Request:
        """Never called: this protocol has no jobs."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")


def _fields(ask: Ask) -> dict[str, Any]:
    fields: dict[str, Any] = {"model": ask.asked, "prompt": ask.text, "n": 1, "size": f"{ask.width}x{ask.height}"}
    if ask.asked.startswith("dall-e"):
        quality = {"quality": DALL_E_QUALITIES.get(ask.quality, ask.quality)} if ask.asked == "dall-e-3" else {}
        return {**fields, **quality, "response_format": "b64_json"}
    return {**fields, "quality": ask.quality, "output_format": "png"}
