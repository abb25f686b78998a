"""The workloads of ChainWorkloads in JAX: jacfwd, jacrev and, where there is one, a
mixed order that somebody who knows the shapes writes by hand. Weights and point are
those of the request; everything is compiled, in float64, and warmed up.
"""

import numpy as np

from protocol import one_core, serve, timed, write_doubles
from weights import Weights

with one_core():
    import jax
    import jax.numpy as jnp

    # Starts all threads there will be.
    jax.config.update("jax_enable_x64", True)
    jnp.ones(1).block_until_ready()


def affine(weights, columns, rows):
    return tuple(jnp.asarray(part) for part in weights.affine(columns, rows))


def apply(layer, x):
    return layer[0] @ x + layer[1]


def stack(layers):
    """Affine layers with tanh between them."""

    def function(x):
        for index, layer in enumerate(layers):
            x = apply(layer, jnp.tanh(x) if index else x)
        return x

    return function


def autoencoder(weights, sizes):
    layers = [affine(weights, *pair) for pair in zip(sizes, sizes[1:])]
    middle = sizes.index(min(sizes))
    encode, upper = stack(layers[:middle]), stack(layers[middle:])

    def decode(z):
        return upper(jnp.tanh(z))

    def mixed(x):
        z = encode(x)
        return jax.jacfwd(decode)(z) @ jax.jacrev(encode)(x)

    return stack(layers), mixed, np.asarray


def recurrence(weights, inputs, units, steps):
    embed, cell = affine(weights, inputs, units), affine(weights, units, units)
    readout = affine(weights, units, inputs)

    def cells(h):
        return jax.lax.fori_loop(
            0, steps, lambda _, h: jnp.tanh(apply(cell, h)), h, unroll=False
        )

    def function(x):
        # A scan has a reverse mode, an open loop has none.
        h, _ = jax.lax.scan(
            lambda h, _: (jnp.tanh(apply(cell, h)), None),
            apply(embed, x),
            length=steps,
        )
        return apply(readout, h)

    def mixed(x):
        inner = jax.jacfwd(cells)(apply(embed, x))
        return (readout[0] @ inner) @ embed[0]

    return function, mixed, np.asarray


def burgers(cells):
    """One step; see BandedStencil."""
    spacing = 1 / (cells + 1)
    step, viscosity = 0.4 * spacing, 0.5 * spacing
    a, r = step / (4 * spacing), viscosity * step / spacing**2

    def advance(u):
        padded = jnp.pad(u, 1)
        before, after = padded[:-2], padded[2:]
        return u - a * (after**2 - before**2) + r * (after - 2 * u + before)

    def diagonals(u):
        return r + 2 * a * u[:-1], 1 - 2 * r, r - 2 * a * u[1:]

    return advance, diagonals


def sensors(weights, parameters, modes, cells, steps, count):
    encode, lift = affine(weights, parameters, modes), affine(weights, modes, cells)
    advance, _ = burgers(cells)
    chosen = jnp.arange(count) * cells // count

    def measured(z):
        u, _ = jax.lax.scan(
            lambda u, _: (advance(u), None), apply(lift, z), length=steps
        )
        return u[chosen]

    def mixed(x):
        return jax.jacfwd(measured)(apply(encode, x)) @ encode[0]

    return lambda x: measured(apply(encode, x)), mixed, np.asarray


def tridiagonal(weights, cells, steps):
    advance, diagonals = burgers(cells)

    def function(u):
        for _ in range(steps):
            u = advance(u)
        return u

    def shifted(row):
        padded = jnp.pad(row, steps)
        return jnp.stack([padded[s : s + cells] for s in range(2 * steps + 1)])

    def mixed(u):
        """The band, diagonal by diagonal: row d + steps, column j is J[j + d, j]."""
        band = jnp.zeros((2 * steps + 1, cells)).at[steps].set(1)
        for _ in range(steps):
            below, middle, above = diagonals(u)
            below, above = jnp.pad(below, (0, 1)), jnp.pad(above, (1, 0))
            band = (
                middle * band
                + jnp.pad((shifted(below) * band)[:-1], ((1, 0), (0, 0)))
                + jnp.pad((shifted(above) * band)[1:], ((0, 1), (0, 0)))
            )
            u = advance(u)
        return band

    def dense(band):
        """The entries of a band, for the comparison only."""
        band, matrix = np.asarray(band), np.zeros((cells, cells))
        for d in range(-steps, steps + 1):
            columns = np.arange(max(0, -d), min(cells, cells - d))
            matrix[columns + d, columns] = band[d + steps, columns]
        return matrix

    return function, mixed, dense


