"""Waists that something goes around: x + g(x), where g is narrow inside."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain import ChainError
from jacobian_chain.jax import Plan, jacobian, plan, value_and_jacobian

WIDE, MIDDLE, NARROW = 400, 60, 8


def weight(rows, columns, seed):
    drawn = np.random.default_rng([seed, rows, columns]).normal(size=(rows, columns))
    return jnp.asarray(drawn / columns**0.5)


X = jnp.asarray(np.random.default_rng(1).normal(size=WIDE))
DOWN, IN = weight(MIDDLE, WIDE, 0), weight(NARROW, MIDDLE, 1)
OUT, UP = weight(MIDDLE, NARROW, 2), weight(WIDE, MIDDLE, 3)


def narrow(x, activation=jnp.tanh):
    for matrix in (DOWN, IN, OUT):
        x = activation(matrix @ x)
    return UP @ x


def normed(x):
    return (x - jnp.mean(x)) / jnp.sqrt(jnp.var(x) + 1e-5)


def block(x):
    return x + narrow(normed(x))


AROUND = {
    "residual": lambda x: x + narrow(x),
    "difference": lambda x: jnp.sin(x) - narrow(x),
    "other way round": lambda x: narrow(x) - x,
    "gelu": lambda x: x + narrow(x, jax.nn.gelu),
    "gate": lambda x: x * jax.nn.sigmoid(narrow(x)),
    "normed": block,
    "two blocks": lambda x: block(jnp.tanh(block(x))),
}


@pytest.mark.parametrize("name", AROUND)
def test_what_goes_around_a_waist_is_added(name):
    fun = AROUND[name]
    found = plan(fun, X)
    assert found.strategy == "pieces", str(found)
    assert found.gain > 1.25
    expected = jax.jacrev(fun)(X)
    for own in (jacobian(fun), jax.jit(jacobian(fun)), jacobian(fun, plan=found)):
        np.testing.assert_allclose(own(X), expected, rtol=0, atol=1e-11)


def test_what_passes_a_waist_alone_is_a_chain():
    assert plan(lambda x: jnp.tanh(narrow(x)), X).strategy == "chain"


def test_more_waists_than_can_be_planned_are_left():
    def deep(x):
        for seed in range(12):
            x = x + weight(WIDE, 4, seed) @ jnp.tanh(weight(4, WIDE, seed) @ x)
        return x

    assert plan(deep, X).strategy != "pieces"
    np.testing.assert_allclose(
        jax.jit(jacobian(deep))(X), jax.jacrev(deep)(X), rtol=0, atol=1e-11
    )


def test_what_goes_around_may_end_elsewhere():
    def fun(x):
        scaled = x * jnp.sum(jnp.cos(x)) + UP @ (DOWN @ x)
        return jnp.concatenate([x[:20], narrow(x)]), jnp.sum(x), scaled

    for a, b in zip(jacobian(fun)(X), jax.jacrev(fun)(X), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-11)


def test_trees_of_which_some_parts_are_not_joined():
    """An input that only goes around, one that only goes through, one without use."""

    def fun(tree):
        through = narrow(normed(tree["through"]))
        return {"sum": tree["around"] + through, "copy": jnp.sin(tree["around"])}

    tree = {"around": X, "through": jnp.cos(X), "unused": jnp.ones((2, 3))}
    assert plan(fun, tree).strategy == "pieces"
    own, expected = jacobian(fun)(tree), jax.jacrev(fun)(tree)
    assert jax.tree.structure(own) == jax.tree.structure(expected)
    for a, b in zip(jax.tree.leaves(own), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-11)


@pytest.mark.parametrize("form", ["dense", "bcoo", "factored"])
def test_forms_of_the_result(form):
    own = jacobian(block, output_format=form)(X)
    if form == "bcoo":
        own = own.todense()
    elif form == "factored":
        own = own.mv(X)
    expected = jax.jacrev(block)(X)
    if form == "factored":
        expected = expected @ X
    np.testing.assert_allclose(own, expected, rtol=0, atol=1e-10)


def test_it_is_mapped_and_differentiated():
    points = jnp.stack([X, jnp.cos(X)])
    np.testing.assert_allclose(
        jax.vmap(jacobian(block))(points),
        jax.vmap(jax.jacrev(block))(points),
        atol=1e-11,
    )

    def size(way):
        return jax.grad(lambda x: jnp.sum(way(block)(x) ** 2))(X)

    np.testing.assert_allclose(size(jacobian), size(jax.jacrev), rtol=1e-10, atol=1e-12)
    value, own = value_and_jacobian(block)(X)
    np.testing.assert_allclose(value, block(X), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(own, jax.jacrev(block)(X), rtol=0, atol=1e-11)


def test_single_precision_stays_single():
    own = jacobian(lambda x: x + narrow(x).astype(x.dtype))(X.astype(jnp.float32))
    assert own.dtype == jnp.float32


def test_plans_are_kept_and_refused():
    fun = AROUND["residual"]
    kept = Plan.from_json(plan(fun, X).to_json())
    np.testing.assert_allclose(
        jacobian(fun, plan=kept)(X), jax.jacrev(fun)(X), rtol=0, atol=1e-11
    )
    assert "through waists of 8" in kept.reason
    with pytest.raises(ChainError, match="the plan was made for"):
        jacobian(AROUND["two blocks"], plan=kept)(X)


def test_seeds_in_blocks_pass_the_whole():
    fun = AROUND["residual"]
    np.testing.assert_allclose(
        jacobian(fun, chunk_size=50)(X), jax.jacrev(fun)(X), rtol=0, atol=1e-11
    )
