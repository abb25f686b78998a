"""From a call to its Jacobian: by a plan, or by JAX's own modes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.experimental import sparse

from ..errors import ChainError
from ._blocks import Block
from ._call import Call
from ._compat import Var
from ._cuts import Segment, whole
from ._execute import Steps, execute, single
from ._factored import FactoredJacobian
from ._linear import Linearised, Unsupported
from ._memory import chunks
from ._plan import Plan
from ._planning import decide, reuse
from ._profiles import current_profile
from ._settings import Settings


def evaluate(
    fun: Any,
    settings: Settings,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    value: bool,
) -> tuple[Any, Any, Any]:
    """Value (if asked for), Jacobian and auxiliary data of a function."""
    mode = settings.chosen_mode
    if settings.plan is None and settings.plain and mode in ("forward", "reverse"):
        return _by_jax(mode, fun, settings, args, kwargs, value)
    try:
        found, decided = _by_plan(fun, settings, args, kwargs)
        return found or _by_jax(decided, fun, settings, args, kwargs, value)
    except ChainError:
        raise
    except Exception as error:
        insists = mode == "plan" or settings.plan is not None or not settings.plain
        if isinstance(error, Unsupported) and insists:
            raise _not_possible(str(error)) from None
        if insists:
            raise
        # Whatever can't be taken apart JAX differentiates, or says why it can't.
        result = _by_jax("reverse", fun, settings, args, kwargs, value)
        if not isinstance(error, (Unsupported, jax.errors.JAXTypeError)):
            kind = type(error).__name__
            warnings.warn(
                f"jacobian_chain left a function to jax.jacrev after {kind}: {error}. "
                "The result is right; please report the function.",
                RuntimeWarning,
                stacklevel=3,
            )
        return result


def _by_plan(
    fun: Any, settings: Settings, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, Any, Any] | None, str]:
    """Value, Jacobian and auxiliary data; or None, and which mode of JAX's is meant."""
    call, linearised, decision, parts = prepare(fun, settings, args, kwargs)
    if decision.mode != "plan" and settings.plain:
        return None, decision.mode
    steps: Steps = decision.steps
    if decision.mode != "plan":
        parts = [whole(linearised.linear, linearised.transposed)]
        steps = single("tangent" if decision.mode == "forward" else "adjoint")
    allowed = chunks(steps, parts, settings.limit) if settings.limit else {}

    def chunk(step: int) -> int | None:
        given = [n for n in (settings.chunk_size, allowed.get(step)) if n]
        return min(given, default=None)

    outputs, constants = linearised.evaluate(call.traced)
    factored = settings.output_format == "factored"
    blocks = execute(steps, parts, constants, chunk, settings.place, factored)
    result, auxiliary = call.value(outputs)
    if factored:
        operator = _operator(call, linearised, blocks, result)
        return (result, operator, auxiliary), decision.mode
    tree = _all_blocks(linearised, blocks[0])
    if settings.output_format == "bcoo":
        tree = [[sparse.BCOO.fromdense(b, nse=b.size) for b in row] for row in tree]
    return (result, call.jacobian(tree), auxiliary), decision.mode


