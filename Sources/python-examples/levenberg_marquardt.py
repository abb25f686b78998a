"""Levenberg–Marquardt by optimistix, its Jacobians by a plan.

The residual of 400 observations depends on 300 unknowns through six numbers. Solvers
of optimistix linearise the residual; here its tangent is that of the lineax operator,
whose matrix is computed in the best order, once for each step.
"""

import jax
import jax.numpy as jnp
import lineax as lx
import optimistix as optx

from jacobian_chain.jax import linear_operator, plan


def planned(fun):
    """The same function, for solvers that linearise it."""

    @jax.custom_jvp
    def function(x):
        return fun(x)

    @function.defjvp
    def _(primals, tangents):
        operator = lx.materialise(linear_operator(fun, *primals))
        return fun(*primals), operator.mv(*tangents)

    return function


def make(key):
    mix, shapes, truth = jax.random.split(key, 3)
    encode = jax.random.normal(mix, (6, 300)) / 300**0.5
    curves = jax.random.normal(shapes, (400, 6))

    def model(x):
        return jnp.tanh(curves @ jnp.tanh(encode @ x) / 3)

    observed = model(jax.random.normal(truth, (300,)))
    return lambda x: model(x) - observed


def main():
    jax.config.update("jax_enable_x64", True)
    residual = make(jax.random.key(5))
    start = jnp.zeros(300)
    print(repr(plan(residual, start)))

    print(f"start: sum of squares {jnp.sum(residual(start) ** 2):.2e}")
    solver = optx.LevenbergMarquardt(rtol=1e-8, atol=1e-8)
    found = {}
    for name, fun in (("planned", planned(residual)), ("plain", residual)):
        solution = optx.least_squares(
            lambda x, _, fun=fun: fun(x), solver, start, max_steps=50
        )
        found[name] = float(jnp.sum(residual(solution.value) ** 2))
        steps = int(solution.stats["num_steps"])
        print(f"{name}: {steps} steps, sum of squares {found[name]:.2e}")
    assert max(found.values()) < 1e-10


if __name__ == "__main__":
    main()
