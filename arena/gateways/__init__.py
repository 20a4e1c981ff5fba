"""Request protocols of those who serve models. A new one is a file beside these and an entry in ``GATEWAYS``.

They say what is sent and what an answer means, and send nothing themselves.
"""

from collections.abc import Mapping

from arena.gateways.fal_queue import FalQueue
from arena.gateways.gemini import Gemini
from arena.gateways.generations import Generations
from arena.gateways.local import Local
from arena.gateways.openai_images import OpenAIImages
from arena.gateways.openrouter_chat import OpenRouterChat
from arena.gateways.protocol import (
    Answer,
    Ask,
    Failed,
    Gateway,
    Made,
    Picture,
    Refused,
    Reply,
    Request,
    Waiting,
    ask_with,
)
from arena.gateways.replicate_predictions import ReplicatePredictions

GATEWAYS: Mapping[str, Gateway] = {
    "generations": Generations(),
    "openai-images": OpenAIImages(),
    "openrouter-chat": OpenRouterChat(),
    "replicate-predictions": ReplicatePredictions(),
    "fal-queue": FalQueue(),
    "gemini": Gemini(),
    "local": Local(),
}
"""By the name that ``gateway`` in provider.toml gives."""

__all__ = [
    "GATEWAYS",
    "Answer",
    "Ask",
    "Failed",
    "Gateway",
    "Made",
    "Picture",
    "Refused",
    "Reply",
    "Request",
    "Waiting",
    "ask_with",
]
