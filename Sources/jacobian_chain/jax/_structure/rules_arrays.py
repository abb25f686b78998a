"""Rules of arithmetic, reshaping and contraction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from . import moves
from .program import Equation
from .propagation import Operands, Propagation, Rule, dense, present
from .sets import Sets, empty, stacked


def elementwise(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    rank = on.rank(equation.outputs[0])
    parts = [_ranked(sets, rank) for sets in present(operands)]
    keeps = equation.name in _KEEPING_UNITS
    return [parts[0] if keeps else on.united(parts)] * len(equation.outputs)


def _ranked(sets: Sets, rank: int) -> Sets:
    if sets.array.ndim - 1 == rank:
        return sets
    return sets.with_array(sets.array.reshape((-1,) + (1,) * rank), sets.unit)


def held_back(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """`optimization_barrier`: every output is its own operand."""
    return [
        empty(on.rank(variable), on.columns) if sets is None else sets
        for sets, variable in zip(operands, equation.outputs, strict=True)
    ]


def multiply(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """A known factor clears the sets where it is zero (masks)."""
    (result,) = elementwise(on, equation, operands)
    if len(present(operands)) > 1:
        return [result]
    other = equation.inputs[0 if operands[0] is None else 1]
    factor = on.value(other)
    if factor is None or factor.all():
        return [result]
    if on.program.size(equation.outputs[0]) > on.budget.elements:
        return [result]
    return [_cleared(result, factor != 0)]


def _cleared(sets: Sets, keep: np.ndarray[Any, np.dtype[Any]]) -> Sets:
    keep = moves.compact(keep[None])[0] if keep.ndim else keep
    return sets.moved(lambda array, fill: np.where(keep, array, array.dtype.type(fill)))


def select(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    (out,) = equation.outputs
    which = on.value(equation.inputs[0])
    cases = [
        None if sets is None else _ranked(sets, on.rank(out)) for sets in operands[1:]
    ]
    if which is None or on.program.size(out) > on.budget.elements:
        return [on.united(present(cases))]
    chosen = np.broadcast_to(which.astype(np.int64), on.program.shape(out))
    parts = [
        _cleared(sets, chosen == number)
        for number, sets in enumerate(cases)
        if sets is not None
    ]
    return [parts[0] if len(parts) == 1 else on.united(parts)]


def mover(move: Callable[[Propagation, Equation, Any, int], Any]) -> Rule:
    """The rule of a primitive that moves the entries of its first operand."""

    def rule(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
        sets = operands[0]
        if sets is None:
            return dense(on, equation, operands)
        return [sets.moved(lambda array, fill: move(on, equation, array, fill))]

    return rule


def _shapes(on: Propagation, equation: Equation) -> tuple[moves.Shape, moves.Shape]:
    return on.program.shape(equation.inputs[0]), on.program.shape(equation.outputs[0])


def move_reshape(on: Propagation, equation: Equation, array: Any, fill: int) -> Any:
    old, new = _shapes(on, equation)
    order = equation.params.get("dimensions") if equation.name == "reshape" else None
    if order is not None:
        array, old = moves.transpose(array, order), tuple(old[a] for a in order)
    return moves.reshape(array, old, new)


def move_broadcast(on: Propagation, equation: Equation, array: Any, fill: int) -> Any:
    out = on.rank(equation.outputs[0])
    return moves.broadcast(array, out, equation.params["broadcast_dimensions"])


def move_slice(on: Propagation, equation: Equation, array: Any, fill: int) -> Any:
    old, new = _shapes(on, equation)
    params = equation.params
    return moves.window(array, old, params["start_indices"], new, params["strides"])


def move_pad(on: Propagation, equation: Equation, array: Any, fill: int) -> Any:
    old, _ = _shapes(on, equation)
    return moves.pad(array, old, equation.params["padding_config"], fill)


def move_transpose(on: Propagation, equation: Equation, array: Any, fill: int) -> Any:
    return moves.transpose(array, equation.params["permutation"])


def move_rev(on: Propagation, equation: Equation, array: Any, fill: int) -> Any:
    return moves.reverse(array, equation.params["dimensions"])


def padded(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    if operands[1] is not None:
        return dense(on, equation, operands)
    return mover(move_pad)(on, equation, operands)


def concatenated(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    axis = equation.params["dimension"]
    shapes = [on.program.shape(i) for i in equation.inputs]
    out = on.program.shape(equation.outputs[0])
    parts = [s if s is not None else empty(len(out), on.columns) for s in operands]
    widest = max(part.array.shape[0] for part in parts)
    if widest * on.program.size(equation.outputs[0]) > on.budget.elements:
        return [on.united([p.everything(len(out)) for p in present(operands)])]
    return [stacked(parts, shapes, axis)]


def summed(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    axes = tuple(equation.params["axes"])
    sets = on.over(present(operands)[0], axes)
    kept = [a for a in range(sets.array.ndim - 1) if a not in axes]
    shape = [sets.array.shape[0], *(sets.array.shape[a + 1] for a in kept)]
    return [sets.with_array(sets.array.reshape(shape))]


def cumulated(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    axis, back = equation.params["axis"], equation.params["reverse"]
    (sets,) = present(operands)
    if sets.array.shape[axis + 1] == 1:
        return [sets.with_array(sets.array)]
    if sets.words * sets.array[0].size > on.budget.elements:
        return dense(on, equation, operands)
    bits = sets.as_bits().array
    ordered = np.flip(bits, axis + 1) if back else bits
    reached = np.bitwise_or.accumulate(ordered, axis=axis + 1)
    return [sets.with_array(np.flip(reached, axis + 1) if back else reached)]


def contracted(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """`dot_general`; a known matrix joins only where it isn't zero."""
    if len(present(operands)) > 1:
        return dense(on, equation, operands)
    side = 0 if operands[0] is not None else 1
    sets = operands[side]
    assert sets is not None
    contracting, batching = equation.params["dimension_numbers"]
    own, other = contracting[side], contracting[1 - side]
    batch = batching[side]
    free = [a for a in range(sets.array.ndim - 1) if a not in own and a not in batch]
    theirs = on.rank(equation.inputs[1 - side]) - len(other) - len(batch)
    matrix = on.value(equation.inputs[1 - side]) if not batch else None
    if matrix is not None and len(own) == 1 and not matrix.all():
        sparse = _through_matrix(on, sets, own[0], free, matrix, other[0])
        if sparse is not None:
            return [_placed(sparse, 0, len(free), theirs, side)]
    joined = on.over(sets, own)
    order = [0, *(a + 1 for a in batch), *(a + 1 for a in free)]
    array = joined.array.transpose(order + [a + 1 for a in own])
    array = array.reshape(array.shape[: 1 + len(batch) + len(free)])
    ones = (1,) * theirs
    split = 1 + len(batch)
    head, tail = array.shape[:split], array.shape[split:]
    shape = head + tail + ones if side == 0 else head + ones + tail
    return [sets.with_array(array.reshape(shape))]


