"""What is at the edges: empty arrays, narrow dtypes, effects, devices, constants."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from .pieces import flat, operation, pick

TABLE = np.random.default_rng(0).normal(size=(6, 5))
FLOAT_TABLE = TABLE.astype(np.float32)
LARGE = np.eye(40)[:, ::3]


def mesh() -> Mesh:
    return Mesh(np.array(jax.devices()[:1]), ("d",))


@operation
def emptied(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 4), flat(random, pool, 4)
    none = x[:0]
    functions = [
        lambda: jnp.concatenate([none, y, none]),
        lambda: jnp.sum(none) + y,
        lambda: jnp.ones((3, 0)) @ none + y[0],
        lambda: jnp.prod(none) * y,
        lambda: y.at[jnp.zeros(0, int)].set(none),
        lambda: y.at[:0].add(none * 2),
        lambda: jnp.zeros((2, 0)).sum(1) + y[:1],
        lambda: jnp.pad(none, 2) + y[0],
        lambda: lax.dynamic_update_slice(y, none, (jnp.argmax(x),)),
        lambda: jnp.outer(none, y).sum(0) * x[0],
        lambda: lax.map(lambda t: t * y, none).sum(0),
        lambda: jax.vmap(lambda t: t * y)(none).sum(0) - y,
        lambda: lax.cond(x[0] > 0, lambda: (none, y), lambda: (none * 2, x[0] * y))[1],
        lambda: jnp.stack([none, none * 3]).reshape(0, 7).sum(0) + y[0],
        lambda: jnp.array([]) if x.size > 9 else y,
        lambda: lax.scan(lambda c, t: (c * y, t), y, (none, none))[0],
        lambda: jnp.einsum("ij,jk->ik", jnp.outer(y, none), jnp.outer(none, x)),
        lambda: jnp.split(y, [0])[1] * 2,
        lambda: jnp.linalg.det(jnp.zeros((0, 0))) * y,
    ]
    return pick(random, functions)()


@operation
def narrowed(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 5), flat(random, pool, 5)
    k = min(x.size, y.size)
    a, b = x[:k], y[:k]
    functions = [
        lambda: (a.astype(jnp.float32) * b).astype(jnp.float64),
        lambda: a.astype(jnp.float32).sum().astype(jnp.float64) * b,
        lambda: jnp.asarray(FLOAT_TABLE)[0, 0] * a + FLOAT_TABLE[1, 1],
        lambda: (FLOAT_TABLE[:, :1] * a[:1].astype(jnp.float32)).astype(jnp.float64),
        lambda: jnp.clip(a, -1, 1).astype(jnp.int8) * b,
        lambda: jnp.uint8(3) * a + jnp.bool_(True) * b,
        lambda: a * True + b * 3,
        lambda: jnp.real(a.astype(jnp.complex64) * 1j * b).astype(jnp.float64) + a,
        lambda: lax.bitcast_convert_type(a, jnp.int64) % 3 * b,
        lambda: lax.population_count(jnp.argsort(a)) * b,
        lambda: jnp.where(a > 0, jnp.float32(2.0), b),
        lambda: lax.convert_element_type(a > b, jnp.float64) + b,
        lambda: jnp.asarray(a, jnp.float32).astype(jnp.float64)[::-1] - b,
        lambda: lax.dot(
            a.astype(jnp.float32), b.astype(jnp.float32), precision="highest"
        ).astype(jnp.float64)[None],
        lambda: jnp.exp2(jnp.float32(1)) * a,
        lambda: jnp.packbits(a > 0).astype(jnp.float64)[:1] * b,
        lambda: np.float64(0.3) * a + np.int32(2),
        lambda: jnp.nan_to_num(a / jnp.where(b > 0, 1.0, 2.0)),
        lambda: jnp.where(b == 0, 0.0, jnp.sin(b) / jnp.where(b == 0, 1.0, b)),
    ]
    return pick(random, functions)()


@operation
def closed_over(random: Any, pool: list[Any]) -> Any:
    x = flat(random, pool, 5)
    where = np.asarray(random.integers(0, 5, size=x.size))
    functions = [
        lambda: TABLE[:, : x.size] @ x,
        lambda: jnp.asarray(TABLE)[where, 0] * x,
        lambda: LARGE[: 2 * x.size, : x.size] @ x,
        lambda: jnp.asarray(LARGE)[where] @ jnp.resize(x, 14),
        lambda: lax.scan(lambda c, t: (c + t[: x.size] * x, c), x, TABLE)[0],
        lambda: lax.map(lambda t: t[0] * x, jnp.asarray(TABLE)),
        lambda: jax.vmap(lambda t: t[: x.size] * x)(TABLE),
        lambda: jax.jit(lambda v: TABLE[0, : v.size] * v)(x),
        lambda: lax.cond(x[0] > 0, lambda: TABLE[0], lambda: TABLE[1] * x[0]),
        lambda: jax.checkpoint(lambda v: jnp.asarray(TABLE)[:, 0] * v[0])(x),
        lambda: jnp.tensordot(TABLE[:, : x.size], x, 1),
        lambda: jnp.where(TABLE[0, : x.size] > 0, x, 0) + TABLE[1, : x.size],
        lambda: jax.lax.stop_gradient(x)[:1] * x,
        lambda: jnp.diag(TABLE[0, : x.size]) @ x,
        lambda: jnp.diag(x)[:, ::2] @ TABLE[0, : x.size : 2],
        lambda: jnp.eye(x.size)[::-1] @ x,
        lambda: jnp.tril(jnp.ones((x.size, x.size))) @ x,
        lambda: jnp.kron(jnp.eye(2), jnp.outer(x[:2], x[:2])),
    ]
    return pick(random, functions)()


@operation
def placed(random: Any, pool: list[Any]) -> Any:
    x, y = flat(random, pool, 5), flat(random, pool, 4)
    everywhere = NamedSharding(mesh(), PartitionSpec())
    split = NamedSharding(mesh(), PartitionSpec("d"))

    def said(v: Any) -> Any:
        jax.debug.callback(lambda _: None, v[0])
        return v * 2

    functions = [
        lambda: lax.with_sharding_constraint(x * y[0], everywhere),
        lambda: lax.with_sharding_constraint(jnp.sin(x), split) * y[0],
        lambda: jax.device_put(x * x, jax.devices()[0]),
        lambda: jax.device_put(jnp.outer(x, y), everywhere)[0],
        lambda: jax.named_scope("inside")(lambda v: jnp.cos(v) * v)(x),
        lambda: jax.jit(lambda v: v * y[0], out_shardings=split)(x),
        lambda: jax.shard_map(
            lambda v: v * jnp.sum(v),
            mesh=mesh(),
            in_specs=PartitionSpec("d"),
            out_specs=PartitionSpec("d"),
        )(x),
        lambda: jax.shard_map(
            lambda v, w: lax.psum(jnp.sum(v * v), "d") * w,
            mesh=mesh(),
            in_specs=(PartitionSpec("d"), PartitionSpec()),
            out_specs=PartitionSpec(),
        )(x, y),
        lambda: said(x),
        lambda: jnp.copy(x)[::-1] * lax.optimization_barrier(y)[0],
    ]
    return pick(random, functions)()
