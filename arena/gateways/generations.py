"""Generations as jobs: ``POST /v1/generations`` with ``wait: "auto"``, then ``GET /v1/generations/{id}?wait=60``.

As LLM Stats' page of GPT Image 2 shows it (https://llm-stats.com, the code under "Use it in your code"): the body holds
``model``, ``input.prompt`` and ``wait``; ``status`` is ``queued``, ``running``, ``completed`` or ``failed``;
``output.media[0].url`` is the picture and ``error.message`` says why there is none. The page has a field for an input
image of editing models and does not show its name; ``image`` is what our own pages document, and an offer's
``image_parameter`` says otherwise where a gateway wants another.
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

LONG_POLL_SECONDS = 60


class Generations:
    """A job created at ``endpoint`` and polled at ``{endpoint}/{id}``."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """``wait: "auto"`` holds the request open, so that most jobs come back completed at once."""
        fields = {"prompt": wanted.text, **wanted.parameters, **wanted.input_image_field("image")}
        return HttpRequest("POST", endpoint, json={"model": wanted.provider_model, "input": fields, "wait": "auto"})

    def read(self, answer: HttpAnswer) -> Reply:
        """By the job's status; an error of the API itself has none."""
        body, status = answer.body, value_at(answer.body, "status")
        if answer.status < 400 and status in ("queued", "running"):
            job = value_at(body, "id")
            return JobAccepted(job) if isinstance(job, str) and job else GenerationFailed("the job has no id")
        if answer.status < 400 and status == "completed":
            media = media_from(value_at(body, "output", "media", 0, "url"))
            return GeneratedImage(media) if media else GenerationFailed("completed without a picture")
        if status == "failed" or answer.status >= 400:
            return error_reply(answer.status, value_at(body, "error", "code"), value_at(body, "error", "message"))
        return GenerationFailed(f"a job of the unknown status {str(status)[:40]!r}")

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """Held open by the gateway until the job ends, or a minute is over."""
        return HttpRequest("GET", f"{endpoint}/{quote(handle, safe='')}", params={"wait": str(LONG_POLL_SECONDS)})
