"""Linear equations on dense tangents (*S, n), the n columns last.

Columns last is the layout of the Jacobian itself: no result is transposed, and
rows move as contiguous runs. What has no rule here goes through JAX's batching.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from .program import Equation

Values = Sequence[Any]
LanesRule = Callable[[Equation, Values, Sequence[bool]], Any]


def through(equation: Equation, values: Values, active: Sequence[bool]) -> list[Any]:
    """The outputs (*S, n) of an equation whose active operands are (*S, n)."""
    rule = _RULES.get(equation.name)
    if rule is not None:
        result = rule(equation, values, active)
        if result is not None:
            return [result]
    axes = tuple(-1 if own else None for own in active)
    run = jax.vmap(lambda *o: equation.bind(o), in_axes=axes, out_axes=-1)
    return list(run(*values))


def _scale(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    left, right = values
    if all(active):
        return None
    if active[0]:
        other = right[..., None] if jnp.ndim(right) else right
        return left * other if equation.name == "mul" else left / other
    if equation.name == "div":
        return None
    return (left[..., None] if jnp.ndim(left) else left) * right


def _same(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    return equation.bind(values)[0]


def _sum(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    return jnp.sum(values[0], axis=tuple(equation.params["axes"]))


def _reshape(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    (tangent,) = values
    params = equation.params
    if equation.name == "reshape":
        order = params.get("dimensions")
        if order is not None:
            tangent = jnp.transpose(tangent, (*order, tangent.ndim - 1))
        return tangent.reshape((*params["new_sizes"], tangent.shape[-1]))
    rank = tangent.ndim - 1
    dimensions = tuple(params["dimensions"])
    if equation.name == "squeeze":
        return lax.squeeze(tangent, tuple(d % rank for d in dimensions))
    return lax.expand_dims(
        tangent, tuple(d % (rank + len(dimensions)) for d in dimensions)
    )


def _broadcast(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    tangent, *dynamic = values
    if dynamic:
        return None
    shape = tuple(equation.params["shape"])
    places = tuple(equation.params["broadcast_dimensions"])
    return lax.broadcast_in_dim(
        tangent, (*shape, tangent.shape[-1]), (*places, len(shape))
    )


def _transpose(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    order = tuple(equation.params["permutation"])
    return jnp.transpose(values[0], (*order, len(order)))


def _slice(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    (tangent,), params = values, equation.params
    n = tangent.shape[-1]
    strides = params["strides"] or (1,) * (tangent.ndim - 1)
    return lax.slice(
        tangent,
        (*params["start_indices"], 0),
        (*params["limit_indices"], n),
        (*strides, 1),
    )


def _rev(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    return lax.rev(values[0], tuple(equation.params["dimensions"]))


def _pad(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    if active[1]:
        return None
    config = (*(tuple(part) for part in equation.params["padding_config"]), (0, 0, 0))
    return lax.pad(values[0], jnp.zeros((), values[0].dtype), config)


def _dot(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    if all(active):
        return None
    side = 0 if active[0] else 1
    tangent, matrix = values[side], values[1 - side]
    contracting, batching = equation.params["dimension_numbers"]
    own, other = contracting[side], contracting[1 - side]
    result = lax.dot_general(
        matrix,
        tangent,
        (
            (tuple(other), tuple(own)),
            (tuple(batching[1 - side]), tuple(batching[side])),
        ),
        precision=equation.params["precision"],
        preferred_element_type=equation.params["preferred_element_type"],
    )
    if side == 1:
        return result
    batch = len(batching[0])
    theirs = matrix.ndim - batch - len(other)
    mine = tangent.ndim - 1 - batch - len(own)
    order = [
        *range(batch),
        *range(batch + theirs, batch + theirs + mine),
        *range(batch, batch + theirs),
        result.ndim - 1,
    ]
    return jnp.transpose(result, order)


def _cumsum(equation: Equation, values: Values, active: Sequence[bool]) -> Any:
    params = equation.params
    return lax.cumsum(values[0], axis=params["axis"], reverse=params["reverse"])


_RULES: dict[str, LanesRule] = (
    dict.fromkeys(("mul", "div"), _scale)
    | dict.fromkeys(
        ("neg", "convert_element_type", "copy", "copy_p", "real", "imag"), _same
    )
    | dict.fromkeys(("reshape", "squeeze", "expand_dims"), _reshape)
    | {
        "reduce_sum": _sum,
        "broadcast_in_dim": _broadcast,
        "transpose": _transpose,
        "slice": _slice,
        "rev": _rev,
        "pad": _pad,
        "dot_general": _dot,
        "cumsum": _cumsum,
    }
)
