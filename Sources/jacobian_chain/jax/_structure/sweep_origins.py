"""Where the entries of lists come from, through equations that only move them.

A roll is two slices and a concatenation, a stencil has several, and XLA for CPUs
compiles each again wherever it is read. What a list takes from others is known while
tracing: the sum of lists reads it by one table of places.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from . import moves
from .listed import Form, layered, merged_slots
from .places import narrow, picked
from .program import Equation
from .rules_arrays import ARRAY_RULES
from .sets import Sets, empty, stacked
from .sweep_planner import Planner
from .sweep_sums import Parts, Planned

Array = np.ndarray[Any, np.dtype[Any]]

#: Places of one table, at most: it is part of the program.
_LARGEST = 1 << 17
_MOVES = frozenset(
    {"broadcast_in_dim", "expand_dims", "pad", "reshape", "rev", "slice", "squeeze"}
    | {"transpose"}
)


@dataclass(frozen=True, eq=False)
class Origin:
    """Entries (K, *S) as those of other lists, one after the other, times numbers.

    `places` says which, (K, *S), −1: zero; `scales` are K numbers.
    """

    bases: tuple[int, ...]
    places: Array
    scales: Array


class Origins:
    """The origins of the lists that a sweep makes."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._found: dict[int, Origin] = {}

    def after(
        self, equation: Equation, forms: Sequence[Parts], parts: Mapping[int, Parts]
    ) -> None:
        """An equation was planned; its outputs have these forms."""
        (out, *more), (form, *_) = equation.outputs, forms
        if more or _list(form) is None or self._entries(out, form) > _LARGEST:
            return
        if equation.name == "concatenate":
            found = self._joined(equation, parts)
        else:
            found = self._passed(equation, parts)
        if found is not None and found.places.shape[0] == forms[0][0].slots:
            self._found[out] = found

    def of(self, variable: int, parts: Mapping[int, Parts]) -> Origin | None:
        """Where the entries of a variable's one list come from."""
        form = _list(parts.get(variable))
        if form is None or self._entries(variable, parts[variable]) > _LARGEST:
            return None
        found = self._found.get(variable)
        if found is not None:
            return found
        shape = (form.slots, *self._planner.shape(variable))
        places = np.arange(math.prod(shape), dtype=np.int32).reshape(shape)
        return Origin((variable,), places, np.ones(form.slots))

    def is_moved(self, variable: int) -> bool:
        """Whether the entries of a variable come from elsewhere."""
        return variable in self._found

    def _entries(self, variable: int, parts: Parts) -> int:
        return parts[0].slots * self._planner.size(variable)

    def _passed(self, equation: Equation, parts: Mapping[int, Parts]) -> Origin | None:
        """Through an equation with one tangent."""
        places = [k for k, v in enumerate(equation.inputs) if v in parts]
        if len(places) != 1:
            return None
        variable = equation.inputs[places[0]]
        before = self.of(variable, parts)
        if before is None:
            return None
        if equation.name in _MOVES and places == [0]:
            sets: list[Sets | None] = [None] * len(equation.inputs)
            sets[0] = Sets(before.places, before.places.size)
            rule = ARRAY_RULES[equation.name]
            (result,) = rule(self._planner.walk, equation, sets)
            shape = self._planner.shape(equation.outputs[0])
            return Origin(
                before.bases, moves.expanded(result.array, shape), before.scales
            )
        scales = before.scales * self._factor(equation, places[0])
        if not np.isfinite(scales).all():
            return None
        return Origin(before.bases, before.places, scales)

    def _factor(self, equation: Equation, place: int) -> float:
        """The real number that an equation multiplies with; not one: something else."""
        if equation.name == "neg":
            return -1.0
        if equation.name != "mul":
            return math.nan
        other = equation.inputs[1 - place]
        value = self._planner.program.constants.get(other, math.nan)
        known = isinstance(value, (float, int, np.generic, np.ndarray))
        if not known or np.size(value) > 1 or np.iscomplexobj(value):
            return math.nan
        return float(np.asarray(value).reshape(()))

    def _joined(self, equation: Equation, parts: Mapping[int, Parts]) -> Origin | None:
        """Through a concatenation: the lists of all operands."""
        planner = self._planner
        shapes = [planner.shape(v) for v in equation.inputs]
        axis = equation.params["dimension"]
        bases: list[int] = []
        sets, scales = [], None
        for variable in equation.inputs:
            if variable not in parts:
                sets.append(empty(len(shapes[0]), 1))
                continue
            own = self.of(variable, parts)
            if own is None:
                return None
            mine = own.scales
            if scales is not None and not _agree(scales, mine):
                return None
            if scales is None or len(mine) > len(scales):
                scales = mine
            sets.append(Sets(self.placed(own, bases, parts), 1))
        assert scales is not None
        places = stacked(sets, shapes, axis).array
        shape = planner.shape(equation.outputs[0])
        return Origin(tuple(bases), moves.expanded(places, shape), scales)

    def placed(
        self, origin: Origin, bases: list[int], parts: Mapping[int, Parts]
    ) -> Array:
        """The places of an origin in these bases, to which its own are added."""
        places, start = np.full_like(origin.places, -1), 0
        for base in origin.bases:
            if base not in bases:
                bases.append(base)
            before = bases[: bases.index(base)]
            shift = sum(self._entries(v, parts[v]) for v in before)
            end = start + self._entries(base, parts[base])
            mine = (origin.places >= start) & (origin.places < end)
            places[mine] = origin.places[mine] - start + shift
            start = end
        return places

    def summed(
        self,
        equation: Equation,
        negative: Sequence[bool],
        parts: Mapping[int, Parts],
    ) -> tuple[Equation, Planned] | None:
        """A sum of lists by one table, of an equation that reads their origins."""
        planner = self._planner
        (out,) = equation.outputs
        shape, size = planner.shape(out), planner.size(out)
        if not any(map(self.is_moved, equation.inputs)):
            return None
        bases: list[int] = []
        tables, scales, columns = [], [], []
        for variable, minus in zip(equation.inputs, negative, strict=True):
            own = self.of(variable, parts)
            form = _list(parts[variable])
            if own is None or form is None or planner.shape(variable) != shape:
                return None
            assert form.columns is not None
            tables.append(self.placed(own, bases, parts))
            scales.append(-own.scales if minus else own.scales)
            columns.append(moves.expanded(form.columns, shape))
        table, listed = np.concatenate(tables), np.concatenate(columns)
        found = merged_slots(listed)
        if found is None or table.size > _LARGEST:
            return None
        merged, layers = found
        form = Form(merged)
        if planner.too_wide(form, out):
            return None
        order = np.concatenate(layers)
        table, factors = table[order], np.concatenate(scales)[order]
        entries = sum(self._entries(v, parts[v]) for v in bases)
        places = narrow(np.where(table < 0, entries, table).reshape(-1))
        dtype = planner.program.avals[out].dtype

        def run(values: Sequence[Any]) -> list[Any]:
            flat = [own.reshape(-1) for (own,) in values]
            if (table < 0).any():
                flat.append(jnp.zeros(1, dtype))
            laid = picked(jnp.concatenate(flat), places).reshape(table.shape)
            if (factors != 1).any():
                laid = laid * factors.reshape((-1,) + (1,) * len(shape)).astype(dtype)
            return [(layered(laid, layers),)]

        price = planner.rates.entries(len(order) * size)
        return Equation(equation.primitive, equation.params, tuple(bases), (out,)), (
            Planned([(form,)], run, price)
        )


def _list(parts: Parts | None) -> Form | None:
    """The one list of a tangent, if it is that."""
    if parts is None or len(parts) != 1 or parts[0].columns is None:
        return None
    return parts[0]


def _agree(scales: Array, others: Array) -> bool:
    common = min(len(scales), len(others))
    return bool((scales[:common] == others[:common]).all())
