"""Coefficients of a derivative that are computed once, not once for each entry.

XLA for CPUs fuses what computes a vector into what spreads it over a matrix: the
cosines of n entries become n² cosines. It drops barriers before it fuses. A scatter it
fuses with nothing, and it is linear, mapped and transposed as any other.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ._linear import is_real

#: What is spread over so many times its size is worth a pass of its own.
_SPREAD = 8


def held(value: Any, entries: int) -> Any:
    """An array that is computed before a result of so many entries makes use of it.

    Only where that pays: on a CPU, for real arrays that are much smaller. O(its size).
    """
    if jax.default_backend() != "cpu" or not is_real(jax.typeof(value)):
        return value
    if value.size < 2 or _SPREAD * value.size > entries:
        return value
    places = np.arange(value.size, dtype=np.int32)
    room = jnp.zeros(value.size, value.dtype).at[places]
    kept = room.set(
        value.reshape(-1),
        indices_are_sorted=True,
        unique_indices=True,
        mode="promise_in_bounds",
    )
    return kept.reshape(value.shape)
