"""Slices, padding, gathers, scatters, windows."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .pieces import flat, operation, pick

# Windows of 1 × 2, one of them over the edge.
BLOCKS = lax.ScatterDimensionNumbers((1, 2), (), (0, 1))
TWO = np.arange(1.0, 5.0).reshape(2, 1, 2)


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
        lambda: jnp.pad(x, 2, mode="reflect") if x.size > 2 else x,
        lambda: jnp.pad(x, 1, constant_values=0.7),
        lambda: lax.pad(x[:4].reshape(-1, 1), 0.0, [(0, 1, 1), (1, 0, 0)]),
    ]
    return pick(random, functions)()


@operation
def indexed(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool), flat(random, pool, 5)
    where = random.integers(0, x.size, size=y.size)
    ordered = random.permutation(x.size)[: y.size]
    matrix = jnp.tile(x, 6)[:6].reshape(2, 3)
    rows = random.integers(0, 3, size=(2, 2))
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
        lambda: x.at[where].subtract(y * y),
        lambda: x.at[ordered].divide(2 + y_some**2, unique_indices=True),
        lambda: x.at[np.r_[0, 99]].set(y[0], mode="drop"),
        lambda: x.at[np.r_[0, 99]].add(y[0], mode="clip"),
        lambda: matrix[:, rows[0]],
        lambda: matrix[rows % 2, rows],
        lambda: matrix[1, ::2] * matrix[0, 1],
        lambda: jnp.take_along_axis(matrix, rows, axis=1),
        lambda: jax.vmap(lambda r, i: r[i])(matrix, jnp.asarray(rows)),
        lambda: jax.vmap(lambda r, i: r.at[i].add(r[:2]))(matrix, jnp.asarray(rows)),
        lambda: jax.vmap(lambda r: lax.dynamic_slice(r, (start,), (2,)))(matrix),
        lambda: jax.vmap(lax.dynamic_update_slice, (0, None, 0))(
            matrix, x[:1], (jnp.arange(2),)
        ),
        lambda: matrix.at[rows[0] % 2, rows[1]].add(x[:1]),
        lambda: matrix.at[:, 1].set(x[0]),
        lambda: jnp.put_along_axis(matrix, rows[:, :1], 2 * x[:1], 1, inplace=False),
        lambda: jnp.insert(x, 1, y[0]),
        lambda: jnp.delete(x, 0) if x.size > 1 else x,
        lambda: x[jnp.searchsorted(jnp.sort(x), y[0]) % x.size][None],
        lambda: lax.top_k(matrix, 2)[0],
        lambda: jnp.where(np.arange(x.size) % 2 == 0, x, 0) * y[0],
        lambda: lax.dynamic_slice(x, (-2,), (min(2, x.size),)),
        lambda: lax.dynamic_update_slice(x, y[: min(2, x.size)] ** 2, (jnp.uint8(9),)),
        lambda: x.at[np.array([0, -1, 99, -99])].get(mode="fill", fill_value=0.5),
        lambda: x.at[np.array([0, -1, 99, -99])].get(mode="clip"),
        lambda: jnp.take(x, where + 9, mode="wrap"),
        lambda: lax.scatter(
            matrix,
            np.array([[0, 1], [1, 2]]),
            y[:1].reshape(1, 1, 1) * TWO,
            BLOCKS,
            mode="clip",
        ),
        lambda: lax.scatter_add(
            matrix, np.array([[0, 1], [1, 2]]), y[:1].reshape(1, 1, 1) * TWO, BLOCKS
        ),
        lambda: lax.sort((jnp.floor(x), x[::-1] * 2, x), num_keys=2)[2],
        lambda: jnp.histogram(np.arange(x.size), bins=3, weights=x)[0],
    ]
    return pick(random, functions)()


def pooled(x: Any) -> Any:
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2), (1, 1), "VALID")


@operation
def windowed(random: Any, pool: list[Any]) -> Any:
    x = jnp.resize(flat(random, pool), 8)
    weights = jnp.asarray(random.normal(size=(1, 3, 6)), x.dtype)
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
        lambda: lax.conv_general_dilated(
            image, kernel.astype(x.dtype), (1,), [(-1, 2)], (2,), (2,)
        ),
        lambda: lax.conv_general_dilated(
            x.reshape(1, 2, 4),
            kernel.astype(x.dtype),
            (1,),
            "VALID",
            feature_group_count=2,
        ),
        lambda: lax.conv_general_dilated(
            x.reshape(2, 1, 4),
            kernel.astype(x.dtype),
            (1,),
            "SAME",
            batch_group_count=2,
        ),
        lambda: lax.conv(
            x.reshape(1, 2, 2, 2), jnp.tanh(x).reshape(2, 2, 1, 2), (1, 1), "SAME"
        ),
        lambda: lax.conv_general_dilated(
            x.reshape(1, 2, 4, 1),
            kernel.reshape(3, 1, 1, 2).astype(x.dtype),
            (2, 1),
            [(1, 1), (0, 0)],
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        ),
        lambda: lax.reduce_window(
            x.reshape(2, 4),
            0.0,
            lax.add,
            (1, 2),
            (1, 1),
            [(0, 0), (1, 0)],
            base_dilation=(1, 2),
            window_dilation=(1, 2),
        ),
        lambda: lax.reduce_window(
            x.reshape(2, 4), jnp.inf, lax.min, (2, 2), (1, 2), "SAME"
        ),
        lambda: jax.grad(lambda v: jnp.sum(jnp.sin(pooled(v))))(x.reshape(2, 4)),
        lambda: lax.conv_general_dilated_local(
            x.reshape(1, 1, 8), weights, (1,), "VALID", (3,)
        ),
        lambda: lax.conv_general_dilated(
            jnp.asarray(random.normal(size=(2, 1, 8)), x.dtype),
            x.reshape(2, 1, 4),
            (1,),
            "SAME",
            batch_group_count=2,
        ),
        lambda: lax.conv_general_dilated_patches(
            x.reshape(1, 1, 2, 4), (2, 2), (1, 1), "SAME"
        ),
    ]
    return pick(random, functions)()
