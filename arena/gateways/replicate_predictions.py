"""Replicate's predictions: ``POST {endpoint}/models/{owner}/{name}/predictions``, then
``GET {endpoint}/predictions/{id}``.

https://replicate.com/docs/reference/http: the body holds ``input``; a model given as ``owner/name:version`` goes to
``POST {endpoint}/predictions`` with ``version``. ``Prefer: wait`` holds the request open up to a minute. ``status`` is
``starting``, ``processing``, ``succeeded``, ``failed``, ``canceled`` or ``aborted``; ``output`` is an address (HTTPS or
``data:``) or a list of them, kept for an hour; files go in as ``data:`` URLs. Which inputs there are differs by model,
so that size and shape are for an offer's ``parameters``. Filters say so in ``error`` only ("NSFW", "flagged", E005).
"""

from __future__ import annotations

from urllib.parse import quote

from arena.gateways.protocol import (
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    JobAccepted,
    Reply,
    error_reply,
    media_from,
    value_at,
)

WAIT = {"Prefer": "wait=60"}


class ReplicatePredictions:
    """A prediction created at ``endpoint`` (``https://api.replicate.com/v1``) and polled below it."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """By version where the model's id has one, else the newest version of an official model."""
        fields = {"prompt": wanted.text, **wanted.parameters, **wanted.input_image_field("input_image")}
        if ":" in wanted.provider_model:
            body = {"version": wanted.provider_model, "input": fields}
            return HttpRequest("POST", f"{endpoint}/predictions", json=body, headers=WAIT)
        url = f"{endpoint}/models/{quote(wanted.provider_model)}/predictions"
        return HttpRequest("POST", url, json={"input": fields}, headers=WAIT)

    def read(self, answer: HttpAnswer) -> Reply:
        """By the prediction's status; errors of the API itself have ``title`` and ``detail``."""
        body, status = answer.body, value_at(answer.body, "status")
        if answer.status >= 400:
            title, detail = value_at(body, "title"), value_at(body, "detail")
            return error_reply(answer.status, title, detail or title)
        if status in ("starting", "processing"):
            job = value_at(body, "id")
            return JobAccepted(job) if isinstance(job, str) and job else GenerationFailed("the prediction has no id")
        if status == "succeeded":
            output = value_at(body, "output")
            media = media_from(output) or media_from(value_at(output, 0))
            return GeneratedImage(media) if media else GenerationFailed("succeeded without a picture")
        return error_reply(answer.status, status, value_at(body, "error") or f"the prediction was {status}")

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """The prediction as it stands now."""
        return HttpRequest("GET", f"{endpoint}/predictions/{quote(handle, safe='')}")
