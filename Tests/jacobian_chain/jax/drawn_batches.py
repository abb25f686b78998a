"""Batches in odd positions: vmaps of loops, branches, indices, solves and rules."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .drawn_programs import batched, clipped, mixed, soft
from .pieces import FORWARD, flat, operation, pick, square


@operation
def mapped(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 4), flat(random, pool, 3)
    m = jnp.outer(x[:2], y) + jnp.arange(y.size)
    cube = m[:, None] * jnp.asarray(random.normal(size=(1, 2, 1)))
    functions = [
        lambda: jax.vmap(jnp.multiply, (None, 0), 1)(x, y),
        lambda: jax.vmap(lambda r, s: r * jnp.sum(s), (-1, None))(m, x),
        lambda: jax.vmap(lambda r: jnp.cumsum(r) * r[0], -1, -1)(m),
        lambda: jax.vmap(lambda r: r @ r.T, 1, 2)(cube),
        lambda: jax.vmap(jax.vmap(jnp.dot, (0, None)), (None, 0))(m, m),
        lambda: jax.vmap(lambda t: t["a"] * t["b"], ({"a": 0, "b": None},))(
            {"a": x, "b": y}
        ),
        lambda: jax.vmap(lambda r: jnp.sum(r), 1)(m) * y,
        lambda: jax.vmap(lambda r: x, 0)(m),
        lambda: jax.vmap(lambda r: (r, jnp.sum(x)), -1, (0, None))(m)[1],
        lambda: jax.vmap(lambda r, i: r[i] * r, (0, 0))(m, jnp.arange(len(m)) % y.size),
        lambda: jax.vmap(lambda a: lax.dynamic_slice(x, (a,), (1,)))(
            jnp.arange(3) % x.size
        ),
        lambda: jax.vmap(lambda r: jnp.sort(r)[::-1] * r[0], 1)(m),
        lambda: jax.vmap(lambda r: jnp.convolve(r, y, mode="same"))(m),
        lambda: jax.vmap(soft, 1, 1)(m) if FORWARD[-1] else jax.vmap(clipped, 1)(m),
        lambda: jax.vmap(mixed, (0, None, None))(x, 1, y),
        lambda: jax.vmap(batched, -1, -1)(m) * y[0],
        lambda: jax.vmap(jax.vmap(batched))(m),
        lambda: jax.vmap(jax.checkpoint(lambda r: jnp.sin(r) * r[0]), 1)(m),
        lambda: jax.vmap(jax.grad(lambda r: jnp.sum(jnp.sin(r) * r[::-1])))(m),
        lambda: jax.vmap(lambda r: jnp.zeros(4).at[jnp.argmax(r)].add(r[0]))(m),
        lambda: jax.vmap(lambda r: r.at[jnp.array([0, 0])].multiply(2.0))(m),
        lambda: jax.jit(jax.vmap(lambda r: jnp.where(r > r[0], r, x[0]), 1))(m),
        lambda: jax.vmap(lambda a: a * jnp.ones((2, 0)), 0)(x).sum(2),
        lambda: jax.vmap(
            lambda r: lax.reduce_window(r, 0.0, lax.add, (2,), (1,), "SAME")
        )(m),
        lambda: jax.vmap(lambda: y, axis_size=2)(),
    ]
    return pick(random, functions)()


@operation
def mapped_loops(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 3), flat(random, pool, 3)
    m = jnp.outer(x, y)

    def walk(start: Any, times: Any) -> Any:
        return lax.scan(lambda c, t: (jnp.sin(c) + t * y, c[0]), start, times)

    def count(v: Any, most: Any) -> Any:
        def go_on(s: Any) -> Any:
            return (s[0] < 3) & (jnp.sum(s[1]) < most)

        return lax.while_loop(go_on, lambda s: (s[0] + 1, s[1] * 1.2 + v), (0, v))[1]

    def branch(v: Any, w: Any) -> Any:
        return lax.cond(w[0] > 0, lambda a, b: a * b, lambda a, b: b[::-1], v, w)

    def chosen(i: Any, v: Any) -> Any:
        cases = [jnp.sin, lambda u: u * y, lambda u: jnp.zeros_like(u)]
        return lax.switch(i, cases, v)

    functions = [
        lambda: jax.vmap(walk, (0, None))(m, x)[0],
        lambda: jax.vmap(walk, (None, 0))(y, m)[1],
        lambda: jax.vmap(walk, (1, None), 1)(jnp.outer(y, x), x)[1],
        lambda: jax.vmap(branch)(m, m[:, ::-1]),
        lambda: jax.vmap(branch, (0, None))(m, y),
        lambda: jax.vmap(branch, (None, 0), 1)(y, m),
        lambda: jax.vmap(chosen, (0, 0))(jnp.arange(len(m)) % 3, m),
        lambda: jax.vmap(chosen, (0, None))(jnp.argsort(x), y),
        lambda: jax.vmap(chosen, (None, 0))(jnp.argmax(x) % 3, m),
        lambda: jax.vmap(lambda r: lax.map(lambda v: v * r, x[:2]))(m),
        lambda: jax.vmap(lambda r: lax.fori_loop(0, 2, lambda i, c: c * r + i, y))(m),
        lambda: jax.vmap(lambda r: lax.associative_scan(jnp.multiply, r), 1)(m),
    ]
    if FORWARD[-1]:
        functions += [
            lambda: jax.vmap(count)(m, 1 + x * x),
            lambda: jax.vmap(count, (0, None))(m, 2.0),
            lambda: jax.vmap(count, (None, 0))(y, 1 + x * x),
        ]
    return pick(random, functions)()


@operation
def mapped_solves(random: Any, pool: list[Any]) -> Any:
    a, x = square(random, pool, 3), jnp.resize(flat(random, pool), 3)
    many = jnp.stack([a, a.T @ a])
    lower = np.tri(3) + np.eye(3)
    functions = [
        lambda: jax.vmap(jnp.linalg.solve, (0, None))(many, x),
        lambda: jax.vmap(jnp.linalg.solve, (None, 0))(a, jnp.stack([x, x[::-1]])),
        lambda: jax.vmap(jnp.linalg.solve, (None, 1), 1)(a, many[0]),
        lambda: jax.vmap(jnp.linalg.inv)(many)[1],
        lambda: jax.vmap(lambda v: jnp.linalg.det(a * v))(x),
        lambda: jax.vmap(jnp.linalg.cholesky)(many @ jnp.swapaxes(many, 1, 2))[1],
        lambda: jax.vmap(
            lambda b: jax.scipy.linalg.solve_triangular(lower, b, lower=True), 1, 1
        )(a),
        lambda: jax.vmap(
            lambda t: jax.scipy.linalg.solve_triangular(t, x, lower=True, trans=1)
        )(many),
        lambda: jax.vmap(lambda b: jax.scipy.linalg.cho_solve((lower, True), b))(many),
        lambda: jax.vmap(
            lambda b: lax.custom_linear_solve(
                lambda v: 3 * v + jnp.sum(v) * 0.1,
                b,
                lambda _, b: b / 3 - jnp.sum(b) * 0.1 / (9 + 0.9),
                symmetric=True,
            )
        )(many[0]),
        lambda: jnp.linalg.solve(jnp.asarray(lower), jnp.stack([x, x * x], 1)),
    ]
    return pick(random, functions)()
