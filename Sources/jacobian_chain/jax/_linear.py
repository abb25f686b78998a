"""The derivative of a function as a list of linear equations, found by JAX itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np

from . import _compat as compat
from ._compat import JaxprEqn, Var, is_literal
from ._fold import LARGEST, constants_known, fold_integers, is_index


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

    `primal` takes the traced arguments to the outputs, then to the values of
    `residuals`. `linear` is the derivative, J·v (`transposed`: u·J), in terms of
    `residuals`, `constants` and what `prologue` computes from them.
    """

    primal: Any
    outputs: int
    residuals: tuple[Var, ...]
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
        outputs = values[: self.outputs]
        environment = dict(self.constants)
        environment.update(zip(self.residuals, values[self.outputs :], strict=True))
        if self.prologue.eqns:
            made = self.prologue(environment, ())
            environment.update(zip(self.prologue.outvars, made, strict=True))
        return outputs, environment


@dataclass
class _Flattener:
    """Inlines calls with fresh variables, so that equations can be told apart."""

    eqns: list[JaxprEqn] = field(default_factory=list)
    constants: dict[Var, Any] = field(default_factory=dict)

    def inline(self, jaxpr: Any, names: dict[Var, Any]) -> list[Any]:
        def read(atom: Any) -> Any:
            return atom if is_literal(atom) else names[atom]

        for eqn in jaxpr.eqns:
            operands = [read(a) for a in eqn.invars]
            body = compat.called_jaxpr(eqn)
            if body is None:
                results = [compat.new_variable(v) for v in eqn.outvars]
                self.eqns.append(eqn.replace(invars=operands, outvars=results))
            else:
                inner = dict(zip(body.jaxpr.invars, operands, strict=True))
                for variable, value in zip(
                    body.jaxpr.constvars, body.consts, strict=True
                ):
                    inner[variable] = fresh = compat.new_variable(variable)
                    self.constants[fresh] = value
                results = self.inline(body.jaxpr, inner)
            names.update(zip(eqn.outvars, results, strict=True))
        return [read(a) for a in jaxpr.outvars]


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
    flattener = _Flattener()
    names: dict[Var, Any] = {}
    residuals = []
    for variable, value, lift in zip(jaxpr.constvars, constants, lifted, strict=True):
        names[variable] = fresh = compat.new_variable(variable)
        if lift:
            residuals.append(fresh)
        else:
            flattener.constants[fresh] = value
    arguments = [compat.new_variable(v) for v in jaxpr.invars]
    names.update(zip(jaxpr.invars, arguments, strict=True))
    ends = flattener.inline(jaxpr, names)

    linear, other = _split(flattener.eqns, arguments)
    depends = {v for e in linear for v in e.outvars} | set(arguments)
    linear, ends_used = _without_dead(linear, [e for e in ends if _in(e, depends)])
    used = {a for e in linear for a in e.invars if not is_literal(a)}
    used |= set(ends_used)
    for equation in linear:
        if equation.effects:
            raise Unsupported("side effects in the derivative")
        if compat.outer_axes(equation):
            # Forward mode counts what other devices send, reverse what they receive.
            raise Unsupported("communication along a mapped axis around it")
    fixed = tuple(
        dict.fromkeys(
            a
            for e in linear
            for a in e.invars
            if not is_literal(a) and a not in depends
        )
    )
    prologue_eqns, _ = _without_dead(other, fixed)
    given = set(residuals) | set(flattener.constants)
    made = tuple(v for v in fixed if v not in given)
    before = tuple(
        dict.fromkeys(
            a
            for e in prologue_eqns
            for a in e.invars
            if not is_literal(a) and a in given
        )
    )
    known = _known(closed, inputs, outputs, residuals, flattener.constants)
    known = fold_integers(prologue_eqns, known)
    return Linearised(
        primal=closed,
        outputs=outputs,
        residuals=tuple(residuals),
        constants=flattener.constants,
        prologue=Linear(before, (), made, tuple(prologue_eqns)),
        linear=Linear(
            fixed,
            tuple(v for v in arguments if v in used),
            tuple(dict.fromkeys(ends_used)),
            tuple(linear),
        ),
        arguments=tuple(arguments),
        results=tuple(None if is_literal(e) else e for e in ends),
        input_avals=tuple(closed.in_avals[:inputs]),
        output_avals=tuple(results),
        known={v: known[v] for v in fixed if v in known}
        | _numbers(fixed, flattener.constants),
        transposed=transposed,
    )


def _in(atom: Any, variables: set[Var]) -> bool:
    return not is_literal(atom) and atom in variables


def _split(
    eqns: Sequence[JaxprEqn], arguments: Sequence[Var]
) -> tuple[list[JaxprEqn], list[JaxprEqn]]:
    """Equations that depend on the arguments, and those that don't."""
    depends = set(arguments)
    linear, other = [], []
    for eqn in eqns:
        if any(_in(a, depends) for a in eqn.invars):
            linear.append(eqn)
            depends.update(eqn.outvars)
        else:
            other.append(eqn)
    return linear, other


def _without_dead(
    eqns: Sequence[JaxprEqn], ends: Sequence[Any]
) -> tuple[list[JaxprEqn], tuple[Any, ...]]:
    """The equations that `ends` need, in order."""
    needed = set(ends)
    kept = []
    for eqn in reversed(eqns):
        if eqn.effects or any(v in needed for v in eqn.outvars):
            kept.append(eqn)
            needed.update(a for a in eqn.invars if not is_literal(a))
    return kept[::-1], tuple(ends)


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
    inputs: int,
    outputs: int,
    residuals: Sequence[Var],
    constants: Mapping[Var, Any],
) -> dict[Var, np.ndarray]:
    """Residuals and constants that are integers and don't depend on any argument."""
    inside = fold_integers(closed.jaxpr.eqns, constants_known(closed))
    known = {}
    for variable, atom in zip(residuals, closed.jaxpr.outvars[outputs:], strict=True):
        if not is_index(variable.aval):
            continue
        value = np.asarray(atom.val) if is_literal(atom) else inside.get(atom)
        if value is not None:
            known[variable] = value
    for variable, value in constants.items():
        if is_index(variable.aval):
            array = compat.known_array(value)
            if array is not None:
                known[variable] = array
    return known
