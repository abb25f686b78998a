"""Sums whose only reader is another sum: all terms are added at once.

One after the other k lists are joined k − 1 times, each time by kernels of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .listed import MOST_SLOTS
from .prices import Price
from .program import Equation
from .sweep_origins import Origins
from .sweep_planner import SUMS, Planner
from .sweep_sums import Parts, Planned


@dataclass(frozen=True, eq=False)
class Node:
    """An equation of a sweep with its linear part, None where it has none.

    `instead`: the nodes that it takes the place of, sums all.
    """

    equation: Equation
    planned: Planned | None
    negative: Sequence[bool] = ()
    instead: Sequence[Node] = ()

    @property
    def price(self) -> Price:
        """That of its linear part."""
        return self.planned.price if self.planned else Price()


class Chains:
    """Plans equations in order, sums together with the sums that they add."""

    def __init__(self, planner: Planner) -> None:
        program = planner.program
        reads = (v for equation in program.equations for v in equation.inputs)
        self._reads = Counter([*reads, *program.outputs])
        self._planner = planner
        self._sums: dict[int, Node] = {}
        self._origins = Origins(planner)

    def plan(self, equation: Equation, parts: Mapping[int, Parts]) -> Node:
        """The node of an equation; `parts`: of the tangents up to there."""
        own = [parts.get(variable) for variable in equation.inputs]
        planned = self._planner.plan(equation, own)
        if equation.name not in SUMS or any(operand is None for operand in own):
            return Node(equation, planned)
        node = Node(equation, planned, (False, equation.name == "sub"))
        node = self._together(node, parts) or node
        self._sums[equation.outputs[0]] = node
        return self._tabled(node, parts) or node

    def after(self, node: Node, parts: Mapping[int, Parts]) -> None:
        """The forms of a node's outputs are among `parts` now."""
        if node.planned is not None:
            self._origins.after(node.equation, node.planned.forms, parts)

    def _tabled(self, node: Node, parts: Mapping[int, Parts]) -> Node | None:
        """A sum that reads what its terms are moved from."""
        found = self._origins.summed(node.equation, node.negative, parts)
        if found is None:
            return None
        equation, planned = found
        return Node(equation, planned, (), node.instead)

    def _together(self, node: Node, parts: Mapping[int, Parts]) -> Node | None:
        """A sum and the sums that only it reads as one, where that is cheaper."""
        (out,) = node.equation.outputs
        inputs: list[int] = []
        negative: list[bool] = []
        instead = []
        for variable, minus in zip(node.equation.inputs, node.negative, strict=True):
            inner = self._sums.get(variable)
            if inner is None or not self._is_inside(variable, out):
                inputs.append(variable)
                negative.append(minus)
            else:
                instead.append(inner)
                inputs += inner.equation.inputs
                negative += [minus != own for own in inner.negative]
        operands = [parts[variable] for variable in inputs]
        forms = [form for operand in operands for form in operand]
        if not instead or any(form.columns is None for form in forms):
            return None
        if sum(form.slots for form in forms) > MOST_SLOTS:
            return None
        equation = replace(node.equation, inputs=tuple(inputs))
        planned = self._planner.summed(equation, operands, negative)
        apart = sum((own.price for own in (node, *instead)), Price())
        if planned.price.seconds > apart.seconds:
            return None
        return Node(equation, planned, negative, instead)

    def _is_inside(self, variable: int, out: int) -> bool:
        """Whether only the sum of a variable reads another, which is like it."""
        avals = self._planner.program.avals
        mine, its = avals[variable], avals[out]
        alike = mine.shape == its.shape and mine.dtype == its.dtype
        return alike and self._reads[variable] == 1