def flow(weights, size, layers):
    half = size // 2
    pairs = [
        (affine(weights, half, half), affine(weights, half, half))
        for _ in range(layers)
    ]

    def function(x):
        for index, (scale, shift) in enumerate(pairs):
            x = jnp.roll(x, -half) if index else x
            passive, active = x[:half], x[half:]
            factor = jnp.exp(jnp.tanh(apply(scale, passive)))
            x = jnp.concatenate([passive, active * factor + apply(shift, passive)])
        return x

    return function, None, np.asarray


def robot_arm(weights, joints):
    twist, point = affine(weights, joints, 6), affine(weights, 6, 3)

    def link(x, axis):
        i, j, k = axis, (axis + 1) % 3, (axis + 2) % 3
        sine, cosine = jnp.sin(x[3 + i]), jnp.cos(x[3 + i])
        y = x.at[i].add(0.25)
        y = y.at[j].set(cosine * x[j] - sine * x[k])
        y = y.at[k].set(sine * x[j] + cosine * x[k])
        y = y.at[3 + i].add(0.125 * x[3 + j])
        return y.at[3 + j].add(-0.125 * x[3 + k])

    def function(x):
        x = apply(twist, x)
        for index in range(1, joints):
            x = link(x, index % 3)
        x = apply(point, x)
        return x[:2] / (10 + jnp.sqrt(1 + x[2] ** 2))

    return function, None, np.asarray


def small(weights, size, count):
    layers = [affine(weights, size, size) for _ in range(count)]

    def function(x):
        for layer in layers:
            x = apply(layer, x)
        return x

    return function, None, np.asarray


# As ChainWorkloads names them, large ones and small ones.
WORKLOADS = {
    "autoencoder 600": lambda w: autoencoder(w, [600, 60, 40, 10, 40, 60, 600]),
    "autoencoder 3072": lambda w: autoencoder(
        w, [3072, 1024, 256, 32, 256, 1024, 3072]
    ),
    "autoencoder 60": lambda w: autoencoder(w, [60, 12, 8, 3, 8, 12, 60]),
    "recurrence 64": lambda w: recurrence(w, 2000, 64, 64),
    "recurrence 8": lambda w: recurrence(w, 40, 6, 8),
    "sensors 1000": lambda w: sensors(w, 1000, 16, 2048, 64, 1000),
    "sensors 30": lambda w: sensors(w, 30, 4, 64, 8, 30),
    # Both tridiagonal ones have the same name.
    "tridiagonal 15": lambda w: tridiagonal(w, len(w.point), 15),
    "flow 256": lambda w: flow(w, 256, 8),
    "flow 16": lambda w: flow(w, 16, 4),
    "robot arm 7": lambda w: robot_arm(w, 7),
    "robot arm 32": lambda w: robot_arm(w, 32),
    "small 4 x 10": lambda w: small(w, 4, 10),
}


def answer(request):
    name, method = request["workload"], request["method"]
    if name not in WORKLOADS:
        raise SystemExit(f"{name} is not written for jax")
    weights = Weights(request)
    function, mixed, dense = WORKLOADS[name](weights)
    if method == "jax by hand" and not mixed:
        raise SystemExit(f"nobody wrote {name} by hand")
    jacobian = jax.jit(
        {
            "jax jacfwd": jax.jacfwd(function),
            "jax jacrev": jax.jacrev(function),
            "jax by hand": mixed,
        }[method]
    )
    point = jnp.asarray(weights.point)
    found = jacobian(point)
    found = dense(found) if method == "jax by hand" else np.asarray(found)
    write_doubles(request["answer"], found)
    return {
        "seconds": timed(lambda: jacobian(point).block_until_ready(), request)
    }


serve(answer)
