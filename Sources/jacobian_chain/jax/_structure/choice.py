"""The structured way to a Jacobian, if one beats both modes by price."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np

from .budget import Budget, BudgetExceeded
from .colouring import (
    Colouring,
    Compressed,
    colouring_price,
    colourings,
)
from .linear import Linearised
from .patterns import DENSE_SHARE, Pattern, pattern
from .prices import Price, Rates, program_price
from .sweep import Sweep, plan_sweep
from .sweep_rules import LOOP_RULES, SWEEP_RULES

#: A structured way is taken below this share of the better mode's price.
WORTH = 0.8
#: A sweep must be this much cheaper than a colouring: its many small kernels take
#: longer to compile.
SWEEP_OVER_COLOURING = 0.7

Kind = Literal["sweep", "columns", "rows", "both"]


@dataclass(frozen=True, eq=False)
class Structured:
    """A way to the Jacobian that uses its structure.

    Attributes
    ----------
        price, forward, reverse: of this way, of jacfwd, of jacrev.
        way: a planned sweep, or coloured products.
    """

    linear: Linearised
    price: Price
    forward: Price
    reverse: Price
    way: Sweep | Compressed

    @property
    def kind(self) -> Kind:
        """Either "sweep", or which sides are coloured."""
        if isinstance(self.way, Sweep):
            return "sweep"
        return self.way.colouring.side

    @property
    def entries(self) -> int:
        """Entries of the largest array that is computed, the dense result if it is.

        What is read off coloured products is put in place, not computed.
        """
        m, n = self.linear.rows, self.linear.columns
        if isinstance(self.way, Sweep) or self.way.is_compared:
            return m * n
        colouring = self.way.colouring
        return max(colouring.tangents * m, colouring.adjoints * n)

    @cached_property
    def pattern(self) -> Pattern:
        """The pattern of `values`."""
        if isinstance(self.way, Sweep):
            return self.way.pattern
        return self.way.colouring.pattern

    def jacobian(self, *points: Any) -> tuple[list[Any], list[list[Any]]]:
        """The outputs, and the blocks of the Jacobian by output and input.

        Args:
            points: the values of the linearised function's points.
        """
        if isinstance(self.way, Sweep):
            return self.way.jacobian(*points)
        outputs, full = self.way.matrix(*points)
        return outputs, self._blocks(full)

    def values(self, *points: Any) -> tuple[list[Any], Any]:
        """The outputs, and the entries of the Jacobian in the pattern's order.

        Where the pattern is dense the entries are those of the m × n array.
        """
        return self.way.values(*points)

    def matrix(self, *points: Any) -> tuple[list[Any], Any]:
        """The outputs, and the m × n Jacobian."""
        return self.way.matrix(*points)

    def bcoo(self, *points: Any) -> tuple[list[Any], Any]:
        """The outputs, and the m × n Jacobian as `jax.experimental.sparse.BCOO`."""
        from jax.experimental.sparse import BCOO

        outputs, values = self.values(*points)
        rows, columns = self.pattern.row_indices, self.pattern.column_indices
        if self.pattern.is_dense:
            rows, columns = np.indices(
                (self.pattern.rows, self.pattern.columns)
            ).reshape(2, -1)
        places = jnp.asarray(np.stack([rows, columns], axis=1).astype(np.int32))
        shape = (self.pattern.rows, self.pattern.columns)
        return outputs, BCOO(
            (values, places), shape=shape, indices_sorted=True, unique_indices=True
        )

    def _blocks(self, full: Any) -> list[list[Any]]:
        program = self.linear.program
        result, row = [], 0
        for variable in self.linear.tangents:
            height, aval = program.size(variable), program.avals[variable]
            blocks, column = [], 0
            for seed in self.linear.seeds:
                width = program.size(seed)
                block = full[row : row + height, column : column + width]
                shape = tuple(aval.shape) + program.shape(seed)
                blocks.append(block.astype(aval.dtype).reshape(shape))
                column += width
            result.append(blocks)
            row += height
        return result


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
    linear: Linearised,
    rates: Rates | None = None,
    budget: Budget | None = None,
    adjoints: bool = True,
) -> Structured | None:
    """The cheapest structured way; None where a mode is about as good.

    `adjoints`: whether the map can be transposed, which loops without a known number
    of rounds can't.
    """
    rates, budget = rates or Rates(), budget or Budget()
    forward, reverse = mode_prices(linear, rates)
    if not adjoints:
        reverse = Price(math.inf)
    if min(linear.rows, linear.columns) < 2:
        return None
    limit = WORTH * min(forward.seconds, reverse.seconds)
    best = _best_colouring(linear, rates, budget, adjoints)
    price = None if best is None else colouring_price(linear, best, rates)
    if price is not None and price.seconds >= limit:
        best = None
    if price is not None and best is not None:
        limit = min(limit, SWEEP_OVER_COLOURING * price.seconds)
    try:
        sweep = plan_sweep(
            linear, rates, budget.again(), SWEEP_RULES, LOOP_RULES, limit
        )
    except BudgetExceeded:
        sweep = None
    if sweep is not None and sweep.price.seconds < limit:
        return Structured(linear, sweep.price, forward, reverse, sweep)
    if best is None or price is None:
        return None
    return Structured(linear, price, forward, reverse, Compressed(linear, best))


def _best_colouring(
    linear: Linearised, rates: Rates, budget: Budget, adjoints: bool
) -> Colouring | None:
    found = pattern(linear, budget)
    if found.is_dense or not found.count:
        return None
    if found.count > DENSE_SHARE * found.rows * found.columns:
        return None
    ways = colourings(found, budget)
    if not adjoints:
        ways = [way for way in ways if not way.adjoints]
    if not ways:
        return None
    return min(ways, key=lambda way: colouring_price(linear, way, rates).seconds)
