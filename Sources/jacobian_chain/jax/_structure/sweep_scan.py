"""Scans inside the sweep: rolled always, [A B] per step where that is cheaper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .._compat import scan_counts, varying_as
from .._precision import precision_of
from .._prices import has_adjoints
from . import moves
from .listed import DENSE, Form
from .prices import Price
from .program import Equation, Program
from .rules_control import program_of
from .steps import Steps, by_blocks, small_product
from .sweep_planner import Planner
from .sweep_sums import Parts, Planned

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class _Loop:
    """A scan taken apart: constants, carry, rows; which of them are tangents."""

    program: Program
    constants: int
    carry: int
    length: int
    reverse: bool
    active: tuple[bool, ...]

    @property
    def kinds(self) -> list[str]:
        rows = len(self.program.inputs) - self.constants - self.carry
        return ["constant"] * self.constants + ["carry"] * self.carry + ["row"] * rows

    def places(self, kind: str, active: bool) -> list[int]:
        """Positions of operands; carried values count as tangents always."""
        return [
            k
            for k, own in enumerate(self.kinds)
            if own == kind and (self.active[k] or own == "carry") == active
        ]

    def sizes(self, places: Sequence[int]) -> list[int]:
        return [self.program.size(self.program.inputs[k]) for k in places]

    @property
    def is_linear(self) -> bool:
        """Whether all that is carried, and all that comes out, are tangents."""
        program, carry = (
            self.program,
            range(self.constants, self.constants + self.carry),
        )
        active = {k for k, own in enumerate(self.active) if own}
        while True:
            reached = program.depending_on(program.inputs[k] for k in active)
            more = {
                k
                for k, out in zip(carry, program.outputs, strict=False)
                if k not in active and out in reached
            }
            if not more:
                return active.issuperset(carry) and reached.issuperset(program.outputs)
            active |= more

    @property
    def distinct(self) -> list[int]:
        """Places of the outputs in [A B]: every variable once."""
        return [
            self.program.outputs.index(v) for v in dict.fromkeys(self.program.outputs)
        ]


def scanned(
    planner: Planner, equation: Equation, operands: list[Parts | None]
) -> Planned | None:
    """[A B] of every step and S ← A·S + B, if that is cheaper than n tangents."""
    params = equation.params
    program = program_of(params["jaxpr"])
    loop = _Loop(
        program,
        *scan_counts(params),
        params["length"],
        params["reverse"],
        tuple(p is not None for p in operands),
    )
    fixed = loop.places("constant", True)
    carry = loop.places("carry", True)
    rows = loop.places("row", True)
    d, n = sum(loop.sizes(carry)), planner.columns
    inner = {program.inputs[k] for k in (*fixed, *carry, *rows)}
    active = program.depending_on(inner)
    # Conjugates and real parts are no products with complex matrices.
    parts = (program.avals[v].dtype.kind == "c" for v in (*inner, *program.outputs))
    if any(parts) or not loop.is_linear or not has_adjoints(params["jaxpr"].eqns):
        return None
    columns = _known_columns(planner, equation, operands, fixed)
    distinct = [program.outputs[k] for k in loop.distinct]
    steps = Steps(
        program,
        active,
        loop.length,
        d + sum(loop.sizes(rows)),
        0 if columns is not None else sum(loop.sizes(fixed)),
        sum(program.size(v) for v in distinct),
    )
    price = steps.accumulate(n, planner.rates)
    if not d or price.seconds >= steps.tangents(n, planner.rates).seconds:
        return None
    gather = [
        None
        if parts is None or (columns is not None and k in fixed)
        else planner.dense_sum(parts, variable)
        for k, (parts, variable) in enumerate(
            zip(operands, equation.inputs, strict=True)
        )
    ]
    price += sum((g.price for g in gather if g is not None), Price())

    def run(values: Sequence[Any]) -> list[Any]:
        laid = [
            value if own is None else own.run(value)[0]
            for own, value in zip(gather, values, strict=True)
        ]
        if columns is not None:
            for k in fixed:
                laid[k] = values[k][0][0]
        return [(result,) for result in _accumulated(loop, laid, columns, n)]

    return Planned([(DENSE,)] * len(equation.outputs), run, price)


def _known_columns(
    planner: Planner, equation: Equation, operands: list[Parts | None], fixed: list[int]
) -> Array | None:
    """The one column of every constant entry, if each has one of its own."""
    found: list[Array] = []
    for k in fixed:
        parts = operands[k]
        assert parts is not None
        form: Form = parts[0]
        if len(parts) != 1 or form.columns is None or form.slots != 1:
            return None
        shape = planner.shape(equation.inputs[k])
        found.append(moves.expanded(form.columns, shape).reshape(-1))
    if not found:
        return np.zeros(0, dtype=np.int64)
    columns = np.concatenate(found)
    if (columns < 0).any() or len(np.unique(columns)) < len(columns):
        return None
    return columns


def _accumulated(
    loop: _Loop, values: list[Any], columns: Array | None, n: int
) -> list[Any]:
    """The dense tangents of carry and rows.

    `values`: dense (*S, n) tangents, but the scales (*S) of constants with known
    columns; (T, *S, n) for rows; residuals as they are.
    """
    program = loop.program
    fixed, carry, rows = (loop.places(k, True) for k in ("constant", "carry", "row"))
    still, given = loop.places("constant", False), loop.places("row", False)
    avals = [program.avals[v] for v in program.inputs]
    outs = (program.avals[v] for v in program.outputs)
    ins = (avals[k] for k in (*fixed, *carry, *rows))
    dtype = jnp.result_type(*(aval.dtype for aval in (*ins, *outs)))
    sizes = loop.sizes(carry)
    d = sum(sizes)
    started = [
        values[k].reshape(size, n) if loop.active[k] else jnp.zeros((size, n), dtype)
        for k, size in zip(carry, sizes, strict=True)
    ]
    s0 = jnp.concatenate([s.astype(dtype) for s in started])
    precision = precision_of(program.equations)
    spread = _spread([values[k] for k in fixed], columns, n, dtype, precision)
    kept = loop.distinct
    heights = [program.size(program.outputs[k]) for k in kept]

    def matrices(residuals: Sequence[Any]) -> tuple[Any, Any, list[Any]]:
        known = dict(zip(still, (values[k] for k in still), strict=True))
        known.update(zip(given, residuals, strict=True))
        return _step_matrices(loop, known, dtype, kept)

    def step(s: Any, given: tuple[Any, Sequence[Any]]) -> tuple[Any, list[Any]]:
        (a, b, e), tangents = given
        total = small_product(a, s, precision, spread(b) if fixed else None)
        for matrix, tangent in zip(e, tangents, strict=True):
            own = tangent.reshape(-1, n).astype(dtype)
            total = total + jnp.matmul(matrix, own, precision=precision)
        pieces, start = {}, 0
        for k, height in zip(kept, heights, strict=True):
            pieces[program.outputs[k]] = total[start : start + height]
            start += height
        after = jnp.concatenate([pieces[v] for v in program.outputs[: loop.carry]])
        return after, [pieces[v] for v in program.outputs[loop.carry :]]

    # Steps differ in their residuals, which are there already.
    residuals, tangents = [values[k] for k in given], [values[k] for k in rows]
    if given:

        def block(s: Any, own: Any) -> tuple[Any, list[Any]]:
            ahead = jax.vmap(matrices)(own[0]), own[1]
            return lax.scan(step, s, ahead, reverse=loop.reverse)

        entries = sum(heights) * sum(loop.sizes([*carry, *fixed, *rows]))
        s, stacked = by_blocks(
            block, s0, (residuals, tangents), entries, reverse=loop.reverse
        )
    else:
        same = matrices([])
        s, stacked = lax.scan(
            lambda s, own: step(s, (same, own)),
            s0,
            tangents,
            length=loop.length,
            reverse=loop.reverse,
        )
    results, start = [], 0
    for variable, size in zip(program.outputs[: loop.carry], sizes, strict=True):
        aval = program.avals[variable]
        results.append(
            s[start : start + size].reshape(*aval.shape, n).astype(aval.dtype)
        )
        start += size
    assert start == d
    for variable, piece in zip(program.outputs[loop.carry :], stacked, strict=True):
        aval = program.avals[variable]
        results.append(piece.reshape(loop.length, *aval.shape, n).astype(aval.dtype))
    return results


def _spread(
    scales: list[Any], columns: Array | None, n: int, dtype: Any, precision: Any
) -> Any:
    """B as an array of n columns: placed, or times the constants' tangents."""
    if columns is None:
        fixed = jnp.concatenate([v.reshape(-1, n).astype(dtype) for v in scales])
        return lambda b: jnp.matmul(b, fixed, precision=precision)
    if not len(columns):
        return lambda b: b
    scale = jnp.concatenate([v.reshape(-1).astype(dtype) for v in scales])
    if np.array_equal(columns, np.arange(n)):
        return lambda b: b * scale
    where = np.full(n, len(columns), dtype=np.int32)
    where[columns] = np.arange(len(columns))

    def place(b: Any) -> Any:
        scaled = jnp.pad(b * scale, ((0, 0), (0, 1)))
        return scaled.at[:, where].get(mode="promise_in_bounds")

    return place


