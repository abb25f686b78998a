"""The derivative of a function as a list of linear equations, found by JAX itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from . import _compat as compat
from ._compat import JaxprEqn, Var, is_literal
from ._fold import LARGEST, constants_known, fold_integers, is_index
from ._inline import Flattener, outside, split, without_dead


class Unsupported(Exception):
    """Why a function is left to JAX's own modes; its text goes into the report."""


@dataclass(frozen=True)
class Linear:
    """A linear map: `eqns` take `invars` to `outvars`, given `constvars`.

    Every equation has an operand that depends on `invars`; what doesn't is among
    the constants, the residuals of the primal.
    """

    constvars: tuple[Var, ...]
    invars: tuple[Var, ...]
    outvars: tuple[Var, ...]
    eqns: tuple[JaxprEqn, ...]

    @property
    def rows(self) -> int:
        """Size m of the result, all its arrays together."""
        return sum(v.aval.size for v in self.outvars)

    @property
    def columns(self) -> int:
        """Size n of the argument, all its arrays together."""
        return sum(v.aval.size for v in self.invars)

    def __call__(
        self, constants: Mapping[Var, Any], arguments: Sequence[Any]
    ) -> list[Any]:
        """One product J·v, v and the result as lists of arrays."""
        run = compat.function_of(
            (*self.constvars, *self.invars), self.outvars, self.eqns
        )
        return run(*(constants[v] for v in self.constvars), *arguments)


