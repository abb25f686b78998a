"""Coloured products give every entry, whichever sides are coloured."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain.jax._structure.budget import Budget
from jacobian_chain.jax._structure.choice import Structured
from jacobian_chain.jax._structure.colouring import (
    Compressed,
    coloured,
    colourings,
    dense_from_values,
)
from jacobian_chain.jax._structure.linear import linearise
from jacobian_chain.jax._structure.patterns import pattern
from jacobian_chain.jax._structure.prices import Price

from .functions import FUNCTIONS, dense_jacobian, flat, inputs
from .library import needs_library

pytestmark = needs_library

NAMES = [
    "two inputs",
    "roll",
    "arrowhead",
    "dot stencil",
    "gather rows",
    "conv",
    "scan",
    "output is input",
    "scatter add",
    "mask unknown",
]


def found(name):
    function, _ = FUNCTIONS[name]
    xs = inputs(name)
    linear = linearise(flat(function), *xs)
    return function, xs, linear, pattern(linear, Budget(entries=10**10))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("side", ["columns", "rows", "both"])
def test_products_of_either_side_give_the_entries(name, side):
    function, xs, linear, own = found(name)
    by_row = {
        "columns": np.zeros(own.count, dtype=bool),
        "rows": np.ones(own.count, dtype=bool),
        "both": own.row_indices % 3 == 1,
    }[side]
    colouring = coloured(own, by_row)
    _, values = jax.jit(Compressed(linear, colouring).values)(*xs)
    full = dense_from_values(own, values)
    np.testing.assert_allclose(
        full, dense_jacobian(function, xs), rtol=1e-11, atol=1e-11
    )


def test_colours_of_a_band_are_its_width():
    def f(x):
        return jnp.convolve(x, jnp.ones(5), mode="same") * x

    linear = linearise(lambda x: (f(x),), jnp.ones(50))
    own = pattern(linear)
    assert own.structure == {"banded": {"lower": 2, "upper": 2}}
    assert coloured(own, np.zeros(own.count, dtype=bool)).tangents == 5


def test_an_arrowhead_takes_both_sides():
    def f(x):
        return jnp.concatenate([jnp.sum(x**2)[None], x[1:] * x[0] + x[1:] ** 2])

    x = jnp.arange(1.0, 31.0)
    linear = linearise(lambda x: (f(x),), x)
    own = pattern(linear)
    ways = {way.side: way for way in colourings(own, Budget())}
    both = ways["both"]
    assert both.tangents + both.adjoints <= 4
    result = Structured(linear, Price(), Price(), Price(), Compressed(linear, both))
    _, blocks = jax.jit(result.jacobian)(x)
    np.testing.assert_allclose(blocks[0][0], jax.jacfwd(f)(x), rtol=1e-11)
    _, sparse = jax.jit(result.bcoo)(x)
    np.testing.assert_allclose(sparse.todense(), jax.jacfwd(f)(x), rtol=1e-11)
