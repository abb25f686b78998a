"""How does a reconstruction depend on what is reconstructed?

The Jacobian of an autoencoder tells which directions it keeps. Both of JAX's modes
drag 600 vectors through every layer; ours meets at the code of width 10, and may
leave the Jacobian as the product it is.
"""

import jax
import jax.numpy as jnp
from timing import gain

from jacobian_chain.jax import check, jacobian, plan

SIZES = 600, 60, 40, 10, 40, 60, 600


def autoencoder(x, weights):
    for weight in weights[:-1]:
        x = jnp.tanh(weight @ x)
    return weights[-1] @ x


def main():
    jax.config.update("jax_enable_x64", True)
    keys = jax.random.split(jax.random.key(0), len(SIZES))
    weights = [
        jax.random.normal(key, (rows, columns)) / columns**0.5
        for key, columns, rows in zip(keys, SIZES, SIZES[1:], strict=False)
    ]
    x = jax.random.normal(keys[-1], (600,))

    print(plan(autoencoder, x, weights))

    print(check(autoencoder, x, weights))
    print(f"{gain(autoencoder, jacobian(autoencoder), x, weights):.1f} times as fast")

    operator = jax.jit(jacobian(autoencoder, output_format="factored"))(x, weights)
    kept = sum(factor.size for factor in operator.factors)
    print(f"{operator}: {kept} numbers instead of {600 * 600}")
    strongest = jnp.linalg.svd(operator.factors[-1], full_matrices=False)[1][0]
    print(f"strongest direction of the encoder: {strongest:.3f}")


if __name__ == "__main__":
    main()
