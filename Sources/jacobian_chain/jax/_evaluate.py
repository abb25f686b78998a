"""From a call to its Jacobian: by a plan, or by JAX's own modes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import sparse

from ..errors import ChainError
from ._assembly import assembled, steps_of
from ._blocks import Block
from ._call import Call
from ._compat import Var, is_literal, typed_as
from ._execute import execute
from ._factored import FactoredJacobian
from ._held import DEAR, held
from ._linear import Linearised, Unsupported
from ._loops import loops_joined
from ._memory import chunks
from ._modes import by_jax, left_to_jax
from ._planning import Decision, decide, reuse
from ._prices import has_loops
from ._profiles import current_profile
from ._settings import Settings
from ._structure import Structured

# Shapes of arguments whose mode is remembered for a function.
_REMEMBERED = 256


def evaluate(
    fun: Any,
    settings: Settings,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    value: bool,
    delegated: dict[Any, str],
) -> tuple[Any, Any, Any]:
    """Value (if asked for), Jacobian and auxiliary data of a function.

    `delegated` remembers which calls of `fun` were left to a mode of JAX's, so that
    the next one like it isn't traced to find that out again.
    """
    mode = settings.chosen_mode
    if settings.plan is None and settings.plain and mode in ("forward", "reverse"):
        return by_jax(mode, fun, settings, args, kwargs, value)
    key = _key(settings, args, kwargs)
    if key in delegated:
        return left_to_jax(delegated[key], fun, settings, args, kwargs, value)
    try:
        found, left = _by_plan(fun, settings, args, kwargs)
        if left is not None and key is not None and len(delegated) < _REMEMBERED:
            delegated[key] = left
        if found is not None:
            return found
        return left_to_jax(left or "reverse", fun, settings, args, kwargs, value)
    except ChainError:
        raise
    except Exception as error:
        insists = mode == "plan" or settings.plan is not None or not settings.plain
        if isinstance(error, Unsupported) and insists:
            raise _not_possible(str(error)) from None
        if insists:
            raise
        # Whatever can't be taken apart JAX differentiates, or says why it can't.
        result = by_jax("reverse", fun, settings, args, kwargs, value)
        if not isinstance(error, (Unsupported, jax.errors.JAXTypeError)):
            kind = type(error).__name__
            warnings.warn(
                f"jacobian_chain left a function to jax.jacrev after {kind}: {error}. "
                "The result is right; please report the function.",
                RuntimeWarning,
                stacklevel=3,
            )
        return result


def _key(settings: Settings, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """What the choice of a mode depends on; None where that can't be compared.

    A function that changes behind our back at most gets the slower mode.
    """
    leaves, tree = jax.tree_util.tree_flatten((args, dict(kwargs)))
    kinds = [
        (np.shape(x), x.dtype, getattr(x, "weak_type", False))
        if hasattr(x, "dtype")
        else type(x)
        for x in leaves
    ]
    profile = settings.profile or current_profile()
    key = tree, tuple(kinds), settings.chosen_mode, profile
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _by_plan(
    fun: Any, settings: Settings, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, Any, Any] | None, str | None]:
    """Value, Jacobian and auxiliary data, or None; and what may be left to JAX.

    Where the trace at hand has the equations of the mode that is meant the function
    isn't traced again.
    """
    call, linearised, decision = prepare(fun, settings, args, kwargs)
    mode = decision.plan.mode
    left = None
    if mode != "plan" and settings.plain and _has_dtypes_of_jax(mode, linearised):
        left = mode
        if not linearised.literal:
            return None, left
    # What users allow themselves is about their functions.
    with jax.numpy_rank_promotion("allow"), jax.numpy_dtype_promotion("standard"):
        return _computed(call, linearised, decision, settings), left


def _computed(
    call: Call, linearised: Linearised, decision: Decision, settings: Settings
) -> tuple[Any, Any, Any]:
    """Value, Jacobian and auxiliary data, by what was decided."""
    if decision.structured is not None:
        outputs, constants = linearised.evaluate(call.traced)
        result, auxiliary = call.value(outputs)
        points = [constants[v] for v in linearised.linear.constvars]
        if settings.output_format == "dense":
            points = _held(linearised, points, decision.structured.entries)
        jac = _from_structure(call, linearised, decision.structured, points, settings)
        return result, jac, auxiliary
    outputs, blocks = _by_chain(call, linearised, decision, settings)
    result, auxiliary = call.value(outputs)
    if settings.output_format == "factored":
        matrices = [b.matrix() if b.mode == "adjoint" else b.matrix().T for b in blocks]
        return result, _operator(call, linearised, matrices), auxiliary
    tree = _all_blocks(linearised, blocks[0].tree())
    if settings.output_format == "bcoo":
        tree = [[_all_entries(block) for block in row] for row in tree]
    return result, call.jacobian(tree), auxiliary


def _held(linearised: Linearised, points: Sequence[Any], entries: int) -> list[Any]:
    """Coefficients that so many entries are made of, the dear ones computed before."""
    linear, primal = linearised.linear, linearised.primal
    dear = {v for e in primal.eqns if e.primitive.name in DEAR for v in e.outvars}
    ends = primal.outvars[linearised.outputs :]

    def is_dear(variable: Var) -> bool:
        place = linearised.residuals.get(variable)
        return place is not None and not is_literal(ends[place]) and ends[place] in dear

    return [
        held(value, entries) if is_dear(v) else value
        for v, value in zip(linear.constvars, points, strict=True)
    ]


def _by_chain(
    call: Call, linearised: Linearised, decision: Decision, settings: Settings
) -> tuple[list[Any], list[Block]]:
    """The outputs, and the Jacobian as operands of a last product."""
    blocks: list[Block] = []

    def both(*traced: Any) -> tuple[list[Any], list[tuple[Any, ...]]]:
        nonlocal blocks
        outputs, constants = linearised.evaluate(traced)
        blocks = _by_steps(linearised, decision, constants, settings)
        return outputs, [block.arrays for block in blocks]

    if has_loops(linearised.linear.eqns):
        both = loops_joined(both)
    outputs, arrays = both(*call.traced)
    return outputs, [
        replace(block, arrays=own) for block, own in zip(blocks, arrays, strict=True)
    ]


def _has_dtypes_of_jax(mode: str, linearised: Linearised) -> bool:
    """Whether a mode gives blocks in the dtypes of `jax.jacobian`, the inputs'.

    Those of `jax.jacfwd` have the outputs'. Weakly typed is another dtype.
    """
    avals = (*linearised.input_avals, *linearised.output_avals)
    kinds = {(aval.dtype, getattr(aval, "weak_type", False)) for aval in avals}
    return mode == "reverse" or len(kinds) == 1


def _by_steps(
    linearised: Linearised,
    decision: Decision,
    constants: Mapping[Var, Any],
    settings: Settings,
) -> list[Block]:
    """The Jacobian by the steps of a plan, or of a mode of JAX's."""
    if decision.pieces:
        return [assembled(decision, linearised.linear, constants)]
    steps, parts = steps_of(decision, linearised.linear, linearised.transposed)
    allowed = chunks(steps, parts, settings.limit) if settings.limit else {}

    def chunk(step: int) -> int | None:
        given = [n for n in (settings.chunk_size, allowed.get(step)) if n]
        return min(given, default=None)

    factored = settings.output_format == "factored"
    return execute(steps, parts, constants, chunk, settings.place, factored)


