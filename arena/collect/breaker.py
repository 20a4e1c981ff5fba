"""A circuit breaker: a provider that keeps failing is left alone for a while, then tried once, then given up."""

from __future__ import annotations

from arena.collect.clock import Clock

FAILURES = 5
"""So many in a row open the circuit."""
COOLING_SECONDS = 30.0
OPENINGS = 3
"""So many openings without a success between them, and the provider is given up for this run."""
_GLANCE = 1.0


class ProviderDown(Exception):  # noqa: N818 - says what it is
    """The provider is given up for this run; the message says why."""


class Breaker:
    """Closed, open, half open (one trial is out), or given up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._openings = 0
        self._open = False
        self._trial = False
        self._until = 0.0
        self.gave_up = ""
        """Why, once it was given up."""

    async def ready(self) -> None:
        """Return when a request may go out. Raises ``ProviderDown`` once there is no more hope."""
        while True:
            if self.gave_up:
                raise ProviderDown(self.gave_up)
            if not self._open:
                return
            left = self._until - self._clock.monotonic()
            if left <= 0 and not self._trial:
                self._trial = True
                return
            await self._clock.sleep(min(_GLANCE, left) if left > 0 else _GLANCE / 20)

    async def calm(self) -> None:
        """Return when it makes sense to begin something new; takes no trial. Raises ``ProviderDown``."""
        while not self.gave_up and self._open and (self._trial or self._clock.monotonic() < self._until):
            left = self._until - self._clock.monotonic()
            await self._clock.sleep(min(_GLANCE, left) if left > 0 else _GLANCE / 20)
        if self.gave_up:
            raise ProviderDown(self.gave_up)

    def put_off(self) -> None:
        """It answered that it wants to be asked later: neither a success nor a failure."""
        self._trial = False

    def succeeded(self) -> None:
        """It answered."""
        self._failures = self._openings = 0
        self._open = self._trial = False

    def failed(self, reason: str) -> None:
        """It did not."""
        self._failures += 1
        if self._trial or (not self._open and self._failures >= FAILURES):
            self._open, self._trial = True, False
            self._openings += 1
            self._until = self._clock.monotonic() + COOLING_SECONDS
            if self._openings >= OPENINGS:
                self.give_up(f"{self._failures} requests in a row failed; the last: {reason}")

    def give_up(self, reason: str) -> None:
        """No request to this provider can work, e.g. because the key is wrong."""
        self.gave_up = self.gave_up or reason
