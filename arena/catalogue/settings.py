"""``[voting]`` and ``[playground]`` of arena.toml.

How battles are drawn and votes limited, and where readers may try models.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from arena.catalogue.fields import Count, Record, Slug, Text, Url

Share = Annotated[float, Field(ge=0, le=1)]


class RateLimit(Record):
    """At most ``count`` within any ``seconds``."""

    count: Count
    seconds: Count


class Lanes(Record):
    """The shares of battles that each lane of the matchmaker draws; they add up to 1."""

    coverage: Share = 0.4
    """The model with the fewest votes, against one of about its strength."""
    contenders: Share = 0.3
    """Two models that may be among the best."""
    uncertainty: Share = 0.2
    """Two models whose order is least certain."""
    exploration: Share = 0.1
    """Any two."""

    @model_validator(mode="after")
    def _whole(self) -> Lanes:
        total = self.coverage + self.contenders + self.uncertainty + self.exploration
        if not math.isclose(total, 1.0, abs_tol=1e-6):
            raise ValueError(f"the shares of the lanes add up to {total:g}, not 1")
        return self


class VotingSettings(Record):
    """How voting works. The limits are those of a voter; those of a network are ``network_factor`` times as high."""

    lanes: Lanes = Lanes()
    limits: tuple[RateLimit, ...] = (
        RateLimit(count=6, seconds=10),
        RateLimit(count=25, seconds=60),
        RateLimit(count=300, seconds=3600),
    )
    network_factor: Count = 4
    """Several people may share an address: a school, an office, a mobile operator."""
    undo_seconds: Annotated[int, Field(ge=0, le=60, strict=True)] = 6
    undos: RateLimit = RateLimit(count=6, seconds=3600)
    """Who has seen the reveal may not pick which votes stand, so taking votes back is rare by rule."""
    battle_minutes: Annotated[int, Field(gt=0, le=1440, strict=True)] = 30
    """How long a battle can be voted on after it was shown."""
    personal_board_votes: Count = 20
    picture_size: Annotated[int, Field(ge=128, le=2048, strict=True)] = 768
    """Every picture is fitted into a square of this many pixels."""
    reasons: tuple[Literal["prompt", "text", "anatomy", "style", "artefacts"], ...] = (
        "prompt",
        "text",
        "anatomy",
        "style",
        "artefacts",
    )
    """What a voter may tick beside a vote, in this order; an empty list asks for none."""


class Playground(Record):
    """Where requests of the playground are sent; without this table there is no playground."""

    endpoint: Url
    """``https://``, or loopback for trying it out. It has to answer requests from web pages (CORS)."""
    provider: Slug
    """Whose protocol the endpoint speaks, and whose ids of models it knows."""
    pictures: tuple[Text, ...] = ()
    """Other hosts that its pictures come from, e.g. ``https://cdn.example``."""

    @property
    def base(self) -> str:
        """The endpoint without a slash at its end."""
        return self.endpoint.rstrip("/")

    @property
    def requests_to(self) -> str:
        """What a content security policy lets a page connect to: the endpoint, and what lies below it."""
        return f"{self.base} {self.base}/"

    @property
    def pictures_from(self) -> tuple[str, ...]:
        """The origins that pictures may be shown from."""
        scheme, _, rest = self.base.partition("://")
        return (f"{scheme}://{rest.partition('/')[0]}", *self.pictures)
