"""What is chosen, within which time, and that it composes with JAX."""

from __future__ import annotations

import functools
import itertools
import time

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain.jax import Profile, jacobian, plan
from jacobian_chain.jax._structure import (
    Budget,
    NotLinearisable,
    from_linear,
    linearise,
    pattern,
    structured,
)
from jacobian_chain.jax._structure.colouring import colourings

from .library import needs_library

pytestmark = needs_library

FREE = Profile(fma=2e10, bytes=1.2e10, operation=1e-13, name="kernels are free")


def one(f, x):
    return linearise(lambda x: (f(x),), x)


@pytest.mark.parametrize(
    ("f", "n", "structure"),
    [
        (lambda x: jnp.sin(x) * x, 20, "diagonal"),
        (lambda x: x + 1.0, 20, "identity"),
        (lambda x: x[::-2], 6, {"selection": [5, 3, 1]}),
        (lambda x: x[1:] - x[:-1], 30, None),
        (
            lambda x: jnp.convolve(x, jnp.ones(3), mode="same"),
            30,
            {"banded": {"lower": 1, "upper": 1}},
        ),
        (
            lambda x: (
                jnp.cumprod(x.reshape(4, 5)[:, ::-1], 1).reshape(-1)
                * jnp.repeat(jnp.prod(x.reshape(4, 5), 1), 5)
            ),
            20,
            {"blockDiagonal": {"count": 4, "rows": 5, "columns": 5}},
        ),
        (
            lambda x: jnp.stack([x, x**2], axis=1),
            20,
            {"blockDiagonal": {"count": 20, "rows": 2, "columns": 1}},
        ),
        (lambda x: jnp.unstack(x.reshape(5, 4))[2] ** 2, 20, None),
        (lambda x: jnp.tile(x, 3) ** 2, 20, None),
        (lambda x: jnp.zeros(20).at[::2].subtract(x[::2]), 20, "diagonal"),
        (lambda x: x.at[3].set(0.0) ** 2, 20, "diagonal"),
        (lambda x: jnp.tanh(np.ones((20, 20)) @ x), 20, "dense"),
    ],
)
def test_structures_are_recognised(f, n, structure):
    found = pattern(one(f, jnp.ones(n)), Budget(entries=10**10)).structure
    if structure is None:
        assert set(found) == {"sparse"}
    else:
        assert found == structure


def test_masks_stay_triangular():
    found = pattern(one(lambda x: jnp.cumsum(x * x), jnp.ones(40)))
    assert found.count == 40 * 41 // 2


def test_a_million_wide_sigmoid_is_diagonal():
    found = pattern(
        one(jax.nn.sigmoid, jax.ShapeDtypeStruct((1_000_000,), jnp.float64))
    )
    assert found.structure == "diagonal"
    assert found.count == 1_000_000


def test_bands_through_a_long_scan():
    def f(u):
        def step(u, _):
            return u + 0.1 * (jnp.roll(u, 1) - u) * u, None

        return jax.lax.scan(step, u, None, length=20)[0]

    found = pattern(one(f, jnp.ones(400)), Budget(entries=10**10))
    assert found.count == 400 * 21


def test_dense_blocks_do_not_take_long():
    weights = [np.random.default_rng(k).normal(size=(400, 400)) for k in range(6)]

    def f(x):
        for w in weights:
            x = jnp.tanh(w @ x)
        return x

    linear = one(f, jnp.ones(400))
    start = time.thread_time()
    assert pattern(linear).is_dense
    assert time.thread_time() - start < 0.1


def test_a_thousand_equations_take_no_longer_than_a_second():
    def f(x):
        for k in range(250):
            x = jnp.concatenate([x[1:], x[:1]]) * jnp.sin(x) + 0.1 * k
        return x

    linear = one(f, jnp.ones(300))
    assert len(linear.program.equations) > 1000
    start = time.thread_time()
    structured(linear)
    assert time.thread_time() - start < 1.0


