"""Functions with structure, from their mathematical definitions.

Each maker returns a function and a point. Sizes are those of the literature
named; where a set of data would be needed a seeded one of the same shape is
drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

Case = tuple[Callable[[Any], Any], Any]


def _random(*shape: int, seed: int = 0) -> Any:
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape))


def mancinone(n: int = 100) -> Case:
    """Mancino's function (Spedicato 1975; CUTEst MANCINONE)."""
    i = jnp.arange(1.0, n + 1)
    ratio = i[:, None] / i[None, :]
    others = 1.0 - jnp.eye(n)

    def f(x: Any) -> Any:
        v = jnp.sqrt(x[None, :] ** 2 + ratio)
        logarithm = jnp.log(v)
        h = v * (jnp.sin(logarithm) ** 5 + jnp.cos(logarithm) ** 5)
        return 14.0 * n * x + (i - n / 2) ** 3 + jnp.sum(others * h, axis=1)

    return f, 1.0 + 0.1 * _random(n)


def mancinone_grouped(n: int = 100) -> Case:
    """The same sum with v_ij of x_i, as in Buckley's #51."""
    i = jnp.arange(1.0, n + 1)
    ratio = i[:, None] / i[None, :]

    def f(x: Any) -> Any:
        v = jnp.sqrt(x[:, None] ** 2 + ratio)
        logarithm = jnp.log(v)
        h = v * (jnp.sin(logarithm) ** 5 + jnp.cos(logarithm) ** 5)
        return 14.0 * n * x + (i - n / 2) ** 3 + jnp.sum(h, axis=1)

    return f, 1.0 + 0.1 * _random(n)


def chandheq(n: int = 100) -> Case:
    """Chandrasekhar's H-equation (Moré 1989, problem 4)."""
    x = jnp.arange(1.0, n + 1) / n
    kernel = -0.5 * x[:, None] / n / (x[:, None] + x[None, :])

    def f(h: Any) -> Any:
        return h - 1.0 + jnp.sum(kernel * h[:, None] * h[None, :], axis=1)

    return f, 1.0 + 0.1 * _random(n)


def integreq(n: int = 500) -> Case:
    """The discrete integral equation (Moré, Garbow, Hillstrom 1981, 29)."""
    h = 1.0 / (n + 1)
    t = jnp.arange(1.0, n + 1) * h

    def f(y: Any) -> Any:
        x = y[1:-1]
        cubes = (x + 1.0 + t) ** 3
        below = jnp.where(t[None, :] <= t[:, None], (1 - t[:, None]) * t[None, :], 0.0)
        above = jnp.where(t[None, :] > t[:, None], t[:, None] * (1 - t[None, :]), 0.0)
        return x + 0.5 * h * ((below + above) @ cubes)

    return f, 0.1 * _random(n + 2)


def msqrta(p: int = 32) -> Case:
    """X·X − A for p × p matrices (Buckley 1989, problem 201)."""
    a = _random(p, p)

    def f(y: Any) -> Any:
        x = y.reshape(p, p)
        return (x @ x - a).reshape(-1)

    return f, _random(p * p, seed=1)


def msqrtb(p: int = 32) -> Case:
    """The same with a row of the root known (Buckley 1989, problem 204)."""
    a = _random(p, p)

    def f(y: Any) -> Any:
        x = y.reshape(p, p)
        x = x.at[2, 0].set(0.0)
        return (x @ x - a).reshape(-1)

    return f, _random(p * p, seed=1)


def dmn15102(m: int = 4643, peaks: int = 33) -> Case:
    """Lorentzian peaks, weights and widths unknown (NOR2-MN-66-4643)."""
    where = jnp.linspace(0.0, 50.0, m)
    places = jnp.linspace(1.0, 49.0, peaks)
    measured = _random(m)

    def f(y: Any) -> Any:
        weights, widths = y[0::2], y[1::2]
        away = (where[:, None] - places[None, :]) ** 2 + widths[None, :] ** 2
        return jnp.sum(weights * widths / jnp.pi / away, axis=1) - measured

    return f, 1.0 + 0.1 * _random(2 * peaks)


def argtrig(n: int = 200) -> Case:
    """Variably dimensioned trigonometric sums, term by term (Moré 1981, 26)."""

    def f(x: Any) -> Any:
        cosines = [jnp.cos(x[j]) for j in range(n)]
        total = sum(cosines[1:], cosines[0])
        rows = [
            n - total + (i + 1) * (1 - cosines[i]) - jnp.sin(x[i]) for i in range(n)
        ]
        return jnp.stack(rows)

    return f, jnp.full(n, 1.0 / n)


