"""The workloads of `jchain-bench --suite functions` in JAX: jacfwd, jacrev and,
where there is one, a mixed order that somebody who knows the shapes writes by
hand. Everything is compiled, in float64, warmed up, and compared before it is
timed. Prints the CSV of jchain-bench, ratio = median / median of the mixed order.

    python bench/peers/jax_functions.py [--smoke] [NAME ...]

Names choose workloads by their beginning. Without JAX: one line, and success.
"""

import argparse
import statistics
import sys
import time

try:
    import jax
    import jax.numpy as jnp
    import numpy as np
except ImportError as error:
    print(f"skipped: {error}; see bench/peers/requirements.txt", file=sys.stderr)
    sys.exit(0)

jax.config.update("jax_enable_x64", True)


def weights(random, rows, columns):
    """Rows that neither damp nor amplify much."""
    return jnp.asarray(random.uniform(-1, 1, (rows, columns)) / columns**0.5)


def affine(random, columns, rows):
    return weights(random, rows, columns), jnp.asarray(random.uniform(-1, 1, rows))


def apply(layer, x):
    return layer[0] @ x + layer[1]


def stack(layers):
    """Affine layers with tanh between them."""

    def function(x):
        for index, layer in enumerate(layers):
            x = apply(layer, jnp.tanh(x) if index else x)
        return x

    return function


def autoencoder(sizes):
    random = np.random.default_rng(1)
    layers = [affine(random, *pair) for pair in zip(sizes, sizes[1:])]
    middle = sizes.index(min(sizes))
    encode, upper = stack(layers[:middle]), stack(layers[middle:])

    def decode(z):
        return upper(jnp.tanh(z))

    def mixed(x):
        z = encode(x)
        return jax.jacfwd(decode)(z) @ jax.jacrev(encode)(x)

    return f"autoencoder {sizes[0]}", stack(layers), mixed, random, sizes[0]


def recurrence(inputs, units, steps):
    random = np.random.default_rng(3)
    embed, cell = affine(random, inputs, units), affine(random, units, units)
    readout = affine(random, units, inputs)

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

    return f"recurrence {steps}", function, mixed, random, inputs


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


def sensors(parameters, modes, cells, steps, count):
    random = np.random.default_rng(4)
    encode, lift = affine(random, parameters, modes), affine(random, modes, cells)
    advance, _ = burgers(cells)
    chosen = jnp.arange(count) * cells // count

    def measured(z):
        u, _ = jax.lax.scan(
            lambda u, _: (advance(u), None), apply(lift, z), length=steps
        )
        return u[chosen]

    def mixed(x):
        return jax.jacfwd(measured)(apply(encode, x)) @ encode[0]

    return (
        f"sensors {count}",
        lambda x: measured(apply(encode, x)),
        mixed,
        random,
        parameters,
    )


def tridiagonal(cells, steps):
    random = np.random.default_rng(5)
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

    def coloured(u):
        """The same entries from one tangent for each of the colours."""
        colours = 2 * steps + 1
        seeds = (jnp.arange(cells)[None, :] % colours == jnp.arange(colours)[:, None])
        push = jax.linearize(function, u)[1]
        return jax.vmap(push)(seeds.astype(jnp.float64))

    return f"tridiagonal {steps}", function, [mixed, coloured], random, cells


def flow(size, layers):
    random = np.random.default_rng(7)
    half = size // 2
    pairs = [
        (affine(random, half, half), affine(random, half, half))
        for _ in range(layers)
    ]

    def function(x):
        for index, (scale, shift) in enumerate(pairs):
            x = jnp.roll(x, -half) if index else x
            passive, active = x[:half], x[half:]
            factor = jnp.exp(jnp.tanh(apply(scale, passive)))
            x = jnp.concatenate([passive, active * factor + apply(shift, passive)])
        return x

    return f"flow {size}", function, None, random, size


def robot_arm(joints):
    random = np.random.default_rng(10)
    twist, point = affine(random, joints, 6), affine(random, 6, 3)

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

    return f"robot arm {joints}", function, None, random, joints


def small(size, count):
    random = np.random.default_rng(12)
    layers = [affine(random, size, size) for _ in range(count)]

    def function(x):
        for layer in layers:
            x = apply(layer, x)
        return x

    return f"small {size} x {count}", function, None, random, size


def full_size():
    yield lambda: autoencoder([600, 60, 40, 10, 40, 60, 600])
    yield lambda: autoencoder([3072, 1024, 256, 32, 256, 1024, 3072])
    yield lambda: recurrence(2000, 64, 64)
    yield lambda: sensors(1000, 16, 2048, 64, 1000)
    yield lambda: tridiagonal(2046, 15)
    yield lambda: flow(256, 8)
    yield lambda: robot_arm(7)
    yield lambda: robot_arm(32)
    yield lambda: small(4, 10)


def reduced():
    yield lambda: autoencoder([60, 12, 8, 3, 8, 12, 60])
    yield lambda: recurrence(40, 6, 8)
    yield lambda: sensors(30, 4, 64, 8, 30)
    yield lambda: tridiagonal(62, 15)
    yield lambda: flow(16, 4)
    yield lambda: robot_arm(7)
    yield lambda: small(4, 10)


def entries(band, steps, cells):
    """A band as a dense matrix."""
    dense = np.zeros((cells, cells))
    for row in range(2 * steps + 1):
        d = row - steps
        for j in range(max(0, -d), min(cells, cells - d)):
            dense[j + d, j] = band[row, j]
    return dense


def compare(name, values):
    """All variants with all entries have to agree with jacfwd."""
    expected = np.asarray(values["jacfwd"])
    for variant, value in values.items():
        value = np.asarray(value)
        if variant == "coloured":
            colours = value.shape[0]
            found = value[np.arange(expected.shape[1]) % colours, :]
            # Every column sees its own colour where it has entries.
            value = np.where(expected != 0, found.T, 0)
        elif value.shape != expected.shape:
            value = entries(value, (value.shape[0] - 1) // 2, value.shape[1])
        error = np.max(np.abs(value - expected))
        if error > 1e-10 * max(1, np.max(np.abs(expected))):
            sys.exit(f"{name}: {variant} is off by {error}")


def timed(function, point, seconds):
    samples = []
    end = time.perf_counter() + seconds
    while len(samples) < 5 or (
        time.perf_counter() < end and len(samples) < 1000
    ):
        start = time.perf_counter()
        function(point).block_until_ready()
        samples.append(time.perf_counter() - start)
    return statistics.median(samples), min(samples)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    print("suite,case,variant,median_seconds,minimum_seconds,ratio")
    for make in reduced() if options.smoke else full_size():
        name, function, mixed, random, count = make()
        if options.names and not any(name.startswith(n) for n in options.names):
            continue
        point = jnp.asarray(random.uniform(-1, 1, count))
        variants = {}
        by_hand = mixed if isinstance(mixed, list) else [mixed] if mixed else []
        for one in by_hand:
            variants[one.__name__] = jax.jit(one)
        variants["jacfwd"] = jax.jit(jax.jacfwd(function))
        variants["jacrev"] = jax.jit(jax.jacrev(function))
        compare(name, {v: f(point) for v, f in variants.items()})
        base = None
        for variant, compiled in variants.items():
            median, least = timed(compiled, point, 0.02 if options.smoke else 1.0)
            base = base or median
            ratio = median / base if by_hand and variant != "mixed" else ""
            print(f"jax,{name},{variant},{median},{least},{ratio}", flush=True)


main()
