"""The budget of a run: nothing is asked for that could pass it."""

from __future__ import annotations

from decimal import Decimal


class Budget:
    """What may be spent, in USD. What is asked for is reserved before, and settled when its cost is known."""

    def __init__(self, limit: Decimal) -> None:
        self.limit = limit
        self.spent = Decimal(0)
        self._reserved = Decimal(0)

    def reserve(self, amount: Decimal) -> bool:
        """Whether ``amount`` fits beside all that is spent and reserved; it is reserved then."""
        if self.spent + self._reserved + amount > self.limit:
            return False
        self._reserved += amount
        return True

    def settle(self, reserved: Decimal, spent: Decimal) -> None:
        """Turn a reservation into what it came to."""
        self._reserved -= reserved
        self.spent += spent
