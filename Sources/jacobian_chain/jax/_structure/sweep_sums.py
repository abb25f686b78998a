"""Sums of the parts of one tangent: what can be joined is, the rest stays apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from .listed import DENSE, Form, Shape, densified, scattered, settle
from .prices import Price, Rates
from .program import Equation, Program

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


@dataclass(frozen=True, eq=False)
class Sums:
    """How parts are added.

    Attributes
    ----------
        columns: n, the number of columns of every tangent.
        limit: entries of one index array.
    """

    program: Program
    columns: int
    rates: Rates
    limit: int

    def shape(self, variable: int) -> Shape:
        return self.program.shape(variable)

    def size(self, variable: int) -> int:
        return self.program.size(variable)

    def summed(
        self, equation: Equation, operands: list[Parts], negative: Sequence[bool]
    ) -> Planned:
        """All parts of all operands, like parts joined; some operands subtracted."""
        out = self.shape(equation.outputs[0])
        own = [self.shape(variable) for variable in equation.inputs]
        forms = [
            _spread(form, shape, out)
            for parts, shape in zip(operands, own, strict=True)
            for form in parts
        ]
        join = self.joined(forms, equation.outputs[0])

        def run(values: Sequence[Any]) -> list[Any]:
            laid = []
            for value, parts, shape, minus in zip(
                values, operands, own, negative, strict=True
            ):
                for part, form in zip(value, parts, strict=True):
                    spread = _spread_out(part, form, shape, out)
                    laid.append(-spread if minus else spread)
            return [join.run(laid)]

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
        groups = _alike_together(lists)
        lists = [lists[own[0]] for own in groups]
        if len(groups) == 1:
            form = Form(lists[0], any(form.doubles for form in forms))
            return Planned([form], lambda values: [_total(values)], price)
        own = np.broadcast_shapes(*(columns.shape[1:] for columns in lists))
        columns = np.concatenate(
            [np.broadcast_to(c, (c.shape[0], *own)) for c in lists]
        )
        if columns.size > self.limit or slots * size > 4 * self.limit:
            return self.dense_sum(forms, variable)

        def side_by_side(values: Sequence[Any]) -> Any:
            totals = [_total([values[k] for k in own]) for own in groups]
            return jnp.concatenate(totals)

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


def _alike_together(lists: Sequence[Any]) -> list[list[int]]:
    """The numbers of lists that are alike, those of each kind together."""
    kinds: dict[Any, list[int]] = {}
    for number, columns in enumerate(lists):
        key = columns.shape, columns.tobytes()
        kinds.setdefault(key, []).append(number)
    return list(kinds.values())


def alike(a: Any, b: Any) -> bool:
    return a is b or (a.shape == b.shape and np.array_equal(a, b))


def _total(values: Sequence[Any]) -> Any:
    result = values[0]
    for value in values[1:]:
        result = result + value
    return result
