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
from jacobian_chain.jax._structure.budget import Budget
from jacobian_chain.jax._structure.choice import mode_prices
from jacobian_chain.jax._structure.prices import Rates
from jacobian_chain.jax._structure.sweep import plan_sweep
from jacobian_chain.jax._structure.sweep_rules import LOOP_RULES, SWEEP_RULES


QUIET = bool(os.environ.get("QUIET"))


def seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    jax.block_until_ready(run())
    return time.perf_counter() - start


def compiled(function: Any, x: Any) -> tuple[Any, float]:
    ready = jax.jit(function)
    start = time.perf_counter()
    built = ready.lower(x).compile()
    return built, time.perf_counter() - start


def alternated(ways: dict[str, Any], x: Any, limit: float = 3.0) -> dict[str, float]:
    """Medians of alternated runs."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    began = time.perf_counter()
    while len(times[next(iter(ways))]) < 5 or (
        time.perf_counter() - began < limit and len(times[next(iter(ways))]) < 300
    ):
        for name, way in ways.items():
            times[name].append(seconds(lambda way=way: way(x)))
    return {name: (min if QUIET else statistics.median)(t) for name, t in times.items()}


def measure(name: str) -> None:
    function, x = CASES[name]()
    start = time.perf_counter()
    linear = linearise(lambda y: (function(y),), x)
    traced = time.perf_counter() - start
    start = time.perf_counter()
    found = structured(linear)
    planned = time.perf_counter() - start
    kind = "decline" if found is None else found.kind
    if found is None:
        sweep = plan_sweep(linear, Rates(), Budget(seconds=30), SWEEP_RULES, LOOP_RULES)
        ours = sweep.jacobian
        forward, reverse = mode_prices(linear, Rates())
        price = sweep.price
    else:
        ours, price, forward, reverse = (
            found.jacobian,
            found.price,
            found.forward,
            found.reverse,
        )
    ways, builds = {}, {}
    for key, way in {
        "ours": lambda y: ours(y)[1][0][0],
        "jacfwd": jax.jacfwd(function),
        "jacrev": jax.jacrev(function),
    }.items():
        ways[key], builds[key] = compiled(way, x)
    reference = np.asarray(ways["jacfwd"](x))
    error = (
        np.abs(np.asarray(ways["ours"](x)) - reference).max() / np.abs(reference).max()
    )
    took = alternated(ways, x)
    gain = min(took["jacfwd"], took["jacrev"]) / took["ours"]
    print(
        f"{name:20} {kind:8} gain {gain:6.2f}  ours {took['ours'] * 1e3:8.3f} "
        f"fwd {took['jacfwd'] * 1e3:8.3f} rev {took['jacrev'] * 1e3:8.3f} ms  "
        f"price {price.seconds * 1e3:7.3f} / {forward.seconds * 1e3:7.3f} / "
        f"{reverse.seconds * 1e3:7.3f}  trace {traced * 1e3:5.0f} plan {planned * 1e3:5.0f} ms "
        f"compile {builds['ours'] / builds['jacrev']:.2f}×  error {error:.0e}",
        flush=True,
    )


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        measure(case)
