"""Functions drawn at random from what JAX can do, the same for the same seed.

A function keeps a pool of small arrays and adds to it: arithmetic, moves, indices,
products, loops, branches, rules of users' own. Now and then everything is squeezed
through a waist, or the pool starts anew, so that there is something to cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

MOST = 14  # elements of an array in the pool

OPERATIONS: list[Callable[[Any, list[Any]], Any]] = []


def operation(make: Callable[[Any, list[Any]], Any]) -> Callable[[Any, list[Any]], Any]:
    OPERATIONS.append(make)
    return make


def pick(random: Any, choices: list[Any]) -> Any:
    return choices[random.integers(len(choices))]


def flat(random: Any, pool: list[Any], most: int = MOST) -> Any:
    return pick(random, pool).reshape(-1)[:most]


def square(random: Any, pool: list[Any], side: int) -> Any:
    """A well-conditioned matrix of entries of the pool."""
    x = flat(random, pool)
    repeated = jnp.tile(x, -(-side * side // x.size))[: side * side]
    return 0.2 * jnp.tanh(repeated).reshape(side, side) + 2 * jnp.eye(side)


def weight(random: Any, rows: int, columns: int, dtype: Any) -> Any:
    values = random.normal(size=(rows, columns)) / columns**0.5
    if random.random() < 0.3:
        values[random.random(values.shape) < 0.6] = 0
    return jnp.asarray(values, dtype)


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


@operation
def unary(random: Any, pool: list[Any]) -> Any:
    functions = [
        jnp.sin,
        jnp.tanh,
        jnp.square,
        jnp.abs,
        jnp.exp2,
        jax.nn.relu,
        jax.nn.softplus,
        jax.nn.sigmoid,
        jax.nn.gelu,
        jax.nn.silu,
        jax.nn.elu,
        jax.nn.leaky_relu,
        jax.nn.relu6,
        lax.erf,
        jnp.sign,
        jnp.round,
        jnp.floor,
        lax.stop_gradient,
        jnp.cbrt,
        jnp.sinc,
        jnp.nan_to_num,
        lambda v: jnp.sqrt(1 + v * v),
        lambda v: jnp.log1p(v * v),
        lambda v: v**3,
        lambda v: lax.reciprocal(2 + v * v),
        lambda v: jnp.clip(v, -0.5, 0.7),
        lambda v: jnp.fmod(v, 0.8),
        lambda v: lax.reduce_precision(v, 11, 52),
        lambda v: 1.5 - v,
        lambda v: v / 3,
    ]
    x = pick(random, pool)
    return jnp.clip(pick(random, functions)(x), -1e3, 1e3)


@operation
def binary(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool), flat(random, pool)
    k = min(x.size, y.size)
    a, b = x[:k], y[-k:]
    functions = [
        jnp.multiply,
        jnp.add,
        jnp.subtract,
        jnp.maximum,
        jnp.minimum,
        jnp.hypot,
        jnp.logaddexp,
        lambda a, b: a - b[::-1],
        lambda a, b: a / (2 + b * b),
        lambda a, b: jnp.arctan2(a, 2 + b * b),
        lambda a, b: (1.5 + jnp.tanh(a)) ** jnp.tanh(b),
        lambda a, b: jnp.where(a > b, a, 2 * b),
        lambda a, b: lax.select(a > 0, a * b, b),
        lambda a, b: jnp.sinh(jnp.tanh(a)) * a * b,
    ]
    return pick(random, functions)(a, b)


@operation
def broadcast(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 4), flat(random, pool, 3)
    functions = [
        lambda: x[:, None] * y[None, :],
        lambda: x[:, None] + y,
        lambda: x[:, None] * jnp.ones((1, 3)),
        lambda: jnp.outer(x, y).T,
        lambda: jnp.where(x[:, None] > y, x[:, None], y),
        lambda: x[:, None] * jnp.sum(y) + y * jnp.asarray(random.normal(size=3))[0],
        lambda: jnp.stack([x, jnp.sum(y) * x]),
        lambda: jnp.kron(x, y),
        lambda: jnp.broadcast_to(x[0], (2, 3)),
        lambda: jnp.repeat(x, 2),
        lambda: jnp.tile(y, (2, 1)),
    ]
    return pick(random, functions)()


@operation
def reshaped(random: Any, pool: list[Any]) -> Any:
    x = flat(random, pool)
    even = x[: x.size // 2 * 2]
    functions = [
        lambda: even.reshape(2, -1).T,
        lambda: even.reshape(-1, 2),
        lambda: even.reshape(2, 1, -1),
        lambda: jnp.swapaxes(even.reshape(2, -1, 1), 0, 2),
        lambda: jnp.split(even, 2)[random.integers(2)],
        lambda: x[:, None],
        lambda: jnp.diag(x[:3]),
        lambda: jnp.tril(jnp.outer(x[:3], x[-3:])),
        lambda: jnp.atleast_3d(even.reshape(2, -1)),
    ]
    return pick(random, functions)() if even.size else x


@operation
def sliced(random: Any, pool: list[Any]) -> Any:
    x = pick(random, pool)
    if x.ndim == 0:
        return x[None]
    x = jnp.moveaxis(x, random.integers(x.ndim), 0)
    functions = [
        lambda: x[::2],
        lambda: x[::-1],
        lambda: jnp.roll(x, 1, 0),
        lambda: x[: (x.shape[0] + 1) // 2],
        lambda: x[-1],
        lambda: jnp.flip(x),
        lambda: jnp.diff(x, axis=0) if x.shape[0] > 1 else x,
    ]
    return pick(random, functions)()


@operation
def joined(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 6), flat(random, pool, 6)
    return jnp.concatenate([x, jnp.ones(1, x.dtype), y])


@operation
def reduced(random: Any, pool: list[Any]) -> Any:
    x = jnp.atleast_1d(pick(random, pool))
    axis = int(random.integers(x.ndim))
    functions = [
        jnp.sum,
        jnp.max,
        jnp.min,
        jnp.mean,
        jnp.var,
        jax.nn.logsumexp,
        jax.nn.softmax,
        jax.nn.log_softmax,
        lambda v, axis: jnp.prod(jnp.tanh(v) + 1.2, axis=axis),
        lambda v, axis: jnp.sqrt(jnp.sum(v * v, axis=axis) + 1),
        lambda v, axis: jnp.cumsum(v, axis),
        lambda v, axis: jnp.cumprod(jnp.tanh(v) + 1.2, axis),
        lambda v, axis: lax.cummax(v, axis),
        lambda v, axis: lax.cummin(v, axis, reverse=True),
        lambda v, axis: lax.cumlogsumexp(v, axis),
        lambda v, axis: lax.cumsum(v, axis, reverse=True),
        lambda v, axis: jnp.take_along_axis(
            v, jnp.argmax(v, axis=axis, keepdims=True), axis=axis
        ),
        lambda v, axis: jnp.sort(v, axis=axis),
        lambda v, axis: jnp.median(v, axis=axis),
        lambda v, axis: lax.associative_scan(jnp.add, v, axis=axis),
    ]
    return pick(random, functions)(x, axis=axis)


@operation
def product(random: Any, pool: list[Any]) -> Any:
    x = flat(random, pool)
    return weight(random, int(random.integers(1, 8)), x.size, x.dtype) @ x


@operation
def contracted(random: Any, pool: list[Any]) -> Any:
    x = pick(random, pool)
    a, b = square(random, pool, 3), square(random, pool, 3)
    functions = [
        lambda: a @ b,
        lambda: a @ a.T,
        lambda: jnp.einsum("ij,kj->ki", a, b),
        lambda: jnp.einsum("bij,bjk->bik", jnp.stack([a, b]), jnp.stack([b, b])),
        lambda: jnp.einsum("ij,ij->i", a, b),
        lambda: jnp.tensordot(a, b, 2)[None],
        lambda: jnp.vdot(x, x)[None],
        lambda: jnp.trace(a)[None] * a[0],
        lambda: jnp.cross(a[0], b[1]),
        lambda: jnp.einsum("bij,jk->bik", jnp.stack([a, a]), jnp.eye(3)),
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
    ]
    return pick(random, functions)()


@operation
def transformed(random: Any, pool: list[Any]) -> Any:
    x = flat(random, pool, 8)
    complex_x = lax.complex(x, x[::-1])
    functions = [
        lambda: jnp.abs(jnp.fft.rfft(x)) ** 2,
        lambda: jnp.fft.irfft(jnp.fft.rfft(x) * 2, x.size),
        lambda: jnp.real(jnp.fft.fft(x) * 1j),
        lambda: jnp.imag(complex_x * jnp.conj(complex_x[::-1])),
        lambda: jnp.real(jnp.exp(1j * complex_x * 0.1)),
        lambda: jnp.abs(complex_x + 3),
        lambda: jnp.angle(complex_x + 5),
    ]
    return pick(random, functions)()


@operation
def padded(random: Any, pool: list[Any]) -> Any:
    x = flat(random, pool)
    low, high, inside = (int(random.integers(*r)) for r in ((-1, 3), (-1, 3), (0, 2)))
    if x.size < 3:
        low = high = 1
    functions = [
        lambda: lax.pad(x, jnp.zeros((), x.dtype), [(low, high, inside)]),
        lambda: lax.pad(x, jnp.sum(x), [(1, 2, 0)]),
        lambda: jnp.pad(x, 2, mode="edge"),
        lambda: jnp.pad(x, 1, mode="wrap"),
    ]
    return pick(random, functions)()


@operation
def indexed(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool), flat(random, pool, 5)
    where = random.integers(0, x.size, size=y.size)
    ordered = random.permutation(x.size)[: y.size]
    y_some = y[: ordered.size]
    start = jnp.argmax(x) // 2
    functions = [
        lambda: x[where],
        lambda: x[-1 - where],
        lambda: x[jnp.asarray(where)[:, None] // 2],
        lambda: jnp.take(x, where + 3, mode="clip"),
        lambda: jnp.take(x, where + 3, mode="fill", fill_value=0.0),
        lambda: x.at[where].add(y),
        lambda: x.at[ordered].set(y_some),
        lambda: x.at[ordered].multiply(y_some, unique_indices=True),
        lambda: x.at[where].max(y),
        lambda: x.at[where].min(y),
        lambda: x.at[where].add(y[0], mode="drop"),
        lambda: jnp.zeros(x.size, x.dtype).at[where].add(y),
        lambda: x.at[::2].set(0.5),
        lambda: x[jnp.argsort(x)],
        lambda: lax.top_k(x, min(2, x.size))[0],
        lambda: lax.dynamic_slice(x, (start,), (max(x.size // 2, 1),)),
        lambda: lax.dynamic_update_slice(x, y[: min(2, x.size)], (start,)),
        lambda: lax.dynamic_index_in_dim(x, start, keepdims=False)[None],
        lambda: jnp.interp(jnp.tanh(y), jnp.linspace(-1, 1, x.size), x),
        lambda: jax.ops.segment_sum(x, jnp.arange(x.size) // 2, (x.size + 1) // 2),
        lambda: jax.ops.segment_max(x, jnp.arange(x.size) // 2, (x.size + 1) // 2),
        lambda: jnp.choose(where % 2, [y, 2 * y], mode="clip"),
    ]
    return pick(random, functions)()


@operation
def windowed(random: Any, pool: list[Any]) -> Any:
    x = jnp.resize(flat(random, pool), 8)
    image, kernel = x.reshape(1, 1, 8), jnp.asarray(random.normal(size=(2, 1, 3)))
    functions = [
        lambda: lax.conv(image, kernel.astype(x.dtype), (2,), "SAME"),
        lambda: lax.conv(image, jnp.tanh(x[:3]).reshape(1, 1, 3), (1,), "VALID"),
        lambda: jnp.convolve(x, kernel[0, 0].astype(x.dtype), mode="same"),
        lambda: lax.reduce_window(x, -jnp.inf, lax.max, (2,), (2,), "VALID"),
        lambda: lax.reduce_window(x, 0.0, lax.add, (3,), (1,), "SAME"),
        lambda: jax.image.resize(x, (12,), "linear"),
        lambda: lax.conv_transpose(
            image,
            kernel[:1].astype(x.dtype),
            (2,),
            "SAME",
            dimension_numbers=("NCH", "OIH", "NCH"),
        ),
    ]
    return pick(random, functions)()


@operation
def looped(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 4), flat(random, pool, 4)
    w = weight(random, x.size, x.size, x.dtype)
    rounds = int(random.integers(1, 5))

    def carry_and_collect() -> Any:
        def step(c: Any, t: Any) -> Any:
            new = jnp.tanh(w @ c + t * y[0])
            return new, new[0] * t

        end, seen = lax.scan(step, x, y, reverse=bool(random.integers(2)))
        return jnp.concatenate([end, seen])

    def stencil() -> Any:
        def step(u: Any, _: Any) -> Any:
            left = jnp.concatenate([jnp.zeros(1, u.dtype), u[:-1]])
            return u - 0.3 * u * (u - left), u

        end, states = lax.scan(step, x, None, rounds, unroll=int(random.integers(1, 3)))
        return jnp.concatenate([end, states.reshape(-1)[:6]])

    def pair() -> Any:
        def step(c: Any, t: Any) -> Any:
            a, b, k = c
            return (a * jnp.cos(b) + t, b + 0.1, k + 1), (a.sum(), k)

        (a, _, k), seen = lax.scan(step, (x, y[0], 0), jnp.arange(rounds) * 0.1)
        return a * k + seen[0].sum()

    def nested() -> Any:
        def inner(c: Any, _: Any) -> Any:
            return jnp.sin(c) * y[-1], None

        def outer(c: Any, t: Any) -> Any:
            return lax.scan(inner, c + t, None, 2)[0], c[0]

        return lax.scan(outer, x, jnp.tanh(y))[1]

    def constant_carry() -> Any:
        def step(c: Any, t: Any) -> Any:
            return (c[0], c[0] * t + c[1]), None

        return lax.scan(step, (x, jnp.zeros_like(x)), y)[0][1]

    def until() -> Any:
        return lax.while_loop(
            lambda s: s[0] < 3, lambda s: (s[0] + 1, jnp.sin(s[1]) + x), (0, x)
        )[1]

    functions = [
        carry_and_collect,
        stencil,
        pair,
        nested,
        constant_carry,
        lambda: lax.fori_loop(0, rounds, lambda i, c: jnp.tanh(w @ c) + i * 0.1, x),
        lambda: lax.map(lambda v: v * jnp.sum(y) + jnp.sin(v), x),
        lambda: lax.associative_scan(lambda a, b: a * b + b, jnp.tanh(x)),
        until if FORWARD[-1] else carry_and_collect,
    ]
    return pick(random, functions)()


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
    ]
    return pick(random, functions)()


@operation
def cast(random: Any, pool: list[Any]) -> Any:
    x = flat(random, pool)
    functions = [
        lambda: x.astype(jnp.int32) * x,
        lambda: (x > 0) * x,
        lambda: jnp.float64(2.0) * x,
        lambda: x + np.arange(x.size),
        lambda: jnp.where(jnp.isfinite(x), x, 0) * 1.25,
    ]
    return pick(random, functions)()


# Whether the function being made may have tangents only (while), or adjoints only.
FORWARD: list[bool] = [True]


def waist(random: Any, pool: list[Any]) -> list[Any]:
    """Everything through a few numbers, and out of them again."""
    gathered = jnp.concatenate([v.reshape(-1) for v in pool])
    down = weight(random, int(random.integers(1, 4)), gathered.size, gathered.dtype)
    narrow = jnp.tanh(down @ gathered)
    up = weight(random, int(random.integers(3, 10)), narrow.size, narrow.dtype)
    return [pick(random, [up @ narrow, jnp.sin(up @ narrow), narrow])]


def draw(seed: int) -> tuple[Callable[[Any], Any], Any, bool]:
    """A function of a tree of arrays, its point, and whether it has tangents."""
    random = np.random.default_rng(seed)
    forward = bool(random.random() < 0.7)
    shapes = [(int(random.integers(1, 9)),), (2, 3), (), (3, 1)]
    count = int(random.integers(1, 4))
    leaves = [
        jnp.asarray(random.normal(size=pick(random, shapes))) for _ in range(count)
    ]
    # Single precision at the ends, double between them.
    narrow = np.random.default_rng([seed, 2])
    leaves = [x.astype(jnp.float32) if narrow.random() < 0.1 else x for x in leaves]
    last = jnp.float32 if narrow.random() < 0.1 else jnp.float64
    point = leaves[0] if count == 1 else dict(zip("abc", leaves, strict=False))
    length = int(random.integers(2, 9))

    def fun(point: Any) -> Any:
        own = np.random.default_rng([seed, 1])
        FORWARD.append(forward)
        try:
            given = jax.tree_util.tree_leaves(point)
            pool = [jnp.asarray(v).astype(jnp.float64) for v in given]
            for _ in range(length):
                if own.random() < 0.12:
                    pool = waist(own, pool)
                    continue
                made = pick(own, OPERATIONS)(own, pool)
                if not made.size:
                    continue
                made = made if made.size <= MOST else made.reshape(-1)[:MOST]
                pool = [made] if own.random() < 0.3 else [*pool, made]
        finally:
            FORWARD.pop()
        kept = [*pool[-3:-1], pool[-1].astype(last)]
        return kept[0] if len(kept) == 1 else {"y": kept[0], "rest": tuple(kept[1:])}

    return fun, point, forward
