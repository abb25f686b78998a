"""The lineax operator."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain.jax import linear_operator

from .corpus import draw, layers, network

lx = pytest.importorskip("lineax")


def fun(x):
    return x + network(layers(30, 2, 30))(x)


@pytest.mark.parametrize("solver", [lx.LU(), lx.QR(), lx.SVD(), lx.GMRES(1e-12, 1e-12)])
def test_solves_as_the_dense_matrix(solver):
    x, b = draw(30), jnp.arange(30.0)
    expected = jnp.linalg.solve(jax.jacobian(fun)(x), b)

    def solve(x):
        return lx.linear_solve(linear_operator(fun, x), b, solver).value

    np.testing.assert_allclose(jax.jit(solve)(x), expected, rtol=1e-8)


def test_is_what_lineax_asks_for():
    x = draw(30)
    operator = linear_operator(fun, x)
    dense = jax.jacobian(fun)(x)
    v = jnp.cos(x)
    np.testing.assert_allclose(operator.mv(v), dense @ v, atol=1e-13)
    np.testing.assert_allclose(operator.T.mv(v), v @ dense, atol=1e-13)
    np.testing.assert_allclose(lx.linearise(operator).mv(v), dense @ v, atol=1e-13)
    np.testing.assert_allclose(lx.diagonal(operator), jnp.diag(dense), atol=1e-13)
    assert operator.in_size() == operator.out_size() == 30
    assert not lx.is_symmetric(operator)
    tagged = linear_operator(fun, x, tags=lx.symmetric_tag)
    assert lx.is_symmetric(tagged)


def test_trees_and_arguments():
    def rectangular(tree, scale):
        return {"y": network(layers(20, 2, 40))(tree["x"]) * scale}

    operator = linear_operator(rectangular, {"x": draw(20)}, 2.0, mode="plan")
    expected = jax.jacobian(rectangular)({"x": draw(20)}, 2.0)["y"]["x"]
    np.testing.assert_allclose(operator.as_matrix(), expected, atol=1e-13)
