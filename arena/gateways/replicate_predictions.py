"""Replicate's predictions: ``POST {endpoint}/models/{owner}/{name}/predictions``, then
``GET {endpoint}/predictions/{id}``.

https://replicate.com/docs/reference/http: the body holds ``input``; a model given as ``owner/name:version`` goes to
``POST {endpoint}/predictions`` with ``version``. ``Prefer: wait`` holds the request open up to a minute. ``status`` is
``starting``, ``processing``, ``succeeded``, ``failed``, ``canceled`` or ``aborted``
(https://replicate.com/docs/topics/predictions/lifecycle); ``output`` is whatever the model returns: an address (HTTPS
or ``data:``, kept for an hour), a list of them, or a record with one; files go in as ``data:`` URLs. Which inputs there
are differs by model, so that size and shape are for an offer's ``parameters``. Filters say so in ``error`` only: "NSFW
content detected", "The input or output was flagged as sensitive. (E005)".
"""

from __future__ import annotations

from urllib.parse import quote

from arena.gateways.answers import DONE, ENDED, job_reply, picture_in, status_in, without_picture
from arena.gateways.errors import COMMON_CODES, error_in_success, error_reply, table
from arena.gateways.protocol import JSON, Charge, GeneratedImage, HttpAnswer, HttpRequest, ImageRequest, Reply, value_at

CODES = {**COMMON_CODES, **table(refused="e005", failed="e001 e002 e003 e004 e006")}
"""Models of Replicate's own have a code at the end of their words: E005 is the filter's."""
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
        body, status = answer.body, status_in(answer.body)
        if answer.status >= 400:
            return error_reply(answer.status, _with_detail(body), CODES)
        if status in DONE:
            # Only the output: the input is in the answer as well, with the picture to edit.
            media = picture_in(value_at(body, "output"))
            return GeneratedImage(media) if media else without_picture("succeeded without a picture", body)
        if status in ENDED:
            # Compute time is billed (https://replicate.com/docs/billing), and a model that ran has used some.
            charge = Charge.POSSIBLE if value_at(body, "metrics", "predict_time") else Charge.NONE
            said = value_at(body, "error") or f"the prediction was {status}"
            return error_reply(0, {"error": said}, CODES, charge=charge)
        if not status and (error := error_in_success(body, CODES)):
            return error
        return job_reply(status, value_at(body, "id"))

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """The prediction as it stands now."""
        return HttpRequest("GET", f"{endpoint}/predictions/{quote(handle, safe='')}")


def _with_detail(body: JSON) -> JSON:
    """An error whose words are its ``detail`` before its ``title``; the ``status`` in it is only that of HTTP."""
    return value_at(body, "detail") or value_at(body, "title") or body
