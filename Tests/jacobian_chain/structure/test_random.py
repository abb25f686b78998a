"""Random programs: patterns hold every nonzero, sweeps equal forward mode."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from jacobian_chain.jax._structure import listed
from jacobian_chain.jax._structure.budget import Budget
from jacobian_chain.jax._structure.linear import linearise
from jacobian_chain.jax._structure.patterns import pattern
from jacobian_chain.jax._structure.prices import Rates
from jacobian_chain.jax._structure.sweep import plan_sweep
from jacobian_chain.jax._structure.sweep_rules import LOOP_RULES, SWEEP_RULES

N = 8


def _unary(random, pool):
    x = pool[random.integers(len(pool))]
    return [jnp.sin, jnp.tanh, jnp.square, lambda v: v * 0.5][random.integers(4)](x)


def _binary(random, pool):
    x, y = (pool[random.integers(len(pool))].reshape(-1) for _ in range(2))
    k = min(x.size, y.size)
    a, b = x[:k], y[-k:]
    return [a * b, a + b, a - b[::-1], a / (2 + b * b)][random.integers(4)]


def _reshaped(random, pool):
    x = pool[random.integers(len(pool))].reshape(-1)
    even = x[: x.size // 2 * 2]
    return [even.reshape(2, -1).T, even.reshape(-1, 2), even.reshape(2, 1, -1)][
        random.integers(3)
    ]


def _sliced(random, pool):
    x = pool[random.integers(len(pool))]
    axis = random.integers(x.ndim)
    x = jnp.moveaxis(x, axis, 0)
    return [x[::2], x[::-1], jnp.roll(x, 1, 0), x[: (x.shape[0] + 1) // 2]][
        random.integers(4)
    ]


def _joined(random, pool):
    x, y = (pool[random.integers(len(pool))].reshape(-1) for _ in range(2))
    return jnp.concatenate([x, jnp.ones(1), y])[: 3 * N]


def _reduced(random, pool):
    x = pool[random.integers(len(pool))]
    axis = random.integers(x.ndim)
    return jnp.atleast_1d(
        [jnp.sum, jnp.max, jnp.mean][random.integers(3)](x, axis=axis)
    )


def _product(random, pool):
    x = pool[random.integers(len(pool))].reshape(-1)
    matrix = random.normal(size=(random.integers(1, 6), x.size))
    matrix[random.random(matrix.shape) < 0.5] = 0
    return matrix @ x


def _outer(random, pool):
    x, y = (pool[random.integers(len(pool))].reshape(-1)[:5] for _ in range(2))
    grid = x[:, None] * y[None, :] + x[:, None]
    return [grid, jnp.sum(grid, 0), grid @ grid.T if x.size < 6 else grid][
        random.integers(3)
    ]


def _padded(random, pool):
    x = pool[random.integers(len(pool))].reshape(-1)
    low, high, inside = (
        random.integers(-1, 3),
        random.integers(-1, 3),
        random.integers(2),
    )
    if x.size < 3:
        low = high = 1
    return lax.pad(x, 0.0, [(int(low), int(high), int(inside))])[: 3 * N]


def _indexed(random, pool):
    x = pool[random.integers(len(pool))].reshape(-1)
    where = random.integers(0, x.size, size=6)
    return [x[where], jnp.zeros(x.size).at[where].add(x[:1] * x[where])][
        random.integers(2)
    ]


def _chosen(random, pool):
    x = pool[random.integers(len(pool))].reshape(-1)
    known = random.random(x.size) < 0.5
    return [jnp.where(known, x, x[::-1]), jnp.where(x > 0, x, 2 * x[::-1])][
        random.integers(2)
    ]


def _summed_up(random, pool):
    x = pool[random.integers(len(pool))]
    return lax.cumsum(x, random.integers(x.ndim), reverse=bool(random.integers(2)))


OPERATIONS = [
    _unary,
    _binary,
    _binary,
    _reshaped,
    _sliced,
    _joined,
    _reduced,
    _product,
    _outer,
    _padded,
    _indexed,
    _chosen,
    _summed_up,
]


def program(seed, length=9):
    """A function of N numbers, the same for the same seed."""

    def f(x):
        random = np.random.default_rng(seed)
        pool = [x]
        for _ in range(length):
            made = OPERATIONS[random.integers(len(OPERATIONS))](random, pool)
            if made.size:
                pool.append(made)
        return jnp.concatenate([v.reshape(-1) for v in pool[-3:]])

    return f


@pytest.mark.parametrize("seed", range(24))
def test_random_programs(seed, monkeypatch):
    # Entries are put in place by comparisons, or scattered as in large results.
    monkeypatch.setattr(listed, "_FEW", 8 * (seed % 2))
    f = program(seed)
    x = jnp.asarray(np.random.default_rng(seed).normal(size=N))
    linear = linearise(lambda x: (f(x),), x)
    found = pattern(linear, Budget(entries=10**10))
    sweep = plan_sweep(linear, Rates(), Budget(entries=10**10), SWEEP_RULES, LOOP_RULES)
    both = jax.jit(lambda x: (jax.jacfwd(f)(x), sweep.jacobian(x)[1][0][0]))
    for moved in (x, x[::-1] * 1.5):
        expected, ours = both(moved)
        np.testing.assert_allclose(ours, expected, rtol=1e-11, atol=1e-11)
        if not found.is_dense:
            allowed = np.zeros(expected.shape, dtype=bool)
            allowed[found.row_indices, found.column_indices] = True
            assert not (np.asarray(expected) != 0)[~allowed].any()
