"""Patterns hold every nonzero, and are sharp where that is promised."""

from __future__ import annotations

import numpy as np
import pytest

from jacobian_chain.jax._structure.budget import Budget
from jacobian_chain.jax._structure.linear import linearise
from jacobian_chain.jax._structure.patterns import pattern

from .functions import FUNCTIONS, dense_jacobian, flat, inputs

PATIENT = Budget(seconds=60.0)


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
    found = pattern(linearise(flat(function), *xs), Budget(seconds=60.0))
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
