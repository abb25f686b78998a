"""How the sweep carries listed tangents through sums and products."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from . import moves
from .listed import Form
from .prices import contraction
from .program import Equation, batched
from .sweep_planner import Planner, only
from .sweep_sums import Planned


def summed(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """Rows with the same columns are added, others put side by side."""
    form = forms[0]
    assert form is not None
    assert form.columns is not None
    (out,) = equation.outputs
    axes = tuple(equation.params["axes"])
    columns = form.columns
    apart = [a for a in axes if columns.shape[a + 1] > 1]
    plain = [a for a in axes if a not in apart]
    kept = [a for a in range(columns.ndim - 1) if a not in axes]
    shape = planner.shape(equation.inputs[0])
    length = math.prod(shape[a] for a in apart)
    if length * form.slots * planner.size(out) > 4 * planner.limit:
        return None
    laid = columns.transpose([0, *(a + 1 for a in apart + kept + plain)])
    laid = laid.reshape((form.slots * length, *(columns.shape[a + 1] for a in kept)))
    left = [a for a in range(len(shape)) if a not in plain]

    def run(values: Sequence[Any]) -> Any:
        entries = (
            jnp.sum(values[0], axis=tuple(a + 1 for a in plain)) if plain else values[0]
        )
        order = [left.index(a) + 1 for a in apart + kept]
        entries = jnp.transpose(entries, [0, *order])
        return entries.reshape((form.slots * length, *(shape[a] for a in kept)))

    price = planner.rates.entries(form.slots * planner.size(equation.inputs[0]))
    if not apart:
        columns_out = Form(laid, form.doubles)
        return Planned([columns_out], lambda values: [run(values)], price)
    return planner.settled(laid, run, out, price, planner.shape(out))


def contracted(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """A product with a matrix: columns are scaled, not multiplied out."""
    side = only(forms)
    if side is None:
        return None
    form = forms[side]
    assert form is not None
    assert form.columns is not None
    params = equation.params
    contracting, batching = params["dimension_numbers"]
    own = list(contracting[side])
    if form.slots * planner.size(equation.inputs[side]) > 4 * planner.limit:
        return None
    if any(form.columns.shape[a + 1] > 1 for a in own):
        return _scaled_columns(planner, equation, form, side)
    axes = [None if f is None else 0 for f in forms]
    batch = list(batching[side])
    free = [a for a in range(form.columns.ndim - 1) if a not in own and a not in batch]
    other = len(planner.shape(equation.inputs[1 - side]))
    theirs = other - len(contracting[1 - side]) - len(batch)
    laid = form.columns.transpose([0, *(a + 1 for a in batch + free + own)])
    laid = laid.reshape(laid.shape[: 1 + len(batch) + len(free)])
    head, tail = laid.shape[: 1 + len(batch)], laid.shape[1 + len(batch) :]
    ones = (1,) * theirs
    columns = laid.reshape(head + (tail + ones if side == 0 else ones + tail))
    return Planned(
        [Form(columns, form.doubles)],
        lambda values: batched(equation, values, axes),
        planner.lanes_price(equation, form, side),
    )


def _scaled_columns(
    planner: Planner, equation: Equation, form: Form, side: int
) -> Planned | None:
    """Every contracted entry becomes a slot of its own: no sum is formed."""
    assert form.columns is not None
    (out,) = equation.outputs
    params = equation.params
    contracting, batching = params["dimension_numbers"]
    shapes = [planner.shape(i) for i in equation.inputs]
    mine, theirs = shapes[side], shapes[1 - side]
    own, other = list(contracting[side]), list(contracting[1 - side])
    batch, their_batch = list(batching[side]), list(batching[1 - side])
    free = [a for a in range(len(mine)) if a not in own and a not in batch]
    their_free = [
        a for a in range(len(theirs)) if a not in other and a not in their_batch
    ]
    inner = math.prod(mine[a] for a in own)
    slots = form.slots * inner
    size = planner.size(out)
    laid = moves.expanded(form.columns, mine, own)
    laid = laid.transpose([0, *(a + 1 for a in own + batch + free)])
    compact = laid.shape[1 + len(own) :]
    head, tail = compact[: len(batch)], compact[len(batch) :]
    ones = (1,) * len(their_free)
    middle = tail + ones if side == 0 else ones + tail
    columns = laid.reshape((slots, *head, *middle))
    rates = planner.rates
    # The other way: dense at once, and a matrix product with n columns.
    sizes = contraction(params, *shapes)
    lanes = planner.columns
    rows, columns_of = (sizes[1], sizes[3]) if side == 0 else (sizes[3], sizes[1])
    densely = planner.dense_sum(
        [form], equation.inputs[side]
    ).price + rates.matrix_product(lanes * rows * sizes[0], sizes[2], columns_of)
    price = rates.entries(slots * size, rates.written)
    if columns.size > planner.limit or slots * size > 8 * planner.limit:
        return None
    if price.seconds + slots * size * rates.entry > densely.seconds:
        return None

    mine_order = [0, *(a + 1 for a in own + batch + free)]
    their_order = other + their_batch + their_free
    batch_shape = tuple(mine[a] for a in batch)
    free_shape = tuple(mine[a] for a in free)
    their_shape = tuple(theirs[a] for a in their_free)
    dtype = planner.program.avals[out].dtype

    def run(values: Sequence[Any]) -> Any:
        entries = jnp.transpose(values[side], mine_order).astype(dtype)
        matrix = jnp.transpose(values[1 - side], their_order).astype(dtype)
        entries = entries.reshape(
            (
                form.slots,
                inner,
                *batch_shape,
                *(free_shape + ones if side == 0 else ones + free_shape),
            )
        )
        matrix = matrix.reshape(
            (
                1,
                inner,
                *batch_shape,
                *(
                    (1,) * len(free) + their_shape
                    if side == 0
                    else their_shape + (1,) * len(free)
                ),
            )
        )
        product = entries * matrix
        return product.reshape((slots, *product.shape[2:]))

    return planner.settled(columns, run, out, price, planner.shape(out))


def cumulated(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """A running sum: entry j reaches all later rows, as itself."""
    form = forms[0]
    assert form is not None
    assert form.columns is not None
    (out,) = equation.outputs
    axis, back = equation.params["axis"], equation.params["reverse"]
    shape = planner.shape(out)
    if form.columns.shape[axis + 1] == 1:
        return Planned(
            [form],
            lambda values: batched(equation, values, [0]),
            planner.lanes_price(equation, form, 0),
        )
    length = shape[axis]
    slots = form.slots * length
    if slots * planner.size(out) > 4 * planner.limit:
        return None
    laid = np.moveaxis(form.columns, axis + 1, 1)
    laid = laid.reshape((slots, *laid.shape[2:]))
    columns = np.expand_dims(laid, axis + 1)
    steps = np.arange(length)
    reached = steps[:, None] <= steps if not back else steps[:, None] >= steps
    layout = [1] * (len(shape) + 2)
    layout[1], layout[axis + 2] = length, length
    mask = reached.reshape(layout)

    def run(values: Sequence[Any]) -> Any:
        entries = jnp.expand_dims(jnp.moveaxis(values[0], axis + 1, 1), axis + 2)
        spread = jnp.where(mask, entries, jnp.zeros((), entries.dtype))
        return spread.reshape((slots, *shape))

    price = planner.rates.entries(slots * planner.size(out), planner.rates.written)
    return planner.settled(columns, run, out, price, planner.shape(out))
