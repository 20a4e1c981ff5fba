"""A job: one image asked of one provider, from the moment before the request to the moment its output is listed.

    asking ──> accepted ──> answered ──> stored ──> done
       │           │            │
       └───────────┴────────────┴──> refused | failed | doubtful

*asking*     the request is about to go out, or is out: whether it was charged is not known
*accepted*   the provider works on it; it is polled by its ``handle`` and never asked again
*answered*   the image exists, and is fetched from ``media``
*stored*     the image is in data/outputs, and not yet in outputs.jsonl
*done*       it is listed
*refused*    a content filter said no; asked again when the request changes, or when told to
*failed*     it did not work; asked again in the next run, but an answer without an image only in three runs
*doubtful*   the answer was lost, or the run died before it, and the API may charge a repeated request: asked again
             only when told to

Each state is in the ledger before the step that could be charged, or could be lost, begins. A run that is killed at any
moment has then left a record of every request that may have cost money, and the next run knows whether to poll, to
fetch or to ask again. Written the other way round, a kill between request and record would pay for an image twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

LOCAL = "local"
"""The provider whose images are drawn by a program of this machine: they are simulated."""

PROBE = "probe"
"""Stands for the prompt of a job that ``arena collect --probe`` made; ids of prompts have a slash."""

NO_COST = Decimal(0)


class JobState(StrEnum):
    """How far a job has come; see the module's docstring."""

    ASKING = "asking"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    STORED = "stored"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


OPEN_STATES = (JobState.ASKING, JobState.ACCEPTED, JobState.ANSWERED, JobState.STORED)
"""States that a later run goes on from."""


@dataclass(frozen=True, slots=True)
class Job:
    """One image asked of one provider. Money is in USD, sizes in pixels; ``id`` is its idempotency key as well.

    ``model`` and ``prompt`` are ids of the catalogue.
    """

    id: str
    run: str
    provider: str
    model: str
    prompt: str
    provider_model: str
    """The provider's id of the model."""
    parameters: str
    """What was asked for beside the prompt, as JSON (``arena.gateways.protocol.request_settings``)."""
    state: JobState
    began: datetime
    estimate: Decimal
    cost: Decimal = NO_COST
    """What it cost: as the API said, or as estimated where it was charged."""
    doubt: Decimal = NO_COST
    """What requests whose answers were lost may have cost besides."""
    requests: int = 1
    handle: str = ""
    """What to poll an accepted job by."""
    media: str = ""
    """The URL of the image of an answered job."""
    ended: datetime | None = None
    latency_ms: int | None = None
    """From the request to the image's URL or bytes; None where a run died in between."""
    request: str = ""
    """The digest of what was asked for (``arena.collect.planning.request_digest``): it changes with the prompt, the
    parameters and the offer. Empty for jobs of releases before there were digests."""
    unusable: int = 0
    """1 where the provider answered and no image came of it that can be kept: asking again may cost the same again."""
    reason: str = ""
    """Why it was refused, failed or is in doubt."""
    sha256: str = ""
    """Of the listed copy."""
    copy_width: int = 0
    copy_height: int = 0
    copy_bytes: int = 0
    original: str = ""
    """SHA-256 of the image as returned."""
    format: str = ""
    width: int = 0
    height: int = 0
    bytes: int = 0

    @property
    def booked(self) -> Decimal:
        """What it may have cost in all, which is what the budget has to carry."""
        return self.cost + self.doubt

    @property
    def is_simulated(self) -> bool:
        """Whether a program drew the image in the model's place."""
        return self.provider == LOCAL
