"""Functions whose Jacobians people take: waists, loops, and controls.

Each name makes a `Case`; `CONTROLS` are those that have nothing to gain, because one
of the modes is as good as any order.
"""

from typing import Any, Callable, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

FUNCTIONS = {}
CONTROLS = set()


class Case(NamedTuple):
    """A function and its arguments, differentiated by the first.

    `by_hand`: the order that somebody writes who knows the shapes. `ours`: what stands
    in the place of `jacobian(fun)`.
    """

    fun: Callable[..., Any]
    arguments: tuple[Any, ...]
    by_hand: Callable[..., Any] | None = None
    ours: Callable[..., Any] | None = None


def met(encode, decode):
    """Adjoints down to the waist, tangents up from it, one product."""

    def mixed(x):
        z = encode(x)
        outer, inner = jax.jacfwd(decode)(z), jax.jacrev(encode)(x)
        return jnp.tensordot(outer, inner, z.ndim)

    return mixed


def function(name, control=False):
    def register(make):
        FUNCTIONS[name] = make
        if control:
            CONTROLS.add(name)
        return make

    return register


def draw(*shape, seed=0, scale=1.0, dtype=np.float64):
    random = np.random.default_rng([seed, *shape])
    return jnp.asarray((random.standard_normal(shape) * scale).astype(dtype))


def weights_of(*sizes, dtype=np.float64):
    return [
        draw(b, a, seed=i, scale=a**-0.5, dtype=dtype)
        for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
    ]


def network(weights, activation=jnp.tanh):
    def fun(x):
        for weight in weights[:-1]:
            x = activation(weight @ x)
        return weights[-1] @ x

    return fun


def dense(*sizes, activation=jnp.tanh, dtype=np.float64):
    weights = weights_of(*sizes, dtype=dtype)
    middle = sizes.index(min(sizes))
    by_hand = None
    if 0 < middle < len(sizes) - 1:
        encode = network(weights[:middle], activation)
        upper = network(weights[middle:], activation)
        by_hand = met(encode, lambda z: upper(activation(z)))
    return Case(
        network(weights, activation), (draw(sizes[0], dtype=dtype),), by_hand
    )


@function("autoencoder 600-10-600")
def _():
    return dense(600, 60, 40, 10, 40, 60, 600)


@function("autoencoder 600-10-600, float32")
def _():
    return dense(600, 60, 40, 10, 40, 60, 600, dtype=np.float32)


@function("autoencoder 600-10-600, relu")
def _():
    return dense(600, 60, 40, 10, 40, 60, 600, activation=jax.nn.relu)


@function("autoencoder 600-10-600, weights as arguments")
def _():
    weights = weights_of(600, 60, 40, 10, 40, 60, 600)

    def by_hand(x, weights):
        upper = network(weights[3:])
        mixed = met(network(weights[:3]), lambda z: upper(jnp.tanh(z)))
        return mixed(x)

    return Case(
        lambda x, weights: network(weights)(x), (draw(600), weights), by_hand
    )


@function("autoencoder 3072-32-3072")
def _():
    return dense(3072, 1024, 256, 32, 256, 1024, 3072)


@function("two waists 800-12-800-12-800")
def _():
    return dense(800, 12, 800, 12, 800)


