"""Arithmetic, reshaping, reductions, products, transforms."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .pieces import flat, operation, pick, square, weight


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
        lambda v: jnp.mod(v, 0.7),
        lambda v: lax.lgamma(1.5 + v * v),
        lambda v: lax.digamma(1.5 + v * v),
        lambda v: lax.erf_inv(0.9 * jnp.tanh(v)),
        lambda v: lax.bessel_i0e(v),
        lambda v: lax.clamp(-0.5, v, 0.7),
        lambda v: lax.rsqrt(1 + v * v),
        lambda v: jnp.heaviside(v, 0.5) * v,
        lambda v: jnp.select([v > 0.5, v > 0], [v * v, -v], jnp.sin(v)),
        lambda v: jnp.piecewise(v, [v < 0, v >= 0], [lambda u: u * u, jnp.sin]),
        lambda v: jnp.polyval(jnp.array([1.0, -0.5, 0.2]), v),
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
        lambda a, b: lax.rem(a, 2 + b * b),
        lambda a, b: jnp.mod(a, 2 + b * b),
        lambda a, b: lax.clamp(-jnp.abs(b), a, 0.5 + jnp.abs(b)),
        lambda a, b: lax.select_n((a > 0) * 1 + (a > b) * 1, a, b, a * b),
        lambda a, b: lax.select_n(jnp.arange(k) % 3, a, 2 * b, a * b),
        lambda a, b: lax.select_n(jnp.int32(1), a, b),
        lambda a, b: lax.atan2(a, b),
        lambda a, b: jnp.copysign(a, b),
        lambda a, b: lax.igamma(1.5 + a * a, 1 + b * b),
        lambda a, b: jnp.heaviside(a, b),
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
        lambda: x[:, None] @ y[None, :],
        lambda: jnp.meshgrid(x, y)[0] * jnp.meshgrid(x, y)[1],
        lambda: jnp.vander(jnp.tanh(y), 3),
        lambda: lax.broadcast_in_dim(x, (2, x.size, 1), (1,)) * y[0],
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
        lambda: jnp.rot90(even.reshape(2, -1)),
        lambda: jnp.hstack([even.reshape(2, -1), even.reshape(2, -1)[::-1] * 2]),
        lambda: jnp.stack([even, even[::-1]], axis=1)[:, 0],
        lambda: jnp.unstack(even.reshape(2, -1))[1],
    ]
    return pick(random, functions)() if even.size else x


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
        lambda v, axis: lax.cumprod(jnp.tanh(v) + 1.2, axis, reverse=True),
        lambda v, axis: lax.cummax(v, axis, reverse=True),
        lambda v, axis: lax.associative_scan(jnp.maximum, v, reverse=True, axis=axis),
        lambda v, axis: jnp.std(v, axis=axis) if v.shape[axis] > 1 else v,
        lambda v, axis: jnp.ptp(v, axis=axis),
        lambda v, axis: jnp.quantile(v, 0.3, axis=axis),
        lambda v, axis: -jnp.sort(-v, axis=axis)[..., :2],
        lambda v, axis: lax.sort((v, jnp.sin(v)), dimension=axis)[1],
        lambda v, axis: jnp.argsort(v, axis=axis) * v,
        lambda v, axis: jnp.nanmax(v, axis=axis, keepdims=True),
        lambda v, axis: lax.reduce(v, 0.0, lax.add, (axis,)),
        lambda v, axis: jnp.gradient(v, axis=axis) if v.shape[axis] > 1 else v,
        lambda v, axis: jnp.trapezoid(v, dx=0.3, axis=axis),
        lambda v, axis: jnp.average(v, axis=axis, weights=jnp.exp(jnp.tanh(v))),
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
        lambda: jnp.einsum("ii->i", a),
        lambda: jnp.einsum("ij,ij,ik->k", a, b, b),
        lambda: jnp.einsum("ibj,bjk->bki", jnp.stack([a, b], 1), jnp.stack([b, a])),
        lambda: lax.dot_general(
            jnp.stack([a, b], 2), jnp.stack([b, a]), (((0,), (2,)), ((2,), (0,)))
        ),
        lambda: jnp.einsum("bij,bj->bi", jnp.stack([np.tri(3), np.eye(3)]), a[:2]),
        lambda: lax.dot(
            a.astype(jnp.float32),
            b[0].astype(jnp.float32),
            preferred_element_type=jnp.float64,
        ),
        lambda: jnp.linalg.multi_dot([a, b[:, :2], b[:2]]),
        lambda: jnp.linalg.matrix_power(0.3 * a, 3),
        lambda: jax.nn.softmax(a @ b.T) @ a,
        lambda: jnp.cov(a),
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
        lambda: jnp.abs(jnp.fft.fft2(jnp.outer(x[:2], x[-2:])) + 1),
        lambda: jnp.real(jnp.fft.ifft(jnp.fft.fft(x) * jnp.fft.fftshift(complex_x))),
        lambda: (
            jnp.imag(jnp.outer(complex_x[:3], complex_x[-3:].conj()) @ complex_x[:3])
            if x.size > 2
            else x
        ),
        lambda: jnp.real(complex_x[::-1] * x + 1j * x),
        lambda: jnp.abs(jnp.sum(complex_x) + 3)[None] * x,
        lambda: jnp.real(complex_x.at[0].set(jnp.conj(complex_x[-1]))),
        lambda: jnp.real(
            jnp.linalg.solve(jnp.eye(2) * 3 + 1j, complex_x[jnp.array([0, -1])])
        ),
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
        lambda: (x.astype(jnp.float32) * 1.5).astype(jnp.float64) * x,
        lambda: jnp.sin(x.astype(jnp.float32))[::-1].astype(jnp.float64),
        lambda: x + jnp.arange(x.size, dtype=jnp.float32)[::-1] * x[0],
        lambda: jnp.full(3, 2.0),
        lambda: jax.random.normal(jax.random.key(0), (3,)) * x[0],
        lambda: jnp.mod(jnp.arange(x.size), 2) * x,
    ]
    return pick(random, functions)()
