"""What do sensors on a flow say about its 1000 unknown inputs?

Sixteen modes carry the inputs into the initial state of a Burgers equation; 64 steps
later sensors read it. The time loop is one factor that stays a loop.
"""

import jax
import jax.numpy as jnp
import numpy as np
from timing import gain

from jacobian_chain.jax import jacobian, plan

CELLS, STEPS = 1024, 64


def advance(u, _):
    spacing = 1 / (CELLS + 1)
    a, r = 0.1, 0.2
    padded = jnp.pad(u, 1)
    before, after = padded[:-2], padded[2:]
    flux = a * (after**2 - before**2) * spacing
    return u - flux + r * spacing * (after - 2 * u + before), None


def make(key, sensors):
    down, up = jax.random.split(key)
    encode = jax.random.normal(down, (16, 1000)) / 1000**0.5
    lift = jax.random.normal(up, (CELLS, 16)) / 4
    places = np.linspace(0, CELLS - 1, sensors).astype(int)

    def measured(x):
        state = lift @ jnp.tanh(encode @ x)
        return jax.lax.scan(advance, state, None, STEPS)[0][places]

    return measured


def main():
    jax.config.update("jax_enable_x64", True)
    x = jax.random.normal(jax.random.key(4), (1000,))
    for sensors in (50, 500):
        measured = make(jax.random.key(3), sensors)
        times = gain(measured, jacobian(measured), x)
        print(f"{sensors} sensors: {plan(measured, x).bracketing}, {times:.1f}×")


if __name__ == "__main__":
    main()
