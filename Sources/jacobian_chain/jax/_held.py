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

#: Equations of which an entry takes longer than what is done with it.
DEAR = frozenset(
    {"atan2", "cos", "cosh", "digamma", "erf", "erfc", "exp", "exp2", "expm1", "lgamma"}
    | {"log", "log1p", "logistic", "pow", "sin", "sinh", "tan", "tanh"}
)
#: What is spread over so many times its size, and so many entries, is worth a kernel.
_SPREAD, _LEAST = 8, 4096


def held(value: Any, entries: int) -> Any:
    """An array that is computed before a result of so many entries makes use of it.

    Only where that pays: on a CPU, for real arrays that are much smaller. O(its size).
    """
    if jax.default_backend() != "cpu" or not is_real(jax.typeof(value)):
        return value
    if value.size < 2 or entries < max(_SPREAD * value.size, _LEAST):
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
