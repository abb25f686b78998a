"""numpy.linalg.multi_dot, with exact orders, structure and repeated factors."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from . import _native
from ._problem import Factor, Problem
from ._products import (
    Diagonal,
    as_sparse,
    cost_of_column,
    dense,
    product,
    thinned,
    unshared,
    value,
)
from ._solve import solve
from ._structure import is_sparse, recognised
from .errors import ChainError

Array: TypeAlias = npt.NDArray[Any]
# Values to be multiplied, outer and inner, and those that are then not used again.
# Values are first the distinct operands in the order in which they first stand, then
# the products.
Order: TypeAlias = tuple[tuple[int, int, tuple[int, ...]], ...]

# Fused multiply-adds from which on a look at the entries costs less than they do.
_WORTH_A_LOOK = 1_000_000

# Repeated factors are searched for products to share where that is about as fast as
# the product: in words of q ≤ 64 arrays that cost at least so much · q².
_LONGEST_WORD = 64
_WORTH_A_SEARCH = 100_000

# The longest such search, the same on every machine.
_SEARCH_NODES = 1_000


def multi_dot(arrays: Iterable[Any], *, out: Array | None = None) -> Any:
    """Multiply matrices in the cheapest order, as numpy.linalg.multi_dot does.

    Parameters
    ----------
    arrays
        As the product is written, outermost first. The first may be a row vector and
        the last a column vector, one-dimensional; all others are m × n. Arrays, or
        scipy.sparse matrices, which count by their stored entries in the choice of the
        order; diagonal matrices are told as such, as arrays, too.
    out
        Where the result goes: of its shape and type, C-contiguous.

    Returns
    -------
    numpy.ndarray, scipy.sparse array or scalar
        The product; sparse when all operands are. Operands of several types are
        converted to their common type first, so that the result doesn't depend on the
        order.

    Raises
    ------
    ChainError
        A ValueError, for operands that don't fit together.

    See Also
    --------
    chain : plans once and computes often; takes operators, too.

    Notes
    -----
    O(q log q) for the order of q dense arrays (Hu & Shing 1982, 1984); orders of the
    shapes seen last are kept. An array that stands in several places is one factor:
    sixteen times the same matrix take four products.

    Examples
    --------
    >>> import numpy as np
    >>> import jacobian_chain as jc
    >>> A, B, C = np.ones((1000, 10)), np.ones((10, 1000)), np.ones(1000)
    >>> jc.multi_dot([A, B, C])[:3]
    array([10000., 10000., 10000.])
    """
    operands = list(arrays)
    count = len(operands)
    if count == 2 and out is None:
        left, right = operands
        if type(left) is type(right) is np.ndarray:
            return np.dot(left, right)
    if count < 2:
        raise ChainError(
            "malformed",
            "arrays",
            "at least two arrays",
            f"{count}",
            "give the factors of a product, outermost first",
        )
    sparse = False
    for index, operand in enumerate(operands):
        if type(operand) is not np.ndarray:
            if is_sparse(operand):
                sparse = True
            else:
                operands[index] = np.asanyarray(operand)
    if sparse:
        return _structured(operands, {}, out)
    if count == 2:
        result = np.dot(operands[0], operands[1], out=out)
        return result if out is None else out
    if count == 3 and out is None:
        result = _of_three(*operands)
        if result is not None:
            return result
    order, price = _dense_order(tuple([operand.shape for operand in operands]))
    dtype = operands[0].dtype
    for operand in operands:
        if operand.dtype is not dtype:
            common = np.result_type(*operands)
            operands = [part.astype(common, copy=False) for part in operands]
            break
    if price >= _WORTH_A_LOOK:
        diagonal = {index for index, part in enumerate(operands) if _is_diagonal(part)}
        if diagonal and _are_finite(operands, diagonal):
            return _structured(operands, diagonal, out)
        searched = count <= _LONGEST_WORD and price >= _WORTH_A_SEARCH * count**2
        if searched and len({id(operand) for operand in operands}) < count:
            operands, order = _shared(operands, order, price)
    return _multiplied(operands, order, out)


def _of_three(left: Array, middle: Array, right: Array) -> Array | None:
    """Multiply three dense matrices of one type, without the detour of an order."""
    if left.ndim != 2 or right.ndim != 2 or middle.ndim != 2:
        return None
    (m, k), (rows, columns), (n, p) = left.shape, middle.shape, right.shape
    fits = rows == k and columns == n
    if not fits or not (left.dtype is middle.dtype is right.dtype):
        return None
    leftmost, rightmost = m * n * (k + p), k * p * (m + n)
    if min(leftmost, rightmost) >= _WORTH_A_LOOK and (
        (m == k and _is_diagonal(left))
        or (k == n and _is_diagonal(middle))
        or (n == p and _is_diagonal(right))
    ):
        return None
    result: Array = (
        np.dot(np.dot(left, middle), right)
        if leftmost < rightmost
        else np.dot(left, np.dot(middle, right))
    )
    return result


@functools.lru_cache(maxsize=1024)
def _dense_order(shapes: tuple[tuple[int, ...], ...]) -> tuple[Order, int]:
    """Return the order for dense arrays of these shapes, and its price in fma."""
    dimensions = _dimensions(shapes)
    count = len(shapes)
    if 0 in dimensions:
        # An empty product: any order will do.
        leftmost = [0, *range(count, 2 * count - 2)]
        return _order(leftmost, range(1, count)), 0
    products, price = _native.dense_order(dimensions[::-1])
    # The library counts matrices from the innermost.
    values = [count - 1 - value if value < count else value for value in products]
    pairs = zip(values[::2], values[1::2], strict=True)
    return tuple([(*pair, pair) for pair in pairs]), price


@functools.lru_cache(maxsize=256)
def _shared_order(
    shapes: tuple[tuple[int, int], ...], word: tuple[int, ...], price: int
) -> Order | None:
    """Return the order of a word of repeated arrays, if it is cheaper."""
    problem = Problem(
        [
            Factor(rows, columns, name=str(index))
            for index, (rows, columns) in enumerate(shapes)
        ],
        targets=[[str(letter) for letter in word]],
    )
    solved = solve(problem, node_limit=_SEARCH_NODES)
    if solved.price >= price:
        return None
    values: dict[int, int] = {}
    outer: list[int] = []
    inner: list[int] = []
    for step in solved.plan["steps"]:
        if step["kind"] == "given":
            values[step["id"]] = int(step["factor"])
        else:
            values[step["id"]] = len(shapes) + len(outer)
            outer.append(values[step["outer"]])
            inner.append(values[step["inner"]])
    return _order(outer, inner)


def _order(outer: Sequence[int], inner: Sequence[int]) -> Order:
    pairs = list(zip(outer, inner, strict=True))
    last = {value: step for step, pair in enumerate(pairs) for value in pair}
    return tuple(
        (*pair, tuple({value for value in pair if last[value] == step}))
        for step, pair in enumerate(pairs)
    )


def _dimensions(shapes: tuple[tuple[int, ...], ...]) -> list[int]:
    """Return the interface dimensions, outermost first."""
    dimensions: list[int] = []
    last = len(shapes) - 1
    for index, shape in enumerate(shapes):
        if len(shape) == 1 and index in (0, last):
            shape = (1, *shape) if index == 0 else (*shape, 1)
        if len(shape) != 2:
            raise ChainError(
                "malformed",
                f"arrays[{index}]",
                "two dimensions, or one at either end",
                f"{len(shape)} dimensions",
                "give matrices; jacobian_chain.chain takes operators",
            )
        if dimensions and dimensions[-1] != shape[0]:
            raise ChainError(
                "malformed",
                f"arrays[{index}]",
                f"{dimensions[-1]} rows, the columns of arrays[{index - 1}]",
                f"shape {shapes[index]}",
                "give the factors as the product is written, outermost first",
            )
        dimensions += [shape[1]] if dimensions else shape
    return dimensions


def _shared(
    operands: list[Array], order: Order, price: int
) -> tuple[list[Array], Order]:
    """Take equal operands as one where that is cheaper."""
    places: dict[int, int] = {}
    word = tuple([places.setdefault(id(part), len(places)) for part in operands])
    distinct = [operands[word.index(letter)] for letter in range(len(places))]
    if any(part.ndim == 1 for part in distinct):
        # At the ends of a product of matrices.
        return operands, order
    shapes = tuple([(part.shape[0], part.shape[1]) for part in distinct])
    shared = _shared_order(shapes, word, price)
    return (operands, order) if shared is None else (distinct, shared)


def _multiplied(values: list[Any], order: Order, out: Array | None) -> Any:
    # Memory that is given back at once is there for the next product, and still warm.
    for outer, inner, spent in order[:-1]:
        values.append(np.dot(values[outer], values[inner]))
        for index in spent:
            values[index] = None
    outer, inner, _ = order[-1]
    if out is None:
        return np.dot(values[outer], values[inner])
    return _into(values[outer], values[inner], out)


def _into(left: Array, right: Array, out: Array) -> Array:
    shape = left.shape[:-1] + right.shape[1:]
    if out.shape != shape and out.squeeze().shape == shape:
        # numpy takes vectors as rows and columns here.
        out = out.reshape(shape)
    np.dot(left, right, out=out)
    return out


def _structured(operands: list[Any], diagonal: Iterable[int], out: Array | None) -> Any:
    """Multiply matrices of which some have a structure."""
    shapes = tuple([operand.shape for operand in operands])
    dimensions = _dimensions(shapes)
    last = len(operands) - 1
    common = np.result_type(*[operand.dtype for operand in operands])
    values: list[Any] = []
    for index, given in enumerate(operands):
        operand = given if given.dtype == common else given.astype(common)
        if operand.ndim == 1:
            values.append(operand.reshape((1, -1) if index == 0 else (-1, 1)))
        elif is_sparse(operand):
            # Not more than one entry a row, or else there is nothing to recognise.
            short = operand.nnz <= max(operand.shape)
            form = value(operand, recognised(operand) if short else operand)
            values.append(thinned(form) if is_sparse(form) else form)
        else:
            values.append(
                Diagonal(operand.diagonal()) if index in diagonal else operand
            )
    costs = tuple([cost_of_column(part) for part in values])
    if 0 in dimensions:
        result: Any = np.zeros((dimensions[0], dimensions[-1]), common)
    else:
        for outer, inner, spent in _structured_order(tuple(dimensions), costs):
            values.append(product(values[outer], values[inner]))
            for index in spent:
                values[index] = None
        result = values[-1]
    sparse_result = all(is_sparse(operand) for operand in operands)
    if not sparse_result or out is not None:
        result = dense(result).reshape(shapes[0][:-1] + shapes[last][1:])
    if out is not None:
        out[...] = result
        return out
    if sparse_result:
        return unshared(as_sparse(result, operands), operands)
    result = unshared(result, operands)
    return result if result.shape else result[()]


@functools.lru_cache(maxsize=1024)
def _structured_order(
    dimensions: tuple[int, ...], costs: tuple[int | None, ...]
) -> Order:
    """Return the order for arrays, and matrices with a price for each vector.

    Exact patterns of products would take longer to find than the products.
    """
    factors = [
        Factor(rows, columns, name=str(index), tangent=cost, adjoint=cost, given=True)
        for index, (rows, columns, cost) in enumerate(
            zip(dimensions[:-1], dimensions[1:], costs, strict=True)
        )
    ]
    values: dict[int, int] = {}
    outer: list[int] = []
    inner: list[int] = []
    for step in solve(Problem(factors[::-1])).plan["steps"]:
        if step["kind"] == "given":
            values[step["id"]] = int(step["factor"])
            continue
        values[step["id"]] = len(costs) + len(outer)
        if step["kind"] == "multiply":
            pair = values[step["outer"]], values[step["inner"]]
        elif step["mode"] == "tangent":
            pair = int(step["factor"]), values[step["operand"]]
        else:
            pair = values[step["operand"]], int(step["factor"])
        outer.append(pair[0])
        inner.append(pair[1])
    return _order(outer, inner)


def _is_diagonal(array: Array) -> bool:
    """Tell a diagonal matrix: by its corners, and only then by its entries."""
    if array.ndim != 2:
        return False
    rows, columns = array.shape
    if rows != columns or rows == 1:
        return False
    if array[0, -1] != 0 or array[-1, 0] != 0 or array.dtype.kind not in "iufc":
        return False
    return bool(np.count_nonzero(array) == np.count_nonzero(array.diagonal()))


def _are_finite(operands: Iterable[Array], diagonal: set[int]) -> bool:
    """Tell whether a zero may be left out: 0 · ∞ is no number."""
    return all(
        np.isfinite(operand.diagonal() if index in diagonal else operand).all()
        for index, operand in enumerate(operands)
    )
