"""Loops: scans, counted ones, whiles, maps; rolled, nested, batched."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from .drawn_programs import GRID, clipped, soft
from .pieces import FORWARD, flat, operation, pick, weight


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

    def batched_until() -> Any:
        def count(v: Any) -> Any:
            return lax.while_loop(
                lambda s: s[0] * v < 2, lambda s: (s[0] + 1, s[1] * v + 0.1), (0, v)
            )[1]

        return jax.vmap(count)(1 + x * x)

    def branch_inside() -> Any:
        def step(c: Any, t: Any) -> Any:
            new = lax.cond(t > 0, lambda v: jnp.sin(v) * y[0], lambda v: v[::-1], c)
            return new, lax.switch(
                jnp.argmax(c) % 2, [lambda v: v[0], lambda v: v[-1] * t], new
            )

        end, seen = lax.scan(step, x, y)
        return jnp.concatenate([end, seen])

    def filled_in() -> Any:
        def fill(i: Any, c: Any) -> Any:
            return c.at[i].set(jnp.sin(c[i - 1]) * y[0] + x[i % x.size])

        return lax.fori_loop(1, 5, fill, jnp.zeros(5).at[0].set(x[0]))

    def looked_up() -> Any:
        table = jnp.outer(y, x)

        def step(c: Any, i: Any) -> Any:
            row = lax.dynamic_index_in_dim(table, i, keepdims=False)
            return c * row + jnp.reshape(jnp.asarray(GRID), 6)[i], (
                c[:1],
                {"i": i, "row": row},
            )

        order = jnp.asarray(random.integers(0, y.size, size=3))
        return lax.scan(step, x, order)[1][0]

    def of_complex() -> Any:
        def step(z: Any, t: Any) -> Any:
            z = z * (0.8 + 0.3j) + 0.2j * jnp.conj(z) * t + jnp.sin(jnp.real(z)) * 0.1
            return z, jnp.abs(z + 2)

        z, seen = lax.scan(step, lax.complex(x[:1], y[:1]), y)
        return jnp.concatenate([jnp.real(z), jnp.imag(z), seen[:, 0]])

    def without_rounds() -> Any:
        end, seen = lax.scan(lambda c, t: (jnp.sin(c) * t, c), x, y[:0])
        return jnp.concatenate([end, seen.reshape(-1)])

    def without_carry() -> Any:
        return lax.scan(lambda c, t: (None, (t * x, t)), None, y)[1][0]

    def of_matrices() -> Any:
        m = jnp.tile(x, 4)[:4].reshape(2, 2)

        def step(c: Any, t: Any) -> Any:
            return jnp.tanh(c @ m + t * jnp.eye(2)), jnp.trace(c)

        end, seen = lax.scan(step, m.T, y)
        return jnp.concatenate([end.reshape(-1), seen])

    def remembered(outside: bool) -> Any:
        def step(c: Any, t: Any) -> Any:
            return jnp.tanh(c * t + x * jnp.sum(c)), c[0] * t

        def all_steps(c: Any) -> Any:
            return lax.scan(step if outside else jax.checkpoint(step), c, y)

        end, seen = (jax.checkpoint(all_steps) if outside else all_steps)(x)
        return jnp.concatenate([end, seen])

    def many_at_once() -> Any:
        def one(c: Any, t: Any) -> Any:
            return lax.scan(lambda c, u: (c * u + t, c), c, y)[1]

        return jax.vmap(one)(x, x[::-1] * 2)

    def in_single_precision() -> Any:
        def step(c: Any, t: Any) -> Any:
            return (c * 0.5 + t).astype(jnp.float32), c * y[0] + t

        end, seen = lax.scan(step, x[0].astype(jnp.float32), y)
        return jnp.append(seen, end)

    def by_own_rule() -> Any:
        rule = soft if FORWARD[-1] else clipped

        def step(c: Any, t: Any) -> Any:
            return rule(c) + t, jnp.sum(c) * t

        end, seen = lax.scan(step, x, y)
        return jnp.concatenate([end, seen])

    def passed_through() -> Any:
        def step(c: Any, t: Any) -> Any:
            a, b, unused = c
            return (b, a * t, unused), (a, b, unused)

        end, seen = lax.scan(step, (x, x[::-1], y), y)
        return jnp.concatenate([end[0], seen[1].reshape(-1)[:4], seen[2][-1]])

    def grouped_map() -> Any:
        return lax.map(lambda v: jnp.sin(v) * x, y, batch_size=2)

    def two_in_a_row() -> Any:
        first = lax.scan(lambda c, t: (jnp.sin(c) + t, c), x[0], y)[1]
        return lax.scan(lambda c, t: (c * t, c), first[0], first, reverse=True)[1]

    def over_keys() -> Any:
        def step(key: Any, t: Any) -> Any:
            return jax.random.split(key)[0], t * jax.random.normal(key) * x[0]

        return lax.scan(step, jax.random.key(0), y)[1]

    def in_turns() -> Any:
        return lax.scan(lambda c, t: ((c[1], c[0]), c[0] * t), (x[0], 2.0), y)[1]

    def unrolled() -> Any:
        return lax.scan(lambda c, t: (c * t + x, c[:1]), x, y, unroll=True)[1]

    def while_others_stay() -> Any:
        return lax.while_loop(
            lambda s: s[0] < 2, lambda s: (s[0] + 1, s[1] + x[0], s[2]), (0, y[0], x)
        )[2]

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
        batched_until if FORWARD[-1] else pair,
        branch_inside,
        filled_in,
        looked_up,
        of_complex,
        without_rounds,
        without_carry,
        of_matrices,
        lambda: remembered(True),
        lambda: remembered(False),
        many_at_once,
        in_single_precision,
        by_own_rule,
        passed_through,
        grouped_map,
        two_in_a_row,
        over_keys,
        in_turns,
        unrolled,
        while_others_stay if FORWARD[-1] else unrolled,
    ]
    return pick(random, functions)()
