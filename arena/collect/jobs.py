"""A job: one picture asked of one provider, from the moment before the request to the moment its output is listed.

    asking ──> accepted ──> answered ──> stored ──> done
       │           │            │
       └───────────┴────────────┴──> refused | failed | doubtful

*asking*     the request is about to go out, or is out: whether it was charged is not known
*accepted*   the provider has it; it is polled by its ``handle`` and never asked again
*answered*   there is a picture to fetch from ``media``
*stored*     the picture lies in data/outputs, and is not yet in outputs.jsonl
*done*       it is listed
*refused*    a content filter said no; not asked again
*failed*     it did not work; asked again in the next run
*doubtful*   the answer was lost, or the run died before it, and the API may charge a repeated request: asked again
             only when told to
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

NOTHING = Decimal(0)


class State(StrEnum):
    """Where a job is."""

    ASKING = "asking"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    STORED = "stored"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


OPEN = (State.ASKING, State.ACCEPTED, State.ANSWERED, State.STORED)
"""States that a later run goes on from."""


@dataclass(frozen=True, slots=True)
class Job:
    """One picture asked of one provider. Money is in USD, sizes in pixels; ``id`` is its idempotency key as well."""

    id: str
    run: str
    provider: str
    model: str
    prompt: str
    asked: str
    """The provider's id of the model."""
    parameters: str
    """What was asked for beside the prompt, as JSON."""
    state: State
    began: datetime
    estimate: Decimal
    cost: Decimal = NOTHING
    """What it cost: as the API said, or as estimated where it was charged."""
    doubt: Decimal = NOTHING
    """What requests that were lost on the way may have cost besides."""
    requests: int = 1
    handle: str = ""
    media: str = ""
    ended: datetime | None = None
    latency_ms: int | None = None
    """From the request to the picture's address or bytes; None where a run died in between."""
    reason: str = ""
    sha256: str = ""
    """Of the listed copy."""
    copy_width: int = 0
    copy_height: int = 0
    copy_bytes: int = 0
    original: str = ""
    """SHA-256 of the picture as returned."""
    format: str = ""
    width: int = 0
    height: int = 0
    bytes: int = 0

    @property
    def booked(self) -> Decimal:
        """What the budget has to carry for it."""
        return self.cost + self.doubt
