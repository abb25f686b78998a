"""Index sets through the equations of a linear program.

Every rule returns supersets. A primitive without a rule joins every output
entry with everything its operands depend on, so a new primitive costs sharpness,
never correctness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .budget import Budget
from .known import Known
from .program import Equation, Program
from .sets import Sets, united

Operands = Sequence[Sets | None]
Rule = Callable[["Propagation", Equation, Operands], list[Sets]]


@dataclass(frozen=True, eq=False)
class Propagation:
    """One program with its known values and the limits of the walk."""

    program: Program
    known: Known
    budget: Budget
    columns: int
    rules: Mapping[str, Rule]

    def run(self, given: Mapping[int, Sets]) -> dict[int, Sets]:
        """The sets of every variable that depends on the given ones."""
        sets = dict(given)
        for equation in self.program.equations:
            operands = [sets.get(i) for i in equation.inputs]
            if all(operand is None for operand in operands):
                continue
            self.budget.check()
            rule = self.rules.get(equation.name, dense)
            results = rule(self, equation, operands)
            sets.update(zip(equation.outputs, results, strict=True))
        return sets

    def inner(self, program: Program, fixed: Sequence[int]) -> Propagation:
        """The walk through a body whose first inputs are variables of this one."""
        given = {
            own: self.known[outer]
            for own, outer in zip(program.inputs, fixed, strict=False)
        }
        return replace(self, program=program, known=Known(program, given))

    def rank(self, variable: int) -> int:
        return len(self.program.shape(variable))

    def united(self, parts: Sequence[Sets]) -> Sets:
        return united(parts, self.budget.elements)

    def over(self, sets: Sets, axes: Sequence[int]) -> Sets:
        return sets.any_over(axes, self.budget.elements)


def present(operands: Operands) -> list[Sets]:
    return [operand for operand in operands if operand is not None]


def dense(on: Propagation, equation: Equation, operands: Operands) -> list[Sets]:
    """Every output entry depends on all that any operand depends on."""
    whole = on.united([sets.everything(0) for sets in present(operands)])
    return [whole.everything(on.rank(o)) for o in equation.outputs]
