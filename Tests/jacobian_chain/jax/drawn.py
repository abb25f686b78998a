"""Functions drawn at random from what JAX can do, the same for the same seed.

A function keeps a pool of small arrays and adds to it: arithmetic, moves, indices,
products, loops, branches, rules of users' own. Now and then everything is squeezed
through a waist, or the pool starts anew, so that there is something to cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

# Whose operations register themselves.
from . import (  # noqa: F401
    drawn_arrays,
    drawn_batches,
    drawn_edges,
    drawn_indices,
    drawn_library,
    drawn_loops,
    drawn_nested,
    drawn_programs,
)
from .pieces import FORWARD, MOST, OPERATIONS, pick, weight


def waist(random: Any, pool: list[Any]) -> list[Any]:
    """Everything through a few numbers, and out of them again."""
    gathered = jnp.concatenate([v.reshape(-1) for v in pool])
    down = weight(random, int(random.integers(1, 4)), gathered.size, gathered.dtype)
    narrow = jnp.tanh(down @ gathered)
    up = weight(random, int(random.integers(3, 10)), narrow.size, narrow.dtype)
    return [pick(random, [up @ narrow, jnp.sin(up @ narrow), narrow])]


class Ends(NamedTuple):
    """A tree that isn't one of Python's own."""

    first: Any
    second: Any = None


def tree(random: Any, leaves: list[Any]) -> Any:
    """Some leaves, arranged."""
    if len(leaves) == 1:
        return pick(
            random, [leaves[0], leaves[0], leaves[0], {"x": leaves}, (*leaves,)]
        )
    first, *rest = leaves
    return pick(
        random,
        [
            dict(zip("abcdef", leaves, strict=False)),
            (first, {"rest": rest, "none": None}),
            Ends(first, [*rest]),
            [leaves, ()],
        ],
    )


def draw(seed: int) -> tuple[Callable[[Any], Any], Any, bool]:
    """A function of a tree of arrays, its point, and whether it has tangents."""
    random = np.random.default_rng(seed)
    forward = bool(random.random() < 0.7)
    shapes = [(int(random.integers(1, 9)),), (2, 3), (), (3, 1)]
    count = int(random.integers(1, 4))
    leaves = [
        jnp.asarray(random.normal(size=pick(random, shapes))) for _ in range(count)
    ]
    # Single precision at the ends, double between them; numbers, and no numbers.
    ends = np.random.default_rng([seed, 2])
    leaves = [x.astype(jnp.float32) if ends.random() < 0.1 else x for x in leaves]
    last = jnp.float32 if ends.random() < 0.1 else jnp.float64
    if ends.random() < 0.1:
        leaves.append(pick(ends, [0.7, np.float64(-0.3), np.ones(2), jnp.zeros(0)]))
    point = tree(ends, leaves)
    more = pick(ends, [[], [], [], ["constant"], ["input"], ["number"], ["empty"]])
    length = int(random.integers(2, 9))

    def fun(point: Any) -> Any:
        own = np.random.default_rng([seed, 1])
        FORWARD.append(forward)
        try:
            given = jax.tree_util.tree_leaves(point)
            pool = [jnp.asarray(v).astype(jnp.float64) for v in given]
            pool = [v for v in pool if v.size]
            for _ in range(length):
                if own.random() < 0.12:
                    pool = waist(own, pool)
                    continue
                made = pick(own, OPERATIONS)(own, pool)
                if not made.size:
                    continue
                made = made if made.size <= MOST else made.reshape(-1)[:MOST]
                pool = [made] if own.random() < 0.3 else [*pool, made]
        finally:
            FORWARD.pop()
        others = {
            "constant": np.arange(3.0),
            "input": given[0],
            "number": 0.25,
            "empty": pool[-1].reshape(-1)[:0],
        }
        kept = [*pool[-3:-1], pool[-1].astype(last), *(others[name] for name in more)]
        return tree(np.random.default_rng([seed, 3]), kept)

    return fun, point, forward
