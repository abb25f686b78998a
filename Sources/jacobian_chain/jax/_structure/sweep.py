"""The structured forward sweep: tangents that hold only what isn't zero.

Forward mode pushes n tangents through every equation. The sweep pushes one
structured matrix: the tangent of each value is a sum of *parts*, each a list of
the few columns that its rows depend on (`listed`) or dense. Parts of different
kinds (a diagonal, a product with a matrix) stay apart until the end. All index
work is done while tracing; what runs is plain JAX.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np

from . import lanes
from .budget import Budget, BudgetExceeded
from .linear import Linearised
from .listed import (
    DENSE,
    Form,
    Shape,
    densified,
    flat_entries,
    scattered,
    settle,
    taken_flat,
)
from .patterns import RULES, Pattern, dense_pattern
from .prices import Price, Rates, equation_price
from .program import Equation, Program
from .propagation import Propagation, Unsaturated

#: The parts of one tangent.
Parts = tuple[Form, ...]
#: From the operands (tangents as tuples of parts) to the outputs' parts.
Action = Callable[[Sequence[Any]], list[Any]]

#: The share of the columns above which a list is turned dense.
WIDEST = 0.4
#: More parts than this are joined.
MOST_PARTS = 4


@dataclass(frozen=True, eq=False)
class Planned:
    """One step of the sweep: the forms it makes, how, and the price."""

    forms: list[Any]
    run: Action
    price: Price


SweepRule = Callable[["Planner", Equation, list[Form | None]], Planned | None]
LoopRule = Callable[["Planner", Equation, list[Parts | None]], Planned | None]


@dataclass(frozen=True, eq=False)
class Planner:
    """What rules need to know.

    Attributes
    ----------
        columns: n, the number of columns of every tangent.
        rules: for equations with listed operands, one part each.
        loops: for equations that see all parts of all operands.
        limit: entries of one index array.
    """

    program: Program
    walk: Propagation
    columns: int
    rates: Rates
    rules: Mapping[str, SweepRule]
    loops: Mapping[str, LoopRule]
    limit: int

    def shape(self, variable: int) -> Shape:
        return self.program.shape(variable)

    def size(self, variable: int) -> int:
        return self.program.size(variable)

    def plan(self, equation: Equation, operands: list[Parts | None]) -> Planned:
        """Part by part where the equation has one tangent, else all at once."""
        if equation.name in SUMS and all(p is not None for p in operands):
            return self.summed(equation, [p for p in operands if p is not None])
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

    def summed(self, equation: Equation, operands: list[Parts]) -> Planned:
        """All parts of both operands, like parts joined."""
        out = self.shape(equation.outputs[0])
        own = [self.shape(variable) for variable in equation.inputs]
        forms = [
            _spread(form, shape, out)
            for parts, shape in zip(operands, own, strict=True)
            for form in parts
        ]
        join = self.joined(forms, equation.outputs[0])
        negative = equation.name == "sub"

        def run(values: Sequence[Any]) -> list[Any]:
            a, b = (
                [
                    _spread_out(part, form, shape, out)
                    for part, form in zip(value, parts, strict=True)
                ]
                for value, parts, shape in zip(values, operands, own, strict=True)
            )
            return [join.run([*a, *(-part if negative else part for part in b)])]

        return Planned([join.forms], run, join.price)

    def joined(self, forms: Sequence[Form], variable: int) -> Planned:
        """Parts of one tangent, those of a kind joined into one."""
        kinds: dict[Any, list[int]] = {}
        for number, form in enumerate(forms):
            kinds.setdefault(_kind(form), []).append(number)
        if len(kinds) > MOST_PARTS:
            kinds = {None: list(range(len(forms)))}
        while True:
            members = list(kinds.values())
            groups = [
                self.one_part([forms[k] for k in own], variable) for own in members
            ]
            made = [k for k, g in enumerate(groups) if g.forms[0].columns is None]
            if len(made) < 2:
                break
            # Lists that became dense are added to what is dense already.
            dense = [number for k in made for number in members[k]]
            kinds = {
                number: own for number, own in enumerate(members) if number not in made
            }
            kinds[None] = dense
        price = sum((g.price for g in groups), Price())

        def run(values: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(
                group.run([values[k] for k in own])[0]
                for group, own in zip(groups, members, strict=True)
            )

        return Planned([g.forms[0] for g in groups], run, price)  # type: ignore[arg-type]

    def one_part(self, forms: Sequence[Form], variable: int) -> Planned:
        """The sum of some parts as one, listed where it can be."""
        if len(forms) == 1:
            return Planned([forms[0]], lambda values: [values[0]], Price())
        size, shape = self.size(variable), self.shape(variable)
        lists = [form.columns for form in forms if form.columns is not None]
        if len(lists) < len(forms):
            return self.dense_sum(forms, variable)
        slots = sum(form.slots for form in forms)
        price = self.rates.entries(slots * size)
        if all(_alike(lists[0], other) for other in lists[1:]):
            form = Form(lists[0], any(form.doubles for form in forms))
            return Planned([form], lambda values: [_total(values)], price)
        own = np.broadcast_shapes(*(columns.shape[1:] for columns in lists))
        columns = np.concatenate(
            [np.broadcast_to(c, (c.shape[0], *own)) for c in lists]
        )
        if columns.size > self.limit or slots * size > 4 * self.limit:
            return self.dense_sum(forms, variable)

        def side_by_side(values: Sequence[Any]) -> Any:
            return jnp.concatenate(list(values))

        return self.settled(columns, side_by_side, variable, price, shape)

    def settled(
        self,
        columns: Any,
        entries: Callable[[Sequence[Any]], Any],
        variable: int,
        price: Price,
        shape: Shape,
    ) -> Planned:
        """A list that may hold doubles, made ready for what follows."""
        form, finish, gathered = settle(columns, self.columns, shape)
        if gathered:
            price += self.rates.moves(gathered, self.rates.gathered / 2)
        if form.columns is not None and self.too_wide(form, variable):
            make = self.dense_sum([form], variable)
            return Planned(
                [DENSE],
                lambda values: make.run([finish(entries(values))]),
                price + make.price,
            )
        return Planned([form], lambda values: [finish(entries(values))], price)

    def too_wide(self, form: Form, variable: int) -> bool:
        return form.slots > WIDEST * self.columns or (
            form.slots * self.size(variable) > self.limit
        )

    def dense_sum(self, forms: Sequence[Form], variable: int) -> Planned:
        """The sum of parts as one dense array (*S, n)."""
        shape, size, n = self.shape(variable), self.size(variable), self.columns
        dense = [k for k, form in enumerate(forms) if form.columns is None]
        listed = [k for k, form in enumerate(forms) if form.columns is not None]
        price = Price()
        if len(dense) > 1:
            price += self.rates.entries(size * n * len(dense))
        if listed and not dense:
            price += self.rates.moves(size * n, self.rates.written / 2)
        for k in listed:
            price += self.rates.entries(forms[k].slots * size, self.rates.scattered)

        def run(values: Sequence[Any]) -> list[Any]:
            total = _total([values[k] for k in dense]) if dense else None
            for k in listed:
                if total is None:
                    total = densified(values[k], forms[k], n, shape)
                else:
                    total = scattered(values[k], forms[k], n, shape, into=total)
            return [total]

        return Planned([DENSE], run, price)


#: Equations that add all their operands.
SUMS = frozenset({"add", "add_any", "sub"})


def _spread(form: Form, shape: Shape, out: Shape) -> Form:
    """The form of a part that is broadcast: its columns stay compact."""
    if form.columns is None or len(shape) == len(out):
        return form
    slots, *own = form.columns.shape
    missing = (1,) * (len(out) - len(shape))
    return Form(form.columns.reshape(slots, *missing, *own), form.doubles)


def _spread_out(part: Any, form: Form, shape: Shape, out: Shape) -> Any:
    """The entries of a part of a value of some shape, broadcast to another."""
    if shape == out:
        return part
    missing = (1,) * (len(out) - len(shape))
    if form.columns is None:
        n = part.shape[-1]
        return jnp.broadcast_to(part.reshape(*missing, *shape, n), (*out, n))
    slots = part.shape[0]
    return jnp.broadcast_to(part.reshape(slots, *missing, *shape), (slots, *out))


def _kind(form: Form) -> Any:
    """Parts of one kind are joined: equally compact, or dense."""
    if form.columns is None:
        return None
    return tuple(size > 1 for size in form.columns.shape[1:])


def _alike(a: Any, b: Any) -> bool:
    return a is b or (a.shape == b.shape and np.array_equal(a, b))


def _total(values: Sequence[Any]) -> Any:
    result = values[0]
    for value in values[1:]:
        result = result + value
    return result


@dataclass(frozen=True, eq=False)
class Sweep:
    """A planned sweep.

    Attributes
    ----------
        linear: the function and its linear map.
        nodes: every equation of the program in order, with its planned linear
            part or None.
        parts: of the output tangents; None where an output depends on nothing.
        price: of the whole, results written.
    """

    linear: Linearised
    nodes: tuple[tuple[Equation, Planned | None], ...]
    parts: tuple[Parts | None, ...]
    price: Price

    def run(self, *points: Any) -> tuple[list[Any], list[Any]]:
        """The outputs and the parts of their tangents."""
        program = self.linear.program
        known = dict(program.constants)
        known.update(zip(self.linear.points, points, strict=True))
        for seed in self.linear.seeds:
            aval = program.avals[seed]
            known[seed] = (jnp.ones((1, *aval.shape), aval.dtype),)
        for equation, planned in self.nodes:
            operands = [known[i] for i in equation.inputs]
            results = (
                equation.bind(operands) if planned is None else planned.run(operands)
            )
            known.update(zip(equation.outputs, results, strict=True))
        values = [known[v] for v in self.linear.values]
        return values, [known.get(v) for v in self.linear.tangents]

    def jacobian(self, *points: Any) -> tuple[list[Any], list[list[Any]]]:
        """The outputs and the blocks of their Jacobians, by output and input."""
        values, tangents = self.run(*points)
        rows = [
            self._blocks(variable, parts, tangent)
            for variable, parts, tangent in zip(
                self.linear.tangents, self.parts, tangents, strict=True
            )
        ]
        return values, rows

    @cached_property
    def pattern(self) -> Pattern:
        """The pattern of `values`."""
        return _listed_pattern(self)

    def values(self, *points: Any) -> tuple[list[Any], Any]:
        """The outputs, and the entries in the order of the pattern."""
        outputs, tangents = self.run(*points)
        program, n, pattern = self.linear.program, self.linear.columns, self.pattern
        avals = [program.avals[v] for v in self.linear.tangents]
        dtype = jnp.result_type(*(aval.dtype for aval in avals))
        if pattern.is_dense:
            rows = [
                laid_out(parts, tangent, n, tuple(aval.shape), aval.dtype)
                for parts, tangent, aval in zip(
                    self.parts, tangents, avals, strict=True
                )
            ]
            return outputs, jnp.concatenate([r.astype(dtype).reshape(-1) for r in rows])
        places = pattern.row_indices * n + pattern.column_indices
        result, start = jnp.zeros(pattern.count, dtype), 0
        for parts, tangent, aval in zip(self.parts, tangents, avals, strict=True):
            for form, entries in zip(parts or (), tangent or (), strict=True):
                own, own_rows, columns = flat_entries(form, tuple(aval.shape))
                at = np.searchsorted(places, (own_rows + start) * n + columns)
                data = taken_flat(entries.astype(dtype), own)
                result = result.at[at.astype(np.int32)].add(
                    data, mode="promise_in_bounds"
                )
            start += int(np.prod(aval.shape, dtype=np.int64))
        return outputs, result

    def _blocks(self, variable: int, parts: Parts | None, tangent: Any) -> list[Any]:
        program = self.linear.program
        aval = program.avals[variable]
        shape, n = tuple(aval.shape), self.linear.columns
        laid = laid_out(parts, tangent, n, shape, aval.dtype)
        blocks, start = [], 0
        for seed in self.linear.seeds:
            size = program.size(seed)
            block = laid if size == n else laid[..., start : start + size]
            blocks.append(block.reshape(shape + program.shape(seed)))
            start += size
        return blocks


def _listed_pattern(sweep: Sweep) -> Pattern:
    """Where listed parts have entries; dense as soon as one part is."""
    program, n = sweep.linear.program, sweep.linear.columns
    m = sweep.linear.rows
    rows: list[Any] = [np.zeros(0, dtype=np.int64)]
    columns: list[Any] = [np.zeros(0, dtype=np.int64)]
    start = 0
    for variable, parts in zip(sweep.linear.tangents, sweep.parts, strict=True):
        for form in parts or ():
            if form.columns is None:
                return dense_pattern(m, n)
            _, own_rows, own_columns = flat_entries(form, program.shape(variable))
            rows.append(own_rows + start)
            columns.append(own_columns)
        start += program.size(variable)
    places = np.unique(np.concatenate(rows) * n + np.concatenate(columns))
    return Pattern(m, n, places // n, places % n)


def laid_out(
    parts: Parts | None, tangent: Any, n: int, shape: Shape, dtype: Any
) -> Any:
    """The dense (*S, n) sum of the parts of a tangent."""
    if parts is None:
        return jnp.zeros((*shape, n), dtype)
    order = sorted(range(len(parts)), key=lambda k: parts[k].columns is not None)
    total = None
    for k in order:
        form, entries = parts[k], tangent[k]
        if form.columns is None:
            total = entries if total is None else total + entries
        elif total is None:
            total = densified(entries, form, n, shape)
        else:
            total = scattered(entries, form, n, shape, into=total)
    return total


def plan_sweep(
    linear: Linearised,
    rates: Rates,
    budget: Budget,
    rules: Mapping[str, SweepRule],
    loops: Mapping[str, LoopRule],
    ceiling: float = math.inf,
) -> Sweep:
    """Chooses the form of every tangent; nothing is computed.

    Raises
    ------
        BudgetExceeded: when planning takes longer than it may, or the sweep costs
            more than `ceiling` seconds.
    """
    program = linear.program.restricted(linear.program.outputs)
    walk = Propagation(program, linear.known, budget, linear.columns, RULES)
    planner = Planner(
        program, walk, linear.columns, rates, rules, loops, budget.elements
    )
    parts: dict[int, Parts] = {}
    offset = 0
    for seed in linear.seeds:
        numbers = np.arange(offset, offset + program.size(seed), dtype=np.int32)
        parts[seed] = (Form(numbers.reshape((1, *program.shape(seed)))),)
        offset += program.size(seed)
    nodes: list[tuple[Equation, Planned | None]] = []
    total = Price()
    listed, rest = Unsaturated(program, linear.seeds), 0.0
    for position, equation in enumerate(program.equations):
        own = [parts.get(i) for i in equation.inputs]
        if all(p is None for p in own):
            nodes.append((equation, None))
            continue
        budget.check()
        planned = planner.plan(equation, own)
        total += planned.price
        made = zip(equation.outputs, planned.forms, strict=True)
        listed.after(
            position, [v for v, own in made if any(f.columns is not None for f in own)]
        )
        if not listed.variables and not rest:
            # From here on it is forward mode.
            rest = _dense_price(linear, program.equations[position + 1 :], rates)
            ceiling -= rest
        if total.seconds > ceiling:
            raise BudgetExceeded("the sweep costs more than other ways")
        nodes.append((equation, planned))
        parts.update(
            (o, tuple(forms))
            for o, forms in zip(equation.outputs, planned.forms, strict=True)
        )
    for variable in linear.tangents:
        total += _result_price(planner, parts.get(variable), variable)
    found = tuple(parts.get(v) for v in linear.tangents)
    return Sweep(linear, tuple(nodes), found, total)


def _dense_price(
    linear: Linearised, equations: Sequence[Equation], rates: Rates
) -> float:
    """Seconds of n tangents through some equations."""
    prices = (
        equation_price(linear.program, e, linear.linear, linear.columns, rates)
        for e in equations
        if not linear.linear.isdisjoint(e.inputs)
    )
    return sum(price.seconds for price in prices)


def _result_price(planner: Planner, parts: Parts | None, variable: int) -> Price:
    size = planner.size(variable)
    price = planner.rates.moves(size * planner.columns, planner.rates.written)
    for form in parts or ():
        if form.columns is not None:
            price += planner.rates.moves(form.slots * size, planner.rates.scattered)
    return price
