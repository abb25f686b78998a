"""Equations of a jaxpr in one list: calls inlined, dead code out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import _compat as compat
from ._compat import JaxprEqn, Var, is_literal


@dataclass
class Flattener:
    """Inlines calls with fresh variables, so that equations can be told apart.

    Equations outside of calls stay what they are: their variables are their own.
    """

    eqns: list[JaxprEqn] = field(default_factory=list)
    constants: dict[Var, Any] = field(default_factory=dict)

    def inline(self, jaxpr: Any, names: dict[Var, Any], fresh: bool) -> list[Any]:
        """The names of a jaxpr's outputs. `fresh`: it may be there twice."""

        def read(atom: Any) -> Any:
            return atom if is_literal(atom) else names.get(atom, atom)

        for eqn in jaxpr.eqns:
            body = compat.called_jaxpr(eqn)
            if (
                body is None
                and not fresh
                and names.keys().isdisjoint(variables_of(eqn))
            ):
                self.eqns.append(eqn)
                continue
            operands = [read(a) for a in eqn.invars]
            if body is None:
                results = eqn.outvars
                if fresh:
                    results = [compat.new_variable(v) for v in results]
                    names.update(zip(eqn.outvars, results, strict=True))
                self.eqns.append(eqn.replace(invars=operands, outvars=results))
                continue
            inner = dict(zip(body.jaxpr.invars, operands, strict=True))
            for variable, value in zip(body.jaxpr.constvars, body.consts, strict=True):
                inner[variable] = own = compat.new_variable(variable)
                self.constants[own] = value
            results = self.inline(body.jaxpr, inner, fresh=True)
            names.update(zip(eqn.outvars, results, strict=True))
        return [read(a) for a in jaxpr.outvars]


def variables_of(eqn: JaxprEqn) -> list[Var]:
    """The operands of an equation that are not numbers."""
    return [a for a in eqn.invars if not is_literal(a)]


def split(
    eqns: Sequence[JaxprEqn], arguments: Sequence[Var]
) -> tuple[list[JaxprEqn], list[JaxprEqn], set[Var]]:
    """Equations that depend on the arguments, those that don't, and what depends."""
    depends = set(arguments)
    linear, other = [], []
    for eqn in eqns:
        if depends.isdisjoint(variables_of(eqn)):
            other.append(eqn)
        else:
            linear.append(eqn)
            depends.update(eqn.outvars)
    return linear, other, depends


def without_dead(
    eqns: Sequence[JaxprEqn], ends: Iterable[Var]
) -> tuple[list[JaxprEqn], set[Var]]:
    """The equations that `ends` need, in order, and all variables they read."""
    needed = set(ends)
    kept = []
    for eqn in reversed(eqns):
        if eqn.effects or not needed.isdisjoint(eqn.outvars):
            kept.append(eqn)
            needed.update(variables_of(eqn))
    return kept[::-1], needed


def outside(eqns: Sequence[JaxprEqn], inside: set[Var]) -> dict[Var, None]:
    """What equations read that isn't among some variables, in order."""
    read = dict.fromkeys(v for e in eqns for v in variables_of(e))
    return {v: None for v in read if v not in inside}
