"""A loop and the loop of its tangents as one: nothing is kept from one to the other.

JAX's linear map of a scan is a second scan, which reads what the first kept of every
step: arrays of T times the state. Where tangents pass, both can take their steps
together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import jax

from . import _compat as compat
from ._compat import JaxprEqn, Var
from ._inline import split, variables_of
from ._linear import Equations


@dataclass(frozen=True, eq=False)
class _Loop:
    """A scan taken apart: constants, what is carried, rows."""

    equation: JaxprEqn
    constants: int
    carry: int

    @staticmethod
    def of(equation: JaxprEqn) -> _Loop:
        return _Loop(equation, *compat.scan_counts(equation.params))

    @property
    def rows(self) -> Sequence[Var]:
        return self.equation.invars[self.constants + self.carry :]

    @property
    def others(self) -> list[Var]:
        """Operands that are there before the loop begins."""
        rows = self.rows
        return [v for v in variables_of(self.equation) if v not in rows]

    @property
    def kept(self) -> Sequence[Var]:
        """What is kept of every step."""
        return self.equation.outvars[self.carry :]

    def operands(self, known: dict[Var, Any]) -> tuple[list[Any], list[Any]]:
        """The constants, and what is carried first."""
        values = [
            known[a] if not compat.is_literal(a) else a.val
            for a in self.equation.invars[: self.constants + self.carry]
        ]
        return values[: self.constants], values[self.constants :]

    def step(self, constants: list[Any], carry: Any, rows: list[Any]) -> Any:
        run = compat.evaluate(self.equation.params["jaxpr"])
        results = run(*constants, *carry, *rows)
        return results[: self.carry], results[self.carry :]


def loops_joined(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function of arrays, without what loops keep for their tangents alone.

    O(loops · equations) while tracing, once more for each pair. Nothing else changes
    but the order in which independent equations are computed.
    """

    def run(*arrays: Any) -> Any:
        closed, shape = jax.make_jaxpr(function, return_shape=True)(*arrays)
        jaxpr, eqns = closed.jaxpr, list(closed.jaxpr.eqns)
        known = dict(zip(jaxpr.constvars, closed.consts, strict=True))
        known.update(zip(jaxpr.invars, arrays, strict=True))
        while (pair := _pair(eqns, jaxpr.outvars)) is not None:
            loops = [loop.equation for loop in pair]
            ends = [v for e in loops for v in e.outvars]
            others = [e for e in eqns if all(e is not loop for loop in loops)]
            rest, ahead, _ = split(others, ends)
            read = _readers((*loops, *rest), jaxpr.outvars)
            known.update(_values(ahead, known, read))
            known.update(_together(*pair, known, _readers(rest, jaxpr.outvars)))
            eqns = rest
        result = Equations(tuple(known), (), tuple(jaxpr.outvars), tuple(eqns))
        return jax.tree.unflatten(jax.tree.structure(shape), result(known, ()))

    return run


def _values(
    eqns: Sequence[JaxprEqn], known: dict[Var, Any], read: Collection[Var]
) -> dict[Var, Any]:
    made = tuple(v for e in eqns for v in e.outvars if v in read)
    values = Equations(tuple(known), (), made, tuple(eqns))(known, ())
    return dict(zip(made, values, strict=True))


def _readers(eqns: Sequence[JaxprEqn], ends: Sequence[Any]) -> Counter[Var]:
    """How many equations read a variable; the end counts as one."""
    read = Counter(v for e in eqns for v in set(variables_of(e)))
    read.update({a for a in ends if not compat.is_literal(a)})
    return read


def _pair(eqns: Sequence[JaxprEqn], ends: Sequence[Any]) -> tuple[_Loop, _Loop] | None:
    """A loop, and another that could run beside it and alone reads some of its rows."""
    loops = [_Loop.of(e) for e in eqns if e.primitive.name == "scan"]
    makers = {v: loop for loop in loops for v in loop.kept}
    readers = _readers(eqns, ends)
    for second in loops:
        for first in dict.fromkeys(makers[v] for v in second.rows if v in makers):
            given = set(second.rows).intersection(first.kept)
            if not _same_steps(first.equation, second.equation) or all(
                readers[v] > 1 for v in given
            ):
                continue
            _, _, after = split(eqns, first.equation.outvars)
            if after.isdisjoint((*second.others, *(set(second.rows) - given))):
                return first, second
    return None


def _same_steps(first: JaxprEqn, second: JaxprEqn) -> bool:
    names = ("length", "reverse", "unroll")
    return not (first.effects or second.effects) and all(
        first.params.get(name) == second.params.get(name) for name in names
    )


def _together(
    first: _Loop, second: _Loop, known: dict[Var, Any], read: Collection[Var]
) -> dict[Var, Any]:
    """The results of both loops, but for rows that only the second reads."""
    own, theirs = first.operands(known), second.operands(known)
    given = [v for v in dict.fromkeys((*first.rows, *second.rows)) if v in known]
    wanted = [v for v in first.kept if v in read]

    def step(carry: Any, rows: list[Any]) -> Any:
        now = dict(zip(given, rows, strict=True))
        ahead, kept = first.step(own[0], carry[0], [now[v] for v in first.rows])
        now.update(zip(first.kept, kept, strict=True))
        along, results = second.step(theirs[0], carry[1], [now[v] for v in second.rows])
        return (ahead, along), ([now[v] for v in wanted], results)

    params = first.equation.params
    (ahead, along), (kept, results) = jax.lax.scan(
        step,
        (own[1], theirs[1]),
        [known[v] for v in given],
        length=params["length"],
        reverse=params["reverse"],
        unroll=params.get("unroll", 1),
    )
    names = (
        *first.equation.outvars[: first.carry],
        *second.equation.outvars[: second.carry],
        *wanted,
        *second.kept,
    )
    return dict(zip(names, (*ahead, *along, *kept, *results), strict=True))
