"""Waists that something goes around: a derivative as a graph of pieces.

Nothing can be cut in x + g(x), however narrow g is inside. Its Jacobian is that of what
goes around the waist, and the product of two thin ones through it. Vertices of the
graph are the inputs, the waists and the outputs; what leads from one to another past
all the rest is a piece, a linear map of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._compat import JaxprEqn, Var, is_literal, new_variable
from ._cuts import cut_variables
from ._inline import outside, variables_of, without_dead
from ._linear import Linear, is_real
from ._prices import Profile, Work
from ._structure.sweep_planner import SUMS

#: Inputs, and outputs, have at least so many times the entries of a waist.
_SHARE = 4
#: Every pair of vertices may have a piece, each of which is planned by itself.
MOST_WAISTS = 9


@dataclass(frozen=True, eq=False)
class Piece:
    """What leads from one vertex to a later one; m × n entries of the graph's edge.

    `linear` has those of the vertices' arrays that are joined at all, `inputs` and
    `outputs` say which those are. `zeros` are constants of it that are 0: what comes
    from other vertices.
    """

    source: int
    target: int
    linear: Linear
    inputs: tuple[bool, ...]
    outputs: tuple[bool, ...]
    zeros: tuple[Var, ...]


def bypassed(linear: Linear) -> list[tuple[Any, ...]]:
    """The vertices of a derivative with waists that something goes around.

    Each is its variables, first the inputs, last the outputs, in the order in which
    they are computed; none where everything passes each waist, where there are none, or
    more than can be planned. A waist is a variable that a wider one is made of:
    O(equations).
    """
    widest = min(linear.columns, linear.rows) // _SHARE
    ends = {*linear.invars, *(v for v in linear.outvars if not is_literal(v))}
    depends, found = set(linear.invars), set()
    for eqn in linear.eqns:
        operands = set(variables_of(eqn)) & depends
        depends.update(eqn.outvars)
        if len(operands) != 1 or len(eqn.outvars) != 1:
            continue
        (variable,), wider = operands, eqn.outvars[0].aval.size
        if variable not in ends and variable.aval.size <= min(widest, wider - 1):
            found.add(variable)
    if not found or len(found) > MOST_WAISTS or found <= cut_variables(linear):
        return []
    if not all(is_real(v.aval) and v.aval.size for v in found):
        return []
    made = [v for eqn in linear.eqns for v in eqn.outvars if v in found]
    return [linear.invars, *((v,) for v in made), linear.outvars]


def pieces_of(linear: Linear, vertices: Sequence[tuple[Any, ...]]) -> list[Piece]:
    """All pieces between the vertices of a derivative: O(vertices² · equations).

    Only those that are on a way from the inputs to the outputs.
    """
    found = []
    for source in range(len(vertices) - 1):
        passed = _Passed(linear, vertices, source)
        for target in range(source + 1, len(vertices)):
            piece = passed.piece(target)
            if piece is not None:
                found.append(piece)
    last = len(vertices) - 1
    ahead, behind = {0}, {last}
    for piece in found:  # sources in order
        if piece.source in ahead:
            ahead.add(piece.target)
    for piece in sorted(found, key=lambda piece: -piece.target):
        if piece.target in behind:
            behind.add(piece.source)
    return [p for p in found if p.source in ahead and p.target in behind]


def problem_of_pieces(
    pieces: Iterable[Piece], sizes: Sequence[int], name: str
) -> dict[str, Any]:
    """The graph as a problem in the format ``jacobian-chain/1``, its edges given."""
    edges = [
        {"from": f"v{p.source}", "to": f"v{p.target}", "name": edge_name(p)}
        for p in pieces
    ]
    used = sorted({end for p in pieces for end in (p.source, p.target)})
    return {
        "format": "jacobian-chain/1",
        "name": name,
        "graph": {
            "vertices": [{"name": f"v{v}", "size": sizes[v]} for v in used],
            "edges": edges,
            "wanted": [{"from": "v0", "to": f"v{len(sizes) - 1}"}],
        },
    }


def edge_name(piece: Piece) -> str:
    """What the edge of a piece is called in a problem."""
    return f"J{piece.target}/{piece.source}"


def seconds_of_products(
    steps: Sequence[Mapping[str, Any]],
    pieces: Sequence[Piece],
    sizes: Sequence[int],
    item: int,
    profile: Profile,
) -> float:
    """Predicted seconds of the products and sums by which pieces are joined."""
    ends = {edge_name(piece): (piece.target, piece.source) for piece in pieces}
    joins: dict[int, tuple[int, int]] = {}
    total = 0.0
    for step in steps:
        if step["kind"] == "given":
            joins[step["id"]] = ends[step["factor"]]
            continue
        if step["kind"] == "add":
            target, source = joins[step["id"]] = joins[step["operands"][0]]
            moved = Work(moved=item * sizes[target] * sizes[source], operations=1)
            total += profile.seconds(moved, 1)
            continue
        (target, middle), (_, source) = joins[step["outer"]], joins[step["inner"]]
        joins[step["id"]] = target, source
        total += profile.product_seconds(
            sizes[target], sizes[middle], sizes[source], item
        )
    return total


class _Passed:
    """What depends on one vertex, by ways that pass no other one."""

    def __init__(
        self, linear: Linear, vertices: Sequence[tuple[Any, ...]], source: int
    ) -> None:
        self._vertices, self._source = vertices, source
        self._stops = {v for vertex in vertices[1:-1] for v in vertex}
        self._active: set[Var] = set(vertices[source])
        # Sums of which only one term depends are that term.
        self._names: dict[Var, Var] = {}
        self._reached: dict[Var, Var] = {}
        self._zeros: dict[Var, Var] = {}
        self._eqns: list[JaxprEqn] = []
        depends = {*linear.invars, *(v for e in linear.eqns for v in e.outvars)}
        for eqn in linear.eqns:
            self._follow(eqn, depends)

    def _follow(self, eqn: JaxprEqn, depends: set[Var]) -> None:
        operands = [a if is_literal(a) else self._names.get(a, a) for a in eqn.invars]
        mine = [not is_literal(a) and a in self._active for a in operands]
        if not any(mine):
            return
        zero = [
            not own and not is_literal(a) and a in depends
            for a, own in zip(operands, mine, strict=True)
        ]
        if any(zero) and eqn.primitive.name in SUMS:
            (out,), term = eqn.outvars, operands[mine.index(True)]
            negative = eqn.primitive.name == "sub" and mine[1]
            if not negative and _alike(term.aval, out.aval):
                (self._reached if out in self._stops else self._names)[out] = term
                return
        operands = [
            self._zero(a) if nothing else a
            for a, nothing in zip(operands, zero, strict=True)
        ]
        self._eqns.append(eqn.replace(invars=operands))
        for out in eqn.outvars:
            if out in self._stops:
                self._reached[out] = out
            else:
                self._active.add(out)

    def _zero(self, variable: Var) -> Var:
        if variable not in self._zeros:
            self._zeros[variable] = new_variable(variable)
        return self._zeros[variable]

    def piece(self, target: int) -> Piece | None:
        """What leads to a later vertex, if anything does."""
        ends = self._vertices[target]
        if target + 1 < len(self._vertices):
            found = [self._reached.get(v) for v in ends]
        else:
            named = [v if is_literal(v) else self._names.get(v, v) for v in ends]
            found = [
                v if not is_literal(v) and v in self._active else None for v in named
            ]
        outvars = tuple(v for v in found if v is not None)
        if not outvars:
            return None
        eqns, needed = without_dead(self._eqns, outvars)
        source = self._vertices[self._source]
        invars = tuple(v for v in source if v in needed)
        inside = {*invars, *(v for eqn in eqns for v in eqn.outvars)}
        constants = tuple(outside(eqns, inside))
        zeros = set(self._zeros.values())
        return Piece(
            self._source,
            target,
            Linear(constants, invars, outvars, tuple(eqns)),
            tuple(v in needed for v in source),
            tuple(v is not None for v in found),
            tuple(v for v in constants if v in zeros),
        )


def _alike(one: Any, other: Any) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype
