"""Prices of the ways through a loop of T equal steps, in closed form.

A step takes d numbers that are carried along and p that stay the same to d
numbers and, perhaps, further outputs. Three ways to the Jacobian of all of it:

* *tangents* through: n tangents through every step;
* *adjoints* through: one adjoint for every output through all steps before it;
* *accumulate*: [A B] of every step by as many adjoints as it has outputs, and
  S ← A·S + B along the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .prices import Price, Rates, program_price
from .program import Program

#: Entries of the [A B] of several steps that are computed at once: what caches hold.
_AT_ONCE = 1 << 15
#: Up to this many states a product is a sum of scaled rows in one kernel.
_FEW = 8
#: Adjoints cost about this much more than tangents.
ADJOINT = 1.3


@dataclass(frozen=True)
class Steps:
    """A loop: its body's linear map, and the sizes of what goes through.

    Attributes
    ----------
        body, active: the linear program of one step; its active variables.
        length: T.
        carried: d.
        fixed: p, where the tangents of what stays the same are dense; 0 where
            they are known columns of the whole.
        outputs: rows of one step's [A B]: d and the further outputs.
    """

    body: Program
    active: frozenset[int]
    length: int
    carried: int
    fixed: int
    outputs: int

    def tangents(self, columns: int, rates: Rates) -> Price:
        """N tangents through every step."""
        return self._steps(program_price(self.body, self.active, columns, rates), rates)

    def adjoints(self, rows: int, rates: Rates) -> Price:
        """One adjoint through all steps for each of `rows` outputs."""
        one = program_price(self.body, self.active, rows, rates)
        return self._steps(_dearer(one), rates)

    def accumulate(self, columns: int, rates: Rates) -> Price:
        """[A B] of every step, multiplied to what came before."""
        one = _dearer(program_price(self.body, self.active, self.outputs, rates))
        one += rates.matrix_product(self.outputs, self.carried, columns)
        if self.fixed:
            one += rates.matrix_product(self.outputs, self.fixed, columns)
        one += rates.entries(self.outputs * columns)
        return self._steps(one, rates)

    def _steps(self, one: Price, rates: Rates) -> Price:
        return (one + Price(rates.step)).times(self.length)


def _dearer(price: Price) -> Price:
    return Price(price.seconds * ADJOINT, price.fma, price.bytes)


def by_blocks(
    block: Callable[[Any, Any], tuple[Any, Any]],
    carry: Any,
    rows: Any,
    entries: int,
    reverse: bool = False,
) -> tuple[Any, Any]:
    """`lax.scan` of T steps, of which K are taken at once.

    `block` takes what is carried and K of the T rows to what is carried and K
    results. K is the largest divisor of T for which K steps have no more `entries`
    than caches hold.
    """
    length = jax.tree.leaves(rows)[0].shape[0]
    most = min(max(_AT_ONCE // max(entries, 1), 1), length)
    size = next((k for k in range(most, 0, -1) if length % k == 0), 1)
    if size == length:
        return block(carry, rows)
    divided = jax.tree.map(lambda r: r.reshape(-1, size, *r.shape[1:]), rows)
    carry, results = lax.scan(block, carry, divided, reverse=reverse)
    return carry, jax.tree.map(lambda r: r.reshape(-1, *r.shape[2:]), results)


def accumulated(
    a: Any, b: Sequence[Any], s: Sequence[Any], precision: Any, keep: bool
) -> tuple[list[Any], list[Any]]:
    """S ← A·S + B along K steps: what S is in the end, and after each of them.

    `a`: (K, d, d); `b`: arrays (K, d, p), each with its own S in `s`. What S is after
    a step takes the place of that step's B: no array is filled with zeros first.
    Without `keep` there are no S of each step.
    """

    def step(carry: Any, now: Any) -> tuple[Any, None]:
        s, held = carry
        k, a = now
        own = [lax.dynamic_index_in_dim(each, k, keepdims=False) for each in held]
        s = [small_product(a, o, precision, n) for o, n in zip(s, own, strict=True)]
        if keep:
            held = [
                lax.dynamic_update_index_in_dim(each, o, k, 0)
                for each, o in zip(held, s, strict=True)
            ]
        return (s, held), None

    steps = jnp.arange(a.shape[0], dtype=np.int32)
    (last, held), _ = lax.scan(step, (list(s), list(b)), (steps, a))
    return last, held


def small_product(
    a: Any, s: Any, precision: Any = None, onto: Any | None = None
) -> Any:
    """A·S, or what it is added to; no matrix product where A has few columns."""
    if not 0 < a.shape[1] <= _FEW:
        product = jnp.matmul(a, s, precision=precision)
        return product if onto is None else onto + product
    terms = [a[:, j : j + 1] * s[j : j + 1] for j in range(a.shape[1])]
    return sum(terms[1:], terms[0]) if onto is None else sum(terms, onto)
