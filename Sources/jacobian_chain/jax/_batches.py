"""Many products with a linear map at once, by one batched equation for each kind.

`jax.vmap` over `jax.linear_transpose` looks at every equation three times. In a long
function few kinds of equations come again and again: JAX batches and transposes one of
each kind, and the others are written like it. The equations are those that JAX writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax

from . import _compat as compat
from ._compat import JaxprEqn, Var, is_literal
from ._linear import Equations, Linear

# A product of many vectors, batch axis first, with a linear map given its constants.
Products = Callable[[Mapping[Var, Any], Sequence[Any]], tuple[Any, ...]]

# So many equations take JAX longer than to find out how one kind of them is written.
_EACH = 16


def products(linear: Linear, count: int, back: bool) -> Products | None:
    """The products of `count` vectors with a linear map, `back` with its transpose.

    None where JAX finds them sooner for all equations together. O(equations).
    """
    apart: list[_Apart] = []
    kinds: set[Any] = set()
    moving = set(linear.invars)
    for equation in linear.eqns:
        own = _Apart.of(equation, moving)
        try:
            known = own.kind in kinds
        except TypeError:  # parameters that can't be compared
            return None
        if not known:
            kinds.add(own.kind)
            if len(kinds) * _EACH > len(linear.eqns) or not _can_be_written(equation):
                return None
        apart.append(own)
        moving.update(equation.outvars)
    try:
        return (_transposed if back else _pushed)(linear, apart, count)
    except _NotOfAKind:
        return None


def _can_be_written(equation: JaxprEqn) -> bool:
    """Whether equations of a kind are alike: not loops, branches, parts of a mesh."""
    scatters = equation.primitive.name.startswith("scatter")  # with a jaxpr of numbers
    if compat.inner_jaxprs(equation) and not scatters:
        return False
    atoms = (*equation.invars, *equation.outvars)
    return len(equation.outvars) == 1 and all(compat.is_local(a.aval) for a in atoms)


class _NotOfAKind(Exception):
    """JAX writes an equation in a way that others like it can't be written."""


@dataclass(frozen=True, eq=False)
class _Apart:
    """An equation as a function of its fixed operands, and of those that move.

    `kind`: what decides how JAX writes it.
    """

    equation: JaxprEqn
    places: tuple[int, ...]
    kind: Any

    @staticmethod
    def of(equation: JaxprEqn, depends: set[Var]) -> _Apart:
        """`depends`: the variables that move."""
        places = tuple(
            place
            for place, atom in enumerate(equation.invars)
            if not is_literal(atom) and atom in depends
        )
        avals = tuple([atom.aval for atom in equation.invars])
        kind = equation.primitive, tuple(equation.params.items()), avals, places
        return _Apart(equation, places, kind)

    @property
    def moving(self) -> list[Var]:
        return [self.equation.invars[place] for place in self.places]

    @property
    def fixed(self) -> list[Any]:
        operands = enumerate(self.equation.invars)
        return [atom for place, atom in operands if place not in self.places]

    def along(self, fixed: Sequence[Any], vectors: Sequence[Any]) -> list[Any]:
        """The results of what is fixed and what moves."""
        # An operand may be there twice.
        operands = [compat.new_variable(atom) for atom in self.equation.invars]
        own = self.equation.replace(invars=operands)
        run = compat.function_of(operands, own.outvars, (own,))
        given, moved = iter(fixed), iter(vectors)
        places = range(len(operands))
        return run(*(next(moved if k in self.places else given) for k in places))

    def back(self, fixed: Sequence[Any], vectors: Sequence[Any]) -> Any:
        """The cotangents of what moves for those of the results."""
        avals = [v.aval for v in self.moving]
        pull = jax.linear_transpose(lambda *ts: self.along(fixed, ts), *avals)
        return pull(list(vectors))


@dataclass(frozen=True)
class _Written:
    """How a kind is written, and where the batch axes of its results are."""

    jaxpr: Any
    axes: tuple[int, ...]


