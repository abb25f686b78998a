"""Branches, solves, transforms, and rules of users' own."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.ad_checkpoint import checkpoint_name

from .pieces import FORWARD, flat, operation, pick, square


@jax.custom_jvp
def soft(x: Any) -> Any:
    """Elementwise, but its derivative, by a rule of its own, sums."""
    return x * 0.5


@soft.defjvp
def _(primals: Any, tangents: Any) -> Any:
    (x,), (t,) = primals, tangents
    return soft(x), jnp.cos(x) * jnp.sum(t)


@jax.custom_vjp
def clipped(x: Any) -> Any:
    return x * 1.5


clipped.defvjp(
    lambda x: (clipped(x), x), lambda x, u: (jnp.where(x > 0, 0.5, 2.0) * u[::-1],)
)


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def mixed(x: Any, power: int, y: Any) -> Any:
    """Its derivative by y is not what it looks like, that by x is missing."""
    return x**power * y


@mixed.defjvp
def _(power: int, primals: Any, tangents: Any) -> Any:
    x, y = primals
    return mixed(x, power, y), tangents[1][::-1] * jnp.sin(x)


@jax.custom_vjp
def scaled_back(x: Any, options: dict[str, Any]) -> Any:
    return x * options["by"][0]


scaled_back.defvjp(
    lambda x, options: (scaled_back(x, options), (x, options)),
    lambda kept, u: (u * jnp.cos(kept[0]), {"by": kept[1]["by"] * jnp.sum(u)}),
)


@jax.custom_jvp
def straight(x: Any) -> Any:
    """Rounded, as if it were not."""
    return jnp.round(x)


straight.defjvps(lambda t, _, x: t)


@jax.custom_batching.custom_vmap
def batched(x: Any) -> Any:
    return jnp.sin(x)


@batched.def_vmap
def _(_: int, are: Any, x: Any) -> Any:
    return jnp.sin(x), are[0]


def turn(size: int) -> list[tuple[int, int]]:
    return [(k, (k + 1) % size) for k in range(size)]


def over_axis(function: Any, x: Any) -> Any:
    return jax.vmap(function, axis_name="i")(x)


GRID = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.5]])


@operation
def branched(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 4), flat(random, pool, 4)
    k = min(x.size, y.size)
    a, b = x[:k], y[:k]
    functions = [
        lambda: lax.cond(a[0] > 0, lambda a, b: a * b, lambda a, b: jnp.sin(a), a, b),
        lambda: lax.switch(
            jnp.argmax(a) % 3,
            [lambda v: v, lambda v: 2 * v[::-1], lambda v: jnp.sum(v) * v],
            b,
        ),
        lambda: lax.cond(True, lambda v: v * 3, lambda v: v, a),
        lambda: lax.cond(b[0] > 0, lambda v: jnp.zeros_like(v), lambda v: v, a),
        lambda: lax.cond(a[0] > b[0], lambda: b, lambda: a * a),
        lambda: jax.vmap(
            lambda u, v: lax.cond(u > 0, lambda t: t * v, lambda t: jnp.sin(t), u)
        )(a, b),
        lambda: lax.cond(
            a[0] > 0, lambda v: (v, v[:1] * 2), lambda v: (v[::-1], v[-1:]), b
        )[1],
        lambda: lax.cond(
            a[0] > 0,
            lambda v: lax.cond(v[0] > 0, jnp.sin, lambda u: u * a, v),
            lambda v: lax.scan(lambda c, u: (c * u + 1, c), v[0], v)[1],
            b,
        ),
        lambda: lax.switch(
            k % 3, [jnp.sin, lambda v: v.at[0].set(a[0]), lambda v: v[::-1]], b
        ),
        lambda: lax.select(a[0] > 0, a, b[::-1]),
        lambda: lax.cond(
            a[0] > 0, lambda: jnp.ones(k), lambda: jnp.reshape(GRID, -1)[:k] * b
        ),
    ]
    return pick(random, functions)()


@operation
def ruled(random: Any, pool: list[Any]) -> Any:
    x = flat(random, pool, 6)
    y = flat(random, pool, 6)
    functions = [
        lambda: soft(x),
        lambda: jax.jit(lambda v: jnp.sin(v) * jnp.sum(v))(x),
        lambda: jax.checkpoint(lambda v: jnp.tanh(v) * v[0])(x),
        lambda: jax.vmap(lambda v: v * y + jnp.sum(y))(x[:2]),
        lambda: jax.grad(lambda v: jnp.sum(jnp.sin(v) * v * v[0]))(x),
        lambda: jax.jvp(lambda v: jnp.sum(v**3) * v, (x,), (jnp.cos(x),))[1],
        lambda: jax.vjp(lambda v: v * jnp.sum(y), x)[1](x)[0],
        lambda: jax.jacfwd(lambda v: jnp.sin(v) * v[0])(x[:3]),
        lambda: soft(x) if FORWARD[-1] else clipped(x),
        lambda: jax.jit(jax.jit(lambda v: (v, v * 2)))(x)[1],
        lambda: lax.optimization_barrier(x) * 2,
        lambda: jnp.concatenate(lax.optimization_barrier((x, y[:1] * 2))),
        lambda: lax.optimization_barrier((jnp.ones(2), x[None], 3.0))[1],
        lambda: mixed(x[0], 2, y),
        lambda: jax.vmap(lambda v: mixed(v, 1, y))(x[:2]),
        lambda: jax.jit(jax.vmap(soft))(jnp.outer(x[:2], y[:2])),
        lambda: mixed(x[0], 1, y) if FORWARD[-1] else scaled_back(x, {"by": y}),
        lambda: x * 2 if FORWARD[-1] else jax.vmap(clipped)(jnp.outer(x[:2], y[:3])),
        lambda: jax.hessian(lambda v: jnp.sum(jnp.sin(v) * v[::-1]))(x[:3]),
        lambda: jax.linearize(lambda v: v * v[0], x)[1](jnp.cos(x)),
        lambda: jax.vmap(lambda v: v / lax.psum(v * v, "i"), axis_name="i")(x + 2),
        lambda: lax.custom_linear_solve(
            lambda v: 3 * v + jnp.sum(v) * 0.1,
            x,
            lambda mv, b: b / 3 - jnp.sum(b) * 0.1 / (9 + 0.3 * x.size),
            symmetric=True,
        ),
        lambda: lax.custom_root(
            lambda v: v + 0.2 * jnp.sin(v) * y[0] - x,
            x,
            lambda f, v: lax.scan(lambda c, _: (c - f(c), None), v, None, 60)[0],
            lambda g, b: jnp.linalg.solve(jax.jacobian(g)(b), b),
        ),
        lambda: jax.checkpoint(lambda v: jnp.sin(v * jnp.sum(v)))(x) * y[0],
        lambda: jax.checkpoint(
            lambda v, w: jax.jit(lambda v: jnp.tanh(v) * w[0])(v),
            policy=jax.checkpoint_policies.dots_saveable,
        )(x, y),
        lambda: jnp.vectorize(lambda a, b: a * b + jnp.sin(a))(x, y[0]),
        lambda: jax.named_call(jnp.sin, name="named")(x),
        lambda: straight(x) * x,
        lambda: jax.vmap(batched)(x) * y[0],
        lambda: jnp.sin(checkpoint_name(x * y[0], "kept")),
        lambda: over_axis(lambda v: v * lax.ppermute(v * v, "i", turn(x.size)), x),
        lambda: over_axis(lambda v: jnp.sin(lax.all_gather(v, "i")) * v, x[:3]),
        lambda: over_axis(lambda v: v - lax.pmean(v * lax.axis_index("i"), "i"), x),
        lambda: over_axis(
            lambda v: lax.all_to_all(v * v, "i", 0, 0), jnp.outer(x[:2], x[:2])
        ),
        lambda: over_axis(
            lambda v: lax.psum_scatter(v, "i") * y[0], jnp.outer(x[:3], x[:3])
        ),
        lambda: jax.checkpoint(
            lambda v: v * jax.random.normal(jax.random.key(1), v.shape)
        )(jnp.sin(x)),
    ]
    return pick(random, functions)()


@operation
def solved(random: Any, pool: list[Any]) -> Any:
    a, x = square(random, pool, 3), jnp.resize(flat(random, pool), 3)
    positive = a @ a.T
    functions = [
        lambda: jnp.linalg.solve(a, x),
        lambda: jnp.linalg.inv(a)[0],
        lambda: jnp.linalg.cholesky(positive),
        lambda: jnp.linalg.slogdet(a)[1][None],
        lambda: jax.scipy.linalg.solve_triangular(a, x, lower=True),
        lambda: jax.scipy.linalg.cho_solve((jnp.linalg.cholesky(positive), True), x),
        lambda: jax.scipy.sparse.linalg.cg(lambda v: positive @ v, x, tol=1e-14)[0],
        lambda: jnp.linalg.qr(a)[1],
        lambda: jnp.linalg.eigvalsh(positive + jnp.diag(jnp.arange(3.0))),
        lambda: jnp.linalg.norm(a, axis=1),
        lambda: jnp.linalg.eigh(positive + jnp.diag(jnp.arange(3.0)))[1][:, 0] ** 2,
        lambda: jnp.linalg.svd(a + jnp.diag(jnp.arange(3.0)), compute_uv=False),
        lambda: jnp.linalg.det(jnp.stack([a, positive])),
        lambda: jnp.linalg.pinv(a)[1],
        lambda: jnp.linalg.solve(
            jnp.stack([a, a.T]), jnp.stack([x, x[::-1]])[..., None]
        ),
        lambda: lax.linalg.triangular_solve(
            a, jnp.outer(x[:2], x), left_side=False, lower=True, transpose_a=True
        ),
        lambda: lax.linalg.triangular_solve(
            np.tri(3) + np.eye(3), jnp.outer(x, x[:2]), left_side=True, lower=True
        ),
        lambda: jax.scipy.linalg.lu(a)[2],
        lambda: lax.linalg.tridiagonal_solve(
            jnp.r_[0, x[1:]], 4 + x * x, jnp.r_[x[:2], 0], a[:, :2]
        ),
        lambda: jnp.linalg.lstsq(a[:, :2], x)[0],
        lambda: jax.scipy.linalg.solve(positive, x, assume_a="pos"),
        lambda: lax.linalg.triangular_solve(
            np.stack([np.tri(3) + np.eye(3)] * 2), jnp.stack([a, a.T]), lower=True
        ),
        lambda: jax.scipy.linalg.expm(0.1 * a)[0],
        lambda: jnp.abs(jnp.linalg.eigvals(a + jnp.diag(jnp.arange(3.0)))),
    ]
    return pick(random, functions)()
