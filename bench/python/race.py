"""Suite `python`: `jacobian_chain.jax` against jacfwd, jacrev, asdex and hands.

One process on one thread. All ways to one Jacobian are compiled first and then called
in turns, a few milliseconds each; seconds are of the processor, and a gain is that of
first quartiles: other work on a machine only ever adds. Every answer is compared before
its seconds count. Rows go to a file of results as they are known:

    python bench/python/race.py [--only TEXT] [--seconds S] [--output FILE]
"""

import argparse
import csv
import os
import platform
import signal
import subprocess
import sys
import time
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)

import dynamics  # its functions register themselves
import functions
from waists import CONTROLS, FUNCTIONS, Case

from jacobian_chain.jax import jacobian, plan

try:
    import asdex
except ImportError:
    asdex = None

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = [
    "case", "contestant", "quantity", "family", "size", "outcome", "samples",
    "median", "low", "high", "note",
]
MODES = ["jax jacfwd", "jax jacrev"]
# Seconds of a turn, at least; and of the pause after it, in which threads that have
# nothing left to do stop: the system counts what they did when they do.
TURN, PAUSE = 5e-3, 1e-3
# Seconds that asdex may take to find the nonzeros.
PATIENCE = 20

for _name, _make in functions.CASES.items():
    FUNCTIONS[f"structure: {_name}"] = lambda make=_make: (lambda fun, x: Case(fun, (x,)))(*make())
CONTROLS.update(f"structure: {name}" for name in ("vardimne", "argtrig"))
assert len(FUNCTIONS) >= 45 and len(CONTROLS) >= 12


def ways_of(case, sparse):
    """The functions that give a Jacobian, by the names of the contestants."""
    ways = {"jacobian": case.ours or jacobian(case.fun)}
    ways |= {"jax jacfwd": jax.jacfwd(case.fun), "jax jacrev": jax.jacrev(case.fun)}
    if case.by_hand is not None:
        ways["by hand"] = case.by_hand
    if asdex is not None and sparse:
        ways["asdex"] = None  # made in time, or not at all
    return ways


class Impatient(Exception):
    """A way takes too long to be made."""


def compiled(case, sparse):
    """Each way compiled, with the seconds of XLA; or why there is none."""
    ready, seconds, refused = {}, {}, {}
    for who, way in ways_of(case, sparse).items():
        try:
            if who == "asdex":
                signal.signal(signal.SIGALRM, _give_up)
                signal.alarm(PATIENCE)
                x = case.arguments[0]
                way = asdex.jacobian(case.fun, x, output_format="dense")
                signal.alarm(0)
            lowered = jax.jit(way).lower(*case.arguments)
            start = time.process_time()
            ready[who] = lowered.compile()
            seconds[who] = time.process_time() - start
        except Exception as error:
            signal.alarm(0)
            if who == "jacobian":
                raise
            refused[who] = f"{type(error).__name__}: {error}".splitlines()[0][:160]
    return ready, seconds, refused


def _give_up(*_):
    raise Impatient(f"its pattern takes more than {PATIENCE} s")


def called(way, arguments, times=1):
    """Seconds of one of so many calls."""
    start = time.process_time()
    for _ in range(times):
        jax.block_until_ready(way(*arguments))
    time.sleep(PAUSE)
    return (time.process_time() - start) / times


def seconds_in_turns(ways, arguments, budget):
    """Seconds of each way, turn for turn.

    A way that is twenty times slower than the fastest is called once: it's not the one
    to beat.
    """
    for way in ways.values():
        called(way, arguments)
    seconds = {who: [called(way, arguments)] for who, way in ways.items()}
    first = min(values[0] for values in seconds.values())
    racing = {
        who: way
        for who, way in ways.items()
        if who == "jacobian" or seconds[who][0] < 20 * first
    }
    modes = [m for m in MODES if m in ways]
    better = min(modes, key=lambda m: seconds[m][0])
    racing[better] = ways[better]
    times = {who: 1 + int(TURN / max(seconds[who][0], 1e-6)) for who in racing}
    for who, many in times.items():
        if many > 1:  # one call alone was too short to be measured
            seconds[who] = []
    end = time.process_time() + budget
    while len(seconds["jacobian"]) < 5 or (
        time.process_time() < end and len(seconds["jacobian"]) < 1000
    ):
        for who, way in racing.items():
            seconds[who].append(called(way, arguments, times[who]))
    return {who: np.array(values) for who, values in seconds.items()}


