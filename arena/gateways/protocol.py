"""What a gateway is: it says what to send to a provider's API, and what an answer or an error means. It sends nothing
itself.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import gcd
from typing import Any, Protocol

JSON = Any
"""A parsed answer: whatever a server may say."""

AUTH: Mapping[str, tuple[str, str]] = {
    "bearer": ("Authorization", "Bearer "),
    "key": ("Authorization", "Key "),
    "x-api-key": ("x-api-key", ""),
    "x-goog-api-key": ("x-goog-api-key", ""),
}
"""The header of each way to send a key, and what stands in it before the key; ``none`` has neither."""

SHAPE_PLACEHOLDERS = ("{width}", "{height}", "{size}", "{aspect_ratio}")
PLACEHOLDERS = (*SHAPE_PLACEHOLDERS, "{quality}")
"""What an offer's parameters may contain in place of a value that each request sets."""

STATUSES_FOR_ALL_REQUESTS = frozenset({401, 402, 403})
"""The key is missing or wrong, there is no money left, or the account may not do this."""

REFUSAL_CODES = frozenset(
    {
        "moderation_blocked",
        "content_policy_violation",
        "content_filter",
        "content_moderation",
        "safety_violation",
        "nsfw_content_detected",
    }
)
_REFUSAL_WORDS = re.compile(
    r"safety system|content (?:polic|filter|moderation)|moderation|nsfw|flagged|\(E005\)|prohibited content", re.I
)
"""Some APIs have no code for a refusal by their filter, and say so only in the message."""


@dataclass(frozen=True, slots=True)
class InputImage:
    """An image that is sent with a prompt, to be edited."""

    content: bytes
    media_type: str

    @property
    def base64(self) -> str:
        return base64.b64encode(self.content).decode()

    @property
    def data_url(self) -> str:
        """RFC 2397."""
        return f"data:{self.media_type};base64,{self.base64}"


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One image to ask for, as any provider could be asked. ``model`` and ``prompt`` are ids of the catalogue,
    ``provider_model`` is the provider's id of the model, ``text`` is the prompt itself; sizes are in pixels.
    """

    model: str
    provider_model: str
    prompt: str
    text: str
    width: int = 1024
    height: int = 1024
    quality: str = "medium"
    input_images: tuple[InputImage, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    image_parameter: str = ""
    """The parameter that takes the input image, ``name[]`` for a list of them; empty for the protocol's usual one."""

    @property
    def aspect_ratio(self) -> str:
        """``3:2`` for 1536 x 1024."""
        return aspect_ratio(self.width, self.height)

    def input_image_field(self, usual: str = "") -> dict[str, Any]:
        """The parameter with the input image as a ``data:`` URL, in a list where its name ends in ``[]``."""
        name = self.image_parameter or usual
        if not self.input_images or not name:
            return {}
        urls = [image.data_url for image in self.input_images]
        return {name.removesuffix("[]"): urls} if name.endswith("[]") else {name: urls[0]}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What to send: a JSON body, or a form with files (name, file name, content, media type)."""

    method: str
    url: str
    json: JSON = None
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: tuple[tuple[str, tuple[str, bytes, str]], ...] = ()


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: a status under 500 that is no "try again", and the parsed JSON."""

    status: int
    body: JSON


@dataclass(frozen=True, slots=True)
class GeneratedImage:
    """The image is there: its bytes, or the URL to fetch it from. ``cost`` in USD where the API says it."""

    media: bytes | str
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class JobAccepted:
    """The provider works on the image as a job; ``handle`` is what to poll the job by, empty for the same as before."""

    handle: str


@dataclass(frozen=True, slots=True)
class RefusedByFilter:
    """A content filter said no. Not an error, and not to be asked again."""

    reason: str


@dataclass(frozen=True, slots=True)
class GenerationFailed:
    """There is no image. ``for_all``: no other request to this provider will work, e.g. because the key is wrong."""

    reason: str
    for_all: bool = False


Reply = GeneratedImage | JobAccepted | RefusedByFilter | GenerationFailed


