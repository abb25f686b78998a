"""What is possible of functions that have tangents only."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from jacobian_chain.jax import jacobian


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