def _through_matrix(
    on: Propagation, sets: Sets, axis: int, free: Sequence[int], matrix: Any, their: int
) -> Sets | None:
    """Sets (rows of the matrix, free axes…): unions over nonzero entries."""
    flat = np.moveaxis(matrix, their, -1)
    rows = flat.reshape(-1, flat.shape[-1]) != 0
    if sets.array.shape[axis + 1] == 1:
        return None
    widest = int(rows.sum(axis=1).max(initial=0))
    if widest > 64 or rows.shape[0] * widest > on.budget.elements:
        return None
    counts = rows.sum(axis=1)
    which, where = np.nonzero(rows)
    slots = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    table = np.full((max(widest, 1), rows.shape[0]), -1, dtype=np.int64)
    table[slots, which] = where
    array = sets.array.transpose([0, axis + 1, *(a + 1 for a in free)])
    parts = []
    for layer in table:
        part = array[:, np.maximum(layer, 0)]
        none = (layer < 0).reshape((1, -1) + (1,) * len(free))
        fill = part.dtype.type(0 if sets.is_bits else -1)
        parts.append(on.spent(sets.with_array(np.where(none, fill, part))))
    joined = on.united(parts)
    shape = flat.shape[:-1]
    own = joined.array.shape
    if own[1] == 1:
        return joined.with_array(
            joined.array.reshape((own[0],) + (1,) * len(shape) + own[2:])
        )
    return joined.with_array(joined.array.reshape((own[0], *shape, *own[2:])))


def _placed(sets: Sets, batch: int, free: int, theirs: int, side: int) -> Sets:
    """From (theirs…, free…) to the order of `dot_general`'s output."""
    if side == 1:
        return sets
    axes = [0, *range(1 + theirs, 1 + theirs + free), *range(1, 1 + theirs)]
    return sets.with_array(sets.array.transpose(axes))


