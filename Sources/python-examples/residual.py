"""Residuals whose Jacobians hide their structure, and Newton's method on one.

Mancino's function (CUTEst MANCINONE) has a dense Jacobian, but every term under its sum
depends on one number; the discrete integral equation (INTEGREQ) is a diagonal and a
matrix times a diagonal. Nobody says so: it is read in the linearised function.
"""

import jax
import jax.numpy as jnp
from timing import gain

from jacobian_chain.jax import jacobian, plan, value_and_jacobian


def mancino(n):
    """Spedicato (1975); in CUTEst MANCINONE."""
    i = jnp.arange(1.0, n + 1)
    ratio = i[:, None] / i[None, :]
    others = 1.0 - jnp.eye(n)

    def residual(x):
        v = jnp.sqrt(x[None, :] ** 2 + ratio)
        logarithm = jnp.log(v)
        h = v * (jnp.sin(logarithm) ** 5 + jnp.cos(logarithm) ** 5)
        return 14.0 * n * x + (i - n / 2) ** 3 + jnp.sum(others * h, axis=1)

    return residual


def integral_equation(n):
    """Moré, Garbow, Hillstrom (1981), problem 29; in CUTEst INTEGREQ."""
    h = 1.0 / (n + 1)
    t = jnp.arange(1.0, n + 1) * h
    below = jnp.tril(jnp.outer(1 - t, t))
    above = jnp.triu(jnp.outer(t, 1 - t), 1)

    def residual(x):
        return x + 0.5 * h * ((below + above) @ (x + 1.0 + t) ** 3)

    return residual


def main():
    jax.config.update("jax_enable_x64", True)
    size = 100
    residual = mancino(size)
    x = 1.0 + 0.1 * jax.random.normal(jax.random.key(9), (size,))
    print(repr(plan(residual, x)))

    print(f"{gain(residual, jacobian(residual), x):.1f} times as fast")

    size = 400
    residual = integral_equation(size)
    t = jnp.arange(1.0, size + 1) / (size + 1)
    x = t * (t - 1)
    print(repr(plan(residual, x)))

    print(f"{gain(residual, jacobian(residual), x):.1f} times as fast")

    both = jax.jit(value_and_jacobian(residual))
    for turn in range(5):
        value, matrix = both(x)
        print(f"Newton {turn}: largest residual {jnp.abs(value).max():.1e}")
        x = x - jnp.linalg.solve(matrix, value)
    assert jnp.abs(residual(x)).max() < 1e-13


if __name__ == "__main__":
    main()
