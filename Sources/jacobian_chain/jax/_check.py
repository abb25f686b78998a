"""A Jacobian held against one tangent and one adjoint of its function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ._api import jacobian


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
    `jacobian`, such as ``plan`` or ``mode``. Every entry takes part, so a wrong one is
    seen with probability one, up to rounding.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from jacobian_chain.jax import check
    >>> bool(check(jnp.sin, jnp.ones(3)))
    True
    """
    jac = jax.jit(
        lambda *args: jacobian(fun, argnums, has_aux, **options)(*args)
    )(*args)
    jac = jac[0] if has_aux else jac
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    chosen = tuple(args[p] for p in positions)

    def of_chosen(*values: Any) -> Any:
        full = list(args)
        for position, value in zip(positions, values, strict=True):
            full[position] = value
        result = fun(*full)
        return result[0] if has_aux else result

    random = np.random.default_rng(seed)
    inputs, tree = jax.tree_util.tree_flatten(chosen)
    inputs = [jnp.asarray(x) for x in inputs]
    outputs, out_tree = jax.tree_util.tree_flatten(jax.eval_shape(of_chosen, *chosen))
    v = [_like(x, random) for x in inputs]
    u = [_like(y, random) for y in outputs]
    blocks = _blocks(jac, len(inputs), len(outputs))
    eps = max(float(jnp.finfo(a.dtype).eps) for a in (*inputs, *outputs))

    def product(row: Sequence[Any]) -> Any:
        return sum(jnp.tensordot(b, t, t.ndim) for b, t in zip(row, v, strict=True))

    def coproduct(column: int) -> Any:
        return sum(
            jnp.tensordot(t, row[column], t.ndim)
            for row, t in zip(blocks, u, strict=True)
        )

    forward = reverse = None
    try:
        _, tangent = jax.jvp(of_chosen, chosen, jax.tree_util.tree_unflatten(tree, v))
    except TypeError:  # custom_vjp
        pass
    else:
        forward = _error(map(product, blocks), jax.tree_util.tree_leaves(tangent))
    try:
        _, pullback = jax.vjp(of_chosen, *chosen)
        adjoint = pullback(jax.tree_util.tree_unflatten(out_tree, u))
    except (NotImplementedError, ValueError):  # while loops, and what only goes forward
        pass
    else:
        leaves = jax.tree_util.tree_leaves(adjoint)
        reverse = _error(map(coproduct, range(len(inputs))), leaves)
    size = max(sum(x.size for x in inputs), sum(y.size for y in outputs), 1)
    return Check(forward, reverse, 100 * eps * size**0.5)


def _like(aval: Any, random: np.random.Generator) -> Any:
    return jnp.asarray(random.standard_normal(aval.shape)).astype(aval.dtype)


def _blocks(jac: Any, inputs: int, outputs: int) -> list[list[Any]]:
    leaves = jax.tree_util.tree_leaves(jac)
    return [leaves[i * inputs : (i + 1) * inputs] for i in range(outputs)]


def _error(found: Any, expected: Sequence[Any]) -> float:
    worst = scale = 0.0
    for ours, theirs in zip(found, expected, strict=True):
        ours, theirs = (np.asarray(a, np.float64) for a in (ours, theirs))
        scale = max(scale, float(np.abs(theirs).max(initial=0)))
        worst = max(worst, float(np.abs(ours - theirs).max(initial=0)))
    return worst / scale if scale else worst
