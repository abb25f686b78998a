"""multi_dot against numpy's, and structures against dense arrays."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import scipy.sparse

import jacobian_chain as jc
from jacobian_chain import _multi_dot

from ..conftest import sparse_draw

Array = npt.NDArray[Any]


def drawn(seed: int, longest: int = 100) -> list[Array]:
    """Draw two to ten arrays, vectors at the ends now and then."""
    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, longest, draw.integers(2, 11) + 1).tolist()
    arrays = [draw.standard_normal(pair) for pair in itertools.pairwise(sizes)]
    if draw.random() < 0.2:
        arrays[0] = arrays[0][0]
    if draw.random() < 0.2:
        arrays[-1] = arrays[-1][:, 0]
    return arrays


def assert_equal(result: Any, expected: Any, tolerance: float = 1e-13) -> None:
    assert np.shape(result) == np.shape(expected)
    scale = max(float(np.abs(expected).max(initial=0)), 1e-300)
    assert np.abs(result - expected).max(initial=0) <= tolerance * scale


@pytest.mark.parametrize("seed", range(200))
def test_equals_numpy(seed: int) -> None:
    arrays = drawn(seed)
    before = [array.copy() for array in arrays]
    result, expected = jc.multi_dot(arrays), np.linalg.multi_dot(arrays)
    assert_equal(result, expected)
    assert type(result) is type(expected)
    for array, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)


@pytest.mark.parametrize("seed", range(30))
def test_order_is_the_optimum(seed: int) -> None:
    shapes = [array.shape for array in drawn(seed) if array.ndim == 2]
    if len(shapes) < 2:
        pytest.skip("a single matrix")
    _, price = _multi_dot._dense_order(tuple(shapes))
    assert price == jc.solve([shapes[-1][1], *(rows for rows, _ in shapes[::-1])]).price


@pytest.mark.parametrize("count", [2, 3, 4, 7])
@pytest.mark.parametrize("ends", ["matrices", "row", "column", "both"])
def test_out(count: int, ends: str) -> None:
    draw = np.random.default_rng(count)
    arrays = [draw.standard_normal((9, 9)) for _ in range(count)]
    if ends in ("row", "both"):
        arrays[0] = arrays[0][0]
    if ends in ("column", "both"):
        arrays[-1] = arrays[-1][:, 0].copy()
    expected = np.linalg.multi_dot(arrays)
    out = np.empty(np.shape(expected))
    assert jc.multi_dot(arrays, out=out) is out
    assert_equal(out, expected)


def test_out_as_numpy_wants_it_for_vectors() -> None:
    arrays = [np.ones(3), np.ones((3, 4)), np.ones((4, 5))]
    out = np.empty((1, 5))
    expected = np.linalg.multi_dot(arrays, out=out.copy())
    assert_equal(jc.multi_dot(arrays, out=out), expected)
    assert_equal(out[0], expected)


def test_wrong_out_is_refused() -> None:
    arrays = [np.ones((3, 3))] * 3
    for out in (np.empty((3, 4)), np.empty((3, 3), int), np.empty((3, 3)).T[::-1]):
        with pytest.raises(ValueError, match="output array"):
            jc.multi_dot(arrays, out=out)


def test_lists_generators_and_subclasses() -> None:
    rows = [[1, 2], [3, 4]]
    expected = np.linalg.multi_dot([np.array(rows)] * 3)
    np.testing.assert_array_equal(jc.multi_dot([rows] * 3), expected)
    np.testing.assert_array_equal(
        jc.multi_dot(np.array(r) for r in [rows] * 3), expected
    )
    np.testing.assert_array_equal(jc.multi_dot(np.array([rows] * 3)), expected)
    masked = np.ma.array(np.eye(2))  # type: ignore[no-untyped-call]
    assert jc.multi_dot([masked, masked, masked]).tolist() == np.eye(2).tolist()


@pytest.mark.parametrize(
    "kind", [np.float32, np.float64, np.complex128, np.int64, bool]
)
def test_types(kind: type) -> None:
    draw = np.random.default_rng(1)
    arrays = [(10 * draw.standard_normal((4, 4))).astype(kind) for _ in range(4)]
    result = jc.multi_dot(arrays)
    assert result.dtype == np.linalg.multi_dot(arrays).dtype == kind
    assert_equal(result.astype(complex), np.linalg.multi_dot(arrays), 1e-5)


def test_mixed_types_are_converted_first() -> None:
    # In eight bits 100 · 100 is 16.
    bytes_ = np.full((1, 1), 100, np.int8)
    result = jc.multi_dot([bytes_, bytes_, np.full((1, 1), 0.5)])
    assert (result.dtype, result[0, 0]) == (np.float64, 5000)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_empty(shape: tuple[int, int]) -> None:
    arrays = [np.ones((2, shape[0])), np.ones(shape), np.ones((shape[1], 4))]
    arrays.append(np.ones((4, 5)))
    assert_equal(jc.multi_dot(arrays), np.linalg.multi_dot(arrays))


@pytest.mark.parametrize(
    ("arrays", "place"),
    [
        ([], "arrays"),
        ([np.ones((2, 2))], "arrays"),
        ([np.ones((2, 3)), np.ones((3, 2)), np.ones((3, 2))], "arrays[2]"),
        ([np.ones((2, 2)), np.ones(2), np.ones((2, 2))], "arrays[1]"),
        ([np.ones((2, 2, 2)), np.ones((2, 2)), np.ones((2, 2))], "arrays[0]"),
        ([np.ones((2, 2)), np.float64(3), np.ones((2, 2))], "arrays[1]"),
        ([scipy.sparse.eye_array(3), np.ones((2, 2))], "arrays[1]"),
    ],
)
def test_refusals(arrays: list[Any], place: str) -> None:
    with pytest.raises(jc.ChainError) as caught:
        jc.multi_dot(arrays)
    assert caught.value.location == place


def test_two_arrays_as_numpy() -> None:
    with pytest.raises(ValueError, match="not aligned"):
        jc.multi_dot([np.ones((2, 3)), np.ones((2, 3))])
    assert jc.multi_dot([np.ones(3), np.ones(3)]) == 3


@pytest.mark.parametrize("power", [2, 3, 4, 7, 15, 16, 31])
def test_powers_share_products(power: int, monkeypatch: pytest.MonkeyPatch) -> None:
    step = np.random.default_rng(power).standard_normal((400, 400)) / 20
    products = []
    dot = np.dot

    def counted(*operands: Any, **keys: Any) -> Any:
        products.append(operands)
        return dot(*operands, **keys)

    monkeypatch.setattr(np, "dot", counted)
    result = jc.multi_dot([step] * power)
    assert len(products) == {2: 1, 3: 2, 4: 2, 7: 4, 15: 5, 16: 4, 31: 7}[power]
    monkeypatch.undo()
    assert_equal(result, np.linalg.multi_dot([step] * power), 1e-12)


def test_words_share_products() -> None:
    draw = np.random.default_rng(0)
    a, b = draw.standard_normal((300, 20)), draw.standard_normal((20, 300))
    arrays = [a, b] * 6
    assert_equal(jc.multi_dot(arrays), np.linalg.multi_dot(arrays), 1e-12)


STRUCTURES = {
    "dense": lambda draw, n: draw.standard_normal((n, n)),
    "zeros": lambda draw, n: np.diag(draw.standard_normal(n)),
    "diagonal": lambda draw, n: scipy.sparse.diags_array(draw.standard_normal(n)),
    "identity": lambda draw, n: scipy.sparse.eye_array(n),
    "band": lambda draw, n: scipy.sparse.diags_array(
        [draw.standard_normal(n - abs(k)) for k in (-1, 0, 1)], offsets=(-1, 0, 1)
    ),
    "blocks": lambda draw, n: scipy.sparse.bsr_array(
        (
            draw.standard_normal((n // 4, 4, 4)),
            np.arange(n // 4),
            np.arange(n // 4 + 1),
        )
    ),
    "permutation": lambda draw, n: scipy.sparse.csr_array(
        (np.ones(n), draw.permutation(n), np.arange(n + 1)), shape=(n, n)
    ),
    "pattern": lambda draw, n: sparse_draw(draw, n, n, 0.1),
    "matrix": lambda draw, n: scipy.sparse.csc_matrix(sparse_draw(draw, n, n, 0.1)),
    "integers": lambda draw, n: scipy.sparse.coo_array(draw.integers(0, 2, (n, n))),
}


def as_array(matrix: Any) -> Array:
    result: Array = matrix.toarray() if scipy.sparse.issparse(matrix) else matrix
    return result


@pytest.mark.parametrize("seed", range(60))
def test_structures_equal_dense(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = draw.choice(list(STRUCTURES), draw.integers(2, 8))
    matrices: list[Any] = [STRUCTURES[name](draw, 120) for name in names]
    if draw.random() < 0.3:
        matrices.append(draw.standard_normal(120))
    if draw.random() < 0.3:
        matrices.insert(0, draw.standard_normal(120))
    expected = np.linalg.multi_dot([as_array(matrix) for matrix in matrices])
    result = jc.multi_dot(matrices)
    assert scipy.sparse.issparse(result) == all(map(scipy.sparse.issparse, matrices))
    assert_equal(as_array(result), expected, 1e-12)
    if np.ndim(expected):
        out = np.empty(expected.shape)
        assert jc.multi_dot(matrices, out=out) is out
        assert_equal(out, expected, 1e-12)


@pytest.mark.parametrize("name", STRUCTURES)
def test_results_are_not_operands(name: str) -> None:
    matrix = STRUCTURES[name](np.random.default_rng(1), 120)
    eye = scipy.sparse.eye_array(120)
    result = jc.multi_dot([eye, matrix, eye])
    assert_equal(as_array(result), as_array(matrix))
    entries = result.data if scipy.sparse.issparse(result) else result
    kept = as_array(matrix).copy()
    entries += 1
    np.testing.assert_array_equal(as_array(matrix), kept)


def test_zeros_are_no_structure_beside_infinity() -> None:
    arrays = [np.ones((150, 150)), np.diag(np.ones(150)), np.ones((150, 150))]
    arrays[2][3, 4] = np.inf
    with np.errstate(invalid="ignore"):
        expected = np.linalg.multi_dot(arrays)
        np.testing.assert_array_equal(jc.multi_dot(arrays), expected)
    assert np.isnan(expected).any()
