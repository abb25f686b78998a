"""Problems with numbers, for the programs that plans are written as."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io
import scipy.sparse

import jacobian_chain as jc

# A reference is dense.
LARGEST = 2100


class Data:
    """Random matrices for the factors of a problem, and what a program gets of them."""

    def __init__(self, problem: dict[str, Any], folder: Path) -> None:
        draw = np.random.default_rng(7)
        self.factors = problem["factors"]
        for place, factor in enumerate(self.factors):
            factor.setdefault("name", f"J{place + 1}")
        self.by_name = {factor["name"]: factor for factor in self.factors}
        self.places: dict[str, tuple[Any, Any]] = {}
        # Arrays, or scipy.sparse arrays where that is what a program takes.
        self.matrices: dict[str, Any] = {}
        for factor in self.factors:
            name = factor["name"]
            rows, columns = _places(factor, problem, folder)
            self.places[name] = rows, columns
            values = draw.standard_normal(len(rows)) / np.sqrt(factor["columns"])
            if _tag(factor) in ("identity", "selection"):
                values = np.ones(len(rows))
            matrix = scipy.sparse.csr_array(
                (values, (rows, columns)), shape=(factor["rows"], factor["columns"])
            )
            self.matrices[name] = (
                matrix.toarray() if self.form(name) == "dense" else matrix
            )
        names = list(self.by_name)
        self.targets = problem.get("targets") or [names[::-1]]
        self.evaluations = 0

    def expected(self) -> list[Any]:
        """Multiply each target out, innermost first."""
        results = []
        for word in self.targets:
            value = self.matrices[word[-1]]
            for name in word[-2::-1]:
                value = self.matrices[name] @ value
            results.append(value.toarray() if scipy.sparse.issparse(value) else value)
        return results

    def arguments(
        self,
        solved: jc.Solved,
        given: Callable[[str], Any],
        applied: Callable[[str, str], Any],
    ) -> list[Any]:
        """Return what `jacobian` takes: factors in their order, entries first."""
        needed = set()
        for step in solved.plan["steps"]:
            if step["kind"] == "multiply":
                continue
            unit = _tag(self.by_name[step["factor"]]) in ("identity", "selection")
            if not (unit and step["kind"] != "eliminate"):
                needed.add((step["factor"], step.get("mode")))
        return [
            given(factor["name"]) if mode is None else applied(factor["name"], mode)
            for factor in self.factors
            for mode in (None, "tangent", "adjoint")
            if (factor["name"], mode) in needed
        ]

    def priced_evaluations(self, solved: jc.Solved) -> int:
        """Count what the plan evaluates; entries that are known need nothing."""
        return sum(
            step.get("evaluations", 0)
            for step in solved.plan["steps"]
            if step["kind"] == "eliminate"
            or (
                step["kind"] == "accumulate"
                and _tag(self.by_name[step["factor"]]) not in ("identity", "selection")
            )
        )

    def form(self, name: str) -> str:
        """Say how a factor is handed over: dense, diagonal or sparse."""
        factor = self.by_name[name]
        tag = _tag(factor)
        rows, columns = factor["rows"], factor["columns"]
        if tag == "dense" or len(self.places[name][0]) == rows * columns:
            return "dense"
        if tag == "blockDiagonal":
            block = factor["structure"]["blockDiagonal"]
            return "diagonal" if block["rows"] == block["columns"] == 1 else "sparse"
        return "diagonal" if tag == "diagonal" else "sparse"


def load(path: Path) -> dict[str, Any] | None:
    """Read a problem; None when its reference wouldn't fit."""
    problem: dict[str, Any] = json.loads(path.read_text())
    sizes = [
        size for factor in problem.get("factors", ())
        for size in (factor["rows"], factor["columns"])
    ]  # fmt: skip
    return problem if sizes and max(sizes) <= LARGEST else None


def as_dense(result: Any, shape: tuple[int, int]) -> Any:
    """Bring what a program returned to an array."""
    if hasattr(result, "toarray"):
        return result.toarray()
    if hasattr(result, "todense"):
        return np.asarray(result.todense())
    result = np.asarray(result)
    return np.diag(result) if result.ndim == 1 and len(shape) == 2 else result


def run(program: str, arguments: list[Any]) -> list[Any]:
    """Execute a module and call its function."""
    module: dict[str, Any] = {}
    exec(compile(program, "program", "exec"), module)
    results = module["jacobian"](*arguments)
    return list(results) if isinstance(results, tuple) else [results]


def _tag(factor: dict[str, Any]) -> str:
    structure = factor.get("structure", "dense")
    return structure if isinstance(structure, str) else next(iter(structure))


def _places(
    factor: dict[str, Any], problem: dict[str, Any], folder: Path
) -> tuple[Any, Any]:
    rows, columns = factor["rows"], factor["columns"]
    tag, structure = _tag(factor), factor.get("structure")
    if tag == "dense":
        return tuple(np.indices((rows, columns)).reshape(2, -1))
    if tag in ("diagonal", "identity"):
        return np.arange(rows), np.arange(rows)
    if tag == "banded":
        band = structure["banded"]
        offsets = range(-min(band["lower"], rows), min(band["upper"], columns) + 1)
        ones = np.ones((len(offsets), columns))
        inside = scipy.sparse.dia_array((ones, offsets), shape=(rows, columns))
    elif tag == "blockDiagonal":
        block = structure["blockDiagonal"]
        ones = scipy.sparse.coo_array(np.ones((block["rows"], block["columns"])))
        inside = scipy.sparse.block_diag([ones] * block["count"])
    elif tag == "selection":
        return np.arange(rows), np.asarray(structure["selection"])
    else:
        content = structure["sparse"]
        if "pattern" in content:
            content = problem["patterns"][content["pattern"]]
        if "file" in content:
            with warnings.catch_warnings():
                # Of a matrix that is to become an array in SciPy 1.20.
                warnings.simplefilter("ignore", DeprecationWarning)
                inside = scipy.io.mmread(folder / content["file"])
            inside.data[:] = 1
        else:
            indices = tuple(
                np.asarray(content[side], int)
                for side in ("rowIndices", "columnIndices")
            )
            inside = scipy.sparse.coo_array(
                (np.ones(len(indices[0])), indices), shape=(rows, columns)
            )
    entries = inside.tocsr()
    entries.sum_duplicates()
    entries = entries.tocoo()
    return entries.row, entries.col
