"""OpenAI images: ``POST {endpoint}/generations`` and, with pictures to edit, ``POST {endpoint}/edits`` as a form.

https://developers.openai.com/api/reference/resources/images/methods/generate (and ``.../edit``): GPT image models take
``quality`` (low, medium, high), ``size`` and ``output_format`` (png, jpeg, webp) and always answer ``data[].b64_json``;
``/edits`` takes the pictures as ``image[]``. A filter's refusal is a 400 whose ``error.code`` is
``moderation_blocked``. There are no jobs and no idempotency keys.

Others speak the same protocol with parameters of their own, and refuse what they do not know: they are sent ``model``,
``prompt`` and what the catalogue says. They answer ``data[].url`` or ``data[].b64_json``. Where an offer names an
``image_parameter``, the picture to edit goes along to ``/generations`` as a ``data:`` URL under that name, as with
Together (https://docs.together.ai/docs/images-overview).
"""

from __future__ import annotations

from typing import Any

from arena.gateways.protocol import Answer, Ask, Failed, Made, Reply, Request, decoded, dig, fault, media_of


class OpenAIImages:
    """One request, one answer with the picture in it."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """A form with files where there is something to edit."""
        fields = {**_fields(ask), **ask.parameters}
        if not ask.pictures or ask.image_parameter:
            return Request("POST", f"{endpoint}/generations", json={**fields, **ask.picture_field()})
        files = tuple(
            ("image[]", (f"{number}.{picture.media_type.partition('/')[2]}", picture.content, picture.media_type))
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
    fields = {"model": ask.asked, "prompt": ask.text}
    if not ask.asked.startswith("gpt-image"):
        return fields
    size = f"{ask.width}x{ask.height}"
    return {**fields, "n": 1, "size": size, "quality": ask.quality, "output_format": "png"}
