"""A gateway without a network: simulated images, so that collecting can be rehearsed without a key or a cost.

It follows the shape of an API (a request, an answer with an image in base64);
``arena.collect.dependencies.SimulatedTransport`` answers it.
"""

from __future__ import annotations

from arena.gateways.answers import base64_bytes
from arena.gateways.protocol import (
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    Reply,
    value_at,
)


class LocalGateway:
    """Asks for a simulated image in the place of the model's."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """By ids: the program that draws looks the prompt up itself."""
        return HttpRequest("POST", endpoint, json={"prompt": wanted.prompt, "model": wanted.model})

    def read(self, answer: HttpAnswer) -> Reply:
        """The image, always."""
        media = base64_bytes(value_at(answer.body, "image"))
        return GeneratedImage(media) if media else GenerationFailed("no simulated picture was drawn")

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """Never called: the image is in the first answer."""
        raise NotImplementedError(f"{endpoint} has no jobs such as {handle}")
