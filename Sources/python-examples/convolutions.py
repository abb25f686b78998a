"""An image through a convolutional encoder, a code of 12, and a decoder.

The Jacobian is 784 × 784. Convolutions are never written as matrices: 12 adjoints go
down through the encoder, 12 tangents up through the decoder, and one product follows.
"""

import jax
import jax.numpy as jnp
from timing import gain

from jacobian_chain.jax import jacobian, plan


def convolve(image, kernel, stride):
    return jax.lax.conv_general_dilated(
        image,
        kernel,
        (stride, stride),
        "SAME",
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )


def make(key):
    shapes = [(3, 3, 1, 8), (3, 3, 8, 16), (12, 784), (1568, 12), (3, 3, 8, 4)]
    keys = jax.random.split(key, len(shapes))
    first, second, down, up, last = (
        jax.random.normal(k, s) / 10 for k, s in zip(keys, shapes, strict=True)
    )

    def reconstruct(image):
        hidden = jnp.tanh(convolve(image[None, :, :, None], first, 2))
        hidden = jnp.tanh(convolve(hidden, second, 2))
        code = jnp.tanh(down @ hidden.reshape(-1))
        hidden = jnp.tanh(up @ code).reshape(1, 14, 14, 8)
        hidden = convolve(hidden, last, 1).reshape(14, 14, 2, 2)
        return hidden.transpose(0, 2, 1, 3).reshape(28, 28)

    return reconstruct


def main():
    jax.config.update("jax_enable_x64", True)
    reconstruct = make(jax.random.key(1))
    image = jax.random.normal(jax.random.key(2), (28, 28))
    print(repr(plan(reconstruct, image)))

    times = gain(reconstruct, jacobian(reconstruct), image)
    print(f"{times:.1f} times as fast")

    images = jnp.stack([image, -image])
    jacobians = jax.jit(jax.vmap(jacobian(reconstruct)))(images)
    print(f"one for each image: {jacobians.shape}")


if __name__ == "__main__":
    main()
