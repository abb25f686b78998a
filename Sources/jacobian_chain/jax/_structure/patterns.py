"""Patterns of linear maps, and what they are called.

The pattern of a `Linearised` is a superset of the nonzeros of its matrix at
every point: of what is differentiated, no entry is ever lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .budget import Budget, BudgetExceeded
from .linear import Linearised
from .propagation import Propagation, Saturated
from .rules_arrays import ARRAY_RULES
from .rules_control import CONTROL_RULES
from .rules_indices import INDEX_RULES
from .sets import Sets, coordinates, count, empty, seeds

Array = np.ndarray[Any, np.dtype[Any]]

RULES = {**ARRAY_RULES, **INDEX_RULES, **CONTROL_RULES}

#: Patterns with a larger share of their matrix are treated as dense, unless
#: they are bands or blocks.
DENSE_SHARE = 0.25


@dataclass(frozen=True, eq=False)
class Pattern:
    """Where an m × n matrix may be nonzero.

    Attributes
    ----------
        rows, columns: m and n.
        row_indices, column_indices: int64 coordinates in row-major order;
            empty where `is_dense`.
        is_dense: every entry may be nonzero, or that is the best known.
        unit: every entry of the pattern is 1.
        reason: why it is dense although it may not be; empty otherwise.
    """

    rows: int
    columns: int
    row_indices: Array
    column_indices: Array
    is_dense: bool = False
    unit: bool = False
    reason: str = ""

    @property
    def count(self) -> int:
        """The number of entries."""
        return self.rows * self.columns if self.is_dense else len(self.row_indices)

    @cached_property
    def structure(self) -> Any:
        """The structure of a factor in the problem format (a JSON value)."""
        if self.is_dense:
            return "dense"
        if self.unit and np.array_equal(self.row_indices, np.arange(self.rows)):
            if self.rows == self.columns and np.array_equal(
                self.column_indices, self.row_indices
            ):
                return "identity"
            return {"selection": self.column_indices.tolist()}
        return self._banded_or_blocks() or self._sparse_or_dense()

    def _banded_or_blocks(self) -> Any:
        distance = self.row_indices - self.column_indices
        lower = int(max(distance.max(initial=0), 0))
        upper = int(max((-distance).max(initial=0), 0))
        square = self.rows == self.columns
        if square and lower == upper == 0:
            return "diagonal"
        blocks = self._blocks()
        width = lower + upper + 1
        band = self.rows * width if square and 2 * width <= self.columns else None
        area = self.rows * blocks["columns"] if blocks else None
        if (
            band is not None
            and 2 * self.count >= band
            and (area is None or band <= area)
        ):
            return {"banded": {"lower": lower, "upper": upper}}
        if area is not None and 2 * self.count >= area:
            return {"blockDiagonal": blocks}
        return None

    def _blocks(self) -> dict[str, int] | None:
        """The finest division into equal blocks along the diagonal."""
        common = int(np.gcd(self.rows, self.columns))
        divisors = [d for d in range(2, int(common**0.5) + 1) if common % d == 0]
        counts = sorted({*divisors, *(common // d for d in divisors), common} - {1})
        for number in reversed(counts):
            height, width = self.rows // number, self.columns // number
            same = self.row_indices // height == self.column_indices // width
            if same.all():
                return {"count": number, "rows": height, "columns": width}
        return None

    def _sparse_or_dense(self) -> Any:
        if self.count > DENSE_SHARE * self.rows * self.columns:
            return "dense"
        return {
            "sparse": {
                "rowIndices": self.row_indices.tolist(),
                "columnIndices": self.column_indices.tolist(),
            }
        }


def dense_pattern(rows: int, columns: int, reason: str = "") -> Pattern:
    """The pattern of which nothing is known."""
    none = np.zeros(0, dtype=np.int64)
    return Pattern(rows, columns, none, none, is_dense=True, reason=reason)


def output_sets(linear: Linearised, budget: Budget) -> list[Sets]:
    """The index sets of every output.

    Raises
    ------
        BudgetExceeded: when it takes longer than it may.
        Saturated: where everything passes values that depend on every column.
    """
    program = linear.program.restricted(linear.tangents)
    given = dict(
        zip(
            linear.seeds,
            seeds([(program.size(v), program.shape(v)) for v in linear.seeds]),
            strict=True,
        )
    )
    walk = Propagation(program, linear.known, budget, linear.columns, RULES)
    found: Mapping[int, Sets] = walk.run(given, watched=True)
    return [
        found[v] if v in found else empty(len(program.shape(v)), linear.columns)
        for v in linear.tangents
    ]


def pattern(linear: Linearised, budget: Budget | None = None) -> Pattern:
    """The pattern of the whole m × n matrix; dense when in doubt.

    Complexity: O(equations) array operations on index sets, stopped by the
    budget.
    """
    m, n = linear.rows, linear.columns
    budget = budget or Budget()
    try:
        sets = output_sets(linear, budget)
    except Saturated:
        return dense_pattern(m, n)
    except BudgetExceeded as stop:
        return dense_pattern(m, n, str(stop))
    shapes = [linear.program.shape(v) for v in linear.tangents]
    total = sum(count(s, shape) for s, shape in zip(sets, shapes, strict=True))
    if total >= m * n:
        return dense_pattern(m, n)
    if total > 4 * budget.elements:
        return dense_pattern(m, n, f"{total} entries are more than may be listed")
    rows, columns, offset = [], [], 0
    for own, shape in zip(sets, shapes, strict=True):
        own_rows, own_columns = coordinates(own, shape)
        rows.append(own_rows + offset)
        columns.append(own_columns)
        offset += int(np.prod(shape, dtype=np.int64))
    row_indices, column_indices = np.concatenate(rows), np.concatenate(columns)
    order = np.argsort(row_indices * max(n, 1) + column_indices, kind="stable")
    unit = all(s.unit for s in sets)
    return Pattern(m, n, row_indices[order], column_indices[order], unit=unit)
