"""Patterns hold every nonzero, and are sharp where that is promised."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from jacobian_chain.jax._structure.budget import Budget
from jacobian_chain.jax._structure.linear import linearise
from jacobian_chain.jax._structure.patterns import pattern
from jacobian_chain.jax._structure.sets import seeds, united

from .functions import FUNCTIONS, dense_jacobian, flat, inputs

PATIENT = Budget(entries=10**10)


def matrix(found):
    full = np.zeros((found.rows, found.columns), dtype=bool)
    if found.is_dense:
        full[:] = True
    full[found.row_indices, found.column_indices] = True
    return full


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_pattern_holds_every_nonzero(name):
    function, _ = FUNCTIONS[name]
    xs = inputs(name)
    found = pattern(linearise(flat(function), *xs), Budget(entries=10**10))
    full = matrix(found)
    for seed in range(3):
        nonzero = dense_jacobian(function, inputs(name, seed)) != 0
        assert full.shape == nonzero.shape
        assert not (nonzero & ~full).any()
    if not found.is_dense:
        assert (
            len(set(zip(found.row_indices, found.column_indices, strict=True)))
            == found.count
        )


@pytest.mark.parametrize(
    "index",
    [
        lambda: (jnp.arange(6.0) * 1e9).astype(jnp.int32),
        lambda: (-jnp.arange(6.0)).astype(jnp.uint32),
        lambda: lax.rem(jnp.arange(6), jnp.zeros(6, int)),
        lambda: lax.div(jnp.arange(6), jnp.zeros(6, int)),
        # XLA multiplies 0.7 and 10 first.
        lambda: (jnp.arange(6.0) * 0.7 * 10).astype(jnp.int32),
        lambda: 2 * (jnp.arange(30.0) * 0.7 * 10 >= 21).astype(jnp.int32),
    ],
)
def test_integers_that_only_xla_knows_are_no_known_indices(index):
    def fun(x):
        return x.at[index()].get(mode="clip") ** 2

    x = jnp.arange(1.0, 61.0)
    found = matrix(pattern(linearise(lambda x: (fun(x),), x), PATIENT))
    nonzero = np.asarray(jax.jit(jax.jacobian(fun))(x) != 0)
    assert not (nonzero & ~found).any()


def test_products_of_known_numbers_keep_their_zeros():
    weights = np.kron(np.eye(5), [[2.0, 3.0]]) + 0.0
    # Staged: no values, but zeros.
    found = pattern(
        linearise(
            lambda x: ((jnp.asarray(weights) * jnp.full((5, 10), 0.1)) @ x,),
            jnp.ones(10),
        ),
        PATIENT,
    )
    assert found.count == 10


def test_all_columns_and_some_are_all_columns():
    (own,) = seeds([(5, (5,))])
    full = own.everything(1)
    assert full.is_everything
    assert not own.is_everything
    listed = own.with_array(np.arange(5, dtype=np.int32)[::-1, None])
    assert listed.is_everything
    assert not own.with_array(np.array([[0], [1], [2], [3], [-1]])).is_everything
    assert not own.with_array(np.array([[0], [1], [2], [3], [3]])).is_everything
    for parts in ([own, full], [full, own], [listed, own], [own, listed]):
        assert united(parts, 1000).is_everything
