"""Functions of all kinds, each with the point at which its Jacobian is compared."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

CASES: dict[str, Callable[[], Case]] = {}


class Case(NamedTuple):
    """A function, its arguments, and what is differentiated."""

    fun: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: int | tuple[int, ...] = 0
    # What the plan must be, where this is certain.
    mode: str | None = None
    # No tangents of tangents, adjoints of adjoints, ….
    reverse: bool = True
    forward: bool = True


def case(make: Callable[[], Case]) -> Callable[[], Case]:
    name = make.__name__.strip("_")
    assert name not in CASES
    CASES[name] = make
    return make


def draw(*shape: int, seed: int = 0, scale: float = 1, dtype: Any = np.float64) -> Any:
    """Seeded normal numbers, made without compiling anything."""
    values = np.random.default_rng(seed + sum(shape)).standard_normal(shape)
    return jax.device_put((values * scale).astype(dtype))


def layers(*sizes: int, dtype: Any = np.float64) -> list[Any]:
    return [
        draw(b, a, seed=i, scale=a**-0.5, dtype=dtype)
        for i, (a, b) in enumerate(itertools.pairwise(sizes))
    ]


def network(weights: list[Any], activation: Callable[[Any], Any] = jnp.tanh) -> Any:
    def fun(x: Any) -> Any:
        for weight in weights[:-1]:
            x = activation(weight @ x)
        return weights[-1] @ x

    return fun


# Waists.


@case
def autoencoder() -> Case:
    return Case(network(layers(60, 20, 3, 20, 60)), (draw(60),))


@case
def autoencoder_large() -> Case:
    dims = 300, 60, 5, 60, 300
    return Case(network(layers(*dims)), (draw(300),), mode="plan")


@case
def two_waists() -> Case:
    dims = 200, 4, 200, 4, 200
    return Case(network(layers(*dims)), (draw(200),), mode="plan")


@case
def waist_of_one() -> Case:
    fun = network(layers(80, 30, 1, 30, 80))
    return Case(fun, (draw(80),))


@case
def waist_as_scalar() -> Case:
    def fun(x: Any) -> Any:
        return jnp.sin(jnp.sum(x**2)) * jnp.arange(1.0, 400.0)

    return Case(fun, (draw(400),))


@case
def classifier() -> Case:
    fun = network(layers(120, 60, 20, 5))
    return Case(fun, (draw(120),), mode="reverse")


@case
def generator() -> Case:
    return Case(network(layers(5, 20, 60, 200)), (draw(5),), mode="forward")


@case
def waist_of_matrices() -> Case:
    down, up = draw(6, 40), draw(40, 6, seed=2)

    def fun(x: Any) -> Any:
        return jnp.tanh(up @ jnp.sin(down @ x @ down.T) @ up.T)

    return Case(fun, (draw(40, 40),))


@case
def waist_with_a_skip() -> Case:
    inner = network(layers(60, 3, 60))
    return Case(lambda x: x + inner(x), (draw(60),))


@case
def waist_inside_a_skip() -> Case:
    first, second = network(layers(90, 4, 30)), network(layers(30, 30))
    weights = draw(90, 30)

    def fun(x: Any) -> Any:
        y = first(x)
        return weights @ (y + second(jnp.tanh(y)))

    return Case(fun, (draw(90),))


@case
def input_used_twice() -> Case:
    return Case(lambda x: x * x + x @ jnp.outer(x, x), (draw(7),))


@case
def gram() -> Case:
    return Case(lambda x: x @ x.T, (draw(4, 6),))


@case
def waist_used_twice() -> Case:
    down, up = draw(3, 50), draw(50, 3)

    def fun(x: Any) -> Any:
        z = down @ x
        return up @ (z * jnp.sin(z)) + up[:, 0] * jnp.sum(z * z)

    return Case(fun, (draw(50),))


@case
def convolutions() -> Case:
    first, last = draw(3, 3, 1, 4), draw(3, 3, 4, 1)
    dense = draw(4, 8 * 8 * 4, scale=1 / 16)

    def layer(x: Any, kernel: Any) -> Any:
        return lax.conv_general_dilated(
            x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )

    def fun(x: Any) -> Any:
        h = jnp.tanh(layer(x[None, :, :, None], first))
        z = jnp.tanh(dense @ h.reshape(-1))
        h = (dense.T @ z).reshape(1, 8, 8, 4)
        return layer(h, last)[0, :, :, 0]

    return Case(fun, (draw(8, 8),), mode="plan")


@case
def attention() -> Case:
    query, key, value = (draw(16, 16, seed=s, scale=1 / 4) for s in range(3))

    def fun(x: Any) -> Any:
        scores = (x @ query) @ (x @ key).T / 4
        return jax.nn.softmax(scores) @ (x @ value)

    return Case(fun, (draw(6, 16),))


@case
def attention_through_a_latent() -> Case:
    inner = CASES["attention"]().fun
    down, up = draw(4, 96, scale=1 / 10), draw(96, 4)

    def fun(x: Any) -> Any:
        z = jnp.tanh(down @ inner(x).reshape(-1))
        return inner((up @ z).reshape(6, 16))

    return Case(fun, (draw(6, 16),), mode="plan")


# Derivatives that people wrote themselves.


@case
def custom_jvp_that_sums() -> Case:
    @jax.custom_jvp
    def scale(x: Any) -> Any:
        return x * 2.0

    @scale.defjvp
    def _(primals: Any, tangents: Any) -> Any:
        (x,), (t,) = primals, tangents
        return scale(x), 2.0 * t + jnp.sum(t) * jnp.ones_like(t)

    return Case(lambda x: jnp.sin(scale(x)), (draw(9),))


@case
def custom_jvp_at_a_waist() -> Case:
    scale = CASES["custom_jvp_that_sums"]().fun
    return Case(network(layers(70, 3, 70), scale), (draw(70),))


def _clipped(bwd: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    @jax.custom_vjp
    def sine(x: Any) -> Any:
        return jnp.sin(x)

    sine.defvjp(lambda x: (jnp.sin(x), x), lambda x, ct: (bwd(x, ct),))
    return sine


@case
def custom_vjp() -> Case:
    sine = _clipped(lambda x, ct: ct * jnp.cos(x))
    return Case(network(layers(12, 6, 12), sine), (draw(12),), forward=False)


@case
def custom_vjp_at_a_waist() -> Case:
    sine = _clipped(lambda x, ct: ct * (jnp.cos(x) + 1.0))
    fun = network(layers(300, 60, 5, 60, 300), sine)
    return Case(fun, (draw(300),), mode="plan", forward=False)


@case
def custom_vjp_of_few_inputs() -> Case:
    # JAX has no tangents of it; its pullback can be transposed.
    sine = _clipped(lambda x, ct: ct * (jnp.cos(x) + 1.0))
    fun = network(layers(4, 60, 300), sine)
    return Case(fun, (draw(4),), mode="plan", forward=False)


@case
def custom_vjp_that_is_not_linear() -> Case:
    sine = _clipped(lambda x, ct: jnp.clip(ct, -0.1, 0.1) * jnp.cos(x))
    fun = network(layers(300, 60, 5, 60, 300), sine)
    return Case(fun, (draw(300),), mode="reverse", forward=False)


@case
def custom_vjp_that_is_affine() -> Case:
    sine = _clipped(lambda x, ct: ct * jnp.cos(x) + 0.5)
    fun = network(layers(300, 60, 5, 60, 300), sine)
    return Case(fun, (draw(300),), mode="reverse", forward=False)


@case
def custom_vjp_that_branches() -> Case:
    sine = _clipped(lambda x, ct: jnp.where(ct > 0.1, 0.0, ct))
    fun = network(layers(300, 60, 5, 60, 300), sine)
    return Case(fun, (draw(300),), mode="reverse", forward=False)


@case
def stop_gradient() -> Case:
    def fun(x: Any) -> Any:
        return x * lax.stop_gradient(jnp.sum(x)) + lax.stop_gradient(x)

    return Case(fun, (draw(5),))


@case
def rematerialised() -> Case:
    body = jax.checkpoint(network(layers(60, 60, 60)))
    weights = layers(200, 4, 60), layers(60, 200)

    def fun(x: Any) -> Any:
        return network(weights[1])(body(network(weights[0])(x)))

    return Case(fun, (draw(200),))


# Activations.

for _name in ("relu", "relu6", "gelu", "silu", "elu", "softplus", "leaky_relu", "selu"):

    def _activation(name: str = _name) -> Case:
        function = getattr(jax.nn, name)
        return Case(network(layers(40, 12, 3, 12, 40), function), (draw(40),))

    _activation.__name__ = _name
    case(_activation)


@case
def branches_by_where() -> Case:
    return Case(lambda x: jnp.where(x > 0, x**2, jnp.sin(x)), (draw(11),))


@case
def normalised() -> Case:
    def fun(x: Any) -> Any:
        x = (x - jnp.mean(x)) / jnp.std(x)
        return jax.nn.log_softmax(x)

    return Case(fun, (draw(8),))


# Control flow.


@case
def scan() -> Case:
    weights = draw(6, 6, scale=1 / 3)

    def fun(x: Any) -> Any:
        def step(carry: Any, scale: Any) -> Any:
            carry = jnp.tanh(weights @ carry) * scale
            return carry, carry[0]

        return lax.scan(step, x, jnp.linspace(0.5, 1.0, 5))

    return Case(fun, (draw(6),))


@case
def scan_behind_a_waist() -> Case:
    down, up = draw(5, 200, scale=1 / 14), draw(300, 5, scale=1 / 10)

    def fun(x: Any) -> Any:
        z = up @ jnp.tanh(down @ x)

        def step(u: Any, _: Any) -> Any:
            return u - 0.1 * u * (u - jnp.roll(u, 1)), None

        return lax.scan(step, z, None, length=8)[0][::2]

    return Case(fun, (draw(200),), mode="plan")


@case
def loop_with_few_outputs() -> Case:
    def fun(controls: Any) -> Any:
        def step(state: Any, force: Any) -> Any:
            angle, speed = state
            speed = speed + 0.05 * (force - jnp.sin(angle))
            return (angle + 0.05 * speed, speed), None

        return jnp.stack(lax.scan(step, (0.3, 0.0), controls)[0])

    return Case(fun, (draw(60),), mode="reverse")


@case
def scan_over_inputs() -> Case:
    def fun(xs: Any) -> Any:
        return lax.scan(lambda c, x: (jnp.sin(c + x), c * x), jnp.zeros(3), xs)

    return Case(fun, (draw(4, 3),))


@case
def scan_with_a_waist_inside() -> Case:
    down, up = draw(2, 30, scale=1 / 5), draw(30, 2)

    def fun(x: Any) -> Any:
        return lax.fori_loop(0, 3, lambda i, c: up @ jnp.tanh(down @ c), x)

    return Case(fun, (draw(30),))


@case
def associative_scan() -> Case:
    return Case(lambda x: lax.associative_scan(jnp.multiply, x), (draw(9),))


@case
def while_loop() -> Case:
    def fun(x: Any) -> Any:
        def body(state: Any) -> Any:
            count, value = state
            return count + 1, jnp.sin(value) + value[::-1]

        return lax.while_loop(lambda s: s[0] < 4, body, (0, x))[1]

    return Case(fun, (draw(5),), mode="forward", reverse=False)


@case
def while_behind_a_waist() -> Case:
    loop = CASES["while_loop"]().fun
    down, up = draw(3, 150, scale=1 / 12), draw(150, 3)

    def fun(x: Any) -> Any:
        return loop(up @ jnp.tanh(down @ x))

    return Case(fun, (draw(150),), mode="plan", reverse=False)


@case
def cond() -> Case:
    def fun(x: Any) -> Any:
        return lax.cond(jnp.sum(x) > 0, jnp.sin, lambda v: v**2, x)

    return Case(fun, (draw(6),))


@case
def switch_at_a_waist() -> Case:
    branches = [jnp.sin, jnp.cos, lambda v: v * jnp.sum(v)]
    down, up = draw(3, 90, scale=1 / 9), draw(90, 3)

    def fun(x: Any) -> Any:
        z = down @ x
        index = jnp.argmax(z)
        return jnp.tanh(up @ lax.switch(index, branches, z))

    return Case(fun, (draw(90),))


@case
def nested_jit() -> Case:
    step = jax.jit(lambda x: jnp.tanh(x) * 2.0)
    twice = jax.jit(lambda x: step(step(x)))
    return Case(lambda x: twice(x) + twice(jnp.flip(x)), (draw(6),))


# Indices and shapes.


@case
def gather() -> Case:
    index = np.array([3, 0, 0, -1])
    return Case(lambda x: x[index] * jnp.arange(4.0), (draw(5),))


@case
def gather_by_values() -> Case:
    def fun(x: Any) -> Any:
        return x[jnp.argsort(x)[:3]] * x[jnp.argmax(x)]

    return Case(fun, (draw(6),))


@case
def scatter() -> Case:
    index = np.array([1, 4, 1])
    return Case(lambda x: jnp.zeros(6).at[index].add(x).at[0].set(x[0]), (draw(3),))


@case
def dynamic_slices() -> Case:
    def fun(x: Any) -> Any:
        start = jnp.argmax(x[:3])
        piece = lax.dynamic_slice(x, (start,), (3,))
        return lax.dynamic_update_slice(x, piece**2, (start + 1,))

    return Case(fun, (draw(8),))


@case
def sensors() -> Case:
    index = np.arange(0, 300, 30)
    fun = network(layers(200, 4, 300))
    return Case(lambda x: jnp.sin(fun(x))[index], (draw(200),))


@case
def stencil() -> Case:
    def fun(u: Any) -> Any:
        return u[1:-1] * (u[2:] - u[:-2]) + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2])

    return Case(fun, (draw(40),))


@case
def stencil_steps() -> Case:
    def fun(u: Any) -> Any:
        for _ in range(3):
            u = u + 0.1 * u * (jnp.roll(u, 1) - jnp.roll(u, -1))
        return u

    return Case(fun, (draw(60),))


@case
def elementwise() -> Case:
    return Case(lambda x: jnp.exp(jnp.sin(x)) * 2.0, (draw(20),))


@case
def moved() -> Case:
    def fun(x: Any) -> Any:
        x = jnp.concatenate([x.T.reshape(2, 6), jnp.ones((2, 2))], axis=1)
        return jnp.pad(jnp.flip(x, 1), 1)[::2]

    return Case(fun, (draw(3, 4),))


@case
def reductions() -> Case:
    def fun(x: Any) -> Any:
        return (
            jnp.cumsum(x, 1),
            jnp.prod(x, 0),
            jnp.max(x, 1),
            jax.scipy.special.logsumexp(x),
            jnp.sort(x, 0),
        )

    return Case(fun, (draw(3, 4),))


# Linear algebra.


@case
def fft() -> Case:
    return Case(lambda x: jnp.abs(jnp.fft.fft(x * x)) ** 2, (draw(9),))


@case
def fft_at_a_waist() -> Case:
    down, up = draw(4, 90, scale=1 / 9), draw(90, 4)

    def fun(x: Any) -> Any:
        spectrum = jnp.fft.rfft(jnp.sin(x)) * jnp.linspace(1, 0, 46)
        return up @ jnp.tanh(down @ jnp.fft.irfft(spectrum, 90))

    return Case(fun, (draw(90),))


@case
def solve() -> Case:
    base = draw(6, 6)

    def fun(x: Any) -> Any:
        return jnp.linalg.solve(base + jnp.diag(x), x**2)

    return Case(fun, (draw(6),))


@case
def solve_at_a_waist() -> Case:
    base, up = draw(80, 80, scale=1 / 20) + jnp.eye(80), draw(100, 4)

    def fun(x: Any) -> Any:
        return jnp.tanh(up @ jnp.linalg.solve(base, jnp.sin(x))[:4])

    return Case(fun, (draw(80),))


@case
def decompositions() -> Case:
    def fun(x: Any) -> Any:
        spd = x @ x.T + 4 * jnp.eye(4)
        return jnp.linalg.cholesky(spd), jnp.linalg.eigvalsh(spd), jnp.linalg.inv(spd)

    return Case(fun, (draw(4, 4),))


@case
def linear_function() -> Case:
    weights = draw(5, 7)
    return Case(lambda x: weights @ x + 1.0, (draw(7),))


# Trees, tuples, constants, nothing.


@case
def trees() -> Case:
    def fun(params: Any) -> Any:
        hidden = jnp.tanh(params["w"] @ params["x"] + params["b"][0])
        return {"h": hidden, "s": (jnp.sum(hidden), params["x"])}

    tree = {"w": draw(3, 4), "b": (draw(3),), "x": draw(4)}
    return Case(fun, (tree,))


@case
def trees_at_a_waist() -> Case:
    down, up = draw(4, 120, scale=1 / 10), draw(100, 4)

    def fun(tree: Any) -> Any:
        z = jnp.tanh(down @ jnp.concatenate([tree["a"], tree["b"].reshape(-1)]))
        y = up @ z
        return (y[:60].reshape(6, 10), {"rest": y[60:]})

    tree = {"a": draw(60), "b": draw(6, 10)}
    return Case(fun, (tree,), mode="plan")


@case
def several_arguments() -> Case:
    def fun(a: Any, n: Any, b: Any) -> Any:
        return jnp.tanh(a * n) @ b, b

    return Case(fun, (draw(3), 2, draw(3, 2)), (2, 0))


@case
def negative_argnums() -> Case:
    return Case(lambda a, b: a @ b, (draw(3, 4), draw(4)), -1)


@case
def one_argument_as_a_tuple() -> Case:
    return Case(lambda a, b: a * b, (draw(3), draw(3)), (1,))


@case
def constant_output() -> Case:
    return Case(lambda x: (jnp.ones(3), x[:2] ** 2), (draw(4),))


@case
def only_constants() -> Case:
    return Case(lambda x: jnp.ones((2, 2)), (draw(4),))


@case
def unused_argument() -> Case:
    return Case(lambda a, b: jnp.sin(a), (draw(3), draw(2)), (0, 1))


@case
def output_is_input() -> Case:
    return Case(lambda x: (x, x, jnp.sum(x)), (draw(4),))


@case
def equal_outputs() -> Case:
    def fun(x: Any) -> Any:
        y = draw(40, 3) @ jnp.tanh(draw(3, 40) @ x)
        return y, y

    return Case(fun, (draw(40),))


@case
def zero_derivative() -> Case:
    return Case(lambda x: jnp.sign(x) + jnp.floor(x), (draw(4),))


@case
def empty_input() -> Case:
    return Case(lambda x: jnp.sum(x) * jnp.ones(2), (jnp.zeros(0),))


@case
def empty_output() -> Case:
    return Case(lambda x: x[:0] * 2.0, (draw(3),))


@case
def empty_among_others() -> Case:
    return Case(lambda x: (x[:0], jnp.sin(x)), (draw(3),))


@case
def scalar() -> Case:
    return Case(lambda x: jnp.sin(x) * x, (jnp.asarray(0.3),))


@case
def python_scalar() -> Case:
    return Case(lambda x: jnp.array([jnp.sin(x), x * x]), (0.3,))


@case
def scalar_output() -> Case:
    return Case(lambda x: jnp.sum(jnp.sin(x)), (draw(30),), mode="reverse")


@case
def python_scalars_at_a_waist() -> Case:
    # Weakly typed, as are their blocks.
    inner = network(layers(60, 2, 60))

    def fun(tree: Any) -> Any:
        return inner(tree["x"]) * tree["s"], tree["s"] * 2

    return Case(fun, ({"x": draw(60), "s": 0.3},))


@case
def python_scalar_of_many_outputs() -> Case:
    # Forward mode, whose blocks would have the output's type.
    return Case(lambda x: jnp.sin(x) * jnp.arange(400.0), (0.3,))


@case
def numpy_input() -> Case:
    return Case(lambda x: jnp.sin(x[::2]), (np.linspace(0, 1, 7),))


@case
def integer_arguments() -> Case:
    def fun(x: Any, index: Any) -> Any:
        return x[index] ** 2

    return Case(fun, (draw(5), jnp.array([0, 3])))


@case
def keyed_noise() -> Case:
    def fun(x: Any, key: Any) -> Any:
        return x * jax.random.normal(key, x.shape)

    return Case(fun, (draw(5), jax.random.key(0)))


# Dtypes.


@case
def single_precision() -> Case:
    dims = 300, 60, 5, 60, 300
    fun = network(layers(*dims, dtype=np.float32))
    return Case(fun, (draw(300, dtype=np.float32),), mode="plan")


@case
def half_precision() -> Case:
    dims = 300, 40, 5, 40, 300
    fun = network(layers(*dims, dtype=jnp.bfloat16))
    return Case(fun, (draw(300, dtype=jnp.bfloat16),), mode="plan")


@case
def promoted() -> Case:
    down, up = layers(200, 3, 200)

    def fun(x: Any) -> Any:
        return up @ jnp.tanh(down @ x.astype(np.float64))

    return Case(fun, (draw(200, dtype=np.float32),), mode="plan")


@case
def mixed_inputs() -> Case:
    def fun(tree: Any) -> Any:
        return tree[0] * tree[1].astype(np.float64), tree[1] ** 2

    return Case(fun, ((draw(3), draw(3, dtype=np.float32)),))


@case
def complex_inside() -> Case:
    def fun(x: Any) -> Any:
        z = jnp.exp(1j * x) * jnp.sum(x)
        return jnp.real(z), jnp.imag(z * z)

    return Case(fun, (draw(5),))
