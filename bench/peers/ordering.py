"""Orders of dense matrix chains, from numpy and opt_einsum.

A chain is its dimensions d_0 … d_q: factor i is d_{i+1} × d_i, and the product is
outermost first, as in mathematics. The order comes back as pairs (outer, inner) of
values: the first q are the factors, and each pair makes the next one.
"""

import sys
import time
from types import SimpleNamespace

from protocol import serve


def multi_dot(dimensions):
    """The planner inside numpy.linalg.multi_dot, without the product."""
    from numpy.linalg._linalg import _multi_dot_matrix_chain_order

    matrices = [
        SimpleNamespace(shape=(m, n))
        for n, m in reversed(list(zip(dimensions, dimensions[1:])))
    ]

    def plan():
        return _multi_dot_matrix_chain_order(matrices)

    def pairs(splits):
        count = len(matrices)
        made = []
        ids = {(i, i): count - 1 - i for i in range(count)}
        stack = [(0, count - 1)]
        while stack:
            first, last = span = stack[-1]
            if span in ids:
                stack.pop()
                continue
            split = int(splits[first, last])
            parts = [(first, split), (split + 1, last)]
            missing = [part for part in parts if part not in ids]
            if missing:
                stack += missing
                continue
            ids[span] = count + len(made)
            made.append([ids[part] for part in parts])
        return made

    return plan, pairs


def path(method):
    def prepare(dimensions):
        from opt_einsum import get_symbol, paths

        find = {
            "opt_einsum dp": paths.dynamic_programming,
            "opt_einsum auto": paths.auto,
            "opt_einsum greedy": paths.greedy,
        }[method]
        count = len(dimensions) - 1
        sizes = {get_symbol(i): d for i, d in enumerate(dimensions)}
        inputs = [
            frozenset([get_symbol(i + 1), get_symbol(i)]) for i in range(count)
        ]
        output = frozenset([get_symbol(count), get_symbol(0)])

        def plan():
            return find(inputs, output, sizes)

        def pairs(steps):
            steps = paths.linear_to_ssa(steps)
            # Outer is what comes later in the chain.
            innermost = list(range(count))
            made = []
            for step in steps:
                if len(step) != 2:
                    sys.exit(f"{method} joins {len(step)} values in one step")
                inner, outer = sorted(step, key=lambda i: innermost[i])
                innermost.append(innermost[inner])
                made.append([outer, inner])
            return made

        return plan, pairs

    return prepare


def order(request, dimensions):
    method = request["method"]
    prepare = multi_dot if method == "numpy multi_dot" else path(method)
    plan, pairs = prepare(dimensions)
    # The first call counts when there is no time for more.
    samples = []
    while True:
        start = time.perf_counter()
        found = plan()
        samples.append(time.perf_counter() - start)
        if (
            sum(samples) >= request["seconds"]
            or len(samples) > request["repetitions"]
        ):
            break
    return {"seconds": samples[1:] or samples, "pairs": pairs(found)}


serve(lambda request: {"orders": [order(request, c) for c in request["chains"]]})
