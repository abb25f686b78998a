"""Which weights of a neural ODE does a trajectory speak of?

All states of a time loop by its 288 weights: forward mode carries 288 tangents through
every step, reverse mode goes back through the loop once for every number it makes.
`trajectory_jacobian` takes 4 adjoints of each step and multiplies along the way.
"""

import jax
import jax.numpy as jnp
from timing import gain

from jacobian_chain.jax import trajectory_jacobian

STATES, HIDDEN, STEPS = 4, 32, 100


def velocity(y, weights):
    return weights["w"] @ jnp.tanh(weights["v"] @ y + weights["b"])


def step(y, weights, dt):
    first = velocity(y, weights)
    second = velocity(y + dt / 2 * first, weights)
    third = velocity(y + dt / 2 * second, weights)
    fourth = velocity(y + dt * third, weights)
    return y + dt / 6 * (first + 2 * second + 2 * third + fourth)


def make(key):
    b, v, w = jax.random.split(key, 3)
    return {
        "b": jax.random.normal(b, (HIDDEN,)),
        "v": jax.random.normal(v, (HIDDEN, STATES)) / STATES**0.5,
        "w": jax.random.normal(w, (STATES, HIDDEN)) / HIDDEN**0.5,
    }


def main():
    jax.config.update("jax_enable_x64", True)
    weights = make(jax.random.key(8))
    start, times = jnp.ones(STATES), jnp.full(STEPS, 0.05)

    def trajectory(weights):
        def move(y, dt):
            y = step(y, weights, dt)
            return y, y

        return jax.lax.scan(move, start, times)[1]

    def ours(weights):
        return trajectory_jacobian(step, start, weights, times)

    print(f"{gain(trajectory, ours, weights):.1f} times as fast")

    # A Gauss–Newton matrix says how many combinations of weights are seen at all.
    leaves = jax.tree_util.tree_leaves(jax.jit(ours)(weights))
    matrix = jnp.concatenate([b.reshape(STEPS * STATES, -1) for b in leaves], axis=1)
    seen = jnp.linalg.svd(matrix, compute_uv=False)
    rank = int(jnp.sum(seen > 1e-6 * seen[0]))
    print(f"{matrix.shape[1]} weights, {rank} combinations that can be seen")


if __name__ == "__main__":
    main()
