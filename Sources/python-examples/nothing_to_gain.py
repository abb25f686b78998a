"""Two functions for which JAX's own modes are the best there is.

A classifier has few outputs: reverse mode. A generator has few inputs: forward mode.
The plan says so, and the Jacobian takes the operations of `jax.jacrev` and `jax.jacfwd`
and has their bits.
"""

import jax
import jax.numpy as jnp

from jacobian_chain.jax import jacobian, plan


def network(key, *sizes):
    keys = jax.random.split(key, len(sizes))
    weights = [
        jax.random.normal(k, (rows, columns)) / columns**0.5
        for k, columns, rows in zip(keys, sizes, sizes[1:], strict=False)
    ]

    def fun(x):
        for weight in weights[:-1]:
            x = jnp.tanh(weight @ x)
        return weights[-1] @ x

    return fun


def main():
    classifier = network(jax.random.key(6), 784, 512, 256, 10)
    generator = network(jax.random.key(7), 16, 128, 512, 2048)
    for fun, size, own in (
        (classifier, 784, jax.jacrev),
        (generator, 16, jax.jacfwd),
    ):
        x = jnp.ones(size)
        print(repr(plan(fun, x)))
        ours, theirs = (
            jax.jit(jac).lower(x).compile() for jac in (jacobian(fun), own(fun))
        )
        assert ours.cost_analysis()["flops"] == theirs.cost_analysis()["flops"]
        assert (ours(x) == theirs(x)).all()


if __name__ == "__main__":
    main()
