"""Plans as programs of JAX: traced, jitted, as often evaluated as priced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
import scipy.sparse

import jacobian_chain as jc

from ..conftest import ROOT
from ..numpy.test_code import PROBLEMS, pairs
from ..programs import Data, as_dense, load, run


def jax_arguments(data: Data, solved: jc.Solved) -> list[Any]:
    def given(name: str) -> Any:
        matrix = data.matrices[name]
        form = data.form(name)
        if form == "sparse":
            return matrix.data
        return matrix.diagonal() if form == "diagonal" else matrix

    def applied(name: str, mode: str) -> Any:
        matrix = data.matrices[name]
        if scipy.sparse.issparse(matrix):
            matrix = matrix.toarray()
        return (lambda v: matrix @ v) if mode == "tangent" else (lambda u: u @ matrix)

    return data.arguments(solved, given, applied)


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in PROBLEMS
        if path.parent.name in ("structured", "targets")
        or path.stem[:3] in ("w01", "w04", "w05")
    ],
    ids=lambda path: path.stem,
)
def test_jax_computes_the_problems(path: Path) -> None:
    problem = load(path)
    if problem is None:
        pytest.skip("its matrices don't fit")
    solved = jc.solve(path)
    data = Data(problem, path.parent)
    results = run(solved.code("jax"), jax_arguments(data, solved))
    for result, expected in zip(results, data.expected(), strict=True):
        np.testing.assert_allclose(
            as_dense(result, expected.shape), expected,
            rtol=1e-10, atol=1e-12 * np.abs(expected).max(),
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_jax_knows_every_structure(seed: int) -> None:
    problem = pairs(seed)
    solved = jc.solve(problem)
    data = Data(problem, ROOT)
    (result,) = run(solved.code("jax"), jax_arguments(data, solved))
    np.testing.assert_allclose(as_dense(result, (6, 6)), data.expected()[0], atol=1e-13)


def test_what_comes_out_can_be_jitted_and_differentiated() -> None:
    factors = [
        jc.Factor(6, 6, {"banded": {"lower": 1, "upper": 1}}, "a"),
        jc.Factor(6, 6, "diagonal", "b"),
        jc.Factor(3, 6, name="c"),
    ]
    module: dict[str, Any] = {}
    exec(jc.solve(jc.Problem(factors)).code("jax"), module)
    draw = np.random.default_rng(3).standard_normal
    given = draw(16), draw(6), draw((3, 6))
    plain = module["jacobian"](*given)
    np.testing.assert_allclose(jax.jit(module["jacobian"])(*given), plain, rtol=1e-12)
    slope = jax.grad(lambda b: module["jacobian"](given[0], b, given[2]).sum())
    np.testing.assert_allclose(slope(given[1]) @ given[1], plain.sum(), rtol=1e-12)
