"""The structured forward sweep: tangents that hold only what isn't zero.

Forward mode pushes n tangents through every equation. The sweep pushes one
sparse matrix: the tangent of each value holds, row by row, the few columns it
depends on (`listed`), until those are so many that dense is cheaper. All index
work is done while tracing; what runs is plain JAX.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from . import moves
from .budget import Budget
from .linear import Linearised
from .listed import DENSE, Form, Shape, densified, scattered, settle
from .patterns import RULES
from .prices import Price, Rates, equation_price
from .program import Equation, Program, batched
from .propagation import Propagation
from .sets import Sets, empty

Action = Callable[[Sequence[Any]], list[Any]]


@dataclass(frozen=True, eq=False)
class Planned:
    """One equation of the sweep: the forms it makes, how, and the price."""

    forms: list[Form]
    run: Action
    price: Price


SweepRule = Callable[["Planner", Equation, list[Form | None]], Planned | None]


@dataclass(frozen=True, eq=False)
class Planner:
    """What rules need to know: the program, its known values, n, the rates.

    Attributes:
        columns: n, the number of columns of every tangent.
        widest: lists of more slots become dense.
        limit: entries of one index array.
    """

    program: Program
    walk: Propagation
    columns: int
    rates: Rates
    rules: Mapping[str, SweepRule]
    limit: int

    def shape(self, variable: int) -> Shape:
        return self.program.shape(variable)

    def size(self, variable: int) -> int:
        return self.program.size(variable)

    def plan(self, equation: Equation, forms: list[Form | None]) -> Planned:
        """The rule of the equation, else its dense tangents through JAX."""
        rule = self.rules.get(equation.name)
        listed = any(f is not None and f.columns is not None for f in forms)
        if rule is not None and (listed or equation.name in ALWAYS):
            planned = rule(self, equation, forms)
            if planned is not None:
                return planned
        return self.densely(equation, forms)

    def densely(self, equation: Equation, forms: list[Form | None]) -> Planned:
        """n tangents through the equation by JAX's own batching."""
        makers = [
            None if form is None else self.densifier(form, variable)
            for form, variable in zip(forms, equation.inputs, strict=True)
        ]
        price = Price()
        for form, variable in zip(forms, equation.inputs, strict=True):
            if form is not None and form.columns is not None:
                price += self.densifying(variable, form)
        active = [v for v, f in zip(equation.inputs, forms, strict=True) if f is not None]
        price += equation_price(
            self.program, equation, active, self.columns, self.rates
        )
        axes = [None if form is None else 0 for form in forms]

        def run(values: Sequence[Any]) -> list[Any]:
            laid = [
                value if make is None else make(value)
                for make, value in zip(makers, values, strict=True)
            ]
            return batched(equation, laid, axes)

        return Planned([DENSE] * len(equation.outputs), run, price)

    def densifier(self, form: Form, variable: int) -> Callable[[Any], Any]:
        shape = self.shape(variable)
        if form.columns is None:
            return lambda entries: entries
        return lambda entries: densified(entries, form, self.columns, shape)

    def densifying(self, variable: int, form: Form) -> Price:
        size = self.size(variable)
        return self.rates.moves(self.columns * size, self.rates.written / 2) + (
            self.rates.entries(form.slots * size, self.rates.scattered)
        )

    def settled(
        self, columns: Any, entries: Callable[[Sequence[Any]], Any], variable: int,
        price: Price,
    ) -> Planned:
        """A list that may hold doubles, made ready for what follows."""
        shape = self.shape(variable)
        form, finish, gathered = settle(columns, self.columns, shape)
        price += self.rates.moves(gathered, self.rates.gathered / 2) if gathered else Price()
        planned = Planned([form], lambda values: [finish(entries(values))], price)
        return self.narrowed(planned, variable)

    def narrowed(self, planned: Planned, variable: int) -> Planned:
        """Dense instead, where a list holds most of the columns."""
        (form,) = planned.forms
        if form.columns is None or not self.too_wide(form, variable):
            return planned
        make = self.densifier(form, variable)
        return Planned(
            [DENSE],
            lambda values: [make(planned.run(values)[0])],
            planned.price + self.densifying(variable, form),
        )

    def too_wide(self, form: Form, variable: int) -> bool:
        return form.slots > WIDEST * self.columns or (
            form.slots * self.size(variable) > self.limit
        )


#: The share of the columns above which a list is turned dense.
WIDEST = 0.4
#: Primitives whose rules also know better ways for dense tangents.
ALWAYS = frozenset({"scan", "add", "add_any", "sub"})


