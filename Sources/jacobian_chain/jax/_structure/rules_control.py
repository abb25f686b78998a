"""Rules of loops, branches and transforms."""

from __future__ import annotations

from typing import Any

import numpy as np
from jax.extend import core

from .._compat import scan_counts
from .program import Equation, Program, from_jaxpr
from .propagation import Operands, Propagation, Rule, dense
from .sets import Sets, empty, stacked


def program_of(jaxpr: Any) -> Program:
    """The program of a loop's or a branch's body, closed or not."""
    if not isinstance(jaxpr, core.ClosedJaxpr):
        jaxpr = core.ClosedJaxpr(jaxpr, ())
    return from_jaxpr(jaxpr)


def scanned(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """Step after step, as long as the carried sets still grow."""
    params = equation.params
    program = program_of(params["jaxpr"])
    fixed, carried = scan_counts(params)
    length, back = params["length"], params["reverse"]
    inner = on.inner(program, equation.inputs[:fixed])
    carry = list(operands[fixed : fixed + carried])
    rows = operands[fixed + carried :]
    alike = all(row is None or row.array.shape[1] == 1 for row in rows)
    layers: list[list[Sets | None]] = []
    for step in range(length):
        at = length - 1 - step if back else step
        given = dict(
            zip(
                program.inputs,
                [*operands[:fixed], *carry, *(_row(r, at) for r in rows)],
                strict=True,
            )
        )
        sets = inner.run({k: v for k, v in given.items() if v is not None})
        results = [sets.get(o) for o in program.outputs]
        layers.append(results[carried:])
        settled = alike and all(
            _equal(a, b) for a, b in zip(carry, results[:carried], strict=True)
        )
        carry = results[:carried]
        if settled:
            layers += [layers[-1]] * (length - 1 - step)
            break
    out = [
        _ranked_or_empty(on, c, o)
        for c, o in zip(carry, equation.outputs, strict=False)
    ]
    for place, variable in enumerate(equation.outputs[carried:]):
        column = [layer[place] for layer in (reversed(layers) if back else layers)]
        out.append(_stacked(on, column, variable))
    return out


def _row(sets: Sets | None, at: int) -> Sets | None:
    if sets is None:
        return None
    return sets.with_array(sets.array[:, 0 if sets.array.shape[1] == 1 else at])


def _equal(a: Sets | None, b: Sets | None) -> bool:
    if a is None or b is None:
        return a is b
    return a.array is b.array or (
        a.is_bits == b.is_bits
        and a.array.shape == b.array.shape
        and bool(np.array_equal(a.array, b.array))
    )


def _ranked_or_empty(on: Propagation, sets: Sets | None, variable: int) -> Sets:
    rank = on.rank(variable)
    if sets is None:
        return empty(rank, on.columns)
    return sets.with_array(sets.array)


def _stacked(on: Propagation, column: list[Sets | None], variable: int) -> Sets:
    rank, shape = on.rank(variable), on.program.shape(variable)
    if not column:
        return empty(rank, on.columns)
    rows = [_ranked_or_empty_row(on, sets, rank - 1) for sets in column]
    if all(_equal(rows[0], row) for row in rows[1:]):
        return rows[0].with_array(rows[0].array[:, None])
    widest = max(row.array.shape[0] for row in rows)
    if widest * on.program.size(variable) > on.budget.elements:
        joined = on.united([row.everything(rank) for row in rows])
        return joined
    laid = [row.with_array(row.array[:, None]) for row in rows]
    stack = stacked(laid, [(1, *shape[1:])] * len(laid), 0)
    return stack.with_array(stack.array)


def _ranked_or_empty_row(on: Propagation, sets: Sets | None, rank: int) -> Sets:
    return empty(rank, on.columns) if sets is None else sets


def branched(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """The union over the branches."""
    if operands[0] is not None:
        return dense(on, equation, operands)
    found: list[list[Sets]] = [[] for _ in equation.outputs]
    for branch in equation.params["branches"]:
        program = program_of(branch)
        inner = on.inner(program, equation.inputs[1:])
        given = dict(zip(program.inputs, operands[1:], strict=True))
        sets = inner.run({k: v for k, v in given.items() if v is not None})
        for place, variable in enumerate(program.outputs):
            if variable in sets:
                found[place].append(sets[variable])
    return [
        on.united(parts) if parts else empty(on.rank(o), on.columns)
        for parts, o in zip(found, equation.outputs, strict=True)
    ]


def transformed(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """`fft`: every entry of a line depends on the whole line."""
    (sets,) = (o for o in operands if o is not None)
    rank = on.rank(equation.outputs[0])
    axes = range(rank - len(equation.params["fft_lengths"]), rank)
    return [on.over(sets, list(axes))]


CONTROL_RULES: dict[str, Rule] = {
    "scan": scanned,
    "cond": branched,
    "fft": transformed,
}