@dataclass(frozen=True)
class Linearised:
    """A function of n inputs and its derivative, both as equations.

    `primal` takes the traced arguments to the outputs, then to the residuals, among
    which `residuals` says where the value of a variable is. `linear` is the
    derivative, J·v (`transposed`: u·J), in terms of `residuals`, `constants` and what
    `prologue` computes from them.
    """

    primal: Any
    outputs: int
    residuals: Mapping[Var, int]
    constants: Mapping[Var, Any]
    prologue: Linear
    linear: Linear
    arguments: tuple[Any, ...]
    results: tuple[Any, ...]
    input_avals: tuple[Any, ...]
    output_avals: tuple[Any, ...]
    known: Mapping[Var, np.ndarray]
    transposed: bool = False

    @property
    def ends(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The variables of the differentiated arrays, and of the outputs.

        What is not a variable of `linear` has no derivative.
        """
        if self.transposed:
            return self.results, self.arguments
        return self.arguments, self.results

    def evaluate(self, traced: Sequence[Any]) -> tuple[list[Any], dict[Var, Any]]:
        """The outputs, and the constants of `linear`, at a point."""
        values = compat.evaluate(self.primal)(*traced)
        outputs, residuals = values[: self.outputs], values[self.outputs :]
        environment = dict(self.constants)
        environment.update((v, residuals[at]) for v, at in self.residuals.items())
        if self.prologue.eqns:
            made = self.prologue(environment, ())
            environment.update(zip(self.prologue.outvars, made, strict=True))
        return outputs, environment


def is_real(aval: Any) -> bool:
    """Whether an aval is an array of real floating-point numbers."""
    dtype = getattr(aval, "dtype", None)
    return dtype is not None and jax.dtypes.issubdtype(dtype, np.floating)


def linearise(
    function: Callable[..., tuple[list[Any], list[Any]]],
    differentiated: Sequence[Any],
    others: Sequence[Any] = (),
) -> Linearised:
    """Trace a function of arrays and let JAX take its derivative.

    `function(*differentiated, *others)` gives its outputs and auxiliary arrays;
    the derivative is that of the outputs with respect to `differentiated`.
    Nothing is computed: shapes are enough.

    Raises `Unsupported` where the derivative is not a real linear map that can be
    taken apart, and whatever `function` itself raises.
    """
    traced: dict[str, Any] = {}

    def primal(*arguments: Any) -> list[Any]:
        xs, rest = arguments[: len(differentiated)], arguments[len(differentiated) :]
        outputs, auxiliary, jaxpr, transposed = _derivative(function, xs, rest)
        if not outputs:
            raise Unsupported("a function without outputs")
        for output in map(jax.typeof, outputs):
            if not is_real(output):
                raise Unsupported(
                    f"outputs that are not real floating-point arrays, but {output}"
                )
        values = list(jaxpr.consts)
        lifted = [compat.is_tracer(v) for v in values]
        # Nothing that is only alive while tracing leaves it.
        traced.update(
            jaxpr=jaxpr.jaxpr,
            constants=[
                None if lift else v for v, lift in zip(values, lifted, strict=True)
            ],
            lifted=lifted,
            transposed=transposed,
            outputs=len(outputs) + len(auxiliary),
            results=[jax.typeof(y) for y in outputs],
        )
        residuals = [v for v, lift in zip(values, lifted, strict=True) if lift]
        return [*outputs, *auxiliary, *residuals]

    closed = jax.make_jaxpr(primal)(*differentiated, *others)
    if closed.effects:
        raise Unsupported("side effects")
    return _take_apart(closed, len(differentiated), **traced)


def _derivative(function: Any, xs: Sequence[Any], rest: Sequence[Any]) -> Any:
    """Outputs, auxiliary arrays, the derivative's jaxpr and its direction."""

    def of_xs(*xs: Any) -> Any:
        return function(*xs, *rest)

    # A function of our own has a name; that of JAX's is its whole jaxpr, written out.
    outputs, linear, auxiliary = jax.linearize(of_xs, *xs, has_aux=True)
    tangents = jax.make_jaxpr(lambda *ts: linear(*ts))(*xs)
    if not _without_tangents(tangents.jaxpr):
        return outputs, auxiliary, tangents, False
    outputs, pullback, auxiliary = jax.vjp(of_xs, *xs, has_aux=True)
    adjoints = jax.make_jaxpr(lambda us: pullback(us))(list(outputs))
    return outputs, auxiliary, adjoints, True


def _without_tangents(jaxpr: Any) -> bool:
    """Whether a custom_vjp is somewhere inside."""
    return any(
        eqn.primitive.name in compat.ADJOINT_ONLY
        or any(_without_tangents(inner) for inner in compat.inner_jaxprs(eqn))
        for eqn in jaxpr.eqns
    )


def _take_apart(
    closed: Any,
    inputs: int,
    *,
    jaxpr: Any,
    constants: Sequence[Any],
    lifted: Sequence[bool],
    transposed: bool,
    outputs: int,
    results: Sequence[Any],
) -> Linearised:
    flattener = Flattener()
    residuals: dict[Var, int] = {}
    for variable, value, lift in zip(jaxpr.constvars, constants, lifted, strict=True):
        if lift:
            residuals[variable] = len(residuals)
        else:
            flattener.constants[variable] = value
    arguments = jaxpr.invars
    moving = flattener.inline(jaxpr, {}, fresh=False)

    linear, other, depends = split(flattener.eqns, arguments)
    # What has no entries has no derivative.
    kept = [not is_literal(e) and e in depends and e.aval.size > 0 for e in moving]
    ends_used = [e for e, stays in zip(moving, kept, strict=True) if stays]
    ends = [e if stays else None for e, stays in zip(moving, kept, strict=True)]
    linear, used = without_dead(linear, ends_used)
    for equation in linear:
        if equation.effects:
            raise Unsupported("side effects in the derivative")
        if compat.outer_axes(equation):
            # Forward mode counts what other devices send, reverse what they receive.
            raise Unsupported("communication along a mapped axis around it")
    fixed = tuple(outside(linear, depends))
    prologue, _ = without_dead(other, fixed) if other else ([], None)
    given = residuals.keys() | flattener.constants.keys()
    made = tuple(v for v in fixed if v not in given)
    made_here = {v for e in prologue for v in e.outvars}
    known = _known(closed, outputs, residuals, flattener.constants)
    known = fold_integers(prologue, known)
    outvars = [v for v in closed.jaxpr.outvars if not is_literal(v)]
    alive, _ = without_dead(closed.jaxpr.eqns, outvars)
    return Linearised(
        primal=closed.replace(jaxpr=closed.jaxpr.replace(eqns=alive)),
        outputs=outputs,
        residuals=residuals,
        constants=flattener.constants,
        prologue=Linear(tuple(outside(prologue, made_here)), (), made, tuple(prologue)),
        linear=Linear(
            fixed,
            tuple(v for v in arguments if v in used),
            tuple(dict.fromkeys(ends_used)),
            tuple(linear),
        ),
        arguments=tuple(arguments),
        results=tuple(ends),
        input_avals=tuple(closed.in_avals[:inputs]),
        output_avals=tuple(results),
        known={v: known[v] for v in fixed if v in known}
        | _numbers(fixed, flattener.constants),
        transposed=transposed,
    )


def _numbers(
    variables: Sequence[Var], constants: Mapping[Var, Any]
) -> dict[Var, np.ndarray]:
    """Real constants at hand: where a mask or a matrix is zero decides structure."""
    found = {}
    for variable in variables:
        value = constants.get(variable)
        if value is not None and is_real(variable.aval):
            array = compat.known_array(value)
            if array is not None and array.size <= LARGEST:
                found[variable] = array
    return found


def _known(
    closed: Any,
    outputs: int,
    residuals: Mapping[Var, int],
    constants: Mapping[Var, Any],
) -> dict[Var, np.ndarray]:
    """Residuals and constants that are integers and don't depend on any argument."""
    known = {}
    indices = [v for v in residuals if is_index(v.aval)]
    inside = (
        fold_integers(closed.jaxpr.eqns, constants_known(closed)) if indices else {}
    )
    for variable in indices:
        atom = closed.jaxpr.outvars[outputs + residuals[variable]]
        value = np.asarray(atom.val) if is_literal(atom) else inside.get(atom)
        if value is not None:
            known[variable] = value
    for variable, value in constants.items():
        if is_index(variable.aval):
            array = compat.known_array(value)
            if array is not None:
                known[variable] = array
    return known
