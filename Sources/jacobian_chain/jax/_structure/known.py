"""Values that are known while tracing: indices, masks, constant matrices.

Evaluated on demand with NumPy, so that an index that is computed inside the
function (`x[jnp.arange(n)[::2]]`) is as good as a constant one and nothing is
compiled. Floating sums are left unknown: their zeros are no structure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from .program import Equation, Program

Array = np.ndarray[Any, np.dtype[Any]]
_Rule = Callable[[Mapping[str, Any], Sequence[Array]], Array]

#: Larger values are not evaluated: 8 MiB of 64-bit words.
LIMIT = 1 << 20


class Unknown(Exception):
    """A value that NumPy and XLA don't agree on."""


class Known:
    """The known values of a program's variables; others are None.

    Attributes
    ----------
        evaluated: entries of all values that were computed to know them.
    """

    def __init__(
        self, program: Program, given: Mapping[int, Array | None] | None = None
    ) -> None:
        self.evaluated = 0
        self._program = program
        self._values: dict[int, Array | None] = dict(given or {})
        # Floats that compilers may round in another way: only their zeros are certain.
        self._rounded: set[int] = set()
        self._makers = {
            output: equation
            for equation in program.equations
            for output in equation.outputs
        }

    def __getitem__(self, variable: int) -> Array | None:
        pending = [variable]
        while pending:
            top = pending[-1]
            if top in self._values:
                pending.pop()
                continue
            missing = self._missing(top)
            if missing:
                pending.extend(missing)
            else:
                self._values[top] = self._evaluated(top)
                pending.pop()
        return self._values[variable]

    def _missing(self, variable: int) -> list[int]:
        maker = self._makers.get(variable)
        if maker is None or not self._evaluable(maker):
            return []
        return [i for i in maker.inputs if i not in self._values]

    def _evaluable(self, equation: Equation) -> bool:
        return equation.name in _RULES and all(
            self._program.size(v) <= LIMIT
            for v in (*equation.inputs, *equation.outputs)
        )

    def _evaluated(self, variable: int) -> Array | None:
        if variable in self._program.constants:
            return _concrete(self._program.constants[variable])
        maker = self._makers.get(variable)
        if maker is None or not self._evaluable(maker):
            return None
        operands = [self._values[i] for i in maker.inputs]
        if any(o is None for o in operands):
            return None
        arrays = [o for o in operands if o is not None]
        if maker.name in _INTEGERS_ONLY and any(
            o.dtype.kind not in "iub" for o in arrays
        ):
            return None
        aval = self._program.avals[variable]
        rounded = not self._rounded.isdisjoint(maker.inputs) or (
            maker.name == "mul" and _rounds(arrays)
        )
        if rounded and aval.dtype.kind in "iub":
            return None
        try:
            with np.errstate(all="ignore"):
                result = _RULES[maker.name](maker.params, arrays)
        except Unknown:
            return None
        if tuple(result.shape) != tuple(aval.shape):
            return None
        if rounded:
            self._rounded.add(variable)
        self.evaluated += result.size
        return np.asarray(result).astype(aval.dtype, copy=False)


def _rounds(factors: Sequence[Array]) -> bool:
    """Whether a product is one of floats, none of them a mask."""
    return not any(
        f.dtype.kind in "iub" or np.isin(f, (-1.0, 0.0, 1.0)).all() for f in factors
    )


def _concrete(value: Any) -> Array | None:
    if isinstance(value, jax.core.Tracer) or np.size(value) > LIMIT:
        return None
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def _broadcast(params: Mapping[str, Any], operands: Sequence[Array]) -> Array:
    shape, places = params["shape"], params["broadcast_dimensions"]
    laid = [1] * len(shape)
    for place, size in zip(places, operands[0].shape, strict=True):
        laid[place] = size
    return np.broadcast_to(operands[0].reshape(laid), shape)


