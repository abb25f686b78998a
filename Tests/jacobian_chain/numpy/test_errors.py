"""Bad input of every kind: an exception with its parts, never a crash."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse

import jacobian_chain as jc

DENSE = {"rows": 3, "columns": 3}


def problem(*factors: Any, **keys: Any) -> dict[str, Any]:
    return {"format": "jacobian-chain/1", "factors": list(factors), **keys}


def factor(**keys: Any) -> dict[str, Any]:
    return problem({**DENSE, **keys})


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)
DEEP: Any = []
for _ in range(100_000):
    DEEP = [DEEP]

MALFORMED: dict[str, tuple[Any, str]] = {
    "no format": ({"factors": [DENSE]}, "problem: /format"),
    "other format": ({"format": "x", "factors": [DENSE]}, "problem: /format"),
    "empty": (problem(), "problem: /factors"),
    "no factors": ({"format": "jacobian-chain/1"}, "problem: /factors"),
    "unknown key": (problem(DENSE, colour="red"), "problem: /colour"),
    "unknown factor key": (factor(row=3), "problem: /factors/0/row"),
    "missing rows": (problem({"columns": 3}), "problem: /factors/0/rows"),
    "text for a number": (factor(rows="3"), "problem: /factors/0/rows"),
    "zero": (factor(rows=0), "problem: /factors/0/rows"),
    "negative": (factor(columns=-1), "problem: /factors/0/columns"),
    "fraction": (factor(rows=2.5), "problem: /factors/0/rows"),
    "too long": (factor(rows=2**40 + 1), "problem: /factors/0/rows"),
    "beyond 64 bits": (factor(rows=10**30), "problem: /factors/0/rows"),
    "neighbours": (problem(DENSE, {"rows": 2, "columns": 4}), "/factors/1/columns"),
    "null factor": (problem(None), "problem: /factors/0"),
    "duplicate name": (
        problem({**DENSE, "name": "a"}, {**DENSE, "name": "a"}),
        "problem: /factors/1/name",
    ),
    "unknown structure": (factor(structure="banded"), "/factors/0/structure"),
    "two structures": (
        factor(structure={"banded": {"lower": 1, "upper": 1}, "selection": [0]}),
        "problem: /factors/0/structure",
    ),
    "band too wide": (
        factor(structure={"banded": {"lower": -1, "upper": 1}}),
        "problem: /factors/0/structure",
    ),
    "diagonal, not square": (
        problem({"rows": 2, "columns": 3, "structure": "diagonal"}),
        "problem: /factors/0/structure",
    ),
    "selection outside": (
        factor(structure={"selection": [0, 1, 3]}),
        "problem: /factors/0/structure",
    ),
    "selection too short": (
        factor(structure={"selection": np.array([0, 1])}),
        "problem: /factors/0/structure",
    ),
    "list outside the shape": (
        factor(structure={"sparse": {"rowIndices": [3], "columnIndices": [0]}}),
        "problem: /factors/0/structure",
    ),
    "array outside the shape": (
        factor(
            structure={
                "sparse": {
                    "rowIndices": np.array([0, 3]),
                    "columnIndices": np.array([0, 0]),
                }
            }
        ),
        "/factors/0/structure.row_indices[1]",
    ),
    "arrays of two lengths": (
        factor(
            structure={
                "sparse": {
                    "rowIndices": np.array([0, 1]),
                    "columnIndices": np.array([0]),
                }
            }
        ),
        "/factors/0/structure",
    ),
    "indices that are fractions": (
        factor(
            structure={
                "sparse": {
                    "rowIndices": np.array([0.5]),
                    "columnIndices": np.array([0]),
                }
            }
        ),
        "/factors/0/structure.row_indices",
    ),
    "sparse of another shape": (
        factor(structure=scipy.sparse.eye_array(4, format="csr")),
        "problem: /factors/0/structure",
    ),
    "unknown pattern": (
        factor(structure={"sparse": {"pattern": "mesh"}}),
        "problem: /factors/0/structure",
    ),
    "file without a folder": (
        factor(structure={"sparse": {"file": "mesh.mtx"}}),
        "problem: /factors/0/structure",
    ),
    "no way to it": (factor(given=False), "problem: /factors/0/given"),
    "negative cost": (factor(tangent=-1), "problem: /factors/0/tangent"),
    "unknown name": (problem(DENSE, targets=[["K"]]), "problem: /targets/0/0"),
    "limit of 0": (problem(DENSE, limits={"machines": 0}), "/limits/machines"),
    "a set": (factor(structure={1, 2}), "problem"),
    "not a number": (factor(tangent=math.nan), "problem"),
    "infinity": (factor(tangent=math.inf), "problem"),
    "tuple for a key": (problem(DENSE, known={(1, 2): 3}), "problem"),
    "circle": (problem(DENSE, source=CIRCLE), "problem"),
    "deep": (problem(DENSE, source=DEEP), "problem"),
    "half a character": (problem(DENSE, name="\ud800"), "problem:"),
    "a number": (7, "problem"),
    "nothing": (None, "problem"),
    "bytes": (b"{}", "problem"),
    "set": ({3, 4}, "problem"),
    "text": ('{"format": "jacobian-chain/1"}', "{"),
    "zero in a path": ("a\0b", "a"),
    "folder": (Path("/"), "/"),
    "one dimension": ([3], "dimensions"),
    "dimension 0": ([3, 0, 2], "dimensions[1]"),
    "bool": ([3, True, 2], "dimensions[1]"),
    "fractions": (np.array([3.0, 2.0]), "dimensions[0]"),
    "text in dimensions": ([3, "2"], "dimensions[1]"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name: str) -> None:
    given, place = MALFORMED[name]
    with pytest.raises(jc.ChainError) as caught:
        jc.solve(given)
    error = caught.value
    assert place in error.location
    for part in (error.kind, error.expected, error.found, error.advice):
        assert isinstance(part, str)
        assert part
    assert str(error).splitlines()[0] == f"{error.location}: {error.kind}"
    for part in (error.expected, error.found, error.advice):
        assert part in str(error)


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"solver": "magic"}, "options: /solver"),
        ({"objective": "beauty"}, "options: /objective"),
        ({"machines": 0}, "options: /machines"),
        ({"time_limit": 0}, "options: /timeLimit"),
        ({"time_limit": "soon"}, "options: /timeLimit"),
        ({"gap": 100}, "options: /gap"),
        ({"node_limit": 0}, "options: /nodeLimit"),
        ({"tape_limit": -1}, "options: /tapeLimit"),
    ],
)
def test_options(options: dict[str, Any], place: str) -> None:
    with pytest.raises(jc.ChainError) as caught:
        jc.solve([3, 4], **options)
    assert place in caught.value.location


def test_unknown_option() -> None:
    with pytest.raises(TypeError, match="speed"):
        jc.solve([3, 4], speed="high")  # type: ignore[call-arg]


def test_infeasible_limits() -> None:
    factors = [{**DENSE, "adjoint": 5, "tape": 9}]
    with pytest.raises(jc.ChainError) as caught:
        jc.solve(problem(*factors, limits={"tapePerStep": 3}))
    assert caught.value.kind == "infeasible"


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(jc.ChainError) as caught:
        jc.solve(tmp_path / "nothing.json")
    assert caught.value.kind == "missingFile"
    assert "nothing.json" in caught.value.location


def test_syntax_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"format": "jacobian-chain/1",\n "factors": [}')
    with pytest.raises(jc.ChainError) as caught:
        jc.solve(path)
    assert f"{path}:2:" in caught.value.location


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda plan: plan.update(targets=[0]), "invalidPlan"),
        (lambda plan: plan["steps"].pop(), "invalidPlan"),
        (lambda plan: plan["steps"][-1].update(outer=99), "invalidPlan"),
        (lambda plan: plan.update(format="x"), "malformed"),
        (lambda plan: plan["steps"][-1].update(kind="divide"), "malformed"),
    ],
)
def test_wrong_plans(change: Any, kind: str) -> None:
    chain = jc.Problem.dense([4, 3, 2, 1])
    plan = jc.solve(chain).plan
    change(plan)
    with pytest.raises(jc.ChainError) as caught:
        jc.check(chain, plan)
    assert caught.value.kind in (kind, "malformed")
    assert caught.value.location.startswith("plan")


def test_claims_that_do_not_hold() -> None:
    chain = jc.Problem.dense([4, 3, 2, 1])
    report = jc.solve(chain).to_dict()
    report["cost"]["fma"] += 1
    with pytest.raises(jc.ChainError) as caught:
        jc.check(chain, report)
    assert caught.value.kind == "disagreement"


@pytest.mark.parametrize("plan", [None, 7, b"{}", [1]])
def test_what_is_no_plan(plan: Any) -> None:
    with pytest.raises(jc.ChainError, match="a dict or a path") as caught:
        jc.check([3, 2, 1], plan)
    assert (caught.value.location, caught.value.kind) == ("plan", "malformed")


@pytest.mark.parametrize("target", [-1, 1, 1 << 31, 1 << 64, -(1 << 64)])
def test_what_is_no_target(target: int) -> None:
    with pytest.raises(jc.ChainError) as caught:
        jc.solve([3, 2, 1]).path(target)
    assert caught.value.location == "target"


def test_a_path_that_is_empty_is_seen() -> None:
    with pytest.raises(jc.ChainError) as caught:
        jc.solve("")
    assert caught.value.location == '""'


def test_problem_knows_its_keys() -> None:
    with pytest.raises(jc.ChainError) as caught:
        jc.Problem.from_dict({"factors": [], "graphs": {}})
    assert caught.value.location == "problem: /graphs"
    with pytest.raises(jc.ChainError) as caught:
        jc.Problem.from_dict(problem({**DENSE, "row": 3}))
    assert caught.value.location == "problem: /factors/0/row"


@pytest.mark.parametrize("factors", [7, None, "J1", [7], [None], [{"rows": 3}]])
def test_factors_that_are_none(factors: Any) -> None:
    made = jc.Problem.from_dict({"format": "jacobian-chain/1", "factors": factors})
    for given in (made, jc.Problem(factors)):
        with pytest.raises(jc.ChainError, match="/factors"):
            jc.solve(given)


def test_errors_are_values() -> None:
    error = jc.ChainError("malformed", "here", "this", "that", "do it")
    back = pickle.loads(pickle.dumps(error))
    assert isinstance(back, ValueError)
    assert vars(back) == vars(error)
    assert str(back) == str(error)
