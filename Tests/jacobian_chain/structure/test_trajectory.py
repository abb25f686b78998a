"""Trajectories: every way gives the Jacobian of the loop."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jacobian_chain.jax._structure.budget import Budget
from jacobian_chain.jax._structure.linear import linearise
from jacobian_chain.jax._structure.prices import Rates
from jacobian_chain.jax._structure.sweep import plan_sweep
from jacobian_chain.jax._structure.sweep_rules import LOOP_RULES, SWEEP_RULES
from jacobian_chain.jax._trajectory import trajectory_jacobian, trajectory_prices

WAYS = ["tangents", "adjoints", "accumulate", "auto"]


def step(y, params, dt):
    return y + dt * (params["w"] @ jnp.tanh(params["v"] @ y + params["b"]))


def problem(d=3, hidden=8, length=6):
    random = np.random.default_rng(0)
    params = {
        "b": jnp.asarray(random.normal(size=hidden)),
        "v": jnp.asarray(random.normal(size=(hidden, d))),
        "w": jnp.asarray(random.normal(size=(d, hidden))),
    }
    times = jnp.asarray(random.uniform(0.05, 0.2, size=length))
    return jnp.asarray(random.normal(size=d)), params, times


def rolled(y0, params, times, observe=lambda y: y, final=False):
    def move(y, dt):
        y = step(y, params, dt)
        return y, observe(y)

    y, seen = jax.lax.scan(move, y0, times)
    return observe(y) if final else seen


def close(a, b):
    assert jax.tree.structure(a) == jax.tree.structure(b)
    for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        assert (x.shape, x.dtype) == (y.shape, y.dtype)
        np.testing.assert_allclose(x, y, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize(
    ("observe", "final"),
    [
        (None, False),
        (lambda y: y[1:], False),
        (lambda y: jnp.sum(y**2)[None], False),
        (lambda y: y[::-1], True),
        # Indices that are laid out anew while the function is traced.
        (lambda y: y[jnp.array([[0, 2, 1], [1, 1, 0]]).reshape(6)], False),
    ],
)
def test_every_way_equals_jax(observe, final):
    y0, params, times = problem()
    look = observe or (lambda y: y)

    @jax.jit
    def run(p):
        f = lambda p: rolled(y0, p, times, look, final)  # noqa: E731
        ways = [
            trajectory_jacobian(
                step,
                y0,
                p,
                times,
                observe=observe,
                final=final,
                mode=mode,
                with_states=True,
            )
            for mode in WAYS
        ]
        return f(p), jax.jacobian(f)(p), ways

    wanted_states, wanted, ways = run(params)
    for states, found in ways:
        close(found, wanted)
        close(states, wanted_states)


def test_a_start_that_depends_on_the_parameters():
    _, params, times = problem()
    begin = lambda p: jnp.sin(p["b"][:3])  # noqa: E731
    wanted = jax.jit(jax.jacobian(lambda p: rolled(begin(p), p, times)))(params)
    ours = lambda p: trajectory_jacobian(step, begin, p, times, mode="accumulate")  # noqa: E731
    close(jax.jit(ours)(params), wanted)


def test_states_and_times_that_are_trees():
    def move(y, p, t):
        dt, force = t
        pull = -p * y["x"] + force
        return {"v": y["v"] + dt * pull, "x": y["x"] + dt * y["v"][:2]}

    y0 = {"v": jnp.ones(2), "x": jnp.zeros(2)}
    p = jnp.array([1.0, 2.0])
    times = (jnp.full(4, 0.1), jnp.arange(8.0).reshape(4, 2))

    def f(p):
        return jax.lax.scan(lambda y, t: (move(y, p, t),) * 2, y0, times)[1]

    run = jax.jit(
        lambda p: [trajectory_jacobian(move, y0, p, times, mode=mode) for mode in WAYS]
    )
    wanted = jax.jit(jax.jacobian(f))(p)
    for found in run(p):
        close(found, wanted)


def test_vmap_and_a_second_derivative():
    y0, params, times = problem(hidden=2, length=3)
    ours = lambda p: trajectory_jacobian(step, y0, p, times, mode="accumulate")["b"]  # noqa: E731
    jaxs = lambda p: jax.jacobian(lambda q: rolled(y0, q, times))(p)["b"]  # noqa: E731
    many = jax.tree.map(lambda v: jnp.stack([v, 2 * v]), params)

    def of(own, params, many):
        return (
            jax.jacfwd(own)(params),
            jax.grad(lambda p: jnp.sum(own(p) ** 2))(params),
            jax.vmap(own)(many),
        )

    both = jax.jit(lambda p, q: [of(ours, p, q), of(jaxs, p, q)])
    close(*both(params, many))


def test_the_choice_is_by_price():
    y0, params, times = problem(d=4, hidden=32, length=100)
    assert trajectory_prices(step, y0, params, times).best == "accumulate"
    few = {"a": jnp.ones(2)}
    wide = jnp.ones(50)
    decay = lambda y, p, t: y * p["a"][0] + p["a"][1] * t  # noqa: E731
    assert trajectory_prices(decay, wide, few, times).best == "tangents"
    one = trajectory_prices(
        decay, wide, {"a": jnp.ones(500)}, times, observe=lambda y: y[:1], final=True
    )
    assert one.best == "adjoints"


def test_custom_vjp_steps_have_no_tangents():
    @jax.custom_vjp
    def scaled(y, p):
        return y * p

    scaled.defvjp(lambda y, p: (y * p, (y, p)), lambda r, g: (g * r[1], g * r[0]))
    move = lambda y, p, t: scaled(y, p) + t  # noqa: E731
    y0, p, times = jnp.ones(2), jnp.array([0.5, 2.0]), jnp.arange(3.0)
    prices = trajectory_prices(move, y0, p, times)
    assert prices.tangents is None
    found = trajectory_jacobian(move, y0, p, times)

    def f(p):
        return jax.lax.scan(lambda y, t: (y * p + t,) * 2, y0, times)[1]

    close(found, jax.jacobian(f)(p))


@pytest.mark.parametrize("mode", WAYS)
@pytest.mark.parametrize("final", [False, True])
def test_without_steps_states_or_parameters(mode, final):
    y0, params, times = problem(length=2)

    def scaled(y, p, dt):
        return y * (1 + dt * jnp.sum(jnp.cos(jax.flatten_util.ravel_pytree(p)[0])))

    for y, own, ts in (
        (y0, params, times[:0]),
        (y0[:0], params, times),
        (y0, {}, times),
    ):

        def loop(p, y=y, ts=ts):
            end, all_ = jax.lax.scan(lambda y, t: (scaled(y, p, t),) * 2, y, ts)
            return end if final else all_

        found = trajectory_jacobian(scaled, y, own, ts, mode=mode, final=final)
        if own:
            close(found, jax.jacfwd(loop)(own))
        else:
            assert found == {}


def test_errors_say_what_was_expected():
    y0, params, times = problem()
    with pytest.raises(TypeError, match=r"params.*real floating"):
        trajectory_jacobian(step, y0, jnp.arange(3), times)
    with pytest.raises(TypeError, match="step: expected"):
        trajectory_jacobian(lambda y, p, t: y[:2], y0, params, times)
    with pytest.raises(ValueError, match="times: expected"):
        trajectory_jacobian(step, y0, params, (times, times[:2]))
    for unequal in (10, [0.1, 0.2], {}):
        with pytest.raises(ValueError, match="times: expected"):
            trajectory_jacobian(step, y0, params, unequal)
    with pytest.raises(ValueError, match="mode: expected"):
        trajectory_jacobian(step, y0, params, times, mode="best")


def scan_cases():
    y0, params, times = problem(d=2, hidden=8, length=5)
    shape = jax.flatten_util.ravel_pytree(params)

    def all_states(v):
        return rolled(y0, shape[1](v), times)

    def scaled_and_permuted(v):
        return rolled(y0, shape[1](jnp.sin(v[::-1])), times)

    def mixed(v):
        return rolled(v[:2] * v[2], shape[1](jnp.cumsum(v)), times)

    def controls(v):
        def move(c, u):
            return jnp.sin(c) * u + c, (c, c[0] * u)

        w = jnp.tile(v, 2)[:20]
        return jax.lax.scan(move, v[:2], w.reshape(10, 2), reverse=True)

    return {
        f.__name__: (f, shape[0])
        for f in (all_states, scaled_and_permuted, mixed, controls)
    }


@pytest.mark.parametrize("name", scan_cases())
def test_scans_inside_functions_accumulate(name):
    f, v = scan_cases()[name]
    flat = lambda v: tuple(jax.tree.leaves(f(v)))  # noqa: E731
    linear = linearise(flat, v)
    # Lanes so dear that [A B] pays at any size.
    rates = Rates(entry=1e-6, product=1e-12, gemm=1e-12, step=0.0)
    sweep = plan_sweep(linear, rates, Budget(entries=10**10), SWEEP_RULES, LOOP_RULES)
    _, blocks = jax.jit(sweep.jacobian)(v)
    scans = [node.planned for node in sweep.nodes if node.equation.name == "scan"]
    (planned,) = [p for p in scans if p is not None]
    assert "_accumulated" in planned.run.__code__.co_names
    close([row[0] for row in blocks], list(jax.jit(jax.jacfwd(flat))(v)))


def test_a_step_with_a_while_loop_goes_by_tangents():
    y0, params, times = problem()

    def until(y, params, dt):
        return jax.lax.while_loop(
            lambda s: s[0] < 2, lambda s: (s[0] + 1, step(s[1], params, dt)), (0, y)
        )[1]

    prices = trajectory_prices(until, y0, params, times)
    assert prices.best == "tangents"
    assert prices.adjoints is prices.accumulate is None
    found = jax.jit(lambda p: trajectory_jacobian(until, y0, p, times))(params)
    expected = jax.jit(
        jax.jacfwd(
            lambda p: jax.lax.scan(lambda y, t: (until(y, p, t),) * 2, y0, times)[1]
        )
    )(params)
    close(found, expected)
