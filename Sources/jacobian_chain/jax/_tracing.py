"""From a function to its derivative as equations, found by JAX itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from . import _compat as compat
from ._compat import JaxprEqn, Var, is_literal
from ._fold import LARGEST, constants_known, fold_integers, is_index
from ._inline import Flattener, outside, split, without_dead
from ._linear import Equations, Linear, Linearised, Unsupported, is_real

# A function of arrays: its outputs and auxiliary arrays.
Function = Callable[..., tuple[list[Any], list[Any]]]

_NOTHING = Equations((), (), (), ())

# JAX differentiates a call once, however often it is there, and compiles it as one
# when it isn't traced: with more equations than this inlined that is worth more.
_INLINED = 1.5


def linearise(
    function: Function, differentiated: Sequence[Any], others: Sequence[Any] = ()
) -> Linearised:
    """Trace a function of arrays and let JAX take its derivative.

    `function(*differentiated, *others)` gives its outputs and auxiliary arrays;
    the derivative is that of the outputs with respect to `differentiated`.
    Nothing is computed: shapes are enough.

    Raises `Unsupported` where the derivative is not a real linear map that can be
    taken apart, and whatever `function` itself raises.
    """
    found = _with_tangents(function, differentiated, others)
    return found or _with_residuals(function, differentiated, others)


def _with_tangents(
    function: Function, differentiated: Sequence[Any], others: Sequence[Any]
) -> Linearised | None:
    """One trace of the function and its tangents, and which equations are linear.

    That takes a third of what `jax.linearize` does. None where equations compute
    values and tangents at once, as loops and branches do; and for a custom_vjp.
    """
    count, outputs = len(differentiated), 0

    def both(*arrays: Any) -> list[Any]:
        nonlocal outputs
        xs, seeds, rest = arrays[:count], arrays[count : 2 * count], arrays[2 * count :]
        values, tangents, auxiliary = jax.jvp(
            lambda *xs: _checked(function(*xs, *rest)), xs, seeds, has_aux=True
        )
        outputs = len(values)
        return [*values, *auxiliary, *tangents]

    try:
        closed = jax.make_jaxpr(both)(*differentiated, *differentiated, *others)
    except jax.errors.JAXTypeError:
        raise
    except TypeError:  # a custom_vjp; what `function` itself raises it raises again
        return None
    if closed.effects:
        raise Unsupported("side effects")
    flattener = Flattener()
    flattener.constants.update(zip(closed.jaxpr.constvars, closed.consts, strict=True))
    ends = flattener.inline(closed.jaxpr, {}, fresh=False)
    arguments = closed.jaxpr.invars
    points = (*arguments[:count], *arguments[2 * count :])
    values, moving = ends[: len(ends) - outputs], ends[len(ends) - outputs :]
    seeds = arguments[count : 2 * count]
    linear, other, results, depends = _linear_part(flattener.eqns, seeds, moving)
    if any(map(_computes_values, linear.eqns)) or not depends.isdisjoint(
        v for v in values if not is_literal(v)
    ):
        return None
    kept = [v for v in linear.constvars if v not in flattener.constants]
    known: dict[Var, np.ndarray] = {}
    if any(is_index(v.aval) for v in linear.constvars):
        known = fold_integers(other, _indices(flattener.constants))
    return Linearised(
        primal=_alive(other, points, (*values, *kept)),
        outputs=len(values),
        residuals={v: at for at, v in enumerate(kept)},
        constants=flattener.constants,
        prologue=_NOTHING,
        linear=linear,
        arguments=tuple(seeds),
        results=results,
        input_avals=tuple(v.aval for v in seeds),
        output_avals=tuple(closed.out_avals[:outputs]),
        known=_known_of(linear.constvars, known, flattener.constants),
        literal=len(flattener.eqns) <= _INLINED * len(closed.jaxpr.eqns),
    )


def _checked(result: tuple[list[Any], list[Any]]) -> tuple[list[Any], list[Any]]:
    """A function's outputs and auxiliary arrays, if all outputs are real."""
    outputs = result[0]
    if not outputs:
        raise Unsupported("a function without outputs")
    for output in map(jax.typeof, outputs):
        if not is_real(output):
            raise Unsupported(
                f"outputs that are not real floating-point arrays, but {output}"
            )
    return result


def _computes_values(equation: JaxprEqn) -> bool:
    """Whether an equation on tangents may give values, too, or has no tangents.

    Rules of derivatives take values and tangents apart, but for loops and branches.
    """
    if equation.primitive.name in compat.ADJOINT_ONLY:
        return True
    if equation.primitive.name.startswith("scatter"):
        return False  # its jaxpr adds two numbers
    return bool(compat.inner_jaxprs(equation))


