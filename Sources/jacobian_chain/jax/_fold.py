"""Integers that don't depend on any argument, computed in NumPy at trace time.

Indices of gathers decide where derivatives are nonzero, and JAX stages their
arithmetic (wrapping of negative ones, `arange`) like all other. Only integers and
booleans are folded: NumPy and XLA agree on these to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from . import _compat as compat
from ._compat import JaxprEqn, Var, is_literal

# Entries of the largest array that is looked at.
LARGEST = 1_000_000


def _broadcast(params: Mapping[str, Any], x: np.ndarray) -> np.ndarray:
    shape, axes = params["shape"], params["broadcast_dimensions"]
    inner = [1] * len(shape)
    for axis, size in zip(axes, x.shape, strict=True):
        inner[axis] = size
    return np.broadcast_to(x.reshape(inner), shape)


def _slice(params: Mapping[str, Any], x: np.ndarray) -> np.ndarray:
    strides = params["strides"] or (1,) * x.ndim
    bounds = zip(params["start_indices"], params["limit_indices"], strides, strict=True)
    return x[tuple(slice(*b) for b in bounds)]


def _iota(params: Mapping[str, Any]) -> np.ndarray:
    shape, axis = params["shape"], params["dimension"]
    along = [1] * len(shape)
    along[axis] = shape[axis]
    line = np.arange(shape[axis], dtype=params["dtype"]).reshape(along)
    return np.broadcast_to(line, shape)


def _divide(_: Mapping[str, Any], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if not np.all(y):
        raise ZeroDivisionError
    return np.abs(x) // np.abs(y) * np.sign(x) * np.sign(y)


def _remainder(_: Mapping[str, Any], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if not np.all(y):
        raise ZeroDivisionError
    return np.fmod(x, y)


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda params, *operands: function(*operands)


_RULES: dict[str, Callable[..., Any]] = {
    "abs": _plain(np.abs),
    "add": _plain(np.add),
    "and": _plain(np.bitwise_and),
    "broadcast_in_dim": _broadcast,
    "clamp": _plain(lambda low, x, high: np.minimum(np.maximum(x, low), high)),
    "concatenate": lambda params, *xs: np.concatenate(xs, params["dimension"]),
    "convert_element_type": lambda params, x: x.astype(params["new_dtype"]),
    "copy": _plain(np.array),
    "copy_p": _plain(np.array),
    "div": _divide,
    "eq": _plain(np.equal),
    "ge": _plain(np.greater_equal),
    "gt": _plain(np.greater),
    "iota": _iota,
    "le": _plain(np.less_equal),
    "lt": _plain(np.less),
    "max": _plain(np.maximum),
    "min": _plain(np.minimum),
    "mul": _plain(np.multiply),
    "ne": _plain(np.not_equal),
    "neg": _plain(np.negative),
    "not": _plain(np.invert),
    "or": _plain(np.bitwise_or),
    "rem": _remainder,
    "reshape": lambda params, x: x.reshape(params["new_sizes"]),
    "rev": lambda params, x: np.flip(x, params["dimensions"]),
    "select_n": _plain(lambda which, *xs: np.choose(which.astype(np.int64), xs)),
    "sign": _plain(np.sign),
    "slice": _slice,
    "squeeze": lambda params, x: np.squeeze(x, params["dimensions"]),
    "stack": lambda params, *xs: np.stack(xs, params["axis"]),
    "stop_gradient": _plain(np.array),
    "sub": _plain(np.subtract),
    "tile": lambda params, x: np.tile(x, params["reps"]),
    "transpose": lambda params, x: np.transpose(x, params["permutation"]),
    "xor": _plain(np.bitwise_xor),
}


def is_index(value: Any) -> bool:
    """Whether an array or an aval holds integers or booleans, and not too many."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    return kind in "biu" and kind != "" and value.size <= LARGEST


def fold_integers(
    eqns: Iterable[JaxprEqn], known: Mapping[Var, np.ndarray]
) -> dict[Var, np.ndarray]:
    """All integers that follow from those known.

    What has no rule stays unknown. O(equations + elements).
    """
    values = dict(known)

    def read(atom: Any) -> np.ndarray | None:
        if is_literal(atom):
            return np.asarray(atom.val) if is_index(atom.aval) else None
        return values.get(atom)

    for eqn in eqns:
        if not any(is_index(v.aval) for v in eqn.outvars):
            continue
        operands = [read(a) for a in eqn.invars]
        body = compat.called_jaxpr(eqn)
        if body is not None:
            inner = {
                v: x
                for v, x in zip(body.jaxpr.invars, operands, strict=True)
                if x is not None
            }
            inner.update(constants_known(body))
            inner = fold_integers(body.jaxpr.eqns, inner)
            for outer, atom in zip(eqn.outvars, body.jaxpr.outvars, strict=True):
                value = None if is_literal(atom) else inner.get(atom)
                if value is not None:
                    values[outer] = value
            continue
        rule = _RULES.get(eqn.primitive.name)
        if rule is None or any(x is None for x in operands):
            continue
        try:
            with np.errstate(all="ignore"):
                value = np.asarray(rule(eqn.params, *operands))
        except (ArithmeticError, KeyError, TypeError, ValueError):
            continue
        aval = eqn.outvars[0].aval
        if value.shape == aval.shape:
            values[eqn.outvars[0]] = value.astype(aval.dtype)
    return values


def constants_known(closed: Any) -> dict[Var, np.ndarray]:
    """The integer constants of a closed jaxpr whose values are at hand."""
    found = {}
    for variable, value in zip(closed.jaxpr.constvars, closed.consts, strict=True):
        if is_index(variable.aval):
            array = compat.known_array(value)
            if array is not None:
                found[variable] = array
    return found
