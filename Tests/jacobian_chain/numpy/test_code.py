"""Plans as programs: what they compute, and how often they call."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse

import jacobian_chain as jc

from ..conftest import ROOT
from ..programs import Data, as_dense, load, run

PROBLEMS = sorted((ROOT / "problems").glob("*/*.json"))


def numpy_arguments(data: Data, solved: jc.Solved) -> list[Any]:
    def given(name: str) -> Any:
        matrix = data.matrices[name]
        return matrix.diagonal() if data.form(name) == "diagonal" else matrix

    def applied(name: str, mode: str) -> Any:
        matrix = data.matrices[name]

        def tangent(block: Any) -> Any:
            data.evaluations += block.shape[1]
            return matrix @ block

        def adjoint(block: Any) -> Any:
            data.evaluations += block.shape[0]
            return block @ matrix

        return tangent if mode == "tangent" else adjoint

    return data.arguments(solved, given, applied)


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_numpy_computes_every_problem(path: Path) -> None:
    if "graph" in json.loads(path.read_text()):
        with pytest.raises(jc.ChainError, match="a graph"):
            jc.solve(path).code("numpy")
        return
    problem = load(path)
    if problem is None:
        pytest.skip("its matrices don't fit")
    solved = jc.solve(path)
    data = Data(problem, path.parent)
    program = solved.code("numpy")
    results = run(program, numpy_arguments(data, solved))
    for result, expected in zip(results, data.expected(), strict=True):
        found = as_dense(result, expected.shape)
        assert found.shape == expected.shape
        np.testing.assert_allclose(
            found, expected, rtol=1e-10, atol=1e-12 * np.abs(expected).max()
        )
    assert data.evaluations == data.priced_evaluations(solved)
    lines = program.splitlines()
    assert [line[:2] for line in lines[:4]] == ["# ", "# ", "# ", "im"]
    assert str(solved.price) in lines[0].replace(" ", "") or solved.unit != "fma"


STRUCTURES: list[Any] = [
    None,
    "diagonal",
    "identity",
    {"banded": {"lower": 1, "upper": 0}},
    {"blockDiagonal": {"count": 3, "rows": 2, "columns": 2}},
    {"selection": [5, 0, 0, 3, 2, 5]},
    {"sparse": {"rowIndices": [0, 2, 2, 5], "columnIndices": [1, 1, 4, 0]}},
    {"sparse": {"rowIndices": [], "columnIndices": []}},
]


def pairs(seed: int) -> dict[str, Any]:
    """Draw a chain of structures, some at hand, some only applied."""
    draw = np.random.default_rng(seed)
    factors = []
    for _ in range(int(draw.integers(1, 6))):
        factor: dict[str, Any] = {"rows": 6, "columns": 6}
        structure = STRUCTURES[draw.integers(len(STRUCTURES))]
        if structure is not None:
            factor["structure"] = structure
        if draw.random() < 0.5:
            factor.update(tangent=int(draw.integers(1, 50)))
        if draw.random() < 0.4:
            factor.update(adjoint=int(draw.integers(1, 50)))
        factors.append(factor)
    return {"format": "jacobian-chain/1", "factors": factors}


@pytest.mark.parametrize("seed", range(120))
def test_numpy_knows_every_structure(seed: int) -> None:
    problem = pairs(seed)
    solved = jc.solve(problem)
    data = Data(problem, ROOT)
    (result,) = run(solved.code("numpy"), numpy_arguments(data, solved))
    (expected,) = data.expected()
    np.testing.assert_allclose(as_dense(result, (6, 6)), expected, atol=1e-13)
    assert data.evaluations == data.priced_evaluations(solved)


def test_values_are_dropped_after_their_last_use() -> None:
    program = jc.solve([9, 2, 9, 2, 9]).code("numpy")
    assert program.count("del ") == 2
    assert "return s3" in program


@pytest.mark.parametrize(
    "name",
    ["class", "s1", "np", "jacobian", "1", "∂y/∂x", "x y", "a\nimport os", "seeds", ""],
)
def test_any_name_becomes_one_of_python(name: str) -> None:
    factors = [
        jc.Factor(2, 3, name=name or "?"), jc.Factor(3, 2, name="b"),
        jc.Factor(2, 3, name="_b"),
    ]  # fmt: skip
    solved = jc.solve(jc.Problem(factors))
    draw = np.random.default_rng(1).standard_normal
    given = [draw((2, 3)), draw((3, 2)), draw((2, 3))]
    for language in ("numpy", "einsum"):
        order = given if language == "numpy" else given[::-1]
        (result,) = run(solved.code(language), order)
        np.testing.assert_allclose(result, given[2] @ given[1] @ given[0])


@pytest.mark.parametrize("length", [1, 2, 5, 20, 51, 52, 60])
def test_einsum_contracts_the_path(length: int) -> None:
    if length > 51:
        pytest.importorskip("opt_einsum")
    draw = np.random.default_rng(length)
    sizes = draw.integers(1, 6, length + 1).tolist()
    solved = jc.solve(sizes)
    operands = [
        draw.standard_normal((rows, columns))
        for columns, rows in itertools.pairwise(sizes)
    ][::-1]
    (result,) = run(solved.code("einsum"), operands)
    expected = operands[0] if length == 1 else np.linalg.multi_dot(operands)
    np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-12)
    assert len(solved.path()) == length - 1


def test_einsum_has_no_eliminations_and_no_shared_products() -> None:
    free = jc.Problem([jc.Factor(3, 9), jc.Factor(9, 3, tangent=1, adjoint=1)])
    with pytest.raises(jc.ChainError, match="matrixFree") as refused:
        jc.solve(free).code("einsum")
    assert refused.value.kind == "unsupported"
    factors = [jc.Factor(4, 4, name=name) for name in "abc"]
    shared = jc.Problem(factors, targets=[["c", "b", "a"], ["b", "a"]])
    with pytest.raises(jc.ChainError, match="once"):
        jc.solve(shared).code("einsum")
    apart = jc.Problem(factors, targets=[["b", "a"], ["c", "b"]])
    draw = np.random.default_rng(2).standard_normal
    a, b, c = draw((4, 4)), draw((4, 4)), draw((4, 4))
    results = run(jc.solve(apart).code("einsum"), [b, a, c])
    np.testing.assert_allclose(results[0], b @ a)
    np.testing.assert_allclose(results[1], c @ b)


def test_what_is_no_language_is_refused() -> None:
    solved = jc.solve([3, 2, 1])
    for language in ("fortran", "", "numpy\0", "NUMPY"):
        with pytest.raises(jc.ChainError, match="numpy") as refused:
            solved.code(language)
        assert refused.value.location == "language"


def test_patterns_that_are_too_long_are_refused() -> None:
    size = 70_000
    index = np.arange(size)
    pattern = scipy.sparse.csr_array(
        (np.ones(4 * size), (np.tile(index, 4), np.concatenate(
            [(index * step) % size for step in (1, 3, 7, 9)]))), shape=(size, size),
    )  # fmt: skip
    solved = jc.solve(jc.Problem([jc.Factor(size, size, pattern, tangent=3)]))
    with pytest.raises(jc.ChainError, match="indices of patterns") as refused:
        solved.code("numpy")
    assert refused.value.kind == "tooLarge"


def test_the_command_prints_the_same(command: Path) -> None:
    printed = subprocess.run(
        [command, "plan", "1000", "100", "10", "1", "--format", "numpy"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert printed == jc.solve([1000, 100, 10, 1]).code("numpy")


def test_a_program_imports_nothing_of_ours(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        jc.solve([4, 3, 2]).code("numpy")
        + "\nprint(jacobian(np.ones((3, 4)), np.ones((2, 3))).sum())\n"
        + "import sys; assert 'jacobian_chain' not in sys.modules\n"
    )
    printed = subprocess.run(
        [sys.executable, program], check=True, capture_output=True, text=True
    ).stdout
    assert printed == "24.0\n"
