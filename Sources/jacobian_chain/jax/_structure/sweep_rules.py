"""How the sweep carries listed tangents through the primitives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from . import moves
from .listed import Form
from .program import Equation, batched
from .rules_arrays import ARRAY_RULES
from .rules_indices import INDEX_RULES
from .sets import Sets, empty, stacked
from .sweep_contractions import contracted, cumulated, summed
from .sweep_planner import LoopRule, Planner, SweepRule, only
from .sweep_scan import scanned
from .sweep_sums import Planned, alike

_MOVERS = {**ARRAY_RULES, **INDEX_RULES}


def scaled(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """Elementwise in one tangent: the columns stay."""
    place = only(forms)
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
        planner.lanes_price(equation, form, place),
    )


def moved(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """Entries and columns move alike."""
    if only(forms) != 0:
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
        planner.lanes_price(equation, form, 0),
    )


def gathered(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    if any(planner.walk.value(v) is None for v in equation.inputs[1:]):
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

    if all(alike(ready[0].columns, f.columns) for f in ready[1:]):
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


def scattered_in(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """`scatter-add` of a listed update onto zeros, each entry at most once."""
    if only(forms) != 2:
        return None
    form = forms[2]
    assert form is not None
    assert form.columns is not None
    sets: list[Sets | None] = [None, None, Sets(form.columns, planner.columns)]
    if planner.walk.value(equation.inputs[1]) is None:
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
        planner.lanes_price(equation, form, 2),
    )


def overwritten(
    planner: Planner, equation: Equation, forms: list[Form | None]
) -> Planned | None:
    """Entries that constants take the place of become zeros where they are."""
    return scaled(planner, equation, forms) if only(forms) == 0 else None


def _overlapping(planner: Planner, equation: Equation) -> bool:
    indices = planner.walk.value(equation.inputs[1])
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
