"""What random functions are made of: a register of operations, and their choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

MOST = 14  # elements of an array in the pool

OPERATIONS: list[Callable[[Any, list[Any]], Any]] = []


def operation(make: Callable[[Any, list[Any]], Any]) -> Callable[[Any, list[Any]], Any]:
    OPERATIONS.append(make)
    return make


def pick(random: Any, choices: list[Any]) -> Any:
    return choices[random.integers(len(choices))]


def flat(random: Any, pool: list[Any], most: int = MOST) -> Any:
    return pick(random, pool).reshape(-1)[:most]


def square(random: Any, pool: list[Any], side: int) -> Any:
    """A well-conditioned matrix of entries of the pool."""
    x = flat(random, pool)
    repeated = jnp.tile(x, -(-side * side // x.size))[: side * side]
    return 0.2 * jnp.tanh(repeated).reshape(side, side) + 2 * jnp.eye(side)


def weight(random: Any, rows: int, columns: int, dtype: Any) -> Any:
    values = random.normal(size=(rows, columns)) / columns**0.5
    if random.random() < 0.3:
        values[random.random(values.shape) < 0.6] = 0
    return jnp.asarray(values, dtype)


# Whether the function being made may have tangents only (while), or adjoints only.
FORWARD: list[bool] = [True]