def convolved(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    params, (out,) = equation.params, equation.outputs
    numbers = params["dimension_numbers"]
    lhs, rhs = operands
    if rhs is not None or lhs is None or params["batch_group_count"] != 1:
        return dense(on, equation, operands)
    shape = on.program.shape(equation.inputs[0])
    kernel = on.program.shape(equation.inputs[1])
    groups = params["feature_group_count"]
    ordered = tuple(shape[a] for a in numbers.lhs_spec)
    array = moves.transpose(lhs.array, numbers.lhs_spec)
    if groups > 1:
        split = (ordered[0], groups, ordered[1] // groups, *ordered[2:])
        grouped = on.over(lhs.with_array(moves.reshape(array, ordered, split)), [2])
        array = grouped.array.reshape(grouped.array.shape[:3] + grouped.array.shape[4:])
    else:
        array = on.over(lhs.with_array(array), [1]).array
    sets = lhs.with_array(array)
    space = tuple(kernel[a] for a in numbers.rhs_spec[2:])
    sizes = tuple(on.program.shape(out)[a] for a in numbers.out_spec[2:])
    moving = [k for k in range(len(space)) if array.shape[k + 3] > 1]
    logical = (ordered[0], groups, *ordered[2:])
    steps = [range(space[k]) if k in moving else range(1) for k in range(len(space))]
    parts = []
    for offset in np.ndindex(*(len(s) for s in steps)):
        tap = partial(_tap, params, logical, offset, sizes, moving)
        parts.append(on.spent(sets.moved(tap)))
    joined = on.united(parts).array
    if groups > 1:
        features = on.program.shape(out)[numbers.out_spec[1]]
        joined = moves.expanded(
            joined, (*_lengths(joined)[:1], groups, *_lengths(joined)[2:]), [1]
        )
        joined = np.repeat(joined, features // groups, axis=2)
    order = [int(place) for place in np.argsort(numbers.out_spec)]
    return [sets.with_array(moves.transpose(joined, order))]


def _lengths(array: Any) -> tuple[int, ...]:
    return tuple(array.shape[1:])


def _tap(
    params: Mapping[str, Any],
    shape: moves.Shape,
    offset: Sequence[int],
    sizes: Sequence[int],
    moving: Sequence[int],
    array: Any,
    fill: int,
) -> Any:
    """What one entry of the kernel multiplies, for every output position."""
    config = [(0, 0, 0), (0, 0, 0)]
    starts, lengths, strides = [0, 0], [shape[0], shape[1]], [1, 1]
    padded = [shape[0], shape[1]]
    for k, size in enumerate(sizes):
        low, high = params["padding"][k]
        if k not in moving:
            config.append((0, 0, 0))
            starts.append(0)
            lengths.append(size)
            strides.append(1)
            padded.append(shape[k + 2])
            continue
        interior = params["lhs_dilation"][k] - 1
        # Windows that reach over the end see zeros there.
        start = offset[k] * params["rhs_dilation"][k]
        need = start + (size - 1) * params["window_strides"][k] + 1
        spread = shape[k + 2] + max(shape[k + 2] - 1, 0) * interior
        extra = max(high, need - spread - low)
        config.append((low, extra, interior))
        padded.append(spread + low + extra)
        starts.append(start)
        lengths.append(size)
        strides.append(params["window_strides"][k])
    laid = moves.pad(array, shape, config, fill)
    return moves.window(laid, tuple(padded), starts, lengths, strides)


def windowed(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """`reduce_window_sum` over every axis."""
    (sets,) = present(operands)
    params, (out,) = equation.params, equation.outputs
    shape, sizes = on.program.shape(equation.inputs[0]), on.program.shape(out)
    dimensions = params["window_dimensions"]
    moving = [a for a in range(len(shape)) if sets.array.shape[a + 1] > 1]
    spread = {
        "padding": ((0, 0), *params["padding"]),
        "lhs_dilation": (1, *params["base_dilation"]),
        "rhs_dilation": (1, *params["window_dilation"]),
        "window_strides": (1, *params["window_strides"]),
    }
    # Two leading axes of length 1 make it the tap of a convolution.
    laid = sets.with_array(
        sets.array.reshape((sets.array.shape[0], 1, 1, *_lengths(sets.array)))
    )
    spread = {key: value[1:] for key, value in spread.items()}
    parts = []
    for offset in np.ndindex(
        *(dimensions[a] if a in moving else 1 for a in range(len(shape)))
    ):
        tap = partial(_tap, spread, (1, 1, *shape), offset, sizes, moving)
        parts.append(on.spent(laid.moved(tap)))
    joined = on.united(parts).array
    return [sets.with_array(joined.reshape((joined.shape[0], *joined.shape[3:])))]


def triangular(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """Solving for the columns (or rows) of the right-hand side."""
    if operands[0] is not None or operands[1] is None:
        return dense(on, equation, operands)
    rank = on.rank(equation.outputs[0])
    axis = rank - 2 if equation.params["left_side"] else rank - 1
    return [on.over(operands[1], [axis])]


_KEEPING_UNITS = frozenset({"convert_element_type", "copy", "copy_p"})

_ELEMENTWISE = (
    "add",
    "sub",
    "add_any",
    "neg",
    "div",
    "real",
    "imag",
    "complex",
    "conj",
    "reduce_precision",
    "convert_element_type",
    "copy",
    "copy_p",
)

ARRAY_RULES: dict[str, Rule] = dict.fromkeys(_ELEMENTWISE, elementwise) | {
    "mul": multiply,
    "optimization_barrier": held_back,
    "select_n": select,
    "reshape": mover(move_reshape),
    "squeeze": mover(move_reshape),
    "expand_dims": mover(move_reshape),
    "broadcast_in_dim": mover(move_broadcast),
    "slice": mover(move_slice),
    "transpose": mover(move_transpose),
    "rev": mover(move_rev),
    "pad": padded,
    "concatenate": concatenated,
    "reduce_sum": summed,
    "cumsum": cumulated,
    "dot_general": contracted,
    "conv_general_dilated": convolved,
    "reduce_window_sum": windowed,
    "select_and_gather_add": windowed,
    "triangular_solve": triangular,
}
