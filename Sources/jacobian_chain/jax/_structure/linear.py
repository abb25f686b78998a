"""The linear map of a function, as a program of its own.

Structure is read here and nowhere else. What a function looks like says nothing
about its derivative: a `custom_jvp` may sum where the function is elementwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .known import Known
from .program import Program, from_equations, from_jaxpr


class NotLinearisable(Exception):
    """A function whose tangents JAX can't trace, or that isn't real floating."""


@dataclass(frozen=True, eq=False)
class Linearised:
    """A function and its linear map in one program (x…, t…) → (y…, dy…).

    The Jacobian meant is m × n, all outputs and all inputs flattened and
    concatenated in order.

    Attributes
    ----------
        program: both halves; equations that depend on no t are the function,
            those that do are its linear map.
        points, seeds: the variables x, and t, those with a tangent.
        values, tangents: the variables y and dy.
        known: values that are known while tracing.
    """

    program: Program
    points: tuple[int, ...]
    seeds: tuple[int, ...]
    values: tuple[int, ...]
    tangents: tuple[int, ...]
    known: Known = field(repr=False)

    @cached_property
    def columns(self) -> int:
        return sum(self.program.size(v) for v in self.seeds)

    @cached_property
    def rows(self) -> int:
        return sum(self.program.size(v) for v in self.tangents)

    @cached_property
    def linear(self) -> frozenset[int]:
        """Variables that depend on a tangent seed."""
        return self.program.depending_on(self.seeds)


def linearise(function: Callable[..., Any], *inputs: Any) -> Linearised:
    """Traces a function with its linear map; nothing is computed.

    Args:
        function: flat arrays in, a flat sequence of arrays out, all of them
            real and floating.
        inputs: arrays or shapes (`jax.ShapeDtypeStruct`).

    Raises
    ------
        NotLinearisable: where JAX has no tangents (`custom_vjp`), or a dtype
            isn't a real floating one.
    """
    shapes = [jax.ShapeDtypeStruct(jnp.shape(x), x.dtype) for x in inputs]
    _refuse_others(shapes, "input")

    def both(points: Sequence[Any], seeds: Sequence[Any]) -> Any:
        flat = lambda *xs: tuple(function(*xs))  # noqa: E731
        values, push = jax.linearize(flat, *points)
        return values, push(*seeds)

    try:
        closed, out = jax.make_jaxpr(both, return_shape=True)(shapes, shapes)
    except (TypeError, NotImplementedError, ValueError) as error:
        raise NotLinearisable(str(error)) from error
    _refuse_others(out[0], "output")
    program = from_jaxpr(closed)
    if _transposes_only(closed.jaxpr):
        raise NotLinearisable("a custom_vjp has adjoints alone, no tangents")
    arity, half = len(shapes), len(program.outputs) // 2
    return Linearised(
        program,
        program.inputs[:arity],
        program.inputs[arity:],
        program.outputs[:half],
        program.outputs[half:],
        Known(program),
    )


def _transposes_only(jaxpr: Any) -> bool:
    """Whether some linear equation can't be evaluated, only transposed."""
    for equation in jaxpr.eqns:
        if equation.primitive.name == "custom_lin":
            return True
        inner = [
            getattr(item, "jaxpr", item)
            for value in equation.params.values()
            for item in (value if isinstance(value, (tuple, list)) else (value,))
        ]
        if any(_transposes_only(body) for body in inner if hasattr(body, "eqns")):
            return True
    return False


def from_linear(linear: Any, known: Mapping[Any, Any] | None = None) -> Linearised:
    """A linear map that is taken apart already.

    Args:
        linear: its `eqns` take `invars` to `outvars` (variables of a jaxpr), given
            `constvars`. The result's points are these constants, and it has no
            values: only the tangents are outputs.
        known: values of constants that are at hand: indices, masks, matrices.
    """
    given = (*linear.constvars, *linear.invars)
    program = from_equations(linear.eqns, given, linear.outvars)
    constants = len(linear.constvars)
    values = {
        number: np.asarray(known[variable])
        for variable, number in zip(linear.constvars, program.inputs, strict=False)
        if known and variable in known
    }
    return Linearised(
        program,
        program.inputs[:constants],
        program.inputs[constants:],
        (),
        program.outputs,
        Known(program, values),
    )


def _refuse_others(shapes: Sequence[Any], what: str) -> None:
    for position, shape in enumerate(shapes):
        if not jnp.issubdtype(shape.dtype, np.floating):
            raise NotLinearisable(
                f"{what} {position} is {shape.dtype}, not a real floating dtype"
            )
