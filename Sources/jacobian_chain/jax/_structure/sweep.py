"""The structured forward sweep: tangents that hold only what isn't zero.

Forward mode pushes n tangents through every equation. The sweep pushes one
structured matrix: the tangent of each value is a sum of *parts*, each a list of
the few columns that its rows depend on (`listed`) or dense. Parts of different
kinds (a diagonal, a product with a matrix) stay apart until the end. All index
work is done while tracing; what runs is plain JAX.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np

from .._compat import varying_as
from .budget import EQUATION, SORTED, Budget, BudgetExceeded
from .linear import Linearised
from .listed import Form, Shape, densified, flat_entries, scattered, taken_flat
from .patterns import RULES, Pattern, dense_pattern
from .prices import Price, Rates
from .propagation import Propagation, Unsaturated
from .sweep_bound import Rest
from .sweep_chains import Chains, Node
from .sweep_planner import LoopRule, Planner, SweepRule
from .sweep_sums import Parts

#: What planning one equation takes, in equations that a pattern goes through.
_PLANNED = 8


@dataclass(frozen=True, eq=False)
class Sweep:
    """A planned sweep.

    Attributes
    ----------
        linear: the function and its linear map.
        nodes: the equations of the program in order, with their planned linear
            parts; sums of sums are one.
        parts: of the output tangents; None where an output depends on nothing.
        price: of the whole, results written.
    """

    linear: Linearised
    nodes: tuple[Node, ...]
    parts: tuple[Parts | None, ...]
    price: Price

    def run(self, *points: Any) -> tuple[list[Any], list[Any]]:
        """The outputs and the parts of their tangents."""
        program = self.linear.program
        known = dict(program.constants)
        known.update(zip(self.linear.points, points, strict=True))
        for seed in self.linear.seeds:
            aval = program.avals[seed]
            ones = jnp.ones((1, *aval.shape), aval.dtype)
            known[seed] = (varying_as(ones, aval),)
        for node in self.nodes:
            equation, planned = node.equation, node.planned
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
        dtype = self._dtype
        if pattern.is_dense:
            return outputs, self._matrix(tangents).reshape(-1)
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

    def matrix(self, *points: Any) -> tuple[list[Any], Any]:
        """The outputs, and the m × n Jacobian."""
        outputs, tangents = self.run(*points)
        return outputs, self._matrix(tangents)

    @property
    def _dtype(self) -> Any:
        """That of entries of all outputs together."""
        avals = self.linear.program.avals
        return jnp.result_type(*(avals[v].dtype for v in self.linear.tangents))

    def _matrix(self, tangents: Sequence[Any]) -> Any:
        """All rows of the dense Jacobian."""
        n, program = self.linear.columns, self.linear.program
        rows = []
        for parts, tangent, variable in zip(
            self.parts, tangents, self.linear.tangents, strict=True
        ):
            aval = program.avals[variable]
            laid = laid_out(parts, tangent, n, tuple(aval.shape), aval.dtype)
            rows.append(laid.astype(self._dtype).reshape(-1, n))
        return jnp.concatenate(rows)

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
        BudgetExceeded: when planning takes longer than it may, or the sweep is seen
            to cost `ceiling` seconds or more.
    """
    program = linear.program.restricted(linear.program.outputs)
    walk = Propagation(program, linear.known, budget, linear.columns, RULES)
    planner = Planner(
        program, linear.columns, rates, budget.elements, walk, rules, loops
    )
    parts: dict[int, Parts] = {}
    offset = 0
    for seed in linear.seeds:
        numbers = np.arange(offset, offset + program.size(seed), dtype=np.int32)
        parts[seed] = (Form(numbers.reshape((1, *program.shape(seed)))),)
        offset += program.size(seed)
    nodes: list[Node] = []
    chains = Chains(planner)
    total, listing = Price(), True
    listed, rest, count = Unsaturated(program, linear.seeds), Rest(planner, linear), 0
    # Whatever the equations cost, results are written.
    ceiling -= rates.moves(linear.rows * linear.columns, rates.written).seconds
    _require(0.0, ceiling)
    for position, equation in enumerate(program.equations):
        own = [parts.get(i) for i in equation.inputs]
        if all(p is None for p in own):
            nodes.append(Node(equation, None))
            continue
        node = chains.plan(equation, parts)
        planned = node.planned
        assert planned is not None
        entries = _listed(own) + _listed(planned.forms)
        budget.spend(_PLANNED * EQUATION + SORTED * entries)
        total += planned.price
        for inner in node.instead:
            total += inner.price.times(-1)
        made = zip(equation.outputs, planned.forms, strict=True)
        listed.after(
            position, [v for v, own in made if any(f.columns is not None for f in own)]
        )
        rest.after(equation, planned.forms)
        count += 1
        # Where nothing is listed any more, and now and then before.
        full = listing and not listed.variables
        listing = bool(listed.variables)
        told = full or count & (count - 1) == 0
        _require(total.seconds + (rest.least(position + 1) if told else 0.0), ceiling)
        nodes.append(node)
        parts.update(
            (o, tuple(forms))
            for o, forms in zip(equation.outputs, planned.forms, strict=True)
        )
        chains.after(node, parts)
    for variable in linear.tangents:
        total += _result_price(planner, parts.get(variable), variable)
    found = tuple(parts.get(v) for v in linear.tangents)
    ends = (*linear.values, *linear.tangents)
    return Sweep(linear, _read(nodes, ends), found, total)


def _read(nodes: Sequence[Node], ends: Sequence[int]) -> tuple[Node, ...]:
    """The nodes that make some variables, in order."""
    needed, kept = set(ends), []
    for node in reversed(nodes):
        if not needed.isdisjoint(node.equation.outputs):
            kept.append(node)
            needed.update(node.equation.inputs)
    return tuple(reversed(kept))


def _require(seconds: float, ceiling: float) -> None:
    """Raises `BudgetExceeded` for what costs more than it may."""
    if seconds >= ceiling:
        raise BudgetExceeded("the sweep costs more than other ways")


def _listed(operands: Sequence[Parts | None]) -> int:
    """Entries of the lists of some tangents."""
    forms = (form for parts in operands for form in parts or ())
    return sum(0 if form.columns is None else form.columns.size for form in forms)


def _result_price(planner: Planner, parts: Parts | None, variable: int) -> Price:
    size = planner.size(variable)
    price = planner.rates.moves(size * planner.columns, planner.rates.written)
    for form in parts or ():
        if form.columns is not None:
            price += planner.rates.moves(form.slots * size, planner.rates.scattered)
    return price
