"""Where a derivative can be cut: variables that every input–output path passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._compat import JaxprEqn, Var, is_literal
from ._linear import Linear, Unsupported, is_real
from ._prices import Work, modes_of, work_of

# Orders of longer chains cost more to find than they bring: the widest cuts go first.
MOST_SEGMENTS = 40

_ELEMENTWISE = frozenset(
    {
        "convert_element_type",
        "copy",
        "copy_p",
        "div",
        "expand_dims",
        "mul",
        "neg",
        "real",
        "reduce_precision",
        "reshape",
        "rev",
        "select_n",
        "squeeze",
        "transpose",
    }
)


@dataclass(frozen=True)
class Segment:
    """A factor J_i, m × n: the part of a derivative between two cuts.

    `flipped`: `linear` computes u·J_i, not J_i·v. `work` is that of one product in
    either direction; `tangent` and `adjoint` say which there are.
    """

    linear: Linear
    work: Work
    tangent: bool
    adjoint: bool
    flipped: bool = False

    @property
    def inputs(self) -> tuple[Any, ...]:
        """Avals of the inputs, n entries together."""
        ends = self.linear.outvars if self.flipped else self.linear.invars
        return tuple(v.aval for v in ends)

    @property
    def outputs(self) -> tuple[Any, ...]:
        """Avals of the outputs, m entries together."""
        ends = self.linear.invars if self.flipped else self.linear.outvars
        return tuple(v.aval for v in ends)

    @property
    def rows(self) -> int:
        """Size m of all outputs together."""
        return sum(a.size for a in self.outputs)

    @property
    def columns(self) -> int:
        """Size n of all inputs together."""
        return sum(a.size for a in self.inputs)


def shapes_of(
    steps: Sequence[Mapping[str, Any]], named: Mapping[str, Segment]
) -> dict[int, tuple[int, int]]:
    """The m × n of what each step of a plan makes, by the step's id."""
    shapes: dict[int, tuple[int, int]] = {}
    for step in steps:
        if step["kind"] == "multiply":
            shape = shapes[step["outer"]][0], shapes[step["inner"]][1]
        else:
            part = named[step["factor"]]
            shape = part.rows, part.columns
            if step["kind"] == "eliminate":
                rows, columns = shapes[step["operand"]]
                tangent = step["mode"] == "tangent"
                shape = (part.rows, columns) if tangent else (rows, part.columns)
        shapes[step["id"]] = shape
    return shapes


def segments(
    linear: Linear, flipped: bool = False, most: int = MOST_SEGMENTS
) -> list[Segment]:
    """A derivative as a chain of factors, first applied first.

    The value of a cut is the only thing that is alive between the equations before
    and after it, so a pass over the equations in their order finds all cuts:
    O(equations). Factors of the same size that only scale or move entries belong to
    their neighbour; of too many cuts the widest go.

    Raises `Unsupported` for arrays without elements.
    """
    for variable in (*linear.invars, *linear.outvars):
        if variable.aval.size == 0:
            raise Unsupported("arrays without elements")
    ends = _without_scalings(linear, _cut_positions(linear))
    narrowest = sorted(ends, key=lambda cut: (cut[1].aval.size, cut[0]))[: most - 1]
    ends = sorted(narrowest, key=lambda cut: cut[0])
    parts = _between(linear, ends, flipped)
    return parts[::-1] if flipped else parts


def whole(linear: Linear, flipped: bool = False) -> Segment:
    """A derivative as one factor."""
    (part,) = _between(linear, (), flipped)
    return part


def joined(parts: Sequence[Segment]) -> Segment:
    """Neighbours, first applied first, as one factor."""
    if len(parts) == 1:
        return parts[0]
    linears = [p.linear for p in (parts[::-1] if parts[0].flipped else parts)]
    return Segment(
        Linear(
            tuple(dict.fromkeys(v for own in linears for v in own.constvars)),
            linears[0].invars,
            linears[-1].outvars,
            tuple(eqn for own in linears for eqn in own.eqns),
        ),
        sum((p.work for p in parts), Work()),
        all(p.tangent for p in parts),
        all(p.adjoint for p in parts),
        parts[0].flipped,
    )


def cut_variables(linear: Linear) -> set[Var]:
    """The variables that every way from the inputs to the outputs passes."""
    return {variable for _, variable in _cut_positions(linear)}


def _cut_positions(linear: Linear) -> list[tuple[int, Var]]:
    """For each cut the number of equations before it, and its variable."""
    last: dict[Var, int] = {}
    depends = set(linear.invars)
    for position, eqn in enumerate(linear.eqns):
        depends.update(eqn.outvars)
        for atom in eqn.invars:
            if not is_literal(atom) and atom in depends:
                last[atom] = position
    last.update(dict.fromkeys(linear.outvars, len(linear.eqns)))
    alive = {v for v in linear.invars if v in last}
    cuts = []
    for position, eqn in enumerate(linear.eqns):
        for atom in eqn.invars:
            if not is_literal(atom) and last.get(atom) == position:
                alive.discard(atom)
        alive.update(v for v in eqn.outvars if v in last)
        if len(alive) == 1 and position + 1 < len(linear.eqns):
            (only,) = alive
            if is_real(only.aval) and only.aval.size > 0:
                cuts.append((position + 1, only))
    return cuts


def _without_scalings(
    linear: Linear, cuts: Sequence[tuple[int, Var]]
) -> list[tuple[int, Var]]:
    """The cuts but those after which entries are only scaled or moved."""
    kept = []
    stops = [position for position, _ in cuts] + [len(linear.eqns)]
    for (position, variable), stop in zip(cuts, stops[1:], strict=True):
        following = linear.eqns[position:stop]
        size = variable.aval.size
        if any(
            e.primitive.name not in _ELEMENTWISE or e.outvars[0].aval.size != size
            for e in following
        ):
            kept.append((position, variable))
    return kept


def _between(
    linear: Linear, cuts: Sequence[tuple[int, Var]], flipped: bool
) -> list[Segment]:
    parts = []
    start, invars = 0, linear.invars
    for position, outvars in [
        *((p, (v,)) for p, v in cuts),
        (len(linear.eqns), linear.outvars),
    ]:
        parts.append(_segment(linear.eqns[start:position], invars, outvars, flipped))
        start, invars = position, outvars
    return parts


def _segment(
    eqns: Sequence[JaxprEqn],
    invars: tuple[Var, ...],
    outvars: tuple[Var, ...],
    flipped: bool,
) -> Segment:
    inside = set(invars)
    for eqn in eqns:
        inside.update(eqn.outvars)
    constants = tuple(
        dict.fromkeys(
            a for e in eqns for a in e.invars if not is_literal(a) and a not in inside
        )
    )
    along, back = modes_of(eqns)
    return Segment(
        linear=Linear(constants, invars, outvars, tuple(eqns)),
        work=work_of(eqns, invars),
        tangent=back if flipped else along,
        adjoint=along if flipped else back,
        flipped=flipped,
    )
