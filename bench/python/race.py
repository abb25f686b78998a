"""Jacobians by `jacobian_chain.jax` against `jax.jacfwd` and `jax.jacrev`.

All ways of one function are compiled first and then called in turns in one process, on
one thread; what counts is the median of the ratios of neighbouring calls. Every answer
is compared with both. Results go to standard output, one JSON object a line.

    python bench/python/race.py [--only TEXT] [--seconds S] [--output FILE]
"""

import argparse
import json
import os
import sys
import time

os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)

import functions
from waists import CONTROLS, FUNCTIONS

from jacobian_chain.jax import jacobian, plan


# The functions of structure.py, with its names of those that have nothing to gain.
for _name, _make in functions.CASES.items():
    FUNCTIONS[f"structure: {_name}"] = lambda make=_make: (
        lambda fun, x: (fun, (x,))
    )(*make())
CONTROLS.update(
    f"structure: {name}"
    for name in ("vardimne", "classifier", "wide resnet", "attention", "argtrig")
)


def ways_of(fun):
    return {
        "ours": jax.jit(jacobian(fun)),
        "jacfwd": jax.jit(jax.jacfwd(fun)),
        "jacrev": jax.jit(jax.jacrev(fun)),
    }


def seconds_in_turns(ways, arguments, budget):
    """Seconds of each way, call for call in turns.

    A mode that is twenty times slower than the other is called once: it's not the
    one to beat.
    """
    seconds = {name: [called(way, arguments)] for name, way in ways.items()}
    modes = {name: seconds[name][0] for name in ("jacfwd", "jacrev")}
    racing = {
        name: way
        for name, way in ways.items()
        if name == "ours" or modes[name] < 20 * min(modes.values())
    }
    end = time.perf_counter() + budget
    while len(seconds["ours"]) < 7 or (
        time.perf_counter() < end and len(seconds["ours"]) < 1000
    ):
        for name, way in racing.items():
            seconds[name].append(called(way, arguments))
    return {name: np.array(values) for name, values in seconds.items()}


def called(way, arguments):
    start = time.perf_counter()
    jax.block_until_ready(way(*arguments))
    return time.perf_counter() - start


def largest_difference(found, expected):
    """Largest difference of two trees, relative to the largest entry."""
    found, expected = map(jax.tree_util.tree_leaves, (found, expected))
    scale = max(float(abs(e).max()) for e in expected) or 1.0
    return max(float(abs(f - e).max()) for f, e in zip(found, expected)) / scale


def row(name, budget):
    fun, arguments = FUNCTIONS[name]()
    decided = plan(fun, *arguments)
    ways = {
        key: way.lower(*arguments).compile() for key, way in ways_of(fun).items()
    }
    memory = {
        key: way.memory_analysis().temp_size_in_bytes for key, way in ways.items()
    }
    error = max(
        largest_difference(ways["ours"](*arguments), ways[mode](*arguments))
        for mode in ("jacfwd", "jacrev")
    )
    seconds = seconds_in_turns(ways, arguments, budget)
    better = min(("jacfwd", "jacrev"), key=lambda k: np.median(seconds[k]))
    gain = float(np.median(seconds[better] / seconds["ours"]))
    return {
        "function": name,
        "control": name in CONTROLS,
        "mode": decided.mode,
        "reason": decided.reason,
        "predicted": round(decided.gain, 2),
        "gain": round(gain, 3),
        "better": better,
        **{f"{k} seconds": float(np.median(v)) for k, v in seconds.items()},
        **{f"{k} temporary bytes": v for k, v in memory.items()},
        "error": error,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each function")
    parser.add_argument("--output", help="file for the JSON lines")
    options = parser.parse_args()
    with open(options.output, "w") if options.output else sys.stdout as out:
        for name in FUNCTIONS:
            if options.only in name:
                print(json.dumps(row(name, options.seconds)), file=out, flush=True)


if __name__ == "__main__":
    main()
