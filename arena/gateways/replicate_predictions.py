"""Predictions, as Replicate has them: ``POST {endpoint}/models/{owner}/{name}/predictions``, then
``GET {endpoint}/predictions/{id}``.

https://replicate.com/docs/reference/http: the body holds ``input``; a model given as ``owner/name:version`` goes to
``POST {endpoint}/predictions`` with ``version``. ``Prefer: wait`` holds the request open up to a minute. ``status`` is
``starting``, ``processing``, ``succeeded``, ``failed``, ``canceled`` or ``aborted``; ``output`` is an address (HTTPS or
``data:``) or a list of them, kept for an hour; files go in as ``data:`` URLs. Which inputs there are differs by model,
so that size and shape are for an offer's ``parameters``. Filters say so in ``error`` only ("NSFW", "flagged", E005).
"""

from __future__ import annotations

from urllib.parse import quote

from arena.gateways.protocol import Answer, Ask, Failed, Made, Reply, Request, Waiting, dig, fault, media_of

WAIT = {"Prefer": "wait=60"}


class ReplicatePredictions:
    """A prediction created at ``endpoint`` (``https://api.replicate.com/v1``) and polled below it."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """By version where the model's id has one, else the official model's newest."""
        fields = {"prompt": ask.text, **ask.parameters, **ask.picture_field("input_image")}
        if ":" in ask.asked:
            return Request(
                "POST", f"{endpoint}/predictions", json={"version": ask.asked, "input": fields}, headers=WAIT
            )
        url = f"{endpoint}/models/{quote(ask.asked)}/predictions"
        return Request("POST", url, json={"input": fields}, headers=WAIT)

    def read(self, answer: Answer) -> Reply:
        """By status of the prediction; errors of the API itself have ``title`` and ``detail``."""
        body, status = answer.body, dig(answer.body, "status")
        if answer.status >= 400:
            return fault(answer.status, dig(body, "title"), dig(body, "detail") or dig(body, "title"))
        if status in ("starting", "processing"):
            job = dig(body, "id")
            return Waiting(job) if isinstance(job, str) and job else Failed("the prediction has no id")
        if status == "succeeded":
            output = dig(body, "output")
            media = media_of(output) or media_of(dig(output, 0))
            return Made(media) if media else Failed("succeeded without a picture")
        return fault(answer.status, status, dig(body, "error") or f"the prediction was {status}")

    def poll(self, endpoint: str, handle: str) -> Request:
        """The prediction as it stands now."""
        return Request("GET", f"{endpoint}/predictions/{quote(handle, safe='')}")
