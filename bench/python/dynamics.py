"""Loops in time, machines with joints, grids and batches: what engineers differentiate."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from waists import Case, draw, function, met, network, weights_of

from jacobian_chain.jax import trajectory_jacobian


def trajectory(step, state, params, times):
    """All states of a time loop by its parameters."""

    def fun(params):
        def move(y, t):
            y = step(y, params, t)
            return y, y

        return lax.scan(move, state, times)[1]

    return Case(
        fun,
        (params,),
        ours=lambda params: trajectory_jacobian(step, state, params, times),
    )


def euler(velocity):
    return lambda y, params, dt: y + dt * velocity(y, params)


def runge_kutta(velocity):
    def step(y, params, dt):
        first = velocity(y, params)
        second = velocity(y + dt / 2 * first, params)
        third = velocity(y + dt / 2 * second, params)
        fourth = velocity(y + dt * third, params)
        return y + dt / 6 * (first + 2 * second + 2 * third + fourth)

    return step


def neural_velocity(y, params):
    return params["w"] @ jnp.tanh(params["v"] @ y + params["b"])


def neural(d, hidden):
    return {
        "b": draw(hidden),
        "v": draw(hidden, d, scale=d**-0.5),
        "w": draw(d, hidden, scale=hidden**-0.5),
    }


@function("trajectory of a neural ODE, d = 4, p = 288, T = 100")
def _():
    step = runge_kutta(neural_velocity)
    return trajectory(step, draw(4), neural(4, 32), jnp.full(100, 0.05))


@function("trajectory of a neural ODE, d = 2, p = 80, T = 100")
def _():
    step = runge_kutta(neural_velocity)
    return trajectory(step, draw(2), neural(2, 16), jnp.full(100, 0.05))


@function("trajectory of a neural ODE, d = 8, p = 68, T = 50")
def _():
    step = runge_kutta(neural_velocity)
    return trajectory(step, draw(8), neural(8, 4), jnp.full(50, 0.05))


@function("trajectory of a linear system, d = 8, p = 68, T = 50")
def _():
    def velocity(y, params):
        return jnp.tanh(params["a"] @ y) + jnp.concatenate([params["c"], -params["c"]])

    params = {"a": draw(8, 8, scale=8**-0.5), "c": draw(4)}
    return trajectory(euler(velocity), draw(8), params, jnp.full(50, 0.05))


@function("trajectory of a neural ODE by `jacobian`, d = 4, p = 288, T = 100")
def _():
    fun, arguments, *_ = trajectory(
        runge_kutta(neural_velocity), draw(4), neural(4, 32), jnp.full(100, 0.05)
    )
    return Case(fun, arguments)


@function("shooting: 60 controls of a pendulum to its end", control=True)
def _():
    def fun(controls):
        def move(state, force):
            angle, speed = state
            speed = speed + 0.05 * (force - jnp.sin(angle))
            return (angle + 0.05 * speed, speed), None

        return jnp.stack(lax.scan(move, (0.3, 0.0), controls)[0])

    return Case(fun, (draw(60),))


@function("robot arm of 7 joints: the place of its hand")
def _():
    lengths = [0.3, 0.1, 0.4, 0.1, 0.3, 0.1, 0.1]

    def fun(angles):
        turn, place = jnp.eye(3), jnp.zeros(3)
        for k, length in enumerate(lengths):
            c, s = jnp.cos(angles[k]), jnp.sin(angles[k])
            about = [
                jnp.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
                jnp.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
            ]
            turn = turn @ about[k % 2]
            place = place + length * turn[:, 0]
        return jnp.concatenate([place, turn.reshape(-1)])

    return Case(fun, (draw(7),))


@function("a small network for each of 300 pixels")
def _():
    net = network(weights_of(4, 16, 16, 3))
    return Case(lambda x: jax.vmap(net)(x), (draw(300, 4),))


@function("reaction and diffusion, 24 × 24 × 2, 3 steps")
def _():
    def fun(state):
        for _ in range(3):
            u, v = state
            spread = [
                jnp.roll(a, 1, 0) + jnp.roll(a, -1, 0) + jnp.roll(a, 1, 1)
                + jnp.roll(a, -1, 1) - 4 * a
                for a in (u, v)
            ]
            reaction = u * u * v
            state = jnp.stack(
                [
                    u + 0.1 * (spread[0] + 1 + reaction - 4 * u),
                    v + 0.1 * (0.5 * spread[1] + 3 * u - reaction),
                ]
            )
        return state

    return Case(fun, (draw(2, 24, 24, scale=0.3),))


@function("bundle adjustment: 12 cameras, 100 points, 600 sightings")
def _():
    random = np.random.default_rng(5)
    camera = random.integers(0, 12, size=600)
    point = random.integers(0, 100, size=600)

    def fun(x):
        cameras, points = x[:72].reshape(12, 6), x[72:].reshape(100, 3)
        pose, p = cameras[camera], points[point]
        turned = p + jnp.cross(pose[:, :3], p) + pose[:, 3:]
        return (turned[:, :2] / (4.0 + turned[:, 2:] ** 2)).reshape(-1)

    return Case(fun, (draw(372, scale=0.3),))


@function("power flow in a network of 400 nodes and 600 lines")
def _():
    random = np.random.default_rng(6)
    start, end = random.integers(0, 400, size=(2, 600))
    line = random.uniform(1, 2, size=600)

    def fun(angle):
        flow = line * jnp.sin(angle[start] - angle[end])
        return jnp.zeros(400).at[start].add(flow).at[end].add(-flow)

    return Case(fun, (draw(400, scale=0.2),))


@function("spectral filter behind 20 coefficients, 1024 points")
def _():
    down, up = weights_of(512, 20, 1024)
    response = jnp.asarray(1 / (1 + np.arange(513) ** 2 / 400))

    def encode(x):
        return down @ jnp.sin(x)

    def decode(z):
        wave = up @ jnp.tanh(z)
        return jnp.fft.irfft(response * jnp.fft.rfft(wave), 1024)

    return Case(lambda x: decode(encode(x)), (draw(512),), met(encode, decode))


@function("generator 12-256-1024 with a custom_vjp")
def _():
    fun = network(weights_of(12, 256, 1024))

    @jax.custom_vjp
    def clipped(x):
        return x

    clipped.defvjp(lambda x: (x, None), lambda _, u: (0.5 * u,))
    return Case(lambda x: fun(clipped(x)), (draw(12),))


@function("recurrent network, 40 steps of 64, read in 3 numbers", control=True)
def _():
    inside, reading = draw(64, 64, scale=64**-0.5), draw(3, 64)

    def fun(x):
        def step(h, _):
            return jnp.tanh(inside @ h), None

        return reading @ lax.scan(step, x, None, 40)[0]

    return Case(fun, (draw(64),))


@function("sequence of 200 words through a state of 8")
def _():
    read, inside, say = draw(8, 16), draw(8, 8, scale=8**-0.5), draw(32, 8)

    def fun(words):
        def step(h, word):
            return jnp.tanh(inside @ h + read @ word), None

        end = lax.scan(step, jnp.zeros(8), words)[0]
        return say @ end

    return Case(fun, (draw(200, 16),))
