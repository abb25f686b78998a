"""What tracing a function for its derivative takes, and what is possible of it."""

from __future__ import annotations

import functools
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain.jax import jacobian, plan

from .corpus import CASES


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


def counted(fun):
    """A function, and the list that grows with each of its calls."""
    calls = []

    def counting(x):
        calls.append(1)
        return fun(x)

    return counting, calls


def square(x):
    """Dense blocks of one size."""
    for _ in range(3):
        x = jnp.tanh(jnp.ones((x.size, x.size)) @ x)
    return x


def loop(x):
    return jax.lax.scan(lambda c, _: (jnp.sin(c[::-1]) * c, None), x, None, 3)[0]


@pytest.mark.parametrize("name", ["classifier", "generator", "two_waists"])
def test_functions_are_traced_once(name):
    """Whether an order of our own is found or a mode of JAX's is as good."""
    case = CASES[name]()
    counting, calls = counted(case.fun)
    jax.jit(jacobian(counting)).lower(*case.args)
    assert len(calls) == 1


def test_values_and_tangents_of_loops_are_taken_apart():
    """Where equations compute both at once JAX takes them apart."""
    x = jnp.linspace(0.1, 1.0, 5)
    branches = functools.partial(jax.lax.cond, True, square, jnp.sin)
    for fun in (loop, jax.checkpoint(square), branches):
        np.testing.assert_allclose(
            jax.jit(jacobian(fun, mode="plan"))(x), jax.jacrev(fun)(x), atol=1e-13
        )


def test_a_type_error_of_the_function_is_its_own():
    def wrong(x):
        raise TypeError("of its own")

    with pytest.raises(TypeError, match="of its own"):
        jacobian(wrong)(jnp.ones(3))


def test_calls_that_stand_for_many_equations_stay_calls():
    """A block that is called often is differentiated once."""

    @jax.jit
    def block(x):
        for _ in range(5):
            x = jnp.tanh(jnp.outer(x, x) @ x)
        return x

    def fun(x):
        for _ in range(4):
            x = block(x)
        return x

    x = jnp.linspace(0.1, 1.0, 4)
    found = jax.make_jaxpr(jacobian(fun))(x)
    assert str(found) == str(jax.make_jaxpr(jax.jacrev(fun))(x))


def test_arrays_without_elements_on_the_way_are_constant():
    """Structure is found past them, without a warning."""

    def fun(x):
        none = x[:0]
        sums = jnp.sum(none) + jnp.ones((3, 0)) @ none
        return jnp.concatenate([none, jnp.sin(x)]) + jnp.resize(sums, x.shape)

    x = jnp.linspace(0.1, 1.0, 400)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert plan(fun, x).strategy == "structure"
        found = jax.jit(jacobian(fun))(x)
    np.testing.assert_allclose(found, jnp.diag(jnp.cos(x)), atol=1e-13)


@pytest.mark.parametrize("fun", [jnp.sin, lambda x: jnp.outer(x, x) @ jnp.sin(x)])
def test_a_sparse_jacobian_can_be_differentiated_and_mapped(fun):
    def entries(x):
        return jacobian(fun, mode="plan", output_format="bcoo")(x).todense()

    points = jnp.linspace(0.1, 1.0, 6).reshape(2, 3)
    found = jax.jit(jax.vmap(jax.jacfwd(entries)))(points)
    expected = jax.vmap(jax.jacfwd(jax.jacrev(fun)))(points)
    np.testing.assert_allclose(found, expected, atol=1e-13)
