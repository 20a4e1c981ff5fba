"""Generations as jobs: ``POST /v1/generations`` with ``wait: "auto"``, then ``GET /v1/generations/{id}?wait=60``.

As LLM Stats' page of GPT Image 2 shows it (https://llm-stats.com, the code under "Use it in your code"): the body holds
``model``, ``input.prompt`` and ``wait``; ``status`` is ``queued``, ``running``, ``completed`` or ``failed``;
``output.media[0].url`` is the picture and ``error.message`` says why there is none. The page has a field for an input
image of editing models and does not show its name; ``image`` is what our own pages document, and an offer's
``image_parameter`` says otherwise where a gateway wants another.
"""

from __future__ import annotations

from urllib.parse import quote

from arena.gateways.answers import DONE, ENDED, job_reply, picture_in, status_in, without_picture
from arena.gateways.errors import error_in_success, error_reply
from arena.gateways.protocol import GeneratedImage, HttpAnswer, HttpRequest, ImageRequest, Reply, value_at

LONG_POLL_SECONDS = 60


class Generations:
    """A job created at ``endpoint`` and polled at ``{endpoint}/{id}``."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """``wait: "auto"`` holds the request open, so that most jobs come back completed at once."""
        fields = {"prompt": wanted.text, **wanted.parameters, **wanted.input_image_field("image")}
        return HttpRequest("POST", endpoint, json={"model": wanted.provider_model, "input": fields, "wait": "auto"})

    def read(self, answer: HttpAnswer) -> Reply:
        """By the job's status; an error of the API itself has none."""
        body, status = answer.body, status_in(answer.body)
        if answer.status >= 400:
            return error_reply(answer.status, body)
        if status in ENDED:
            return error_reply(0, body if value_at(body, "error") else f"the job was {status}")
        if status in DONE:
            media = picture_in(value_at(body, "output"))
            return GeneratedImage(media) if media else without_picture("completed without a picture", body)
        if not status and (error := error_in_success(body)):
            return error
        return job_reply(status, value_at(body, "id"))

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """Held open by the gateway until the job ends, or a minute is over."""
        return HttpRequest("GET", f"{endpoint}/{quote(handle, safe='')}", params={"wait": str(LONG_POLL_SECONDS)})
