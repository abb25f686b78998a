"""Index sets through the equations of a linear program.

Every rule returns supersets. A primitive without a rule joins every output
entry with everything its operands depend on, so a new primitive costs sharpness,
never correctness.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .budget import EQUATION, SORTED, Budget
from .known import Array, Known
from .program import Equation, Program
from .sets import Sets, united

Operands = Sequence[Sets | None]
Rule = Callable[["Propagation", Equation, Operands], list[Sets]]


class Saturated(Exception):
    """What is still to come depends on every column: all of it is dense."""


@dataclass(frozen=True, eq=False)
class Propagation:
    """One program with its known values and the limits of the walk."""

    program: Program
    known: Known
    budget: Budget
    columns: int
    rules: Mapping[str, Rule]

    def run(self, given: Mapping[int, Sets], watched: bool = False) -> dict[int, Sets]:
        """The sets of every variable that depends on the given ones.

        Raises `Saturated`, if `watched`, as soon as nothing that is still read
        depends on less than everything.
        """
        sets = dict(given)
        unsaturated = Unsaturated(self.program, given) if watched else None
        for position, equation in enumerate(self.program.equations):
            operands = [sets.get(i) for i in equation.inputs]
            if all(operand is None for operand in operands):
                continue
            rule = self.rules.get(equation.name, dense)
            results = rule(self, equation, operands)
            self.budget.spend(
                EQUATION + sum(s.array.size for s in (*present(operands), *results))
            )
            sets.update(zip(equation.outputs, results, strict=True))
            if unsaturated is not None:
                made = zip(equation.outputs, results, strict=True)
                unsaturated.after(
                    position, [v for v, own in made if not own.is_everything]
                )
                if not unsaturated.variables:
                    raise Saturated
        return sets

    def inner(self, program: Program, fixed: Sequence[int]) -> Propagation:
        """The walk through a body whose first inputs are variables of this one."""
        given = {
            own: self.value(outer)
            for own, outer in zip(program.inputs, fixed, strict=False)
        }
        return replace(self, program=program, known=Known(program, given))

    def value(self, variable: int) -> Array | None:
        """What is known of a variable, if anything is."""
        before = self.known.evaluated
        value = self.known[variable]
        seen = 0 if value is None else value.size
        self.budget.spend(self.known.evaluated - before + seen)
        return value

    def spent(self, part: Sets) -> Sets:
        """One of many parts of a result, counted."""
        self.budget.spend(EQUATION + part.array.size)
        return part

    def rank(self, variable: int) -> int:
        return len(self.program.shape(variable))

    def united(self, parts: Sequence[Sets]) -> Sets:
        if len(parts) > 1 and not any(part.is_bits for part in parts):
            shape = np.broadcast_shapes(*(part.array.shape[1:] for part in parts))
            lists = sum(part.array.shape[0] for part in parts)
            self.budget.spend(SORTED * lists * math.prod(shape))
        return united(parts, self.budget.elements)

    def over(self, sets: Sets, axes: Sequence[int]) -> Sets:
        return sets.any_over(axes, self.budget.elements)


class Unsaturated:
    """The variables that are still read and whose rows are not full.

    Attributes
    ----------
        variables: those of them after the last equation that was told.
    """

    def __init__(self, program: Program, given: Collection[int]) -> None:
        self.program = program
        self.last = program.last_uses
        self.variables = {v for v in given if v in self.last}

    def after(self, position: int, made: Collection[int]) -> None:
        """An equation was gone through; `made`: its outputs that are not full."""
        for variable in self.program.equations[position].inputs:
            if self.last[variable] == position:
                self.variables.discard(variable)
        self.variables.update(v for v in made if v in self.last)


def present(operands: Operands) -> list[Sets]:
    return [operand for operand in operands if operand is not None]


def dense(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """Every output entry depends on all that any operand depends on."""
    whole = on.united([sets.everything(0) for sets in present(operands)])
    return [whole.everything(on.rank(o)) for o in equation.outputs]
