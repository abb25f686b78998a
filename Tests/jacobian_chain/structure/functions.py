"""Small functions, at least one to every primitive, for all tests of structure."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

Function = Callable[..., Any]

_W = np.random.default_rng(7).normal(size=(5, 6))
_TRI = np.tril(np.ones((6, 6)))
_STENCIL = np.diag(np.full(6, 2.0)) - np.eye(6, k=1) - np.eye(6, k=-1)


@jax.custom_jvp
def summing(x: Any) -> Any:
    """Elementwise by its looks, a sum by its derivative."""
    return jnp.tanh(x)


@summing.defjvp
def _summing_jvp(primals: Any, tangents: Any) -> Any:
    (x,), (t,) = primals, tangents
    return jnp.tanh(x), jnp.sum(t) * jnp.ones_like(x)


def _stepped(x: Any) -> Any:
    def step(c: Any, u: Any) -> Any:
        c = c + 0.1 * jnp.sin(jnp.roll(c, 1)) * u
        return c, c[:2]

    return lax.scan(step, x, jnp.arange(3.0))


def _stepped_back(x: Any) -> Any:
    def step(c: Any, u: Any) -> Any:
        return c * jnp.sin(u), c[0] * u

    return lax.scan(step, x[:2], x.reshape(3, 2), reverse=True)


def _conv(x: Any, **options: Any) -> Any:
    kernel = jnp.asarray(np.random.default_rng(1).normal(size=(4, 2, 3)))
    return lax.conv_general_dilated(
        x.reshape(1, 2, 6),
        kernel,
        (1,),
        "SAME",
        dimension_numbers=("NCH", "OIH", "NCH"),
        **options,
    )


def _conv2(x: Any) -> Any:
    kernel = jnp.asarray(np.random.default_rng(1).normal(size=(3, 2, 2, 4)))
    return lax.conv_general_dilated(
        x.reshape(1, 5, 4, 2),
        kernel,
        (2, 1),
        [(1, 1), (0, 2)],
        lhs_dilation=(1, 2),
        rhs_dilation=(1, 2),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )


def _grouped(x: Any) -> Any:
    kernel = jnp.asarray(np.random.default_rng(1).normal(size=(4, 1, 3)))
    return lax.conv_general_dilated(
        x.reshape(1, 2, 6),
        kernel,
        (1,),
        "VALID",
        feature_group_count=2,
        dimension_numbers=("NCH", "OIH", "NCH"),
    )


def _whiled(x: Any) -> Any:
    def cond(c: Any) -> Any:
        return c[0] < 3

    return lax.while_loop(cond, lambda c: (c[0] + 1, jnp.sin(c[1]) * c[1]), (0, x))[1]


def _stepped_complex(x: Any) -> Any:
    def step(z: Any, u: Any) -> Any:
        z = 0.9 * z + 0.3j * jnp.conj(z) + 0.1 * jnp.sin(jnp.real(z)) * u
        return z, jnp.abs(z + 2)

    z, seen = lax.scan(step, lax.complex(x[0], x[1]), x)
    return jnp.real(z), jnp.imag(z), seen


def _stepped_narrow(x: Any) -> Any:
    def step(c: Any, u: Any) -> Any:
        return (0.5 * c + u).astype(np.float32), u * x[1] / 3

    return lax.scan(step, jnp.float32(0), x)


def _remembered(x: Any) -> Any:
    def step(c: Any, u: Any) -> Any:
        return jnp.tanh(c * u + x[:2] * jnp.sum(c)), c[0] * u

    return jax.checkpoint(lambda c: lax.scan(step, c, x))(x[:2])


_V6, _V12, _M43, _M66 = (6,), (12,), (4, 3), (6, 6)


def _reacting(state: Any) -> Any:
    for _ in range(2):
        u, v = state
        spread = jnp.roll(u, 1, 0) + jnp.roll(u, -1, 0) + jnp.roll(v, 1, 1) - 4 * u
        state = jnp.stack([u + 0.1 * (spread - u * u * v - 3 * v), v - 0.2 * spread])
    return state


def _moved_sums(x: Any) -> Any:
    padded = jnp.pad(x, ((1, 0), (0, 2)))
    turned = x.T[:, ::-1].reshape(3, 4)
    inner = padded[:3, :4] - turned
    outer = -(inner - 0.5 * padded[1:, 2:]) + x[::-1] * jnp.sin(x)
    ones = jnp.broadcast_to(x[:, :1], (3, 4))
    return outer - (ones - jnp.concatenate([turned[:, 1:], 2 * x[:, :1]], 1))


#: name → (function, shapes of its inputs)
FUNCTIONS: dict[str, tuple[Function, list[tuple[int, ...]]]] = {
    "elementwise": (lambda x: jnp.tanh(x) * x + jnp.exp(x), [_V6]),
    "identity": (lambda x: x + 1.0, [_V6]),
    "scalar": (lambda x: x[2] * jnp.sin(x), [_V6]),
    "constant": (lambda x: jnp.ones(3), [_V6]),
    "output is input": (lambda x: (x, jnp.sin(x)), [_V6]),
    "two inputs": (lambda x, y: (x * y, x[:2] - y[1:3]), [_V6, _V6]),
    "outer": (lambda x: x[:, None] * jnp.sin(x)[None, :], [_V6]),
    "broadcast one": (lambda x: x.reshape(2, 3) + x[:3].reshape(1, 3), [_V6]),
    "size-1 axes": (lambda x: x.reshape(6, 1) * jnp.ones((6, 4)), [_V6]),
    "reshape": (lambda x: x.reshape(2, 3).T.reshape(6), [_V6]),
    "reshape compact": (
        lambda x: jnp.broadcast_to(x[:, None], (6, 4)).reshape(3, 8),
        [_V6],
    ),
    "transpose": (lambda x: jnp.transpose(x.reshape(2, 3, 2), (2, 0, 1)), [_V12]),
    "slice": (lambda x: x[1:9:3], [_V12]),
    "strided block": (lambda x: x.reshape(4, 3)[::2, 1:], [_V12]),
    "rev": (lambda x: x[::-1] * x, [_V6]),
    "pad": (lambda x: lax.pad(x, 0.0, [(2, -1, 1)]), [_V6]),
    "pad both": (lambda x: jnp.pad(x.reshape(2, 3), 1), [_V6]),
    "concatenate": (lambda x: jnp.concatenate([x[3:], jnp.ones(2), x[:2] ** 2]), [_V6]),
    "arrowhead": (lambda x: jnp.concatenate([jnp.sum(x)[None], x * x]), [_V6]),
    "roll": (lambda x: jnp.roll(x, 2) - 2 * x + jnp.roll(x, -2), [_V12]),
    "sum axis": (lambda x: jnp.sum(jnp.sin(x.reshape(4, 3)), axis=1), [_V12]),
    "mean axes": (lambda x: jnp.mean(x.reshape(2, 3, 2), axis=(0, 2)), [_V12]),
    "max": (lambda x: jnp.max(x.reshape(4, 3), axis=0), [_V12]),
    "prod": (lambda x: jnp.prod(x.reshape(4, 3), axis=1), [_V12]),
    "logsumexp": (lambda x: jax.nn.logsumexp(x.reshape(4, 3), axis=1), [_V12]),
    "softmax": (lambda x: jax.nn.softmax(x.reshape(4, 3), axis=-1), [_V12]),
    "cumsum": (lambda x: jnp.cumsum(x * x), [_V6]),
    "cumsum reverse": (lambda x: lax.cumsum(x.reshape(2, 3), 1, reverse=True), [_V6]),
    "cumprod": (lambda x: jnp.cumprod(x), [_V6]),
    "cummax": (lambda x: lax.cummax(x), [_V6]),
    "dot": (lambda x: _W @ jnp.sin(x), [_V6]),
    "dot left": (lambda x: x[:5] @ _W, [_V6]),
    "dot triangular": (lambda x: _TRI @ x**2, [_V6]),
    "dot stencil": (lambda x: _STENCIL @ jnp.sin(x) + x, [_V6]),
    "stencil from the left": (lambda x: x.reshape(3, 6) @ _STENCIL, [(18,)]),
    "stencil of a matrix": (lambda x: _STENCIL @ x.reshape(6, 3), [(18,)]),
    "square": (lambda x: x @ x, [(4, 4)]),
    "gram": (lambda x: x @ x.T, [_M43]),
    "batched dot": (lambda x: jnp.einsum("bij,bjk->bik", x, x), [(2, 3, 3)]),
    "batched dot, one": (
        lambda x: jnp.einsum("bij,bj->bi", np.ones((2, 4, 3)), x),
        [(2, 3)],
    ),
    "tensordot": (lambda x: jnp.einsum("ij,kjl->ikl", _W[:3, :3], x), [(2, 3, 2)]),
    "mask": (lambda x: jnp.where(jnp.arange(6) % 2 == 0, x * x, x[::-1]), [_V6]),
    "mask unknown": (lambda x: jnp.where(x > 0, x * x, x[::-1]), [_V6]),
    "mask product": (lambda x: jnp.tril(x) * 2.0, [_M66]),
    "relu": (lambda x: jax.nn.relu(x) + jax.nn.gelu(x), [_V6]),
    "clip": (lambda x: jnp.clip(x, -0.5, 0.5), [_V6]),
    "gather": (lambda x: x[jnp.array([3, 0, 0, 5])] ** 2, [_V6]),
    "gather computed": (lambda x: x[jnp.arange(6)[::2]], [_V6]),
    "gather negative": (lambda x: x[jnp.array([-1, 2])], [_V6]),
    "gather rows": (lambda x: x[jnp.array([2, 0])], [_M43]),
    "gather pairs": (lambda x: x[jnp.array([2, 0]), jnp.array([1, 1])], [_M43]),
    "gather columns": (lambda x: x[:, jnp.array([[2, 0], [1, 1]])], [_M43]),
    "gather fill": (lambda x: x.at[jnp.array([1, 9])].get(mode="fill"), [_V6]),
    "gather clip": (lambda x: x.at[jnp.array([1, 9])].get(mode="clip"), [_V6]),
    "gather unknown": (lambda x: x[(jnp.abs(x[:3]) * 2).astype(int)], [_V6]),
    "gather rows unknown": (lambda x: x[(jnp.abs(x[:2, 0]) * 2).astype(int)], [_M43]),
    "take along axis": (
        lambda x: jnp.take_along_axis(x, jnp.array([[0], [2], [1], [1]]), 1),
        [_M43],
    ),
    "sort": (lambda x: jnp.sort(x), [_V6]),
    "sort rows": (lambda x: jnp.sort(x, axis=1), [_M43]),
    "top": (lambda x: lax.top_k(x, 2)[0], [_V6]),
    "scatter": (lambda x: x.at[jnp.array([1, 4])].set(x[:2] ** 2), [_V6]),
    "scatter add": (
        lambda x: jnp.zeros(4).at[jnp.array([1, 3, 1, 0, 1, 9])].add(x),
        [_V6],
    ),
    "scatter rows": (
        lambda x: jnp.zeros((5, 3)).at[jnp.array([4, 4, 0, 2])].add(x),
        [_M43],
    ),
    "scatter unknown": (
        lambda x: jnp.zeros(4).at[(jnp.abs(x) * 2).astype(int)].add(x),
        [_V6],
    ),
    "scatter multiply": (
        lambda x: x.at[jnp.array([1, 4])].multiply(x[:2], unique_indices=True),
        [_V6],
    ),
    "segment sum": (
        lambda x: jax.ops.segment_sum(x, jnp.array([0, 0, 1, 2, 2, 2]), 3),
        [_V6],
    ),
    "dynamic slice": (lambda x: lax.dynamic_slice(x, (2,), (3,)) ** 2, [_V6]),
    "dynamic slice unknown": (
        lambda x: lax.dynamic_slice(x, (jnp.abs(x[0, 0]).astype(int), 0), (2, 3)),
        [_M43],
    ),
    "dynamic update": (lambda x: lax.dynamic_update_slice(x, x[:2] ** 2, (3,)), [_V6]),
    "dynamic update unknown": (
        lambda x: lax.dynamic_update_slice(
            x, x[:1] ** 2, (jnp.abs(x[0, 0]).astype(int), 0)
        ),
        [_M43],
    ),
    "split": (lambda x: jnp.split(x * x, 3)[::2], [_V6]),
    "conv": (_conv, [_V12]),
    "conv strided": (
        lambda x: lax.conv_general_dilated(
            x.reshape(1, 1, 12), jnp.ones((1, 1, 3)), (2,), [(2, 1)], rhs_dilation=(2,)
        ),
        [_V12],
    ),
    "conv dilated 2-d": (_conv2, [(40,)]),
    "conv grouped": (_grouped, [_V12]),
    "conv kernel": (
        lambda k: lax.conv_general_dilated(
            jnp.ones((1, 1, 5)), k.reshape(2, 1, 3), (1,), "VALID"
        ),
        [_V6],
    ),
    "average pool": (
        lambda x: lax.reduce_window(
            x.reshape(4, 4), 0.0, lax.add, (2, 2), (2, 2), "VALID"
        ),
        [(16,)],
    ),
    "max pool": (
        lambda x: lax.reduce_window(
            x.reshape(4, 4), -jnp.inf, lax.max, (2, 2), (1, 2), "SAME"
        ),
        [(16,)],
    ),
    "fft": (lambda x: jnp.real(jnp.fft.fft(x.reshape(2, 6))), [_V12]),
    "triangular solve": (
        lambda x: jax.scipy.linalg.solve_triangular(
            jnp.eye(3) * 2 + jnp.tril(jnp.ones((3, 3))), x.reshape(3, 2), lower=True
        ),
        [_V6],
    ),
    "solve": (lambda x: jnp.linalg.solve(jnp.eye(6) * 3 + 0.1 * _TRI, x), [_V6]),
    "solve by x": (lambda x: jnp.linalg.solve(jnp.diag(x + 5) + 0.1 * _TRI, x), [_V6]),
    "scan": (_stepped, [_V6]),
    "scan reverse": (_stepped_back, [_V6]),
    "scan of complex numbers": (_stepped_complex, [_V6]),
    "scan in single precision, rows in double": (_stepped_narrow, [_V6]),
    "scan that is recomputed": (_remembered, [_V6]),
    "scan of steps that are recomputed": (
        lambda x: lax.scan(
            jax.checkpoint(lambda c, u: (jnp.sin(c * u), c * x[:2])), x[:2], x
        ),
        [_V6],
    ),
    "scan around a while": (
        lambda x: lax.scan(lambda c, u: (_whiled(c) * u, c), x[0], x),
        [_V6],
    ),
    "while beside a diagonal": (lambda x: (jnp.sin(x), _whiled(x[:1])), [_V6]),
    "scan constants": (
        lambda x: lax.scan(lambda c, u: (c * x[0] + u * x[1], c), x[2], x[3:])[1],
        [_V6],
    ),
    "fori": (lambda x: lax.fori_loop(0, 3, lambda i, c: c * jnp.roll(c, i), x), [_V6]),
    "map": (lambda x: lax.map(lambda r: jnp.sin(r) * r[0], x), [_M43]),
    "while": (_whiled, [_V6]),
    "cond": (lambda x: lax.cond(x[0] > 0, lambda y: y**2, lambda y: y[::-1], x), [_V6]),
    "switch": (lambda x: lax.switch(1, [lambda y: y, lambda y: jnp.sin(y)], x), [_V6]),
    "jit": (lambda x: jax.jit(lambda y: jnp.roll(y, 1) * y)(x), [_V6]),
    "remat": (jax.checkpoint(lambda x: jnp.sin(jnp.sin(x)) * x[::-1]), [_V6]),
    "custom_jvp that sums": (summing, [_V6]),
    "vmap": (jax.vmap(lambda r: jnp.outer(r, r)), [_M43]),
    "norm": (lambda x: x / jnp.linalg.norm(x), [_V6]),
    "complex inside": (lambda x: jnp.abs(x * jnp.exp(1j * x)), [_V6]),
    "stop_gradient": (lambda x: x * lax.stop_gradient(x[::-1]), [_V6]),
    "empty": (lambda x: x[:0], [_V6]),
    "empty input": (lambda x, y: (y * 2.0, x * 2.0), [(0,), (3,)]),
    "scalar input": (lambda x: (x * jnp.arange(3.0), x), [()]),
    "determinant": (lambda x: jnp.linalg.det(x), [(3, 3)]),
    "inverse": (lambda x: jnp.linalg.inv(x + 4 * jnp.eye(3)), [(3, 3)]),
    "interp": (lambda x: jnp.interp(x, jnp.linspace(-3, 3, 9), jnp.arange(9.0)), [_V6]),
    "associative scan": (lambda x: lax.associative_scan(jnp.multiply, x), [_V6]),
    "repeat": (lambda x: jnp.repeat(x, 3) * jnp.tile(x, 3), [_V6]),
    "sum of broadcasts": (
        lambda x: (x[:, None] + x[None, ::2], x[:, None] - x[None, :] * x[0]),
        [_V6],
    ),
    "sum with a number": (lambda x: x[0] + jnp.outer(x, x[:2]) - x[1] * 2, [_V6]),
    "differences of all pairs": (lambda x: jnp.sin(x[:, None] - x), [_V6]),
    "stack": (lambda x: jnp.stack([x, x[::-1] * 2, jnp.ones(6)], axis=1), [_V6]),
    "stack of scalars": (lambda x: jnp.stack([x[0] * x[1], x[2]]), [_V6]),
    "unstack": (lambda x: jnp.unstack(x, axis=1)[1] * x[:, 0], [_M43]),
    "tile": (lambda x: jnp.tile(x, (2, 3)) ** 2, [_M43]),
    "scatter constant": (lambda x: x.at[jnp.array([1, 4])].set(0.5) ** 2, [_V6]),
    "scatter subtract": (
        lambda x: x.at[jnp.array([1, 1, 4])].subtract(x[:3] ** 2),
        [_V6],
    ),
    "update slice": (
        lambda x: lax.dynamic_update_slice(x, jnp.ones(2), (jnp.argmax(x) // 2,)) * x,
        [_V6],
    ),
    "barrier": (lambda x: lax.optimization_barrier((x * 2, x[:2] ** 2)), [_V6]),
    "barrier of ranks": (
        lambda x: lax.optimization_barrier((x[:4].reshape(2, 2), x, 1.0, x[0]))[:2],
        [_V6],
    ),
    "reaction and diffusion": (_reacting, [(2, 4, 5)]),
    "sums of moved sums": (_moved_sums, [(3, 4)]),
    "sums read twice": (lambda x: (s := x[1:] - x[:-1], s - 2 * x[1:] + s * s), [_V6]),
    "moved and scaled": (
        lambda x: jnp.pad(x[:2], (1, 3)) * 1e-300 * 1e300 - jnp.roll(x, 1) * 0.0,
        [_V6],
    ),
    "diagonal": (lambda x: jnp.diagonal(x) + jnp.trace(x), [(4, 4)]),
    "triu": (lambda x: jnp.triu(jnp.ones((6, 6))) @ x, [_V6]),
    "kron": (lambda x: jnp.kron(x[:2], x[2:]), [_V6]),
    "matrix power": (lambda x: jnp.linalg.matrix_power(x, 3), [(3, 3)]),
}


def inputs(name: str, seed: int = 0) -> list[Any]:
    """Seeded random inputs of a function."""
    random = np.random.default_rng(seed)
    return [jnp.asarray(random.normal(size=s)) for s in FUNCTIONS[name][1]]


def flat(function: Function) -> Function:
    """The function with a flat tuple of outputs."""
    return lambda *xs: tuple(jax.tree.leaves(function(*xs)))


@functools.cache
def _forward(function: Function, arity: int) -> Any:
    return jax.jit(jax.jacfwd(flat(function), argnums=tuple(range(arity))))


def dense_jacobian(function: Function, xs: list[Any]) -> Any:
    """The m × n matrix by forward mode, outputs and inputs concatenated."""
    blocks = _forward(function, len(xs))(*xs)
    ys = jax.eval_shape(flat(function), *xs)
    rows = [
        np.concatenate(
            [np.reshape(b, (y.size, x.size)) for b, x in zip(row, xs, strict=True)], 1
        )
        for row, y in zip(blocks, ys, strict=True)
    ]
    return np.concatenate(rows, 0)