@dataclass(frozen=True, eq=False)
class Sweep:
    """A planned sweep.

    Attributes:
        linear: the function and its linear map.
        nodes: every equation of the program in order, with its planned linear
            part or None.
        forms: of the output tangents; None where an output depends on nothing.
        price: of the whole, results written.
    """

    linear: Linearised
    nodes: tuple[tuple[Equation, Planned | None], ...]
    forms: tuple[Form | None, ...]
    price: Price

    def run(self, *xs: Any) -> tuple[list[Any], list[Any]]:
        """The outputs and their tangents in their forms."""
        program = self.linear.program
        known = dict(program.constants)
        known.update(zip(self.linear.inputs, xs, strict=True))
        for seed in self.linear.seeds:
            aval = program.avals[seed]
            known[seed] = jnp.ones((1, *aval.shape), aval.dtype)
        for equation, planned in self.nodes:
            operands = [known[i] for i in equation.inputs]
            results = equation.bind(operands) if planned is None else planned.run(operands)
            known.update(zip(equation.outputs, results, strict=True))
        values = [known[v] for v in self.linear.values]
        return values, [known.get(v) for v in self.linear.tangents]

    def jacobian(self, *xs: Any) -> tuple[list[Any], list[list[Any]]]:
        """The outputs and the blocks of their Jacobians, by output and input."""
        values, tangents = self.run(*xs)
        rows = []
        for variable, form, tangent in zip(
            self.linear.tangents, self.forms, tangents, strict=True
        ):
            rows.append(self._blocks(variable, form, tangent))
        return values, rows

    def _blocks(self, variable: int, form: Form | None, tangent: Any) -> list[Any]:
        program = self.linear.program
        aval = program.avals[variable]
        shape, n = tuple(aval.shape), self.linear.columns
        laid = laid_out(form, tangent, n, shape, aval.dtype)
        blocks, start = [], 0
        for seed in self.linear.seeds:
            size = program.size(seed)
            block = laid if size == n else laid[:, start : start + size]
            blocks.append(block.reshape(shape + program.shape(seed)))
            start += size
        return blocks


def laid_out(form: Form | None, tangent: Any, n: int, shape: Shape, dtype: Any) -> Any:
    """The dense |S| × n matrix of a tangent in any form."""
    size = int(np.prod(shape, dtype=np.int64))
    if form is None:
        return jnp.zeros((size, n), dtype)
    if form.columns is None:
        return jnp.moveaxis(tangent.reshape(n, size), 0, 1)
    return scattered(tangent, form, n, shape, columns_last=True)


def plan_sweep(
    linear: Linearised, rates: Rates, budget: Budget, rules: Mapping[str, SweepRule]
) -> Sweep:
    """Chooses the form of every tangent; nothing is computed.

    Raises:
        BudgetExceeded: when planning takes longer than it may.
    """
    program = linear.program.restricted(linear.program.outputs)
    walk = Propagation(program, linear.known, budget, linear.columns, RULES)
    planner = Planner(program, walk, linear.columns, rates, rules, budget.elements)
    forms: dict[int, Form] = {}
    offset = 0
    for seed in linear.seeds:
        numbers = np.arange(offset, offset + program.size(seed), dtype=np.int32)
        forms[seed] = Form(numbers.reshape((1, *program.shape(seed))))
        offset += program.size(seed)
    nodes: list[tuple[Equation, Planned | None]] = []
    total = Price()
    for equation in program.equations:
        own = [forms.get(i) for i in equation.inputs]
        if all(form is None for form in own):
            nodes.append((equation, None))
            continue
        budget.check()
        planned = planner.plan(equation, own)
        total += planned.price
        nodes.append((equation, planned))
        forms.update(zip(equation.outputs, planned.forms, strict=True))
    for variable in linear.tangents:
        total += _result_price(planner, forms.get(variable), variable)
    found = tuple(forms.get(v) for v in linear.tangents)
    return Sweep(linear, tuple(nodes), found, total)


def _result_price(planner: Planner, form: Form | None, variable: int) -> Price:
    size = planner.size(variable)
    rate = planner.rates.written
    price = planner.rates.moves(size * planner.columns, rate)
    if form is not None and form.columns is not None:
        price += planner.rates.moves(form.slots * size, planner.rates.scattered)
    return price


def as_sets(form: Form, columns: int) -> Sets:
    assert form.columns is not None
    return Sets(form.columns, columns)


def no_columns(rank: int) -> Any:
    return empty(rank, 0).array


__all__ = ["Form", "Planned", "Planner", "Sweep", "moves", "plan_sweep"]