def _from_structure(
    call: Call,
    linearised: Linearised,
    found: Structured,
    points: Sequence[Any],
    settings: Settings,
) -> Any:
    """The Jacobian by one pass that keeps to the nonzeros."""
    if settings.output_format == "factored":
        return _operator(call, linearised, [found.matrix(*points)[1]])
    if settings.output_format == "dense" or found.pattern.is_dense:
        tree = _all_blocks(linearised, found.jacobian(*points)[1])
        if settings.output_format == "bcoo":
            tree = [[_all_entries(block) for block in row] for row in tree]
        return call.jacobian(tree)
    _, values = found.values(*points)
    return call.jacobian(_sparse_blocks(linearised, found.pattern, values))


def _all_entries(block: Any) -> sparse.BCOO:
    """A dense block as one that lists every entry."""
    # Where they are is known: `BCOO.fromdense` would look, and can't be mapped twice.
    places = np.indices(block.shape, np.int32).reshape(block.ndim, block.size).T
    return sparse.BCOO(
        (block.reshape(-1), jnp.asarray(places)),
        shape=block.shape,
        indices_sorted=True,
        unique_indices=True,
    )


def _sparse_blocks(
    linearised: Linearised, pattern: Any, values: Any
) -> list[list[sparse.BCOO]]:
    """Entries of the whole Jacobian as one BCOO for each output and input."""
    columns, rows = _places(linearised)
    linear = linearised.linear
    starts = [
        np.concatenate([[0], np.cumsum([v.aval.size for v in ends])])
        for ends in (linear.outvars, linear.invars)
    ]

    def block(row: int | None, column: int | None, out: Any, into: Any) -> Any:
        shape = out.shape + into.shape
        if row is None or column is None:
            picked = np.zeros(0, np.int64)
            top = left = 0
        else:
            top, left = starts[0][row], starts[1][column]
            inside = (
                (pattern.row_indices >= top)
                & (pattern.row_indices < starts[0][row + 1])
                & (pattern.column_indices >= left)
                & (pattern.column_indices < starts[1][column + 1])
            )
            picked = np.flatnonzero(inside)
        places = (
            *_coordinates(pattern.row_indices[picked] - top, out.shape),
            *_coordinates(pattern.column_indices[picked] - left, into.shape),
        )
        indices = np.stack(places, axis=1) if places else np.zeros((len(picked), 0))
        entries = values if len(picked) == values.shape[0] else values[picked]
        return sparse.BCOO(
            (entries.astype(into.dtype), jnp.asarray(indices.astype(np.int32))),
            shape=shape,
            indices_sorted=True,
            unique_indices=True,
        )

    return [
        [
            block(row, column, out, into)
            for column, into in zip(columns, linearised.input_avals, strict=True)
        ]
        for row, out in zip(rows, linearised.output_avals, strict=True)
    ]


