"""Matrices at hand, and the product of two of them in the form that is cheapest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._structure import is_sparse, tag
from .errors import ChainError

# A sparse product that fills more than this is kept dense, as long as it is small:
# BLAS takes an entry of a dense matrix ten times faster than scipy one of a sparse
# matrix. A large one is when it is half full, and takes no more memory than before.
_FILLED = 0.1
_SMALL = 1 << 24


class Diagonal(NamedTuple):
    """A square matrix (n × n) with nothing beside its diagonal."""

    entries: npt.NDArray[Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.entries), len(self.entries)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the entries."""
        return self.entries.dtype


class Identity(NamedTuple):
    """The identity of a size; products with it cost nothing."""

    size: int
    dtype: np.dtype[Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.size, self.size


def scipy_sparse() -> Any:
    """Import scipy.sparse, which numpy's level needs for structure only."""
    try:
        import scipy.sparse
    except ImportError as error:
        raise ChainError(
            "unsupported",
            "scipy",
            "scipy, for sparse matrices and operators",
            str(error),
            "pip install 'jacobian-chain[scipy]'",
        ) from None
    return scipy.sparse


def value(matrix: Any, structure: Any) -> Any:
    """Return a matrix in the form in which it is multiplied.

    The structure (as in `Factor`) chooses the form and never drops an entry.
    """
    word = tag(structure)
    if word == "dense":
        return dense(matrix)
    if word == "identity":
        return Identity(matrix.shape[0], matrix.dtype)
    if word == "diagonal":
        return Diagonal(np.array(matrix.diagonal()))
    if not is_sparse(matrix):
        return scipy_sparse().csr_array(matrix)
    return matrix if matrix.format in ("csr", "csc", "bsr") else matrix.tocsr()


def cost_of_column(form: Any) -> int | None:
    """Price a product with one vector for its time; None for an array, n·m.

    In fma of a dense product: scipy takes ten times as long for an entry of a sparse
    matrix as BLAS for one of an array, and numpy for one of a diagonal.
    """
    if isinstance(form, Identity):
        return 0
    if isinstance(form, Diagonal):
        return 10 * len(form.entries)
    return 10 * int(form.nnz) if is_sparse(form) else None


def product(outer: Any, inner: Any) -> Any:
    """Multiply two matrices (m × k and k × n)."""
    if isinstance(outer, Identity):
        return inner
    if isinstance(inner, Identity):
        return outer
    if isinstance(outer, Diagonal):
        return _scaled_rows(outer.entries, inner)
    if isinstance(inner, Diagonal):
        return _scaled_columns(outer, inner.entries)
    if is_sparse(inner) and not is_sparse(outer):
        # Twice as fast or more than scipy's own way, which goes down columns.
        turned = inner.T.tocsr() @ np.ascontiguousarray(outer.T)
        return turned.T
    result = outer @ inner
    return thinned(result) if is_sparse(result) else result


def thinned(matrix: Any) -> Any:
    """Return a sparse matrix that is nearly full as an array."""
    size = matrix.shape[0] * matrix.shape[1]
    filled = _FILLED if size <= _SMALL else 0.5
    return matrix.toarray() if matrix.nnz > filled * size else matrix


def _scaled_rows(scale: npt.NDArray[Any], matrix: Any) -> Any:
    if isinstance(matrix, Diagonal):
        return Diagonal(scale * matrix.entries)
    return (
        _sparse_diagonal(scale) @ matrix
        if is_sparse(matrix)
        else _column(scale) * matrix
    )


def _scaled_columns(matrix: Any, scale: npt.NDArray[Any]) -> Any:
    return matrix @ _sparse_diagonal(scale) if is_sparse(matrix) else matrix * scale


def _column(entries: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return entries[:, np.newaxis]


def _sparse_diagonal(entries: npt.NDArray[Any]) -> Any:
    size = len(entries)
    return (
        scipy_sparse().dia_array((entries[np.newaxis], [0]), shape=(size, size)).tocsr()
    )


def dense(matrix: Any) -> npt.NDArray[Any]:
    """Return a matrix as an array (m × n)."""
    if isinstance(matrix, Identity):
        return np.eye(matrix.size, dtype=matrix.dtype)
    if isinstance(matrix, Diagonal):
        return np.diag(matrix.entries)
    array: npt.NDArray[Any] = matrix.toarray() if is_sparse(matrix) else matrix
    return array


def sparse(matrix: Any, kind: Any) -> Any:
    """Return a matrix as one of scipy.sparse, of the given class."""
    if isinstance(matrix, Identity):
        matrix = Diagonal(np.ones(matrix.size, dtype=matrix.dtype))
    if isinstance(matrix, Diagonal):
        matrix = _sparse_diagonal(matrix.entries)
    return kind(matrix)


def as_sparse(matrix: Any, operands: Iterable[Any]) -> Any:
    """Return a result in compressed rows: a sparse array if all operands are."""
    scipy = scipy_sparse()
    stored = [operand for operand in operands if is_sparse(operand)]
    arrays = all(isinstance(operand, scipy.sparray) for operand in stored)
    return sparse(matrix, scipy.csr_array if arrays else scipy.csr_matrix)


def unshared(result: Any, operands: Iterable[Any]) -> Any:
    """Return a result, or a copy of it where it has the memory of an operand."""
    entries = _entries(result)
    for operand in operands:
        given = _entries(operand)
        if given is not None and np.may_share_memory(entries, given):
            return result.copy()
    return result


def _entries(matrix: Any) -> Any:
    entries = matrix.data if is_sparse(matrix) else matrix
    return entries if isinstance(entries, np.ndarray) else None
