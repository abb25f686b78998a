"""Long functions are batched and transposed by kinds of equations, as JAX would."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import PartitionSpec

from jacobian_chain.jax import jacobian
from jacobian_chain.jax._batches import products
from jacobian_chain.jax._blocks import _product
from jacobian_chain.jax._call import Call
from jacobian_chain.jax._cuts import whole

from .corpus import draw

_MIX = draw(6, 6, scale=0.4)
_STACK = draw(4, 3, 3, scale=0.5)
_TAPS = draw(3, 3, 2, 2, scale=0.2)


def arithmetic(x):
    """An operand twice, numbers as operands, a sum of three."""
    y = x
    for _ in range(40):
        h = jnp.tanh(_MIX @ x)
        y = y * jnp.cos(x) + h[::-1] - 2.0 * y / (1 + jnp.sum(x**2))
        x = jnp.where(h > 0, h, 0.1 * h) + (y + y)
    return x * y, y


def moves(x):
    for _ in range(60):
        x = jnp.sin(x[:, ::-1] @ _MIX.T) + jnp.concatenate([x[1:], x[:1]])
        x = x.at[0].multiply(1.1) + jnp.pad(x[1:, 1:], 1)[:-1, :-1]
        x = x.T.reshape(x.shape) + x.at[1:3].set(x[:2]) + x[jnp.array([3, 1, 1, 0])]
    return x


def products_in_batches(x):
    """Results of products have the batch axis last, or in the middle."""
    for _ in range(60):
        x = jnp.einsum("bij,bjk->bik", _STACK, jnp.tanh(x)) + jnp.cumsum(x, 1)
        x = x / (1 + jnp.max(jnp.abs(x))) + x.sum(0)[None]
        x = jnp.swapaxes(2 * jnp.swapaxes(x, 0, 1), 0, 1)
    return x


def convolutions(x):
    for _ in range(60):
        numbers = ("NHWC", "HWIO", "NHWC")
        y = jax.lax.conv_general_dilated(x, _TAPS, (1, 1), "SAME", None, None, numbers)
        x = jnp.tanh(y) + x
    return x


def dtypes(x):
    for _ in range(60):
        x = jnp.sin(x.astype(jnp.float32) * 2).astype(x.dtype) + x.astype("bfloat16")
    return x


LONG = {
    "arithmetic": (arithmetic, draw(6)),
    "moves": (moves, draw(4, 6)),
    "products_in_batches": (products_in_batches, draw(4, 3, 2)),
    "convolutions": (convolutions, draw(1, 4, 5, 2)),
    "dtypes": (dtypes, draw(5)),
}


def linear_of(fun, *args):
    return Call(fun, 0, False, args, {}).linearise().linear


def equations_of(linear, count, back, make):
    """What computes `count` products, written out."""
    ends = linear.outvars if back else linear.invars
    vectors = [jax.ShapeDtypeStruct((count, *v.aval.shape), v.aval.dtype) for v in ends]

    def run(constants, vectors):
        given = dict(zip(linear.constvars, constants, strict=True))
        return tuple(make(given, tuple(vectors)))

    constants = [v.aval for v in linear.constvars]
    return re.sub("0x[0-9a-f]+", "", str(jax.make_jaxpr(run)(constants, vectors)))


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("name", LONG)
def test_the_equations_are_those_of_jax(name, back):
    linear = linear_of(*LONG[name])
    part = whole(linear)
    theirs = equations_of(
        linear, 3, back, lambda given, vs: jax.vmap(_product(part, back, given))(vs)
    )
    ours = products(linear, 3, back)
    assert ours is not None
    assert equations_of(linear, 3, back, ours) == theirs


@pytest.mark.parametrize("name", LONG)
def test_jax_transposes_one_equation_of_each_kind(name, monkeypatch):
    linear = linear_of(*LONG[name])
    calls, transpose = [], jax.linear_transpose

    def counting(*args, **kwargs):
        calls.append(1)
        return transpose(*args, **kwargs)

    monkeypatch.setattr(jax, "linear_transpose", counting)
    products(linear, 3, True)
    assert 0 < len(calls) < len(linear.eqns) / 10


def test_where_it_does_not_pay_or_may_not_be_jax_does_all():
    def looped(x):
        return jax.lax.scan(lambda c, _: (arithmetic(c)[0], None), x, None, 2)[0]

    x = draw(6)
    for fun in (jnp.sin, looped, lambda x: jax.checkpoint(arithmetic)(x)[0]):
        for back in (False, True):
            assert products(linear_of(fun, x), 3, back) is None


def test_long_functions_on_a_mesh():
    mesh = jax.sharding.Mesh(jax.devices()[:1], ("d",))
    x = draw(2, 6)

    def on_each(rows):
        found = jacobian(lambda row: arithmetic(row)[0])(rows[0])
        return found[None]

    spec = PartitionSpec("d")
    one = jax.shard_map(on_each, mesh=mesh, in_specs=spec, out_specs=spec)
    np.testing.assert_allclose(
        jax.jit(one)(x[:1])[0], jax.jacrev(lambda x: arithmetic(x)[0])(x[0]), rtol=1e-11
    )


@pytest.mark.parametrize("name", LONG)
def test_long_functions_have_the_jacobian_of_jax(name):
    fun, x = LONG[name]
    expected = jax.tree.leaves(jax.jit(jax.jacobian(fun))(x))
    for options in ({}, {"mode": "forward", "output_format": "bcoo"}):
        found = jax.jit(jacobian(fun, **options))(x)
        is_sparse = lambda leaf: hasattr(leaf, "todense")  # noqa: E731
        for a, b in zip(
            jax.tree.leaves(found, is_leaf=is_sparse), expected, strict=True
        ):
            full = a.todense() if is_sparse(a) else a
            scale = max(1, float(jnp.max(jnp.abs(b))))
            tolerance = 0.05 if name == "dtypes" else 1e-10
            np.testing.assert_allclose(full, b, rtol=0, atol=tolerance * scale)
