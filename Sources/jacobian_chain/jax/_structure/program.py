"""Straight-line programs: jaxprs with nested calls inlined, variables as numbers.

A `Program` is what every analysis of this folder walks. It is read from a
`ClosedJaxpr` once: nested jits are inlined with fresh variables, literals and
constants become variables with a value, dead equations are dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import numpy as np
from jax import lax
from jax.extend import core

# Calls that are nothing but their body. Custom derivatives stay closed: who
# differentiates the program again must still meet their rules.
_CALLS = frozenset({"jit", "pjit", "closed_call", "core_call"})
_BODIES = _CALLS | {"checkpoint", "remat", "remat2"}


@dataclass(frozen=True, eq=False)
class Equation:
    """One primitive applied to variables of its `Program`."""

    primitive: Any
    params: Mapping[str, Any]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    @property
    def name(self) -> str:
        name: str = self.primitive.name
        return name

    def bind(self, values: Sequence[Any]) -> list[Any]:
        """The outputs for given inputs, as JAX computes them."""
        params = self.primitive.get_bind_params(dict(self.params))
        functions: Sequence[Any] = ()
        if isinstance(params, tuple):  # up to jax 0.9
            functions, params = params
        result = self.primitive.bind(*functions, *values, **params)
        return list(result) if self.primitive.multiple_results else [result]


@dataclass(frozen=True, eq=False)
class Program:
    """Equations in order of evaluation; every variable is an index of `avals`.

    Attributes
    ----------
        avals: the abstract value (shape and dtype) of every variable.
        constants: the values of variables that are literals or constants;
            tracers are possible.
        inputs, outputs: variables; an output may be an input or a constant.
    """

    avals: tuple[Any, ...]
    constants: Mapping[int, Any]
    inputs: tuple[int, ...]
    equations: tuple[Equation, ...]
    outputs: tuple[int, ...]

    def shape(self, variable: int) -> tuple[int, ...]:
        return self._shapes[variable]

    def size(self, variable: int) -> int:
        return self._sizes[variable]

    @cached_property
    def _shapes(self) -> list[tuple[int, ...]]:
        return [tuple(getattr(aval, "shape", ())) for aval in self.avals]

    @cached_property
    def _sizes(self) -> list[int]:
        return [math.prod(shape) for shape in self._shapes]

    def depending_on(self, sources: Iterable[int]) -> frozenset[int]:
        """Variables that some path of equations joins with `sources`."""
        reached = set(sources)
        for equation in self.equations:
            if not reached.isdisjoint(equation.inputs):
                reached.update(equation.outputs)
        return frozenset(reached)

    @cached_property
    def last_uses(self) -> dict[int, int]:
        """The last equation that reads a variable, by number; one more for outputs."""
        found = {
            variable: position
            for position, equation in enumerate(self.equations)
            for variable in equation.inputs
        }
        return found | dict.fromkeys(self.outputs, len(self.equations))

    def restricted(self, outputs: Sequence[int]) -> Program:
        """The same program for some of its variables alone, dead code out."""
        needed = set(outputs)
        kept: list[Equation] = []
        for equation in reversed(self.equations):
            if not needed.isdisjoint(equation.outputs):
                kept.append(equation)
                needed.update(equation.inputs)
        return Program(
            self.avals,
            self.constants,
            self.inputs,
            tuple(reversed(kept)),
            tuple(outputs),
        )

    def evaluate(self, *values: Any) -> list[Any]:
        """The outputs, computed by JAX, equation by equation."""
        known = dict(self.constants)
        known.update(zip(self.inputs, values, strict=True))
        for equation in self.equations:
            results = equation.bind([known[i] for i in equation.inputs])
            known.update(zip(equation.outputs, results, strict=True))
        return [known[o] for o in self.outputs]


def from_jaxpr(closed: core.ClosedJaxpr) -> Program:
    """Reads a jaxpr: O(equations), nested calls included."""
    reader = _Reader()
    body = closed.jaxpr
    inputs = [reader.fresh(v.aval) for v in body.invars]
    outputs = reader.read(body, closed.consts, inputs)
    program = Program(
        tuple(reader.avals),
        reader.constants,
        tuple(inputs),
        tuple(reader.equations),
        tuple(outputs),
    )
    return program.restricted(outputs)


def from_equations(
    equations: Iterable[Any], inputs: Sequence[Any], outputs: Iterable[Any]
) -> Program:
    """Reads equations of a jaxpr; every free variable is among the inputs."""
    reader = _Reader()
    names = {v: reader.fresh(v.aval) for v in inputs}
    numbers = tuple(names[v] for v in inputs)
    found = reader.follow(equations, names, outputs)
    program = Program(
        tuple(reader.avals),
        reader.constants,
        numbers,
        tuple(reader.equations),
        tuple(found),
    )
    return program.restricted(found)


def body_of(params: Mapping[str, Any]) -> tuple[Any, Sequence[Any]] | None:
    """The jaxpr that a call carries, with its constants."""
    inner = params.get("jaxpr", params.get("call_jaxpr"))
    if inner is None:
        return None
    if isinstance(inner, core.ClosedJaxpr):
        return inner.jaxpr, inner.consts
    return inner, ()


def _stacked(params: Mapping[str, Any]) -> Callable[..., Any]:
    axis = params["axis"]
    return lambda *xs: lax.concatenate([lax.expand_dims(x, [axis]) for x in xs], axis)


def _unstacked(params: Mapping[str, Any]) -> Callable[..., Any]:
    axis = params["axis"]
    return lambda x: [
        lax.index_in_dim(x, k, axis, keepdims=False) for k in range(x.shape[axis])
    ]


def _tiled(params: Mapping[str, Any]) -> Callable[..., Any]:
    def tiled(x: Any) -> Any:
        for axis, count in enumerate(params["reps"]):
            x = lax.concatenate([x] * count, axis) if count > 1 else x
        return x

    return tiled


def _subtracted(params: Mapping[str, Any]) -> Callable[..., Any]:
    kept = {
        name: params[name]
        for name in (
            "dimension_numbers",
            "indices_are_sorted",
            "unique_indices",
            "mode",
        )
    }
    return lambda x, where, updates: lax.scatter_add(x, where, -updates, **kept)


#: Equations that are read as others, which have rules.
SPELLED: dict[str, Callable[[Mapping[str, Any]], Callable[..., Any]]] = {
    "stack": _stacked,
    "unstack": _unstacked,
    "tile": _tiled,
    "scatter-sub": _subtracted,
    "scatter_sub": _subtracted,
}


def _spelled(equation: Any) -> tuple[Any, Sequence[Any]]:
    """The equation as a jaxpr of other ones."""
    shapes = [jax.ShapeDtypeStruct(a.aval.shape, a.aval.dtype) for a in equation.invars]
    made = SPELLED[equation.primitive.name](equation.params)
    closed = jax.make_jaxpr(made)(*shapes)
    return closed.jaxpr, closed.consts


class _Reader:
    def __init__(self) -> None:
        self.avals: list[Any] = []
        self.constants: dict[int, Any] = {}
        self.equations: list[Equation] = []

    def fresh(self, aval: Any) -> int:
        self.avals.append(aval)
        return len(self.avals) - 1

    def read_as(self, variable: int) -> int:
        """What reads a result: one without elements has one value, and is constant."""
        aval = self.avals[variable]
        if getattr(aval, "size", 1) or not isinstance(aval.dtype, np.dtype):
            return variable
        return self.constant(aval, np.zeros(aval.shape, aval.dtype))

    def constant(self, aval: Any, value: Any) -> int:
        variable = self.fresh(aval)
        self.constants[variable] = value
        return variable

    def read(
        self, body: Any, constants: Sequence[Any], inputs: Sequence[int]
    ) -> list[int]:
        names: dict[Any, int] = dict(zip(body.invars, inputs, strict=True))
        for variable, value in zip(body.constvars, constants, strict=True):
            names[variable] = self.constant(variable.aval, value)
        return self.follow(body.eqns, names, body.outvars)

    def follow(
        self, equations: Iterable[Any], names: dict[Any, int], outputs: Iterable[Any]
    ) -> list[int]:
        """Reads equations on named variables; returns the outputs' names."""

        def name(atom: Any) -> int:
            if isinstance(atom, core.Literal):
                return self.constant(atom.aval, atom.val)
            return names[atom]

        for equation in equations:
            operands = [name(atom) for atom in equation.invars]
            inner = None
            if equation.primitive.name in _BODIES:
                inner = body_of(equation.params)
            elif equation.primitive.name in SPELLED:
                inner = _spelled(equation)
            if inner is not None:
                results = self.read(inner[0], inner[1], operands)
            else:
                results = [self.fresh(v.aval) for v in equation.outvars]
                self.equations.append(
                    Equation(
                        equation.primitive,
                        equation.params,
                        tuple(operands),
                        tuple(results),
                    )
                )
                results = [self.read_as(number) for number in results]
            names.update(zip(equation.outvars, results, strict=True))
        return [name(atom) for atom in outputs]


def batched(
    equation: Equation, values: Sequence[Any], axes: Sequence[int | None]
) -> list[Any]:
    """The outputs of an equation along a leading axis of some of its inputs."""
    if all(axis is None for axis in axes):
        return equation.bind(values)
    run: Callable[..., Any] = jax.vmap(
        lambda *operands: equation.bind(operands), in_axes=tuple(axes)
    )
    return list(run(*values))
