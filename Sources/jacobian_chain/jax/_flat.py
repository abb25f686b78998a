"""Pytrees as flat vectors, and what is refused of states, parameters and times."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp


def size_of(shapes: Any) -> int:
    """The numbers in a pytree of arrays or shapes, all together."""
    return sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(shapes))


def unraveller(shapes: Any) -> Callable[[Any], Any]:
    """From a flat vector to a pytree of these shapes and dtypes."""
    leaves, tree = jax.tree.flatten(shapes)

    def unravel(flat: Any) -> Any:
        parts, start = [], 0
        for leaf in leaves:
            size = math.prod(leaf.shape)
            part = flat[start : start + size].reshape(leaf.shape)
            parts.append(part.astype(leaf.dtype))
            start += size
        return jax.tree.unflatten(tree, parts)

    return unravel


def refuse_others(tree: Any, what: str) -> None:
    """Raises `TypeError` for a leaf that isn't a real floating array."""
    for path, leaf in jax.tree_util.tree_flatten_with_path(tree)[0]:
        dtype = jnp.result_type(leaf)
        if not jnp.issubdtype(dtype, jnp.floating):
            raise TypeError(
                f"{what}{jax.tree_util.keystr(path)}: expected real floating arrays, "
                f"found {dtype}; close over what isn't differentiated"
            )


def common_length(times: Any) -> int:
    """The length of the leading axis that all leaves have."""
    shapes = [getattr(leaf, "shape", ()) for leaf in jax.tree.leaves(times)]
    lengths = {shape[0] if shape else -1 for shape in shapes}
    if len(lengths) != 1 or -1 in lengths:
        raise ValueError(
            "times: expected arrays with one common leading axis, one entry a step, "
            f"found leading lengths {sorted(lengths)} (−1: none); give numbers in a "
            "list as one array, jnp.asarray(times)"
        )
    return int(lengths.pop())


def refuse_change(before: Any, after: Any) -> None:
    """Raises `TypeError` where a step gives a state of another structure."""
    trees = jax.tree.structure(before), jax.tree.structure(after)
    shapes = [
        [tuple(leaf.shape) for leaf in jax.tree.leaves(t)] for t in (before, after)
    ]
    if trees[0] != trees[1] or shapes[0] != shapes[1]:
        raise TypeError(
            "step: expected the next state to have the structure and shapes of the "
            f"state, {shapes[0]} {trees[0]}, found {shapes[1]} {trees[1]}"
        )
