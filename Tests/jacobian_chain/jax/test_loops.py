"""Where tangents pass through a loop, nothing is kept of its steps for them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from jacobian_chain.jax import jacobian, plan, value_and_jacobian

STEPS, WIDE, NARROW = 40, 300, 4
_random = np.random.default_rng(0)
DOWN = jnp.asarray(_random.normal(size=(NARROW, WIDE))) / WIDE**0.5
UP = jnp.asarray(_random.normal(size=(WIDE, NARROW)))
ROWS = jnp.asarray(_random.normal(size=(STEPS, WIDE)))
READ = jnp.asarray(_random.normal(size=(8, WIDE)))
X = jnp.asarray(_random.normal(size=WIDE))


def diffuse(u, row):
    padded = jnp.pad(u, 1)
    return u + 0.1 * (padded[2:] - 2 * u + padded[:-2]) * jnp.cos(u) + 0.01 * row


def loop(u, reverse=False):
    def step(u, row):
        u = diffuse(u, row)
        return u, None

    return lax.scan(step, u, ROWS, reverse=reverse)[0]


def encoded(decode):
    return lambda x: decode(jnp.tanh(UP @ jnp.tanh(DOWN @ x)))


def one(u):
    return jnp.sin(loop(u))[::4]


def backwards(u):
    return jnp.sin(loop(u, reverse=True))[::4]


def several(u):
    return loop(jnp.cos(loop(u)))[::4]


def every_step(u):
    def step(u, row):
        u = diffuse(u, row)
        return u, READ @ u

    return lax.scan(step, u, ROWS)[1]


def two_inside(u):
    def step(u, row):
        inner = lax.fori_loop(0, 3, lambda _, v: diffuse(v, row), u)
        return inner, jnp.sum(inner)

    end, sums = lax.scan(step, u, ROWS)
    return jnp.concatenate([end[::4], sums])


def waits(u):
    # The tangents of the second loop wait for what the first has computed.
    end = loop(u)
    return lax.scan(lambda v, row: (diffuse(v, row * end[0]), None), end, ROWS)[0][::4]


@pytest.mark.parametrize(
    "decode", [one, backwards, several, every_step, two_inside, waits]
)
def test_jacobians_and_values_are_those_of_jax(decode):
    f = encoded(decode)
    assert plan(f, X).strategy == "chain"
    expected = jax.jit(jax.jacrev(f))(X)
    value, found = jax.jit(value_and_jacobian(f))(X)
    np.testing.assert_allclose(value, f(X), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(jacobian(f)(X), expected, rtol=1e-10, atol=1e-11)


def test_mapped_and_differentiated_again():
    f = encoded(one)
    xs = jnp.stack([X, 2 * X])
    np.testing.assert_allclose(
        jax.vmap(jacobian(f))(xs), jax.vmap(jax.jacrev(f))(xs), rtol=1e-10, atol=1e-11
    )
    direction = jnp.cos(X)
    found, expected = (
        jax.jit(lambda x, of=of: jax.jvp(of(f), (x,), (direction,))[1])(X)
        for of in (jacobian, jax.jacrev)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("decode", [one, backwards, several, every_step])
def test_temporaries_are_a_third_of_those_of_reverse_mode(decode):
    f = encoded(decode)
    ours, theirs = (
        jax.jit(of(f)).lower(X).compile().memory_analysis().temp_size_in_bytes
        for of in (jacobian, jax.jacrev)
    )
    assert ours <= theirs / 3
