"""The queue, as fal has it: ``POST {endpoint}/{model}``, poll ``status_url``, then get ``response_url``.

https://docs.fal.ai/model-endpoints/queue: submitting answers ``request_id``, ``status_url``, ``response_url`` and
``cancel_url`` (a model's subpath is not part of them, so that they are taken as given); ``status`` is ``IN_QUEUE``,
``IN_PROGRESS`` or ``COMPLETED``; the response is the model's own: ``images[].url`` or ``image.url``, and
``has_nsfw_concepts``. Errors hold ``detail``: words, or a list whose ``type`` is ``content_policy_violation`` where a
filter refused (https://docs.fal.ai/model-apis/errors). Auth is ``Authorization: Key``. Inputs differ by model, so that
sizes are for an offer's ``parameters``.
"""

from __future__ import annotations

import json

from arena.gateways.protocol import Answer, Ask, Failed, Made, Refused, Reply, Request, Waiting, dig, fault, media_of


class FalQueue:
    """A request queued at ``endpoint`` (``https://queue.fal.run``); the handle is the address to look at next."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """The model's id is the path."""
        fields = {"prompt": ask.text, **ask.parameters, **ask.picture_field("image_url")}
        return Request("POST", f"{endpoint}/{ask.asked}", json=fields)

    def read(self, answer: Answer) -> Reply:
        """Of the submission and the status: where to look next. Of the response: the picture."""
        body = answer.body
        if answer.status >= 400:
            detail = dig(body, "detail")
            code = dig(detail, 0, "type") or dig(body, "error_type")
            return fault(answer.status, code, detail if isinstance(detail, str) else dig(detail, 0, "msg"))
        addresses = {name: dig(body, name) for name in ("status_url", "response_url")}
        if dig(body, "status") == "COMPLETED" and dig(body, "error"):
            return fault(answer.status, dig(body, "error_type"), dig(body, "error"))
        if dig(body, "status") == "COMPLETED":
            response = addresses["response_url"]
            return Waiting(json.dumps({"url": response})) if response else Failed("completed without a response_url")
        if dig(body, "status") in ("IN_QUEUE", "IN_PROGRESS") or (addresses["status_url"] and not dig(body, "images")):
            status = addresses["status_url"]
            return Waiting(json.dumps({"url": status}) if status else "")
        if dig(body, "has_nsfw_concepts", 0) is True:
            return Refused("the picture was blacked out: has_nsfw_concepts")
        media = media_of(dig(body, "images", 0, "url")) or media_of(dig(body, "image", "url"))
        return Made(media) if media else Failed("a response without a picture")

    def poll(self, endpoint: str, handle: str) -> Request:  # noqa: ARG002 - the address is the queue's own
        """The status, and once that is completed, the response."""
        return Request("GET", str(json.loads(handle)["url"]))
