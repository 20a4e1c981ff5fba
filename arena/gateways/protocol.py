"""What an adapter is: it says what to send, how the key goes along, and what an answer or an error means. It sends
nothing itself.
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

AUTH: Mapping[str, tuple[str, str]] = {
    "bearer": ("Authorization", "Bearer "),
    "key": ("Authorization", "Key "),
    "x-api-key": ("x-api-key", ""),
    "x-goog-api-key": ("x-goog-api-key", ""),
}
"""The header, and what stands in it before the key; ``none`` has neither."""


SHAPES = ("{width}", "{height}", "{size}", "{aspect_ratio}")
PLACES = (*SHAPES, "{quality}")


def aspect_ratio(width: int, height: int) -> str:
    """``3:2`` for 1536 x 1024."""
    divisor = gcd(width, height)
    return f"{width // divisor}:{height // divisor}"


def settings_of(*own: Mapping[str, Any], width: int, height: int, quality: str, edits: bool = False) -> dict[str, Any]:
    """What is asked for, as plain JSON: ``quality``, ``size`` (``1536x1024``) and the ``parameters`` that go along.

    Of ``own`` the last counts; every place in them is filled in, and what is empty is left out. An edit keeps the shape
    of its picture, so that nothing says another.
    """
    size = f"{width}x{height}"
    values: dict[Any, Any] = dict(zip(PLACES, (width, height, size, aspect_ratio(width, height), quality), strict=True))
    if edits:
        values |= dict.fromkeys(SHAPES, "")
    plain = json.loads(json.dumps({name: value for each in own for name, value in each.items()}, default=float))
    return {"quality": quality, "size": size, "parameters": _filled(plain, values)}


def _filled(parameters: Mapping[str, Any], values: Mapping[Any, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for name, value in parameters.items():
        new = _filled(value, values) if isinstance(value, Mapping) else value
        new = values.get(value, value) if isinstance(value, str) else new
        if new not in ("", {}):
            whole[name] = new
    return whole


def unknown_place(parameters: Mapping[str, Any]) -> str:
    """The first value that looks like a place and is none; empty where all is well."""
    return next((text for text in _texts(parameters) if text.startswith("{") and text not in PLACES), "")


def _texts(parameters: Mapping[str, Any]) -> Iterator[str]:
    for value in parameters.values():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str):
            yield value


JSON = Any
"""A parsed answer: whatever a server may say."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes along with a prompt, to be edited."""

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
class Ask:
    """One picture to ask for. ``asked`` is the provider's id of the model; sizes are in pixels."""

    model: str
    asked: str
    prompt: str
    text: str
    width: int = 1024
    height: int = 1024
    quality: str = "medium"
    pictures: tuple[Picture, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    image_parameter: str = ""
    """The parameter that takes the picture, ``name[]`` for a list of them; empty for the protocol's usual one."""

    @property
    def aspect_ratio(self) -> str:
        """``3:2`` for 1536 x 1024."""
        return aspect_ratio(self.width, self.height)

    def picture_field(self, usual: str = "") -> dict[str, Any]:
        """The parameter with the picture to edit as a ``data:`` URL, in a list where its name ends in ``[]``."""
        name = self.image_parameter or usual
        if not self.pictures or not name:
            return {}
        urls = [picture.data_url for picture in self.pictures]
        return {name.removesuffix("[]"): urls} if name.endswith("[]") else {name: urls[0]}


def ask_with(settings: Mapping[str, Any], **facts: Any) -> Ask:
    """An ask as its settings say, which ``parameters.settings_of`` makes."""
    width, _, height = str(settings["size"]).partition("x")
    return Ask(
        **facts,
        width=int(width),
        height=int(height),
        quality=str(settings["quality"]),
        parameters=settings["parameters"],
    )


@dataclass(frozen=True, slots=True)
class Request:
    """What to send: a JSON body, or a form with files (name, file name, content, media type)."""

    method: str
    url: str
    json: JSON = None
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: tuple[tuple[str, tuple[str, bytes, str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status under 500 that is no "try again", and the parsed JSON."""

    status: int
    body: JSON


@dataclass(frozen=True, slots=True)
class Made:
    """There is a picture: its bytes, or the address to fetch it from. ``cost`` in USD where the API says it."""

    media: bytes | str
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The job was accepted and is not done; ``handle`` is what to poll it by, empty for the same as before."""

    handle: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A content filter said no. Not an error, and not to be asked again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work. ``for_all``: nor will any other request to this provider, e.g. because the key is wrong."""

    reason: str
    for_all: bool = False


Reply = Made | Waiting | Refused | Failed


class Gateway(Protocol):
    """An adapter: one request protocol, in one file, with one entry in ``GATEWAYS``."""

    def ask(self, endpoint: str, ask: Ask) -> Request:
        """The request that asks for the picture."""

    def read(self, answer: Answer) -> Reply:
        """What an answer to ``ask`` or ``poll`` means."""

    def poll(self, endpoint: str, handle: str) -> Request:
        """The request that asks how an accepted job is doing."""


def dig(body: JSON, *path: str | int) -> JSON:
    """The value at a path of keys and positions; None where the answer has no such place."""
    for step in path:
        if isinstance(step, str) and isinstance(body, dict):
            body = body.get(step)
        elif isinstance(step, int) and isinstance(body, list) and -len(body) <= step < len(body):
            body = body[step]
        else:
            return None
    return body


def media_of(value: JSON) -> bytes | str | None:
    """An address as it is, a ``data:`` URL as its bytes; None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    if not value.startswith("data:"):
        return value
    head, _, data = value.partition(",")
    return decoded(data) if head.endswith(";base64") else None


def decoded(data: JSON) -> bytes | None:
    """The bytes of base64; None for what is none."""
    try:
        return base64.b64decode(data, validate=True) if isinstance(data, str) and data else None
    except (binascii.Error, ValueError):
        return None


FOR_ALL = frozenset({401, 402, 403})
"""The key is missing or wrong, there is no money left, or the account may not do this."""

REFUSALS = frozenset(
    {
        "moderation_blocked",
        "content_policy_violation",
        "content_filter",
        "content_moderation",
        "safety_violation",
        "nsfw_content_detected",
    }
)
_REFUSED = re.compile(
    r"safety system|content (?:polic|filter|moderation)|moderation|nsfw|flagged|\(E005\)|prohibited content", re.I
)


def fault(status: int, code: JSON, message: JSON) -> Refused | Failed:
    """The reply that an error stands for: by its code where the API has codes, else by its words."""
    said = message if isinstance(message, str) and message else (code if isinstance(code, str) and code else "")
    reason = said or f"status {status} without a reason"
    if (isinstance(code, str) and code in REFUSALS) or (said and _REFUSED.search(said)):
        return Refused(reason)
    return Failed(reason if status < 400 else f"{status}: {reason}", for_all=status in FOR_ALL)
