"""What a sweep costs at least, told while it is planned."""

from __future__ import annotations

from collections.abc import Sequence

from .linear import Linearised
from .prices import equation_price
from .program import Equation
from .sweep_planner import SUMS, Planner
from .sweep_sums import Parts


class Rest:
    """What the equations that are still to come cost at least.

    A tangent that has a dense part keeps one: all n columns pass every equation that
    reads it.
    """

    def __init__(self, planner: Planner, linear: Linearised) -> None:
        self.planner, self.linear = planner, linear
        self._dense: set[int] = set()
        self._seconds: dict[int, float] = {}

    def after(self, equation: Equation, forms: Sequence[Parts]) -> None:
        """An equation was planned; its outputs have these forms."""
        for variable, parts in zip(equation.outputs, forms, strict=True):
            if any(form.columns is None for form in parts):
                self._dense.add(variable)

    def least(self, start: int) -> float:
        """Seconds of the equations from a position on: O(equations)."""
        total, dense = 0.0, set(self._dense)
        equations = self.planner.program.equations
        for position in range(start if dense else len(equations), len(equations)):
            equation = equations[position]
            if dense.isdisjoint(equation.inputs):
                continue
            dense.update(equation.outputs)
            if equation.name in self.planner.loops:
                continue  # there are cheaper ways through these
            # To a dense part lists are added when the result is laid out.
            if equation.name not in SUMS or dense.issuperset(equation.inputs):
                total += self._through(position)
        return total

    def _through(self, position: int) -> float:
        """Seconds of n tangents through an equation."""
        if position not in self._seconds:
            planner = self.planner
            self._seconds[position] = equation_price(
                planner.program,
                planner.program.equations[position],
                self.linear.linear,
                planner.columns,
                planner.rates,
            ).seconds
        return self._seconds[position]
