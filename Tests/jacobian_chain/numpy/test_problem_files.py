"""All of problems/: the same answers as the command, and the known optima."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import jacobian_chain as jc

from ..conftest import ROOT

FILES = sorted((ROOT / "problems").rglob("*.json"))


def objective_of(path: Path) -> str:
    return "makespan" if path.parent.name == "machines" else "fma"


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_there_are_problems() -> None:
    assert len(FILES) > 60


@pytest.mark.parametrize("path", FILES, ids=named)
def test_report_is_that_of_the_command(path: Path, command: Path) -> None:
    objective = objective_of(path)
    printed = subprocess.run(
        [command, "plan", path, "--format", "json", "--objective", objective],
        check=True,
        capture_output=True,
    )
    expected = json.loads(printed.stdout)
    report = jc.solve(path, objective=objective).to_dict()
    assert report.pop("seconds").keys() == expected.pop("seconds").keys()
    assert report == expected


@pytest.mark.parametrize("path", FILES, ids=named)
def test_known_optimum(path: Path) -> None:
    known = json.loads(path.read_text()).get("known", {})
    objective = objective_of(path)
    if objective not in known:
        pytest.skip("no optimum is known")
    solved = jc.solve(path, objective=objective)
    assert (solved.price, solved.bound) == (known[objective], known[objective])
    assert solved.status == "optimal"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_dict_is_as_good_as_a_file(path: Path) -> None:
    document = json.loads(path.read_text())
    if "file" in json.dumps(document):
        pytest.skip("names a file beside it")
    problem = jc.Problem.from_dict(document)
    objective = objective_of(path)
    reports = [
        jc.solve(given, objective=objective).to_dict()
        for given in (path, document, problem)
    ]
    for report in reports:
        del report["seconds"]
    assert reports[0] == reports[1] == reports[2]
    assert problem.to_dict() == document


@pytest.mark.parametrize("path", FILES, ids=named)
def test_plans_pass_the_check(path: Path) -> None:
    solved = jc.solve(path, objective=objective_of(path))
    checked = jc.check(path, solved)
    assert checked.to_dict()["cost"]["fma"] == solved.to_dict()["cost"]["fma"]
    assert jc.check(path, solved.plan).plan == solved.plan
