"""Programs in programs: loops in branches in loops, users' rules in all of them."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .drawn_programs import clipped, mixed, scaled_back, soft, straight
from .pieces import FORWARD, flat, operation, pick, weight


@jax.custom_gradient
def by_own_gradient(x: Any) -> Any:
    return jnp.sin(x), lambda u: (u * jnp.cos(x) + jnp.sum(u),)


@functools.partial(jax.custom_vjp, nondiff_argnums=(0, 2))
def applied(function: Any, x: Any, power: int) -> Any:
    return function(x) ** power


applied.defvjp(
    lambda function, x, power: (function(x) ** power, x),
    lambda function, power, x, u: (power * u * jnp.cos(x) + u[:1],),
)


@jax.custom_jvp
def on_the_host(x: Any) -> Any:
    """A function of another library, whose derivative is known."""
    like = jax.ShapeDtypeStruct(x.shape, x.dtype)
    return jax.pure_callback(np.tanh, like, x, vmap_method="expand_dims")


on_the_host.defjvps(lambda t, y, x: t * (1 - y * y))


@functools.partial(jax.jit, static_argnums=1, static_argnames="kind")
def by_static(x: Any, count: int, kind: str = "sum") -> Any:
    return jnp.repeat(x, count) * (jnp.sum(x) if kind == "sum" else x[0])


@operation
def nested(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 4), flat(random, pool, 4)
    w = weight(random, x.size, x.size, x.dtype)
    rounds = int(random.integers(1, 4))

    def inner(c: Any, t: Any) -> Any:
        return lax.scan(lambda d, s: (jnp.sin(d) * t + s, d[0]), c, y[:2])

    def branch_of_loops(c: Any, t: Any) -> Any:
        def long(c: Any) -> Any:
            return inner(c, t)[0]

        return lax.cond(t > 0, long, lambda c: c * y[0], c), jnp.sum(c)

    def remembered(c: Any, t: Any) -> Any:
        return jax.checkpoint(lambda c: jnp.tanh(w @ c) * t)(c), inner(c, t)[1]

    def ruled(c: Any, t: Any) -> Any:
        if FORWARD[-1]:
            return mixed(t, 2, c) + on_the_host(c), soft(c)[:1]
        return by_own_gradient(c) * t + clipped(c), applied(jnp.sin, c, 2)

    def counted(c: Any, t: Any) -> Any:
        end = lax.while_loop(
            lambda s: (s[0] < 3) & (jnp.abs(s[1][0]) < 2),
            lambda s: (s[0] + 1, s[1] * 1.3 + t),
            (0, c),
        )
        return end[1], end[0] * c[0]

    def filled(c: Any, i: Any) -> Any:
        rows, place = c
        rows = lax.dynamic_update_slice(rows, rows[place][None] * x + y[0], (i, 0))
        return (rows, (place + 1) % 2), rows[i, 0]

    def mapped(c: Any, t: Any) -> Any:
        return jax.vmap(lambda u, v: u * v + t)(c, w @ c), jnp.sort(c)

    def nothing(c: Any, t: Any) -> Any:
        return c, None

    def kept(c: Any, t: Any) -> Any:
        a, (b, k) = c["a"], c["rest"]
        return {"a": a * t, "rest": (b + a[0], k + 1)}, (b, {"k": k, "t": t})

    many = {"a": x, "rest": (y[0], 0)}
    functions = [
        lambda: lax.scan(branch_of_loops, x, y)[0],
        lambda: lax.scan(branch_of_loops, x, y, reverse=True)[1],
        lambda: jnp.concatenate(lax.scan(remembered, x, y)[0][None]),
        lambda: lax.scan(remembered, x, y)[1].reshape(-1),
        lambda: lax.scan(ruled, x, y)[0],
        lambda: lax.scan(ruled, x, y)[1].reshape(-1),
        lambda: lax.scan(filled, (jnp.outer(y, x), 0), jnp.arange(rounds))[1],
        lambda: lax.scan(filled, (jnp.outer(y, x), 0), jnp.arange(rounds))[0][0],
        lambda: lax.scan(mapped, x, y, unroll=2)[1].reshape(-1),
        lambda: lax.scan(nothing, x, y)[0] * y[0],
        lambda: lax.scan(kept, many, y)[1][0],
        lambda: lax.scan(kept, many, y)[0]["a"],
        lambda: lax.scan(kept, many, y, reverse=True)[1][1]["t"] * x[0],
        lambda: lax.map(lambda t: lax.scan(inner, x, y[:2] * t)[0], y),
        lambda: lax.cond(
            x[0] > 0,
            lambda: lax.scan(inner, x, y)[0],
            lambda: lax.fori_loop(0, rounds, lambda i, c: c * y[0] + i, x),
        ),
        lambda: lax.switch(
            jnp.argmax(y) % 2,
            [lambda v: (jnp.sin(v), v[0]), lambda v: (w @ v, y[0])],
            x,
        )[0],
        lambda: jax.checkpoint(lambda v: lax.scan(inner, v, y)[0])(x),
        lambda: jax.jit(lambda v: lax.scan(branch_of_loops, v, y[:1])[0])(x),
        lambda: jax.vmap(lambda v: lax.scan(ruled, x * v, y)[0])(y),
        lambda: jax.jvp(lambda v: lax.scan(inner, v, y)[0], (x,), (jnp.cos(x),))[1],
        lambda: jax.grad(lambda v: jnp.sum(lax.scan(inner, v, y)[0]))(x),
        lambda: by_own_gradient(x) if not FORWARD[-1] else straight(x) * x,
        lambda: applied(jnp.sin, x, 2) if not FORWARD[-1] else on_the_host(x),
        lambda: jax.vmap(on_the_host)(jnp.outer(x, y)) if FORWARD[-1] else x * 2,
        lambda: by_static(x, 2),
        lambda: by_static(x, 1, kind="first") * y[0],
        lambda: jax.jit(lambda v, u: v * 2, keep_unused=True)(x, y),
        lambda: jax.jit(lambda v: jnp.sin(v) * v, donate_argnums=0)(x * 2),
        lambda: jax.jit(jax.jit(jnp.outer, inline=True))(x, y),
        lambda: jax.checkpoint(
            lambda v: jnp.sin(w @ v) * v[0], static_argnums=(), prevent_cse=False
        )(x),
        lambda: (
            jax.vmap(lambda v: scaled_back(v, {"by": y}), 1)(jnp.outer(x, y))
            if not FORWARD[-1]
            else x
        ),
        lambda: jax.vjp(lambda v: lax.scan(inner, v, y)[0], x)[1](jnp.cos(x))[0],
        lambda: jax.hessian(lambda v: jnp.sum(lax.scan(inner, v, y)[0] * v))(x[:2]),
    ]
    if FORWARD[-1]:
        functions += [
            lambda: lax.scan(counted, x, y)[0],
            lambda: lax.scan(counted, x, y)[1],
            lambda: lax.fori_loop(0, jnp.argmax(y) + 1, lambda i, c: inner(c, i)[0], x),
            lambda: lax.cond(y[0] > 0, lambda: counted(x, y[0])[0], lambda: x[::-1]),
            lambda: jax.linearize(lambda v: lax.scan(inner, v, y)[0], x)[1](x),
        ]
    return pick(random, functions)()