def vardimne(n: int = 200) -> Case:
    """x − 1 and two sums of it (Moré 1981, 25)."""
    weights = jnp.arange(1.0, n + 1)

    def f(x: Any) -> Any:
        s = jnp.sum(weights * (x - 1.0))
        return jnp.concatenate([x - 1.0, jnp.stack([s, s * s])])

    return f, _random(n)


def diagonal_and_product(n: int = 400) -> Case:
    """tanh(x) + W·sin(x)."""
    w = _random(n, n) / n

    def f(x: Any) -> Any:
        return jnp.tanh(x) + w @ jnp.sin(x)

    return f, _random(n, seed=1)


def diagonal_and_low_rank(n: int = 1000, rank: int = 10) -> Case:
    """tanh(x) + U·tanh(V·x)."""
    u, v = _random(n, rank), _random(rank, n, seed=1) / n

    def f(x: Any) -> Any:
        return jnp.tanh(x) + u @ jnp.tanh(v @ x)

    return f, _random(n, seed=2)


def _layers(*sizes: int) -> list[Any]:
    return [
        _random(b, a, seed=k) / a**0.5
        for k, (a, b) in enumerate(zip(sizes, sizes[1:], strict=False))
    ]


def long_skip(n: int = 600) -> Case:
    """x + D(E(x)), an autoencoder with a skip past its waist."""
    weights = _layers(n, 60, 40, 10, 40, 60, n)

    def f(x: Any) -> Any:
        z = x
        for w in weights:
            z = jnp.tanh(w @ z)
        return x + z

    return f, _random(n, seed=9)


def u_net(n: int = 512) -> Case:
    """Down to n/8 and up again, skips at every level."""
    down = _layers(n, n // 2, n // 4, n // 8)
    up = [
        _random(a, b, seed=7) / b**0.5
        for a, b in [(n // 4, n // 8), (n // 2, n // 4), (n, n // 2)]
    ]

    def f(x: Any) -> Any:
        kept = [x]
        for w in down:
            kept.append(jnp.tanh(w @ kept[-1]))
        z = kept.pop()
        for w in up:
            z = jnp.tanh(w @ z) + kept.pop()
        return z

    return f, _random(n, seed=9)


def tridiagonal_steps(n: int = 1022, steps: int = 15) -> Case:
    """Burgers' equation with fixed ends, steps written out."""

    def f(u: Any) -> Any:
        for _ in range(steps):
            left = jnp.concatenate([jnp.zeros(1), u[:-1]])
            right = jnp.concatenate([u[1:], jnp.zeros(1)])
            u = u - 0.1 * u * (right - left) + 0.2 * (right - 2 * u + left)
        return u

    return f, _random(n)


def burgers_scan(n: int = 1022, steps: int = 64) -> Case:
    """The same as a scan."""

    def f(u: Any) -> Any:
        def step(u: Any, _: Any) -> Any:
            left = jnp.concatenate([jnp.zeros(1), u[:-1]])
            right = jnp.concatenate([u[1:], jnp.zeros(1)])
            return u - 0.01 * u * (right - left) + 0.2 * (right - 2 * u + left), None

        return lax.scan(step, u, None, length=steps)[0]

    return f, _random(n)


def broydn3d(n: int = 2000) -> Case:
    """Broyden's tridiagonal function (Moré 1981, 30)."""

    def f(x: Any) -> Any:
        left = jnp.concatenate([jnp.zeros(1), x[:-1]])
        right = jnp.concatenate([x[1:], jnp.zeros(1)])
        return (3 - 2 * x) * x - left - 2 * right + 1

    return f, -jnp.ones(n)


def bratu(p: int = 40) -> Case:
    """−Δu − λ·exp(u) on a p × p grid (five-point stencil)."""

    def f(x: Any) -> Any:
        u = jnp.pad(x.reshape(p, p), 1)
        inside = u[1:-1, 1:-1]
        laplace = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * inside
        return (-laplace - 0.01 * jnp.exp(inside)).reshape(-1)

    return f, _random(p * p)


CASES: dict[str, Callable[[], Case]] = {
    "mancinone": mancinone,
    "mancinone grouped": mancinone_grouped,
    "chandheq": chandheq,
    "integreq": integreq,
    "msqrta": msqrta,
    "msqrtb": msqrtb,
    "dmn15102": dmn15102,
    "diag + W·diag": diagonal_and_product,
    "diag + low rank": diagonal_and_low_rank,
    "long skip": long_skip,
    "u-net": u_net,
    "tridiagonal × 15": tridiagonal_steps,
    "burgers scan": burgers_scan,
    "broydn3d": broydn3d,
    "bratu": bratu,
    "argtrig": argtrig,
    "vardimne": vardimne,
}
