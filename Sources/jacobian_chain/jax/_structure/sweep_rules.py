"""How the sweep carries listed tangents through the primitives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from . import moves
from .listed import Form
from .prices import Price, contraction, equation_price
from .program import Equation, batched
from .rules_arrays import ARRAY_RULES
from .rules_indices import INDEX_RULES
from .sets import Sets, empty, stacked
from .sweep import LoopRule, Planned, Planner, SweepRule, _alike
from .sweep_scan import scanned

_MOVERS = {**ARRAY_RULES, **INDEX_RULES}


def _only(forms: Sequence[Form | None]) -> int | None:
    """The one operand that has a tangent, if it is one."""
    places = [place for place, form in enumerate(forms) if form is not None]
    return places[0] if len(places) == 1 else None


def _lanes(planner: Planner, equation: Equation, form: Form, place: int) -> Price:
    return equation_price(
        planner.program, equation, [equation.inputs[place]], form.slots, planner.rates
    )


def scaled(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """Elementwise in one tangent: the columns stay."""
    place = _only(forms)
    if place is None:
        return None
    form = forms[place]
    assert form is not None
    assert form.columns is not None
    rank = len(planner.shape(equation.outputs[0]))
    columns = form.columns
    if columns.ndim - 1 != rank:
        columns = columns.reshape((-1,) + (1,) * rank)
    axes = [None if f is None else 0 for f in forms]
    return Planned(
        [Form(columns, form.doubles)],
        lambda values: batched(equation, values, axes),
        _lanes(planner, equation, form, place),
    )


def moved(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """Entries and columns move alike."""
    if _only(forms) != 0:
        return None
    form = forms[0]
    assert form is not None
    assert form.columns is not None
    out = planner.size(equation.outputs[0])
    if form.slots * out > planner.limit and equation.name in ("gather",):
        return None
    sets: list[Sets | None] = [None] * len(forms)
    sets[0] = Sets(form.columns, planner.columns)
    results = _MOVERS[equation.name](planner.walk, equation, sets)
    if any(r.is_bits or r.array.shape[0] != form.slots for r in results):
        return None
    axes = [None if f is None else 0 for f in forms]
    return Planned(
        [Form(result.array, form.doubles) for result in results],
        lambda values: batched(equation, values, axes),
        _lanes(planner, equation, form, 0),
    )


def gathered(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    known = planner.walk.known
    if any(known[v] is None for v in equation.inputs[1:]):
        return None
    return moved(planner, equation, forms)


def _listed(forms: Sequence[Form | None]) -> bool:
    return all(form is None or form.columns is not None for form in forms)


def selected(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """A choice between tangents; both columns stay where it isn't known."""
    cases = forms[1:]
    if forms[0] is not None or not _listed(cases):
        return None
    (out,) = equation.outputs
    shape = planner.shape(out)
    there = [number for number, form in enumerate(cases) if form is not None]
    ready = [f for f in cases if f is not None]
    price = planner.rates.entries(sum(f.slots for f in ready) * planner.size(out))
    boolean = planner.program.avals[equation.inputs[0]].dtype == bool

    def masked(values: Sequence[Any], number: int) -> Any:
        which, case = values[0], values[1 + number]
        chosen = (which if number else ~which) if boolean else which == number
        return jnp.where(chosen, case, jnp.zeros((), case.dtype))

    if all(_alike(ready[0].columns, f.columns) for f in ready[1:]):
        form = Form(ready[0].columns, any(f.doubles for f in ready))

        def direct(values: Sequence[Any]) -> list[Any]:
            total = masked(values, there[0])
            for number in there[1:]:
                total = total + masked(values, number)
            return [total]

        return Planned([form], direct, price)
    own = np.broadcast_shapes(
        *(f.columns.shape[1:] for f in ready if f.columns is not None)
    )
    columns = np.concatenate(
        [
            np.broadcast_to(f.columns, (f.slots, *own))
            for f in ready
            if f.columns is not None
        ]
    )
    if columns.size > planner.limit:
        return None

    def run(values: Sequence[Any]) -> Any:
        parts = [masked(values, number) for number in there]
        return jnp.concatenate(
            [jnp.broadcast_to(p, (p.shape[0], *shape)) for p in parts]
        )

    return planner.settled(columns, run, out, price, planner.shape(out))