def _linear_part(
    eqns: Sequence[JaxprEqn], arguments: Sequence[Var], moving: Sequence[Any]
) -> tuple[Linear, list[JaxprEqn], tuple[Any, ...], set[Var]]:
    """What takes `arguments` to `moving`; what else there is; what has derivatives.

    The last two: `moving`, None where it doesn't depend on the arguments, and all
    that does.
    """
    linear, other, depends = split(eqns, arguments)
    # What has no entries has no derivative.
    kept = [not is_literal(e) and e in depends and e.aval.size > 0 for e in moving]
    ends = [e for e, stays in zip(moving, kept, strict=True) if stays]
    linear, used = without_dead(linear, ends)
    for equation in linear:
        if equation.effects:
            raise Unsupported("side effects in the derivative")
        if compat.outer_axes(equation):
            # Forward mode counts what other devices send, reverse what they receive.
            raise Unsupported("communication along a mapped axis around it")
    map_ = Linear(
        tuple(outside(linear, depends)),
        tuple(v for v in arguments if v in used),
        tuple(dict.fromkeys(ends)),
        tuple(linear),
    )
    results = tuple(e if stays else None for e, stays in zip(moving, kept, strict=True))
    return map_, other, results, depends


def _alive(
    eqns: Sequence[JaxprEqn], invars: Sequence[Var], outvars: Sequence[Any]
) -> Equations:
    """Equations for some of their variables; what they don't make is constant."""
    ends = [v for v in outvars if not is_literal(v)]
    alive, _ = without_dead(eqns, ends)
    inside = {*invars, *(v for e in alive for v in e.outvars)}
    fixed = outside(alive, inside) | {v: None for v in ends if v not in inside}
    return Equations(tuple(fixed), tuple(invars), tuple(outvars), tuple(alive))


def _with_residuals(
    function: Function, differentiated: Sequence[Any], others: Sequence[Any]
) -> Linearised:
    """The primal and its linear map apart, loops and branches included."""
    traced: dict[str, Any] = {}

    def primal(*arguments: Any) -> list[Any]:
        xs, rest = arguments[: len(differentiated)], arguments[len(differentiated) :]
        outputs, auxiliary, jaxpr, transposed = _derivative(
            lambda *xs: _checked(function(*xs, *rest)), xs
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


def _derivative(of_xs: Any, xs: Sequence[Any]) -> Any:
    """Outputs, auxiliary arrays, the derivative's jaxpr and its direction."""
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
    linear, other, ends, _ = _linear_part(flattener.eqns, arguments, moving)
    fixed = linear.constvars
    given = residuals.keys() | flattener.constants.keys()
    made = tuple(v for v in fixed if v not in given)
    prologue = _alive(other, (), made)
    known = _known_residuals(closed, outputs, residuals)
    known = fold_integers(prologue.eqns, known | _indices(flattener.constants))
    own = dict(zip(closed.jaxpr.constvars, closed.consts, strict=True))
    return Linearised(
        primal=_alive(closed.jaxpr.eqns, closed.jaxpr.invars, closed.jaxpr.outvars),
        outputs=outputs,
        residuals=residuals,
        constants=flattener.constants | own,
        prologue=prologue,
        linear=linear,
        arguments=tuple(arguments),
        results=ends,
        input_avals=tuple(closed.in_avals[:inputs]),
        output_avals=tuple(results),
        known=_known_of(fixed, known, flattener.constants),
        transposed=transposed,
    )


def _known_residuals(
    closed: Any, outputs: int, residuals: Mapping[Var, int]
) -> dict[Var, np.ndarray]:
    """Residuals that are integers and don't depend on any argument."""
    found = {}
    indices = [v for v in residuals if is_index(v.aval)]
    inside = (
        fold_integers(closed.jaxpr.eqns, constants_known(closed)) if indices else {}
    )
    for variable in indices:
        atom = closed.jaxpr.outvars[outputs + residuals[variable]]
        value = np.asarray(atom.val) if is_literal(atom) else inside.get(atom)
        if value is not None:
            found[variable] = value
    return found


def _indices(constants: Mapping[Var, Any]) -> dict[Var, np.ndarray]:
    """The integers among constants, those that are at hand."""
    found = {}
    for variable, value in constants.items():
        if is_index(variable.aval):
            array = compat.known_array(value)
            if array is not None:
                found[variable] = array
    return found


def _known_of(
    variables: Sequence[Var],
    known: Mapping[Var, np.ndarray],
    constants: Mapping[Var, Any],
) -> dict[Var, np.ndarray]:
    """What is known of some variables: integers, and real constants at hand.

    Where a mask or a matrix is zero decides structure.
    """
    found = {v: known[v] for v in variables if v in known}
    for variable in variables:
        value = constants.get(variable)
        if value is not None and is_real(variable.aval):
            array = compat.known_array(value)
            if array is not None and array.size <= LARGEST:
                found[variable] = array
    return found
