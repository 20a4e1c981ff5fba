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

from arena.gateways.protocol import (
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    Reply,
    decode_base64,
    error_reply,
    media_from,
    value_at,
)


class OpenAIImages:
    """One request, one answer with the image in it."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """A form with files where there is an image to edit."""
        fields = {**_fields(wanted), **wanted.parameters}
        if not wanted.input_images or wanted.image_parameter:
            return HttpRequest("POST", f"{endpoint}/generations", json={**fields, **wanted.input_image_field()})
        files = tuple(
            ("image[]", (f"{number}.{image.media_type.partition('/')[2]}", image.content, image.media_type))
            for number, image in enumerate(wanted.input_images, 1)
        )
        form = {name: str(value) for name, value in fields.items()}
        return HttpRequest("POST", f"{endpoint}/edits", form=form, files=files)

    def read(self, answer: HttpAnswer) -> Reply:
        """The first image of ``data``."""
        if answer.status >= 400:
            error = value_at(answer.body, "error")
            return error_reply(answer.status, value_at(error, "code"), value_at(error, "message"))
        image = value_at(answer.body, "data", 0)
        media = decode_base64(value_at(image, "b64_json")) or media_from(value_at(image, "url"))
        return GeneratedImage(media) if media else GenerationFailed("an answer without a picture")

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """Never called: this protocol has no jobs."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")


def _fields(wanted: ImageRequest) -> dict[str, Any]:
    fields = {"model": wanted.provider_model, "prompt": wanted.text}
    if not wanted.provider_model.startswith("gpt-image"):
        # Others who speak this protocol answer 400 to a field that they do not know.
        return fields
    size = f"{wanted.width}x{wanted.height}"
    return {**fields, "n": 1, "size": size, "quality": wanted.quality, "output_format": "png"}
