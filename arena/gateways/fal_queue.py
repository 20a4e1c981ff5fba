"""fal's queue: ``POST {endpoint}/{model}``, poll ``status_url``, then get ``response_url``.

https://docs.fal.ai/model-endpoints/queue: submitting answers ``request_id``, ``status_url``, ``response_url`` and
``cancel_url`` (a model's subpath is not part of them, so that they are taken as given); ``status`` is ``IN_QUEUE``,
``IN_PROGRESS`` or ``COMPLETED``; the response is the model's own: ``images[].url`` or ``image.url``, and
``has_nsfw_concepts``. Errors hold ``detail``: words, or a list whose ``type`` is ``content_policy_violation`` where a
filter refused (https://docs.fal.ai/model-apis/errors). Auth is ``Authorization: Key``. Inputs differ by model, so that
sizes are for an offer's ``parameters``.
"""

from __future__ import annotations

import json

from arena.gateways.protocol import (
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    JobAccepted,
    RefusedByFilter,
    Reply,
    error_reply,
    media_from,
    value_at,
)


class FalQueue:
    """A request queued at ``endpoint`` (``https://queue.fal.run``); the handle holds the URL to ask next."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """The model's id is the path."""
        fields = {"prompt": wanted.text, **wanted.parameters, **wanted.input_image_field("image_url")}
        return HttpRequest("POST", f"{endpoint}/{wanted.provider_model}", json=fields)

    def read(self, answer: HttpAnswer) -> Reply:
        """A submission or a status names the URL to ask next; a response holds the image."""
        body = answer.body
        status, status_url, response_url = (value_at(body, name) for name in ("status", "status_url", "response_url"))
        if answer.status >= 400:
            detail = value_at(body, "detail")
            code = value_at(detail, 0, "type") or value_at(body, "error_type")
            return error_reply(answer.status, code, detail if isinstance(detail, str) else value_at(detail, 0, "msg"))
        if status == "COMPLETED" and value_at(body, "error"):
            return error_reply(answer.status, value_at(body, "error_type"), value_at(body, "error"))
        if status == "COMPLETED":
            handle = json.dumps({"url": response_url})
            return JobAccepted(handle) if response_url else GenerationFailed("completed without a response_url")
        # The answer to a submission may have no status, but it names where to ask for it.
        if status in ("IN_QUEUE", "IN_PROGRESS") or (status_url and not value_at(body, "images")):
            return JobAccepted(json.dumps({"url": status_url}) if status_url else "")
        if value_at(body, "has_nsfw_concepts", 0) is True:
            return RefusedByFilter("the picture was blacked out: has_nsfw_concepts")
        media = media_from(value_at(body, "images", 0, "url")) or media_from(value_at(body, "image", "url"))
        return GeneratedImage(media) if media else GenerationFailed("a response without a picture")

    def poll(self, endpoint: str, handle: str) -> HttpRequest:  # noqa: ARG002 - the queue names its own URLs
        """The status, and once that is completed, the response."""
        return HttpRequest("GET", str(json.loads(handle)["url"]))
