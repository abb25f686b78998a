"""A Jacobian held against one tangent and one adjoint of its function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ._api import OPTIONS, jacobian
from ._settings import positions_of, require_arguments


@dataclass(frozen=True)
class Check:
    """What `check` found; true when all errors are within the tolerance.

    Attributes
    ----------
    forward_error
        Largest error of J·v against `jax.jvp`, relative to the largest entry; None
        where the function has no tangents.
    reverse_error
        The same of u·J against `jax.vjp`; None where it has no adjoints.
    tolerance
        What rounding explains in the function's dtype.
    """

    forward_error: float | None
    reverse_error: float | None
    tolerance: float

    def __bool__(self) -> bool:
        errors = [e for e in (self.forward_error, self.reverse_error) if e is not None]
        return bool(errors) and all(e <= self.tolerance for e in errors)

    def __str__(self) -> str:
        def told(error: float | None) -> str:
            return "not possible" if error is None else f"{error:.1e}"

        return (
            f"{'right' if self else 'WRONG'}: J·v against jvp "
            f"{told(self.forward_error)}, u·J against vjp {told(self.reverse_error)}, "
            f"tolerance {self.tolerance:.0e}"
        )


def check(
    fun: Callable[..., Any],
    *args: Any,
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    seed: int = 0,
    **options: Any,
) -> Check:
    """Hold `jacobian(fun)` against two random directional derivatives.

    One tangent and one adjoint of the function, seeded; `options` are those of
    `jacobian`, such as ``plan`` or ``mode``, and keywords of `fun`. Every entry takes
    part, so a wrong one is seen with probability one, up to rounding.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from jacobian_chain.jax import check
    >>> bool(check(jnp.sin, jnp.ones(3)))
    True
    """
    require_arguments(argnums, args)
    keywords = {name: options.pop(name) for name in options.keys() - set(OPTIONS)}
    fun = partial(fun, **keywords) if keywords else fun
    positions = positions_of(argnums)
    chosen = tuple(args[p] for p in positions)

    def full(values: Sequence[Any]) -> list[Any]:
        everything = list(args)
        for position, value in zip(positions, values, strict=True):
            everything[position] = value
        return everything

    def of_chosen(*values: Any) -> Any:
        result = fun(*full(values))
        return result[0] if has_aux else result

    def jacobian_of(*values: Any) -> list[Any]:
        jac = jacobian(fun, argnums, has_aux, **options)(*full(values))
        return jax.tree_util.tree_leaves(jac[0] if has_aux else jac)

    random = np.random.default_rng(seed)
    inputs, tree = jax.tree_util.tree_flatten(chosen)
    inputs = [jnp.asarray(x) for x in inputs]
    outputs, out_tree = jax.tree_util.tree_flatten(jax.eval_shape(of_chosen, *chosen))
    v = [_like(x, random) for x in inputs]
    u = [_like(y, random) for y in outputs]
    leaves = jax.jit(jacobian_of)(*chosen)
    count = len(inputs)
    blocks = [leaves[i * count : (i + 1) * count] for i in range(len(outputs))]
    eps = max(float(jnp.finfo(a.dtype).eps) for a in (*inputs, *outputs))

    def tangent(*values: Any) -> Any:
        direction = jax.tree_util.tree_unflatten(tree, v)
        return jax.jvp(of_chosen, values, direction)[1]

    def adjoint(*values: Any) -> Any:
        return jax.vjp(of_chosen, *values)[1](jax.tree_util.tree_unflatten(out_tree, u))

    along = [
        sum(_dot(block, t, t.ndim) for block, t in zip(row, v, strict=True))
        for row in blocks
    ]
    across = [
        sum(_dot(t, row[column], t.ndim) for row, t in zip(blocks, u, strict=True))
        for column in range(count)
    ]
    size = max(sum(x.size for x in inputs), sum(y.size for y in outputs), 1)
    return Check(
        _error(along, tangent, chosen),
        _error(across, adjoint, chosen),
        tolerance=100 * eps * size**0.5,
    )


def _dot(left: Any, right: Any, axes: int) -> Any:
    return np.tensordot(_double(left), _double(right), axes)


def _double(array: Any) -> Any:
    return np.asarray(array).astype(np.float64)


def _like(aval: Any, random: np.random.Generator) -> Any:
    return jax.device_put(random.standard_normal(aval.shape).astype(aval.dtype))


def _error(
    found: Sequence[Any], derivative: Callable[..., Any], at: tuple[Any, ...]
) -> float | None:
    """Largest difference, relative to the largest entry; None without a derivative."""
    try:
        expected = jax.tree_util.tree_leaves(jax.jit(derivative)(*at))
    except (NotImplementedError, TypeError, ValueError):
        # A custom_vjp has no tangents, a while loop no adjoints.
        return None
    worst = scale = 0.0
    for ours, theirs in zip(found, map(_double, expected), strict=True):
        scale = max(scale, float(np.abs(theirs).max(initial=0)))
        worst = max(worst, float(np.abs(ours - theirs).max(initial=0)))
    return worst / scale if scale else worst
