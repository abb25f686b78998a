"""Functions drawn at random have the Jacobians that JAX gives them.

JACOBIAN_CHAIN_DRAWS=2000 tries so many of them instead of a few,
JACOBIAN_CHAIN_SEED=50000 others; JAX_ENABLE_X64=0 draws them in float32.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.experimental import sparse
from jax.extend import core

from jacobian_chain import ChainError
from jacobian_chain.jax import (
    Profile,
    _bypass,
    _planning,
    jacobian,
    value_and_jacobian,
)
from jacobian_chain.jax._structure import (
    Budget,
    Price,
    Rates,
    Structured,
    listed,
    pattern,
)
from jacobian_chain.jax._structure.colouring import Compressed, colourings
from jacobian_chain.jax._structure.steps import Steps
from jacobian_chain.jax._structure.sweep import plan_sweep
from jacobian_chain.jax._structure.sweep_rules import LOOP_RULES, SWEEP_RULES

from .drawn import draw

# What is drawn in float64 is float32 where JAX has no other.
pytestmark = pytest.mark.filterwarnings("ignore:Explicitly requested dtype")

# Kernels that cost nothing to start: small functions are worth a structure, too.
FREE = Profile(fma=2e10, bytes=1.2e10, operation=1e-13, name="kernels are free")
LONG = Budget(entries=10**10)


def dense(tree):
    return jax.tree_util.tree_map(
        lambda a: a.todense() if isinstance(a, sparse.BCOO) else a,
        tree,
        is_leaf=lambda a: isinstance(a, sparse.BCOO),
    )


def swept(linear: Any, *_: Any, **__: Any) -> Any:
    """The structured sweep, whatever it costs."""
    way = plan_sweep(linear, Rates(), LONG.again(), SWEEP_RULES, LOOP_RULES)
    return Structured(linear, Price(1e-30), Price(1.0), Price(1.0), way)


def coloured(linear: Any, *_: Any, adjoints: bool) -> Any:
    """Coloured products, where there is a pattern, whatever they cost."""
    found = pattern(linear, LONG.again())
    ways = [] if found.is_dense else colourings(found, LONG.again())
    ways = [way for way in ways if adjoints or not way.adjoints]
    if not ways:
        return None
    way = Compressed(linear, ways[-1])
    return Structured(linear, Price(1e-30), Price(1.0), Price(1.0), way)


def by_force(fun: Any, choose: Callable[..., Any], seed: int) -> Any:
    """The Jacobian by a way that prices might not have chosen.

    Half of them take [A B] of every step of a loop, half scatter as large ones do.
    """

    def way(point: Any) -> Any:
        with contextlib.ExitStack() as patched:
            patched.enter_context(mock.patch.object(_planning, "structured", choose))
            if seed % 2:
                dear = mock.patch.object(
                    Steps, "tangents", return_value=Price(math.inf)
                )
                patched.enter_context(dear)
            if seed % 4 < 2:
                patched.enter_context(mock.patch.object(listed, "_FEW", 0))
            return jacobian(fun)(point)

    return way


def by_pieces(fun: Any) -> Any:
    """The Jacobian through all that is narrower than the ends, and around it."""
    around = _planning._around

    def best(*args: Any) -> Any:
        found = around(*args)
        return found and replace(found, plan=replace(found.plan, gain=math.inf))

    def way(point: Any) -> Any:
        with (
            mock.patch.object(_bypass, "_SHARE", 1),
            mock.patch.object(_bypass, "MOST_WAISTS", 4),
            mock.patch.object(_planning, "_around", best),
        ):
            return jacobian(fun)(point)

    return way


def of_many(fun: Any) -> Any:
    """The Jacobian at one of two points at once."""
    many = jax.vmap(jacobian(fun, profile=FREE))

    def way(point: Any) -> Any:
        points = jax.tree_util.tree_map(lambda x: jnp.stack([x, x]), point)
        return jax.tree_util.tree_map(lambda a: a[1], many(points))

    return way


def ways(fun, seed):
    """Jacobians by an order of our own, by structure, and one of the options."""
    also = [
        jacobian(fun),
        jacobian(fun, output_format="bcoo", profile=FREE),
        jacobian(fun, mode="plan", chunk_size=2),
        of_many(fun),
        lambda point: value_and_jacobian(fun, profile=FREE)(point)[1],
    ]
    return {
        "by a plan": jacobian(fun, mode="plan"),
        "by structure": jacobian(fun, profile=FREE),
        f"by option {seed % len(also)}": also[seed % len(also)],
        "by pieces": by_pieces(fun),
        "by a sweep": by_force(fun, swept, seed),
        "by colours": by_force(fun, coloured, seed),
    }


def traced(way, point):
    """What a way does, as text and as a jaxpr; None where insisting is refused."""
    try:
        closed, shape = jax.make_jaxpr(lambda x: dense(way(x)), return_shape=True)(
            point
        )
    except ChainError as refused:
        if refused.kind != "unsupported":
            raise
        return None
    return str(closed), closed, jax.tree_util.tree_structure(shape)


def all_traced(fun, point, theirs, seed):
    """What the ways do that do something of their own, by name, after `theirs`.

    Ways that do the same are compiled once.
    """
    found = {"jax": traced(theirs, point)}
    texts = {found["jax"][0]}
    for name, way in ways(fun, seed).items():
        own = traced(way, point)
        assert own or name == "by a plan" or "option" in name, name
        if own is not None and own[0] not in texts:
            texts.add(own[0])
            found[name] = own
    return found


def computed(found, point):
    """The arrays of all ways, compiled together."""
    leaves = jax.tree_util.tree_leaves(point)
    run = jax.jit(
        lambda *xs: {
            name: core.jaxpr_as_fun(closed)(*xs)
            for name, (_, closed, _) in found.items()
        }
    )
    made = run(*leaves)
    return {name: [np.asarray(a) for a in made[name]] for name in found}


FIRST = int(os.environ.get("JACOBIAN_CHAIN_SEED", 0))
DRAWS = int(os.environ.get("JACOBIAN_CHAIN_DRAWS", 24))


def compare(arrays, texts, seed):
    """Every way's arrays with those of JAX."""
    expected = arrays.pop("jax")
    if not all(np.isfinite(leaf).all() for leaf in expected):
        pytest.skip("this one is not finite")
    scale = max(1, *(np.abs(leaf).max(initial=0) for leaf in expected))
    single = any("f32[" in text or "c64[" in text for text in texts)
    for name, own in arrays.items():
        for a, b in zip(own, expected, strict=True):
            np.testing.assert_allclose(
                a,
                b,
                rtol=0,
                atol=(1e-4 if single else 1e-11) * scale,
                err_msg=f"{name}, seed {seed}",
            )


