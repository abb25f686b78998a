"""jit, vmap, grad and jacfwd over our Jacobians, and Hessians."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain.jax import Profile, hessian, jacobian

from .corpus import CASES, draw, layers, network

OVER = [
    "autoencoder",
    "custom_jvp_at_a_waist",
    "custom_vjp_at_a_waist",
    "relu",
    "scan_behind_a_waist",
    "sensors",
    "switch_at_a_waist",
    "solve",
    "waist_used_twice",
    "convolutions",
]


@pytest.mark.parametrize("name", OVER)
def test_transformed_is_transformed(name):
    case = CASES[name]()
    (x,) = case.args
    v = jnp.cos(jnp.arange(x.size, dtype=x.dtype)).reshape(x.shape)

    def all_of(jac):
        def norm(x):
            return jnp.sum(jnp.sin(jac(x)))

        return jax.grad(norm)(x), jax.vmap(jac)(jnp.stack([x, x + 0.1 * v]))

    ours = jacobian(case.fun, mode="plan")
    found, expected = jax.jit(lambda: (all_of(ours), all_of(jax.jacobian(case.fun))))()
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-11 * max(1, abs(b).max()))


def test_tangents_of_jacobians():
    case = CASES["waist_used_twice"]()
    ours = jacobian(case.fun, mode="plan")
    found, expected = jax.jit(
        lambda x: (jax.jacfwd(ours)(x), jax.jacfwd(jax.jacobian(case.fun))(x))
    )(*case.args)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_jacobian_of_an_adjoint_pass_is_differentiable_again():
    fun = network(layers(5, 3, 5))
    x = draw(5)

    def pulled(x):
        return jax.vjp(jacobian(fun, mode="plan"), x)[1](jnp.ones((5, 5)))[0]

    expected = jax.vjp(jax.jacobian(fun), x)[1](jnp.ones((5, 5)))[0]
    np.testing.assert_allclose(pulled(x), expected, rtol=0, atol=1e-12)


def test_closed_over_parameters_are_differentiated():
    weights = layers(40, 2, 40)
    x = draw(40)

    def loss(transform, weights):
        return jnp.sum(transform(network(weights))(x) ** 2)

    found = jax.jit(jax.grad(lambda w: loss(lambda f: jacobian(f, mode="plan"), w)))(
        weights
    )
    expected = jax.grad(lambda w: loss(jax.jacobian, w))(weights)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-11)


def test_one_jacobian_for_each_example_and_each_network():
    weights = [jnp.stack([w, 2 * w]) for w in layers(60, 3, 60)]
    xs = draw(2, 60)

    def per_example(transform):
        return jax.vmap(lambda w, x: transform(network(w))(x))(weights, xs)

    found = per_example(lambda f: jacobian(f, mode="plan"))
    np.testing.assert_allclose(found, per_example(jax.jacobian), rtol=0, atol=1e-12)


def test_hessian_is_that_of_jax():
    weights = layers(12, 3, 12)

    def fun(x, scale):
        return jnp.sum(network(weights)(x) ** 2) * scale, {"x": x}

    x = draw(12)
    found = hessian(fun, has_aux=True)(x, 2.0)
    expected = jax.hessian(fun, has_aux=True)(x, 2.0)
    assert jax.tree_util.tree_structure(found) == jax.tree_util.tree_structure(expected)
    np.testing.assert_allclose(found[0], expected[0], rtol=0, atol=1e-12)


def test_inside_scan_and_cond():
    fun = network(layers(30, 2, 30))

    def step(x, _):
        jac = jacobian(fun, mode="plan")(x)
        return jax.lax.cond(x[0] > 0, lambda: jac @ x, lambda: x - jac @ x), jac[0]

    def expected_step(x, _):
        jac = jax.jacobian(fun)(x)
        return jax.lax.cond(x[0] > 0, lambda: jac @ x, lambda: x - jac @ x), jac[0]

    x = draw(30)
    found = jax.lax.scan(step, x, None, 3)[1]
    expected = jax.lax.scan(expected_step, x, None, 3)[1]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


SETTINGS = {
    "ranks": lambda: jax.numpy_rank_promotion("raise"),
    "dtypes": lambda: jax.numpy_dtype_promotion("strict"),
    "leaks": jax.checking_leaks,
    "NaN": lambda: jax.debug_nans(True),
}


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("name", SETTINGS)
def test_what_users_forbid_themselves_is_no_matter(name):
    inner = network(layers(60, 3, 60))
    free = Profile(fma=2e10, bytes=1.2e10, operation=1e-13)

    def stencil(x):
        return x * jnp.roll(x, 1) + jnp.sin(x)

    def steps(x):
        return jax.lax.scan(lambda c, t: (c * t, c[:1]), x[:3], x[:, None])[1]

    x = draw(60)
    with SETTINGS[name]():
        found = [jacobian(inner)(x), jacobian(inner, mode="plan")(x)]
        found += [jacobian(f, profile=free)(x) for f in (stencil, steps)]
    for ours, fun in zip(found, (inner, inner, stencil, steps), strict=True):
        np.testing.assert_allclose(ours, jax.jacobian(fun)(x), rtol=0, atol=1e-13)


def test_a_remembered_mode_is_that_of_the_same_types():
    def fun(x):
        return jnp.sin(x) * jnp.arange(400.0)

    ours, theirs = jacobian(fun), jax.jacobian(fun)
    strong, weak = jnp.asarray(0.3, jnp.float64), jnp.asarray(0.3)
    assert (strong.weak_type, weak.weak_type) == (False, True)
    for x in (strong, strong, weak, weak, strong):
        found, expected = ours(x), theirs(x)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)
        assert found.weak_type == expected.weak_type


def products_of(jaxpr):
    for eqn in jaxpr.eqns:
        if eqn.primitive.name == "dot_general":
            yield eqn
        for value in eqn.params.values():
            for inner in value if isinstance(value, (tuple, list)) else (value,):
                inner = getattr(inner, "jaxpr", inner)
                if hasattr(inner, "eqns"):
                    yield from products_of(inner)


def loop(x):
    w = draw(30, 30, scale=0.2, dtype=x.dtype)

    def step(c, _):
        return jnp.tanh(jnp.dot(w, c, precision="highest")), c

    return jax.lax.scan(step, x, None, 40)[1][::4]


@pytest.mark.parametrize("mode", ["plan", "auto"])
def test_products_are_as_precise_as_those_of_the_function(mode):
    dims, x = (200, 4, 200, 4, 200), draw(200, dtype=np.float32)
    weights = layers(*dims, dtype=np.float32)

    def fun(x):
        for weight in weights:
            x = jnp.tanh(jnp.dot(weight, x, precision="highest"))
        return x

    free = Profile(fma=2e10, bytes=1.2e10, operation=1e-13)
    for own, point in ((fun, x), (loop, draw(30, dtype=np.float32))):
        way = jacobian(own, mode=mode, profile=free)
        products = list(products_of(jax.make_jaxpr(way)(point).jaxpr))
        highest = (jax.lax.Precision.HIGHEST,) * 2
        assert products
        assert {eqn.params["precision"] for eqn in products} == {highest}