def difference(found, expected):
    """Largest difference of two trees, relative to the largest entry."""
    found, expected = map(jax.tree_util.tree_leaves, (found, expected))
    scale = max(float(abs(e).max()) for e in expected) or 1.0
    return max(float(abs(f - e).max()) for f, e in zip(found, expected)) / scale


def rows_of(name, budget):
    """All rows of one function."""
    case = FUNCTIONS[name]()
    family = "nothing to gain" if name in CONTROLS else "something to gain"
    sparse = name.startswith("structure: ")
    if case.ours is None:
        decided = plan(case.fun, *case.arguments)
        note = f"{decided.mode}: {decided.reason}"
        sparse = sparse or decided.strategy == "structure"
        planning = []
        for _ in range(3):
            # Another function each time: nothing that was traced is there yet.
            fresh = lambda *xs: case.fun(*xs)  # noqa: E731
            start = time.process_time()
            plan(fresh, *case.arguments)
            planning.append(time.process_time() - start)
    else:
        note, planning = "plan: trajectory_jacobian", []
    ways, building, refused = compiled(case, sparse)
    reference = ways[next(m for m in MODES[::-1] if m in ways)](*case.arguments)
    single = any(e.dtype == np.float32 for e in jax.tree_util.tree_leaves(reference))
    wrong = {}
    for who in list(ways):
        error = difference(ways[who](*case.arguments), reference)
        if not error <= (1e-4 if single else 1e-11):
            wrong[who] = f"differs by {error:.0e}"
            del ways[who]
    seconds = seconds_in_turns(ways, case.arguments, budget)

    def row(who, quantity, values, outcome="measured", note=""):
        values = np.asarray(values, float)
        low, middle, high = (
            np.percentile(values, [25, 50, 75]) if values.size else ["", "", ""]
        )
        return dict(
            zip(
                COLUMNS,
                [name, who, quantity, family, "", outcome, values.size, middle, low,
                 high, note],
                strict=True,
            )
        )

    for who, values in seconds.items():
        own = note if who == "jacobian" else ""
        yield row(who, "jacobian seconds", values, note=own)
    for who, why in refused.items():
        yield row(who, "jacobian seconds", [], "skipped", why)
    for who, why in wrong.items():
        yield row(who, "jacobian seconds", [], "wrong", why)
    if "jacobian" in seconds:
        modes = [mode for mode in MODES if mode in seconds]
        low = {who: np.percentile(values, 25) for who, values in seconds.items()}
        better = min(modes, key=low.get)
        gain = low[better] / low["jacobian"]
        yield row("jacobian", "gain", [gain], note=f"over {better}")
    for who, way in ways.items():
        memory = way.memory_analysis().temp_size_in_bytes
        yield row(who, "temporary bytes", [memory])
        yield row(who, "compile seconds", [building[who]])
    yield row("jacobian", "planning seconds", planning)


def header():
    """On what, and of what."""

    def run(*command):
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()

    def found(package):
        try:
            return version(package)
        except PackageNotFoundError:
            return "absent"

    lines = Path("/proc/cpuinfo").read_text().splitlines() if sys.platform == "linux" else []
    model = next((x.split(": ")[1] for x in lines if x.startswith("model name")), "")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "suite": "python",
        "mode": "full",
        "machine": f"{model or platform.processor()}, {os.cpu_count()} processors",
        "memory": f"{pages / 2**30:.0f} GiB",
        "system": platform.platform(),
        "peers": ", ".join(f"{p} {found(p)}" for p in ("asdex", "jax", "numpy"))
        + f", python {platform.python_version()}",
        "commit": run("git", "rev-parse", "--short=12", "HEAD"),
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--seconds", type=float, default=3.0, help="for one function")
    parser.add_argument("--output", help="a file of results, bench/results/python.csv")
    options = parser.parse_args()
    with open(options.output, "w") if options.output else sys.stdout as out:
        for key, value in header().items():
            print(f"# {key}: {value}", file=out)
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for name in FUNCTIONS:
            if options.only in name:
                for row in rows_of(name, options.seconds):
                    writer.writerow(row)
                out.flush()
                jax.clear_caches()


if __name__ == "__main__":
    main()
