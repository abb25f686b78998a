"""Structure of matrices at hand, as cheaply as it can be told."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._native import Pattern


def is_sparse(matrix: object) -> bool:
    """Tell scipy.sparse matrices and arrays, without importing scipy."""
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and bool(sparse.issparse(matrix))


def tag(structure: Any) -> str:
    """Return the word for a structure, such as ``"dense"`` or ``"banded"``."""
    if structure is None:
        return "dense"
    if isinstance(structure, str):
        return structure
    return next(iter(structure), "") if isinstance(structure, Mapping) else "sparse"


def pattern_of(structure: Any, rows: Any = None, columns: Any = None) -> Pattern | None:
    """Return the pattern of a structure that is spelled with arrays, else None.

    Parameters
    ----------
    structure
        A scipy.sparse matrix, or ``{"sparse": …}`` of one or of index arrays.
    rows, columns
        Shape of the factor, for index arrays.
    """
    if isinstance(structure, (dict, Mapping)):
        content = structure.get("sparse")
        if content is None:
            return None
        if is_sparse(content):
            structure = content
        elif isinstance(content, Mapping) and len(content) == 2:
            first: Any = content.get("rowIndices")
            second: Any = content.get("columnIndices")
            arrays = isinstance(first, np.ndarray) and isinstance(second, np.ndarray)
            if arrays and isinstance(rows, int) and isinstance(columns, int):
                return Pattern(rows, columns, first, second)
            return None
    if not is_sparse(structure):
        return None
    entries = structure.tocoo()
    height, width = entries.shape
    return Pattern(height, width, entries.row, entries.col)


def recognised(matrix: Any) -> Any:
    """Return the structure of a matrix, spelled as in problem files.

    Numpy arrays are dense, whatever their entries: a zero may be one by chance. The
    stored entries of a scipy.sparse matrix (m × n) are its pattern, however small;
    only an identity and a selection look at values. O(stored entries).
    """
    if not is_sparse(matrix):
        return "dense"
    if matrix.format == "bsr" and (blocks := _blocks(matrix)):
        return blocks
    if matrix.format == "dia" and (band := _diagonals(matrix)):
        return band
    entries = canonical(matrix)
    return _full(entries) or _unit(entries) or _band(entries) or matrix


def transposed(structure: Any, rows: int) -> Any:
    """Return the structure of the transposed matrix.

    Parameters
    ----------
    structure
        As in `Factor`.
    rows
        Rows of the matrix.
    """
    if structure is None or isinstance(structure, str):
        return structure
    if is_sparse(structure):
        return structure.T
    (word, content), *_ = structure.items()
    if word == "banded":
        return {word: {"lower": content["upper"], "upper": content["lower"]}}
    if word == "blockDiagonal":
        turned = {"rows": content["columns"], "columns": content["rows"]}
        return {word: {**content, **turned}}
    if word == "selection":
        content = {"rowIndices": np.arange(rows), "columnIndices": np.asarray(content)}
    elif is_sparse(content):
        return content.T
    return {
        "sparse": {
            "rowIndices": np.asarray(content["columnIndices"]),
            "columnIndices": np.asarray(content["rowIndices"]),
        }
    }


def canonical(matrix: Any) -> Any:
    """Return a matrix in compressed rows, each entry stored once, in order."""
    rows = matrix.tocsr()
    if not rows.has_canonical_format:
        rows = rows.copy() if rows is matrix else rows
        rows.sum_duplicates()
    return rows


def _blocks(matrix: Any) -> Any:
    rows, columns = matrix.blocksize
    count = len(matrix.indices)
    expected = np.arange(count + 1)
    if (
        count > 1
        and matrix.shape == (count * rows, count * columns)
        and np.array_equal(matrix.indices, expected[:-1])
        and np.array_equal(matrix.indptr, expected)
    ):
        return {"blockDiagonal": {"count": count, "rows": rows, "columns": columns}}
    return None


def _diagonals(matrix: Any) -> Any:
    """Tell a square matrix that stores all diagonals from the lowest to the highest."""
    size, width = matrix.shape
    offsets = np.sort(matrix.offsets)
    lower, upper = -min(int(offsets[0]), 0), max(int(offsets[-1]), 0)
    stored = np.array_equal(offsets, np.arange(-lower, upper + 1))
    if size != width or not stored or max(lower, upper) >= size:
        return None
    if matrix.data.shape[1] < size:
        return None
    if lower == upper == 0 and (matrix.data[0, :size] == 1).all():
        return "identity"
    return _band_tag(lower, upper)


def _full(rows: Any) -> Any:
    return "dense" if rows.nnz == rows.shape[0] * rows.shape[1] > 1 else None


def _unit(rows: Any) -> Any:
    """Tell matrices with one 1 in each row and nothing else."""
    height, width = rows.shape
    if rows.nnz != height or not np.array_equal(rows.indptr, np.arange(height + 1)):
        return None
    if not (rows.data == 1).all():
        return None
    if height == width and np.array_equal(rows.indices, np.arange(height)):
        return "identity"
    return {"selection": rows.indices}


def _band(rows: Any) -> Any:
    """Tell square matrices that store every entry of a band."""
    size, width = rows.shape
    if size != width or rows.nnz < size:
        return None
    distance = rows.indices - np.repeat(np.arange(size), np.diff(rows.indptr))
    lower, upper = max(-int(distance.min()), 0), max(int(distance.max()), 0)
    full = size * (lower + upper + 1) - (lower**2 + lower + upper**2 + upper) // 2
    return _band_tag(lower, upper) if rows.nnz == full else None


def _band_tag(lower: int, upper: int) -> Any:
    if lower == upper == 0:
        return "diagonal"
    return {"banded": {"lower": lower, "upper": upper}}
