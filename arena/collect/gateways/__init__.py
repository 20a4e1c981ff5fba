"""Request protocols of those who serve models. A new one is a file beside these and an entry in ``GATEWAYS``."""

from collections.abc import Mapping

from arena.collect.gateways.fal_queue import FalQueue
from arena.collect.gateways.gemini import Gemini
from arena.collect.gateways.generations import Generations
from arena.collect.gateways.local import Local, Painter, PainterTransport
from arena.collect.gateways.openai_images import OpenAIImages
from arena.collect.gateways.openrouter_chat import OpenRouterChat
from arena.collect.gateways.protocol import (
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
)
from arena.collect.gateways.replicate_predictions import ReplicatePredictions

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
    "Painter",
    "PainterTransport",
    "Picture",
    "Refused",
    "Reply",
    "Request",
    "Waiting",
]
