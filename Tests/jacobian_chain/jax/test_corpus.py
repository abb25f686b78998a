"""Every function of the corpus has the Jacobian that JAX gives it."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain import ChainError
from jacobian_chain.jax import jacobian, plan, value_and_jacobian

from .corpus import CASES

# What has no order of our own, and is left to JAX.
REFUSED = {
    "custom_vjp_that_is_affine",
    "custom_vjp_that_branches",
    "custom_vjp_that_is_not_linear",
    "empty_input",
    "empty_output",
    "only_constants",
    "zero_derivative",
}


# Where it is certain what must be done.
DECIDED = [
    "autoencoder_large",
    "two_waists",
    "classifier",
    "generator",
    "convolutions",
    "attention_through_a_latent",
    "custom_vjp_at_a_waist",
    "custom_vjp_of_few_inputs",
    "loop_with_few_outputs",
    "custom_vjp_that_is_not_linear",
    "custom_vjp_that_is_affine",
    "custom_vjp_that_branches",
    "scan_behind_a_waist",
    "while_loop",
    "while_behind_a_waist",
    "trees_at_a_waist",
    "scalar_output",
    "single_precision",
    "half_precision",
    "promoted",
]


def tolerance(array):
    eps = float(jnp.finfo(array.dtype).eps)
    return 1e-11 if array.dtype == np.float64 else 40 * eps


def reference(case):
    transform = jax.jacobian if case.reverse else jax.jacfwd
    return transform(case.fun, case.argnums)(*case.args)


def assert_same(found, expected):
    found, shape = jax.tree_util.tree_flatten(found)
    expected, expected_shape = jax.tree_util.tree_flatten(expected)
    assert shape == expected_shape
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype
        assert ours.weak_type == theirs.weak_type
        ours, theirs = (np.asarray(a.astype(np.float64)) for a in (ours, theirs))
        bound = tolerance(expected[0]) * max(np.abs(theirs).max(initial=0), 1)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=bound)


@pytest.mark.parametrize("name", CASES)
def test_is_that_of_jax(name):
    case = CASES[name]()
    ours = jacobian(case.fun, case.argnums)
    both = value_and_jacobian(case.fun, case.argnums)
    planned = jacobian(case.fun, case.argnums, mode="plan")

    @jax.jit
    def all_ways():
        value = jax.tree_util.tree_map(jnp.asarray, case.fun(*case.args))
        ways = [value, reference(case), ours(*case.args), both(*case.args)]
        try:
            return *ways, planned(*case.args)
        except ChainError as refused:
            if refused.kind != "unsupported" or name not in REFUSED:
                raise
            return *ways, ways[1]

    result, expected, found, (value, also), even_so = all_ways()
    assert_same(found, expected)
    assert_same(also, expected)
    assert_same(value, result)
    assert_same(even_so, expected)


@pytest.mark.parametrize("name", CASES)
def test_what_is_left_to_a_mode_has_its_bits(name):
    """The trace that planning made is evaluated, not the function again."""
    case = CASES[name]()
    mode = plan(case.fun, *case.args, argnums=case.argnums).mode
    if mode == "plan":
        pytest.skip("it has an order of its own")
    transform = jax.jacrev if mode == "reverse" else jax.jacfwd
    try:
        expected = jax.jit(lambda: transform(case.fun, case.argnums)(*case.args))()
    except TypeError:
        pytest.skip("its mode is another one: it is literally the other")
    found = jax.jit(lambda: jacobian(case.fun, case.argnums)(*case.args))()
    leaves = map(jax.tree_util.tree_leaves, (found, expected))
    for ours, theirs in zip(*leaves, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_has_no_order_is_refused_when_asked_for(name):
    case = CASES[name]()
    with pytest.raises(ChainError, match="taken apart"):
        jacobian(case.fun, case.argnums, mode="plan")(*case.args)


@pytest.mark.parametrize("name", DECIDED)
def test_is_done_as_it_should(name):
    case = CASES[name]()
    assert case.mode is not None
    found = plan(case.fun, *case.args, argnums=case.argnums)
    assert found.mode == case.mode, str(found)


@pytest.mark.parametrize("name", ["two_waists", "trees_at_a_waist"])
def test_needs_no_jit(name):
    case = CASES[name]()
    found = jacobian(case.fun, case.argnums, mode="plan")(*case.args)
    assert_same(found, reference(case))
