"""Request protocols of image APIs. A new protocol is a file beside these and an entry in ``GATEWAYS``.

A gateway says what is sent and what an answer means, and sends nothing itself: keys, retries and limits are the same
for all (``arena.collect.provider_client``), and the code samples on model pages show the same requests.
"""

from collections.abc import Mapping

from arena.gateways.fal_queue import FalQueue
from arena.gateways.gemini import Gemini
from arena.gateways.generations import Generations
from arena.gateways.local import LocalGateway
from arena.gateways.openai_images import OpenAIImages
from arena.gateways.openrouter_chat import OpenRouterChat
from arena.gateways.openrouter_images import OpenRouterImages
from arena.gateways.protocol import (
    Charge,
    FinalReply,
    Gateway,
    GeneratedImage,
    GenerationFailed,
    HttpAnswer,
    HttpRequest,
    ImageRequest,
    InputImage,
    JobAccepted,
    RefusedByFilter,
    Reply,
    TryLater,
    image_request,
)
from arena.gateways.replicate_predictions import ReplicatePredictions

GATEWAYS: Mapping[str, Gateway] = {
    "generations": Generations(),
    "openai-images": OpenAIImages(),
    "openrouter-chat": OpenRouterChat(),
    "openrouter-images": OpenRouterImages(),
    "replicate-predictions": ReplicatePredictions(),
    "fal-queue": FalQueue(),
    "gemini": Gemini(),
    "local": LocalGateway(),
}
"""The gateways by their name in provider.toml (``gateway = "..."``)."""

__all__ = [
    "GATEWAYS",
    "Charge",
    "FinalReply",
    "Gateway",
    "GeneratedImage",
    "GenerationFailed",
    "HttpAnswer",
    "HttpRequest",
    "ImageRequest",
    "InputImage",
    "JobAccepted",
    "RefusedByFilter",
    "Reply",
    "TryLater",
    "image_request",
]
