"""Chains of arrays, sparse matrices and operators, against their dense product."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import scipy.sparse
from scipy.sparse.linalg import LinearOperator, aslinearoperator, gmres

import jacobian_chain as jc

from ..conftest import sparse_draw

Array = npt.NDArray[Any]


class Counted(LinearOperator):  # type: ignore[misc]
    """A matrix that is only applied, and counts how often."""

    def __init__(self, matrix: Any, adjoint: bool = True) -> None:
        self.matrix = matrix
        self.has_adjoint = adjoint
        self.tangents = self.adjoints = 0
        super().__init__(matrix.dtype, matrix.shape)

    def _matvec(self, vector: Array) -> Array:
        self.tangents += 1
        result: Array = self.matrix @ vector
        return result

    def _rmatvec(self, vector: Array) -> Array:
        if not self.has_adjoint:
            raise NotImplementedError
        self.adjoints += 1
        result: Array = self.matrix.conj().T @ vector
        return result


def band(draw: np.random.Generator, size: int) -> Any:
    entries = [draw.standard_normal(size - abs(offset)) for offset in (-1, 0, 1)]
    return scipy.sparse.diags_array(entries, offsets=(-1, 0, 1), format="csr")


STRUCTURES: dict[str, tuple[Any, Any]] = {
    "dense": (None, lambda draw, n: draw.standard_normal((n, n))),
    "banded": ({"banded": {"lower": 1, "upper": 1}}, band),
    "diagonal": (
        "diagonal",
        lambda draw, n: scipy.sparse.diags_array(draw.standard_normal(n)).tocsr(),
    ),
    "blocks": (
        {"blockDiagonal": {"count": 10, "rows": 4, "columns": 4}},
        lambda draw, n: scipy.sparse.block_diag(
            [
                scipy.sparse.coo_array(draw.standard_normal((4, 4)))
                for _ in range(n // 4)
            ],
            format="csr",
        ),
    ),
    "pattern": (
        "its own",
        lambda draw, n: sparse_draw(draw, n, n, 0.08).asformat("csr"),
    ),
}


def operand(
    name: str, draw: np.random.Generator
) -> tuple[Any, jc.Factor | None, Array]:
    """Draw an operand that is at hand or applied, its factor, and its entries."""
    structure, make = STRUCTURES[name]
    matrix = make(draw, 40)
    entries = matrix.toarray() if scipy.sparse.issparse(matrix) else matrix
    if draw.random() < 0.4:
        return matrix, None, entries
    structure = matrix if structure == "its own" else structure
    tangent, adjoint = (int(cost) for cost in draw.integers(1, 2000, 2))
    factor = jc.Factor(40, 40, structure, tangent=tangent, adjoint=adjoint)
    return Counted(matrix), factor, entries


def assert_equal(result: Any, expected: Array, tolerance: float = 1e-12) -> None:
    assert result.shape == expected.shape
    assert np.abs(result - expected).max() <= tolerance * np.abs(expected).max()


@pytest.mark.parametrize("seed", range(80))
def test_equals_the_dense_product(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = draw.choice(list(STRUCTURES), draw.integers(1, 7))
    operands, factors, entries = zip(*(operand(n, draw) for n in names), strict=True)
    ends: list[Array] = [draw.standard_normal((7, 40)), draw.standard_normal((40, 9))]
    chain = jc.chain([ends[0], *operands, ends[1]], [None, *factors, None])
    expected = functools.reduce(np.matmul, [ends[0], *entries, ends[1]])
    result = chain.jacobian()
    assert isinstance(result, np.ndarray)
    assert_equal(result, expected)
    evaluations = sum(step.get("evaluations", 0) for step in chain.plan["steps"])
    counted = [part for part in operands if isinstance(part, Counted)]
    assert sum(part.tangents + part.adjoints for part in counted) == evaluations
    assert_equal(chain.toarray(), expected)
    right, left = draw.standard_normal((9, 3)), draw.standard_normal((2, 7))
    assert_equal(chain @ right, expected @ right)
    assert_equal(chain @ right[:, 0], expected @ right[:, 0])
    assert_equal(left @ chain, left @ expected)
    assert_equal(left[0] @ chain, left[0] @ expected)
    assert_equal(chain.T.toarray(), expected.T)
    timed = jc.chain([ends[0], *operands], [None, *factors], objective="time")
    assert_equal(timed.jacobian(), functools.reduce(np.matmul, [ends[0], *entries]))
    inner = jc.chain(operands, factors)
    assert_equal(inner.toarray(), functools.reduce(np.matmul, entries))


@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
@pytest.mark.parametrize("kind", [np.float32, np.float64, np.complex128])
def test_one_way_operators(mode: str, kind: type) -> None:
    draw = np.random.default_rng(4)
    matrix = band(draw, 30).astype(kind)
    if kind is np.complex128:
        matrix = matrix * (1 + 2j)
    counted = Counted(matrix)
    costs = {mode: 90}
    factor = jc.Factor(30, 30, {"banded": {"lower": 1, "upper": 1}}, **costs)  # type: ignore[arg-type]
    chain = jc.chain([counted], [factor])
    result = chain.jacobian()
    assert scipy.sparse.issparse(result)
    assert result.dtype == kind
    np.testing.assert_allclose(result.toarray(), matrix.toarray(), rtol=1e-6)
    # Three colours of a band of three, whatever its length.
    expected = (3, 0) if mode == "tangent" else (0, 3)
    assert (counted.tangents, counted.adjoints) == expected


def test_operators_without_adjoint() -> None:
    draw = np.random.default_rng(2)
    matrix = draw.standard_normal((20, 30))
    forward = Counted(matrix, adjoint=False)
    chain = jc.chain([draw.standard_normal((2, 20)), forward])
    assert chain.problem.to_dict()["factors"][0].keys() == {
        "name",
        "rows",
        "columns",
        "tangent",
    }
    assert_equal(chain.jacobian(), chain.operands[0] @ matrix)
    assert forward.tangents == 30
    both = Counted(matrix)
    assert_equal(jc.chain([chain.operands[0], both]).jacobian(), chain.jacobian())
    # One adjoint to see whether there are any.
    assert (both.tangents, both.adjoints) == (0, 2 + 1)


def test_operators_of_a_matrix_are_at_hand() -> None:
    step = band(np.random.default_rng(1), 12)
    chain = jc.chain([aslinearoperator(step), np.ones((12, 2))])
    assert [step["kind"] for step in chain.plan["steps"]] == [
        "given",
        "given",
        "multiply",
    ]
    turned = jc.chain([aslinearoperator(step).T, np.ones((12, 2))])
    assert_equal(turned.jacobian(), step.T @ np.ones((12, 2)))


def test_repeated_operands_are_one_factor() -> None:
    step = np.random.default_rng(1).standard_normal((50, 50)) / 7
    chain = jc.chain([step] * 16)
    assert chain.solved.price == 500_000
    assert_equal(chain.jacobian(), np.linalg.matrix_power(step, 16))
    wall = Counted(step)
    tied = jc.chain([wall, wall, wall])
    assert len(tied.problem.factors) == 1
    assert_equal(tied.jacobian(), np.linalg.matrix_power(step, 3))


def test_sparse_stays_sparse() -> None:
    draw = np.random.default_rng(1)
    steps = [band(draw, 200) for _ in range(4)]
    result = jc.chain(steps).jacobian()
    assert isinstance(result, scipy.sparse.csr_array)
    assert result.nnz <= 200 * 9
    expected = functools.reduce(np.matmul, [step.toarray() for step in steps])
    assert_equal(result.toarray(), expected)
    matrices = [scipy.sparse.csr_matrix(step) for step in steps]
    assert isinstance(jc.chain(matrices).jacobian(), scipy.sparse.csr_matrix)
    mixed = jc.chain([*steps, np.ones((200, 2))]).jacobian()
    assert isinstance(mixed, np.ndarray)


def test_plans_are_kept_for_other_points() -> None:
    draw = np.random.default_rng(1)
    operands = [draw.standard_normal((30, 5)), draw.standard_normal((5, 40))]
    first = jc.chain([*operands, band(draw, 40)])
    assert_equal(first.jacobian(), operands[0] @ operands[1] @ first.operands[2])
    moved = [operand * 2 for operand in first.operands]
    second = first.with_operands(moved)
    assert second.solved is first.solved
    assert_equal(second.jacobian(), 8 * first.jacobian())
    other = first.with_operands([*operands, scipy.sparse.eye_array(40)])
    assert other.solved is not first.solved
    assert_equal(other.jacobian(), operands[0] @ operands[1])
    pattern = sparse_draw(draw, 40, 40, 0.1)
    third = first.with_operands([*operands, pattern])
    assert third.with_operands([*operands, pattern * 3]).solved is not None
    assert_equal(
        third.with_operands([*operands, pattern.T]).jacobian(),
        operands[0] @ operands[1] @ pattern.T.toarray(),
    )


def test_stated_structures() -> None:
    diagonal = np.diag(np.arange(1.0, 9))
    chain = jc.chain([diagonal, np.ones((8, 3))], [jc.Factor(8, 8, "diagonal"), None])
    assert chain.solved.price == 24
    assert_equal(chain.jacobian(), diagonal @ np.ones((8, 3)))
    full = np.ones((8, 8))
    for structure in ("diagonal", "identity"):
        with pytest.raises(jc.ChainError) as caught:
            jc.chain([full, full], [jc.Factor(8, 8, structure), None])
        assert caught.value.location == "operands[0]"
    narrow = jc.Factor(8, 8, {"banded": {"lower": 0, "upper": 1}})
    assert_equal(jc.chain([full, full], [narrow, None]).jacobian(), full @ full)


def test_as_linear_operator() -> None:
    draw = np.random.default_rng(3)
    matrix = draw.standard_normal((40, 5)) + 1j * draw.standard_normal((40, 5))
    chain = jc.chain([matrix, matrix.conj().T])
    operator = chain.aslinearoperator()
    block = draw.standard_normal((40, 2)) + 1j * draw.standard_normal((40, 2))
    entries = chain.toarray()
    assert_equal(operator @ block, entries @ block)
    assert_equal(operator.H @ block, entries.conj().T @ block)
    assert_equal(operator.H @ block[:, 0], entries.conj().T @ block[:, 0])
    shifted = jc.chain([np.eye(30) + 0.1 * band(draw, 30).toarray()])
    solution, failed = gmres(shifted.aslinearoperator(), np.ones(30), rtol=1e-12)
    assert not failed
    np.testing.assert_allclose(shifted @ solution, np.ones(30), rtol=1e-9)


def test_single_operands_are_copied() -> None:
    matrix = np.ones((3, 3))
    for given in (matrix, matrix.T, band(np.random.default_rng(1), 3)):
        result = jc.chain([given]).jacobian()
        assert_equal(result, given)
        entries = result.data if scipy.sparse.issparse(result) else result
        stored = given.data if scipy.sparse.issparse(given) else given
        assert not np.may_share_memory(entries, np.asarray(stored))


def test_prints_and_draws_itself() -> None:
    chain = jc.chain([np.ones((3, 4)), np.ones((4, 5), np.float32)])
    assert repr(chain) == "<Chain of 2: 3 × 5 float64>"
    assert "60 fma" in str(chain)
    assert chain._repr_html_().startswith("<iframe")
    assert chain.shape == (3, 5)
    np.testing.assert_array_equal(np.asarray(chain), np.full((3, 5), 4.0))


def test_empty_blocks() -> None:
    chain = jc.chain([np.ones((3, 4)), np.ones((4, 5))])
    assert (chain @ np.ones((5, 0))).shape == (3, 0)
    assert (np.ones((0, 3)) @ chain).shape == (0, 5)


def test_names_and_options() -> None:
    factors = [jc.Factor(3, 4, name="decode"), jc.Factor(4, 5, name="encode")]
    chain = jc.chain([np.ones((3, 4)), np.ones((4, 5))], factors, solver="exhaustive")
    assert chain.solved.bracketings == ["decode·encode"]
    assert chain.solved.solver == "exhaustive"


def test_threads() -> None:
    draw = np.random.default_rng(1)
    operands = [draw.standard_normal((60, 6)), draw.standard_normal((6, 60))] * 2
    chain = jc.chain([operand.copy() for operand in operands])
    expected = np.linalg.multi_dot(operands)
    with ThreadPoolExecutor(16) as pool:
        for result in pool.map(lambda _: chain.jacobian(), range(64)):
            assert_equal(result, expected)


@pytest.mark.parametrize(
    ("operands", "factors", "place"),
    [
        ([], None, "operands"),
        ([np.ones((2, 2))], [None, None], "factors"),
        ([np.ones(3)], None, "operands[0]"),
        ([np.array([["a"]])], None, "operands[0]"),
        ([np.ones((2, 3)), np.ones((2, 3))], None, "operands[1]"),
        ([np.ones((2, 3))], [jc.Factor(3, 2)], "operands[0]"),
        (
            [np.ones((2, 2)), np.ones((2, 2))],
            [jc.Factor(2, 2, name="a"), jc.Factor(2, 2, name="a")],
            "factors",
        ),
    ],
)
def test_refusals(operands: Any, factors: Any, place: str) -> None:
    with pytest.raises(jc.ChainError) as caught:
        jc.chain(operands, factors).jacobian()
    assert caught.value.location == place


@pytest.mark.parametrize("shape", [(4,), (4, 2), (2, 2, 2), ()])
def test_blocks_of_another_shape(shape: tuple[int, ...]) -> None:
    chain = jc.chain([np.ones((3, 5))])
    with pytest.raises(jc.ChainError, match="vector of 5"):
        chain.dot(np.ones(shape))
    with pytest.raises(jc.ChainError, match="vector of 3"):
        chain.rdot(np.ones(shape))


def test_infinite_work_is_refused_by_options() -> None:
    with pytest.raises(TypeError, match="speed"):
        jc.chain([np.ones((3, 5))], speed="high").jacobian()


def test_functions_of_vectors_are_applied_to_columns() -> None:
    def heat(vector: Array) -> Array:
        return np.convolve(vector, [1, -2, 1], "same")

    operator = LinearOperator((20, 20), matvec=heat, rmatvec=heat)
    expected = np.stack([heat(column) for column in np.eye(20)], axis=1)
    for costs in ({"tangent": 60}, {"adjoint": 60}):
        factor = jc.Factor(20, 20, **costs)  # type: ignore[arg-type]
        assert_equal(jc.chain([operator], [factor]).jacobian(), expected)


def test_what_an_operator_raises_passes_through() -> None:
    def fail(vector: Array) -> Array:
        raise ValueError("mine")

    operator = LinearOperator((20, 20), matvec=fail, dtype=float)
    chain = jc.chain([operator], [jc.Factor(20, 20, tangent=60)])
    with pytest.raises(ValueError, match="mine"):
        chain.jacobian()


def test_time_is_not_fma() -> None:
    draw = np.random.default_rng(1)
    sensors = scipy.sparse.eye_array(200, format="csr")[draw.integers(0, 200, 50)]
    steps = [band(draw, 200) for _ in range(30)]
    operands = [sensors, *steps, draw.standard_normal((200, 4))]
    work, time = jc.chain(operands), jc.chain(operands, objective="time")
    assert_equal(time.jacobian(), work.jacobian())
    # Products of arrays and sparse matrices only.
    assert all(step["kind"] in ("given", "eliminate") for step in time.plan["steps"])
    assert {step.get("mode") for step in time.plan["steps"]} == {None, "tangent"}
    assert time.solved.price == 4 * 10 * sum(part.nnz for part in operands[:-1])


def test_types_are_converted_first() -> None:
    small = np.full((2, 2), 100, np.int8)
    halves = scipy.sparse.csr_array(np.full((2, 2), 0.5))
    expected = np.full((2, 2), 20_000.0)
    for operands in ([small, small, halves], [halves, small, small]):
        assert_equal(jc.chain(operands).jacobian(), expected)
        assert_equal(jc.multi_dot(operands), expected)
    sparse = scipy.sparse.csr_array(small)
    assert_equal(jc.chain([sparse, sparse, halves]).toarray(), expected)
    assert_equal(jc.multi_dot([sparse, sparse, halves]).toarray(), expected)
    assert_equal(jc.chain([small, small]) @ np.ones(2), np.full(2, 40_000.0))


def test_transposed_operands_are_still_one_factor() -> None:
    step = np.random.default_rng(1).standard_normal((50, 50)) / 7
    turned = jc.chain([step] * 16).T
    assert turned.solved.price == 500_000
    assert_equal(turned.jacobian(), np.linalg.matrix_power(step, 16).T)


@pytest.mark.parametrize("mode", ["tangent", "adjoint"])
def test_unit_vectors_are_made_in_blocks(mode: str) -> None:
    matrix = np.random.default_rng(1).standard_normal((700, 600))
    factor = jc.Factor(700, 600, **{mode: 420_000})  # type: ignore[arg-type]
    np.testing.assert_array_equal(
        jc.chain([Counted(matrix)], [factor]).jacobian(), matrix
    )
