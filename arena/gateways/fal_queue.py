"""fal's queue: ``POST {endpoint}/{model}``, poll ``status_url``, then get ``response_url``.

https://docs.fal.ai/model-endpoints/queue: submitting answers ``request_id``, ``status_url``, ``response_url`` and
``cancel_url`` (a model's subpath is not part of them, so that they are taken as given); ``status`` is ``IN_QUEUE``,
``IN_PROGRESS`` or ``COMPLETED``; the response is the model's own: ``images[].url`` or ``image.url``, and
``has_nsfw_concepts``. Errors of a model hold a list ``detail``, or are that list, whose ``type`` is
``content_policy_violation`` where a filter refused (https://docs.fal.ai/model-apis/errors); errors of the queue hold
words and ``error_type`` (https://docs.fal.ai/documentation/model-apis/request-errors). Auth is ``Authorization: Key``.
Inputs differ by model, so that sizes are for an offer's ``parameters``.
"""

from __future__ import annotations

import json

from arena.gateways.answers import DONE, ENDED, WAITING, picture_in, status_in, without_picture
from arena.gateways.errors import COMMON_CODES, error_in_success, error_reply, table
from arena.gateways.protocol import (
    JSON,
    Charge,
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    JobAccepted,
    RefusedByFilter,
    Reply,
    value_at,
)

CODES = {
    **COMMON_CODES,
    **table(
        # The queue has tried such a job up to ten times itself: it has ended, and polling it again tells the same.
        failed="no_media_generated feature_not_supported image_too_large image_too_small image_load_error "
        "file_download_error face_detection_error internal_server_error generation_timeout downstream_service_error "
        "downstream_service_unavailable request_timeout startup_timeout runner_scheduling_failure "
        "runner_connection_timeout runner_disconnected runner_connection_refused runner_connection_error "
        "runner_incomplete_response runner_server_error internal_error client_disconnected client_cancelled",
    ),
}


class FalQueue:
    """A request queued at ``endpoint`` (``https://queue.fal.run``); the handle holds the URL to ask next."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """The model's id is the path."""
        fields = {"prompt": wanted.text, **wanted.parameters, **wanted.input_image_field("image_url")}
        return HttpRequest("POST", f"{endpoint}/{wanted.provider_model}", json=fields)

    def read(self, answer: HttpAnswer) -> Reply:
        """A submission or a status names the URL to ask next; a response holds the image."""
        body, status = answer.body, status_in(answer.body)
        if answer.status >= 400:
            return error_reply(answer.status, body, CODES, charge=_charge(answer))
        if status in ENDED or (status in DONE and value_at(body, "error")):
            return error_reply(0, body if _has_reason(body) else f"the job was {status}", CODES)
        if status in DONE and not picture_in(body):
            url = value_at(body, "response_url")
            return JobAccepted(_handle(url)) if url else GenerationFailed("completed without a response_url")
        # The answer to a submission may have no status, but it names where to ask for it.
        status_url, media = value_at(body, "status_url"), picture_in(body)
        if not media and (status or status_url):
            # A status that names no URL is asked for where it was before: the handle stays as it is.
            unknown = "" if status in WAITING or not status else status
            return JobAccepted(_handle(status_url) if status_url else "", unknown)
        flags = value_at(body, "has_nsfw_concepts")
        if flags is True or value_at(flags, 0) is True:
            return RefusedByFilter("the picture was blacked out: has_nsfw_concepts", charge=Charge.OFFER_PRICE)
        found = GeneratedImage(media) if media else error_in_success(body, CODES)
        return found or without_picture("a response without a picture", body)

    def poll(self, endpoint: str, handle: str) -> HttpRequest:  # noqa: ARG002 - the queue names its own URLs
        """The status, and once that is completed, the response."""
        return HttpRequest("GET", str(json.loads(handle)["url"]))


def _handle(url: JSON) -> str:
    return json.dumps({"url": url})


def _has_reason(body: JSON) -> bool:
    return any(value_at(body, name) for name in ("error", "detail", "message"))


def _charge(answer: HttpAnswer) -> Charge:
    """An error of the model's input may be charged, "if a runner spent GPU time processing the request before the error
    was detected"; one of the server is not (https://fal.ai/docs/model-apis/faq).
    """
    of_model = isinstance(answer.body, list) or isinstance(value_at(answer.body, "detail"), list)
    return Charge.POSSIBLE if of_model and answer.status < 500 else Charge.NONE
