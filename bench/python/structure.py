"""Structured Jacobians against jacfwd, jacrev and asdex.

One process, one thread, runs alternated, medians of ratios:
`python bench/python/structure.py [name …]`.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["XLA_FLAGS"] = (
    "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)

from functions import CASES

from jacobian_chain.jax._structure import linearise, structured

try:
    import asdex
except ImportError:
    asdex = None


def seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    jax.block_until_ready(run())
    return time.perf_counter() - start


def compiled(function: Any, x: Any) -> tuple[Any, float]:
    ready = jax.jit(function)
    start = time.perf_counter()
    built = ready.lower(x).compile()
    return built, time.perf_counter() - start


def alternated(
    ways: dict[str, Any], x: Any, limit: float = 3.0
) -> dict[str, list[float]]:
    """Seconds of alternated runs, at least five of each."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    began = time.perf_counter()
    rounds = 0
    while rounds < 5 or (time.perf_counter() - began < limit and rounds < 300):
        for name, way in ways.items():
            times[name].append(seconds(lambda way=way: way(x)))
        rounds += 1
    return times


def measure(name: str) -> None:
    """Prints one line: gains by the median and by the best of alternated runs."""
    function, x = CASES[name]()
    start = time.perf_counter()
    linear = linearise(lambda y: (function(y),), x)
    traced = time.perf_counter() - start
    start = time.perf_counter()
    found = structured(linear)
    planned = time.perf_counter() - start
    if found is None:
        print(
            f"{name:20} declined: 1.0×  planned in {planned * 1e3:.0f} ms", flush=True
        )
        return
    candidates = {
        "ours": lambda y: found.jacobian(y)[1][0][0],
        "jacfwd": jax.jacfwd(function),
        "jacrev": jax.jacrev(function),
    }
    if asdex is not None and found.kind != "sweep":
        candidates["asdex"] = asdex.jacobian(function, x, output_format="dense")
    ways, builds = {}, {}
    for key, way in candidates.items():
        ways[key], builds[key] = compiled(way, x)
    reference = np.asarray(ways["jacfwd"](x))
    error = np.abs(np.asarray(ways["ours"](x)) - reference).max()
    took = alternated(ways, x)
    middle = {key: statistics.median(t) for key, t in took.items()}
    best = {key: min(t) for key, t in took.items()}
    gains = [min(t["jacfwd"], t["jacrev"]) / t["ours"] for t in (middle, best)]
    beside = (
        f"asdex ÷ ours {middle['asdex'] / middle['ours']:.2f}"
        if "asdex" in took
        else ""
    )
    print(
        f"{name:20} {found.kind:8} gain {gains[0]:6.2f} (best {gains[1]:6.2f})  "
        f"ours {middle['ours'] * 1e3:8.3f} ms  traced {traced * 1e3:.0f} ms, "
        f"planned {planned * 1e3:.0f} ms, compiled {builds['ours'] / builds['jacrev']:.2f}× "
        f"jacrev  error {error / np.abs(reference).max():.0e}  {beside}",
        flush=True,
    )


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        measure(case)
