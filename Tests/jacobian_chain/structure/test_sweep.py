"""The structured sweep equals JAX's own Jacobians, whatever it chose."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain.jax._structure.budget import Budget
from jacobian_chain.jax._structure.linear import linearise
from jacobian_chain.jax._structure.listed import settle
from jacobian_chain.jax._structure.prices import Price, Rates
from jacobian_chain.jax._structure.steps import Steps
from jacobian_chain.jax._structure.sweep import plan_sweep
from jacobian_chain.jax._structure.sweep_rules import LOOP_RULES, SWEEP_RULES

from .functions import FUNCTIONS, dense_jacobian, flat, inputs


def assembled(blocks, xs, ys):
    rows = [
        np.concatenate(
            [np.reshape(b, (y.size, x.size)) for b, x in zip(row, xs, strict=True)], 1
        )
        for row, y in zip(blocks, ys, strict=True)
    ]
    return np.concatenate(rows, 0)


def assert_equals_forward_mode(name):
    function, _ = FUNCTIONS[name]
    xs = inputs(name)
    linear = linearise(flat(function), *xs)
    sweep = plan_sweep(linear, Rates(), Budget(entries=10**10), SWEEP_RULES, LOOP_RULES)
    values, blocks = jax.jit(sweep.jacobian)(*xs)
    for value, wanted in zip(values, flat(function)(*xs), strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-12, atol=1e-12)
    expected = dense_jacobian(function, xs)
    np.testing.assert_allclose(
        assembled(blocks, xs, values), expected, rtol=1e-11, atol=1e-11
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_sweep_equals_forward_mode(name):
    assert_equals_forward_mode(name)


@pytest.mark.parametrize(
    "name", [n for n in FUNCTIONS if n.startswith(("scan", "fori", "map"))]
)
def test_loops_that_are_accumulated_equal_forward_mode(name, monkeypatch):
    monkeypatch.setattr(Steps, "tangents", lambda *_: Price(math.inf))
    assert_equals_forward_mode(name)


def test_a_stencil_is_read_by_one_table():
    def stencil(x):
        shifted = [jnp.roll(x, s, a) for s in (1, -1) for a in (0, 1)]
        return sum(shifted, -4 * x)

    sweep = plan_sweep(
        linearise(flat(stencil), jnp.ones((6, 7))),
        Rates(),
        Budget(),
        SWEEP_RULES,
        LOOP_RULES,
    )
    (node,) = [node for node in sweep.nodes if node.planned is not None]
    assert node.equation.inputs == sweep.linear.seeds
    made = jax.make_jaxpr(lambda x: sweep.run(x)[1])(jnp.ones((6, 7)))
    names = [equation.primitive.name for equation in made.jaxpr.eqns]
    assert names.count("gather") == 1


def test_a_list_of_no_columns_keeps_one_empty_slot():
    form, run, _ = settle(np.full((3, 4), -1), 9, (4,))
    assert form.columns is not None
    assert form.columns.shape == (1, 4)
    assert run(jnp.zeros((3, 4))).shape == (1, 4)