def _coordinates(places: Any, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Where flat places are in an array; a number has no axes."""
    return np.unravel_index(places, shape) if shape else ()


def prepare(
    fun: Any, settings: Settings, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[Call, Linearised, Decision]:
    """Trace a call and decide how its Jacobian is computed.

    Raises `Unsupported` where only JAX's own modes are possible.
    """
    if settings.holomorphic:
        raise Unsupported("holomorphic functions")
    call = Call(fun, settings.argnums, settings.has_aux, args, kwargs)
    linearised = call.linearise()
    if settings.plan is not None:
        return call, linearised, reuse(settings.plan, linearised)
    profile = settings.profile or current_profile()
    name = getattr(fun, "__name__", type(fun).__name__)
    return (
        call,
        linearised,
        decide(linearised, profile, name, settings.chosen_mode, settings.in_blocks),
    )


def _not_possible(reason: str) -> ChainError:
    return ChainError(
        "unsupported",
        "fun",
        "a function whose derivative can be taken apart",
        reason,
        'leave mode="plan", plan=, chunk_size=, memory_limit=, output_format= and '
        "sharding= out: JAX's own mode gives the Jacobian",
    )


def _ends(linearised: Linearised) -> tuple[Sequence[Var], Sequence[Var]]:
    """The differentiated variables and the outputs, of the linear map or its mirror."""
    first, last = linearised.linear.invars, linearised.linear.outvars
    return (last, first) if linearised.transposed else (first, last)


def _places(linearised: Linearised) -> tuple[list[int | None], list[int | None]]:
    """For each differentiated array, and each output, its place in a block."""
    first, last = _ends(linearised)
    inputs, outputs = linearised.ends
    columns: dict[Var, int] = {v: i for i, v in enumerate(first)}
    rows: dict[Var, int] = {v: i for i, v in enumerate(last)}
    return [columns.get(v) for v in inputs], [rows.get(v) for v in outputs]


def _all_blocks(
    linearised: Linearised, found: Sequence[Sequence[Any]]
) -> list[list[Any]]:
    """Blocks for all inputs and outputs, in the dtypes of `jax.jacobian`."""
    columns, rows = _places(linearised)
    return [
        [
            typed_as(
                jnp.zeros(out.shape + into.shape, into.dtype)
                if row is None or column is None
                else found[row][column],
                into,
            )
            for column, into in zip(columns, linearised.input_avals, strict=True)
        ]
        for row, out in zip(rows, linearised.output_avals, strict=True)
    ]


def _operator(
    call: Call, linearised: Linearised, matrices: list[Any]
) -> FactoredJacobian:
    """Matrices of consecutive spans, outermost first, as an operator on trees."""
    columns, rows = _places(linearised)
    first, last = _ends(linearised)
    matrices[0] = _arranged(matrices[0], 0, rows, last, linearised.output_avals)
    matrices[-1] = _arranged(matrices[-1], 1, columns, first, linearised.input_avals)
    inputs = jax.tree_util.tree_unflatten(call.tree, _shapes(linearised.input_avals))
    outputs = jax.tree_util.tree_unflatten(
        call.output_tree, _shapes(linearised.output_avals)
    )
    return FactoredJacobian(tuple(matrices), inputs, outputs)


def _shapes(avals: Sequence[Any]) -> list[jax.ShapeDtypeStruct]:
    return [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in avals]


def _arranged(
    matrix: Any,
    axis: int,
    places: Sequence[int | None],
    ends: Sequence[Var],
    avals: Sequence[Any],
) -> Any:
    """Rows (columns) in the order of all arrays, zero where there is no derivative."""
    if list(places) == list(range(len(ends))):
        return matrix
    stops = np.cumsum([v.aval.size for v in ends])[:-1]
    parts = jnp.split(matrix, stops, axis)

    def zeros(aval: Any) -> Any:
        shape = list(matrix.shape)
        shape[axis] = aval.size
        return jnp.zeros(shape, matrix.dtype)

    return jnp.concatenate(
        [
            zeros(aval) if place is None else parts[place]
            for place, aval in zip(places, avals, strict=True)
        ],
        axis,
    )
