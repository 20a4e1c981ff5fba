"""A request with blanks for what differs from picture to picture (the prompt, the picture to edit), and how a
programming language writes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from arena.catalogue.records import Offer, Provider
from arena.gateways import GATEWAYS, HttpRequest, InputImage, image_request
from arena.gateways.protocol import request_settings

QUALITY, EDGE = "medium", 1024
"""The reference image, as prices are compared by it."""
JOB = "JOB-ID"
_POLLED_BY_ID = ("generations", "replicate-predictions")
LINE_WIDTH = 60
"""Characters that a list or a record takes at most to stand on one line."""
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")


class Task(StrEnum):
    MAKE = "make"
    EDIT = "edit"


class Slot(StrEnum):
    """What is filled in later: a prompt, and a picture as ``data:`` URL, as base64, by its media type."""

    PROMPT = "{prompt}"
    PICTURE_URL = "{picture url}"
    PICTURE_DATA = "{picture data}"
    PICTURE_TYPE = "{picture type}"


@dataclass(frozen=True, slots=True)
class Blank:
    """How to ask one provider for one picture: ``request`` with slots, and the request that polls ``job``."""

    protocol: str
    endpoint: str
    auth: str
    key: str
    """The environment variable that holds the key; empty where none is needed."""
    request: HttpRequest
    poll: HttpRequest | None
    """How an accepted job is doing, ``job`` being its id; None for protocols without jobs that have an id."""


_PICTURE = InputImage(b"picture", Slot.PICTURE_TYPE)
_SLOTS = {
    Slot.PROMPT.value: Slot.PROMPT,
    _PICTURE.data_url: Slot.PICTURE_URL,
    _PICTURE.base64: Slot.PICTURE_DATA,
    _PICTURE.media_type: Slot.PICTURE_TYPE,
}


def blank_of(provider_id: str, provider: Provider, offer: Offer, *, model: str, asked: str, task: Task) -> Blank:
    """The request for one picture of a model by the adapter of the provider's protocol.

    ``asked`` is the provider's id of the model. Raises KeyError for a protocol that is not known.
    """
    adapter, protocol = GATEWAYS[provider.gateway or ""], provider.gateway or ""
    endpoint = (provider.endpoint or "").rstrip("/")
    edits = task is Task.EDIT
    own = provider.access.parameters, offer.parameters
    settings = request_settings(*own, width=EDGE, height=EDGE, quality=QUALITY, edits=edits)
    wanted = image_request(
        settings,
        model=model,
        provider_model=(edits and offer.edit_model_id) or asked,
        prompt="",
        text=Slot.PROMPT.value,
        input_images=(_PICTURE,) if edits else (),
        image_parameter=offer.image_parameter or "",
    )
    request = adapter.request(endpoint, wanted)
    return Blank(
        protocol=protocol,
        endpoint=endpoint,
        auth=provider.access.auth,
        key="" if provider.access.auth == "none" else provider.access.key or key_name(provider_id),
        request=replace(request, json=_with_slots(request.json), form=_with_slots(dict(request.form))),
        poll=adapter.poll(endpoint, JOB) if protocol in _POLLED_BY_ID else None,
    )


def key_name(provider_id: str) -> str:
    """The environment variable that a provider's key is looked for in, where the catalogue names none."""
    return f"{''.join(letter if letter.isalnum() else '_' for letter in provider_id).upper()}_API_KEY"


def _with_slots(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_slots(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_slots(each) for each in value]
    return _SLOTS.get(value, value) if isinstance(value, str) else value


VARIABLES = {
    Slot.PROMPT: "prompt",
    Slot.PICTURE_URL: "photo",
    Slot.PICTURE_DATA: "photo",
    Slot.PICTURE_TYPE: '"image/png"',
}
"""The expressions that stand for what is filled in, where a sample has it in variables."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language writes what JSON has; ``slots`` are the expressions that stand for what is filled in."""

    slots: Mapping[Slot, str]
    true: str = "true"
    false: str = "false"
    null: str = "null"
    indent: str = "  "
    bare_keys: bool = False
    """Whether keys that are names stand without quotes, and spaces inside the braces of a record on one line."""
    last_comma: bool = True

    def render(self, value: Any, depth: int = 0, *, width: int = LINE_WIDTH) -> str:
        """The text of a value whose first line stands at ``depth`` indents; with a ``width`` of 0, on several lines."""
        if isinstance(value, Slot):
            return self.slots[value]
        if isinstance(value, Mapping):
            entries = [f"{self._key(key)}: {self.render(each, depth + 1)}" for key, each in value.items()]
            return self._group("{", entries, "}", depth, width)
        if isinstance(value, list):
            return self._group("[", [self.render(each, depth + 1) for each in value], "]", depth, width)
        if value is None or isinstance(value, bool):
            return {None: self.null, True: self.true, False: self.false}[value]
        return json.dumps(value, ensure_ascii=False)

    def _key(self, key: str) -> str:
        return key if self.bare_keys and _NAME.match(key) else json.dumps(key, ensure_ascii=False)

    def _group(self, start: str, entries: list[str], end: str, depth: int, width: int) -> str:
        line = ", ".join(entries)
        if not entries or (len(line) <= width and "\n" not in line):
            gap = " " if self.bare_keys and start == "{" and entries else ""
            return f"{start}{gap}{line}{gap}{end}"
        inner = f",\n{self.indent * (depth + 1)}".join(entries)
        last = "," if self.last_comma else ""
        return f"{start}\n{self.indent * (depth + 1)}{inner}{last}\n{self.indent * depth}{end}"


def slots_in(value: Any) -> set[Slot]:
    """Which blanks a value has."""
    if isinstance(value, Slot):
        return {value}
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return {slot for part in parts for slot in slots_in(part)}
