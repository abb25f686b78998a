"""Jacobians inside and around `vmap`, `pmap` and `shard_map` with named axes."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from jacobian_chain import ChainError
from jacobian_chain.jax import Profile, jacobian, trajectory_jacobian

from .corpus import draw, layers, network

FREE = Profile(fma=2e10, bytes=1.2e10, operation=1e-13, name="kernels are free")
WAYS = {"auto": {}, "plan": {"mode": "plan"}, "free": {"profile": FREE}}
SHIFT = [(k, (k + 1) % 4) for k in range(4)]

pytestmark = [
    pytest.mark.filterwarnings("error::RuntimeWarning"),
    pytest.mark.skipif(
        jax.device_count() < 4,
        reason="needs --xla_force_host_platform_device_count=4",
    ),
]


@pytest.fixture(params=WAYS)
def ours(request):
    return lambda fun: jacobian(fun, **WAYS[request.param])


@pytest.fixture
def mesh():
    return jax.make_mesh((4,), ("i",), axis_types=(AxisType.Auto,))


# What one device gives depends on the inputs of all.
COMMUNICATION = {
    "psum": lambda w, x: lax.psum(w * x, "i") * jnp.arange(9.0),
    "ppermute": lambda w, x: jnp.tanh(draw(90, 9) @ (w * lax.ppermute(x, "i", SHIFT))),
    "all_gather": lambda w, x: jnp.sin(lax.all_gather(w * x, "i")).reshape(-1),
    "in a loop": lambda w, x: lax.fori_loop(
        0, 2, lambda _, c: w * lax.ppermute(jnp.sin(c), "i", SHIFT), x
    ),
}


@pytest.mark.parametrize("name", COMMUNICATION)
@pytest.mark.parametrize("profile", [None, FREE])
def test_along_an_axis_around_it_is_that_of_reverse_mode(name, profile):
    # Forward mode gives another matrix: it counts what was sent, not received.
    fun, ws, xs = COMMUNICATION[name], draw(4, 9, seed=1), draw(4, 9)

    def on_each(transform):
        return jax.vmap(lambda w, x: transform(lambda x: fun(w, x))(x), axis_name="i")(
            ws, xs
        )

    found = on_each(lambda f: jacobian(f, profile=profile))
    np.testing.assert_allclose(found, on_each(jax.jacobian), rtol=0, atol=1e-13)
    assert np.abs(found - on_each(jax.jacfwd)).max() > 0.1
    with pytest.raises(ChainError, match="taken apart"):
        on_each(lambda f: jacobian(f, mode="plan"))


def test_trajectories_along_an_axis_around_them_are_those_of_reverse_mode():
    ws, params, times = draw(4, 3, seed=1), draw(4, 3), jnp.linspace(0.1, 0.3, 3)

    def step(w, y, p, t):
        return y + t * w * lax.ppermute(jnp.sin(y * p), "i", SHIFT)

    def rolled(w, p):
        def move(y, t):
            return (step(w, y, p, t),) * 2

        return lax.scan(move, jnp.ones(3), times)[1]

    def ours(w, p):
        return trajectory_jacobian(partial(step, w), jnp.ones(3), p, times)

    def theirs(w, p):
        return jax.jacobian(partial(rolled, w))(p)

    found = jax.vmap(ours, axis_name="i")(ws, params)
    expected = jax.vmap(theirs, axis_name="i")(ws, params)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


def waist(x):
    return network(layers(60, 3, 60))(x) * x[0]


def stencil(x):
    return x * jnp.roll(x, 1) + jnp.sin(x)


def steps(x):
    return lax.scan(lambda c, t: (c * t + jnp.sin(c), c[0] * t), x[:3], x)[1]


@pytest.mark.parametrize("fun", [waist, stencil, steps])
@pytest.mark.parametrize("checked", [True, False])
def test_one_for_each_device(fun, checked, ours, mesh):
    xs = draw(4, 60)

    def on_each(transform):
        return jax.shard_map(
            lambda x: transform(fun)(x[0])[None],
            mesh=mesh,
            in_specs=P("i"),
            out_specs=P("i"),
            check_vma=checked,
        )

    found, expected = jax.jit(lambda x: (on_each(ours)(x), on_each(jax.jacobian)(x)))(
        xs
    )
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("profile", [None, FREE])
def test_what_devices_share_stays_shared(profile, mesh):
    # The one x of all devices: its derivative is the sum over them.
    def on_all(transform):
        def on_each(w, x):
            return transform(lambda x: waist(w[0] * x))(x)

        return jax.shard_map(
            on_each, mesh=mesh, in_specs=(P("i"), P()), out_specs=P("i")
        )

    weights, x = draw(4, 60), draw(60)
    found = jax.jit(on_all(lambda f: jacobian(f, profile=profile)))(weights, x)
    expected = jax.jit(on_all(jax.jacobian))(weights, x)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


def test_communication_inside_is_part_of_the_function(ours, mesh):
    def all_of(x):
        return jax.shard_map(
            lambda v: jnp.sin(v) * lax.psum(jnp.sum(v * v), "i"),
            mesh=mesh,
            in_specs=P("i"),
            out_specs=P("i"),
        )(x)

    def fun(x):
        return network(layers(60, 3, 60))(all_of(x))

    found, expected = jax.jit(lambda x: (ours(fun)(x), jax.jacobian(fun)(x)))(draw(60))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_axes_that_are_mapped_inside_are_none_afterwards(ours):
    def fun(x):
        return jax.vmap(
            lambda v: (
                lax.ppermute(v * v, "i", SHIFT)
                * jnp.sum(lax.all_gather(v, "i") * lax.axis_index("i"))
            ),
            axis_name="i",
        )(x)

    x = draw(4)
    np.testing.assert_allclose(ours(fun)(x), jax.jacobian(fun)(x), rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind", ["Auto", "Explicit"])
def test_arguments_over_several_devices(kind, ours):
    mesh = jax.make_mesh((4,), ("i",), axis_types=(getattr(AxisType, kind),))

    def fun(x):
        return jnp.sin(x) * x

    with jax.set_mesh(mesh):
        x = jax.device_put(draw(60), NamedSharding(mesh, P("i")))
        found, expected = jax.jit(lambda x: (ours(fun)(x), jax.jacobian(fun)(x)))(x)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)
