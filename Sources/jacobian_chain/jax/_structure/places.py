"""Entries taken from, and put at, places that are known while tracing.

Indexing by `jax.numpy` would stage what wraps negative indices, which takes as long to
compile as the entries to move.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

Array = np.ndarray[Any, np.dtype[Any]]


def taken(array: Any, rows: Array, none: int = -1) -> Any:
    """Rows of an array (length, …) by their numbers, zeros for `none`."""
    length, rest = array.shape[0], array.shape[1:]
    there = rows != none
    (places,) = np.nonzero(there)
    if len(places) and len(places) < len(rows):
        first, end = int(places[0]), int(places[-1]) + 1
        if there[first:end].all():
            config = [(first, len(rows) - end, 0), *[(0, 0, 0)] * len(rest)]
            inside = taken(array, rows[first:end], none)
            return lax.pad(inside, jnp.zeros((), array.dtype), config)
    if len(rows) and there.all() and (np.diff(rows) == 1).all():
        if len(rows) == length:
            return array
        return lax.slice_in_dim(array, int(rows[0]), int(rows[0]) + len(rows))
    if not there.all():
        array = jnp.concatenate([array, jnp.zeros((1, *rest), array.dtype)])
        rows = np.where(there, rows, length)
    return picked(array, rows)


def picked(array: Any, rows: Array) -> Any:
    """Rows of an array (length, …) by their numbers, by a gather even of a run.

    XLA reads a slice where it is used, and computes what is cut anew for each use; what
    is gathered is there.
    """
    return lax.gather(
        array,
        narrow(rows)[:, None],
        lax.GatherDimensionNumbers(
            offset_dims=tuple(range(1, array.ndim)),
            collapsed_slice_dims=(0,),
            start_index_map=(0,),
        ),
        slice_sizes=(1, *array.shape[1:]),
        mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS,
    )


def put(array: Any, at: Array, entries: Any, unique: bool, add: bool = False) -> Any:
    """A vector with entries at places in ascending order, added or instead."""
    move = lax.scatter_add if add else lax.scatter
    return move(
        array,
        narrow(at)[:, None],
        entries,
        lax.ScatterDimensionNumbers(
            update_window_dims=(),
            inserted_window_dims=(0,),
            scatter_dims_to_operand_dims=(0,),
        ),
        indices_are_sorted=True,
        unique_indices=unique,
        mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS,
    )


def narrow(places: Array) -> Array:
    """The same numbers in 32 bits, where they fit."""
    small = places.size == 0 or int(places.max()) < 2**31
    return places.astype(np.int32) if small else places
