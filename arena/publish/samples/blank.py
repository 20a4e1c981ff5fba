"""A request with blanks for what differs from picture to picture: the prompt, and the picture to edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from arena.catalogue.records import Offer, Provider
from arena.gateways import GATEWAYS, HttpRequest, InputImage, image_request
from arena.gateways.protocol import request_settings

QUALITY, EDGE = "medium", 1024
"""The reference image, as prices are compared by it."""


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


JOB = "JOB-ID"
_PICTURE = InputImage(b"picture", Slot.PICTURE_TYPE)
_SLOTS = {
    Slot.PROMPT.value: Slot.PROMPT,
    _PICTURE.data_url: Slot.PICTURE_URL,
    _PICTURE.base64: Slot.PICTURE_DATA,
    _PICTURE.media_type: Slot.PICTURE_TYPE,
}
_POLLED_BY_ID = ("generations", "replicate-predictions")


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
