"""The door to the library: colours, orders, errors, memory."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse

import jacobian_chain as jc
from jacobian_chain import _native

from ..conftest import sparse_draw

PROBLEM = json.dumps(jc.Problem.dense([5, 4, 3, 2]).to_dict()).encode()


def test_versions_agree() -> None:
    assert _native.version() == jc.__version__


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("side", ["rows", "columns"])
def test_colours_never_meet(seed: int, side: str) -> None:
    draw = np.random.default_rng(seed)
    rows, columns = draw.integers(1, 40, 2).tolist()
    pattern = sparse_draw(draw, rows, columns, 0.1)
    colours = _native.colours(rows, columns, pattern.row, pattern.col, side)  # type: ignore[arg-type]
    entries = pattern.toarray() != 0
    lines = entries.T if side == "columns" else entries
    assert len(colours) == len(lines)
    np.testing.assert_array_equal(colours == -1, ~lines.any(axis=1))
    for colour in range(colours.max(initial=-1) + 1):
        assert lines[colours == colour].sum(axis=0).max() == 1


def test_colours_of_a_band() -> None:
    band = scipy.sparse.diags_array(
        np.ones((3, 1000)), offsets=[-1, 0, 1], shape=(1000,) * 2
    )
    pattern = band.tocoo()
    assert _native.colours(1000, 1000, pattern.row, pattern.col, "columns").max() == 2


@pytest.mark.parametrize(
    ("rows", "columns", "row_indices", "column_indices", "place"),
    [
        (0, 3, [], [], "pattern.rows"),
        (3, 2**26 + 1, [], [], "pattern.columns"),
        (3, 3, [3], [0], "row_indices[0]"),
        (3, 3, [0], [-1], "column_indices[0]"),
        (3, 3, [0], [], "pattern"),
        (3, 3, [[0]], [[0]], "pattern.row_indices"),
        (3, 3, [0], [2**63], "column_indices[0]"),
    ],
)
def test_patterns_that_are_none(
    rows: int,
    columns: int,
    row_indices: list[int],
    column_indices: list[int],
    place: str,
) -> None:
    arrays = [np.array(part) for part in (row_indices, column_indices)]
    with pytest.raises(jc.ChainError) as caught:
        _native.colours(rows, columns, *arrays, "rows")
    assert caught.value.location == place


def test_dense_orders() -> None:
    assert _native.dense_order([1000, 100, 10, 1]) == ([2, 1, 3, 0], 101_000)
    assert _native.dense_order([7, 3]) == ([], 0)
    with pytest.raises(jc.ChainError):
        _native.dense_order([7, 0, 3])


def test_named_patterns() -> None:
    pattern = _native.Pattern(3, 3, np.arange(3), np.arange(3))
    document = {
        "format": "jacobian-chain/1",
        "factors": [
            {"rows": 3, "columns": 3, "structure": {"sparse": {"pattern": "mesh"}}},
            {"rows": 3, "columns": 5},
        ][::-1],
    }
    problem = json.dumps(document).encode()
    report = json.loads(_native.solve(problem, patterns={"mesh": pattern}))
    cost = report["cost"]
    assert cost["fma"] == 15
    checked = _native.check(
        problem, json.dumps(report).encode(), patterns={"mesh": pattern}
    )
    assert cost["peakStatus"] == "optimal"
    assert json.loads(checked)["cost"] == cost


def test_hostile_bytes() -> None:
    draw = np.random.default_rng(1)
    for _ in range(500):
        mutated = bytearray(PROBLEM)
        for place in draw.integers(0, len(mutated), 3):
            mutated[place] = draw.integers(0, 256)
        with contextlib.suppress(jc.ChainError):
            assert json.loads(_native.solve(bytes(mutated)))["cost"]["fma"] > 0
    for text in (b"", b"\0", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe"):
        with pytest.raises(jc.ChainError):
            _native.solve(text)


def memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf(
        "SC_PAGE_SIZE"
    )


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_nothing_leaks() -> None:
    mesh = sparse_draw(np.random.default_rng(1), 60, 60, 0.1)
    problem = jc.Problem([jc.Factor.of(mesh), jc.Factor(3, 60)])

    def calls(count: int) -> None:
        for index in range(count):
            solved = jc.solve(problem)
            if index % 10 == 0:
                assert solved.text(80)
                assert solved.html()
                assert solved.price > 0
            with pytest.raises(jc.ChainError):
                jc.solve({"format": index})

    calls(200)
    gc.collect()
    before = memory()
    calls(2000)
    gc.collect()
    assert memory() - before < 4 << 20


@pytest.mark.parametrize(
    ("value", "found"),
    [("/nowhere/libjchain.so", "/nowhere/libjchain.so"), (sys.executable, "")],
)
def test_a_missing_library_is_told(value: str, found: str) -> None:
    script = "import jacobian_chain as jc\njc.solve([3, 4])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "JCHAIN_LIBRARY": value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "JCHAIN_LIBRARY: unsupported" in done.stderr
    assert found in done.stderr
    assert "advice" in done.stderr


def test_import_needs_neither_scipy_nor_jax() -> None:
    script = (
        "import sys, numpy as np\n"
        "sys.modules['scipy'] = sys.modules['jax'] = None\n"
        "import jacobian_chain as jc\n"
        "assert jc.multi_dot([np.ones((2, 2))] * 3).sum() == 16\n"
        "assert jc.chain([np.ones((2, 2))] * 3).jacobian().sum() == 16\n"
        "try: jc.chain([np.ones((2, 2))], [jc.Factor(2, 2, {'selection': [0, 1]})])\n"
        "except jc.ChainError as error: print(error.advice)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "pip install 'jacobian-chain[scipy]'", done.stderr


def test_a_library_of_another_version_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_native, "__version__", "0.0.9")
    _native.library.cache_clear()
    with pytest.raises(jc.ChainError, match=r"0\.0\.9"):
        jc.solve([3, 4])
    monkeypatch.undo()
    assert jc.solve([3, 4]).price == 0
