"""How often a function is traced, and what is possible of it."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from jacobian_chain.jax import jacobian, plan

from .corpus import draw, layers, network


def test_a_function_is_traced_for_each_derivative_once():
    """`jax.vjp` and `jax.linearize` trace it; JAX's own mode needs no third time."""
    calls = []

    def f(x, scale=1.0):
        calls.append(x)
        return jnp.tanh(x[:3]) * scale

    ours, theirs = jacobian(f), jax.jacobian(f)
    assert plan(f, jnp.ones(4)).mode != "plan"
    for x in (jnp.ones(4), jnp.arange(4.0), jnp.ones(4), jnp.ones(5)):
        expected = theirs(x, scale=2.0)
        calls.clear()
        np.testing.assert_allclose(ours(x, scale=2.0), expected)
        assert len(calls) <= 2
    # The choice is remembered.
    calls.clear()
    ours(jnp.ones(5), scale=2.0)
    assert len(calls) == 1
    fun, x = network(layers(200, 40, 3, 40, 160)), draw(200)
    assert plan(fun, x).mode == "plan"
    np.testing.assert_allclose(jacobian(fun)(x), jax.jacobian(fun)(x), atol=1e-12)


def test_empty_outputs_leave_forward_mode_possible():
    """A loop whose rounds depend on values has no adjoints."""

    def fun(x):
        end = jax.lax.while_loop(lambda c: jnp.sum(c) < 20, lambda c: c * x + 1, x)
        return end, x[:0], jnp.zeros((0, 2))

    x = jnp.array([1.5, 2.0])
    expected = jax.tree_util.tree_leaves(jax.jacfwd(fun)(x))
    found = jax.tree_util.tree_leaves(jacobian(fun)(x))
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b)
