"""Sparse Jacobians by few products: columns, rows or both coloured.

Columns that meet in no row share a tangent, rows that meet in no column an
adjoint. Where a few rows (columns) are dense they go by themselves through the
other mode. Every entry is then read off directly: one static gather.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np

from ... import _native
from .._compat import varying_as
from .budget import Budget, BudgetExceeded
from .linear import Linearised
from .listed import are_few, compared
from .patterns import Pattern
from .places import put, taken
from .prices import Price, Rates, program_price

Array = np.ndarray[Any, np.dtype[Any]]
Side = Literal["columns", "rows", "both"]

#: Numbers of dense rows or columns that are tried on their own.
_SPLITS = (1, 2, 4, 8, 16, 32)
#: Adjoints cost about this much more than tangents.
_ADJOINT = 1.3


@dataclass(frozen=True, eq=False)
class Colouring:
    """Which entries come from which product.

    Attributes
    ----------
        columns: the colour of every column, −1: none of its entries comes from
            a tangent; `tangents` is their number.
        rows: likewise for adjoints.
        by_row: of the pattern's entries, those that adjoints give.
    """

    pattern: Pattern
    columns: Array
    rows: Array
    by_row: Array

    @property
    def tangents(self) -> int:
        return int(self.columns.max(initial=-1)) + 1

    @property
    def adjoints(self) -> int:
        return int(self.rows.max(initial=-1)) + 1

    @property
    def side(self) -> Side:
        if self.by_row.all():
            return "rows"
        return "both" if self.by_row.any() else "columns"


def coloured(pattern: Pattern, by_row: Array) -> Colouring:
    """Colours for a division of the entries between both modes."""
    own, rest = np.flatnonzero(by_row), np.flatnonzero(~by_row)
    m, n = pattern.rows, pattern.columns
    rows, columns = np.full(m, -1), np.full(n, -1)
    i, j = pattern.row_indices, pattern.column_indices
    if len(own):
        rows = _native.colours(m, n, i[own], j[own], "rows")
    if len(rest):
        columns = _native.colours(m, n, i[rest], j[rest], "columns")
    return Colouring(pattern, columns, rows, by_row)


def colourings(pattern: Pattern, budget: Budget) -> list[Colouring]:
    """Columns, rows, and both with some of the fullest rows or columns apart.

    What would take longer than it may is left out.
    """
    count = pattern.count
    none, every = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
    in_row = np.bincount(pattern.row_indices, minlength=pattern.rows)
    in_column = np.bincount(pattern.column_indices, minlength=pattern.columns)
    found = []

    def add(by_row: Array) -> None:
        with suppress(BudgetExceeded):
            budget.spend(_visited(pattern, by_row))
            found.append(coloured(pattern, by_row))

    if 2 * in_row.max(initial=0) <= pattern.columns:
        add(none)
    if 2 * in_column.max(initial=0) <= pattern.rows:
        add(every)
    for counts, places, rows_apart in (
        (in_row, pattern.row_indices, True),
        (in_column, pattern.column_indices, False),
    ):
        order = np.argsort(-counts, kind="stable")
        for apart in _SPLITS:
            if apart >= len(order) or 4 * counts[order[apart]] > counts[order[0]]:
                continue
            chosen = np.zeros(len(counts), dtype=bool)
            chosen[order[:apart]] = True
            add(chosen[places] == rows_apart)
            break
    return found


def _visited(pattern: Pattern, by_row: Array) -> int:
    """Entries that a colouring looks at: for each all others of its line."""
    lines = np.where(by_row, pattern.column_indices + pattern.rows, pattern.row_indices)
    counts = np.bincount(lines)
    return int(np.dot(counts, counts))


def colouring_price(linear: Linearised, colouring: Colouring, rates: Rates) -> Price:
    """Products, and the dense result written."""
    program = linear.program.restricted(linear.tangents)
    total = rates.moves(linear.rows * linear.columns, rates.written)
    total += rates.moves(colouring.pattern.count, rates.gathered + rates.scattered)
    if colouring.tangents:
        total += program_price(program, linear.linear, colouring.tangents, rates)
    if colouring.adjoints:
        back = program_price(program, linear.linear, colouring.adjoints, rates)
        total += Price(back.seconds * _ADJOINT, back.fma, back.bytes)
    return total


@dataclass(frozen=True, eq=False)
class Compressed:
    """A Jacobian by coloured products."""

    linear: Linearised
    colouring: Colouring

    def values(self, *points: Any) -> tuple[list[Any], Any]:
        """The outputs, and the entries in the order of the pattern."""
        linear, colouring = self.linear, self.colouring
        outputs, known, dtype = self._known(points)
        pattern, taken = colouring.pattern, colouring.by_row
        results = []
        if colouring.tangents:
            pushed = _pushed(linear, known, colouring.columns, colouring.tangents)
            flat = _side_by_side(pushed, dtype)
            rows, columns = pattern.row_indices[~taken], pattern.column_indices[~taken]
            results.append(_read(flat, colouring.columns[columns] * linear.rows + rows))
        if colouring.adjoints:
            pulled = _pulled(linear, known, colouring.rows, colouring.adjoints)
            flat = _side_by_side(pulled, dtype)
            rows, columns = pattern.row_indices[taken], pattern.column_indices[taken]
            results.append(_read(flat, colouring.rows[rows] * linear.columns + columns))
        if len(results) == 1:
            return outputs, results[0]
        order = np.argsort(
            np.concatenate([np.flatnonzero(~taken), np.flatnonzero(taken)])
        )
        return outputs, _read(jnp.concatenate(results), order)

    @property
    def is_compared(self) -> bool:
        """Whether entries of the dense Jacobian are put in place by comparisons."""
        own, pattern = self.colouring, self.colouring.pattern
        return are_few(own.tangents + own.adjoints, pattern.rows * pattern.columns)

    def matrix(self, *points: Any) -> tuple[list[Any], Any]:
        """The outputs, and the m × n Jacobian."""
        own, pattern = self.colouring, self.colouring.pattern
        m, n, taken = pattern.rows, pattern.columns, own.by_row
        if not self.is_compared:
            outputs, values = self.values(*points)
            return outputs, dense_from_values(pattern, values)
        outputs, known, dtype = self._known(points)
        full = jnp.zeros((m, n), dtype)
        # Of columns with one colour a row meets one: a tangent is a list.
        i, j = pattern.row_indices[~taken], pattern.column_indices[~taken]
        if own.tangents:
            pushed = _pushed(self.linear, known, own.columns, own.tangents)
            places = np.full((own.tangents, m), -1, dtype=np.int32)
            places[own.columns[j], i] = j
            full = compared(_side_by_side(pushed, dtype), places, n, 1, full)
        i, j = pattern.row_indices[taken], pattern.column_indices[taken]
        if own.adjoints:
            pulled = _pulled(self.linear, known, own.rows, own.adjoints)
            places = np.full((own.adjoints, n), -1, dtype=np.int32)
            places[own.rows[i], j] = i
            full = compared(_side_by_side(pulled, dtype), places, m, 0, full)
        return outputs, full

    def _known(self, points: Sequence[Any]) -> tuple[list[Any], dict[int, Any], Any]:
        """The outputs, what depends on no tangent, and the dtype of the entries."""
        linear, known = self.linear, _points(self.linear, points)
        avals = (linear.program.avals[v] for v in linear.tangents)
        dtype = jnp.result_type(*(aval.dtype for aval in avals))
        return [known[v] for v in linear.values], known, dtype


def dense_from_values(pattern: Pattern, values: Any) -> Any:
    """The m × n array of a pattern's entries."""
    places = pattern.row_indices * pattern.columns + pattern.column_indices
    laid = jnp.zeros(pattern.rows * pattern.columns, values.dtype)
    laid = put(laid, places, values, unique=True)
    return laid.reshape(pattern.rows, pattern.columns)


