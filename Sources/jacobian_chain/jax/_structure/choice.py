"""The structured way to a Jacobian, if one beats both modes by price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .budget import Budget, BudgetExceeded
from .linear import Linearised
from .prices import Price, Rates, program_price
from .sweep import Sweep, plan_sweep
from .sweep_rules import SWEEP_RULES

#: A structured way is taken below this share of the better mode's price.
WORTH = 0.8

Kind = Literal["sweep", "columns", "rows", "both"]


@dataclass(frozen=True, eq=False)
class Structured:
    """A way to the Jacobian that uses its structure.

    Attributes:
        kind: "sweep", or which side is coloured.
        price, forward, reverse: of this way, of jacfwd, of jacrev.
        sweep: the planned sweep.
    """

    kind: Kind
    price: Price
    forward: Price
    reverse: Price
    sweep: Sweep

    def jacobian(self, *points: Any) -> tuple[list[Any], list[list[Any]]]:
        """The outputs, and the blocks of the Jacobian by output and input.

        Args:
            points: the values of the linearised function's points.
        """
        return self.sweep.jacobian(*points)


def mode_prices(linear: Linearised, rates: Rates) -> tuple[Price, Price]:
    """Predicted prices of forward and of reverse mode."""
    program = linear.program.restricted(linear.tangents)
    active = linear.linear
    m, n = linear.rows, linear.columns
    result = rates.moves(m * n, rates.written)
    turned = rates.moves(m * n, rates.transposed)
    forward = program_price(program, active, n, rates) + result + turned
    reverse = program_price(program, active, m, rates) + result
    return forward, reverse


def structured(
    linear: Linearised, rates: Rates | None = None, budget: Budget | None = None
) -> Structured | None:
    """The cheapest structured way; None where a mode is about as good."""
    rates, budget = rates or Rates(), budget or Budget()
    forward, reverse = mode_prices(linear, rates)
    limit = WORTH * min(forward.seconds, reverse.seconds)
    try:
        sweep = plan_sweep(linear, rates, budget, SWEEP_RULES)
    except BudgetExceeded:
        return None
    if sweep.price.seconds >= limit:
        return None
    return Structured("sweep", sweep.price, forward, reverse, sweep)


__all__ = ["Structured", "mode_prices", "structured"]
