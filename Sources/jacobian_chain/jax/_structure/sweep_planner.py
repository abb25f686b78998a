"""What the sweep does with one equation: by a rule for lists, or densely."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import lanes
from .listed import DENSE, Form
from .prices import Price, equation_price
from .program import Equation
from .propagation import Propagation
from .sweep_sums import Parts, Planned, Sums

SweepRule = Callable[["Planner", Equation, list[Form | None]], Planned | None]
LoopRule = Callable[["Planner", Equation, list[Parts | None]], Planned | None]


def only(forms: Sequence[Form | None]) -> int | None:
    """The one operand that has a tangent, if it is one."""
    places = [place for place, form in enumerate(forms) if form is not None]
    return places[0] if len(places) == 1 else None


#: Equations that add all their operands.
SUMS = frozenset({"add", "add_any", "sub"})


@dataclass(frozen=True, eq=False)
class Planner(Sums):
    """What rules need to know.

    Attributes
    ----------
        rules: for equations with listed operands, one part each.
        loops: for equations that see all parts of all operands.
    """

    walk: Propagation
    rules: Mapping[str, SweepRule]
    loops: Mapping[str, LoopRule]

    def plan(self, equation: Equation, operands: list[Parts | None]) -> Planned:
        """Part by part where the equation has one tangent, else all at once."""
        if equation.name in SUMS and all(p is not None for p in operands):
            signs = [False, equation.name == "sub"]
            return self.summed(equation, [p for p in operands if p is not None], signs)
        special = self.loops.get(equation.name)
        planned = None if special is None else special(self, equation, operands)
        if planned is not None:
            return planned
        places = [place for place, parts in enumerate(operands) if parts is not None]
        if len(places) == 1:
            return self.parted(equation, operands, places[0])
        return self.whole(equation, operands)

    def parted(
        self, equation: Equation, operands: list[Parts | None], place: int
    ) -> Planned:
        """Every part on its own; those without a rule together, dense."""
        parts = operands[place]
        assert parts is not None
        variable = equation.inputs[place]
        rule = self.rules.get(equation.name)
        done: list[tuple[int, Planned]] = []
        rest: list[int] = []
        for number, form in enumerate(parts):
            planned = None
            if rule is not None and form.columns is not None:
                forms: list[Form | None] = [None] * len(operands)
                forms[place] = form
                planned = rule(self, equation, forms)
            if planned is None:
                rest.append(number)
            else:
                done.append((number, planned))
        price = sum((planned.price for _, planned in done), Price())
        produced = [planned.forms for _, planned in done]
        gather = None
        if rest:
            gather = self.dense_sum([parts[r] for r in rest], variable)
            price += gather.price + equation_price(
                self.program, equation, [variable], self.columns, self.rates
            )
            produced.append([DENSE] * len(equation.outputs))
        joins = [
            self.joined([forms[o] for forms in produced], variable)
            for o, variable in enumerate(equation.outputs)
        ]
        price += sum((join.price for join in joins), Price())
        active = [number == place for number in range(len(operands))]

        def run(values: Sequence[Any]) -> list[Any]:
            results = []
            for number, planned in done:
                own = list(values)
                own[place] = values[place][number]
                results.append(planned.run(own))
            if gather is not None:
                own = list(values)
                own[place] = gather.run([values[place][r] for r in rest])[0]
                results.append(lanes.through(equation, own, active))
            return [
                join.run([result[o] for result in results])
                for o, join in enumerate(joins)
            ]

        return Planned([join.forms for join in joins], run, price)

    def whole(self, equation: Equation, operands: list[Parts | None]) -> Planned:
        """All operands in one part each: by the rule if all are listed."""
        single = [
            None if parts is None else self.one_part(parts, variable)
            for parts, variable in zip(operands, equation.inputs, strict=True)
        ]
        price = sum((s.price for s in single if s is not None), Price())
        forms = [None if s is None else s.forms[0] for s in single]
        rule = self.rules.get(equation.name)
        planned = None
        if rule is not None and all(f is None or f.columns is not None for f in forms):
            planned = rule(self, equation, forms)
        if planned is None:
            planned = self.densely(equation, forms)
        step = planned

        def run(values: Sequence[Any]) -> list[Any]:
            laid = [
                value if own is None else own.run(value)[0]
                for own, value in zip(single, values, strict=True)
            ]
            return [(result,) for result in step.run(laid)]

        return Planned([(form,) for form in step.forms], run, price + step.price)

    def densely(self, equation: Equation, forms: list[Form | None]) -> Planned:
        """N tangents through the equation."""
        makers = [
            None if form is None else self.dense_sum([form], variable)
            for form, variable in zip(forms, equation.inputs, strict=True)
        ]
        active = [form is not None for form in forms]
        variables = [v for v, own in zip(equation.inputs, active, strict=True) if own]
        price = sum((m.price for m in makers if m is not None), Price())
        price += equation_price(
            self.program, equation, variables, self.columns, self.rates
        )

        def run(values: Sequence[Any]) -> list[Any]:
            laid = [
                value if make is None else make.run([value])[0]
                for make, value in zip(makers, values, strict=True)
            ]
            return lanes.through(equation, laid, active)

        return Planned([DENSE] * len(equation.outputs), run, price)

    def lanes_price(self, equation: Equation, form: Form, place: int) -> Price:
        """An equation on as many tangents as a list has slots."""
        return equation_price(
            self.program, equation, [equation.inputs[place]], form.slots, self.rates
        )