def convolve(x, kernel, stride=1):
    return lax.conv_general_dilated(
        x, kernel, (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


@function("convolutional autoencoder 784-12-784")
def _():
    first, second = draw(3, 3, 1, 16, scale=0.3), draw(3, 3, 16, 32, scale=0.1)
    down = draw(12, 7 * 7 * 32, scale=0.03)
    up = draw(14 * 14 * 16, 12, scale=0.3)
    last = draw(3, 3, 16, 4, scale=0.1)

    def encode(x):
        h = jnp.tanh(convolve(x.reshape(1, 28, 28, 1), first, 2))
        h = jnp.tanh(convolve(h, second, 2))
        return down @ h.reshape(-1)

    def decode(z):
        h = jnp.tanh(up @ jnp.tanh(z)).reshape(1, 14, 14, 16)
        h = convolve(h, last).reshape(14, 14, 2, 2).transpose(0, 2, 1, 3)
        return h.reshape(784)

    return Case(lambda x: decode(encode(x)), (draw(784),), met(encode, decode))


def attention_block(tokens, width, seed=0):
    query, key, value, out = (
        draw(width, width, seed=seed + s, scale=width**-0.5) for s in range(4)
    )

    def block(x):
        scores = (x @ query) @ (x @ key).T / width**0.5
        return x + (jax.nn.softmax(scores) @ (x @ value)) @ out

    return block


@function("attention, latent of 16, attention")
def _():
    tokens, width = 16, 64
    first, last = attention_block(tokens, width), attention_block(tokens, width, 9)
    down = draw(16, tokens * width, scale=0.03)
    up = draw(tokens * width, 16, scale=0.25)

    def encode(x):
        return down @ first(x).reshape(-1)

    def decode(z):
        return last((up @ jnp.tanh(z)).reshape(tokens, width))

    return Case(
        lambda x: decode(encode(x)), (draw(tokens, width),), met(encode, decode)
    )


def residual(width, hidden, seed):
    first, last = weights_of(width, hidden, width)
    first = first * (1 + 0.1 * seed)
    return lambda x: x + 0.5 * last @ jnp.tanh(first @ x)


@function("residual network 512 with a waist of 16")
def _():
    below = [residual(512, 512, s) for s in range(2)]
    above = [residual(512, 512, s + 2) for s in range(2)]
    down, up = weights_of(512, 16, 512)

    def encode(x):
        for layer in below:
            x = layer(x)
        return down @ x

    def decode(z):
        x = up @ jnp.tanh(z)
        for layer in above:
            x = layer(x)
        return x

    return Case(lambda x: decode(encode(x)), (draw(512),), met(encode, decode))


@function("two blocks around waists of 12, normed")
def _():
    sizes = 600, 100, 12, 100, 600
    blocks = [
        network([draw(b, a, seed=9 * k + i, scale=a**-0.5) for i, (a, b) in enumerate(zip(sizes, sizes[1:]))])
        for k in range(2)
    ]

    def fun(x):
        for block in blocks:
            x = x + block((x - jnp.mean(x)) / jnp.sqrt(jnp.var(x) + 1e-5))
        return x

    return Case(fun, (draw(600),))


def burgers(u, steps):
    """Explicit steps of the viscous Burgers equation, zero at both ends."""
    spacing = 1 / (u.size + 1)
    step, viscosity = 0.4 * spacing, 0.5 * spacing
    a, r = step / (4 * spacing), viscosity * step / spacing**2

    def advance(u, _):
        padded = jnp.pad(u, 1)
        before, after = padded[:-2], padded[2:]
        flux = a * (after**2 - before**2)
        return u - flux + r * (after - 2 * u + before), None

    return lax.scan(advance, u, None, steps)[0]


def encoded_burgers(outputs):
    down, up = weights_of(1000, 16, 2048)
    sensors = np.linspace(0, 2047, outputs).astype(int)

    def encode(x):
        return down @ x

    def decode(z):
        return burgers(jnp.tanh(up @ jnp.tanh(z)), 64)[sensors]

    return Case(lambda x: decode(encode(x)), (draw(1000),), met(encode, decode))


@function("1000-16-2048, Burgers steps, 50 sensors")
def _():
    return encoded_burgers(50)


@function("1000-16-2048, Burgers steps, 1000 outputs")
def _():
    return encoded_burgers(1000)


@function("classifier 784-512-256-10", control=True)
def _():
    return dense(784, 512, 256, 10)


@function("generator 16-128-512-2048", control=True)
def _():
    return dense(16, 128, 512, 2048)


@function("square network 300", control=True)
def _():
    return dense(300, 300, 300, 300)


@function("wide residual network", control=True)
def _():
    layers = [residual(256, 512, s) for s in range(4)]

    def fun(x):
        for layer in layers:
            x = layer(x)
        return x

    return Case(fun, (draw(256),))


@function("thin residual network", control=True)
def _():
    layers = [residual(256, 64, s) for s in range(6)]

    def fun(x):
        for layer in layers:
            x = layer(x)
        return x

    return Case(fun, (draw(256),))


@function("one attention block", control=True)
def _():
    return Case(attention_block(16, 32), (draw(16, 32),))


@function("gradient of a network", control=True)
def _():
    fun, arguments, *_ = dense(400, 200, 100)
    return Case(lambda x: jnp.sum(fun(x) ** 2), arguments)


@function("linear solve", control=True)
def _():
    base = draw(120, 120, scale=0.05) + jnp.eye(120)
    return Case(lambda x: jnp.linalg.solve(base + jnp.diag(x), x), (draw(120),))


@function("spectrum", control=True)
def _():
    return Case(lambda x: jnp.abs(jnp.fft.rfft(jnp.sin(x))) ** 2, (draw(512),))


@function("recurrence in a loop", control=True)
def _():
    weight = draw(128, 128, scale=128**-0.5)

    def fun(x):
        return lax.fori_loop(0, 20, lambda i, h: jnp.tanh(weight @ h), x)

    return Case(fun, (draw(128),))


@function("two inputs, one shared layer", control=True)
def _():
    first, second = weights_of(100, 80, 60)

    def fun(pair):
        return second @ jnp.tanh(first @ pair["a"] + first @ pair["b"])

    return Case(fun, ({"a": draw(100), "b": draw(100, seed=3)},))


@function("small: 3 in, 3 out", control=True)
def _():
    def fun(x):
        return jnp.array([x[0] * x[1], jnp.sin(x[2]), x[0] + x[1] * x[2]])

    return Case(fun, (draw(3),))