def _step_matrices(
    loop: _Loop, known: dict[int, Any], dtype: Any, kept: Sequence[int]
) -> tuple[Any, Any, list[Any]]:
    """A, B and the blocks of rows, of one step, by its adjoints."""
    program = loop.program
    fixed, carry, rows = (loop.places(k, True) for k in ("constant", "carry", "row"))
    active = [*carry, *fixed, *rows]
    shapes = [program.avals[program.inputs[k]] for k in active]
    outputs = [program.outputs[k] for k in kept]

    def push(*tangents: Any) -> list[Any]:
        operands: dict[int, Any] = dict(known)
        operands.update(zip(active, tangents, strict=True))
        results = program.evaluate(*(operands[k] for k in range(len(program.inputs))))
        return [results[k] for k in kept]

    pull = jax.linear_transpose(push, *shapes)
    sizes = [program.size(v) for v in outputs]
    height, start, seeds = sum(sizes), 0, []
    for variable, size in zip(outputs, sizes, strict=True):
        aval = program.avals[variable]
        block = jnp.eye(height, size, -start, dtype=aval.dtype)
        seeds.append(varying_as(block.reshape(height, *aval.shape), aval))
        start += size
    blocks = jax.vmap(lambda *c: pull(list(c)))(*seeds)
    flat = [
        block.reshape(height, math.prod(shape.shape)).astype(dtype)
        for block, shape in zip(blocks, shapes, strict=True)
    ]
    a = jnp.concatenate(flat[: len(carry)], axis=1)
    middle = flat[len(carry) : len(carry) + len(fixed)]
    b = jnp.concatenate(middle, axis=1) if middle else a[:, :0]
    return a, b, flat[len(carry) + len(fixed) :]
