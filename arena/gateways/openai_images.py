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

from arena.gateways.answers import cost_in, picture_in, without_picture
from arena.gateways.errors import COMMON_CODES, error_in_success, error_reply, read_error, table
from arena.gateways.protocol import (
    Charge,
    GeneratedImage,
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
        refused="InputTextSensitiveContentDetected InputImageSensitiveContentDetected "
        "OutputImageSensitiveContentDetected SensitiveContentDetected",
        for_model="ModelNotOpen InvalidEndpointOrModel",
        for_all="credit_balance_exhausted organization_spend_limit_exceeded project_spend_limit_exceeded "
        "organization_usage_limit_exceeded AccountOverdueError AuthenticationError",
        later="server_error ServerOverloaded",
    ),
}
"""OpenAI's codes of billing, which come with a 429 that no waiting mends, and those of BytePlus's ModelArk, which
narrows them down after a dot (https://docs.byteplus.com/en/docs/ModelArk/1299023).
"""


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
        """The first image of ``data``; ModelArk puts the error of one image in its place."""
        body = answer.body
        if answer.status >= 400:
            # xAI is said to charge a fee for what its checks refuse; no page of its own that we read states it.
            charge = Charge.POSSIBLE if "safety_check_type" in read_error(answer.status, body).codes else Charge.NONE
            return error_reply(answer.status, body, CODES, charge=charge)
        images = value_at(body, "data")
        if media := picture_in(images if images is not None else body):
            return GeneratedImage(media, cost_in(body))
        items = images if isinstance(images, list) else [images]
        if any(value_at(item, "respect_moderation") is False for item in items):
            # xAI: the picture was made and kept back (https://docs.x.ai), and is paid for.
            reason = "the picture did not pass moderation (respect_moderation)"
            return RefusedByFilter(reason, cost_in(body), Charge.OFFER_PRICE)
        of_image = next(filter(None, (value_at(item, "error") for item in items)), None)
        told = {"error": of_image} if of_image and not value_at(body, "error") else body
        return error_in_success(told, CODES) or without_picture("an answer without a picture", body)

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