class _Writer:
    """Equations on many vectors; `axes` says where their batch axes are."""

    def __init__(self, likes: Sequence[Var], count: int) -> None:
        self.count = count
        self.seeds = compat.variables_of(
            [(count, *v.aval.shape) for v in likes], [v.aval.dtype for v in likes]
        )
        self.eqns: list[JaxprEqn] = []
        self.axes: dict[Var, int] = dict.fromkeys(self.seeds, 0)
        self._written: dict[Any, _Written] = {}

    def write(
        self,
        kind: Any,
        function: Callable[..., Any],
        fixed: Sequence[Any],
        vectors: Sequence[Var],
        avals: Sequence[Any],
        like: JaxprEqn,
    ) -> list[Var]:
        """The results of `function(fixed, vectors)`; `avals`: those of one vector."""
        axes = tuple(self.axes[variable] for variable in vectors)
        written = self._written.get((kind, axes))
        if written is None:
            written = _written(function, fixed, avals, axes, self.count)
            self._written[kind, axes] = written
        names = dict(zip(written.jaxpr.invars, (*fixed, *vectors), strict=True))
        for own in written.jaxpr.eqns:
            results = [compat.new_variable(v) for v in own.outvars]
            operands = [a if is_literal(a) else names[a] for a in own.invars]
            names.update(zip(own.outvars, results, strict=True))
            told = {"source_info": like.source_info, "ctx": like.ctx}
            self.eqns.append(own.replace(invars=operands, outvars=results, **told))
        found = [names[v] for v in written.jaxpr.outvars]
        self.axes.update(zip(found, written.axes, strict=True))
        return found

    def finished(self, constants: tuple[Var, ...], ends: Sequence[Var]) -> Products:
        """All that was written, as a function."""
        equations = Equations(
            constants, tuple(self.seeds), tuple(ends), tuple(self.eqns)
        )
        axes = [self.axes[v] for v in ends]

        def run(constants: Mapping[Var, Any], vectors: Sequence[Any]) -> Any:
            results = equations(constants, vectors)
            return tuple(
                jax.vmap(lambda vector: vector, in_axes=axis)(result)
                for result, axis in zip(results, axes, strict=True)
            )

        return run


def _written(
    function: Callable[..., Any],
    fixed: Sequence[Any],
    avals: Sequence[Any],
    axes: tuple[int, ...],
    count: int,
) -> _Written:
    """JAX's equations for many vectors, batch axes left where JAX leaves them."""

    def many(fixed: Sequence[Any], vectors: Sequence[Any]) -> Any:
        one = jax.vmap(lambda *vectors: function(fixed, vectors), in_axes=axes)
        return one(*vectors)

    shapes = [
        (*aval.shape[:axis], count, *aval.shape[axis:])
        for aval, axis in zip(avals, axes, strict=True)
    ]
    dtypes = [aval.dtype for aval in avals]
    vectors = list(map(jax.ShapeDtypeStruct, shapes, dtypes))
    closed = jax.make_jaxpr(many)([atom.aval for atom in fixed], vectors)
    eqns, ends = list(closed.jaxpr.eqns), list(closed.jaxpr.outvars)
    if closed.consts or any(map(is_literal, ends)):
        raise _NotOfAKind
    makers = {v: e for e in eqns for v in e.outvars}
    counts, left = Counter(ends), [0] * len(ends)
    for place, end in enumerate(closed.jaxpr.outvars):
        last = makers.get(end)
        if last is None or counts[end] > 1:
            continue
        # In the end `vmap` moves batch axes to the front.
        order = last.params.get("permutation", ())
        if order and order[0] > 0 and list(order[1:]) == sorted(order[1:]):
            eqns = [e for e in eqns if e is not last]
            (ends[place],) = last.invars
            left[place] = order[0]
    return _Written(closed.jaxpr.replace(eqns=eqns, outvars=ends), tuple(left))


def _pushed(linear: Linear, apart: Sequence[_Apart], count: int) -> Products:
    """J·v for many v."""
    writer = _Writer(linear.invars, count)
    found = dict(zip(linear.invars, writer.seeds, strict=True))
    for own in apart:
        vectors = [found[v] for v in own.moving]
        avals = [v.aval for v in own.moving]
        made = writer.write(
            own.kind, own.along, own.fixed, vectors, avals, own.equation
        )
        found.update(zip(own.equation.outvars, made, strict=True))
    return writer.finished(linear.constvars, [found[v] for v in linear.outvars])


def _transposed(linear: Linear, apart: Sequence[_Apart], count: int) -> Products:
    """u·J for many u; cotangents are added from the last equation to the first."""
    writer = _Writer(linear.outvars, count)
    found = dict(zip(linear.outvars, writer.seeds, strict=True))
    for own in reversed(apart):
        (end,) = own.equation.outvars
        made = writer.write(
            own.kind, own.back, own.fixed, [found[end]], [end.aval], own.equation
        )
        for variable, vector in zip(own.moving, made, strict=True):
            if variable in found:
                aval, both = variable.aval, [found[variable], vector]
                (vector,) = writer.write(
                    aval, _sum, (), both, [aval, aval], own.equation
                )
            found[variable] = vector
    return writer.finished(linear.constvars, [found[v] for v in linear.invars])


def _sum(_: Sequence[Any], vectors: Sequence[Any]) -> list[Any]:
    return [compat.add_vectors(*vectors)]