def concatenated(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    if not _listed(forms):
        return None
    (out,) = equation.outputs
    axis = equation.params["dimension"]
    shapes = [planner.shape(i) for i in equation.inputs]
    rank = len(planner.shape(out))
    slots = max(f.slots for f in forms if f is not None)
    if slots * planner.size(out) > planner.limit:
        return None
    parts = [
        empty(rank, planner.columns)
        if f is None or f.columns is None
        else Sets(f.columns, planner.columns)
        for f in forms
    ]
    columns = stacked(parts, shapes, axis).array
    dtype = planner.program.avals[out].dtype

    def run(values: Sequence[Any]) -> list[Any]:
        laid = []
        for value, form, shape in zip(values, forms, shapes, strict=True):
            if form is None:
                laid.append(jnp.zeros((slots, *shape), dtype))
            elif form.slots < slots:
                missing = jnp.zeros((slots - form.slots, *shape), dtype)
                laid.append(jnp.concatenate([value, missing]))
            else:
                laid.append(value)
        return [lax.concatenate(laid, axis + 1)]

    doubles = any(f is not None and f.doubles for f in forms)
    form = Form(columns, doubles)
    if planner.too_wide(form, out):
        return None
    return Planned([form], run, planner.rates.moves(slots * planner.size(out)))


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
    side = _only(forms)
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
        _lanes(planner, equation, form, side),
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
            _lanes(planner, equation, form, 0),
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


def scattered_in(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """`scatter-add` of a listed update onto zeros, each entry at most once."""
    if _only(forms) != 2:
        return None
    form = forms[2]
    assert form is not None
    assert form.columns is not None
    sets: list[Sets | None] = [None, None, Sets(form.columns, planner.columns)]
    if planner.walk.known[equation.inputs[1]] is None:
        return None
    (result,) = INDEX_RULES[equation.name](planner.walk, equation, sets)
    if (
        result.is_bits
        or result.array.shape[0] != form.slots
        or _overlapping(planner, equation)
    ):
        return None
    axes: list[int | None] = [None, None, 0]
    return Planned(
        [Form(result.array, form.doubles)],
        lambda values: batched(
            equation, [jnp.zeros_like(values[0]), *values[1:]], axes
        ),
        _lanes(planner, equation, form, 2),
    )


def overwritten(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """Entries that constants take the place of become zeros where they are."""
    return scaled(planner, equation, forms) if _only(forms) == 0 else None


def _overlapping(planner: Planner, equation: Equation) -> bool:
    indices = planner.walk.known[equation.inputs[1]]
    assert indices is not None
    targets = moves.scatter_positions(
        equation.params,
        planner.shape(equation.inputs[0]),
        indices,
        planner.shape(equation.inputs[2]),
    ).reshape(-1)
    kept = targets[targets >= 0]
    return len(np.unique(kept)) < len(kept)


def _listed_only(rule: SweepRule) -> SweepRule:
    """Rules for lists; any dense operand makes the equation dense."""

    def guarded(
        planner: Planner, equation: Equation, forms: list[Form | None]
    ) -> Planned | None:
        return rule(planner, equation, forms) if _listed(forms) else None

    return guarded


_SCALED = (
    "add",
    "sub",
    "add_any",
    "mul",
    "neg",
    "div",
    "convert_element_type",
    "copy",
    "copy_p",
    "reduce_precision",
    "real",
    "imag",
)
_MOVED = (
    "reshape",
    "squeeze",
    "expand_dims",
    "broadcast_in_dim",
    "slice",
    "transpose",
    "rev",
    "pad",
    "split",
)

SWEEP_RULES: dict[str, SweepRule] = (
    {name: _listed_only(scaled) for name in _SCALED}
    | {name: _listed_only(moved) for name in _MOVED}
    | {
        "select_n": _listed_only(selected),
        "concatenate": concatenated,
        "gather": _listed_only(gathered),
        "dynamic_slice": _listed_only(gathered),
        "reduce_sum": _listed_only(summed),
        "dot_general": _listed_only(contracted),
        "cumsum": _listed_only(cumulated),
        "scatter-add": _listed_only(scattered_in),
        "scatter_add": _listed_only(scattered_in),
        "scatter": _listed_only(overwritten),
        "dynamic_update_slice": _listed_only(overwritten),
    }
)

LOOP_RULES: dict[str, LoopRule] = {"scan": scanned}
