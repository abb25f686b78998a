"""What a chain is made of: matrices at hand, and operators that are only applied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ._applied import Applied
from ._problem import Factor
from ._products import Diagonal, Identity, cost_of_column, value
from ._structure import is_sparse, tag
from .errors import ChainError


class Operand:
    """One operand of a chain: its factor, and its value or its operator."""

    def __init__(self, given: Any, factor: Factor | None, place: str) -> None:
        matrix = _matrix(given, place)
        shape = tuple(matrix.shape)
        if factor is not None and (factor.rows, factor.columns) != shape:
            raise _refused(
                place,
                f"{factor.rows} × {factor.columns}, as its factor says",
                " × ".join(map(str, shape)),
                "correct the factor, or leave it out",
            )
        self.matrix = matrix
        if factor is None and isinstance(matrix, np.ndarray):
            self.applied = False
            self.factor = Factor(*shape)
            self.value: Any = matrix
            return
        self.applied = hasattr(matrix, "matvec") and not is_sparse(matrix)
        if self.applied:
            self.factor = _applied_factor(matrix, factor)
            self.value = Applied(matrix, self.factor.structure)
            return
        named = None if factor is None else factor.name
        if factor is None or factor.structure is None:
            self.factor = Factor.of(matrix, named)
        else:
            self.factor = replace(factor, tangent=None, adjoint=None, given=None)
        self.value = value(matrix, self.factor.structure)
        if factor is not None:
            _check_form(self.value, matrix, place)

    def convert(self, dtype: np.dtype[Any]) -> None:
        """Bring the value to the type of the product."""
        if not self.applied and self.value.dtype != dtype:
            self.value = value(self.matrix.astype(dtype), self.factor.structure)

    @property
    def timed_factor(self) -> Factor:
        """The factor at the price of its time: an array, or a price for each vector."""
        if self.applied:
            return self.factor
        cost = cost_of_column(self.value)
        rows, columns = self.matrix.shape
        return Factor(rows, columns, tangent=cost, adjoint=cost, given=True)

    @property
    def is_dense(self) -> bool:
        """Whether the operand fills what it touches."""
        return tag(self.factor.structure) == "dense" and not is_sparse(self.matrix)


def _matrix(given: Any, place: str) -> Any:
    """Return an array, a sparse matrix or a linear operator."""
    if is_sparse(given):
        return given
    if hasattr(given, "matvec") and hasattr(given, "shape"):
        from scipy.sparse.linalg import aslinearoperator

        operator = aslinearoperator(given)
        # An operator made of a matrix: its entries are at hand.
        of_matrix = type(operator) is type(aslinearoperator(np.eye(1)))
        return _matrix(operator.A, place) if of_matrix else operator
    matrix = np.asarray(given)
    if matrix.ndim != 2 or matrix.dtype.kind not in "biufcO":
        raise _refused(
            place,
            "a matrix of numbers, a scipy.sparse matrix or a LinearOperator",
            f"{matrix.ndim} dimensions of {matrix.dtype}",
            "give two-dimensional arrays; make rows and columns of vectors with "
            "v[np.newaxis] and v[:, np.newaxis]",
        )
    return matrix


def _applied_factor(operator: Any, factor: Factor | None) -> Factor:
    """Fill in what nobody stated: products at the price of a dense matrix's."""
    rows, columns = operator.shape
    factor = factor or Factor(rows, columns)
    factor = replace(factor, given=None)
    if factor.tangent is not None or factor.adjoint is not None:
        return factor
    adjoint = rows * columns if _has_adjoint(operator) else None
    return replace(factor, tangent=rows * columns, adjoint=adjoint)


def _has_adjoint(operator: Any) -> bool:
    try:
        operator.rmatvec(np.zeros(operator.shape[0]))
    except (NotImplementedError, TypeError):
        return False
    return True


def _check_form(form: Any, matrix: Any, place: str) -> None:
    """Refuse a stated structure that would drop entries."""
    if not isinstance(form, Identity | Diagonal):
        return
    diagonal = matrix.diagonal()
    entries = matrix.count_nonzero() if is_sparse(matrix) else np.count_nonzero(matrix)
    kept = matrix.shape == form.shape and entries == np.count_nonzero(diagonal)
    if isinstance(form, Identity):
        kept = kept and bool((diagonal == 1).all())
    if not kept:
        raise _refused(
            place,
            f"a matrix that is {type(form).__name__.lower()}, as its factor says",
            "other entries",
            "correct the structure of the factor, or leave it out",
        )


def _refused(place: str, expected: str, found: str, advice: str) -> ChainError:
    return ChainError("malformed", place, expected, found, advice)
