"""Solving and checking: what goes in, what comes out."""

from __future__ import annotations

import copy
import html.parser
import itertools
import json
import os
import pickle
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import jacobian_chain as jc

from ..conftest import sparse_draw

AUTOENCODER = [600, 60, 40, 10, 40, 60, 600]


def hard() -> jc.Problem:
    """Draw a word of two repeated factors: its search takes minutes."""
    word = np.random.default_rng(1).choice(["A", "B"], 60).tolist()
    return jc.Problem([jc.Factor(30, 30, name=name) for name in "AB"], targets=[word])


@pytest.mark.parametrize(
    ("dimensions", "forward", "reverse", "optimum"),
    [
        ([1000, 100, 10, 1], 1_010_000, 101_000, 101_000),
        ([1000, 1, 1000, 1, 1000], 3_000_000, 3_000_000, 1_002_000),
        ([30, 35, 15, 5, 10, 20, 25], 40_500, 47_500, 15_125),
        (AUTOENCODER, 24_960_000, 24_960_000, 4_368_000),
        ([784, 512, 256, 10], 104_767_488, 5_324_800, 5_324_800),
    ],
)
def test_hand_checked(
    dimensions: list[int], forward: int, reverse: int, optimum: int
) -> None:
    solved = jc.solve(dimensions)
    assert solved.price == solved.bound == optimum
    assert solved.baselines["forward"] == forward
    assert solved.baselines["reverse"] == reverse
    assert solved.savings["forward"] == pytest.approx(forward / optimum)
    assert (solved.status, solved.unit, solved.objective) == ("optimal", "fma", "fma")
    assert solved.stop_reason is None


@pytest.mark.parametrize("kind", [list, tuple, np.array, iter])
def test_dimensions_of_any_kind(kind: type) -> None:
    assert jc.solve(kind(AUTOENCODER)).price == 4_368_000


def test_problems_of_iterators_can_be_solved_again() -> None:
    problem = jc.Problem(jc.Factor(3, 3, name=name) for name in "ab")  # type: ignore[arg-type]
    assert jc.solve(problem).price == jc.solve(problem).price == 27


def test_numpy_values_are_numbers() -> None:
    sizes = np.array([600, 10, 600], dtype=np.int32)
    document = {
        "format": "jacobian-chain/1",
        "factors": [
            {"rows": sizes[1], "columns": sizes[0], "given": np.True_},
            jc.Factor(sizes[2], sizes[1]),  # type: ignore[arg-type]
        ],
    }
    assert jc.solve(document).price == 3_600_000


def test_paths(tmp_path: Path) -> None:
    path = tmp_path / "chain.json"
    path.write_text(json.dumps(jc.Problem.dense(AUTOENCODER).to_dict()))
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(jc.solve(str(path)).plan))
    assert jc.check(path, plan).price == jc.solve(path).price


