"""Matrices that hold a few known columns in every row.

A *listed* tangent of a value of shape S holds K entries of each row of its
Jacobian: columns int32 (K, *S') fixed while tracing (−1: none, entry 0; compact
axes as in `moves`), entries (K, *S) at run time. A *dense* one is (*S, n). What
is found out here runs while tracing and returns functions of the entries.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from . import moves
from .places import picked, put, taken

Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]
Run = Callable[[Any], Any]

#: Above this share of the columns a list is turned dense.
WIDEST_SHARE = 0.4
#: Groups of slots are looked for among at most this many.
MOST_SLOTS = 256
#: Entries of at most so many slots, and so many comparisons, are put in place by
#: comparisons: one kernel, where a scatter is a loop that takes long to compile.
_FEW, _COMPARED = 8, 1 << 17
#: So many comparisons are made while tracing.
_LITERAL = 1 << 10


@dataclass(frozen=True, eq=False)
class Form:
    """How a tangent is held; `columns` is None where it is dense.

    Attributes
    ----------
        columns: the columns of the slots, (K, *S'); `doubles`: a column may
            stand twice in a row, its entries are to be added.
    """

    columns: Array | None
    doubles: bool = False

    @property
    def slots(self) -> int:
        assert self.columns is not None
        return int(self.columns.shape[0])


DENSE = Form(None)


def unchanged(entries: Any) -> Any:
    return entries


def columns_last(entries: Any) -> Any:
    return jnp.moveaxis(entries, 0, -1)


def settle(columns: Array, n: int, shape: Shape) -> tuple[Form, Run, int]:
    """Joins slots of equal columns where that is cheap.

    Returns
    -------
        The form, how to get its entries from those of `columns` (K, *shape),
        and the number of entries that are gathered by that.
    """
    if all(size == 1 for size in columns.shape[1:]):
        return _settled_rows(columns, n, shape)
    used = (columns >= 0).any(axis=tuple(range(1, columns.ndim)))
    if columns.shape[0] > 1 and not used.all():
        kept = np.flatnonzero(used) if used.any() else np.zeros(1, dtype=np.int64)
        form, run, gathered = settle(columns[kept], n, shape)
        return form, lambda entries: run(picked(entries, kept)), gathered
    if columns.shape[0] == 1:
        return Form(columns), unchanged, 0
    groups = _groups(columns)
    if groups is not None:
        if len(groups) == columns.shape[0]:
            return Form(columns), unchanged, 0
        merged, layers = _by_layers(columns, groups)
        order = np.concatenate(layers)
        return Form(merged), lambda entries: layered(picked(entries, order), layers), 0
    return _settled_generally(columns, shape)


def _settled_rows(columns: Array, n: int, shape: Shape) -> tuple[Form, Run, int]:
    """All rows hold the same columns: slots are taken whole."""
    flat = columns.reshape(-1)
    (there,) = np.nonzero(flat >= 0)
    distinct, slot = np.unique(flat[there], return_inverse=True)
    size = math.prod(shape)
    if len(distinct) > WIDEST_SHARE * n:
        distinct = np.arange(n, dtype=flat.dtype)
        slot = flat[there]
    elif len(distinct) == len(flat):
        return Form(columns), unchanged, 0
    table = _table(slot, there, len(distinct), len(flat))
    form = (
        DENSE
        if len(distinct) == n
        else Form(distinct.reshape((-1,) + (1,) * len(shape)).astype(np.int32))
    )
    last = form is DENSE
    if table.shape[0] == 1 and np.array_equal(table[0], np.arange(len(flat))):
        return form, columns_last if last else unchanged, 0
    take = _taking_slots(table, len(flat))
    if last:
        return form, lambda entries: columns_last(take(entries)), table.size * size
    return form, take, table.size * size


def _table(slot: Array, source: Array, slots: int, none: int) -> Array:
    """The sources of every slot, (most, slots), `none` where there are fewer."""
    order = np.argsort(slot, kind="stable")
    counts = np.bincount(slot, minlength=slots)
    rank = np.arange(len(slot)) - np.repeat(np.cumsum(counts) - counts, counts)
    table = np.full((max(int(counts.max(initial=0)), 1), slots), none, dtype=np.int32)
    table[rank, slot[order]] = source[order]
    return table


def _taking_slots(table: Array, none: int) -> Run:
    def run(entries: Any) -> Any:
        return _added([taken(entries, row, none) for row in table])

    return run


def merged_slots(columns: Array) -> tuple[Array, list[list[int]]] | None:
    """The columns of slots added where they are equal, and which slots those are.

    The k-th slot of all sums that have so many is the k-th layer, the sums with the
    most first: see `layered`. None where rows disagree.
    """
    groups = _groups(columns)
    return None if groups is None else _by_layers(columns, groups)


def _by_layers(
    columns: Array, groups: list[list[int]]
) -> tuple[Array, list[list[int]]]:
    groups = sorted(groups, key=len, reverse=True)
    merged = np.stack([columns[g].max(axis=0) for g in groups])
    layers = [[g[k] for g in groups if len(g) > k] for k in range(len(groups[0]))]
    return merged, layers


def layered(entries: Any, layers: Sequence[Sequence[int]]) -> Any:
    """Sums of slots that lie layer after layer."""
    count = start = len(layers[0])
    total = lax.slice_in_dim(entries, 0, count)
    for layer in layers[1:]:
        own = lax.slice_in_dim(entries, start, start + len(layer))
        rest = [(0, count - len(layer), 0), *[(0, 0, 0)] * (entries.ndim - 1)]
        total = total + lax.pad(own, jnp.zeros((), entries.dtype), rest)
        start += len(layer)
    return total


def _added(parts: Sequence[Any]) -> Any:
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    return result


def _groups(columns: Array) -> list[list[int]] | None:
    """Slots that may be added as a whole; None where rows disagree."""
    if not _has_doubles(columns):
        return [[k] for k in range(len(columns))]
    if columns.shape[0] > MOST_SLOTS:
        return None
    groups: list[list[int]] = []
    merged: list[Array] = []
    for k, slot in enumerate(columns):
        home = None
        for g, other in enumerate(merged):
            both = (slot >= 0) & (other >= 0)
            equal = slot == other
            if (equal & both).any():
                if not equal[both].all() or home is not None:
                    return None
                home = g
        if home is None:
            groups.append([k])
            merged.append(slot)
        else:
            groups[home].append(k)
            merged[home] = np.maximum(slot, merged[home])
    return groups


def _has_doubles(columns: Array) -> bool:
    ordered = np.sort(columns, axis=0)
    return bool(((ordered[1:] == ordered[:-1]) & (ordered[1:] >= 0)).any())


def _settled_generally(columns: Array, shape: Shape) -> tuple[Form, Run, int]:
    """Row by row: every slot gathers the entries of its column."""
    slots = columns.shape[0]
    order = np.argsort(columns, axis=0, kind="stable")
    ordered = np.take_along_axis(columns, order, axis=0)
    first = np.ones(ordered.shape, dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    first &= ordered >= 0
    slot = np.cumsum(first, axis=0) - 1
    kept = int(slot.max(initial=0)) + 1
    doubled = (ordered >= 0).sum() - first.sum()
    if 4 * doubled < (ordered >= 0).sum() and kept * 4 > slots * 3:
        return Form(columns, doubles=True), unchanged, 0
    place_in_row = np.arange(slots).reshape((-1,) + (1,) * (columns.ndim - 1))
    started = np.maximum.accumulate(np.where(first, place_in_row, 0), axis=0)
    rank = place_in_row - started
    there = ordered >= 0
    most = int(rank[there].max(initial=0)) + 1
    place = np.nonzero(there)
    table = np.full((most, kept, *columns.shape[1:]), slots, dtype=np.int32)
    entry: tuple[Any, ...] = (slot[place], *place[1:])
    doubly: tuple[Any, ...] = (rank[place], *entry)
    table[doubly] = order[place]
    merged = np.full((kept, *columns.shape[1:]), -1, dtype=np.int32)
    merged[entry] = ordered[place]

    def run(entries: Any) -> Any:
        zero = jnp.zeros((1, *entries.shape[1:]), entries.dtype)
        laid = jnp.concatenate([entries, zero])
        parts = []
        for layer in table:
            full = np.broadcast_to(layer, (kept, *entries.shape[1:]))
            parts.append(jnp.take_along_axis(laid, full, 0, mode="promise_in_bounds"))
        return _added(parts)

    return (
        Form(merged),
        run,
        table.size * max(1, math.prod(shape) // max(merged[0].size, 1)),
    )


def flat_entries(form: Form, shape: Shape) -> tuple[Array, Array, Array]:
    """Where every entry is: its position in (K, *S), its row, its column."""
    assert form.columns is not None
    columns = moves.expanded(form.columns, shape).reshape(form.slots, math.prod(shape))
    slots, rows = np.nonzero(columns.T >= 0)[::-1]
    return slots * columns.shape[1] + rows, rows, columns[slots, rows].astype(np.int64)


def taken_flat(entries: Any, positions: Array) -> Any:
    flat = entries.reshape(-1)
    if len(positions) == flat.shape[0] and np.array_equal(
        positions, np.arange(len(positions))
    ):
        return flat
    return taken(flat, positions)


def are_few(slots: int, size: int) -> bool:
    """Whether so many slots are put in place in an array of a size by `compared`."""
    return slots <= _FEW and slots * size <= _COMPARED


def compared(
    entries: Any, columns: Array, n: int, axis: int, into: Any = None, add: bool = False
) -> Any:
    """Entries (K, …) at the places `columns` (K, …) of a new axis of length n.

    They replace what is there (`into`, else zeros), or are added to it; −1: nowhere.
    """
    laid = [1] * entries.ndim
    laid[axis] = n
    along = np.arange(n, dtype=np.int32).reshape(laid)
    total = jnp.zeros((), entries.dtype) if into is None else into
    for k, places in enumerate(columns):
        named: Any = np.expand_dims(places, axis)
        there = (named if named.size * n <= _LITERAL else jnp.asarray(named)) == along
        own = jnp.expand_dims(lax.index_in_dim(entries, k, keepdims=False), axis)
        total = jnp.where(there, total + own if add else own, total)
    return total


def scattered(entries: Any, form: Form, n: int, shape: Shape, into: Any = None) -> Any:
    """Listed entries in, or added to, a dense (*S, n) array."""
    assert form.columns is not None
    if into is not None and _are_whole_columns(form):
        laid = densified(entries, form, n, shape)
        return into + laid.astype(into.dtype)
    if are_few(form.slots, math.prod(shape) * n):
        adding = into is not None or form.doubles
        return compared(entries, form.columns, n, len(shape), into, adding)
    positions, rows, columns = flat_entries(form, shape)
    target = rows * n + columns
    order = np.argsort(target, kind="stable")
    data = taken_flat(entries, positions[order])
    base = (
        jnp.zeros(math.prod(shape) * n, entries.dtype)
        if into is None
        else into.reshape(-1)
    )
    adding = into is not None or form.doubles
    data = data.astype(base.dtype)
    laid = put(base, target[order], data, not form.doubles, adding)
    return laid.reshape((*shape, n))


def _are_whole_columns(form: Form) -> bool:
    """Whether all rows hold the same columns, each once: slots are moved whole."""
    assert form.columns is not None
    return not form.doubles and all(size == 1 for size in form.columns.shape[1:])


def densified(entries: Any, form: Form, n: int, shape: Shape) -> Any:
    """The dense (*S, n) array of listed entries."""
    assert form.columns is not None
    if _are_whole_columns(form):
        flat = form.columns.reshape(-1)
        (there,) = np.nonzero(flat >= 0)
        table = np.full((1, n), len(flat), dtype=np.int32)
        table[0, flat[there]] = there
        return jnp.moveaxis(_taking_slots(table, len(flat))(entries), 0, -1)
    return scattered(entries, form, n, shape)
