"""The budget of a run: nothing is asked for that could pass it."""

from __future__ import annotations

from decimal import Decimal

from arena.errors import CollectError


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


def required_budget(max_cost: Decimal | None) -> Decimal:
    """The limit as given; raises ``CollectError`` for none, or one below zero."""
    if max_cost is None:
        raise CollectError("no budget", where="--max-cost", hint="say how much may be spent, e.g. --max-cost 5 (USD)")
    if not max_cost.is_finite() or max_cost < 0:
        raise CollectError(f"{max_cost} is no budget", where="--max-cost", hint="an amount in USD, e.g. 5 or 0.50")
    return max_cost
