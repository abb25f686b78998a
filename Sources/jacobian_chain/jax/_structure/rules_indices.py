"""Rules of indexing: sharp where the indices are known while tracing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from . import moves
from .program import Equation
from .propagation import Operands, Propagation, Rule, dense, present
from .sets import Sets

Array = np.ndarray[Any, np.dtype[Any]]

#: More updates of one entry than this are joined into one set.
_MOST_UPDATES = 32


def gathered(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    sets = operands[0]
    if sets is None:
        return dense(on, equation, operands)
    shape = on.program.shape(equation.inputs[0])
    out = on.program.shape(equation.outputs[0])
    indices = on.value(equation.inputs[1])
    size = int(np.prod(out, dtype=np.int64)) * sets.array.shape[0]
    if indices is not None and size <= on.budget.elements:
        positions = moves.gather_positions(equation.params, shape, indices, out)
        return [sets.moved(lambda a, fill: moves.take(a, shape, positions, fill))]
    return [_gathered_anywhere(on, equation, sets, shape, out)]


def _gathered_anywhere(
    on: Propagation,
    equation: Equation,
    sets: Sets,
    shape: moves.Shape,
    out: moves.Shape,
) -> Sets:
    """Axes taken whole stay apart, the others may come from anywhere."""
    numbers = equation.params["dimension_numbers"]
    sizes = equation.params["slice_sizes"]
    inner = {*numbers.collapsed_slice_dims, *numbers.operand_batching_dims}
    kept = [axis for axis in range(len(shape)) if axis not in inner]
    placed: dict[int, int] = {}
    for place, axis in zip(numbers.offset_dims, kept, strict=True):
        if sizes[axis] == shape[axis]:
            placed[axis] = place
    batch = [axis for axis in range(len(out)) if axis not in numbers.offset_dims]
    for axis, place in zip(
        numbers.operand_batching_dims, numbers.start_indices_batching_dims, strict=True
    ):
        placed[axis] = batch[place]
    return _relaid(on, sets, placed, len(out))


def _relaid(on: Propagation, sets: Sets, placed: dict[int, int], rank: int) -> Sets:
    """Some axes of the operand at places of the output, any over the others."""
    own = sets.array.ndim - 1
    joined = on.over(sets, [axis for axis in range(own) if axis not in placed])
    order = sorted(placed, key=lambda axis: placed[axis])
    rest = [axis for axis in range(own) if axis not in placed]
    array = joined.array.transpose([0, *(a + 1 for a in order + rest)])
    shape = [array.shape[0]] + [1] * rank
    for axis in order:
        shape[placed[axis] + 1] = joined.array.shape[axis + 1]
    return sets.with_array(array.reshape(shape))


def sliced(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """`dynamic_slice`; starts are clamped into the operand."""
    sets = operands[0]
    if sets is None:
        return dense(on, equation, operands)
    shape = on.program.shape(equation.inputs[0])
    sizes = tuple(equation.params["slice_sizes"])
    starts = _starts(on, equation.inputs[1:], shape, sizes)
    if starts is not None:
        return [sets.moved(lambda a, fill: moves.window(a, shape, starts, sizes))]
    placed = {a: a for a in range(len(shape)) if sizes[a] == shape[a]}
    return [_relaid(on, sets, placed, len(shape))]


def _starts(
    on: Propagation, variables: Sequence[int], shape: moves.Shape, sizes: moves.Shape
) -> list[int] | None:
    starts = []
    for axis, variable in enumerate(variables):
        if sizes[axis] == shape[axis]:
            starts.append(0)
            continue
        value = on.value(variable)
        if value is None:
            return None
        starts.append(int(np.clip(int(value), 0, shape[axis] - sizes[axis])))
    return starts


def updated(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """`dynamic_update_slice`."""
    shape = on.program.shape(equation.inputs[0])
    sizes = on.program.shape(equation.inputs[1])
    operand, update = operands[0], operands[1]
    starts = _starts(on, equation.inputs[2:], shape, sizes)
    parts = []
    if operand is not None:
        if starts is None:
            parts.append(operand.with_array(operand.array))
        else:
            outside = np.ones(shape, dtype=bool)
            outside[
                tuple(slice(s, s + n) for s, n in zip(starts, sizes, strict=True))
            ] = False
            parts.append(
                operand.moved(lambda a, fill: np.where(outside, a, a.dtype.type(fill)))
            )
    if update is not None:
        if starts is None:
            placed = {a: a for a in range(len(shape)) if sizes[a] == shape[a]}
            parts.append(_relaid(on, update, placed, len(shape)))
        else:
            config = [
                (s, full - s - n, 0)
                for s, n, full in zip(starts, sizes, shape, strict=True)
            ]
            parts.append(
                update.moved(lambda a, fill: moves.pad(a, sizes, config, fill))
            )
    return [parts[0] if len(parts) == 1 else on.united(parts)]


def scattered(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """`scatter-add` and, its operand's overwritten entries kept in, `scatter`."""
    operand, _, updates = operands
    shape = on.program.shape(equation.inputs[0])
    given = on.program.shape(equation.inputs[2])
    indices = on.value(equation.inputs[1])
    if updates is None:
        return [s.with_array(s.array) for s in present(operands)[:1]]
    base = [] if operand is None else [operand]
    if indices is None or on.program.size(equation.inputs[2]) > on.budget.elements:
        return [on.united([*base, updates.everything(len(shape))])]
    targets = moves.scatter_positions(equation.params, shape, indices, given).reshape(
        -1
    )
    tables = _sources(targets, int(np.prod(shape, dtype=np.int64)))
    if len(tables) > _MOST_UPDATES:
        return [on.united([*base, updates.everything(len(shape))])]

    def taking(table: Array) -> Callable[[Array, int], Array]:
        places = table.reshape(shape)
        return lambda array, fill: moves.take(array, given, places, fill)

    parts = [on.spent(updates.moved(taking(table))) for table in tables]
    if len(parts) == 1 and not base:
        return parts
    return [on.united([*base, *parts])]


def _sources(targets: Array, size: int) -> list[Array]:
    """The updates of every entry as tables: first ones, then second ones."""
    (kept,) = np.nonzero(targets >= 0)
    order = kept[np.argsort(targets[kept], kind="stable")]
    ordered = targets[order]
    starts = (
        np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        if len(ordered)
        else ordered
    )
    counts = np.diff(np.r_[starts, len(ordered)])
    rank = np.arange(len(ordered)) - np.repeat(starts, counts)
    tables = np.full((max(int(counts.max(initial=0)), 1), size), -1, dtype=np.int64)
    if tables.shape[0] <= _MOST_UPDATES:
        tables[rank, ordered] = order
    return list(tables)


def split(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    sets, axis = operands[0], equation.params["axis"]
    assert sets is not None
    shape = on.program.shape(equation.inputs[0])
    results, start = [], 0
    for size in equation.params["sizes"]:
        starts = [start if a == axis else 0 for a in range(len(shape))]
        sizes = [size if a == axis else s for a, s in enumerate(shape)]
        results.append(sets.moved(partial(_windowed, shape, starts, sizes)))
        start += size
    return results


def _windowed(
    shape: moves.Shape, starts: list[int], sizes: list[int], array: Array, fill: int
) -> Array:
    return moves.window(array, shape, starts, sizes)


INDEX_RULES: dict[str, Rule] = {
    "gather": gathered,
    "dynamic_slice": sliced,
    "dynamic_update_slice": updated,
    "scatter-add": scattered,
    "scatter_add": scattered,
    "scatter": scattered,
    "split": split,
}
