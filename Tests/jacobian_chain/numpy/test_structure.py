"""What a matrix tells of its structure, and how structures are spelled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse

import jacobian_chain as jc

from ..conftest import sparse_draw

BANDED = {"banded": {"lower": 1, "upper": 2}}


def diagonals(*offsets: int, size: int = 6, kind: str = "dia") -> Any:
    entries = [np.arange(1.0, size - abs(offset) + 1) for offset in offsets]
    return scipy.sparse.diags_array(entries, offsets=offsets, format=kind)


@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "dia", "lil", "dok"])
@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (scipy.sparse.eye_array(6), "identity"),
        (3 * scipy.sparse.eye_array(6), "diagonal"),
        (diagonals(0), "diagonal"),
        (diagonals(-1, 0, 1, 2), BANDED),
        (diagonals(2, 1, 0, -1), BANDED),
        (scipy.sparse.csr_array(np.ones((3, 4))), "dense"),
    ],
    ids=["identity", "scaled", "diagonal", "band", "turned band", "full"],
)
def test_recognised(matrix: Any, expected: Any, kind: str) -> None:
    assert jc.Factor.of(matrix.asformat(kind)).structure == expected


def test_selection() -> None:
    gather = scipy.sparse.csr_array(([1, 1], [5, 2], [0, 1, 2]), shape=(2, 6))
    assert jc.Factor.of(gather).to_dict()["structure"] == {"selection": [5, 2]}
    gather.data[1] = 2
    assert jc.Factor.of(gather).structure is gather


def test_blocks() -> None:
    blocks = scipy.sparse.bsr_array((np.ones((3, 2, 4)), [0, 1, 2], [0, 1, 2, 3]))
    assert jc.Factor.of(blocks).structure == {
        "blockDiagonal": {"count": 3, "rows": 2, "columns": 4}
    }
    shifted = scipy.sparse.bsr_array((np.ones((3, 2, 2)), [1, 2, 0], [0, 1, 2, 3]))
    assert jc.Factor.of(shifted).structure is shifted


@pytest.mark.parametrize(
    "matrix",
    [
        diagonals(-1, 1),
        diagonals(0, 2),
        diagonals(-1, 0, 1).tocsr()[:, :5],
        scipy.sparse.csr_array((6, 6)),
        scipy.sparse.dia_array((np.ones((3, 2)), [-1, 0, 1]), shape=(6, 6)),
    ],
    ids=["hollow", "gap", "not square", "empty", "short diagonals"],
)
def test_anything_else_is_its_pattern(matrix: Any) -> None:
    factor = jc.Factor.of(matrix)
    assert factor.structure is matrix
    pattern = factor.to_dict()["structure"]["sparse"]
    given = set(zip(pattern["rowIndices"], pattern["columnIndices"], strict=True))
    assert given == set(zip(*(part.tolist() for part in matrix.nonzero()), strict=True))


def test_stored_zeros_are_entries() -> None:
    matrix = scipy.sparse.csr_array(([0.0, 1.0], [0, 1], [0, 1, 2]), shape=(2, 2))
    assert jc.Factor.of(matrix).structure == "diagonal"


def test_repeated_entries_are_one() -> None:
    twice = scipy.sparse.coo_array(
        (np.full(4, 0.5), ([0, 0, 1, 1], [0, 0, 1, 1])), shape=(2, 2)
    )
    assert jc.Factor.of(twice).structure == "identity"
    rows = scipy.sparse.csr_array((np.full(4, 0.5), [0, 0, 1, 1], [0, 2, 4]))
    assert jc.Factor.of(rows).structure == "identity"
    assert rows.nnz == 4


def test_arrays_are_dense() -> None:
    assert jc.Factor.of(np.eye(3)).structure == "dense"


def test_patterns_in_all_spellings_cost_the_same() -> None:
    draw = np.random.default_rng(1)
    mesh = sparse_draw(draw, 50, 50, 0.05).asformat("coo")
    arrays = {"rowIndices": mesh.row, "columnIndices": mesh.col}
    spellings: list[Any] = [
        mesh,
        mesh.tocsr(),
        {"sparse": mesh},
        {"sparse": arrays},
        {"sparse": {key: part.astype(np.int32) for key, part in arrays.items()}},
        {"sparse": {key: part.tolist() for key, part in arrays.items()}},
        {"sparse": {"pattern": "mesh"}},
    ]
    prices = set()
    for structure in spellings:
        factors = [jc.Factor(50, 50, structure, name) for name in "abc"]
        problem = jc.Problem(
            [*factors, jc.Factor(9, 50)],
            patterns={"mesh": mesh} if structure == spellings[-1] else None,
        )
        prices.add(jc.solve(problem).price)
        if problem.patterns is None:
            prices.add(jc.solve(problem.to_dict()).price)
            prices.add(
                jc.solve({**problem.to_dict(), "factors": problem.factors}).price
            )
    assert len(prices) == 1
    assert prices != {jc.solve([50, 50, 50, 50, 9]).price}


def test_a_problem_knows_a_name_once() -> None:
    eye = scipy.sparse.eye_array(4)
    factor = jc.Factor(4, 4, {"sparse": {"pattern": "p"}})
    assert jc.solve(jc.Problem([factor], patterns={"p": eye})).status == "optimal"
    with pytest.raises(jc.ChainError, match="pattern"):
        jc.solve(jc.Problem([factor], patterns={"q": eye}))
