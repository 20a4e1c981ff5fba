"""What a gateway is: it says what to send to a provider's API, and what an answer or an error means. It sends nothing
itself.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from math import gcd
from typing import Any, Protocol

JSON = Any
"""A parsed answer: whatever a server may say."""

AUTH: Mapping[str, tuple[str, str]] = {
    "bearer": ("Authorization", "Bearer "),
    "key": ("Authorization", "Key "),
    "api-key": ("api-key", ""),
    "x-api-key": ("x-api-key", ""),
    "x-goog-api-key": ("x-goog-api-key", ""),
}
"""The header of each way to send a key, and what stands in it before the key; ``none`` has neither."""

SHAPE_PLACEHOLDERS = ("{width}", "{height}", "{size}", "{aspect_ratio}")
PLACEHOLDERS = (*SHAPE_PLACEHOLDERS, "{quality}")
"""What an offer's parameters may contain in place of a value that each request sets."""


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
    """What came back: a status, and the parsed JSON, or the text of an error that is none."""

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
    unknown_status: str = ""
    """The job's status where no documentation has it: it may have ended."""


class Charge(StrEnum):
    """How an answer without an image is booked where it does not say its cost itself."""

    NONE = "none"
    """The provider charges nothing for it."""
    POSSIBLE = "possible"
    """It may be charged: the offer's price is booked as in doubt."""
    OFFER_PRICE = "offer price"
    """It is charged like an image."""


@dataclass(frozen=True, slots=True)
class RefusedByFilter:
    """A content filter said no. Not an error, and not asked again as long as the request stays the same.

    ``cost`` in USD where the API says it.
    """

    reason: str
    cost: Decimal | None = None
    charge: Charge = Charge.NONE


@dataclass(frozen=True, slots=True)
class GenerationFailed:
    """There is no image. ``for_all``: no other request to this provider will work, e.g. because the key is wrong;
    ``for_model``: none for this model will, e.g. because the provider does not have it.

    ``cost`` in USD where the API says it.
    """

    reason: str
    for_all: bool = False
    for_model: bool = False
    cost: Decimal | None = None
    charge: Charge = Charge.NONE
    status: int = field(default=0, compare=False)
    """Of HTTP, or as the answer says it; 0 where a request was carried out and failed."""

    @property
    def was_answered(self) -> bool:
        """Whether the provider did its work, and what came is no image: asking again may cost the same again."""
        return self.cost is not None or self.charge is not Charge.NONE


@dataclass(frozen=True, slots=True)
class TryLater:
    """The provider cannot answer now; ``after`` so many seconds it may, where it says so."""

    reason: str
    after: float | None = None


FinalReply = GeneratedImage | RefusedByFilter | GenerationFailed
Reply = FinalReply | JobAccepted | TryLater


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