def test_nothing_is_looked_for_behind_what_is_full():
    weight = np.random.default_rng(0).normal(size=(300, 300)) / 20

    def f(x):
        for _ in range(200):
            x = jnp.sin(weight @ x) * jnp.concatenate([x[1:], x[:1]])
        return x

    linear = one(f, jnp.ones(300))
    found = pattern(linear, Budget(entries=10**10))
    assert found.is_dense
    assert not found.reason
    assert structured(linear, budget=Budget(entries=10**10)) is None
    # Past the first layer neither the pattern nor the sweep goes on.
    beyond = one(lambda x: f(x)[:1] * x, jnp.ones(300))
    start = time.thread_time()
    pattern(linear, Budget(entries=10**10))
    assert pattern(beyond, Budget(entries=10**10)).is_dense
    assert time.thread_time() - start < 1.0


def test_a_budget_that_is_too_small_says_dense_and_why():
    found = pattern(one(lambda x: jnp.roll(x, 1) * x, jnp.ones(30)), Budget(entries=0))
    assert found.is_dense
    assert "more than 0 entries" in found.reason


_MIXING = np.random.default_rng(3).normal(size=(60, 60)) / 8

GAINS = {
    "sum over pairs": lambda x: jnp.sum(
        jnp.sin(x[:, None] ** 2 + jnp.arange(1.0, 61)[None, :]), axis=1
    ),
    "kernel": lambda x: x - jnp.sum(np.ones((60, 60)) * x[:, None] * x[None, :], 1),
    "diagonal and product": lambda x: jnp.tanh(x) + np.ones((60, 60)) @ jnp.sin(x),
    "square with a zero": lambda x: (
        x[:49].reshape(7, 7).at[2, 0].set(0.0) @ x[:49].reshape(7, 7)
    ).reshape(-1),
    "square of a matrix": lambda x: (
        x[:49].reshape(7, 7) @ x[:49].reshape(7, 7)
    ).reshape(-1),
    # The first product is of a matrix and the seeds.
    "two layers": lambda x: _MIXING @ jnp.tanh(_MIXING @ x),
    "stencil": lambda x: jnp.convolve(x, jnp.ones(3), mode="same") * x,
}