def _read(array: Any, places: Array) -> Any:
    return taken(array.reshape(-1), places)


def _points(linear: Linearised, points: Sequence[Any]) -> dict[int, Any]:
    """The values of all variables that depend on no tangent."""
    program = linear.program
    known = dict(program.constants)
    known.update(zip(linear.points, points, strict=True))
    for equation in program.equations:
        if linear.linear.isdisjoint(equation.inputs):
            results = equation.bind([known[i] for i in equation.inputs])
            known.update(zip(equation.outputs, results, strict=True))
    return known


def _side_by_side(arrays: Sequence[Any], dtype: Any) -> Any:
    """Arrays (number, *S) as one of `number` rows."""
    flat = [a.astype(dtype).reshape(a.shape[0], -1) for a in arrays]
    return flat[0] if len(flat) == 1 else jnp.concatenate(flat, axis=1)


def _pushed(
    linear: Linearised, known: dict[int, Any], colours: Array, number: int
) -> list[Any]:
    """The tangents (number, *S) of the outputs."""
    push = linear_part(linear, known)
    return list(jax.vmap(push)(*_seeds(linear, linear.seeds, colours, number)))


def _pulled(
    linear: Linearised, known: dict[int, Any], colours: Array, number: int
) -> list[Any]:
    """The adjoints (number, *S) of the inputs."""
    push = linear_part(linear, known)
    pull = jax.linear_transpose(push, *(linear.program.avals[s] for s in linear.seeds))
    cotangents = _seeds(linear, linear.tangents, colours, number)
    return list(jax.vmap(lambda *c: pull(list(c)))(*cotangents))


def _seeds(
    linear: Linearised, variables: Sequence[int], colours: Array, number: int
) -> list[Any]:
    """One seed (*S) for each colour, ones where the entries have it."""
    start, seeds = 0, []
    for variable in variables:
        size, aval = linear.program.size(variable), linear.program.avals[variable]
        own = colours[start : start + size].astype(np.int32)
        hot = jnp.arange(number, dtype=np.int32)[:, None] == jnp.asarray(own)
        seed = hot.astype(aval.dtype).reshape(number, *aval.shape)
        seeds.append(varying_as(seed, aval))
        start += size
    return seeds


def linear_part(linear: Linearised, known: dict[int, Any]) -> Callable[..., list[Any]]:
    """The linear map as a function of its tangents, at known values."""
    program = linear.program.restricted(linear.tangents)
    active = linear.linear

    def push(*seeds: Any) -> list[Any]:
        own = dict(known)
        own.update(zip(linear.seeds, seeds, strict=True))
        for equation in program.equations:
            if not active.isdisjoint(equation.inputs):
                results = equation.bind([own[i] for i in equation.inputs])
                own.update(zip(equation.outputs, results, strict=True))
        return [own[v] for v in linear.tangents]

    return push