def test_pattern_files_beside_the_problem(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (folder / "p.mtx").write_text(
        "%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 1\n2 2\n"
    )
    factor = {"rows": 2, "columns": 2, "structure": {"sparse": {"file": "p.mtx"}}}
    problem = {"format": "jacobian-chain/1", "factors": [factor] * 2}
    for factor, name in zip(problem["factors"], "ab", strict=True):
        factor["name"] = name
    problem["factors"] = [{**factor, "name": name} for name in "ab"]
    path = folder / "chain.json"
    path.write_text(json.dumps(problem))
    assert jc.solve(path).price == 2
    for factor in problem["factors"]:
        factor["structure"] = {"sparse": {"file": "../p.mtx"}}
    (folder / "p.mtx").rename(tmp_path / "p.mtx")
    path.write_text(json.dumps(problem))
    with pytest.raises(jc.ChainError, match=r"\.\./p\.mtx"):
        jc.solve(path)
    assert jc.solve(path, allow_outside_files=True).price == 2


def test_options() -> None:
    free = [jc.Factor(60, 60, tangent=500, adjoint=900, tape=70) for _ in range(3)]
    assert jc.solve(jc.Problem(free)).to_dict()["cost"]["tape"] >= 0
    tight = jc.solve(jc.Problem(free), tape_limit=1)
    assert all(step.get("mode") != "adjoint" for step in tight.plan["steps"])
    assert jc.solve(AUTOENCODER, solver="dynamic-programming").solver == (
        "dynamic-programming"
    )
    spread = jc.solve(AUTOENCODER, objective="makespan", machines=2)
    assert spread.price == spread.to_dict()["cost"]["makespan"] < 4_368_000
    assert spread.objective == "makespan"


def test_limits_give_the_best_so_far() -> None:
    solved = jc.solve(hard(), node_limit=10)
    assert solved.status == "feasible"
    assert solved.stop_reason == "nodeLimit"
    assert solved.bound < solved.price
    solved = jc.solve(hard(), time_limit=0.05)
    assert solved.stop_reason == "timeLimit"


def test_progress_is_told_and_may_stop() -> None:
    told: list[dict[str, object]] = []

    def stop(progress: dict[str, object]) -> bool:
        told.append(progress)
        return len(told) > 2

    solved = jc.solve(hard(), progress=stop)
    assert solved.stop_reason == "interrupted"
    assert len(told) >= 3
    assert any("bound" in progress for progress in told)


def test_exceptions_of_a_callback_pass_through() -> None:
    def fail(progress: dict[str, object]) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        jc.solve(hard(), progress=fail)
    assert jc.solve(AUTOENCODER).price == 4_368_000


def test_a_callback_may_solve() -> None:
    prices = []

    def nested(progress: dict[str, object]) -> bool:
        prices.append(jc.solve(AUTOENCODER, progress=lambda _: None).price)
        return len(prices) > 1

    assert jc.solve(hard(), progress=nested).status == "feasible"
    assert set(prices) == {4_368_000}


def test_ctrl_c_ends_a_search() -> None:
    def interrupted() -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        jc.solve(hard(), time_limit=20)

    # A shell's job in the background ignores it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.signal(signal.SIGINT, before)


def test_threads() -> None:
    def work(seed: int) -> tuple[int, str]:
        sizes = np.random.default_rng(seed % 8).integers(1, 100, 12).tolist()
        price = jc.solve(sizes).price
        with pytest.raises(jc.ChainError) as caught:
            jc.solve({"format": f"{seed}", "factors": []})
        assert f"{seed}" in caught.value.found
        return price, caught.value.location

    with ThreadPoolExecutor(64) as pool:
        results = list(pool.map(work, range(256)))
    assert len(set(results)) <= 8
    assert results[:8] * 32 == results


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles(protocol: int) -> None:
    step = sparse_draw(np.random.default_rng(1), 40, 40, 0.1)
    solved = jc.solve(jc.Problem([jc.Factor.of(step), jc.Factor(7, 40)], name="mesh"))
    back = pickle.loads(pickle.dumps(solved, protocol))
    assert back.to_dict() == solved.to_dict()
    assert back.plan == solved.plan
    assert repr(back) == repr(solved)
    # A check alone wouldn't know the solver, nor what it has proven.
    assert "mesh" in str(back)
    assert "optimal" in str(back)
    assert back.text(120) == solved.text(80)
    assert back.html() == solved.html()
    assert back._repr_html_() == solved._repr_html_()
    # What it says of itself in its first three lines, a check knows less of.
    programs = [each.code("numpy").splitlines()[3:] for each in (back, solved)]
    assert programs[0] == programs[1] != []
    twice = pickle.loads(pickle.dumps(back, protocol))
    assert (str(twice), twice.plan) == (str(back), solved.plan)
    assert copy.deepcopy(solved) is copy.copy(solved) is solved
    assert pickle.loads(pickle.dumps(jc.Problem.dense([3, 4]))) == jc.Problem.dense(
        [3, 4]
    )


def test_text_has_the_width_asked_for() -> None:
    solved = jc.solve(AUTOENCODER)
    for columns in (60, 64, 80, 130):
        lines = solved.text(columns).splitlines()
        assert max(map(len, lines)) <= columns
        assert any("4 368 000" in line for line in lines)
    assert solved.text(20) == solved.text(60) != solved.text(80)


def test_print_takes_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "64")
    solved = jc.solve(AUTOENCODER)
    assert str(solved) + "\n" == solved.text(64)
    assert repr(solved).startswith("<Solved 600-60-40-10-40-60-600: 4")


class Tags(html.parser.HTMLParser):
    """Every element that isn't void is closed, in order."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "col", "path", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.frame: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "iframe":
            self.frame = dict(attrs)["srcdoc"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_notebooks_get_a_document_of_its_own() -> None:
    name = "<b>\"&'</b>"
    solved = jc.solve(jc.Problem.dense(AUTOENCODER, name=name))
    outer = Tags()
    outer.feed(solved._repr_html_())
    assert outer.open == []
    assert outer.seen == {"iframe"}
    assert outer.frame == solved.html()
    inner = Tags()
    inner.feed(solved.html())
    assert inner.open == []
    assert {"html", "body", "table", "svg"} <= inner.seen
    assert name not in solved.html()


@pytest.mark.parametrize("length", range(2, 9))
def test_paths_are_those_of_einsum(length: int) -> None:
    draw = np.random.default_rng(length)
    sizes = draw.integers(1, 9, length + 1).tolist()
    letters = "abcdefghij"[: length + 1]
    operands = [draw.standard_normal(pair) for pair in itertools.pairwise(sizes)]
    path = jc.solve(sizes[::-1]).path()
    terms = ",".join(a + b for a, b in itertools.pairwise(letters))
    result = np.einsum(
        f"{terms}->{letters[0]}{letters[-1]}",
        *operands,
        optimize=["einsum_path", *path],
    )
    np.testing.assert_allclose(result, np.linalg.multi_dot(operands), rtol=1e-12)


def test_no_path_where_products_are_shared() -> None:
    step = jc.Factor(9, 9, name="A")
    tied = jc.Problem([step], targets=[["A"] * 4])
    with pytest.raises(jc.ChainError, match="used once"):
        jc.solve(tied).path()
    free = jc.Problem([jc.Factor(3, 9), jc.Factor(9, 3, tangent=1, adjoint=1)])
    with pytest.raises(jc.ChainError, match="matrixFree"):
        jc.solve(free).path()


def test_integers_beyond_doubles() -> None:
    size = 2**40
    solved = jc.solve([size, size, size, size])
    assert solved.price == 2 * size**3
    assert solved.baselines["forward"] == 2 * size**3