@pytest.mark.parametrize("name", GAINS)
def test_structure_is_taken_and_composes(name):
    f = GAINS[name]
    x = jnp.asarray(np.random.default_rng(0).normal(size=60))
    best = structured(one(f, x), budget=Budget(entries=10**10))
    assert best is not None
    assert best.price.seconds < min(best.forward.seconds, best.reverse.seconds)
    square = lambda j: lambda x: jnp.sum(j(x) ** 2)  # noqa: E731

    def of(jacobian):
        many = jnp.stack([x, 2 * x])
        return jacobian(x), jax.vmap(jacobian)(many), jax.grad(square(jacobian))(x)

    @jax.jit
    def all_of_it(x):
        ours = of(lambda x: best.jacobian(x)[1][0][0])
        return ours, of(jax.jacfwd(f)), best.bcoo(x)[1].todense(), best.matrix(x)[1]

    ours, wanted, sparse, full = all_of_it(x)
    for a, b in zip(
        (*ours, sparse, full), (*wanted, wanted[0], wanted[0]), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", GAINS)
def test_a_busy_machine_changes_no_plan(name, monkeypatch):
    """However late it is: what an analysis may take is counted."""
    x = jnp.asarray(np.random.default_rng(0).normal(size=60))
    calm = plan(GAINS[name], x)
    assert calm.strategy == "structure"
    clocks = ("monotonic", "perf_counter", "process_time", "thread_time", "time")
    late = itertools.count(step=10.0)
    for clock in clocks:
        monkeypatch.setattr(time, clock, lambda: next(late))
        monkeypatch.setattr(time, f"{clock}_ns", lambda: int(next(late) * 1e9))
    assert plan(GAINS[name], x).to_json() == calm.to_json()


def counted(linear, entries):
    """Whether a pattern is found by looking at so many entries."""
    return not pattern(linear, Budget(entries=entries)).is_dense


def repeated(n):
    return lambda x: functools.reduce(lambda y, _: y * x, range(n), x)


def stepped(n):
    step = lambda y, x: (jnp.roll(y, 1) * x, None)  # noqa: E731
    return lambda x: jax.lax.scan(lambda y, _: step(y, x), x, None, n)[0]


#: Functions of a size, and two sizes.
COUNTED = {
    "equations": (repeated, 5, 25),
    "steps": (stepped, 5, 25),
    "taps": (lambda n: lambda x: jnp.convolve(x, jnp.ones(n), mode="same"), 5, 25),
    "known values": (
        lambda n: lambda x: x * np.tile([0.0, 1.0], (n, 20)),
        1000,
        5000,
    ),
    "rows of a matrix": (lambda n: lambda x: np.eye(n, 40) @ x, 1000, 5000),
}


@pytest.mark.parametrize("name", COUNTED)
def test_all_that_is_looked_at_is_counted(name):
    make, *sizes = COUNTED[name]
    few, many = (one(make(n), jnp.ones(40)) for n in sizes)
    assert counted(few, Budget.entries)
    assert counted(many, Budget.entries)
    enough = next(1 << k for k in range(40) if counted(few, 1 << k))
    assert not counted(many, enough)


def test_colours_that_take_too_long_are_left_out():
    found = pattern(one(lambda x: jnp.convolve(x, jnp.ones(9), "same"), jnp.ones(500)))
    assert not found.is_dense
    assert len(colourings(found, Budget())) == 2
    assert colourings(found, Budget(entries=10_000)) == []


def test_modes_are_left_alone_where_nothing_is_to_be_gained():
    w = [
        np.random.default_rng(k).normal(size=s)
        for k, s in enumerate([(64, 128), (10, 64)])
    ]
    classifier = lambda x: jnp.tanh(w[1] @ jnp.tanh(w[0] @ x))  # noqa: E731
    assert structured(one(classifier, jnp.ones(128))) is None

    def long_scan(x):
        return jax.lax.scan(
            lambda c, _: (jnp.tanh(w[1].T[:10] @ c), None), x, None, length=50
        )[0]

    assert structured(one(long_scan, jnp.ones(10))) is None


def test_what_has_no_adjoints_gets_tangents():
    def f(x):
        end = jax.lax.while_loop(
            lambda s: s[0] < 3, lambda s: (s[0] + 1, jnp.sin(s[1])), (0, x[:1])
        )[1]
        return jnp.concatenate([x[40:] * x[39:-1], jnp.exp(x[:2]), end * x[0]])

    # One row is dense: with adjoints it would be taken apart.
    def wide(x):
        return jnp.concatenate([f(x), jnp.sum(x * x)[None]])

    x = jnp.linspace(0.1, 1.0, 60)
    found = plan(wide, x, profile=FREE)
    assert "reverse" not in found.seconds
    np.testing.assert_allclose(
        jacobian(wide, profile=FREE)(x), jax.jacfwd(wide)(x), rtol=1e-12
    )


def test_a_linear_map_that_is_taken_apart_already():
    x = jnp.arange(1.0, 9.0)
    _, push = jax.linearize(lambda x: jnp.sin(x) * jnp.roll(x, 1), x)
    closed = jax.make_jaxpr(push)(x)

    class Apart:
        constvars = tuple(closed.jaxpr.constvars)
        invars = tuple(closed.jaxpr.invars)
        outvars = tuple(closed.jaxpr.outvars)
        eqns = tuple(closed.jaxpr.eqns)

    linear = from_linear(Apart)
    assert pattern(linear).count == 16
    best = structured(linear)
    assert best is not None
    outputs, blocks = best.jacobian(*closed.consts)
    assert outputs == []
    np.testing.assert_allclose(
        blocks[0][0], jax.jacfwd(lambda x: jnp.sin(x) * jnp.roll(x, 1))(x), rtol=1e-12
    )


def test_what_has_no_tangents_is_refused_with_the_reason():
    @jax.custom_vjp
    def f(x):
        return x

    f.defvjp(lambda x: (x, None), lambda _, g: (g,))
    with pytest.raises(NotLinearisable):
        one(f, jnp.ones(3))
    with pytest.raises(NotLinearisable, match="int"):
        one(lambda x: x, jnp.arange(3))
    with pytest.raises(NotLinearisable, match="complex"):
        one(lambda x: x * 1j, jnp.ones(3))