def _iota(params: Mapping[str, Any], operands: Sequence[Array]) -> Array:
    shape, along = params["shape"], params["dimension"]
    laid = [1] * len(shape)
    laid[along] = shape[along]
    return np.broadcast_to(np.arange(shape[along]).reshape(laid), shape)


def _slice(params: Mapping[str, Any], operands: Sequence[Array]) -> Array:
    strides = params["strides"] or (1,) * operands[0].ndim
    window = zip(params["start_indices"], params["limit_indices"], strides, strict=True)
    return operands[0][tuple(slice(*part) for part in window)]


def _reshape(params: Mapping[str, Any], operands: Sequence[Array]) -> Array:
    (array,), order = operands, params.get("dimensions")
    laid = array if order is None else np.transpose(array, order)
    return laid.reshape(params["new_sizes"])


def _select(params: Mapping[str, Any], operands: Sequence[Array]) -> Array:
    which, cases = operands[0], operands[1:]
    result = cases[0]
    for number, case in enumerate(cases[1:], start=1):
        result = np.where(which == number, case, result)
    return result


def _remainder(params: Mapping[str, Any], operands: Sequence[Array]) -> Array:
    if not operands[1].all():
        raise Unknown
    return np.fmod(*operands)


def _quotient(params: Mapping[str, Any], operands: Sequence[Array]) -> Array:
    above, below = operands
    return (above - _remainder(params, operands)) // below


def _converted(params: Mapping[str, Any], operands: Sequence[Array]) -> Array:
    (array,), dtype = operands, np.dtype(params["new_dtype"])
    if dtype.kind in "iu" and array.dtype.kind not in "iub":
        # What has no such integer is rounded by every machine in its own way.
        limits = np.iinfo(dtype)
        if not ((array >= limits.min) & (array < limits.max)).all():
            raise Unknown
    return array.astype(dtype)


def _binary(function: Callable[..., Any]) -> _Rule:
    return lambda params, operands: np.asarray(function(*operands))


_INTEGERS_ONLY = frozenset(
    {"add", "sub", "div", "rem", "reduce_sum", "cumsum", "and", "or", "not", "xor"}
)

_RULES: dict[str, _Rule] = {
    "iota": _iota,
    "broadcast_in_dim": _broadcast,
    "slice": _slice,
    "select_n": _select,
    "rem": _remainder,
    "div": _quotient,
    "reshape": _reshape,
    "squeeze": lambda p, o: np.squeeze(o[0], tuple(p["dimensions"])),
    "expand_dims": lambda p, o: np.expand_dims(o[0], tuple(p["dimensions"])),
    "transpose": lambda p, o: np.transpose(o[0], p["permutation"]),
    "concatenate": lambda p, o: np.concatenate(o, axis=p["dimension"]),
    "rev": lambda p, o: np.flip(o[0], tuple(p["dimensions"])),
    "convert_element_type": _converted,
    "copy": lambda p, o: o[0],
    "copy_p": lambda p, o: o[0],
    "stop_gradient": lambda p, o: o[0],
    "clamp": lambda p, o: np.minimum(np.maximum(o[1], o[0]), o[2]),
    "reduce_sum": lambda p, o: np.sum(o[0], axis=tuple(p["axes"])),
    "add": _binary(np.add),
    "sub": _binary(np.subtract),
    "mul": _binary(np.multiply),
    "neg": lambda p, o: -o[0] if o[0].dtype.kind != "b" else o[0],
    "max": _binary(np.maximum),
    "min": _binary(np.minimum),
    "lt": _binary(np.less),
    "le": _binary(np.less_equal),
    "gt": _binary(np.greater),
    "ge": _binary(np.greater_equal),
    "eq": _binary(np.equal),
    "ne": _binary(np.not_equal),
    "and": _binary(np.bitwise_and),
    "or": _binary(np.bitwise_or),
    "xor": _binary(np.bitwise_xor),
    "not": lambda p, o: ~o[0] if o[0].dtype.kind in "iub" else o[0],
}
