"""Factors that are only applied: LinearOperators, with as few seeds as will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _native
from ._products import Diagonal, Identity, dense, scipy_sparse, sparse
from ._structure import is_sparse, pattern_of, tag

Mode = Literal["tangent", "adjoint"]

# Unit vectors in memory at a time.
_WIDTH = 256


class Applied:
    """A linear operator (m × n) with the structure that its factor states.

    Parameters
    ----------
    operator
        Has ``shape``, ``matmat`` (J·V) and, for adjoints, ``rmatmat`` (Jᴴ·V).
    structure
        As in `Factor`; seeds are compressed when it isn't dense.
    """

    def __init__(self, operator: Any, structure: Any) -> None:
        self.operator = operator
        self.shape: tuple[int, int] = operator.shape
        self._pattern = _pattern(structure, self.shape)

    def apply(self, mode: Mode, block: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return J·block (n × k → m × k), or block·J (k × m → k × n)."""
        operator = self.operator
        if mode == "tangent":
            return _columns(operator.matmat, operator.matvec, block)
        turned = np.conj(block).T
        applied = _columns(operator.rmatmat, operator.rmatvec, turned)
        return np.asarray(np.conj(applied).T)

    def accumulate(self, mode: Mode) -> Any:
        """Return the entries of J, by tangents or by adjoints."""
        size = self.shape[1] if mode == "tangent" else self.shape[0]
        if self._pattern is None:
            return self._dense(mode, size)
        return self._compressed(mode, self._pattern, sparse_identity(size))

    def eliminate(self, mode: Mode, operand: Any) -> Any:
        """Return J·operand by tangents, or operand·J by adjoints.

        The operand is n × k or k × m; one evaluation for each colour of the result.
        """
        if isinstance(operand, Identity | Diagonal):
            operand = sparse(operand, scipy_sparse().csr_array)
        if self._pattern is None or not is_sparse(operand):
            return self.apply(mode, dense(operand))
        pattern = (
            self._pattern @ _ones(operand)
            if mode == "tangent"
            else _ones(operand) @ self._pattern
        )
        return self._compressed(mode, pattern, operand)

    def _dense(self, mode: Mode, size: int) -> npt.NDArray[Any]:
        """Apply the operator to the unit vectors, some at a time."""
        axis = 1 if mode == "tangent" else 0
        parts = []
        for first in range(0, size, _WIDTH):
            width = min(_WIDTH, size - first)
            seeds = np.eye(size, width, -first)
            parts.append(self.apply(mode, seeds if axis else seeds.T))
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis)

    def _compressed(self, mode: Mode, pattern: Any, operand: Any) -> Any:
        """Seed the colours of a result with a known pattern, and read it off."""
        entries = pattern.tocoo()
        side: Literal["rows", "columns"] = "columns" if mode == "tangent" else "rows"
        rows, columns = entries.shape
        colours = _native.colours(rows, columns, entries.row, entries.col, side)
        seeded = np.flatnonzero(colours >= 0)
        number = int(colours.max(initial=-1)) + 1
        seeds = scipy_sparse().csr_array(
            (np.ones(len(seeded)), (seeded, colours[seeded])),
            shape=(len(colours), number),
        )
        if mode == "tangent":
            block = self.apply(mode, (operand @ seeds).toarray())
            values = block[entries.row, colours[entries.col]]
        else:
            block = self.apply(mode, (seeds.T @ operand).toarray())
            values = block[colours[entries.row], entries.col]
        return scipy_sparse().csr_array(
            (values, (entries.row, entries.col)), shape=pattern.shape
        )


def _columns(
    of_block: Callable[[Any], Any], of_vector: Callable[[Any], Any], block: Any
) -> npt.NDArray[Any]:
    """Apply an operator to the columns of a block."""
    try:
        return np.asarray(of_block(block))
    except (IndexError, TypeError, ValueError):
        # scipy hands columns (n × 1) to functions that may be written for vectors (n).
        return np.stack([of_vector(column) for column in block.T], axis=1)


def sparse_identity(size: int) -> Any:
    """Return the identity (size × size) in compressed rows."""
    return scipy_sparse().eye_array(size, format="csr")


def _ones(matrix: Any) -> Any:
    """Return where a sparse matrix stores entries; products of such are patterns."""
    ones = scipy_sparse().csr_array(matrix, copy=True)
    ones.data = np.ones(len(ones.data), dtype=bool)
    return ones


def _pattern(structure: Any, shape: tuple[int, int]) -> Any:
    """Return ones where a structure may be nonzero; None when that is everywhere."""
    if tag(structure) == "dense":
        return None
    rows, columns = shape
    array = scipy_sparse()
    if isinstance(structure, str):
        return _ones(array.eye_array(rows, columns, format="csr"))
    if (pattern := pattern_of(structure, rows, columns)) is not None:
        coordinates = pattern.row_indices, pattern.column_indices
    elif "banded" in structure:
        band = structure["banded"]
        offsets = range(-band["lower"], band["upper"] + 1)
        ones = np.ones((len(offsets), columns))
        return _ones(array.dia_array((ones, offsets), shape=shape))
    elif "blockDiagonal" in structure:
        block = structure["blockDiagonal"]
        row_indices = np.repeat(np.arange(rows), block["columns"])
        within = np.tile(np.arange(block["columns"]), rows)
        first = row_indices // block["rows"] * block["columns"]
        coordinates = row_indices, first + within
    elif "selection" in structure:
        coordinates = np.arange(rows), np.asarray(structure["selection"])
    else:
        content = structure["sparse"]
        coordinates = (
            np.asarray(content["rowIndices"]),
            np.asarray(content["columnIndices"]),
        )
    entries = np.ones(len(coordinates[0])), coordinates
    return _ones(array.csr_array(entries, shape=shape))
