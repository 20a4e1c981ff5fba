"""Generations as jobs: ``POST /v1/generations`` with ``wait: "auto"``, then ``GET /v1/generations/{id}?wait=60``.

As LLM Stats' page of GPT Image 2 shows it (https://llm-stats.com, the code under "Use it in your code"): the body holds
``model``, ``input.prompt`` and ``wait``; ``status`` is ``queued``, ``running``, ``completed`` or ``failed``;
``output.media[0].url`` is the picture and ``error.message`` says why there is none. The page has a field for an input
image of editing models and does not show its name; ``image`` is what our own pages document, and an offer's
``image_parameter`` says otherwise where a gateway wants another.
"""

from __future__ import annotations

from urllib.parse import quote

from arena.gateways.protocol import Answer, Ask, Failed, Made, Reply, Request, Waiting, dig, fault, media_of

LONG_POLL_SECONDS = 60


class Generations:
    """A job asked for at ``endpoint`` and polled below it."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """The long poll makes most jobs come back completed at once."""
        fields = {"prompt": ask.text, **ask.parameters, **ask.picture_field("image")}
        return Request("POST", endpoint, json={"model": ask.asked, "input": fields, "wait": "auto"})

    def read(self, answer: Answer) -> Reply:
        """By status of the job; without one, by the error."""
        body, status = answer.body, dig(answer.body, "status")
        if answer.status < 400 and status in ("queued", "running"):
            job = dig(body, "id")
            return Waiting(job) if isinstance(job, str) and job else Failed("the job has no id")
        if answer.status < 400 and status == "completed":
            media = media_of(dig(body, "output", "media", 0, "url"))
            return Made(media) if media else Failed("completed without a picture")
        if status == "failed" or answer.status >= 400:
            return fault(answer.status, dig(body, "error", "code"), dig(body, "error", "message"))
        return Failed(f"a job of the unknown status {str(status)[:40]!r}")

    def poll(self, endpoint: str, handle: str) -> Request:
        """Held open by the gateway until the job ends, or a minute is over."""
        return Request("GET", f"{endpoint}/{quote(handle, safe='')}", params={"wait": str(LONG_POLL_SECONDS)})