@pytest.mark.parametrize("seed", range(FIRST, FIRST + DRAWS))
def test_is_that_of_jax(seed):
    fun, point, forward = draw(seed)
    theirs = (jax.jacfwd if forward else jax.jacrev)(fun)
    found = all_traced(fun, point, theirs, seed)
    dtypes = [jnp.result_type(x) for x in jax.tree_util.tree_leaves(point)]
    weak = [jax.typeof(x).weak_type for x in jax.tree_util.tree_leaves(point)]
    _, closed, tree = found["jax"]
    for name, (_, own, own_tree) in found.items():
        assert own_tree == tree, name
        types = zip(dtypes, weak, strict=True)
        for a, b, (dtype, is_weak) in zip(
            own.out_avals, closed.out_avals, itertools.cycle(types), strict=False
        ):
            # Those of jax.jacobian, which jacfwd has not.
            assert a.shape == b.shape, name
            assert name == "jax" or a.dtype == dtype, name
            assert name == "jax" or a.weak_type == is_weak or "option" in name, name
    compare(computed(found, point), [own[0] for own in found.values()], seed)


def summed(way):
    """A number that depends on every entry of a Jacobian."""
    return lambda point: sum(
        jnp.sum(jnp.sin(leaf)) for leaf in jax.tree_util.tree_leaves(dense(way(point)))
    )


def second(way, forward, seed):
    """A derivative of a Jacobian: of all its entries, or of a sum of them."""
    if not forward:
        # Rules of users' own may have adjoints alone.
        return jax.grad(summed(way), allow_int=True)
    if seed % 2:
        return jax.jacfwd(lambda point: dense(way(point)))
    return jax.jacfwd(jax.jit(summed(way)))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + -(-DRAWS // 3)))
def test_has_the_derivatives_of_that_of_jax(seed):
    fun, point, forward = draw(seed)
    theirs = (jax.jacfwd if forward else jax.jacrev)(fun)
    expected = second(theirs, forward, seed)
    try:
        found = {"jax": traced(expected, point)}
    except NotImplementedError as error:  # eigenvectors have first derivatives alone
        pytest.skip(f"of JAX alone: {error}")
    for name, way in ways(fun, seed).items():
        try:
            own = traced(second(way, forward, seed), point)
        except (TypeError, ValueError) as error:
            # Adjoints of users' rules have no tangents; in loops that `jax.linearize`
            # takes apart, under `jax.jacrev` as well, it leaves out a custom_jvp.
            if not re.search("custom_vjp|Pure callbacks", str(error)):
                raise
            continue
        if own is not None:
            found[name] = own
    compare(computed(found, point), [own[0] for own in found.values()], seed)