def prepare(
    fun: Any, settings: Settings, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[Call, Linearised, Plan, list[Segment]]:
    """Trace a call and decide how its Jacobian is computed.

    Raises `Unsupported` where only JAX's own modes are possible.
    """
    if settings.holomorphic:
        raise Unsupported("holomorphic functions")
    call = Call(fun, settings.argnums, settings.has_aux, args, kwargs)
    linearised = call.linearise()
    if settings.plan is not None:
        return call, linearised, *reuse(settings.plan, linearised)
    profile = settings.profile or current_profile()
    name = getattr(fun, "__name__", type(fun).__name__)
    decision, parts = decide(linearised, profile, name, settings.chosen_mode)
    return call, linearised, decision, parts


def _not_possible(reason: str) -> ChainError:
    return ChainError(
        "unsupported",
        "fun",
        "a function whose derivative can be taken apart",
        reason,
        'leave mode="plan", plan=, chunk_size=, memory_limit=, output_format= and '
        "sharding= out: JAX's own mode gives the Jacobian",
    )


def _by_jax(
    mode: str,
    fun: Any,
    settings: Settings,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    value: bool,
) -> tuple[Any, Any, Any]:
    """What `jax.jacrev` or `jax.jacfwd` gives."""
    options: dict[str, Any] = {
        "argnums": settings.argnums,
        "holomorphic": settings.holomorphic,
    }
    if mode == "reverse":
        options["allow_int"] = settings.allow_int
    transform: Any = jax.jacrev if mode == "reverse" else jax.jacfwd
    if not value:
        result = transform(fun, has_aux=settings.has_aux, **options)(*args, **kwargs)
        return (None, *result) if settings.has_aux else (None, result, None)

    def with_value(*args: Any, **kwargs: Any) -> Any:
        result = fun(*args, **kwargs)
        value, auxiliary = result if settings.has_aux else (result, None)
        return value, (value, auxiliary)

    jac, (primal, auxiliary) = transform(with_value, has_aux=True, **options)(
        *args, **kwargs
    )
    return primal, jac, auxiliary


def _places(linearised: Linearised) -> tuple[list[int | None], list[int | None]]:
    """For each differentiated array, and each output, its place in a block."""
    first, last = linearised.linear.invars, linearised.linear.outvars
    if linearised.transposed:
        first, last = last, first
    inputs, outputs = linearised.ends
    columns: dict[Var, int] = {v: i for i, v in enumerate(first)}
    rows: dict[Var, int] = {v: i for i, v in enumerate(last)}
    return [columns.get(v) for v in inputs], [rows.get(v) for v in outputs]


def _all_blocks(linearised: Linearised, block: Block) -> list[list[Any]]:
    """Blocks for all inputs and outputs, in the dtypes of `jax.jacobian`."""
    columns, rows = _places(linearised)
    found = block.tree()
    return [
        [
            jnp.zeros(out.shape + into.shape, into.dtype)
            if row is None or column is None
            else found[row][column].astype(into.dtype)
            for column, into in zip(columns, linearised.input_avals, strict=True)
        ]
        for row, out in zip(rows, linearised.output_avals, strict=True)
    ]


def _operator(
    call: Call, linearised: Linearised, blocks: Sequence[Block], result: Any
) -> FactoredJacobian:
    """Blocks of consecutive spans, outermost first, as an operator on trees."""
    columns, rows = _places(linearised)
    outer, inner = blocks[0], blocks[-1]
    matrices = [b.matrix() if b.mode == "adjoint" else b.matrix().T for b in blocks]
    if rows != list(range(len(outer.outputs))):
        sizes = [a.size for a in outer.outputs]
        parts = jnp.split(matrices[0], _stops(sizes), axis=0)
        matrices[0] = jnp.concatenate(
            [
                jnp.zeros((aval.size, matrices[0].shape[1]), matrices[0].dtype)
                if row is None
                else parts[row]
                for row, aval in zip(rows, linearised.output_avals, strict=True)
            ]
        )
    if columns != list(range(len(inner.inputs))):
        sizes = [a.size for a in inner.inputs]
        parts = jnp.split(matrices[-1], _stops(sizes), axis=1)
        matrices[-1] = jnp.concatenate(
            [
                jnp.zeros((matrices[-1].shape[0], aval.size), matrices[-1].dtype)
                if column is None
                else parts[column]
                for column, aval in zip(columns, linearised.input_avals, strict=True)
            ],
            axis=1,
        )
    inputs = jax.tree_util.tree_unflatten(
        call.tree, [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in linearised.input_avals]
    )
    return FactoredJacobian(tuple(matrices), inputs, jax.eval_shape(lambda: result))


def _stops(sizes: Sequence[int]) -> list[int]:
    return [sum(sizes[: i + 1]) for i in range(len(sizes) - 1)]
