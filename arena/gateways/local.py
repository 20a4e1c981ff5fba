"""A gateway in this process: the painter of the demonstration, so that collecting runs without a network or a key.

It follows the shape of an API (a request, an answer with a picture in base64); ``arena.collect.tools`` answers it.
"""

from __future__ import annotations

from arena.gateways.protocol import Answer, Ask, Failed, Made, Reply, Request, decoded, dig


class Local:
    """Asks the painter for what a model would have made."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """By ids: the painter knows the prompts."""
        return Request("POST", endpoint, json={"prompt": ask.prompt, "model": ask.model})

    def read(self, answer: Answer) -> Reply:
        """The picture, always."""
        media = decoded(dig(answer.body, "image"))
        return Made(media) if media else Failed("the painter painted nothing")

    def poll(self, endpoint: str, handle: str) -> Request:
        """Never called: the painter is done when it answers."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")
