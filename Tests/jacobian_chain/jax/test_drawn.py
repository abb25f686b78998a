"""Functions drawn at random have the Jacobians that JAX gives them.

JACOBIAN_CHAIN_DRAWS=2000 tries so many of them instead of a few,
JACOBIAN_CHAIN_SEED=50000 others.
"""

from __future__ import annotations

import itertools
import os

import jax
import numpy as np
import pytest
from jax.experimental import sparse

from jacobian_chain import ChainError
from jacobian_chain.jax import Profile, jacobian

from .drawn import draw

# Kernels that cost nothing to start: small functions are worth a structure, too.
FREE = Profile(fma=2e10, bytes=1.2e10, operation=1e-13, name="kernels are free")


def dense(tree):
    return jax.tree_util.tree_map(
        lambda a: a.todense() if isinstance(a, sparse.BCOO) else a,
        tree,
        is_leaf=lambda a: isinstance(a, sparse.BCOO),
    )


def ways(fun, seed):
    """Jacobians by an order of our own, by structure, and one of the options."""
    options = [
        {},
        {"output_format": "bcoo", "profile": FREE},
        {"mode": "plan", "chunk_size": 2},
    ][seed % 3]
    return {
        "by a plan": jacobian(fun, mode="plan"),
        "by structure": jacobian(fun, profile=FREE),
        f"with {options}": jacobian(fun, **options),
    }


def traced(way, point):
    """Whether a way is for this function; only insisting may be refused."""
    try:
        jax.eval_shape(way, point)
    except ChainError as refused:
        if refused.kind != "unsupported":
            raise
        return False
    return True


FIRST = int(os.environ.get("JACOBIAN_CHAIN_SEED", 0))
DRAWS = int(os.environ.get("JACOBIAN_CHAIN_DRAWS", 24))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + DRAWS))
def test_is_that_of_jax(seed):
    fun, point, forward = draw(seed)
    theirs = (jax.jacfwd if forward else jax.jacrev)(fun)
    ours = {n: w for n, w in ways(fun, seed).items() if traced(w, point)}
    assert "by structure" in ours
    expected, found = jax.jit(
        lambda x: (theirs(x), {name: dense(way(x)) for name, way in ours.items()})
    )(point)
    leaves, tree = jax.tree_util.tree_flatten(expected)
    leaves = [np.asarray(leaf) for leaf in leaves]
    if not all(np.isfinite(leaf).all() for leaf in leaves):
        pytest.skip("this one is not finite")
    scale = max(1, *(np.abs(leaf).max(initial=0) for leaf in leaves))
    dtypes = [x.dtype for x in jax.tree_util.tree_leaves(point)]
    ends = jax.tree_util.tree_leaves(jax.eval_shape(fun, point))
    single = np.dtype(np.float32) in (*dtypes, *(end.dtype for end in ends))
    for name, jac in found.items():
        own, own_tree = jax.tree_util.tree_flatten(jac)
        assert own_tree == tree, name
        for a, b, dtype in zip(own, leaves, itertools.cycle(dtypes)):
            # Those of jax.jacobian, which jacfwd has not.
            assert (a.shape, a.dtype) == (b.shape, dtype), name
            np.testing.assert_allclose(
                a,
                b,
                rtol=0,
                atol=(1e-4 if single else 1e-11) * scale,
                err_msg=f"{name}, seed {seed}",
            )
