"""Entries move to where NumPy would put them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain.jax._structure.places import picked, put, taken


@pytest.mark.parametrize(
    "rows",
    [
        [0, 1, 2, 3, 4, 5],
        [2, 3, 4],
        [5, 0, 0, 3],
        [-1, -1, 2, 3, -1],
        [1, -1, 3],
        [-1, 4, 0, -1],
        [-1, -1],
        [],
    ],
)
@pytest.mark.parametrize("rest", [(), (3,), (2, 2)])
def test_rows_are_taken_and_none_is_zero(rows, rest):
    array = np.arange(1.0, 1 + 6 * np.prod(rest, dtype=int)).reshape(6, *rest)
    rows = np.array(rows, dtype=np.int64)
    expected = np.where((rows >= 0).reshape(-1, *[1] * len(rest)), array[rows], 0)
    np.testing.assert_array_equal(taken(jnp.asarray(array), rows), expected)
    if (rows >= 0).all():
        np.testing.assert_array_equal(picked(jnp.asarray(array), rows), expected)


def test_nothing_is_staged_but_the_move():
    jaxpr = jax.make_jaxpr(lambda a: taken(a, np.array([2, 3])))(jnp.ones((5, 2)))
    assert [e.primitive.name for e in jaxpr.eqns] == ["slice"]
    jaxpr = jax.make_jaxpr(lambda a: taken(a, np.array([3, 2])))(jnp.ones((5, 2)))
    assert [e.primitive.name for e in jaxpr.eqns] == ["gather"]


@pytest.mark.parametrize("add", [False, True])
def test_entries_are_put(add):
    start = np.arange(5.0)
    at = np.array([1, 3, 3] if add else [1, 3])
    entries = np.array([10.0, 20.0, 30.0])[: len(at)]
    expected = start.copy()
    if add:
        np.add.at(expected, at, entries)
    else:
        expected[at] = entries
    found = put(jnp.asarray(start), at, jnp.asarray(entries), not add, add)
    np.testing.assert_array_equal(found, expected)