class Gateway(Protocol):
    """One request protocol, in one file, with one entry in ``GATEWAYS``."""

    def request(self, endpoint: str, wanted: ImageRequest) -> HttpRequest:
        """The HTTP request that asks for the image."""

    def read(self, answer: HttpAnswer) -> Reply:
        """What the answer to ``request`` or ``poll`` means."""

    def poll(self, endpoint: str, handle: str) -> HttpRequest:
        """The HTTP request that asks how an accepted job is doing. Raises NotImplementedError without jobs."""


def request_settings(
    *own: Mapping[str, Any], width: int, height: int, quality: str, edits: bool = False
) -> dict[str, Any]:
    """What differs from request to request, as plain JSON: ``quality``, ``size`` (``1536x1024``) and the ``parameters``
    that go along.

    Parameters are those of ``own``, of which the last counts; their placeholders are filled in, and what is empty is
    left out. An edit keeps the shape of its input image, so that nothing asks for another shape.
    """
    size = f"{width}x{height}"
    given = (width, height, size, aspect_ratio(width, height), quality)
    values: dict[Any, Any] = dict(zip(PLACEHOLDERS, given, strict=True))
    if edits:
        values |= dict.fromkeys(SHAPE_PLACEHOLDERS, "")
    merged = {name: value for parameters in own for name, value in parameters.items()}
    # Through JSON: decimals and tables as TOML gives them become what a request can hold and the ledger can keep.
    plain = json.loads(json.dumps(merged, default=float))
    return {"quality": quality, "size": size, "parameters": _fill_in(plain, values)}


def image_request(settings: Mapping[str, Any], **facts: Any) -> ImageRequest:
    """The image request that has these settings, which ``request_settings`` makes, and the other fields."""
    width, _, height = str(settings["size"]).partition("x")
    return ImageRequest(
        **facts,
        width=int(width),
        height=int(height),
        quality=str(settings["quality"]),
        parameters=settings["parameters"],
    )


def aspect_ratio(width: int, height: int) -> str:
    """``3:2`` for 1536 x 1024."""
    divisor = gcd(width, height)
    return f"{width // divisor}:{height // divisor}"


def unknown_placeholder(parameters: Mapping[str, Any]) -> str:
    """The first value that looks like a placeholder and is none; empty where there is no such value."""
    return next((text for text in _texts(parameters) if text.startswith("{") and text not in PLACEHOLDERS), "")


def _fill_in(parameters: Mapping[str, Any], values: Mapping[Any, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name, value in parameters.items():
        new = _fill_in(value, values) if isinstance(value, Mapping) else value
        new = values.get(value, value) if isinstance(value, str) else new
        if new not in ("", {}):
            filled[name] = new
    return filled


def _texts(parameters: Mapping[str, Any]) -> Iterator[str]:
    for value in parameters.values():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str):
            yield value


def value_at(body: JSON, *path: str | int) -> JSON:
    """The value at a path of keys and positions; None where the answer has nothing there.

    Answers come from other people's servers, so that each step of the path may be missing or of another type.
    """
    for step in path:
        if isinstance(step, str) and isinstance(body, dict):
            body = body.get(step)
        elif isinstance(step, int) and isinstance(body, list) and -len(body) <= step < len(body):
            body = body[step]
        else:
            return None
    return body


def media_from(value: JSON) -> bytes | str | None:
    """An image's URL as it is, a ``data:`` URL as its bytes; None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    if not value.startswith("data:"):
        return value
    head, _, data = value.partition(",")
    return decode_base64(data) if head.endswith(";base64") else None


def decode_base64(data: JSON) -> bytes | None:
    """The bytes of base64; None for what is none."""
    try:
        return base64.b64decode(data, validate=True) if isinstance(data, str) and data else None
    except (binascii.Error, ValueError):
        return None


def error_reply(status: int, code: JSON, message: JSON) -> RefusedByFilter | GenerationFailed:
    """What an error of the API means: by its code where the API has codes, else by its words."""
    said = message if isinstance(message, str) and message else (code if isinstance(code, str) and code else "")
    reason = said or f"status {status} without a reason"
    # A refusal is not asked for again and is no fault of the provider's, so that it must not pass for a failure.
    if (isinstance(code, str) and code in REFUSAL_CODES) or (said and _REFUSAL_WORDS.search(said)):
        return RefusedByFilter(reason)
    for_all = status in STATUSES_FOR_ALL_REQUESTS
    return GenerationFailed(reason if status < 400 else f"{status}: {reason}", for_all=for_all)
